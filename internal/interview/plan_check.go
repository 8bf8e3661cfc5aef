package interview

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/externalid"
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
	if err := LockCalendars(ctx, tx, i.CorpID, booking); err != nil {
		return err
	}
	booked, err := findBookings(ctx, tx, i, p, asked)
	if err != nil {
		return err
	}
	for n, userID := range p.Interviewers {
		if b, ok := booked[userID]; ok {
			c.AddWarning(fmt.Sprintf("interviewers[%d]", n), "interview.double_booked",
				"Name", people[userID].Name, "Title", b.Title, "Time", b.timeRange(p.TimeZone))
		}
	}
	if !newCandidate {
		return nil
	}
	b, err := findCandidateBooking(ctx, tx, i, p)
	if b != nil {
		c.AddWarning("candidateId", "interview.candidate_double_booked",
			"Name", b.Name, "Title", b.Title, "Time", b.timeRange(p.TimeZone))
	}
	return err
}

// calendarLocks bounds the locks of one transaction: a batch may name thousands
// of people, and PostgreSQL keeps every lock in shared memory.
const calendarLocks = 64

// LockCalendars locks the calendars of people, by userid or candidate id, until
// the transaction ends: of two transactions that book the same person, the
// second sees the first's interview.
func LockCalendars(ctx context.Context, tx *db.Tx, corpID string, ids []string) error {
	names := make([]string, len(ids))
	for n, id := range ids {
		h := fnv.New32a()
		_, _ = h.Write([]byte(id)) // never fails
		names[n] = fmt.Sprintf("calendar/%s/%02d", corpID, h.Sum32()%calendarLocks)
	}
	return tx.LockNames(ctx, names)
}

// booking is another interview at the time of a plan.
type booking struct {
	UserID   string    `bun:"user_id"`
	Name     string    `bun:"name"` // of the candidate
	Title    string    `bun:"title"`
	StartsAt time.Time `bun:"starts_at"`
	EndsAt   time.Time `bun:"ends_at"`
}

// selectOverlapping selects the other interviews that overlap with the plan.
func selectOverlapping(q bun.IDB, i *Interview, p *Plan) *bun.SelectQuery {
	return q.NewSelect().TableExpr("interviews AS i").ColumnExpr("i.title, i.starts_at, i.ends_at").
		Where("i.corp_id = ? AND i.id <> ?", i.CorpID, i.ID).
		Where("i.state IN (?)", bun.List([]State{Scheduled, InProgress})).
		Where("i.starts_at < ? AND i.ends_at > ?", db.Time(p.StartsAt.Add(p.Duration)), db.Time(p.StartsAt)).
		Where("i.starts_at > ?", db.Time(p.StartsAt.Add(-longest))). // a bound that the index can use
		OrderExpr("i.starts_at, i.id")
}

// findBookings returns the first booking of each member.
func findBookings(ctx context.Context, q bun.IDB, i *Interview, p *Plan, userIDs []string) (map[string]booking, error) {
	first := map[string]booking{}
	if len(userIDs) == 0 {
		return first, nil
	}
	var list []booking
	err := selectOverlapping(q, i, p).ColumnExpr("im.user_id").
		Join("JOIN interview_members AS im ON im.interview_id = i.id").
		Where("im.user_id IN (?) AND im.response <> ?", bun.List(userIDs), Declined).
		Limit(1000).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("looking for interviews at the same time: %w", err)
	}
	for _, b := range list {
		if _, ok := first[b.UserID]; !ok {
			first[b.UserID] = b
		}
	}
	return first, nil
}

func findCandidateBooking(ctx context.Context, q bun.IDB, i *Interview, p *Plan) (*booking, error) {
	b := new(booking)
	err := selectOverlapping(q, i, p).ColumnExpr("c.name").
		Join("JOIN candidates AS c ON c.corp_id = i.corp_id AND c.id = i.candidate_id").
		Where("i.candidate_id = ?", p.CandidateID).Limit(1).Scan(ctx, b)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking for the candidate's interviews at the same time: %w", err)
	}
	return b, nil
}

// timeRange formats the time in the zone of the interview that is being
// planned.
func (b *booking) timeRange(zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return b.StartsAt.In(loc).Format("2006-01-02 15:04") + "–" + b.EndsAt.In(loc).Format("15:04")
}
