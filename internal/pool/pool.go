// Package pool holds the interviewers of a position: it proposes interviewers for an interview
// by load and fairness, and requests substitutes for interviewers who cannot attend. A
// substitute is assigned by the edit of the interview, with the checks of any other one. Package
// interview contains no pools: see ADR 0024.
package pool

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
)

// Limits of a pool.
const (
	MaxMembers       = 200
	MaxTags          = 10 // of a member
	maxTag           = 30
	MaxResponseHours = 40
	// DefaultResponseHours is the working time within which a substitute accepts.
	DefaultResponseHours = 4
)

// Config configures a Service. All fields but Now must be set.
type Config struct {
	DB           *db.DB
	Queue        *job.Queue
	Interviews   *interview.Service
	Availability *availability.Service
	Now          func() time.Time // the clock; nil is time.Now
}

// Service implements the operations on pools and substitutions.
type Service struct{ Config }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(s.Queue, s.runReview)
	job.AddWorker(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.ExpireSubstitutions(ctx) })
	job.AddWorker(s.Queue, func(ctx context.Context, _ LeaversArgs, _ job.Attempt) error { return s.ReviewLeavers(ctx) })
	s.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	s.Queue.AddPeriodic(reviewInterval, true, LeaversArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Qualification is what a member of a pool is trained for.
type Qualification string

const (
	Shadow        Qualification = "shadow"         // attends beside a trained interviewer
	ReverseShadow Qualification = "reverse_shadow" // leads, while a trained interviewer attends
	Trained       Qualification = "trained"
)

// Languages are the languages of interviews, as ISO 639-1 codes.
var Languages = []string{"zh", "en", "ja", "ko", "de", "fr", "es", "ru"}

// Member is an interviewer in a pool.
type Member struct {
	UserID        string        `json:"userId"`
	Qualification Qualification `json:"qualification"`
	Tags          []string      `json:"tags"`
	Languages     []string      `json:"languages"`

	// Read beside the row.
	Person member.Member `json:"-"`
}

// Pool is a row of interviewer_pools. A position without a row has an empty pool.
type Pool struct {
	bun.BaseModel `bun:"table:interviewer_pools,alias:ip"`

	CorpID        string    `bun:"corp_id,pk"`
	PositionID    string    `bun:"position_id,pk"`
	Members       []Member  `bun:"members,type:jsonb"`
	ResponseHours int       `bun:"response_hours"` // working hours within which a substitute accepts
	Version       int       `bun:"version"`        // 0 before the first change
	UpdatedBy     string    `bun:"updated_by"`
	UpdatedAt     time.Time `bun:"updated_at"`
}

// findMember returns a member of the pool, nil for none.
func (p *Pool) findMember(userID string) *Member {
	n := slices.IndexFunc(p.Members, func(m Member) bool { return m.UserID == userID })
	if n < 0 {
		return nil
	}
	return &p.Members[n]
}

// isTrained reports whether a member of the pool is trained.
func (p *Pool) isTrained(userID string) bool {
	m := p.findMember(userID)
	return m != nil && m.Qualification == Trained
}

func (p *Pool) userIDs() []string {
	ids := make([]string, len(p.Members))
	for n, m := range p.Members {
		ids[n] = m.UserID
	}
	return ids
}

// fillNames sets the names of the members.
func (s *Service) fillNames(ctx context.Context, p *Pool) error {
	people, err := s.Interviews.Members.ByID(ctx, p.CorpID, p.userIDs())
	if err != nil {
		return err
	}
	for n := range p.Members {
		p.Members[n].Person = people(p.Members[n].UserID)
	}
	return nil
}
