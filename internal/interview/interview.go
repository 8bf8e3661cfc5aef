// Package interview is the domain: interviews with their interviewers, responses,
// scorecards and decisions, and the messages about them. It owns these types,
// their rules and their SQL. Positions, candidates, questions and the content of
// scorecards have packages of their own, which do not import this one.
//
// Every change is one transaction with the message rows and jobs that it
// requires; their delivery is in package notify. Members are opaque userids:
// the package imports neither package wecom, HTTP nor accounts.
package interview

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/secretbox"
)

// Config configures a Service. DB, Queue, Members, Positions and Candidates must
// be set.
type Config struct {
	DB    *db.DB
	Queue *job.Queue
	// Positions and Candidates create what a plan contains. Register follows the changes of
	// candidates.
	Positions  *position.Service
	Candidates *candidate.Service
	Members    member.Lookup
	// RoomProviders are set before the first interview and not changed afterwards.
	RoomProviders RoomRegistry
	// Appointments create calendar entries and meetings; nil for none. They are set
	// before the first interview and not changed afterwards.
	Appointments Appointments
	// Box encrypts join URLs; without it there are no rooms outside this server
	// and no interviewers' own links.
	Box *secretbox.Box
	// Decided are called in the transaction of a decision. Packages decisionmail and approval add to them.
	Decided []func(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, before Decision) error
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Service implements the operations of the domain.
type Service struct {
	Config
	Messages *message.Service // those about interviews
}

// New returns a service.
func New(cfg Config) *Service {
	return &Service{
		Config:   cfg,
		Messages: &message.Service{DB: cfg.DB, Queue: cfg.Queue, Members: cfg.Members, Now: cfg.Now},
	}
}

// State is the state of an interview: scheduled → in_progress → ended; the
// first two → cancelled.
type State string

const (
	Scheduled  State = "scheduled"
	InProgress State = "in_progress"
	Ended      State = "ended"
	Cancelled  State = "cancelled"
)

// RoomKind is where an interview takes place. The kinds are those of the
// RoomRegistry.
type RoomKind string

// The kinds that need no external provider.
const (
	BuiltinRoom RoomKind = "builtin"
	LinkRoom    RoomKind = "link" // a URL that a recruiter enters
)

// Interview is a row of interviews with the rows that belong to it.
type Interview struct {
	bun.BaseModel `bun:"table:interviews,alias:i"`

	ID              string     `bun:",pk"`
	CorpID          string     `bun:"corp_id"`
	Title           string     `bun:"title"`
	Round           int        `bun:"round"`
	State           State      `bun:"state"`
	PositionID      string     `bun:"position_id"`
	CandidateID     string     `bun:"candidate_id"`
	ExternalID      string     `bun:"external_id,nullzero"` // in another system, see package externalid
	StartsAt        time.Time  `bun:"starts_at"`
	EndsAt          time.Time  `bun:"ends_at"`
	TimeZone        string     `bun:"time_zone"`
	RoomKind        RoomKind   `bun:"room_kind"`
	RoomURL         string     `bun:"room_url"`
	Meeting         Meeting    `bun:"embed:"`
	OrganizerID     string     `bun:"organizer_id"`
	QuestionIDs     []string   `bun:"question_ids"`
	TemplateID      string     `bun:"template_id"` // of scorecards
	TemplateVersion int        `bun:"template_version"`
	Note            string     `bun:"note"`
	CancelReason    string     `bun:"cancel_reason"`
	StartedAt       *time.Time `bun:"started_at"`
	EndedAt         *time.Time `bun:"ended_at"`
	CancelledAt     *time.Time `bun:"cancelled_at"`
	Decision        Decision   `bun:"decision"`
	DecisionComment string     `bun:"decision_comment"`
	DecidedBy       string     `bun:"decided_by"`
	DecidedAt       *time.Time `bun:"decided_at"`
	// When the submitted scorecards were opened before all were in.
	ScorecardsOpenedAt *time.Time `bun:"scorecards_opened_at"`
	ScorecardsOpenedBy string     `bun:"scorecards_opened_by"`
	Version            int        `bun:"version"`
	ScheduleVersion    int        `bun:"schedule_version"`
	CreatedAt          time.Time  `bun:"created_at"`
	UpdatedAt          time.Time  `bun:"updated_at"`

	db.SearchColumns // the title

	// Read beside the row.
	Position         position.Position   `bun:"-"`
	Candidate        candidate.Candidate `bun:"-"`
	Organizer        member.Member       `bun:"-"`
	Decider          member.Member       `bun:"-"`
	ScorecardsOpener member.Member       `bun:"-"`
	Interviewers     []Interviewer       `bun:"-"`
	Questions        []question.Question `bun:"-"` // in their present versions
	UsedQuestions    []question.Use      `bun:"-"` // those that the room has shown
	Link             LinkState           `bun:"-"`

	room *roomRow // the current room, nil when it needs no row
}

// Duration returns the planned duration.
func (i *Interview) Duration() time.Duration { return i.EndsAt.Sub(i.StartsAt) }

// Open reports whether the interview is scheduled or in progress.
func (i *Interview) Open() bool { return i.State == Scheduled || i.State == InProgress }

// Location returns the time zone in which the time was chosen.
func (i *Interview) Location() *time.Location {
	loc, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		return time.UTC // checked when stored; this machine may lack the zone data
	}
	return loc
}

// interviewer returns the participation of a member, nil without one.
func (i *Interview) interviewer(userID string) *Interviewer {
	for n := range i.Interviewers {
		if member.SameUserID(i.Interviewers[n].UserID, userID) {
			return &i.Interviewers[n]
		}
	}
	return nil
}

// HasDeclined reports whether a member is an interviewer who has declined.
func (i *Interview) HasDeclined(userID string) bool {
	m := i.interviewer(userID)
	return m != nil && m.Response == Declined
}

// TakesPart reports whether a member is an interviewer who has not declined.
func (i *Interview) TakesPart(userID string) bool {
	m := i.interviewer(userID)
	return m != nil && m.Response != Declined
}

// ResponseOf returns the response of a member, "" if the member is no interviewer.
func (i *Interview) ResponseOf(userID string) Response {
	if m := i.interviewer(userID); m != nil {
		return m.Response
	}
	return ""
}

// Response is an interviewer's response to the invitation.
type Response string

const (
	Pending  Response = "pending"
	Accepted Response = "accepted"
	Declined Response = "declined"
)

// Interviewer is the participation of a member in an interview.
type Interviewer struct {
	bun.BaseModel `bun:"table:interview_members,alias:im"`

	CorpID         string     `bun:"corp_id"`
	InterviewID    string     `bun:"interview_id,pk"`
	UserID         string     `bun:"user_id,pk"`
	Position       int        `bun:"position"`
	Response       Response   `bun:"response"`
	ResponseReason string     `bun:"response_reason"`
	RespondedAt    *time.Time `bun:"responded_at"`
	ExcusedAt      *time.Time `bun:"excused_at"` // from the scorecard
	ExcusedBy      string     `bun:"excused_by"`

	// Read beside the row.
	Member    member.Member   `bun:"-"`
	Scorecard scorecard.State `bun:"-"`
	Notified  Notified        `bun:"-"`
}

// Notified is the delivery state of the newest invitation.
type Notified string

const (
	NotifiedWaiting Notified = "waiting"
	NotifiedSent    Notified = "sent"
	NotifiedFailed  Notified = "failed"
)

// Decision is the company's decision after an interview; empty before it is
// made.
type Decision string

const (
	Hire      Decision = "hire"
	NoHire    Decision = "no_hire"
	Hold      Decision = "hold"
	NextRound Decision = "next_round"
)

func (s *Service) now() time.Time { return db.NowOf(s.Now) }
