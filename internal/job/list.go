package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// MaxList limits the number of jobs that List returns.
const MaxList = 1000

// Filter selects jobs.
type Filter struct {
	States []string // River's states
	Kind   string   // "" for all
	Limit  int      // at most MaxList
}

// Listed is a job of a list.
type Listed struct {
	ID          int64     `bun:"id" json:"id"`
	Kind        string    `bun:"kind" json:"kind"`
	State       string    `bun:"state" json:"state"`
	Attempt     int       `bun:"attempt" json:"attempt"`
	MaxAttempts int       `bun:"max_attempts" json:"maxAttempts"`
	CreatedAt   time.Time `bun:"created_at" json:"createdAt"`
	ScheduledAt time.Time `bun:"scheduled_at" json:"scheduledAt"`
	Error       string    `bun:"error" json:"error,omitempty"` // of the last attempt that failed
}

// states returns the names of River's states.
func states() (names []string) {
	for _, state := range rivertype.JobStates() {
		names = append(names, string(state))
	}
	return names
}

// List returns the newest jobs first.
func List(ctx context.Context, d *db.DB, f Filter) ([]Listed, error) {
	for _, state := range f.States {
		if !slices.Contains(states(), state) {
			return nil, fmt.Errorf("%q is not a state of a job: the states are %s", state, strings.Join(states(), ", "))
		}
	}
	lastError := "COALESCE(errors[array_length(errors, 1)]->>'error', '')"
	if d.Dialect() == db.SQLite {
		lastError = "COALESCE(json_extract(errors, '$[#-1].error'), '')"
	}
	list := []Listed{}
	q := d.NewSelect().TableExpr("river_job").Column("id", "kind", "state", "attempt", "max_attempts", "created_at", "scheduled_at").
		ColumnExpr(lastError + " AS error").Order("id DESC").Limit(int64(min(max(f.Limit, 0), MaxList)))
	if len(f.States) > 0 {
		q = q.Where("state IN (?)", bun.List(f.States))
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if err := q.Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("listing the jobs: %w", err)
	}
	return list, nil
}

// Retry makes a job due now, once more if it has finished with an error, and returns its
// kind. One that runs or has succeeded is an error.
func (q *Queue) Retry(ctx context.Context, tx *db.Tx, id int64) (kind string, err error) {
	if err := checkState(ctx, tx, id, rivertype.JobStateRunning, rivertype.JobStateCompleted); err != nil {
		return "", err
	}
	row, err := q.client.retryJob(ctx, tx, id)
	if err != nil {
		return "", fmt.Errorf("retrying the job %d: %w", id, err)
	}
	return row.Kind, nil
}

// Cancel cancels a job that has not finished, and returns its kind. One that runs is
// interrupted.
func (q *Queue) Cancel(ctx context.Context, tx *db.Tx, id int64) (kind string, err error) {
	if err := checkState(ctx, tx, id, rivertype.JobStateCancelled, rivertype.JobStateCompleted, rivertype.JobStateDiscarded); err != nil {
		return "", err
	}
	row, err := q.client.cancelJob(ctx, tx, id)
	if err != nil {
		return "", fmt.Errorf("cancelling the job %d: %w", id, err)
	}
	return row.Kind, nil
}

// checkState returns an error if there is no such job or its state is refused.
func checkState(ctx context.Context, tx *db.Tx, id int64, refused ...rivertype.JobState) error {
	var found []rivertype.JobState
	if err := tx.NewSelect().TableExpr("river_job").Column("state").Where("id = ?", id).Scan(ctx, &found); err != nil {
		return fmt.Errorf("reading the job %d: %w", id, err)
	}
	if len(found) == 0 {
		return fmt.Errorf("the job %d: %w", id, river.ErrNotFound)
	}
	if slices.Contains(refused, found[0]) {
		return fmt.Errorf("the job %d: %w: its state is %s", id, ErrState, found[0])
	}
	return nil
}

// ErrState is the error of Retry and Cancel for a job in another state.
var ErrState = errors.New("not possible")
