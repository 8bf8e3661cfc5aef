// Package health checks questions: it runs the reference solutions against the test cases,
// and wrong variants of one to find out whether the cases notice them; and it summarizes how
// interviews have used a question. Checks run in the background, one at a time for each
// company, on demand and at night.
package health

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
)

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB       *db.DB
	Queue    *job.Queue
	Runner   sandbox.Runner
	RunQueue *runqueue.Queue // of the programs of rooms
	Members  member.Lookup
	Location func(ctx context.Context, corpID string) (*time.Location, error) // of the time zone of a company
	Logger   *slog.Logger
	Now      func() time.Time // the clock; nil is time.Now
}

// Service checks questions.
type Service struct {
	Config
	renewInterval time.Duration
}

// New returns a Service and registers its jobs.
func New(cfg Config) *Service {
	s := &Service{cfg, renewInterval}
	job.AddLongWorker(cfg.Queue, maxJob, func(ctx context.Context, args CheckArgs, _ job.Attempt) error { return s.RunQueued(ctx, args.CorpID) })
	job.AddWorker(cfg.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.insertJobs(ctx) })
	job.AddWorker(cfg.Queue, func(ctx context.Context, _ NightArgs, _ job.Attempt) error { return s.QueueNight(ctx) })
	cfg.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	cfg.Queue.AddPeriodic(nightInterval, true, NightArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// State is the state of a check.
type State string

const (
	Queued  State = "queued"
	Running State = "running"
	Done    State = "done"
	Stopped State = "stopped" // before its end: see StopReason
)

// StopReason is why a check stopped before its end.
type StopReason string

const (
	Cancelled   StopReason = "cancelled"   // by a member
	Outdated    StopReason = "outdated"    // the question was edited before the check began
	TimeLimit   StopReason = "time_limit"  // maxCheck
	NoSandbox   StopReason = "no_sandbox"  // programs could not be run
	Interrupted StopReason = "interrupted" // the process stopped, in each of maxAttempts attempts
)

// Check is the newest check of a version of a question. The report is that of the newest one
// that has begun to run.
type Check struct {
	bun.BaseModel `bun:"table:question_checks,alias:qc"`

	QuestionID     string     `bun:"question_id,pk"`
	Version        int        `bun:"version,pk"`
	CorpID         string     `bun:"corp_id"`
	State          State      `bun:"state"`
	StopReason     StopReason `bun:"stop_reason"`
	RequestedBy    string     `bun:"requested_by"` // userid; empty: the nightly job
	RequestedAt    time.Time  `bun:"requested_at"`
	StartedAt      *time.Time `bun:"started_at"`
	EndedAt        *time.Time `bun:"ended_at"`
	LeaseExpiresAt *time.Time `bun:"lease_expires_at"`
	Attempts       int        `bun:"attempts"`
	Failing        int        `bun:"failing"`
	Variants       int        `bun:"variants"`
	Surviving      int        `bun:"surviving"`
	Report         Report     `bun:"report"`

	By member.Member `bun:"-"`
}

// isActive reports whether the check waits or runs.
func (c *Check) isActive() bool { return c.State == Queued || c.State == Running }

// Health is what is known about the quality of a question.
type Health struct {
	Version  int    // the present one
	ReviewBy string // date; empty: none
	Check    *Check // of the present version; nil: none
	Usage    []Usage
	Refusal  Refusal
}

// Refusal is why no check of a question can be requested; empty: it can.
type Refusal string

const (
	NothingToRun Refusal = "nothing_to_run" // no reference solution, or no test case
	Unavailable  Refusal = "no_sandbox"     // programs cannot be run
)

// Get returns the health of a question. It requires a recruiter: it contains test cases, and
// figures about candidates.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Health, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	q, err := s.readQuestion(ctx, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	h := &Health{Version: q.Version, ReviewBy: q.ReviewBy, Refusal: s.refusalOf(q)}
	if h.Check, err = readCheck(ctx, s.DB.DB, q); err != nil {
		return nil, err
	}
	if h.Check != nil {
		byID, err := s.Members.ByID(ctx, a.CorpID, []string{h.Check.RequestedBy})
		if err != nil {
			return nil, err
		}
		h.Check.By = byID(h.Check.RequestedBy)
	}
	h.Usage, err = s.readUsage(ctx, a.CorpID, id)
	return h, err
}

func (s *Service) readQuestion(ctx context.Context, corpID, id string) (*question.Question, error) {
	list, err := question.ReadByIDs(ctx, s.DB.DB, corpID, []string{id})
	if err != nil {
		return nil, fmt.Errorf("reading question %s: %w", id, err)
	}
	if len(list) == 0 {
		return nil, apperr.NewNotFound()
	}
	return &list[0], nil
}

// readCheck returns the check of the present version, nil without one.
func readCheck(ctx context.Context, d bun.IDB, q *question.Question) (*Check, error) {
	c := new(Check)
	err := d.NewSelect().Model(c).Where("qc.question_id = ? AND qc.version = ?", q.ID, q.Version).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // documented
	}
	if err != nil {
		return nil, fmt.Errorf("reading the check of question %s: %w", q.ID, err)
	}
	return c, nil
}

// lockCheck locks the check of the present version and returns it, nil without one.
func lockCheck(ctx context.Context, tx *db.Tx, q *question.Question) (*Check, error) {
	if err := tx.Lock(ctx, (*Check)(nil), "question_id = ? AND version = ?", q.ID, q.Version); err != nil {
		return nil, err
	}
	return readCheck(ctx, tx, q)
}

func (s *Service) canRun() bool { return s.Runner.Ready() == nil }

func (s *Service) refusalOf(q *question.Question) Refusal {
	switch {
	case len(q.Solutions) == 0 || len(q.Tests.Cases) == 0:
		return NothingToRun
	case !s.canRun():
		return Unavailable
	}
	return ""
}

// Request queues a check of the present version of a question, unless one waits or runs.
func (s *Service) Request(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Require(actor.EditQuestions); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		q, err := question.LockPresent(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		if refusal := s.refusalOf(q); refusal != "" {
			return apperr.New(apperr.Conflict, "question_check."+string(refusal))
		}
		queued, err := s.queueCheck(ctx, tx, q, a.UserID)
		if err != nil || !queued {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "question.check", id, nil)
	})
}

// queueCheck queues a check of a locked question and its job. It reports false while one waits
// or runs; one of the night then becomes one of the member.
func (s *Service) queueCheck(ctx context.Context, tx *db.Tx, q *question.Question, userID string) (bool, error) {
	c, err := lockCheck(ctx, tx, q)
	if err != nil {
		return false, err
	}
	isNew := c == nil
	if isNew {
		c = &Check{QuestionID: q.ID, Version: q.Version, CorpID: q.CorpID, Report: Report{Solutions: []SolutionResult{}}}
	}
	if c.State == Running || c.State == Queued && c.RequestedBy != "" {
		return false, nil
	}
	c.State, c.StopReason, c.RequestedBy, c.RequestedAt = Queued, "", userID, s.now()
	c.StartedAt, c.EndedAt, c.LeaseExpiresAt, c.Attempts = nil, nil, nil, 0
	if isNew {
		_, err = tx.NewInsert().Model(c).Exec(ctx)
	} else {
		_, err = tx.NewUpdate().Model(c).WherePK().Exec(ctx)
	}
	if err != nil {
		return false, fmt.Errorf("storing a check of question %s: %w", q.ID, err)
	}
	return true, s.insertJob(ctx, tx, q.CorpID)
}

// Cancel stops the check of the present version that waits or runs.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Require(actor.EditQuestions); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		q, err := question.LockPresent(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		c, err := lockCheck(ctx, tx, q)
		if err != nil || c == nil || !c.isActive() {
			return err
		}
		if err := s.stopCheck(ctx, tx, c, Cancelled); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "question.check_cancel", id, nil)
	})
}

// stopCheck stores that a locked check has stopped. A process that runs it notices this at the
// next renewal of its lease.
func (s *Service) stopCheck(ctx context.Context, tx *db.Tx, c *Check, reason StopReason) error {
	now := s.now()
	c.State, c.StopReason, c.EndedAt, c.LeaseExpiresAt = Stopped, reason, &now, nil
	if _, err := tx.NewUpdate().Model(c).Column("state", "stop_reason", "ended_at", "lease_expires_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("stopping the check of question %s: %w", c.QuestionID, err)
	}
	return nil
}
