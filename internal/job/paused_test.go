package job_test

import (
	"context"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

type mailArgs struct{}

func (mailArgs) Kind() string { return "test_mail" }

// Jobs of a paused kind stay in the queue, others run, and a queue without the pause runs
// them later.
func TestWithPaused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		names := make(chan string, 10)
		register := func(q *job.Queue) {
			job.AddWorker(q, func(_ context.Context, args greetArgs, _ job.Attempt) error { names <- args.Name; return nil })
			job.AddWorker(q, func(context.Context, mailArgs, job.Attempt) error { names <- "mail"; return nil })
		}
		q := newQueue(t, d, job.WithPaused("test_mail"))
		register(q)
		startQueue(t, q)
		insertJob(t, d, q, nil, mailArgs{})
		insertJob(t, d, q, nil, greetArgs{"other"})
		if got := receiveName(t, names); got != "other" {
			t.Errorf("%q ran", got)
		}
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		var state string
		if err := d.NewRaw("SELECT state FROM river_job WHERE kind = 'test_mail'").Scan(t.Context(), &state); err != nil || state == "completed" || len(names) != 0 {
			t.Errorf("the paused job is %s, %v", state, err)
		}
	})
}
