// Package job runs background jobs with River on both databases. A job is
// inserted in the transaction that requires it, so that the job table is the
// outbox; a job cannot be inserted without a transaction. The package is
// independent of the features: the package that inserts a job declares its
// arguments, and the package that does the work registers a worker.
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
	"github.com/huimian/huimian/internal/tracing"
)

// How jobs are fetched and timed out. A job is cancelled after timeout; a job
// whose process has died is retried after rescueAfter.
const (
	workers       = 50
	fetchCooldown = 10 * time.Millisecond
	pollInterval  = time.Second // for jobs without a notification, such as scheduled ones
	timeout       = time.Minute
	rescueAfter   = 90 * time.Second
)

// slowQueue is for jobs that call third-party endpoints. Calls that hang do not
// delay the jobs of the default queue.
const (
	slowQueue        = "slow"
	earlierSlowQueue = "patient" // its name before migration 50
	slowWorkers      = 16
)

// Args are the arguments of a job, stored as JSON. Kind identifies the worker
// and must not change while jobs of the kind are queued.
type Args = river.JobArgs

// Attempt describes the current run of a job.
type Attempt struct {
	ID        int64
	Number    int // 1 for the first
	Max       int
	CreatedAt time.Time // of the job
}

// IsLast reports whether an error of this attempt discards the job.
func (a Attempt) IsLast() bool { return a.Number >= a.Max }

// Queue is the job queue of one database.
type Queue struct {
	client   client
	workers  *river.Workers
	periodic []*river.PeriodicJob
	paused   map[string]bool // kinds whose jobs wait
	kinds    []string        // of all workers
	steps    *steps          // nil: River fetches the jobs
	observe  func(kind string, result Result, took time.Duration)
	tracer   *tracing.Tracer
}

// QueueOption configures a queue.
type QueueOption func(*queueConfig)

type queueConfig struct {
	river.Config
	paused  map[string]bool
	steps   *steps
	observe func(kind string, result Result, took time.Duration)
	tracer  *tracing.Tracer
}

// pausedFor is the time after which a job of a paused kind looks whether it may run.
const pausedFor = 5 * time.Minute

// WithPaused makes the jobs of these kinds wait: they stay in the database, and run when
// a queue without this option is started.
func WithPaused(kinds ...string) QueueOption {
	return func(c *queueConfig) {
		for _, kind := range kinds {
			c.paused[kind] = true
		}
	}
}

// WithObserver calls fn after each run of a job.
func WithObserver(fn func(kind string, result Result, took time.Duration)) QueueOption {
	return func(c *queueConfig) { c.observe = fn }
}

// WithTracer sets the tracer of the runs of jobs.
func WithTracer(t *tracing.Tracer) QueueOption { return func(c *queueConfig) { c.tracer = t } }

// WithClock sets the clock of the queue, for tests.
func WithClock(now func() time.Time) QueueOption {
	return func(c *queueConfig) { c.Test.Time = clock(now) }
}

// WithPollInterval sets the time between two fetches of jobs that were inserted
// without a notification, for tests. The default is one second.
func WithPollInterval(interval time.Duration) QueueOption {
	return func(c *queueConfig) { c.FetchPollInterval = interval }
}

// clock implements River's clock interface.
type clock func() time.Time

func (c clock) Now() time.Time { return c() }

func (c clock) NowOrNil() *time.Time {
	now := c().UTC()
	return &now
}

// New returns a queue. Insert works at once; jobs run after Start. All workers
// and periodic jobs must be registered before Start.
func New(d *db.DB, logger *slog.Logger, options ...QueueOption) (*Queue, error) {
	q := &Queue{workers: river.NewWorkers(), paused: map[string]bool{}}
	config := &queueConfig{paused: q.paused, observe: func(string, Result, time.Duration) {}, Config: river.Config{
		Logger:       newRiverLog(logger),
		ErrorHandler: panicLog{logger},
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: workers}, slowQueue: {MaxWorkers: slowWorkers},
		},
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    pollInterval,
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescueAfter,
		Workers:              q.workers,
		SkipUnknownJobCheck:  true, // one process may insert jobs that another one works
	}}
	for _, option := range options {
		option(config)
	}
	q.observe, q.tracer = config.observe, config.tracer
	if q.steps = config.steps; q.steps != nil {
		q.steps.db, q.steps.logger = d, logger
	}
	var err error
	if q.client, err = newClient(d, &config.Config); err != nil {
		return nil, fmt.Errorf("creating the job queue: %w", err)
	}
	return q, nil
}

// Option configures the insertion of a job.
type Option func(*river.InsertOpts)

// RunAt schedules the job for t.
func RunAt(t time.Time) Option { return func(o *river.InsertOpts) { o.ScheduledAt = t } }

// MaxAttempts sets the number of attempts after which the job is discarded. The
// default is 25.
func MaxAttempts(n int) Option { return func(o *river.InsertOpts) { o.MaxAttempts = n } }

// SlowQueue inserts the job into the queue for calls of third-party endpoints,
// which has its own workers.
func SlowQueue() Option { return func(o *river.InsertOpts) { o.Queue = slowQueue } }

// Unique skips the insertion while a job with the same arguments is queued or
// running.
func Unique() Option {
	return func(o *river.InsertOpts) {
		o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}}
	}
}

// Insert adds a job that runs after the transaction has committed.
func (q *Queue) Insert(ctx context.Context, tx *db.Tx, args Args, options ...Option) error {
	opts := river.InsertOpts{Metadata: metadataOf(ctx)}
	for _, o := range options {
		o(&opts)
	}
	if err := q.client.insert(ctx, tx, args, &opts); err != nil {
		return fmt.Errorf("inserting a job of kind %s: %w", args.Kind(), err)
	}
	return nil
}

// AddWorker registers the worker of the jobs with arguments of type T. fn may
// run more than once for one job. After an error the job is retried with
// backoff; see also Cancel and Snooze.
func AddWorker[T Args](q *Queue, fn func(ctx context.Context, args T, attempt Attempt) error) {
	AddLongWorker(q, timeout, fn)
}

// AddLongWorker registers a worker whose jobs are cancelled after limit instead of a
// minute. A job whose process has died is retried after that time.
func AddLongWorker[T Args](q *Queue, limit time.Duration, fn func(ctx context.Context, args T, attempt Attempt) error) {
	var args T
	q.kinds = append(q.kinds, args.Kind())
	w := &worker[T]{queue: q, limit: limit, fn: fn}
	river.AddWorker(q.workers, w)
	if q.steps != nil {
		q.steps.addWorker(args.Kind(), limit, workRow(w))
	}
}

// worker implements river.Worker.
type worker[T Args] struct {
	river.WorkerDefaults[T]
	queue *Queue
	limit time.Duration
	fn    func(ctx context.Context, args T, attempt Attempt) error
}

// Timeout implements river.Worker.
func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.limit }

// Work implements river.Worker.
func (w *worker[T]) Work(ctx context.Context, j *river.Job[T]) error {
	if w.queue.paused[j.Kind] {
		return Snooze(pausedFor)
	}
	began := time.Now()
	ctx, span := w.queue.startSpan(ctx, j.JobRow)
	err := w.fn(ctx, j.Args, Attempt{ID: j.ID, Number: j.Attempt, Max: j.MaxAttempts, CreatedAt: j.CreatedAt})
	result := resultOf(err)
	w.queue.observe(j.Kind, result, time.Since(began))
	span.EndRun(j.Attempt, string(result), result == Errored)
	return err
}

// Kinds returns the kinds of all registered workers.
func (q *Queue) Kinds() []string { return q.kinds }

// AddPeriodic inserts a job at each interval, in one of the processes that
// share the database. With now it also inserts one at the start.
func (q *Queue) AddPeriodic(interval time.Duration, now bool, args Args) {
	if q.steps != nil {
		q.steps.addPeriodic(interval, now, args)
		return
	}
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

// Cancel returns an error that discards the job without a retry.
func Cancel(err error) error { return river.JobCancel(err) }

// Snooze returns an error that reschedules the job after d without counting the
// attempt.
func Snooze(d time.Duration) error { return river.JobSnooze(d) }

// Start starts the workers and returns once the queue is running.
func (q *Queue) Start(ctx context.Context) error {
	if q.steps != nil {
		q.steps.setTimes()
		return nil
	}
	q.client.addPeriodic(q.periodic)
	// The workers are not stopped by the end of ctx, but by Stop.
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the job queue: %w", err)
	}
	return nil
}

// Stop stops fetching jobs and waits for the running ones until ctx ends; then
// it cancels them, and they are retried after the next Start.
func (q *Queue) Stop(ctx context.Context) error {
	if q.steps != nil {
		return nil
	}
	err := q.client.Stop(ctx)
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return q.client.StopAndCancel(hard)
}
