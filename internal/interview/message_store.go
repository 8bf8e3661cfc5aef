package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/validate"
)

// Delivery is a message with the data of its text.
type Delivery struct {
	Message   *Message
	Interview *Interview
}

// Superseded reports whether later events have made the message pointless.
func (d *Delivery) Superseded() bool {
	m, i := d.Message, d.Interview
	switch m.Kind {
	case KindInvite, KindChanged, KindReminder:
		if i.State != Scheduled || m.ScheduleVersion != i.ScheduleVersion {
			return true
		}
		return m.Channel == WeCom && i.interviewer(m.Recipient) == nil
	case KindEvaluate, KindEvaluateReminder:
		seat := i.interviewer(m.Recipient)
		return i.State != Ended || seat == nil || seat.Scorecard == scorecard.Submitted
	case KindCandidateWaiting, KindRoomReady:
		return !i.Open()
	case KindRoomFailed:
		return !i.Open() || i.room == nil || i.room.FailureCode == ""
	case KindRoomFollows:
		return !i.Open() || i.roomIsReady()
	default:
		return false
	}
}

// LoadMessage returns a message and its interview as they are now.
func (s *Service) LoadMessage(ctx context.Context, corpID, id string) (*Delivery, error) {
	m, err := readMessage(ctx, s.DB.DB, corpID, id)
	if err != nil {
		return nil, err
	}
	i, err := s.readInterview(ctx, s.DB.DB, corpID, m.InterviewID)
	if err != nil {
		return nil, err
	}
	if err := s.fillNames(ctx, corpID, []*Interview{i}); err != nil {
		return nil, err
	}
	return &Delivery{Message: m, Interview: i}, s.fillMessageNames(ctx, corpID, []*Message{m})
}

func readMessage(ctx context.Context, q bun.IDB, corpID, id string) (*Message, error) {
	m := new(Message)
	err := q.NewSelect().Model(m).Where("m.corp_id = ? AND m.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading message %s: %w", id, err)
	}
	return m, nil
}

// changeMessage runs fn on a message under its lock and stores the message when
// fn returns true.
func (s *Service) changeMessage(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, m *Message) (bool, error)) (*Message, error) {
	var m *Message
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Message)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
			return err
		}
		var err error
		if m, err = readMessage(ctx, tx, corpID, id); err != nil {
			return err
		}
		changed, err := fn(ctx, tx, m)
		if err != nil || !changed {
			return err
		}
		if _, err := tx.NewUpdate().Model(m).WherePK().Where("corp_id = ?", corpID).Exec(ctx); err != nil {
			return fmt.Errorf("storing message %s: %w", id, err)
		}
		return nil
	})
	return m, err
}

// MarkSending claims a message for one attempt and stores the bytes to send. It
// returns nil when there is nothing to send: the message is sent or given up,
// or another process has claimed it. The returned Body must be sent: it is that
// of an earlier attempt, if there was one, so that WeCom recognizes the
// duplicate.
func (s *Service) MarkSending(ctx context.Context, corpID, id, body string) (*Message, error) {
	claimed := false
	m, err := s.changeMessage(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		now := s.now()
		if claimed = m.pending() && !m.Leased(now); !claimed {
			return false, nil
		}
		m.Claim(now)
		m.State, m.AttemptedAt = MessageSending, &now
		if m.Body == "" {
			m.Body = body
		}
		return true, nil
	})
	if err != nil || !claimed {
		return nil, err
	}
	return m, nil
}

// MarkSent stores that WeCom or the mail server has accepted the message. A
// response code means that the buttons of the card can be used.
func (s *Service) MarkSent(ctx context.Context, corpID, id, msgID, responseCode string) error {
	_, err := s.changeMessage(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		now := s.now()
		m.Finish()
		m.State, m.SentAt = MessageSent, &now
		m.MsgID, m.ResponseCode = msgID, responseCode
		m.Errcode, m.ErrorCode, m.Error = 0, "", ""
		if responseCode != "" {
			m.CardState = CardOpen
		}
		return true, nil
	})
	return err
}

// Failure is the result of an attempt that failed.
type Failure struct {
	Errcode int       // WeCom's, 0 for none
	Code    string    // text id; its text may use Errcode and Error
	Text    string    // the error text of the other system, without secrets
	RetryAt time.Time // zero: no further attempt
}

// MarkFailed stores a failed attempt. With RetryAt the message waits for the
// next one; the caller inserts its job, and the sweep does if the process dies.
func (s *Service) MarkFailed(ctx context.Context, corpID, id string, f Failure) error {
	_, err := s.changeMessage(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		if m.State == MessageSent {
			return false, nil
		}
		m.Finish()
		m.State = MessageFailed
		m.Errcode, m.ErrorCode, m.Error = f.Errcode, f.Code, validate.RemoveUnstorable(f.Text)
		if !f.RetryAt.IsZero() {
			m.Retry(db.Time(f.RetryAt))
			m.State = MessageQueued
		}
		return true, nil
	})
	return err
}

// MarkSkipped stores that the message is not sent, with the reason as a text
// id.
func (s *Service) MarkSkipped(ctx context.Context, corpID, id, code string) error {
	_, err := s.changeMessage(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		if m.State == MessageSent {
			return false, nil
		}
		m.Finish()
		m.State, m.ErrorCode = MessageSkipped, code
		return true, nil
	})
	return err
}

// MarkCard stores the state of the buttons of a sent card.
func (s *Service) MarkCard(ctx context.Context, corpID, id string, state CardState) error {
	_, err := s.changeMessage(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		m.CardState = state
		return true, nil
	})
	return err
}

// OpenCards returns the messages about an interview whose buttons can be used:
// to one member, or to all when userID is empty.
func (s *Service) OpenCards(ctx context.Context, corpID, interviewID, userID string) ([]Message, error) {
	var list []Message
	q := s.DB.NewSelect().Model(&list).
		Where("m.corp_id = ? AND m.interview_id = ? AND m.card_state = ?", corpID, interviewID, CardOpen)
	if userID != "" {
		q.Where("m.recipient = ?", userID)
	}
	if err := q.Order("m.created_at", "m.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing the open cards of interview %s: %w", interviewID, err)
	}
	return list, nil
}

// Sweep inserts a job for every message whose job is lost and returns their
// number.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery {
		return outbox.Overdue(q.Column("id", "corp_id"), s.now()).
			Where("m.state IN (?)", bun.List([]MessageState{MessageQueued, MessageSending}))
	}
	return outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(m *Message) job.Args {
		return DeliverArgs{CorpID: m.CorpID, MessageID: m.ID}
	})
}
