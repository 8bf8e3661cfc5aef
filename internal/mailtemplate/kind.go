// Package mailtemplate has the texts of the mails to candidates: those of the program, and
// those with which a company replaces them, by version. A text is plain and contains
// placeholders, which package notify fills in when it sends a mail. The headers of a mail,
// its calendar object and its links are not part of a template.
package mailtemplate

import (
	"slices"

	"github.com/huimian/huimian/internal/message"
)

// Kind is the occasion of a mail.
type Kind string

const (
	Invite            = Kind(message.KindInvite)
	Changed           = Kind(message.KindChanged)
	Cancelled         = Kind(message.KindCancelled)
	Reminder          = Kind(message.KindReminder)
	RoomReady         = Kind(message.KindRoomReady)
	RoundsInvite      = roundsPrefix + Invite // about several interviews
	RoundsChanged     = roundsPrefix + Changed
	RoundsCancelled   = roundsPrefix + Cancelled
	BookingOffer      = Kind("booking_offer")
	BookingOfferAgain = Kind("booking_offer_again") // other times
	WrittenTest       = Kind("written_test")
	DecisionPassed    = Kind("decision_passed")
	DecisionRejected  = Kind("decision_rejected")
)

const roundsPrefix = "rounds_"

// Of returns the kind of the mail about a message. several means that the message is about
// several interviews.
func Of(m message.Kind, several bool) Kind {
	if several {
		return roundsPrefix + Kind(m)
	}
	return Kind(m)
}

// Placeholder is a value that a text can contain as {{name}}.
type Placeholder string

const (
	Candidate Placeholder = "candidate"
	Company   Placeholder = "company"
	Position  Placeholder = "position"
	Organizer Placeholder = "organizer"
	Time      Placeholder = "time"     // start and end, with the time zone
	Link      Placeholder = "link"     // of the candidate's page
	Meeting   Placeholder = "meeting"  // URL and number; empty without a meeting
	WeChat    Placeholder = "wechat"   // link of customer service in WeChat; empty without an account
	Schedule  Placeholder = "schedule" // times, links and meetings of several interviews
	Times     Placeholder = "times"    // the times that are offered
	Zone      Placeholder = "zone"     // of Times
	Deadline  Placeholder = "deadline"
	Test      Placeholder = "test" // name of a written test
)

// Field is a placeholder of a kind of mail.
type Field struct {
	Name     Placeholder
	Required bool // in the body
}

// InSubject reports whether a subject can contain the placeholder. Those of several lines
// cannot be in a header, and mail servers log the subject: it contains no link.
func (f Field) InSubject() bool {
	return !slices.Contains([]Placeholder{Link, Meeting, WeChat, Schedule, Times}, f.Name)
}

type definition struct {
	kind   Kind
	fields []Field
}

var (
	addressed    = []Field{{Candidate, false}, {Company, false}, {Position, false}, {Organizer, false}}
	ofInterview  = append(slices.Clone(addressed), Field{Time, true}, Field{Link, true}, Field{Meeting, false}, Field{WeChat, false})
	ofEnded      = append(slices.Clone(addressed), Field{Time, true})
	ofInterviews = append(slices.Clone(addressed), Field{Schedule, true})
	ofOffer      = append(slices.Clone(addressed), Field{Times, true}, Field{Zone, false}, Field{Deadline, false}, Field{Link, true})
	ofTest       = []Field{{Candidate, false}, {Company, false}, {Test, false}, {Link, true}}
)

// definitions are all kinds, in the order of the settings page.
var definitions = []definition{
	{Invite, ofInterview},
	{Changed, ofInterview},
	{Cancelled, ofEnded},
	{Reminder, ofInterview},
	{RoomReady, ofInterview},
	{RoundsInvite, ofInterviews},
	{RoundsChanged, ofInterviews},
	{RoundsCancelled, ofInterviews},
	{BookingOffer, ofOffer},
	{BookingOfferAgain, ofOffer},
	{WrittenTest, ofTest},
	{DecisionPassed, addressed},
	{DecisionRejected, addressed},
}

// Kinds returns all kinds, in the order of the settings page.
func Kinds() []Kind {
	out := make([]Kind, len(definitions))
	for n, d := range definitions {
		out[n] = d.kind
	}
	return out
}

// Fields returns the placeholders of a kind, nil for an unknown kind.
func Fields(k Kind) []Field {
	for _, d := range definitions {
		if d.kind == k {
			return d.fields
		}
	}
	return nil
}
