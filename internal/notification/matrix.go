package notification

import (
	"github.com/huimian/huimian/internal/message"
)

// Event is an occasion on which the product sends something: the kind of a message, or
// another one. Reminders differ by the time before the start.
type Event string

// The events that are no kind of a message.
const (
	Reminder24h          Event = "reminder_24h"
	Reminder15m          Event = "reminder_15m"
	BookingBooked        Event = "booking_booked"
	BookingExpired       Event = "booking_expired"
	BookingRequested     Event = "booking_requested"
	SubstitutionTaken    Event = "substitution_taken"
	SubstitutionUnfilled Event = "substitution_unfilled"
	ContactsEmpty        Event = "contacts_empty"
	WebhookPaused        Event = "webhook_paused"
	Reply                Event = "reply"
	Appointment          Event = "appointment"
	WeChatNotice         Event = "wechat_notice" // to a WeChat user who belongs to no interview
)

// Group is a group of events that a member can mute.
type Group string

// The groups. The empty one cannot be muted.
const (
	Reminders  Group = "reminders"
	Scorecards Group = "scorecards"
	Waiting    Group = "waiting"
	Organizing Group = "organizing" // responses, summaries and failures, to the organizer
	Digests    Group = "digests"
	Results    Group = "results" // of interviews that the member has evaluated
)

// Groups are all groups, in the order of the settings page.
var Groups = []Group{Reminders, Waiting, Scorecards, Results, Organizing, Digests}

// Recipient is the part of the recipient in the event.
type Recipient string

const (
	Interviewer   Recipient = "interviewer"
	Organizer     Recipient = "organizer"
	Recruiter     Recipient = "recruiter"
	PoolMember    Recipient = "pool member"
	Rater         Recipient = "rater"
	Decider       Recipient = "decider" // who has decided about the interview
	Administrator Recipient = "administrator"
	Sender        Recipient = "sender" // of a message to the application
	Candidate     Recipient = "candidate"
)

// Channel is how the message is sent.
type Channel string

const (
	Card     Channel = "WeCom template card"
	TextCard Channel = "WeCom text card"
	Text     Channel = "WeCom text"
	Schedule Channel = "WeCom schedule"
	Mail     Channel = "mail"
	WeChat   Channel = "WeChat customer service"
)

// Timing is what quiet hours do to a message.
type Timing string

const (
	AtOnce    Timing = "sent at once"
	NearStart Timing = "deferred unless the interview is near"
	Waits     Timing = "deferred"
)

// Row is a row of the matrix: what is sent to one kind of recipient on an occasion.
type Row struct {
	Event     Event
	Recipient Recipient
	Channel   Channel
	Group     Group
	Timing    Timing
	Logged    bool // the message log has a row
}

// kindEvent returns the event of a kind of messages.
func kindEvent(k message.Kind) Event { return Event(k) }

// Matrix has a row for everything that the product sends. Candidates have no settings:
// what concerns them is always sent at once.
var Matrix = []Row{
	{kindEvent(message.KindInvite), Interviewer, Card, "", NearStart, true},
	{kindEvent(message.KindInvite), Candidate, Mail, "", AtOnce, true},
	{kindEvent(message.KindChanged), Interviewer, Card, "", NearStart, true},
	{kindEvent(message.KindChanged), Candidate, Mail, "", AtOnce, true},
	{kindEvent(message.KindCancelled), Interviewer, Card, "", NearStart, true},
	{kindEvent(message.KindCancelled), Candidate, Mail, "", AtOnce, true},
	{kindEvent(message.KindSubstitute), PoolMember, Card, "", NearStart, true},
	{kindEvent(message.KindRoomFollows), Interviewer, Card, "", NearStart, true},
	{kindEvent(message.KindRoomReady), Interviewer, Card, "", NearStart, true},
	{kindEvent(message.KindRoomReady), Organizer, Card, "", NearStart, true},
	{kindEvent(message.KindRoomReady), Candidate, Mail, "", AtOnce, true},
	{Reminder24h, Interviewer, Card, Reminders, NearStart, true},
	{Reminder24h, Candidate, Mail, "", AtOnce, true},
	{Reminder15m, Interviewer, Card, Reminders, AtOnce, true},
	{Reminder15m, Candidate, Mail, "", AtOnce, true},
	{kindEvent(message.KindCandidateWaiting), Interviewer, Card, Waiting, AtOnce, true},
	{kindEvent(message.KindEvaluate), Interviewer, Card, Scorecards, Waits, true},
	{kindEvent(message.KindEvaluateReminder), Interviewer, Card, Scorecards, Waits, true},
	{kindEvent(message.KindCalibration), Rater, Card, Scorecards, Waits, true},
	{kindEvent(message.KindDecided), Interviewer, Card, Results, Waits, true},
	{kindEvent(message.KindApprovalRejected), Decider, Card, Organizing, Waits, true},
	{kindEvent(message.KindApprovalFailed), Decider, Card, Organizing, Waits, true},
	{kindEvent(message.KindDecisionMail), Candidate, Mail, "", AtOnce, true},
	{kindEvent(message.KindAccepted), Organizer, Card, Organizing, NearStart, true},
	{kindEvent(message.KindDeclined), Organizer, Card, Organizing, NearStart, true},
	{kindEvent(message.KindRoomFailed), Organizer, Card, Organizing, NearStart, true},
	{kindEvent(message.KindSummary), Organizer, Card, Organizing, Waits, true},
	{kindEvent(message.KindDigest), Interviewer, Text, Digests, Waits, true},
	{kindEvent(message.KindDigest), Recruiter, Text, Digests, Waits, true},
	{kindEvent(message.KindBookingOffer), Candidate, Mail, "", AtOnce, true},
	{BookingBooked, Organizer, TextCard, "", NearStart, false},
	{BookingRequested, Organizer, TextCard, "", Waits, false},
	{BookingExpired, Organizer, TextCard, "", Waits, false},
	{SubstitutionTaken, Organizer, TextCard, "", NearStart, false},
	{SubstitutionUnfilled, Organizer, TextCard, "", NearStart, false},
	{ContactsEmpty, Administrator, TextCard, "", AtOnce, false},
	{WebhookPaused, Administrator, TextCard, "", AtOnce, false},
	{Reply, Sender, Text, "", AtOnce, false},
	{Appointment, Interviewer, Schedule, "", AtOnce, false},
	{Appointment, Organizer, Schedule, "", AtOnce, false},
	{kindEvent(message.KindWrittenTest), Candidate, Mail, "", AtOnce, true},
	{kindEvent(message.KindCandidateQuestion), Organizer, Card, Organizing, NearStart, true},
	{kindEvent(message.KindWelcome), Candidate, WeChat, "", AtOnce, true},
	{kindEvent(message.KindAnswer), Candidate, WeChat, "", AtOnce, true},
	{kindEvent(message.KindChanged), Candidate, WeChat, "", AtOnce, true},
	{kindEvent(message.KindCancelled), Candidate, WeChat, "", AtOnce, true},
	{WeChatNotice, Candidate, WeChat, "", AtOnce, false},
}

// EventOf returns the event of a message.
func EventOf(m *message.Message) Event {
	if m.Kind == message.KindReminder {
		return Event("reminder_" + m.Data.Before)
	}
	return Event(m.Kind)
}

// rowOf returns the row of an event whose recipient is a member. An event without a row is
// sent at once.
func rowOf(e Event) Row {
	for _, r := range Matrix {
		if r.Event == e && r.Recipient != Candidate {
			return r
		}
	}
	return Row{Event: e, Timing: AtOnce}
}
