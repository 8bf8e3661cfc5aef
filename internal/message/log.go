package message

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
)

// Service implements the operations on messages. All fields but Now are required.
type Service struct {
	DB    *db.DB
	Queue *job.Queue
	// Members returns the members with these userids.
	Members member.Lookup
	Now     func() time.Time // the clock; nil is time.Now
	// Collect receives the messages of Insert, which then stores none, if it is not nil: the
	// caller stores one message in place of several of a transaction.
	Collect func(Message)
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Filter selects from the message log.
type Filter struct {
	pagination.Page
	State       State
	Waiting     bool // only messages that wait for a retry
	Kind        Kind
	Recipient   string
	InterviewID string
}

// List returns the company's message log, newest first.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]Message, string, error) {
	if err := a.Require(actor.ReadMessages); err != nil {
		return nil, "", err
	}
	var list []Message
	q := selectMessages(s.DB.DB, &list, a.CorpID)
	f.applyTo(q)
	if err := f.ApplyCursor(q, "m", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing messages: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(m Message) (time.Time, string) { return m.CreatedAt, m.ID })
	return list, next, s.fillNames(ctx, a.CorpID, pointersTo(list))
}

func (f Filter) applyTo(q *bun.SelectQuery) {
	if f.Waiting {
		f.State = Queued
		q.Where("m.attempts > 0")
	} else if f.State == Queued {
		q.Where("m.attempts = 0")
	}
	if f.State != "" {
		q.Where("m.state = ?", f.State)
	}
	if f.Kind != "" {
		q.Where("m.kind = ?", f.Kind)
	}
	if f.Recipient != "" {
		q.Where("m.recipient = ?", f.Recipient)
	}
	if f.InterviewID != "" {
		q.Where("m.interview_id = ?", f.InterviewID)
	}
}

// CountUnsent counts the company's failed and queued messages.
func (s *Service) CountUnsent(ctx context.Context, a actor.Actor) (failed, queued int, err error) {
	if err := a.Require(actor.ReadMessages); err != nil {
		return 0, 0, err
	}
	for _, c := range []struct {
		to     *int
		states []State
	}{{&failed, []State{Failed}}, {&queued, []State{Queued, Sending}}} {
		n, err := s.DB.NewSelect().Model((*Message)(nil)).
			Where("m.corp_id = ? AND m.state IN (?)", a.CorpID, bun.List(c.states)).Count(ctx)
		if err != nil {
			return 0, 0, fmt.Errorf("counting messages: %w", err)
		}
		*c.to = int(n)
	}
	return failed, queued, nil
}

// CountByState counts the unsent messages of all companies by state.
func (s *Service) CountByState(ctx context.Context) (map[State]int, error) {
	var counts []struct {
		State State
		N     int
	}
	states := []State{Queued, Sending, Failed}
	err := s.DB.NewSelect().Model((*Message)(nil)).Column("m.state").ColumnExpr("COUNT(*) AS n").
		Where("m.state IN (?)", bun.List(states)).Group("m.state").Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("counting pending messages: %w", err)
	}
	out := map[State]int{}
	for _, state := range states {
		out[state] = 0
	}
	for _, c := range counts {
		out[c.State] = c.N
	}
	return out, nil
}

// Retry retries a failed message, or a queued one before its time.
func (s *Service) Retry(ctx context.Context, a actor.Actor, id string) (*Message, error) {
	if err := a.Require(actor.ReadMessages); err != nil {
		return nil, err
	}
	_, err := s.changeLocked(ctx, a.CorpID, id, func(ctx context.Context, tx *db.Tx, m *Message) (bool, error) {
		if m.State == Sent || m.State == Sending {
			return false, apperr.New(apperr.Conflict, "message.is_"+string(m.State))
		}
		now := s.now()
		m.State, m.Data.AtOnce = Queued, true
		m.Retry(now)
		if err := s.Queue.Insert(ctx, tx, DeliverArgs{CorpID: m.CorpID, MessageID: m.ID}); err != nil {
			return false, err
		}
		return true, audit.Write(ctx, tx, s.now(), a, "message.retry", id, nil)
	})
	if err != nil {
		return nil, err
	}
	m := new(Message)
	if err := selectMessages(s.DB.DB, m, a.CorpID).Where("m.id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading message %s: %w", id, err)
	}
	return m, s.fillNames(ctx, a.CorpID, []*Message{m})
}

// Cancel marks a message that has not been sent as skipped.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Require(actor.ReadMessages); err != nil {
		return err
	}
	_, err := s.changeLocked(ctx, a.CorpID, id, func(ctx context.Context, tx *db.Tx, m *Message) (bool, error) {
		switch m.State {
		case Sent, Sending:
			return false, apperr.New(apperr.Conflict, "message.is_"+string(m.State))
		case Skipped:
			return false, nil
		}
		m.Finish()
		m.discardBody()
		m.State, m.ErrorCode = Skipped, "message.cancelled"
		return true, audit.Write(ctx, tx, s.now(), a, "message.cancel", id, nil)
	})
	return err
}

// selectMessages selects messages without their bodies, which only the delivery
// needs.
func selectMessages(q bun.IDB, model any, corpID string) *bun.SelectQuery {
	return q.NewSelect().Model(model).ExcludeColumn("body").
		ColumnExpr("(SELECT title FROM interviews AS i WHERE i.id = m.interview_id) AS interview_title").
		Where("m.corp_id = ?", corpID)
}

func (s *Service) fillNames(ctx context.Context, corpID string, list []*Message) error {
	var ids []string
	for _, m := range list {
		if m.Channel == WeCom {
			ids = append(ids, m.Recipient)
		}
		ids = append(ids, m.Data.By)
	}
	people, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, m := range list {
		m.By = people(m.Data.By)
		if m.Channel == WeCom {
			m.Person = people(m.Recipient)
		} else {
			m.Person = member.Member{Name: m.RecipientName}
		}
	}
	return nil
}

func pointersTo[T any](list []T) []*T {
	out := make([]*T, len(list))
	for n := range list {
		out[n] = &list[n]
	}
	return out
}
