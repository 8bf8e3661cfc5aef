// Package event stores the events of a company in order, for clients that poll
// with a cursor and for webhooks. An event is recorded in the transaction that
// caused it. The package is independent of the features; package webhook
// delivers the events.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// Types of event. The word before the dot is the kind of subject.
const (
	InterviewScheduled = "interview.scheduled"
	InterviewChanged   = "interview.changed"
	InterviewCancelled = "interview.cancelled"
	InterviewStarted   = "interview.started"
	InterviewEnded     = "interview.ended"
	InterviewReopened  = "interview.reopened"
	InterviewDecided   = "interview.decided"
	InterviewResponse  = "interview.response"
	CandidateCreated   = "candidate.created"
	CandidateChanged   = "candidate.changed"
	CandidateErased    = "candidate.erased"
	PositionCreated    = "position.created"
	PositionChanged    = "position.changed"
	ScorecardSubmitted = "scorecard.submitted"
	RoomReady          = "room.ready"
	RoomFailed         = "room.failed"
	ExamSent           = "exam.sent"
	ExamFinished       = "exam.finished"
)

// Types are all types, in the order of the documentation.
var Types = []string{
	InterviewScheduled, InterviewChanged, InterviewCancelled, InterviewStarted, InterviewEnded, InterviewReopened, InterviewDecided,
	InterviewResponse, CandidateCreated, CandidateChanged, CandidateErased, PositionCreated, PositionChanged, ScorecardSubmitted,
	RoomReady, RoomFailed, ExamSent, ExamFinished,
}

// Event is an event to be recorded. Data is encoded as JSON and sent to third
// parties: it contains ids and states, no secrets and no internal texts.
type Event struct {
	CorpID    string
	Type      string
	SubjectID string // id of the interview, candidate, position or exam
	Actor     string // userid; empty for an event without an actor
	Data      any
	At        time.Time // zero: now
}

// Row is a recorded event.
type Row struct {
	bun.BaseModel `bun:"table:events,alias:e"`

	ID           string          `bun:",pk"`
	CorpID       string          `bun:"corp_id"`
	Seq          int64           `bun:"seq,nullzero"` // position in the company's order, from 1; 0 before it is assigned
	Type         string          `bun:"type"`
	SubjectID    string          `bun:"subject_id"`
	Actor        string          `bun:"actor"`
	Data         json.RawMessage `bun:"data,type:jsonb"`
	CreatedAt    time.Time       `bun:"created_at"`
	DispatchedAt *time.Time      `bun:"dispatched_at"`
}

// RecordedArgs are the arguments of the job that creates the deliveries of an
// event. Record inserts the job; a sweep finds events without one.
type RecordedArgs struct {
	CorpID  string `json:"corpId"`
	EventID string `json:"eventId"`
}

func (RecordedArgs) Kind() string { return "event_recorded" }

// Record inserts the event and its job in the caller's transaction, and returns
// the event's id.
func Record(ctx context.Context, tx *db.Tx, q *job.Queue, e Event) (id string, err error) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return "", fmt.Errorf("writing an event of type %s: %w", e.Type, err)
	}
	if e.At.IsZero() {
		e.At = time.Now()
	}
	r := Row{
		ID: db.NewID(), CorpID: e.CorpID, Type: e.Type, SubjectID: e.SubjectID, Actor: e.Actor,
		Data: data, CreatedAt: db.Time(e.At),
	}
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return "", fmt.Errorf("storing an event of type %s: %w", e.Type, err)
	}
	return r.ID, q.Insert(ctx, tx, RecordedArgs{CorpID: r.CorpID, EventID: r.ID})
}

// Get returns one event. db.IsNotFound is true for the error when there is
// none.
func Get(ctx context.Context, q bun.IDB, corpID, id string) (*Row, error) {
	r := new(Row)
	if err := q.NewSelect().Model(r).Where("e.corp_id = ? AND e.id = ?", corpID, id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading event %s: %w", id, err)
	}
	return r, nil
}

// DeleteBefore deletes the events that were recorded before the time.
func DeleteBefore(ctx context.Context, d *db.DB, before time.Time) error {
	if _, err := d.DeleteInBatches(ctx, "events", "id", "created_at < ?", db.Time(before)); err != nil {
		return fmt.Errorf("deleting old events: %w", err)
	}
	return nil
}

// ClearData replaces the data of the events about subjects that were erased by
// {"erased":true}, except those of a type. The events keep their place in the order.
func ClearData(ctx context.Context, d *db.DB, corpID string, subjectIDs []string, exceptType string) error {
	args := []any{corpID, bun.List(subjectIDs), exceptType}
	err := d.UpdateInBatches(ctx, "events", "id", "corp_id = ? AND subject_id IN (?) AND type <> ?", args, func(ctx context.Context, tx *db.Tx, ids []string) error {
		_, err := tx.NewUpdate().Model((*Row)(nil)).Set("data = ?", `{"erased":true}`).Where("id IN (?)", bun.List(ids)).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("clearing the data of events: %w", err)
	}
	return nil
}
