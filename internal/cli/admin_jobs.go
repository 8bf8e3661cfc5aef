package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/job"
)

// adminJobs is the command "admin jobs".
type adminJobs struct {
	List   adminJobList   `cmd:"" default:"withargs" help:"The newest jobs in some states."`
	Retry  adminJobRetry  `cmd:"" help:"Run jobs now that wait or have failed."`
	Cancel adminJobCancel `cmd:"" help:"Cancel jobs that have not finished; those that run are interrupted."`
}

type adminJobList struct {
	adminFlags
	State []string `default:"retryable,discarded" placeholder:"STATE,…" help:"available, cancelled, completed, discarded, pending, retryable, running or scheduled; default: retryable,discarded."`
	Kind  string   `placeholder:"KIND" help:"Only jobs of this kind."`
	Limit int      `default:"50" help:"Maximum number of jobs, up to 1000."`
}

func (c *adminJobList) Run(ctx context.Context, s *session) error {
	list, err := app.ListJobs(ctx, c.Config, job.Filter{States: c.State, Kind: c.Kind, Limit: c.Limit})
	if err != nil {
		return err
	}
	t := table{head: []string{"ID", "KIND", "STATE", "ATTEMPTS", "SCHEDULED", "ERROR"}}
	for _, j := range list {
		t.rows = append(t.rows, []string{
			strconv.FormatInt(j.ID, 10), j.Kind, j.State, fmt.Sprintf("%d/%d", j.Attempt, j.MaxAttempts), j.ScheduledAt.UTC().Format(time.RFC3339), j.Error,
		})
	}
	return s.printResult(list, t)
}

type adminJobRetry struct {
	adminFlags
	ID []int64 `arg:""`
}

func (c *adminJobRetry) Run(ctx context.Context, s *session) error {
	if err := app.RetryJobs(ctx, c.Config, c.ID); err != nil {
		return err
	}
	return s.printDone("queued")
}

type adminJobCancel struct {
	adminFlags
	ID []int64 `arg:""`
}

func (c *adminJobCancel) Run(ctx context.Context, s *session) error {
	if err := app.CancelJobs(ctx, c.Config, c.ID); err != nil {
		return err
	}
	return s.printDone("cancelled")
}
