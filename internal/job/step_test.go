package job_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

type tickArgs struct{}

func (tickArgs) Kind() string { return "test_tick" }

// stepFixture is a queue that runs in steps, and the names of the jobs that have run.
type stepFixture struct {
	*job.Queue
	clock *clocktest.Clock
	ran   []string
	work  func(name string, attempt int) error // nil succeeds
}

func newStepFixture(t *testing.T, d *db.DB, clock *clocktest.Clock) *stepFixture {
	t.Helper()
	f := &stepFixture{clock: clock}
	f.Queue = newQueue(t, d, job.WithSteps(clock.Now))
	job.AddWorker(f.Queue, func(_ context.Context, args greetArgs, a job.Attempt) error {
		f.ran = append(f.ran, args.Name)
		if f.work == nil {
			return nil
		}
		return f.work(args.Name, a.Number)
	})
	job.AddWorker(f.Queue, func(context.Context, tickArgs, job.Attempt) error {
		f.ran = append(f.ran, "tick")
		return nil
	})
	return f
}

// run runs the jobs that are due after d and returns their names.
func (f *stepFixture) run(t *testing.T, d time.Duration) []string {
	t.Helper()
	f.clock.Advance(d)
	f.ran = nil
	if _, err := f.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f.ran
}

func (f *stepFixture) wantNext(t *testing.T, after time.Duration) {
	t.Helper()
	at, err := f.NextDue(t.Context())
	if want := f.clock.Now().Add(after); err != nil || at.Sub(want).Abs() > time.Second {
		t.Errorf("the next job is due at %v, want %v: %v", at, want, err)
	}
}

func TestStepsRunInTheOrderOfTime(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newStepFixture(t, d, clocktest.New())
		now := f.clock.Now()
		insertJob(t, d, f.Queue, nil, greetArgs{"later"}, job.RunAt(now.Add(2*time.Hour)))
		insertJob(t, d, f.Queue, nil, greetArgs{"soon"}, job.RunAt(now.Add(time.Hour)))
		insertJob(t, d, f.Queue, nil, greetArgs{"now"})
		insertJob(t, d, f.Queue, nil, greetArgs{"now, of the slow queue"}, job.SlowQueue())
		if got := f.run(t, 0); !slices.Equal(got, []string{"now", "now, of the slow queue"}) {
			t.Errorf("at once: %v", got)
		}
		f.wantNext(t, time.Hour)
		if got := f.run(t, time.Hour); !slices.Equal(got, []string{"soon"}) {
			t.Errorf("after an hour: %v", got)
		}
		if got := f.run(t, 2*time.Hour); !slices.Equal(got, []string{"later"}) {
			t.Errorf("later: %v", got)
		}
		if got := f.run(t, 24*time.Hour); len(got) > 0 {
			t.Errorf("jobs ran again: %v", got)
		}
	})
}

func TestStepsRetrySnoozeAndCancel(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newStepFixture(t, d, clocktest.New())
		f.work = func(name string, attempt int) error {
			switch {
			case name == "cancelled":
				return job.Cancel(errors.New("pointless"))
			case name == "snoozed" && f.clock.Now().Before(clocktest.Noon().Add(time.Hour)):
				return job.Snooze(time.Hour)
			case name == "retried" && attempt < 3, name == "discarded":
				return errors.New("not yet")
			}
			return nil
		}
		insertJob(t, d, f.Queue, nil, greetArgs{"cancelled"})
		insertJob(t, d, f.Queue, nil, greetArgs{"retried"})
		insertJob(t, d, f.Queue, nil, greetArgs{"discarded"}, job.MaxAttempts(2))
		insertJob(t, d, f.Queue, nil, greetArgs{"snoozed"})
		if got := f.run(t, 0); len(got) != 4 {
			t.Errorf("at once: %v", got)
		}
		f.wantNext(t, time.Second)
		if got := f.run(t, time.Second); !slices.Equal(got, []string{"retried", "discarded"}) {
			t.Errorf("after a second: %v", got)
		}
		f.wantNext(t, 16*time.Second)
		if got := f.run(t, 16*time.Second); !slices.Equal(got, []string{"retried"}) {
			t.Errorf("after 17 seconds: %v", got)
		}
		if got := f.run(t, time.Hour); !slices.Equal(got, []string{"snoozed"}) {
			t.Errorf("after an hour: %v", got)
		}
		list, err := job.List(t.Context(), d, job.Filter{States: []string{"cancelled", "discarded"}, Limit: 10})
		if err != nil || len(list) != 2 {
			t.Errorf("cancelled and discarded: %+v %v", list, err)
		}
	})
}

// A process that dies leaves its job running. Another process runs it after the time at which a
// job counts as lost, and not before.
func TestStepsRescueTheJobOfAKilledProcess(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		f := newStepFixture(t, d, clock)
		ctx, kill := context.WithCancel(t.Context())
		f.work = func(string, int) error {
			kill()
			return nil
		}
		insertJob(t, d, f.Queue, nil, greetArgs{"killed"}, job.Unique())
		insertJob(t, d, f.Queue, nil, greetArgs{"waiting"})
		if _, err := f.RunDue(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("the killed process returned %v", err)
		}
		next := newStepFixture(t, d, clock)
		insertJob(t, d, next.Queue, nil, greetArgs{"killed"}, job.Unique()) // still running, as far as the database shows
		if got := next.run(t, 0); !slices.Equal(got, []string{"waiting"}) {
			t.Errorf("after the start: %v", got)
		}
		next.wantNext(t, 90*time.Second)
		if got := next.run(t, 89*time.Second); len(got) > 0 {
			t.Errorf("too early: %v", got)
		}
		if got := next.run(t, time.Second); !slices.Equal(got, []string{"killed"}) {
			t.Errorf("after 90 seconds: %v", got)
		}
	})
}

func TestStepsRunPeriodicJobs(t *testing.T) {
	f := newStepFixture(t, dbtest.Open(t, db.SQLite), clocktest.New())
	f.AddPeriodic(time.Minute, true, tickArgs{})
	if err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.wantNext(t, 0)
	if got := f.run(t, 0); !slices.Equal(got, []string{"tick"}) {
		t.Errorf("at the start: %v", got)
	}
	f.wantNext(t, time.Minute)
	if got := f.run(t, 59*time.Second); len(got) > 0 {
		t.Errorf("too early: %v", got)
	}
	f.SetLeastInterval(time.Hour)
	if got := f.run(t, time.Second); !slices.Equal(got, []string{"tick"}) {
		t.Errorf("after a minute: %v", got)
	}
	f.wantNext(t, time.Hour)
}
