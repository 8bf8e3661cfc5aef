// Package event keeps what happened in a company, in order, for programs
// outside: those that ask since a cursor, and webhooks. A row is written in the
// transaction that made it true. It knows no feature; who sends events
// anywhere is package webhook.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// The types of event. The word before the dot names the subject.
const (
	InterviewScheduled = "interview.scheduled"
	InterviewChanged   = "interview.changed"
	InterviewCancelled = "interview.cancelled"
	InterviewStarted   = "interview.started"
	InterviewEnded     = "interview.ended"
	InterviewDecided   = "interview.decided"
	InterviewResponse  = "interview.response"
	CandidateCreated   = "candidate.created"
	CandidateChanged   = "candidate.changed"
	PositionCreated    = "position.created"
	PositionChanged    = "position.changed"
	ScorecardSubmitted = "scorecard.submitted"
	RoomReady          = "room.ready"
	RoomFailed         = "room.failed"
	ExamSent           = "exam.sent"
	ExamFinished       = "exam.finished"
)

// Types are all types, in the order in which people read them.
var Types = []string{
	InterviewScheduled, InterviewChanged, InterviewCancelled, InterviewStarted, InterviewEnded, InterviewDecided,
	InterviewResponse, CandidateCreated, CandidateChanged, PositionCreated, PositionChanged, ScorecardSubmitted,
	RoomReady, RoomFailed, ExamSent, ExamFinished,
}

// Event is something that happened. Data becomes JSON that leaves the company's
// house: ids and states, nothing secret and nothing written for colleagues.
type Event struct {
	CorpID    string
	Type      string
	SubjectID string // of the interview, candidate, position or exam
	Actor     string // userid of who did it, "" for nobody
	Data      any
	At        time.Time // zero is now
}

// Row is an event that was recorded.
type Row struct {
	bun.BaseModel `bun:"table:events,alias:e"`

	ID           string          `bun:",pk"`
	CorpID       string          `bun:"corp_id"`
	Seq          int64           `bun:"seq,nullzero"` // place in the company's order, from 1; 0 before it has one
	Type         string          `bun:"type"`
	SubjectID    string          `bun:"subject_id"`
	Actor        string          `bun:"actor"`
	Data         json.RawMessage `bun:"data,type:jsonb"`
	CreatedAt    time.Time       `bun:"created_at"`
	DispatchedAt *time.Time      `bun:"dispatched_at"`
}

// RecordedArgs is the job that makes deliveries of an event. Whoever records
// one inserts it in the same transaction; a sweep finds those without.
type RecordedArgs struct {
	CorpID  string `json:"corpId"`
	EventID string `json:"eventId"`
}

// Kind names the job.
func (RecordedArgs) Kind() string { return "event_recorded" }

// Record writes the event down in the caller's transaction and returns the
// arguments of the job that goes with it.
func Record(ctx context.Context, tx *db.Tx, e Event) (RecordedArgs, error) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return RecordedArgs{}, fmt.Errorf("writing an event of type %s: %w", e.Type, err)
	}
	if e.At.IsZero() {
		e.At = time.Now()
	}
	r := Row{
		ID: db.NewID(), CorpID: e.CorpID, Type: e.Type, SubjectID: e.SubjectID, Actor: e.Actor,
		Data: data, CreatedAt: db.Time(e.At),
	}
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return RecordedArgs{}, fmt.Errorf("storing an event of type %s: %w", e.Type, err)
	}
	return RecordedArgs{CorpID: r.CorpID, EventID: r.ID}, nil
}

// Get returns one event, or an error of which db.IsNotFound is true.
func Get(ctx context.Context, q bun.IDB, corpID, id string) (*Row, error) {
	r := new(Row)
	if err := q.NewSelect().Model(r).Where("e.corp_id = ? AND e.id = ?", corpID, id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading event %s: %w", id, err)
	}
	return r, nil
}

// DeleteBefore deletes the events from before the time.
func DeleteBefore(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.NewRaw("DELETE FROM events WHERE created_at < ?", db.Time(before)).Exec(ctx); err != nil {
		return fmt.Errorf("deleting old events: %w", err)
	}
	return nil
}
