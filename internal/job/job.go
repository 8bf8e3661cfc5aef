// Package job runs work in the background: River on both databases. A job is
// inserted in the transaction that makes it necessary, so that the job table
// is the outbox; there is no way to insert one without a transaction. It knows
// no feature: whoever causes a job declares its arguments, and whoever does
// the work registers a function for them.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/huimian/huimian/internal/db"
)

// How jobs are fetched and given up. A job may take timeout; one whose process
// has died is handed to another after rescueAfter.
const (
	workers       = 50
	fetchCooldown = 10 * time.Millisecond
	pollSQLite    = 50 * time.Millisecond // SQLite can't notify
	pollPostgres  = time.Second           // a fallback behind LISTEN
	timeout       = time.Minute
	rescueAfter   = 90 * time.Second
)

// slowQueue is for jobs that wait for programs of strangers: however many
// hang, the others go on.
const (
	slowQueue   = "patient"
	slowWorkers = 16
	pollSlow    = 250 * time.Millisecond // on SQLite
)

// Args are the arguments of a job: a struct kept as JSON. Kind names the work
// and must not change while jobs of it are waiting.
type Args = river.JobArgs

// Attempt tells the worker about the run it is in.
type Attempt struct {
	ID     int64
	Number int // 1 for the first
	Max    int
}

// IsLast says whether an error now would be the end of the job.
func (a Attempt) IsLast() bool { return a.Number >= a.Max }

// Queue holds the jobs of one database.
type Queue struct {
	client   client
	workers  *river.Workers
	periodic []*river.PeriodicJob
}

// QueueOption changes how a queue is made.
type QueueOption func(*river.Config)

// WithClock makes the queue run jobs by another clock than the machine's, which
// tests move.
func WithClock(now func() time.Time) QueueOption {
	return func(c *river.Config) { c.Test.Time = clock(now) }
}

// clock is River's interface of a clock.
type clock func() time.Time

func (c clock) Now() time.Time { return c() }

func (c clock) NowOrNil() *time.Time {
	now := c().UTC()
	return &now
}

// New returns a queue that inserts at once and works after Start. Register
// every worker and periodic job before that.
func New(d *db.DB, logger *slog.Logger, options ...QueueOption) (*Queue, error) {
	q := &Queue{workers: river.NewWorkers()}
	config := &river.Config{
		Logger: logger,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: workers}, slowQueue: {MaxWorkers: slowWorkers},
		},
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    pollPostgres,
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescueAfter,
		Workers:              q.workers,
		SkipUnknownJobCheck:  true, // a process may insert what another works on
	}
	if d.Dialect() == db.SQLite {
		config.FetchPollInterval = pollSQLite
		config.Queues[slowQueue] = river.QueueConfig{MaxWorkers: slowWorkers, FetchPollInterval: pollSlow}
	}
	for _, option := range options {
		option(config)
	}
	var err error
	if q.client, err = newClient(d, config); err != nil {
		return nil, fmt.Errorf("making the job queue: %w", err)
	}
	return q, nil
}

// Option changes how a job is inserted.
type Option func(*river.InsertOpts)

// RunAt runs the job at t or soon after.
func RunAt(t time.Time) Option { return func(o *river.InsertOpts) { o.ScheduledAt = t } }

// MaxAttempts gives the job up after n attempts; 25 without it.
func MaxAttempts(n int) Option { return func(o *river.InsertOpts) { o.MaxAttempts = n } }

// SlowQueue runs the job among those that wait for programs of strangers, of
// which a few run at once and keep nothing else from running.
func SlowQueue() Option { return func(o *river.InsertOpts) { o.Queue = slowQueue } }

// Unique inserts nothing while a job with the same arguments waits or runs.
func Unique() Option {
	return func(o *river.InsertOpts) {
		o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}}
	}
}

// Insert adds a job that runs once the transaction has committed.
func (q *Queue) Insert(ctx context.Context, tx *db.Tx, args Args, options ...Option) error {
	var opts river.InsertOpts
	for _, o := range options {
		o(&opts)
	}
	if err := q.client.insert(ctx, tx, args, &opts); err != nil {
		return fmt.Errorf("inserting a job of kind %s: %w", args.Kind(), err)
	}
	return nil
}

// AddWorker registers the function for jobs with arguments of type T. It may run
// more than once for one job. An error is tried again later; see Cancel and
// Snooze for other ends.
func AddWorker[T Args](q *Queue, fn func(ctx context.Context, args T, attempt Attempt) error) {
	river.AddWorker(q.workers, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error {
		return fn(ctx, j.Args, Attempt{ID: j.ID, Number: j.Attempt, Max: j.MaxAttempts})
	}))
}

// AddPeriodic inserts a job at each interval, in one process of all that share the
// database, and at the start when now is true.
func (q *Queue) AddPeriodic(interval time.Duration, now bool, args Args) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(
		river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			opts := &river.InsertOpts{}
			Unique()(opts)
			return args, opts
		},
		&river.PeriodicJobOpts{RunOnStart: now},
	))
}

// Cancel ends the job: trying again would not help.
func Cancel(err error) error { return river.JobCancel(err) }

// Snooze runs the job again after d without counting an attempt.
func Snooze(d time.Duration) error { return river.JobSnooze(d) }

// Start begins to work. It returns once the queue is running.
func (q *Queue) Start(ctx context.Context) error {
	q.client.addPeriodic(q.periodic)
	// The workers outlive ctx: Stop lets them finish.
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the job queue: %w", err)
	}
	return nil
}

// Stop takes no new jobs and waits for those that run until ctx ends; then it
// cancels them, and they are tried again by whoever starts next.
func (q *Queue) Stop(ctx context.Context) error {
	err := q.client.Stop(ctx)
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return q.client.StopAndCancel(hard)
}
