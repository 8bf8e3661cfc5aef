package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/outbox"
)

// Kind is the occasion of a message.
type Kind string

const (
	KindInvite           Kind = "invite"            // to an interviewer or the candidate
	KindChanged          Kind = "changed"           // time, room or title have changed
	KindCancelled        Kind = "cancelled"         // cancelled, or without this interviewer
	KindDeclined         Kind = "declined"          // to the organizer
	KindAccepted         Kind = "accepted"          // to the organizer
	KindReminder         Kind = "reminder"          // a day and 15 minutes before
	KindCandidateWaiting Kind = "candidate_waiting" // the candidate is in the lobby
	KindEvaluate         Kind = "evaluate"          // the interview has ended: a scorecard is due
	KindEvaluateReminder Kind = "evaluate_reminder" // the scorecard is still missing
	KindSummary          Kind = "summary"           // to the organizer: all scorecards are submitted
	KindRoomFailed       Kind = "room_failed"       // to the organizer: the room could not be created, and what to do
	KindRoomFollows      Kind = "room_follows"      // to an interviewer: the room will be created later
	KindRoomReady        Kind = "room_ready"        // after one of the two: the room can be joined
)

// Channel is the transport of a message.
type Channel string

// The channels.
const (
	WeCom Channel = "wecom" // to a member, by user id
	Mail  Channel = "mail"  // to the candidate, by e-mail address
)

// MessageState is the delivery state of a message: queued → sending → sent or
// failed. An attempt that is to be retried returns to queued; a superseded
// message is skipped.
type MessageState string

const (
	MessageQueued  MessageState = "queued"
	MessageSending MessageState = "sending"
	MessageSent    MessageState = "sent"
	MessageFailed  MessageState = "failed"
	MessageSkipped MessageState = "skipped"
)

// Message is a row of messages: one message to one recipient.
type Message struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	ID              string       `bun:",pk"`
	CorpID          string       `bun:"corp_id"`
	InterviewID     string       `bun:"interview_id"`
	Kind            Kind         `bun:"kind"`
	Channel         Channel      `bun:"channel"`
	Recipient       string       `bun:"recipient"`      // user id, or e-mail address
	RecipientName   string       `bun:"recipient_name"` // of a candidate; members' names are read separately
	ScheduleVersion int          `bun:"schedule_version"`
	Data            MessageData  `bun:"data,type:jsonb"`
	State           MessageState `bun:"state"`
	Body            string       `bun:"body,nullzero"` // the bytes to send; of a mail without its link
	MsgID           string       `bun:"msgid"`
	ResponseCode    string       `bun:"response_code"`
	CardState       CardState    `bun:"card_state"`
	Errcode         int          `bun:"errcode"`
	ErrorCode       string       `bun:"error_code"` // text id
	Error           string       `bun:"error"`      // the error text of WeCom or the mail server
	Dedup           string       `bun:"dedup"`
	CreatedAt       time.Time    `bun:"created_at"`
	AttemptedAt     *time.Time   `bun:"attempted_at"`
	SentAt          *time.Time   `bun:"sent_at"`

	outbox.Row

	// Read beside the row.
	Person         Member `bun:"-"` // the recipient
	By             Member `bun:"-"` // the member Data.By
	InterviewTitle string `bun:"interview_title,scanonly"`
}

// pending reports whether the message is still to be sent.
func (m *Message) pending() bool { return m.State == MessageQueued || m.State == MessageSending }

// Waiting reports whether an attempt has failed and another will follow.
func (m *Message) Waiting() bool { return m.State == MessageQueued && m.Attempts > 0 }

// MessageData is what a message needs beside the interview as it is at
// delivery.
type MessageData struct {
	By     string     `json:"by,omitempty"`     // userid of the actor
	Reason string     `json:"reason,omitempty"` // of a decline or a cancellation
	Fields []string   `json:"fields,omitempty"` // the changed ones of title, time, room
	Was    *time.Time `json:"was,omitempty"`    // the start before the change
	Before string     `json:"before,omitempty"` // reminder: "24h" or "15m"
	// Failure is the reason of KindRoomFailed.
	Failure *RoomFailure `json:"failure,omitempty"`
}

// CardState is the state of the buttons of a sent card.
type CardState string

const (
	NoCard       CardState = ""
	CardOpen     CardState = "open"     // its buttons can be used
	CardAnswered CardState = "answered" // shows the response
	CardClosed   CardState = "closed"   // shows that the interview is over or cancelled
)

// DeliverArgs is the job that delivers a message, in package notify.
type DeliverArgs struct {
	CorpID    string `json:"corpId"`
	MessageID string `json:"messageId"`
}

func (DeliverArgs) Kind() string { return "interview_deliver" }

// AnsweredArgs is the job that updates the WeCom cards after a response on a
// page, in package notify.
type AnsweredArgs struct {
	CorpID      string   `json:"corpId"`
	InterviewID string   `json:"interviewId"`
	UserID      string   `json:"userId"`
	Response    Response `json:"response"`
}

func (AnsweredArgs) Kind() string { return "interview_answered" }

// queueMessage stores a message and inserts the job that delivers it. A message
// with the Dedup of a stored one is dropped.
func (s *Service) queueMessage(ctx context.Context, tx *db.Tx, i *Interview, m Message) error {
	now := s.now()
	m.ID, m.CorpID, m.InterviewID = db.NewID(), i.CorpID, i.ID
	m.ScheduleVersion, m.State = i.ScheduleVersion, MessageQueued
	m.CreatedAt = now
	m.Restart(now)
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
	return s.Queue.Insert(ctx, tx, DeliverArgs{CorpID: m.CorpID, MessageID: m.ID})
}

// queueWeComMessage queues a message to a member through WeCom.
func (s *Service) queueWeComMessage(ctx context.Context, tx *db.Tx, i *Interview, kind Kind, userID string, data MessageData) error {
	return s.queueMessage(ctx, tx, i, Message{Kind: kind, Channel: WeCom, Recipient: userID, Data: data})
}

// queueToInterviewers queues a message to each interviewer who has not
// declined.
func (s *Service) queueToInterviewers(ctx context.Context, tx *db.Tx, i *Interview, kind Kind, data MessageData) error {
	for _, m := range i.Interviewers {
		if m.Response == Declined {
			continue
		}
		if err := s.queueWeComMessage(ctx, tx, i, kind, m.UserID, data); err != nil {
			return err
		}
	}
	return nil
}

// queueMail queues a mail to the candidate, if there is an address.
func (s *Service) queueMail(ctx context.Context, tx *db.Tx, i *Interview, m Message) error {
	if i.Candidate.Email == "" {
		return nil
	}
	m.Channel, m.Recipient, m.RecipientName = Mail, i.Candidate.Email, i.Candidate.Name
	return s.queueMessage(ctx, tx, i, m)
}
