package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/pagination"
)

// MessageFilter selects from the message log.
type MessageFilter struct {
	pagination.Page
	State       MessageState
	Waiting     bool // only messages that wait for a retry
	Kind        Kind
	Recipient   string
	InterviewID string
}

// Messages returns the company's message log, newest first.
func (s *Service) Messages(ctx context.Context, a actor.Actor, f MessageFilter) ([]Message, string, error) {
	if err := mayManage(a); err != nil {
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
	return list, next, s.fillMessageNames(ctx, a.CorpID, toPointers(list))
}

func (f MessageFilter) applyTo(q *bun.SelectQuery) {
	if f.Waiting {
		f.State = MessageQueued
		q.Where("m.attempts > 0")
	} else if f.State == MessageQueued {
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

// InterviewMessages returns the messages about an interview, newest first.
func (s *Service) InterviewMessages(ctx context.Context, a actor.Actor, id string) ([]Message, error) {
	if _, err := s.getVisible(ctx, s.DB.DB, a, id); err != nil {
		return nil, err
	}
	if err := mayManage(a); err != nil {
		return nil, err
	}
	list, _, err := s.Messages(ctx, a, MessageFilter{InterviewID: id, Page: pagination.Page{Limit: 200}})
	return list, err
}

// CountMessages counts the company's failed and queued messages.
func (s *Service) CountMessages(ctx context.Context, a actor.Actor) (failed, queued int, err error) {
	if err := mayManage(a); err != nil {
		return 0, 0, err
	}
	for _, c := range []struct {
		to     *int
		states []MessageState
	}{{&failed, []MessageState{MessageFailed}}, {&queued, []MessageState{MessageQueued, MessageSending}}} {
		n, err := s.DB.NewSelect().Model((*Message)(nil)).
			Where("m.corp_id = ? AND m.state IN (?)", a.CorpID, bun.List(c.states)).Count(ctx)
		if err != nil {
			return 0, 0, fmt.Errorf("counting messages: %w", err)
		}
		*c.to = int(n)
	}
	return failed, queued, nil
}

// PendingMessages counts the unsent messages of all companies by state.
func (s *Service) PendingMessages(ctx context.Context) (map[MessageState]int, error) {
	var counts []struct {
		State MessageState
		N     int
	}
	states := []MessageState{MessageQueued, MessageSending, MessageFailed}
	err := s.DB.NewSelect().Model((*Message)(nil)).Column("m.state").ColumnExpr("COUNT(*) AS n").
		Where("m.state IN (?)", bun.List(states)).Group("m.state").Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("counting pending messages: %w", err)
	}
	out := map[MessageState]int{}
	for _, state := range states {
		out[state] = 0
	}
	for _, c := range counts {
		out[c.State] = c.N
	}
	return out, nil
}

// RetryMessage retries a failed message, or a queued one before its time.
func (s *Service) RetryMessage(ctx context.Context, a actor.Actor, id string) (*Message, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	_, err := s.changeMessage(ctx, a.CorpID, id, func(ctx context.Context, tx *db.Tx, m *Message) (bool, error) {
		if m.State == MessageSent || m.State == MessageSending {
			return false, apperr.New(apperr.Conflict, "message.is_"+string(m.State))
		}
		now := s.now()
		m.State = MessageQueued
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
	return m, s.fillMessageNames(ctx, a.CorpID, []*Message{m})
}

// selectMessages selects messages without their bodies, which only the delivery
// needs.
func selectMessages(q bun.IDB, model any, corpID string) *bun.SelectQuery {
	return q.NewSelect().Model(model).ExcludeColumn("body").
		ColumnExpr("(SELECT title FROM interviews AS i WHERE i.id = m.interview_id) AS interview_title").
		Where("m.corp_id = ?", corpID)
}

func (s *Service) fillMessageNames(ctx context.Context, corpID string, list []*Message) error {
	var ids []string
	for _, m := range list {
		if m.Channel == WeCom {
			ids = append(ids, m.Recipient)
		}
		ids = append(ids, m.Data.By)
	}
	people, err := s.membersByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, m := range list {
		m.By = people(m.Data.By)
		if m.Channel == WeCom {
			m.Person = people(m.Recipient)
		} else {
			m.Person = Member{Name: m.RecipientName}
		}
	}
	return nil
}
