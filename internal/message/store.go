package message

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/validate"
)

// Insert stores a message in the transaction and inserts the job that delivers
// it. InterviewID and ScheduleVersion, or CandidateID, and the kind, the channel and the
// recipient must be set; ID may be. A message with the Dedup of a stored one is dropped.
func (s *Service) Insert(ctx context.Context, tx *db.Tx, m Message) error {
	if s.Collect != nil {
		s.Collect(m)
		return nil
	}
	now := s.now()
	m.ID, m.State = cmp.Or(m.ID, db.NewID()), Queued
	m.CreatedAt = now
	m.Restart(now)
	var options []job.Option
	if m.Data.SendAt != nil {
		m.Restart(*m.Data.SendAt)
		options = append(options, job.RunAt(*m.Data.SendAt))
	}
	if m.Dedup == "" {
		m.Dedup = m.ID
	}
	res, err := tx.NewInsert().Model(&m).On("CONFLICT (corp_id, dedup) DO NOTHING").Exec(ctx)
	if err != nil {
		return fmt.Errorf("queueing a message of kind %s: %w", m.Kind, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.Queue.Insert(ctx, tx, DeliverArgs{CorpID: m.CorpID, MessageID: m.ID}, options...)
}

// Reschedule changes the time for which a mail is planned. It reports false, and changes
// nothing, if an attempt was made or the message is given up.
func (s *Service) Reschedule(ctx context.Context, tx *db.Tx, corpID, id string, at time.Time) (changed bool, err error) {
	if err := tx.Lock(ctx, (*Message)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
		return false, err
	}
	m, err := readMessage(ctx, tx, corpID, id)
	if err != nil || m.State != Queued || m.AttemptedAt != nil {
		return false, err
	}
	m.Data.SendAt, m.Data.Deferred, m.Data.AtOnce, m.ErrorCode = &at, nil, false, ""
	m.Restart(at)
	if _, err := tx.NewUpdate().Model(m).Column("data", "error_code", "next_attempt_at").WherePK().Where("corp_id = ?", corpID).Exec(ctx); err != nil {
		return false, fmt.Errorf("rescheduling message %s: %w", id, err)
	}
	return true, s.Queue.Insert(ctx, tx, DeliverArgs{CorpID: corpID, MessageID: id}, job.RunAt(at))
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

// changeLocked runs fn on a message under its lock and stores the message when
// fn returns true.
func (s *Service) changeLocked(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, m *Message) (bool, error)) (*Message, error) {
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

// Content is what an attempt sends.
type Content struct {
	Body      string // the bytes; of a mail without its link
	Recipient string // the address that the candidate has now; empty: the stored one
}

// MarkSending claims a message for one attempt and stores the bytes to send. It
// returns nil when there is nothing to send: the message is sent or given up,
// or another process has claimed it. The returned Body must be sent: it is that
// of an earlier attempt, if there was one, so that WeCom recognizes the
// duplicate. When the recipient has received as many messages as WeCom
// delivers in a minute or an hour, MarkSending postpones the message and returns
// the error that snoozes the job until then.
func (s *Service) MarkSending(ctx context.Context, corpID, id string, c Content) (*Message, error) {
	claimed, wait := false, time.Duration(0)
	m, err := s.changeLocked(ctx, corpID, id, func(ctx context.Context, tx *db.Tx, m *Message) (bool, error) {
		now := s.now()
		if !m.IsPending() || m.Leased(now) {
			return false, nil
		}
		if m.Channel == WeCom {
			var err error
			if wait, err = s.quotaWait(ctx, tx, m.CorpID, m.Recipient, m.ID); err != nil {
				return false, err
			}
		}
		if wait > 0 {
			m.Retry(now.Add(wait))
			m.State, m.ErrorCode = Queued, "notify.error.paced"
			return true, nil
		}
		claimed = true
		m.Claim(now)
		m.State, m.AttemptedAt = Sending, &now
		if m.Body == "" {
			m.Body = c.Body
		}
		m.Recipient = cmp.Or(c.Recipient, m.Recipient)
		return true, nil
	})
	switch {
	case err != nil:
		return nil, err
	case wait > 0:
		return nil, job.Snooze(wait)
	case !claimed:
		return nil, nil //nolint:nilnil // nothing to send
	}
	return m, nil
}

// mailsToSearch bounds the mails to one address that WithdrawMail reads.
const mailsToSearch = 500

// WithdrawMail queues the mail that takes the invitation to an interview back from a
// candidate who was replaced, if one was sent. The fields of m but the kind and the channel must be set.
func (s *Service) WithdrawMail(ctx context.Context, tx *db.Tx, m Message) error {
	m.Kind, m.Channel = KindCancelled, Mail
	var sent []Message
	err := tx.NewSelect().Model(&sent).Column("m.kind", "m.channel", "m.interview_id", "m.data").
		Where("m.corp_id = ? AND m.recipient = ? AND m.channel = ? AND m.state IN (?)", m.CorpID, m.Recipient, Mail, bun.List([]State{Sending, Sent})).
		OrderExpr("m.created_at DESC, m.id DESC").Limit(mailsToSearch).Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing the mails to a candidate: %w", err)
	}
	last := slices.IndexFunc(sent, func(o Message) bool {
		return o.InterviewID == m.InterviewID || slices.Contains(o.Data.Rounds, m.InterviewID)
	})
	if last < 0 || sent[last].IsWithdrawal() {
		return nil
	}
	return s.Insert(ctx, tx, m)
}

// Readdress changes the address of the waiting mails about interviews and makes them
// due now; without an address they are skipped. It returns the ids of the interviews whose
// whole schedule one of the mails contains. A mail about the cancellation of an interview keeps its address.
func (s *Service) Readdress(ctx context.Context, tx *db.Tx, corpID string, interviewIDs []string, to string) (scheduled map[string]bool, err error) {
	if len(interviewIDs) == 0 {
		return nil, nil
	}
	var list []Message
	q := tx.NewUpdate().Model(&list)
	if to == "" {
		q.Set("state = ?, error_code = ?, next_attempt_at = NULL", Skipped, "message.no_address")
	} else {
		q.Set("recipient = ?, attempts = 0, next_attempt_at = ?", to, s.now())
	}
	err = q.Where("corp_id = ? AND interview_id IN (?) AND channel = ? AND state = ?", corpID, bun.List(interviewIDs), Mail, Queued).
		Where("kind <> ?", KindCancelled).Returning("id, kind, interview_id, data").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("readdressing the mails to a candidate: %w", err)
	}
	scheduled = map[string]bool{}
	if to == "" {
		return scheduled, nil
	}
	for _, m := range list {
		if err := s.Queue.Insert(ctx, tx, DeliverArgs{CorpID: corpID, MessageID: m.ID}); err != nil {
			return nil, err
		}
		if m.Kind != KindInvite && m.Kind != KindChanged {
			continue
		}
		for _, id := range append(m.Data.Rounds, m.InterviewID) {
			scheduled[id] = true
		}
	}
	return scheduled, nil
}

// SkipQueued marks a message as skipped, with the reason as a text id, unless an attempt takes
// place or it is finished. It reports whether the message was queued.
func (s *Service) SkipQueued(ctx context.Context, tx *db.Tx, corpID, id, code string) (skipped bool, err error) {
	res, err := tx.NewUpdate().Model((*Message)(nil)).Set("state = ?, error_code = ?, next_attempt_at = NULL", Skipped, code).
		Where("corp_id = ? AND id = ? AND state = ?", corpID, id, Queued).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("skipping message %s: %w", id, err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// MarkSent stores that WeCom or the mail server has accepted the message. A
// response code means that the buttons of the card can be used.
func (s *Service) MarkSent(ctx context.Context, corpID, id, msgID, responseCode string) error {
	_, err := s.changeLocked(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		now := s.now()
		m.Finish()
		m.discardBody()
		m.State, m.SentAt = Sent, &now
		m.MsgID, m.ResponseCode = msgID, responseCode
		m.Errcode, m.ErrorCode, m.Error = 0, "", ""
		if responseCode != "" {
			m.CardState = CardOpen
		}
		return true, nil
	})
	return err
}

// discardBody removes the text of a digest of which no attempt will follow: it names
// candidates of several interviews, and is not deleted with each of them.
func (m *Message) discardBody() {
	if m.Kind == KindDigest {
		m.Body = ""
	}
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
	_, err := s.changeLocked(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		if m.State == Sent {
			return false, nil
		}
		m.Finish()
		m.State = Failed
		m.Errcode, m.ErrorCode, m.Error = f.Errcode, f.Code, validate.RemoveUnstorable(f.Text)
		if !f.RetryAt.IsZero() {
			m.Retry(db.Time(f.RetryAt))
			m.State = Queued
		} else {
			m.discardBody()
		}
		return true, nil
	})
	return err
}

// MarkUndelivered stores that a message that WeCom had accepted did not arrive.
func (s *Service) MarkUndelivered(ctx context.Context, tx *db.Tx, corpID, msgID string, f Failure) error {
	_, err := tx.NewUpdate().Model((*Message)(nil)).Set("state = ?, errcode = ?, error_code = ?, error = ?", Failed, f.Errcode, f.Code, f.Text).
		Where("corp_id = ? AND msgid = ? AND channel = ? AND state = ?", corpID, msgID, WeChat, Sent).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing that message %s was not delivered: %w", msgID, err)
	}
	return nil
}

// MarkSkipped stores that the message is not sent, with the reason as a text
// id.
func (s *Service) MarkSkipped(ctx context.Context, corpID, id, code string) error {
	_, err := s.changeLocked(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		if m.State == Sent {
			return false, nil
		}
		m.Finish()
		m.discardBody()
		m.State, m.ErrorCode = Skipped, code
		return true, nil
	})
	return err
}

// Reasons of Defer, as text ids.
const (
	QuietHours         = "notify.deferred.quiet_hours"
	WaitingForApproval = "notify.deferred.approval"
)

// Defer makes a message that no attempt was made for wait until the end of quiet hours, or another time for
// a reason, and returns the error that snoozes the job until then.
func (s *Service) Defer(ctx context.Context, corpID, id string, until time.Time, reason string) error {
	deferred := false
	_, err := s.changeLocked(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		if deferred = m.IsNew(); !deferred {
			return false, nil
		}
		until = db.Time(until)
		m.Retry(until)
		m.ErrorCode, m.Data.Deferred = reason, &until
		return true, nil
	})
	if err != nil || !deferred {
		return err
	}
	return job.Snooze(until.Sub(s.now()))
}

// MarkCard stores the state of the buttons of a sent card.
func (s *Service) MarkCard(ctx context.Context, corpID, id string, state CardState) error {
	_, err := s.changeLocked(ctx, corpID, id, func(_ context.Context, _ *db.Tx, m *Message) (bool, error) {
		m.CardState = state
		return true, nil
	})
	return err
}

// ListOpenCards returns the messages about an interview whose buttons can be used:
// to one member, or to all when userID is empty.
func (s *Service) ListOpenCards(ctx context.Context, corpID, interviewID, userID string) ([]Message, error) {
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
			Where("m.state IN (?)", bun.List([]State{Queued, Sending}))
	}
	return outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(m *Message) job.Args {
		return DeliverArgs{CorpID: m.CorpID, MessageID: m.ID}
	})
}

// Get returns a message with its body and the names of the members in it, or
// NotFound.
func (s *Service) Get(ctx context.Context, corpID, id string) (*Message, error) {
	m, err := readMessage(ctx, s.DB.DB, corpID, id)
	if err != nil {
		return nil, err
	}
	return m, s.fillNames(ctx, corpID, []*Message{m})
}

// FailedMail returns a query of the ids of the interviews about which the newest mail of a kind
// to the candidate has failed. The comparison of the kinds can use no index: SQLite would
// read all messages of a kind in place of those of the interview.
func FailedMail(corpID string) schema.QueryAppender {
	return bun.SafeQuery(`SELECT m.interview_id FROM messages AS m WHERE m.corp_id = ?0 AND m.state = ?1 AND m.channel = ?2 AND m.interview_id IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM messages AS later WHERE later.corp_id = ?0 AND later.interview_id = m.interview_id
			AND later.channel = ?2 AND later.kind || '' = m.kind AND later.created_at > m.created_at AND later.state <> ?1)`,
		corpID, Failed, Mail)
}

// HoldDue marks the messages that were due before now as failed, in a restored database:
// they may have been sent after the backup was written. It uses no column that an earlier
// version of the schema does not have.
func HoldDue(ctx context.Context, tx *db.Tx, now time.Time) (held int, err error) {
	result, err := tx.NewUpdate().Table("messages").
		Set("state = ?", Failed).Set("error_code = 'message.restored'").Set("next_attempt_at = NULL").
		Where("state = ? OR (state = ? AND (next_attempt_at IS NULL OR next_attempt_at <= ?))", Sending, Queued, db.Time(now)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("holding the messages that were due: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}
