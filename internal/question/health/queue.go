package health

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/question"
)

const (
	// maxCheck is the time of a check with its waits for slots.
	maxCheck = 15 * time.Minute
	// maxBatch is the time after which a job leaves further checks to the next one.
	maxBatch = 30 * time.Minute
	maxJob   = maxBatch + maxCheck + time.Minute

	lease         = time.Minute
	renewInterval = 5 * time.Second
	sweepInterval = time.Minute
	maxAttempts   = 3

	nightInterval = 20 * time.Minute
	// The hours of the night in the company's time zone, the last one not included.
	nightBegins, nightEnds = 1, 5
	// checkedFor is the time for which a check is not repeated at night.
	checkedFor = 20 * time.Hour
	// maxNightly limits the checks that a night queues for a company.
	maxNightly = 200
)

// CheckArgs is the job that runs the queued checks of a company.
type CheckArgs struct {
	CorpID string `json:"corpId"`
}

func (CheckArgs) Kind() string { return "question_check" }

// SweepArgs is the job that inserts the jobs of companies with queued checks.
type SweepArgs struct{}

func (SweepArgs) Kind() string { return "question_check_sweep" }

// NightArgs is the job that queues the checks of the night.
type NightArgs struct{}

func (NightArgs) Kind() string { return "question_check_night" }

// insertJob inserts the job of a company. One that is about to end may be counted as running:
// the sweep inserts the next one.
func (s *Service) insertJob(ctx context.Context, tx *db.Tx, corpID string) error {
	return s.Queue.Insert(ctx, tx, CheckArgs{corpID}, job.Unique())
}

const waiting = "(qc.state = 'queued' OR qc.state = 'running' AND qc.lease_expires_at <= ?)"

// insertJobs inserts the jobs of companies whose checks wait, or whose process has died.
func (s *Service) insertJobs(ctx context.Context) error {
	var corps []string
	err := s.DB.NewSelect().Model((*Check)(nil)).ColumnExpr("DISTINCT corp_id").Where(waiting, db.Time(s.now())).Scan(ctx, &corps)
	if err != nil {
		return fmt.Errorf("listing the companies with queued checks: %w", err)
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, corpID := range corps {
			if err := s.insertJob(ctx, tx, corpID); err != nil {
				return err
			}
		}
		return nil
	})
}

// RunQueued runs the queued checks of a company, one after the other, those of members first.
func (s *Service) RunQueued(ctx context.Context, corpID string) error {
	for began := time.Now(); time.Since(began) < maxBatch; {
		c, q, err := s.claimNext(ctx, corpID)
		if err != nil || c == nil {
			return err
		}
		if err := s.runCheck(ctx, c, q); err != nil {
			return err
		}
	}
	return nil
}

// claimNext claims the next check of a company with its question. It returns nil when none
// waits, and while another process runs one.
func (s *Service) claimNext(ctx context.Context, corpID string) (c *Check, q *question.Question, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"question-check/" + corpID}); err != nil {
			return err
		}
		for c == nil {
			next, err := s.readNext(ctx, tx, corpID)
			if err != nil || next == nil {
				return err
			}
			if q, err = s.claimCheck(ctx, tx, next); err != nil {
				return err
			}
			if q != nil {
				c = next
			}
		}
		return nil
	})
	return c, q, err
}

// readNext returns the next check that waits, nil if there is none or if one runs.
func (s *Service) readNext(ctx context.Context, tx *db.Tx, corpID string) (*Check, error) {
	now := db.Time(s.now())
	running, err := tx.NewSelect().Model((*Check)(nil)).Where("qc.corp_id = ? AND qc.state = 'running' AND qc.lease_expires_at > ?", corpID, now).Exists(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading running checks: %w", err)
	}
	if running {
		return nil, nil //nolint:nilnil // documented
	}
	c := new(Check)
	err = tx.NewSelect().Model(c).Where("qc.corp_id = ?", corpID).Where(waiting, now).
		OrderExpr("CASE qc.requested_by WHEN '' THEN 1 ELSE 0 END, qc.requested_at, qc.question_id").Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // documented
	}
	if err != nil {
		return nil, fmt.Errorf("reading the next check: %w", err)
	}
	return c, nil
}

// claimCheck begins an attempt and returns the question, or stops the check and returns nil.
func (s *Service) claimCheck(ctx context.Context, tx *db.Tx, c *Check) (*question.Question, error) {
	q, err := question.LockPresent(ctx, tx, c.CorpID, c.QuestionID)
	if err != nil {
		return nil, err
	}
	switch {
	case q.Version != c.Version:
		return nil, s.stopCheck(ctx, tx, c, Outdated)
	case c.Attempts >= maxAttempts:
		return nil, s.stopCheck(ctx, tx, c, Interrupted)
	}
	now := s.now()
	expires := now.Add(lease)
	c.State, c.StartedAt, c.LeaseExpiresAt = Running, &now, &expires
	c.Attempts++
	if _, err := tx.NewUpdate().Model(c).Column("state", "started_at", "lease_expires_at", "attempts").WherePK().Exec(ctx); err != nil {
		return nil, fmt.Errorf("claiming the check of question %s: %w", c.QuestionID, err)
	}
	return q, nil
}

var (
	errNotOwner  = errors.New("the check was stopped, or another process runs it")
	errTimeLimit = errors.New("the check takes too long")
)

// runCheck runs a claimed check and stores its result. A check that is interrupted by the end
// of ctx is left to the next attempt.
func (s *Service) runCheck(ctx context.Context, c *Check, q *question.Question) error {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	running, stopTimer := context.WithTimeoutCause(running, maxCheck, errTimeLimit)
	defer stopTimer()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.renewLease(running, c, stop)
	}()
	e := examiner{runner: &backgroundRunner{s.Runner, s.RunQueue}, question: q}
	reason, err := e.makeReport(running)
	cause := context.Cause(running)
	stop(nil)
	<-done
	switch {
	case errors.Is(cause, errNotOwner):
		return nil
	case errors.Is(cause, errTimeLimit):
		reason, err = TimeLimit, nil
	case ctx.Err() != nil:
		return fmt.Errorf("checking question %s: %w", q.ID, ctx.Err())
	}
	if err != nil {
		s.Logger.ErrorContext(ctx, "a question could not be checked", "question", q.ID, "error", err)
		reason = NoSandbox
	}
	return s.storeResult(ctx, c, &e.report, reason)
}

// renewLease renews the lease of a check until ctx ends. It stops the check when that is no
// longer its own: it was cancelled or deleted.
func (s *Service) renewLease(ctx context.Context, c *Check, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(s.renewInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := s.updateOwned(ctx, c, func(owned *Check) []string {
			expires := s.now().Add(lease)
			owned.LeaseExpiresAt = &expires
			return []string{"lease_expires_at"}
		})
		if errors.Is(err, errNotOwner) {
			stop(errNotOwner)
			return
		}
		if err != nil && ctx.Err() == nil {
			s.Logger.WarnContext(ctx, "the lease of a check could not be renewed", "question", c.QuestionID, "error", err)
		}
	}
}

// storeResult stores the end of a check, unless it was stopped meanwhile.
func (s *Service) storeResult(ctx context.Context, c *Check, r *Report, reason StopReason) error {
	err := s.updateOwned(ctx, c, func(owned *Check) []string {
		now := s.now()
		owned.State, owned.StopReason, owned.EndedAt, owned.LeaseExpiresAt = Done, reason, &now, nil
		if reason != "" {
			owned.State = Stopped
		}
		owned.Report, owned.Failing = *r, r.countFailing()
		owned.Variants, owned.Surviving = r.countVariants()
		return []string{"state", "stop_reason", "ended_at", "lease_expires_at", "report", "failing", "variants", "surviving"}
	})
	if errors.Is(err, errNotOwner) {
		return nil
	}
	return err
}

// updateOwned changes a check by edit, which returns the changed columns. errNotOwner: it no
// longer runs in this attempt.
func (s *Service) updateOwned(ctx context.Context, c *Check, edit func(*Check) []string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Check)(nil), "question_id = ? AND version = ?", c.QuestionID, c.Version); err != nil {
			return err
		}
		owned := new(Check)
		err := tx.NewSelect().Model(owned).Where("qc.question_id = ? AND qc.version = ? AND qc.state = ?", c.QuestionID, c.Version, Running).
			Where("qc.started_at = ? AND qc.attempts = ?", db.Time(*c.StartedAt), c.Attempts).Scan(ctx)
		if db.IsNotFound(err) {
			return errNotOwner
		}
		if err != nil {
			return fmt.Errorf("reading the check of question %s: %w", c.QuestionID, err)
		}
		if _, err := tx.NewUpdate().Model(owned).Column(edit(owned)...).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("storing the check of question %s: %w", c.QuestionID, err)
		}
		return nil
	})
}
