// Package decisionmail mails candidates the result of an interview: a recruiter sees the text,
// may change it, and schedules it. Until it leaves, the mail can be edited and cancelled, and
// another decision cancels it. Package notify delivers it; see ADR 0043.
package decisionmail

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
)

// maxDelay limits the time for which a mail is planned.
const maxDelay = 30 * 24 * time.Hour

// Config configures a Service. All fields but Waits and Now are required.
type Config struct {
	DB           *db.DB
	Interviews   *interview.Service
	Availability *availability.Service
	Templates    *mailtemplate.Service
	CompanyName  func(ctx context.Context, corpID string) (string, error)
	// Waits reports whether the mail with the result of an interview waits for an approval; nil: none waits.
	Waits func(ctx context.Context, i *interview.Interview) (bool, error)
	Now   func() time.Time // the clock; nil is time.Now
}

// Service implements the operations on mails with results.
type Service struct{ Config }

// New returns a service, which follows the decisions of the interviews.
func New(cfg Config) *Service {
	s := &Service{cfg}
	s.Interviews.Decided = append(s.Interviews.Decided, s.followDecision)
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// State is the state of a mail: scheduled → sending → sent, failed or cancelled. A failed
// attempt that is retried is waiting.
type State string

const (
	Scheduled State = "scheduled"
	Sending   State = "sending"
	Waiting   State = "waiting"
	Sent      State = "sent"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Mail is a row of decision_mails: the newest mail of an interview, with the text as it is
// sent.
type Mail struct {
	bun.BaseModel `bun:"table:decision_mails,alias:dm"`

	InterviewID string            `bun:"interview_id,pk"`
	CorpID      string            `bun:"corp_id"`
	Kind        mailtemplate.Kind `bun:"kind"`
	Language    string            `bun:"language"`
	Subject     string            `bun:"subject"`
	Body        string            `bun:"body"`
	MessageID   string            `bun:"message_id"`
	Version     int               `bun:"version"` // from 1; grows with each mail of the interview too
	SavedBy     string            `bun:"saved_by"`
	SavedAt     time.Time         `bun:"saved_at"`

	// Read beside the row.
	Message *message.Message `bun:"-"`
	Author  member.Member    `bun:"-"` // SavedBy
}

// State returns the state of the message.
func (m *Mail) State() State {
	switch {
	case m.Message == nil || m.Message.State == message.Skipped:
		return Cancelled
	case m.Message.State == message.Sent:
		return Sent
	case m.Message.State == message.Failed:
		return Failed
	case m.Message.State == message.Sending:
		return Sending
	case m.Message.Waiting():
		return Waiting
	default:
		return Scheduled
	}
}

// KindOf returns the mail with a decision, "" for none.
func KindOf(d interview.Decision) mailtemplate.Kind {
	switch d {
	case interview.Hire, interview.NextRound:
		return mailtemplate.DecisionPassed
	case interview.NoHire:
		return mailtemplate.DecisionRejected
	default:
		return ""
	}
}

// Choice is a time at which a mail can be sent.
type Choice struct {
	Timing Timing
	SendAt time.Time
}

// View is the mail of an interview, and what can be scheduled.
type View struct {
	Settings *Settings
	Mail     *Mail    // nil for none
	Obstacle Obstacle // "" if a mail can be scheduled
	Waits    bool     // a mail that is planned leaves after the approval
	// Kind, To, Language and Draft are those of the mail that can be scheduled.
	Kind     mailtemplate.Kind
	To       string
	Language string
	Draft    mailtemplate.Text
	Choices  []Choice
}

// Get returns the mail of an interview.
func (s *Service) Get(ctx context.Context, a actor.Actor, interviewID string) (*View, error) {
	if err := a.Require(actor.MailDecisions); err != nil {
		return nil, err
	}
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	v := &View{Kind: KindOf(i.Decision), To: i.Candidate.Email, Language: languageOf(i)}
	if v.Settings, err = readSettings(ctx, s.DB.DB, a.CorpID); err != nil {
		return nil, err
	}
	if v.Mail, err = s.readWithDetails(ctx, a.CorpID, interviewID); err != nil {
		return nil, err
	}
	if v.Waits, err = s.IsHeld(ctx, i); err != nil {
		return nil, err
	}
	if v.Obstacle = obstacle(v.Settings, i, v.Mail); v.Obstacle != "" {
		return v, nil
	}
	if v.Draft, err = s.newDraft(ctx, i); err != nil {
		return nil, err
	}
	v.Choices, err = s.listChoices(ctx, v.Settings)
	return v, err
}

func languageOf(i *interview.Interview) string {
	if i18n.IsSupported(i.Candidate.Language) {
		return i.Candidate.Language
	}
	return i18n.DefaultLanguage
}

// Obstacle is why no mail about an interview can be scheduled.
type Obstacle string

const (
	Disabled    Obstacle = "disabled" // by the company's setting
	Undecided   Obstacle = "undecided"
	OnHold      Obstacle = "on_hold"
	Leaving     Obstacle = "leaving" // an attempt to send the mail takes place or is retried
	AlreadySent Obstacle = "sent"
	NoAddress   Obstacle = "no_address"
)

// Code returns the text id.
func (o Obstacle) Code() string { return "decision_mail." + string(o) }

// obstacle returns why no mail about an interview can be scheduled or edited; m may be nil.
func obstacle(c *Settings, i *interview.Interview, m *Mail) Obstacle {
	kind := KindOf(i.Decision)
	switch {
	case !c.Enabled:
		return Disabled
	case i.State != interview.Ended || i.Decision == "":
		return Undecided
	case kind == "":
		return OnHold
	case m != nil && (m.State() == Sending || m.State() == Waiting):
		return Leaving
	case m != nil && m.State() == Sent && m.Kind == kind:
		return AlreadySent
	case i.Candidate.Email == "":
		return NoAddress
	default:
		return ""
	}
}

// newDraft returns the text of the template for an interview.
func (s *Service) newDraft(ctx context.Context, i *interview.Interview) (mailtemplate.Text, error) {
	text, err := s.Templates.Find(ctx, i.CorpID, KindOf(i.Decision), languageOf(i))
	if err != nil {
		return mailtemplate.Text{}, err
	}
	company, err := s.CompanyName(ctx, i.CorpID)
	return text.Fill(mailtemplate.Values{
		mailtemplate.Company: company, mailtemplate.Candidate: i.Candidate.Name, mailtemplate.Position: i.Position.Title, mailtemplate.Organizer: i.Organizer.Name,
	}), err
}

func (s *Service) listChoices(ctx context.Context, c *Settings) ([]Choice, error) {
	now := s.now()
	workday, err := s.Availability.NextWorkdayAt(ctx, c.CorpID, now, c.WorkdayAt)
	return []Choice{{Now, now}, {Hour, now.Add(time.Hour)}, {Workday, db.Time(workday)}}, err
}
