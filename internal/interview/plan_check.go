package interview

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/externalid"
	"github.com/huimian/huimian/internal/interview/calendar"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/validate"
)

// checkPlan returns every error of a plan at once, by field. i is the stored
// interview, people are the members that the plan names, rooms are the errors
// of checkRoom.
func (s *Service) checkPlan(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, p *Plan, people map[string]member.Member, rooms []apperr.FieldError) error {
	var c validate.Errors
	c.CheckTitle("title", &p.Title, 100)
	c.CheckText("note", &p.Note, 5000)
	externalid.Check(&c, p.ExternalID)
	if p.Round == 0 {
		p.Round = 1
	}
	if p.Round < 1 || p.Round > maxRound {
		c.Add("round", "field.invalid")
	}
	checkTime(&c, i, p, s.now())
	c.Fields = append(c.Fields, rooms...)
	s.Meetings().checkMeeting(&c, &p.Meeting)
	checkInterviewers(&c, a, i, p, people)
	if err := checkReferences(ctx, tx, &c, i.CorpID, p); err != nil {
		return err
	}
	if !c.HasErrors() { // double bookings of an invalid plan would only confuse
		if err := s.checkDoubleBooking(ctx, tx, &c, i, p, people); err != nil {
			return err
		}
	}
	return c.Err(p.OverrideWarnings)
}

func checkTime(c *validate.Errors, i *Interview, p *Plan, now time.Time) {
	c.CheckTimeZone("timeZone", p.TimeZone)
	if p.Duration <= 0 {
		c.Add("durationMinutes", "interview.ends_before_start")
	} else if p.Duration < shortest || p.Duration > longest {
		c.Add("durationMinutes", "interview.bad_duration", "Min", int(shortest.Minutes()), "Max", int(longest.Minutes()))
	}
	switch {
	case p.StartsAt.IsZero():
		c.Add("startsAt", "field.required")
	case p.StartsAt.Equal(i.StartsAt): // not edited
	case p.StartsAt.Before(now.Add(-grace)):
		c.Add("startsAt", "interview.in_past")
	case p.StartsAt.After(now.Add(furthest)):
		c.Add("startsAt", "interview.too_far")
	}
}

// checkInterviewers accepts interviewers who have become inactive since they were invited. Members who
// read no records cannot gain them by inviting themselves.
func checkInterviewers(c *validate.Errors, a actor.Actor, i *Interview, p *Plan, people map[string]member.Member) {
	if len(p.Interviewers) == 0 {
		c.Add("interviewers", "interview.no_interviewers")
	}
	if len(p.Interviewers) > maxInterviewers {
		c.Add("interviewers", "field.too_many", "Limit", maxInterviewers)
	}
	out := []string{}
	for n, userID := range p.Interviewers {
		path := fmt.Sprintf("interviewers[%d]", n)
		if m, ok := people[userID]; !ok {
			c.Add(path, "interview.not_in_company")
		} else if !m.Active && i.interviewer(userID) == nil {
			c.Add(path, "interview.not_active", "Name", m.Name)
		} else if m.UserID == a.UserID && !a.May(actor.ReadRecords) && i.interviewer(m.UserID) == nil {
			c.Add(path, "interview.own_interviewer")
		} else if !slices.Contains(out, userID) {
			out = append(out, userID)
		}
	}
	if !c.HasErrors() {
		p.Interviewers = out // each once
	}
}

func checkReferences(ctx context.Context, tx *db.Tx, c *validate.Errors, corpID string, p *Plan) error {
	if _, err := position.ReadReferenced(ctx, tx, corpID, p.PositionID); err != nil {
		if !apperr.IsNotFound(err) {
			return err
		}
		c.AddMissing("positionId", p.PositionID)
	}
	if _, err := candidate.Read(ctx, tx, corpID, p.CandidateID); err != nil {
		if !apperr.IsNotFound(err) {
			return err
		}
		c.AddMissing("candidateId", p.CandidateID)
	}
	return question.CheckIDs(ctx, tx, c, corpID, &p.QuestionIDs)
}

// checkDoubleBooking warns when an interviewer or the candidate has another
// interview at the same time. An edit that adds no overlap, such as one of the
// note, causes no warning.
func (s *Service) checkDoubleBooking(ctx context.Context, tx *db.Tx, c *validate.Errors, i *Interview, p *Plan, people map[string]member.Member) error {
	moved := !p.StartsAt.Equal(i.StartsAt) || p.Duration != i.Duration()
	asked := slices.DeleteFunc(slices.Clone(p.Interviewers), func(userID string) bool {
		return !moved && i.interviewer(userID) != nil
	})
	newCandidate := moved || p.CandidateID != i.CandidateID
	booking := asked // the people who are not booked at this time yet
	if newCandidate {
		booking = append(slices.Clone(asked), p.CandidateID)
	}
	if err := calendar.Lock(ctx, tx, i.CorpID, booking); err != nil {
		return err
	}
	slot := calendar.Slot{CorpID: i.CorpID, ExceptID: i.ID, Start: p.StartsAt, End: p.StartsAt.Add(p.Duration)}
	booked, err := calendar.FindInterviewerBookings(ctx, tx, slot, asked)
	if err != nil {
		return err
	}
	for n, userID := range p.Interviewers {
		if b, ok := booked[userID]; ok {
			c.AddWarning(fmt.Sprintf("interviewers[%d]", n), "interview.double_booked",
				"Name", people[userID].Name, "Title", b.Title, "Time", b.FormatTime(p.TimeZone))
		}
	}
	if !newCandidate {
		return nil
	}
	b, err := calendar.FindCandidateBooking(ctx, tx, slot, p.CandidateID)
	if b != nil {
		c.AddWarning("candidateId", "interview.candidate_double_booked",
			"Name", b.Candidate, "Title", b.Title, "Time", b.FormatTime(p.TimeZone))
	}
	return err
}
