package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// Pending is a job that has not finished, as copies of a database contain it. Its
// attempts are not counted on.
type Pending struct {
	Kind        string          `bun:"kind"`
	Args        json.RawMessage `bun:"args"`
	Queue       string          `bun:"queue"`
	MaxAttempts int             `bun:"max_attempts"`
	ScheduledAt time.Time       `bun:"scheduled_at"`
}

// ReadPending calls fn with the jobs that have not finished, in order.
func ReadPending(ctx context.Context, tx bun.Tx, kind db.Dialect, fn func(Pending) error) (err error) {
	args := bun.Safe("args")
	if kind == db.SQLite {
		args = "json(args)" // kept in SQLite's binary form
	}
	rows, err := tx.NewSelect().TableExpr("river_job").ColumnExpr("kind, ? AS args, queue, max_attempts, scheduled_at", args).
		Where("state IN ('available', 'pending', 'retryable', 'running', 'scheduled')").Order("id").Rows(ctx)
	if err != nil {
		return fmt.Errorf("reading the jobs: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p Pending
		var args string
		if err := rows.Scan(&p.Kind, &args, &p.Queue, &p.MaxAttempts, &p.ScheduledAt); err != nil {
			return fmt.Errorf("reading a job: %w", err)
		}
		p.Args = json.RawMessage(args)
		if err := fn(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

// pendingArgs are the arguments of a Pending.
type pendingArgs struct{ p Pending }

func (a pendingArgs) Kind() string                 { return a.p.Kind }
func (a pendingArgs) MarshalJSON() ([]byte, error) { return a.p.Args, nil }

// InsertPending adds a job of another copy of the database.
func (q *Queue) InsertPending(ctx context.Context, tx *db.Tx, p Pending) error {
	queue := func(o *river.InsertOpts) { o.Queue = p.Queue }
	return q.Insert(ctx, tx, pendingArgs{p}, RunAt(p.ScheduledAt), MaxAttempts(p.MaxAttempts), queue)
}

// DeleteOverdue deletes the jobs of these kinds whose time is over and that have not
// finished, and returns their number.
func DeleteOverdue(ctx context.Context, tx *db.Tx, now time.Time, kinds ...string) (int, error) {
	result, err := tx.NewDelete().Table("river_job").Where("kind IN (?)", bun.List(kinds)).Where("finalized_at IS NULL AND scheduled_at <= ?", db.Time(now)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("deleting overdue jobs: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// DeleteWithArg deletes the jobs whose arguments contain an id of a row that was erased,
// except running ones and those of some kinds.
func DeleteWithArg(ctx context.Context, tx *db.Tx, kind db.Dialect, id string, exceptKinds ...string) error {
	args := bun.Safe("CAST(args AS TEXT)")
	if kind == db.SQLite {
		args = "json(args)" // kept in SQLite's binary form
	}
	_, err := tx.NewDelete().Table("river_job").Where("? LIKE ?", args, "%"+id+"%").
		Where("state <> 'running' AND kind NOT IN (?)", bun.List(exceptKinds)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("deleting the jobs about %s: %w", id, err)
	}
	return nil
}
