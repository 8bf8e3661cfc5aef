package interview

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/externalid"
	"github.com/huimian/huimian/internal/interview/calendar"
	"github.com/huimian/huimian/internal/interview/candidatelink"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/validate"
)

// Plan is the editable part of an interview, as a recruiter enters it.
type Plan struct {
	Title            string
	PositionID       string
	CandidateID      string
	ExternalID       string // in another system, see package externalid
	Round            int    // 0 means 1
	StartsAt         time.Time
	Duration         time.Duration
	TimeZone         string // IANA name
	Interviewers     []string
	RoomKind         RoomKind      // "": the company's default
	RoomURL          string        // https, for LinkRoom
	RoomAddresses    []RoomAddress // personal addresses of interviewers, for LinkRoom
	Meeting          Meeting       // without a kind: the company's default for a new interview
	QuestionIDs      []string
	Note             string
	OverrideWarnings bool // accept double bookings

	// For a new interview only: its organizer ("" for the actor), and a
	// position and a candidate to create, instead of the two ids.
	OrganizerID  string
	NewPosition  *position.Position
	NewCandidate *candidate.Candidate
}

// requireSchedule requires more where the plan creates a candidate or names another member as organizer.
func (p *Plan) requireSchedule(a actor.Actor) error {
	if p.NewPosition == nil && p.NewCandidate == nil && (p.OrganizerID == "" || p.OrganizerID == a.UserID) {
		return a.Require(actor.ScheduleInterviews)
	}
	return a.Require(actor.EditCandidates)
}

// Bounds of a plan.
const (
	shortest        = 10 * time.Minute
	longest         = calendar.MaxDuration
	maxRound        = 20
	maxInterviewers = 20
	// grace accepts a start that passed while the form was filled in.
	grace = 5 * time.Minute
	// furthest rejects a mistyped year.
	furthest = 2 * 366 * 24 * time.Hour
)

// Created is a new interview with the token of the candidate's link.
type Created struct {
	*Interview

	Token string
}

// Schedule creates an interview, invites its interviewers and the candidate,
// and schedules the reminders. It also returns the token of the candidate's
// link, of which only the hash is stored. A stored interview with the external id is
// a Conflict.
func (s *Service) Schedule(ctx context.Context, a actor.Actor, p Plan, hooks ...db.BeforeCommit[Created]) (*Interview, string, error) {
	if err := p.requireSchedule(a); err != nil {
		return nil, "", err
	}
	i := newInterview(a, s.now())
	people, err := s.Members(ctx, a.CorpID, append([]string{a.UserID, p.OrganizerID}, p.Interviewers...))
	if err != nil {
		return nil, "", fmt.Errorf("reading interviewers: %w", err)
	}
	if err := i.setOrganizer(p.OrganizerID, people); err != nil {
		return nil, "", err
	}
	p.useStoredUserIDs(people)
	if err := s.Meetings().setDefaultMeeting(ctx, a.CorpID, &p); err != nil {
		return nil, "", err
	}
	rooms, err := s.Rooms().checkRoom(ctx, i, &p)
	if err != nil {
		return nil, "", err
	}
	var token string
	h := changeHooks{withToken(&token, hooks), people}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := claimExternalID(ctx, tx, i, &p); err != nil {
			return err
		}
		if err := s.insertPositionAndCandidate(ctx, tx, a, &p); err != nil {
			return err
		}
		if token, err = s.scheduleInTx(ctx, tx, a, i, &p, people, rooms); err != nil {
			return err
		}
		return h.run(ctx, tx, s, i.CorpID, i.ID)
	})
	if err != nil {
		return nil, "", err
	}
	i, err = s.Get(ctx, a, i.ID)
	return i, token, err
}

// scheduleInTx is like Schedule in a transaction, without the permission check.
// rooms is the result of checkRoom.
func (s *Service) scheduleInTx(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, p *Plan, people map[string]member.Member, rooms []apperr.FieldError) (token string, err error) {
	if err := s.checkPlan(ctx, tx, a, i, p, people, rooms); err != nil {
		return "", err
	}
	if err := s.insertInterview(ctx, tx, i, *p); err != nil {
		return "", err
	}
	if token, err = s.Links().insertLink(ctx, tx, i, candidatelink.Shown); err != nil {
		return "", err
	}
	if err := s.queueInvitations(ctx, tx, i); err != nil {
		return "", err
	}
	if err := s.Meetings().syncAppointments(ctx, tx, i); err != nil {
		return "", err
	}
	if err := s.recordInterview(ctx, tx, a, i, event.InterviewScheduled); err != nil {
		return "", err
	}
	return token, audit.Write(ctx, tx, s.now(), a, "interview.schedule", i.ID, nil)
}

// claimExternalID precedes the creation of a position and a candidate: a repeated request
// is a Conflict with the stored interview.
func claimExternalID(ctx context.Context, tx *db.Tx, i *Interview, p *Plan) error {
	return externalid.ClaimUnique(ctx, tx, "interviews", i.CorpID, p.ExternalID, i.ID)
}

// setOrganizer changes the organizer.
func (i *Interview) setOrganizer(userID string, people map[string]member.Member) error {
	if userID == "" {
		return nil
	}
	m, ok := people[userID]
	switch {
	case !ok:
		return apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("organizer", "interview.not_in_company")})
	case !m.Active:
		return apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("organizer", "interview.not_active", "Name", m.Name)})
	}
	i.OrganizerID = m.UserID
	return nil
}

// useStoredUserIDs replaces the userids of the plan by their spelling in the contacts:
// WeCom ignores their case, queries do not. people are the members that the plan names,
// by the given spelling; their own is added.
func (p *Plan) useStoredUserIDs(people map[string]member.Member) {
	p.Interviewers = slices.Clone(p.Interviewers)
	for n, userID := range p.Interviewers {
		if m, ok := people[userID]; ok {
			p.Interviewers[n], people[m.UserID] = m.UserID, m
		}
	}
	p.RoomAddresses = slices.Clone(p.RoomAddresses)
	for n := range p.RoomAddresses {
		own := func(userID string) bool { return member.SameUserID(userID, p.RoomAddresses[n].UserID) }
		if at := slices.IndexFunc(p.Interviewers, own); at >= 0 {
			p.RoomAddresses[n].UserID = p.Interviewers[at]
		}
	}
}

// insertPositionAndCandidate creates the position and the candidate of a plan.
func (s *Service) insertPositionAndCandidate(ctx context.Context, tx *db.Tx, a actor.Actor, p *Plan) error {
	if p.NewPosition != nil {
		if err := s.Positions.Insert(ctx, tx, a, p.NewPosition); err != nil {
			return validate.PrefixFields("position", err)
		}
		p.PositionID = p.NewPosition.ID
	}
	if p.NewCandidate != nil {
		if p.NewCandidate.PositionID == "" {
			if _, err := position.ReadReferenced(ctx, tx, a.CorpID, p.PositionID); err == nil { // an unknown position is an error of checkPlan
				p.NewCandidate.PositionID = p.PositionID
			}
		}
		if err := s.Candidates.InsertUnique(ctx, tx, a, p.NewCandidate, p.OverrideWarnings); err != nil {
			return validate.PrefixFields("candidate", err)
		}
		p.CandidateID = p.NewCandidate.ID
	}
	return nil
}

func newInterview(a actor.Actor, now time.Time) *Interview {
	return &Interview{
		ID: db.NewID(), CorpID: a.CorpID, State: Scheduled, OrganizerID: a.UserID,
		Version: 1, ScheduleVersion: 1, CreatedAt: now, UpdatedAt: now,
	}
}

// applyPlan copies a checked plan to the row.
func (i *Interview) applyPlan(p Plan) {
	i.Title, i.Round, i.Note = p.Title, p.Round, p.Note
	i.PositionID, i.CandidateID, i.ExternalID = p.PositionID, p.CandidateID, p.ExternalID
	i.StartsAt = db.Time(p.StartsAt).Truncate(time.Second)
	i.EndsAt = i.StartsAt.Add(p.Duration)
	i.TimeZone, i.RoomKind, i.RoomURL = p.TimeZone, p.RoomKind, p.RoomURL
	i.QuestionIDs = p.QuestionIDs
	i.setMeeting(p.Meeting)
}

// toPlan returns the editable part of the row.
func (i *Interview) toPlan() Plan {
	p := Plan{
		Title: i.Title, PositionID: i.PositionID, CandidateID: i.CandidateID, ExternalID: i.ExternalID, Round: i.Round,
		StartsAt: i.StartsAt, Duration: i.Duration(), TimeZone: i.TimeZone,
		RoomKind: i.RoomKind, RoomURL: i.RoomURL, Meeting: i.Meeting, QuestionIDs: i.QuestionIDs, Note: i.Note,
	}
	for _, m := range i.Interviewers {
		p.Interviewers = append(p.Interviewers, m.UserID)
	}
	return p
}

func (s *Service) insertInterview(ctx context.Context, tx *db.Tx, i *Interview, p Plan) error {
	i.applyPlan(p)
	pos, err := position.Read(ctx, tx, i.CorpID, i.PositionID)
	if err != nil {
		return err
	}
	i.TemplateID = pos.TemplateOf(i.Round)
	if i.TemplateVersion, err = scorecard.ReadVersion(ctx, tx, i.CorpID, i.TemplateID); err != nil {
		return err
	}
	if len(i.QuestionIDs) == 0 {
		i.QuestionIDs = pos.QuestionIDs
	}
	if _, err := tx.NewInsert().Model(i).Exec(ctx); err != nil {
		return fmt.Errorf("storing an interview: %w", err)
	}
	if err := s.setInterviewers(ctx, tx, i, p.Interviewers); err != nil {
		return err
	}
	return s.Rooms().syncRoom(ctx, tx, i, p.joinURLs(), true)
}

// setInterviewers stores the members in this order. Members who are stored
// already keep their response.
func (s *Service) setInterviewers(ctx context.Context, tx *db.Tx, i *Interview, userIDs []string) error {
	members := make([]Interviewer, 0, len(userIDs))
	for n, userID := range userIDs {
		m := Interviewer{CorpID: i.CorpID, InterviewID: i.ID, UserID: userID, Response: Pending}
		if old := i.interviewer(userID); old != nil {
			m = *old
		}
		m.Position = n
		members = append(members, m)
	}
	_, err := tx.NewDelete().Model((*Interviewer)(nil)).Where("corp_id = ? AND interview_id = ?", i.CorpID, i.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the interviewers: %w", err)
	}
	if _, err := tx.NewInsert().Model(&members).Exec(ctx); err != nil {
		return fmt.Errorf("storing the interviewers: %w", err)
	}
	i.Interviewers = members
	return nil
}

func (s *Service) queueInvitations(ctx context.Context, tx *db.Tx, i *Interview) error {
	if err := s.queueToInterviewers(ctx, tx, i, message.KindInvite, message.Data{By: i.OrganizerID}); err != nil {
		return err
	}
	c, err := candidate.Read(ctx, tx, i.CorpID, i.CandidateID)
	if err != nil {
		return err
	}
	i.Candidate = *c
	if err := s.queueMail(ctx, tx, i, message.Message{Kind: message.KindInvite}); err != nil {
		return err
	}
	return s.planReminders(ctx, tx, i)
}
