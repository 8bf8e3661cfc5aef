package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

const (
	running = string(rivertype.JobStateRunning)

	// stepPrecision is how early a job runs: SQLite compares times as text, with and without
	// fractions of a second.
	stepPrecision = time.Millisecond

	stepBatch = 100 // jobs that are read at once
)

// WithSteps makes the queue run no job by itself: RunDue runs the jobs that are due by the
// clock, one after the other and in a fixed order, and NextDue returns when the next one is
// due. A simulation moves the clock in between. The rules for retries, snoozes and the rescue
// of jobs whose process has died are those of River.
func WithSteps(now func() time.Time) QueueOption {
	return func(c *queueConfig) {
		c.Test.Time = clock(now)
		c.steps = &steps{now: now, workers: map[string]stepWorker{}}
	}
}

// steps is the state of a queue that runs in steps.
type steps struct {
	now      func() time.Time
	db       *db.DB
	logger   *slog.Logger
	workers  map[string]stepWorker
	periodic []*stepPeriodic
	least    time.Duration // between two runs of a periodic job
}

type stepWorker struct {
	limit time.Duration
	work  func(context.Context, *rivertype.JobRow) error
}

// stepPeriodic is a periodic job. It has no row: an error is logged, and the job runs again
// after its interval.
type stepPeriodic struct {
	interval time.Duration
	atStart  bool
	args     Args
	next     time.Time
}

// stepRow is a job that is due.
type stepRow struct {
	ID          int64     `bun:"id"`
	Kind        string    `bun:"kind"`
	Args        string    `bun:"args"`
	Queue       string    `bun:"queue"`
	State       string    `bun:"state"`
	Attempt     int       `bun:"attempt"`
	MaxAttempts int       `bun:"max_attempts"`
	CreatedAt   time.Time `bun:"created_at"`
}

// workRow returns a function that works a job of the worker's kind.
func workRow[T Args](w *worker[T]) func(context.Context, *rivertype.JobRow) error {
	return func(ctx context.Context, row *rivertype.JobRow) error {
		j := &river.Job[T]{JobRow: row}
		if err := json.Unmarshal(row.EncodedArgs, &j.Args); err != nil {
			return fmt.Errorf("decoding the arguments of a job of kind %s: %w", row.Kind, err)
		}
		return w.Work(ctx, j)
	}
}

func (s *steps) addWorker(kind string, limit time.Duration, work func(context.Context, *rivertype.JobRow) error) {
	s.workers[kind] = stepWorker{limit, work}
}

func (s *steps) addPeriodic(interval time.Duration, now bool, args Args) {
	s.periodic = append(s.periodic, &stepPeriodic{interval: interval, atStart: now, args: args})
}

// setTimes sets the times of the periodic jobs.
func (s *steps) setTimes() {
	now := s.now()
	for _, p := range s.periodic {
		p.next = now
		if !p.atStart {
			p.next = now.Add(p.interval)
		}
	}
}

// SetLeastInterval lengthens the shorter intervals of periodic jobs, so that a simulation of
// days runs fewer sweeps. The queue must have been created with WithSteps.
func (q *Queue) SetLeastInterval(d time.Duration) { q.steps.least = d }

// NextDue returns when the next job is due, which may be in the past. The queue must have been
// created with WithSteps.
func (q *Queue) NextDue(ctx context.Context) (time.Time, error) {
	s := q.steps
	var next time.Time
	for _, p := range s.periodic {
		if next.IsZero() || p.next.Before(next) {
			next = p.next
		}
	}
	var rows []struct {
		ScheduledAt time.Time `bun:"scheduled_at"`
	}
	err := s.db.NewSelect().TableExpr("river_job").Column("scheduled_at").
		Where("state IN ('available', 'scheduled', 'retryable')").Order("scheduled_at").Limit(1).Scan(ctx, &rows)
	if err != nil {
		return next, fmt.Errorf("reading the time of the next job: %w", err)
	}
	if len(rows) > 0 && (next.IsZero() || rows[0].ScheduledAt.Before(next)) {
		next = rows[0].ScheduledAt
	}
	lost, err := s.readRunning(ctx)
	for _, r := range lost {
		if next.IsZero() || r.lostAt.Before(next) {
			next = r.lostAt
		}
	}
	return next, err
}

// RunDue runs the jobs that are due, and those that become due meanwhile, in the order of
// their time. It returns their number. When ctx ends, the job that is running keeps the state
// of one whose process has died. The queue must have been created with WithSteps.
func (q *Queue) RunDue(ctx context.Context) (ran int, err error) {
	s := q.steps
	if err := s.rescueLost(ctx); err != nil {
		return 0, err
	}
	ran = s.runPeriodic(ctx)
	for ctx.Err() == nil {
		rows, err := s.dueRows(ctx)
		if len(rows) == 0 || err != nil {
			return ran, err
		}
		for n := range rows {
			if err := s.runRow(ctx, &rows[n]); err != nil {
				return ran, err
			}
			ran++
		}
	}
	return ran, ctx.Err()
}

// runningRow is a job whose process has died: between two calls of RunDue none runs.
type runningRow struct {
	ID          int64     `bun:"id"`
	Kind        string    `bun:"kind"`
	AttemptedAt time.Time `bun:"attempted_at"`

	lostAt time.Time // when the queue regards it as lost
}

func (s *steps) readRunning(ctx context.Context) (rows []runningRow, err error) {
	err = s.db.NewSelect().TableExpr("river_job").Column("id", "kind", "attempted_at").Where("state = 'running'").Order("id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading the running jobs: %w", err)
	}
	for n := range rows {
		rows[n].lostAt = rows[n].AttemptedAt.Add(max(rescueAfter, s.workers[rows[n].Kind].limit))
	}
	return rows, nil
}

// rescueLost makes the jobs available whose process has died.
func (s *steps) rescueLost(ctx context.Context) error {
	rows, err := s.readRunning(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if s.now().Before(r.lostAt) {
			continue
		}
		if _, err := s.updateRow(ctx, r.ID, running, "state = 'retryable', scheduled_at = ?", db.Time(s.now())); err != nil {
			return err
		}
	}
	return nil
}

func (s *steps) runPeriodic(ctx context.Context) (ran int) {
	for _, p := range s.periodic {
		if p.next.After(s.now()) || ctx.Err() != nil {
			continue
		}
		p.next = s.now().Add(max(p.interval, s.least))
		encoded, err := json.Marshal(p.args)
		if err == nil {
			now := s.now()
			err = s.workers[p.args.Kind()].work(ctx, &rivertype.JobRow{
				Kind: p.args.Kind(), EncodedArgs: encoded, Queue: river.QueueDefault, Attempt: 1, MaxAttempts: river.MaxAttemptsDefault, CreatedAt: now, ScheduledAt: now,
			})
		}
		if result := resultOf(err); result == Errored {
			s.logger.WarnContext(ctx, "periodic job failed", "kind", p.args.Kind(), "error", err)
		}
		ran++
	}
	return ran
}

// dueRows returns the first jobs that are due.
func (s *steps) dueRows(ctx context.Context) (rows []stepRow, err error) {
	args := bun.Safe("args")
	if s.db.Dialect() == db.SQLite {
		args = "json(args)" // kept in SQLite's binary form
	}
	err = s.db.NewSelect().TableExpr("river_job").ColumnExpr("id, kind, ? AS args, queue, state, attempt, max_attempts, created_at", args).
		Where("state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= ?", db.Time(s.now().Add(stepPrecision))).
		Order("scheduled_at", "id").Limit(stepBatch).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading the jobs that are due: %w", err)
	}
	return rows, nil
}

// runRow runs a job and stores its result.
func (s *steps) runRow(ctx context.Context, row *stepRow) error {
	now := s.now()
	row.Attempt++
	claimed, err := s.updateRow(ctx, row.ID, row.State, "state = 'running', attempt = ?, attempted_at = ?", row.Attempt, db.Time(now))
	if !claimed || err != nil { // deleted by an earlier job of the batch
		return err
	}
	w, ok := s.workers[row.Kind]
	err = errors.New("no worker is registered")
	if ok {
		err = w.work(ctx, &rivertype.JobRow{
			ID: row.ID, Kind: row.Kind, EncodedArgs: []byte(row.Args), Queue: row.Queue, Attempt: row.Attempt, MaxAttempts: row.MaxAttempts, CreatedAt: row.CreatedAt,
		})
	}
	if ctx.Err() != nil {
		return ctx.Err() // the process has died
	}
	_, err = s.storeResult(ctx, row, err)
	return err
}

func (s *steps) storeResult(ctx context.Context, row *stepRow, failure error) (bool, error) {
	now := db.Time(s.now())
	switch result := resultOf(failure); {
	case result == Succeeded:
		return s.updateRow(ctx, row.ID, running, "state = 'completed', finalized_at = ?", now)
	case result == Cancelled:
		return s.updateRow(ctx, row.ID, running, "state = 'cancelled', finalized_at = ?", now)
	case result == Snoozed:
		snooze, _ := errors.AsType[*river.JobSnoozeError](failure)
		return s.updateRow(ctx, row.ID, running, "state = 'scheduled', attempt = ?, scheduled_at = ?", row.Attempt-1, db.Time(now.Add(snooze.Duration)))
	case row.Attempt >= row.MaxAttempts:
		s.logger.ErrorContext(ctx, "job discarded", "kind", row.Kind, "job", row.ID, "error", failure)
		return s.updateRow(ctx, row.ID, running, "state = 'discarded', finalized_at = ?", now)
	default:
		s.logger.WarnContext(ctx, "job failed", "kind", row.Kind, "job", row.ID, "attempt", row.Attempt, "error", failure)
		return s.updateRow(ctx, row.ID, running, "state = 'retryable', scheduled_at = ?", db.Time(now.Add(retryDelay(row.Attempt))))
	}
}

// retryDelay is River's wait after an attempt, without its jitter.
func retryDelay(attempt int) time.Duration {
	return time.Duration(attempt*attempt*attempt*attempt) * time.Second
}

// updateRow changes a job that has a state, and reports whether there is one.
func (s *steps) updateRow(ctx context.Context, id int64, state, set string, args ...any) (found bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		result, err := tx.NewUpdate().Table("river_job").Set(set, args...).Where("id = ? AND state = ?", id, state).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the state of job %d: %w", id, err)
		}
		n, err := result.RowsAffected()
		found = n > 0
		return err
	})
	return found, err
}
