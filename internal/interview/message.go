package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/outbox"
)

// Kind says what a message is about.
type Kind string

// The kinds of messages.
const (
	KindInvite           Kind = "invite"            // to an interviewer or the candidate
	KindChanged          Kind = "changed"           // time, room or title have changed
	KindCancelled        Kind = "cancelled"         // it does not happen, or not with you
	KindDeclined         Kind = "declined"          // to the organiser
	KindAccepted         Kind = "accepted"          // to the organiser
	KindReminder         Kind = "reminder"          // a day and a quarter of an hour before
	KindCandidateWaiting Kind = "candidate_waiting" // the candidate is in the lobby
	KindEvaluate         Kind = "evaluate"          // write your scorecard
	KindEvaluateReminder Kind = "evaluate_reminder" // it is still missing
	KindSummary          Kind = "summary"           // to the organiser: all scorecards are in
	KindRoomFailed       Kind = "room_failed"       // to the organiser: there is no room yet, and what to do
	KindRoomFollows      Kind = "room_follows"      // to an interviewer: the room will be there in time
	KindRoomReady        Kind = "room_ready"        // after one of the two: the room is there
)

// Channel is the way that a message takes.
type Channel string

// The channels.
const (
	WeCom Channel = "wecom" // to a member, by user id
	Mail  Channel = "mail"  // to the candidate, by e-mail address
)

// MessageState says how far a message has come.
type MessageState string

// The states. queued → sending → sent or failed; an attempt that is worth
// repeating goes back to queued. skipped: it had become pointless.
const (
	MessageQueued  MessageState = "queued"
	MessageSending MessageState = "sending"
	MessageSent    MessageState = "sent"
	MessageFailed  MessageState = "failed"
	MessageSkipped MessageState = "skipped"
)

// Message is a row of messages: one message to one person.
type Message struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	ID              string       `bun:",pk"`
	CorpID          string       `bun:"corp_id"`
	InterviewID     string       `bun:"interview_id"`
	Kind            Kind         `bun:"kind"`
	Channel         Channel      `bun:"channel"`
	Recipient       string       `bun:"recipient"`      // user id, or e-mail address
	RecipientName   string       `bun:"recipient_name"` // of a candidate; members' names are looked up
	ScheduleVersion int          `bun:"schedule_version"`
	Data            MessageData  `bun:"data,type:jsonb"`
	State           MessageState `bun:"state"`
	Body            string       `bun:"body,nullzero"` // the exact bytes; a mail's without its link
	MsgID           string       `bun:"msgid"`
	ResponseCode    string       `bun:"response_code"`
	CardState       CardState    `bun:"card_state"`
	Errcode         int          `bun:"errcode"`
	ErrorCode       string       `bun:"error_code"` // text id of the sentence for a person
	Error           string       `bun:"error"`      // what the other side said
	Dedup           string       `bun:"dedup"`
	CreatedAt       time.Time    `bun:"created_at"`
	AttemptedAt     *time.Time   `bun:"attempted_at"`
	SentAt          *time.Time   `bun:"sent_at"`

	outbox.Row

	// Read beside the row.
	Person         Member `bun:"-"` // the recipient
	By             Member `bun:"-"` // who Data.By is
	InterviewTitle string `bun:"interview_title,scanonly"`
}

// pending reports whether the message is still to be sent.
func (m *Message) pending() bool { return m.State == MessageQueued || m.State == MessageSending }

// Waiting says whether an attempt has failed and another one follows.
func (m *Message) Waiting() bool { return m.State == MessageQueued && m.Attempts > 0 }

// MessageData is what a text needs beside the interview as it is.
type MessageData struct {
	By     string     `json:"by,omitempty"`     // user id of who did it
	Reason string     `json:"reason,omitempty"` // of a decline or a cancellation
	Fields []string   `json:"fields,omitempty"` // what has changed: title, time, room
	Was    *time.Time `json:"was,omitempty"`    // the start before the change
	Before string     `json:"before,omitempty"` // reminder: "24h" or "15m"
	// Failure is why there is no room: of KindRoomFailed.
	Failure *RoomFailure `json:"failure,omitempty"`
}

// CardState says what the buttons of a sent card are good for.
type CardState string

// The states of a card.
const (
	NoCard       CardState = ""
	CardOpen     CardState = "open"     // has buttons that have not been used
	CardAnswered CardState = "answered" // shows the answer
	CardClosed   CardState = "closed"   // shows that it is over
)

// DeliverArgs is the job to deliver a message; package notify does it.
type DeliverArgs struct {
	CorpID    string `json:"corpId"`
	MessageID string `json:"messageId"`
}

// Kind names the job.
func (DeliverArgs) Kind() string { return "interview_deliver" }

// AnsweredArgs is the job to show an answer that was given on a page on the
// cards in WeCom too; package notify does it.
type AnsweredArgs struct {
	CorpID      string   `json:"corpId"`
	InterviewID string   `json:"interviewId"`
	UserID      string   `json:"userId"`
	Response    Response `json:"response"`
}

// Kind names the job.
func (AnsweredArgs) Kind() string { return "interview_answered" }

// queueMessage inserts a message and the job that delivers it. A message whose Dedup
// is there already is not inserted again.
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

// queueToInterviewers queues a message to each interviewer who has not declined.
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

// queueMail queues a message to the candidate, if there is an address.
func (s *Service) queueMail(ctx context.Context, tx *db.Tx, i *Interview, m Message) error {
	if i.Candidate.Email == "" {
		return nil
	}
	m.Channel, m.Recipient, m.RecipientName = Mail, i.Candidate.Email, i.Candidate.Name
	return s.queueMessage(ctx, tx, i, m)
}
