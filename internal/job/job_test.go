package job_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

type greetArgs struct {
	Name string `json:"name"`
}

func (greetArgs) Kind() string { return "test_greet" }

func startQueue(t *testing.T, q *job.Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
}

func newQueue(t *testing.T, d *db.DB, options ...job.QueueOption) *job.Queue {
	t.Helper()
	q, err := job.New(d, slog.New(slog.DiscardHandler), options...)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func insertJob(t *testing.T, d *db.DB, q *job.Queue, fail error, args job.Args, opts ...job.Option) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := q.Insert(ctx, tx, args, opts...); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
}

func receiveName(t *testing.T, names <-chan string) string {
	t.Helper()
	select {
	case name := <-names:
		return name
	case <-time.After(time.Minute):
		t.Fatal("no job ran")
		return ""
	}
}

func TestInsertRunsAfterCommit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newQueue(t, d)
		names := make(chan string, 10)
		job.AddWorker(q, func(_ context.Context, args greetArgs, a job.Attempt) error {
			if a.Number == 1 && args.Name == "twice" {
				return errors.New("not yet")
			}
			names <- args.Name
			return nil
		})
		startQueue(t, q)
		insertJob(t, d, q, errors.New("rolled back"), greetArgs{"never"})
		insertJob(t, d, q, nil, greetArgs{"once"})
		if got := receiveName(t, names); got != "once" {
			t.Errorf("ran %q: a job of a transaction that was rolled back", got)
		}
		insertJob(t, d, q, nil, greetArgs{"twice"})
		if got := receiveName(t, names); got != "twice" {
			t.Errorf("ran %q, want the one that failed at first", got)
		}
	})
}

// handlerFunc is a log handler that passes the records at level error on.
type handlerFunc func(slog.Record)

func (handlerFunc) Enabled(_ context.Context, l slog.Level) bool    { return l >= slog.LevelError }
func (f handlerFunc) Handle(_ context.Context, r slog.Record) error { f(r); return nil }
func (f handlerFunc) WithAttrs([]slog.Attr) slog.Handler            { return f }
func (f handlerFunc) WithGroup(string) slog.Handler                 { return f }

// A job that panics is logged with its stack, and retried.
func TestPanicIsLogged(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		stacks, names := make(chan string, 10), make(chan string, 10)
		q, err := job.New(d, slog.New(handlerFunc(func(r slog.Record) {
			r.Attrs(func(a slog.Attr) bool {
				if a.Key == "stack" {
					stacks <- a.Value.String()
				}
				return true
			})
		})))
		if err != nil {
			t.Fatal(err)
		}
		job.AddWorker(q, func(_ context.Context, args greetArgs, a job.Attempt) error {
			if a.Number == 1 {
				panic("the first attempt")
			}
			names <- args.Name
			return nil
		})
		startQueue(t, q)
		insertJob(t, d, q, nil, greetArgs{"again"})
		if got := receiveName(t, names); got != "again" {
			t.Errorf("ran %q", got)
		}
		if stack := receiveName(t, stacks); !strings.Contains(stack, "TestPanicIsLogged") {
			t.Errorf("the stack does not name the worker: %s", stack)
		}
	})
}

func TestUnique(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newQueue(t, d)
		for range 3 {
			insertJob(t, d, q, nil, greetArgs{"same"}, job.Unique(), job.RunAt(time.Now().Add(time.Hour)))
		}
		insertJob(t, d, q, nil, greetArgs{"other"}, job.Unique())
		n, err := d.NewSelect().TableExpr("river_job").Count(t.Context())
		if err != nil || n != 2 {
			t.Errorf("%d jobs (%v), want one of each", n, err)
		}
	})
}

// The queue schedules jobs by its clock, 400 days before or after the
// machine's.
func TestWithClock(t *testing.T) {
	for _, days := range []int{-400, 400} {
		dbtest.Run(t, func(t *testing.T, d *db.DB) {
			clock := clocktest.New()
			clock.Set(time.Now().AddDate(0, 0, days))
			q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
			if err != nil {
				t.Fatal(err)
			}
			names := make(chan string, 10)
			job.AddWorker(q, func(_ context.Context, args greetArgs, _ job.Attempt) error {
				names <- args.Name
				return nil
			})
			startQueue(t, q)
			insertJob(t, d, q, nil, greetArgs{"tomorrow"}, job.RunAt(clock.Now().AddDate(0, 0, 1)))
			insertJob(t, d, q, nil, greetArgs{"in half an hour"}, job.RunAt(clock.Now().Add(30*time.Minute)))
			insertJob(t, d, q, nil, greetArgs{"now"})
			want := func(name string) {
				t.Helper()
				if got := receiveName(t, names); got != name {
					t.Errorf("%q ran, want %q", got, name)
				}
			}
			want("now")
			clock.Advance(45 * time.Minute) // after an hour River starts a job again whose end is not stored yet
			want("in half an hour")
			insertJob(t, d, q, nil, greetArgs{"last"})
			want("last") // and not the job that is due tomorrow
		})
	}
}

// Each committed insertion starts its job. The interval of polling is so long
// that a job without a notification does not run during the test.
func TestInsertWakesQueue(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newQueue(t, d, job.WithPollInterval(24*time.Hour))
		names := make(chan string)
		job.AddWorker(q, func(_ context.Context, args greetArgs, _ job.Attempt) error {
			names <- args.Name
			return nil
		})
		startQueue(t, q)
		for range 50 {
			insertJob(t, d, q, nil, greetArgs{"now"}, job.SlowQueue())
			receiveName(t, names)
		}
	})
}

// Jobs that an earlier version inserted into the slow queue run after the migration.
func TestJobsOfEarlierSlowQueue(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newQueue(t, d)
		insertJob(t, d, q, nil, greetArgs{"earlier"}, job.SlowQueue())
		if _, err := d.NewRaw("UPDATE river_job SET queue = 'patient'").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := job.MigrateQueue(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		names := make(chan string)
		job.AddWorker(q, func(_ context.Context, args greetArgs, _ job.Attempt) error {
			names <- args.Name
			return nil
		})
		startQueue(t, q)
		receiveName(t, names)
	})
}
