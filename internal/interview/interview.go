// Package interview is the domain: positions, candidates, interviews with
// their interviewers and answers, questions, scorecards and results, and what
// has to be told to whom. It owns these types, their rules and their SQL.
//
// Every change happens in one transaction together with the message rows and
// jobs that it makes necessary; who delivers them is not known here. People
// are opaque user ids: the package imports db, job and fault, and neither
// WeCom, HTTP nor the accounts.
package interview

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/secretbox"
)

// Service holds what every operation needs. DB, Queue and Members must be set.
type Service struct {
	DB    *db.DB
	Queue *job.Queue
	// Members returns the people with these ids, inactive ones too; unknown
	// ids are left out.
	Members func(ctx context.Context, corpID string, userIDs []string) (map[string]Member, error)
	// Rooms makes rooms of kinds that need somebody else; our own and links are
	// there without it.
	Rooms map[RoomKind]RoomProvider
	// Box encrypts the ways into rooms; without it there are no rooms elsewhere
	// and no interviewers' own links.
	Box *secretbox.Box
	// Now is the clock; nil is the true one.
	Now func() time.Time
}

// Member is what the domain knows of somebody in the company.
type Member struct {
	UserID string
	Name   string
	Avatar string
	Active bool // still in the company and visible to our application
}

// State is where an interview stands.
type State string

// The states. scheduled → in_progress → ended; the first two → cancelled.
const (
	Scheduled  State = "scheduled"
	InProgress State = "in_progress"
	Ended      State = "ended"
	Cancelled  State = "cancelled"
)

// RoomKind says where an interview happens.
type RoomKind string

// Our own room, one of ShowMeBug's, or an https address elsewhere.
const (
	BuiltinRoom   RoomKind = "builtin"
	ShowMeBugRoom RoomKind = "showmebug"
	LinkRoom      RoomKind = "link"
)

// Interview is a row of interviews with the rows around it.
type Interview struct {
	bun.BaseModel `bun:"table:interviews,alias:i"`

	ID              string     `bun:",pk"`
	CorpID          string     `bun:"corp_id"`
	Title           string     `bun:"title"`
	Round           int        `bun:"round"`
	State           State      `bun:"state"`
	PositionID      string     `bun:"position_id"`
	CandidateID     string     `bun:"candidate_id"`
	StartsAt        time.Time  `bun:"starts_at"`
	EndsAt          time.Time  `bun:"ends_at"`
	TimeZone        string     `bun:"time_zone"`
	RoomKind        RoomKind   `bun:"room_kind"`
	RoomURL         string     `bun:"room_url"`
	OrganizerID     string     `bun:"organizer_id"`
	QuestionIDs     []string   `bun:"question_ids"`
	TemplateID      string     `bun:"template_id"`
	Note            string     `bun:"note"`
	CancelReason    string     `bun:"cancel_reason"`
	StartedAt       *time.Time `bun:"started_at"`
	EndedAt         *time.Time `bun:"ended_at"`
	CancelledAt     *time.Time `bun:"cancelled_at"`
	Decision        Decision   `bun:"decision"`
	DecisionComment string     `bun:"decision_comment"`
	DecidedBy       string     `bun:"decided_by"`
	DecidedAt       *time.Time `bun:"decided_at"`
	Version         int        `bun:"version"`
	ScheduleVersion int        `bun:"schedule_version"`
	CreatedAt       time.Time  `bun:"created_at"`
	UpdatedAt       time.Time  `bun:"updated_at"`

	// Read beside the row.
	Position     Position      `bun:"-"`
	Candidate    Candidate     `bun:"-"`
	Organizer    Member        `bun:"-"`
	Decider      Member        `bun:"-"`
	Interviewers []Interviewer `bun:"-"`
	Questions    []Question    `bun:"-"`
	Link         LinkState     `bun:"-"`

	room *roomRow // the one that lives, if it needs a row
}

// Duration is how long the interview is planned to take.
func (i *Interview) Duration() time.Duration { return i.EndsAt.Sub(i.StartsAt) }

// Open says whether the interview is still to happen or happening.
func (i *Interview) Open() bool { return i.State == Scheduled || i.State == InProgress }

// Location is the time zone that the time was chosen in.
func (i *Interview) Location() *time.Location {
	loc, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		return time.UTC // it was checked when stored; a machine may lack the data
	}
	return loc
}

// interviewer returns the member's seat, nil when the member has none.
func (i *Interview) interviewer(userID string) *Interviewer {
	for n := range i.Interviewers {
		if i.Interviewers[n].UserID == userID {
			return &i.Interviewers[n]
		}
	}
	return nil
}

// Response is an interviewer's answer to the invitation.
type Response string

// The answers.
const (
	Pending  Response = "pending"
	Accepted Response = "accepted"
	Declined Response = "declined"
)

// Interviewer is a member's seat in an interview.
type Interviewer struct {
	bun.BaseModel `bun:"table:interview_members,alias:im"`

	CorpID         string     `bun:"corp_id"`
	InterviewID    string     `bun:"interview_id,pk"`
	UserID         string     `bun:"user_id,pk"`
	Seat           int        `bun:"seat"`
	Response       Response   `bun:"response"`
	ResponseReason string     `bun:"response_reason"`
	RespondedAt    *time.Time `bun:"responded_at"`

	// Read beside the row.
	Member    Member         `bun:"-"`
	Scorecard ScorecardState `bun:"-"`
	Notified  Notified       `bun:"-"`
}

// Notified says whether the newest invitation has reached the interviewer.
type Notified string

// How far an invitation has come.
const (
	NotifiedWaiting Notified = "waiting"
	NotifiedSent    Notified = "sent"
	NotifiedFailed  Notified = "failed"
)

// Decision is the company's answer after an interview.
type Decision string

// The decisions; the empty one is none yet.
const (
	Hire      Decision = "hire"
	NoHire    Decision = "no_hire"
	Hold      Decision = "hold"
	NextRound Decision = "next_round"
)

func (s *Service) now() time.Time {
	if s.Now != nil {
		return db.Time(s.Now())
	}
	return db.Now()
}
