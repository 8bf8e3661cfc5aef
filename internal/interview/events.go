package interview

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
)

// The data of events for other systems: ids and states. Notes, reasons,
// assessments, contact data and join URLs are left out; a program with the
// scopes for them requests the object.

// interviewEvent is the data of events about interviews.
type interviewEvent struct {
	InterviewID  string    `json:"interviewId"`
	State        State     `json:"state"`
	PositionID   string    `json:"positionId"`
	CandidateID  string    `json:"candidateId"`
	ExternalID   string    `json:"externalId,omitempty"`
	Round        int       `json:"round"`
	StartsAt     time.Time `json:"startsAt"`
	EndsAt       time.Time `json:"endsAt"`
	RoomKind     RoomKind  `json:"roomKind"`
	Interviewers []string  `json:"interviewers"`
	Version      int       `json:"version"`

	Changed  []string `json:"changed,omitempty"`  // of interview.changed: title, time, room, meeting, interviewers, other
	UserID   string   `json:"userId,omitempty"`   // of interview.response and scorecard.submitted
	Response Response `json:"response,omitempty"` // of interview.response
	Decision Decision `json:"decision,omitempty"` // of interview.decided
	// Of scorecard.submitted: the counts of countScorecards.
	Submitted int `json:"submitted,omitempty"`
	Expected  int `json:"expected,omitempty"`
}

// recordEvent stores an event for other systems in the transaction that it
// reports.
func (s *Service) recordEvent(ctx context.Context, tx *db.Tx, a actor.Actor, eventType, subjectID string, data any) error {
	_, err := event.Record(ctx, tx, s.Queue, event.Event{
		CorpID: a.CorpID, Type: eventType, SubjectID: subjectID, Actor: a.UserID, Data: data, At: s.now(),
	})
	return err
}

// recordInterview calls recordEvent with the interview as it is now. more adds the
// fields of this type of event.
func (s *Service) recordInterview(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, eventType string, more ...func(*interviewEvent)) error {
	data := interviewEvent{
		InterviewID: i.ID, State: i.State, PositionID: i.PositionID, CandidateID: i.CandidateID, ExternalID: i.ExternalID, Round: i.Round,
		StartsAt: i.StartsAt, EndsAt: i.EndsAt, RoomKind: i.RoomKind, Version: i.Version, Interviewers: []string{},
	}
	for _, m := range i.Interviewers {
		data.Interviewers = append(data.Interviewers, m.UserID)
	}
	for _, fn := range more {
		fn(&data)
	}
	return s.recordEvent(ctx, tx, a, eventType, i.ID, data)
}

// recordAction calls recordInterview with an entry of the audit log.
func (s Series) recordAction(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, eventType, action string, data audit.Data, more ...func(*interviewEvent)) error {
	if err := s.recordInterview(ctx, tx, a, i, eventType, more...); err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.now(), a, action, i.ID, data)
}

// changedParts returns what an edit changed, as events name it.
func (c planChanges) changedParts() []string {
	words := append([]string{}, c.fields...)
	if len(c.added) > 0 || len(c.removed) > 0 {
		words = append(words, "interviewers")
	}
	if len(words) == 0 {
		words = append(words, "other")
	}
	return words
}
