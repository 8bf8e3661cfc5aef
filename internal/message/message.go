// Package message is the log of the messages to members and candidates and the outbox from
// which they are delivered. A message is inserted in the transaction of its
// cause. Package notify delivers it and reports the outcome.
package message

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/member"
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
	KindSubstitute       Kind = "substitute"        // to a member of the position's pool: replace Data.By
	KindDigest           Kind = "digest"            // in the morning: the member's day; the interview is one of those in it
	KindBookingOffer     Kind = "booking_offer"     // to the candidate: the page of the offer Data.Offer
	KindWrittenTest      Kind = "written_test"      // to the candidate: the link to the written test Data.Sitting
	KindDecisionMail     Kind = "decision_mail"     // to the candidate: the result; sent at Data.SendAt
	KindDecided          Kind = "decided"           // to an interviewer who has submitted a scorecard: the result Data.Decision
	KindApprovalRejected Kind = "approval_rejected" // to the member who has decided: the approval in WeCom is rejected, Data.Reason
	KindApprovalFailed   Kind = "approval_failed"   // to the member who has decided: WeCom has refused the request, Data.Failure

	KindWelcome           Kind = "wechat_welcome"     // to the candidate who has opened customer service in WeChat
	KindCandidateQuestion Kind = "candidate_question" // to the organizer: the message Data.Question of the candidate in WeChat
	KindAnswer            Kind = "candidate_answer"   // to the candidate in WeChat: the message Data.Question of a member
	KindCalibration       Kind = "calibration"        // to a rater: the exercise Data.Exercise; without the names of the interview
)

// Channel is the transport of a message.
type Channel string

const (
	WeCom Channel = "wecom" // to a member, by user id
	Mail  Channel = "mail"  // to the candidate, by e-mail address

	WeChat Channel = "wechat" // to the candidate, by external_userid of customer service
)

// State is the delivery state of a message: queued → sending → sent or
// failed. An attempt that is to be retried returns to queued; a superseded
// message is skipped.
type State string

const (
	Queued  State = "queued"
	Sending State = "sending"
	Sent    State = "sent"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Message is a row of messages: one message to one recipient.
type Message struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	ID              string     `bun:",pk"`
	CorpID          string     `bun:"corp_id"`
	InterviewID     string     `bun:"interview_id,nullzero"`
	CandidateID     string     `bun:"candidate_id,nullzero"` // of a mail that is about no interview
	Kind            Kind       `bun:"kind"`
	Channel         Channel    `bun:"channel"`
	Recipient       string     `bun:"recipient"`      // user id, e-mail address, or external_userid
	RecipientName   string     `bun:"recipient_name"` // of a candidate; members' names are read separately
	ScheduleVersion int        `bun:"schedule_version"`
	Data            Data       `bun:"data,type:jsonb"`
	State           State      `bun:"state"`
	Body            string     `bun:"body,nullzero"` // the bytes to send; of a mail without its link
	MsgID           string     `bun:"msgid"`
	ResponseCode    string     `bun:"response_code"`
	CardState       CardState  `bun:"card_state"`
	Errcode         int        `bun:"errcode"`
	ErrorCode       string     `bun:"error_code"` // text id
	Error           string     `bun:"error"`      // the error text of WeCom or the mail server
	Dedup           string     `bun:"dedup"`
	CreatedAt       time.Time  `bun:"created_at"`
	AttemptedAt     *time.Time `bun:"attempted_at"`
	SentAt          *time.Time `bun:"sent_at"`

	outbox.Row

	// Read beside the row.
	Person         member.Member `bun:"-"` // the recipient
	By             member.Member `bun:"-"` // the member Data.By
	InterviewTitle string        `bun:"interview_title,scanonly"`
}

// IsPending reports whether the message is neither sent nor given up.
func (m *Message) IsPending() bool { return m.State == Queued || m.State == Sending }

// Waiting reports whether an attempt has failed and another will follow.
func (m *Message) Waiting() bool { return m.State == Queued && m.Attempts > 0 }

// IsDeferred reports whether the message waits for the end of quiet hours or for the time for
// which it is planned.
func (m *Message) IsDeferred() bool {
	return m.State == Queued && m.Attempts == 0 && (m.Data.Deferred != nil || m.Data.SendAt != nil) && !m.Data.AtOnce
}

// DueAt returns the time from which attempts are made: after quiet hours, the planned time, or
// the creation.
func (m *Message) DueAt() time.Time {
	switch {
	case m.Data.Deferred != nil:
		return *m.Data.Deferred
	case m.Data.SendAt != nil:
		return *m.Data.SendAt
	default:
		return m.CreatedAt
	}
}

// IsWithdrawal reports whether the message is the mail to a candidate who was replaced.
func (m *Message) IsWithdrawal() bool {
	return m.Channel == Mail && m.Kind == KindCancelled && m.Data.Earlier != nil
}

// IsNew reports whether no attempt has been made: the message cannot have arrived.
func (m *Message) IsNew() bool { return m.State == Queued && m.Body == "" }

// Data is what a message needs beside the interview as it is at
// delivery.
type Data struct {
	By            string     `json:"by,omitempty"`            // userid of the actor
	Reason        string     `json:"reason,omitempty"`        // of a decline or a cancellation
	Fields        []string   `json:"fields,omitempty"`        // the changed ones of title, time, room, meeting
	PreviousStart *time.Time `json:"previousStart,omitempty"` // the start before the change, if the change moves the interview
	// Earlier is the interview before the change, as the recipient knew it: of KindChanged
	// that moves it, and of KindCancelled to a removed interviewer or candidate. Rows of earlier versions
	// lack it.
	Earlier *Arrangement `json:"earlier,omitempty"`
	// Candidate is the id of the candidate who receives a mail.
	Candidate string `json:"candidate,omitempty"`
	// Language is that of a candidate who was replaced.
	Language string `json:"language,omitempty"`
	Before   string `json:"before,omitempty"`  // reminder: "24h" or "15m"
	Request  string `json:"request,omitempty"` // of KindSubstitute: the substitution
	// Rounds are the ids of the interviews of a message about several: of KindInvite,
	// KindChanged and KindCancelled.
	Rounds []string `json:"rounds,omitempty"`
	// Failure is the reason of KindRoomFailed and KindApprovalFailed.
	Failure *apperr.Reason `json:"failure,omitempty"`
	Day     string         `json:"day,omitempty"` // of KindDigest, such as 2026-12-01
	Offer   string         `json:"offer,omitempty"`
	Again   bool           `json:"again,omitempty"` // of KindBookingOffer: other times than in an earlier mail
	Sitting string         `json:"sitting,omitempty"`
	// Exercise is the id of the calibration exercise of KindCalibration.
	Exercise string `json:"exercise,omitempty"`
	// SendAt is the time for which a mail is planned.
	SendAt   *time.Time `json:"sendAt,omitempty"`
	Decision string     `json:"decision,omitempty"` // of KindDecided
	// Deferred is the end of the quiet hours for which the message waits or has waited.
	Deferred *time.Time `json:"deferred,omitempty"`
	// Link is the link of customer service of a message in WeChat. The code of the event sends one
	// welcome message until WelcomeUntil; without it, the candidate must have written.
	Link         string     `json:"link,omitempty"`
	WelcomeCode  string     `json:"welcomeCode,omitempty"`
	WelcomeUntil *time.Time `json:"welcomeUntil,omitempty"`
	Question     string     `json:"question,omitempty"`
	AtOnce       bool       `json:"atOnce,omitempty"` // a recruiter has sent it: quiet hours do not apply
}

// Arrangement is the part of an interview that a card displays.
type Arrangement struct {
	Title     string    `json:"title"`
	Candidate string    `json:"candidate"` // name
	Position  string    `json:"position"`  // title
	Round     int       `json:"round"`
	StartsAt  time.Time `json:"startsAt"`
	EndsAt    time.Time `json:"endsAt"`
	TimeZone  string    `json:"timeZone"`
	RoomKind  string    `json:"roomKind"`
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
