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

// A discarded job has the error of its last attempt and runs again after Retry; a
// scheduled one is cancelled once; other states and unknown jobs are refused.
func TestListRetryCancel(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		runs := make(chan string, 10)
		fail := errors.New("the endpoint is gone")
		q := newQueue(t, d)
		job.AddWorker(q, func(_ context.Context, args greetArgs, _ job.Attempt) error {
			runs <- args.Name
			return fail
		})
		startQueue(t, q)
		insertJob(t, d, q, nil, greetArgs{"failing"}, job.MaxAttempts(1))
		insertJob(t, d, q, nil, mailArgs{}, job.RunAt(time.Now().Add(time.Hour)))
		receiveName(t, runs)
		list := func(states ...string) []job.Listed {
			t.Helper()
			found, err := job.List(t.Context(), d, job.Filter{States: states, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		change := func(fn func(context.Context, *db.Tx, int64) (string, error), id int64) (kind string, err error) {
			err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				kind, err = fn(ctx, tx, id)
				return err
			})
			return kind, err
		}
		discarded := list("discarded")
		for len(discarded) == 0 { // the result is stored after the run
			discarded = list("discarded")
		}
		failed := discarded[0]
		if failed.Kind != "test_greet" || failed.Error != fail.Error() || failed.Attempt != 1 || len(list()) != 2 {
			t.Errorf("listed %+v", failed)
		}
		if _, err := change(q.Cancel, failed.ID); !errors.Is(err, job.ErrState) {
			t.Errorf("cancelling a discarded job: %v", err)
		}
		if kind, err := change(q.Retry, failed.ID); err != nil || kind != "test_greet" {
			t.Errorf("retrying: %q, %v", kind, err)
		}
		receiveName(t, runs)
		scheduled := list("scheduled")[0]
		if kind, err := change(q.Cancel, scheduled.ID); err != nil || kind != "test_mail" || len(list("cancelled")) != 1 {
			t.Errorf("cancelling: %q, %v", kind, err)
		}
		if _, err := change(q.Cancel, scheduled.ID); !errors.Is(err, job.ErrState) {
			t.Errorf("cancelling once more: %v", err)
		}
		if _, err := change(q.Retry, 1<<40); err == nil {
			t.Error("an unknown job is retried")
		}
		if _, err := job.List(t.Context(), d, job.Filter{States: []string{"broken"}}); err == nil {
			t.Error("an unknown state is accepted")
		}
	})
}
