package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/huimian/huimian/internal/db"
)

// Result is the result of a run of a job.
type Result string

// Results of a run.
const (
	Succeeded Result = "ok"
	Errored   Result = "error" // retried, or discarded after the last attempt
	Snoozed   Result = "snoozed"
	Cancelled Result = "cancelled"
)

func resultOf(err error) Result {
	var snooze *river.JobSnoozeError
	var cancel *river.JobCancelError
	switch {
	case err == nil:
		return Succeeded
	case errors.As(err, &snooze):
		return Snoozed
	case errors.As(err, &cancel):
		return Cancelled
	default:
		return Errored
	}
}

// Depth is the number of unfinished jobs of a kind.
type Depth struct {
	Kind      string    `bun:"kind"`
	Due       int       `bun:"due"`       // whose time has come, running ones included
	Scheduled int       `bun:"scheduled"` // for later, retries included
	Oldest    time.Time `bun:"oldest"`    // time of the oldest due job; zero: none is due
}

// CountByKind returns the unfinished jobs of all kinds that have any.
func CountByKind(ctx context.Context, d *db.DB, now time.Time) (list []Depth, err error) {
	at := db.Time(now)
	err = d.NewSelect().TableExpr("river_job").ColumnExpr("kind").
		ColumnExpr("SUM(CASE WHEN scheduled_at <= ? THEN 1 ELSE 0 END) AS due", at).
		ColumnExpr("SUM(CASE WHEN scheduled_at <= ? THEN 0 ELSE 1 END) AS scheduled", at).
		ColumnExpr("MIN(scheduled_at) AS oldest").
		Where("state IN ('available', 'pending', 'retryable', 'running', 'scheduled')").
		Group("kind").Order("kind").Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("counting the jobs: %w", err)
	}
	for n := range list {
		if list[n].Due == 0 {
			list[n].Oldest = time.Time{}
		}
	}
	return list, nil
}
