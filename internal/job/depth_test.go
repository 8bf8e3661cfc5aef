package job_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// Due and scheduled jobs are counted by kind, with the time of the oldest due one.
func TestCountByKind(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q, now := newQueue(t, d), db.Now()
		for _, at := range []time.Duration{-time.Hour, -time.Minute, time.Hour} {
			insertJob(t, d, q, nil, greetArgs{at.String()}, job.RunAt(now.Add(at)))
		}
		insertJob(t, d, q, nil, mailArgs{}, job.RunAt(now.Add(time.Hour)))
		list, err := job.CountByKind(t.Context(), d, now)
		if err != nil || len(list) != 2 {
			t.Fatalf("counted %v, %v", list, err)
		}
		if g := list[0]; g.Kind != "test_greet" || g.Due != 2 || g.Scheduled != 1 || now.Sub(g.Oldest).Round(time.Minute) != time.Hour {
			t.Errorf("counted %+v", g)
		}
		if m := list[1]; m.Kind != "test_mail" || m.Due != 0 || m.Scheduled != 1 || !m.Oldest.IsZero() {
			t.Errorf("counted %+v", m)
		}
	})
}

// The observer gets the result of each run.
func TestWithObserver(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		type run struct {
			kind   string
			result job.Result
		}
		runs := make(chan run, 10)
		q := newQueue(t, d, job.WithObserver(func(kind string, result job.Result, _ time.Duration) { runs <- run{kind, result} }))
		results := map[string]error{"ok": nil, "error": errors.New("failed"), "cancelled": job.Cancel(errors.New("gone")), "snoozed": job.Snooze(time.Hour)}
		job.AddWorker(q, func(_ context.Context, args greetArgs, _ job.Attempt) error { return results[args.Name] })
		startQueue(t, q)
		for name := range results {
			insertJob(t, d, q, nil, greetArgs{name}, job.MaxAttempts(1))
			select {
			case got := <-runs:
				if got != (run{"test_greet", job.Result(name)}) {
					t.Errorf("%s: observed %v", name, got)
				}
			case <-t.Context().Done():
				t.Fatal("no run was observed")
			}
		}
	})
}

// A long worker has a limit of its own, the others a minute.
func TestAddLongWorker(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		limits := make(chan time.Duration, 10)
		record := func(ctx context.Context) error {
			end, _ := ctx.Deadline()
			limits <- time.Until(end).Round(time.Minute)
			return nil
		}
		q := newQueue(t, d)
		job.AddWorker(q, func(ctx context.Context, _ greetArgs, _ job.Attempt) error { return record(ctx) })
		job.AddLongWorker(q, time.Hour, func(ctx context.Context, _ mailArgs, _ job.Attempt) error { return record(ctx) })
		startQueue(t, q)
		for args, want := range map[job.Args]time.Duration{greetArgs{}: time.Minute, mailArgs{}: time.Hour} {
			insertJob(t, d, q, nil, args)
			if got := <-limits; got != want {
				t.Errorf("%s is cancelled after %s, want %s", args.Kind(), got, want)
			}
		}
	})
}
