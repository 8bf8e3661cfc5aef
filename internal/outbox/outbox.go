// Package outbox holds what every table of work for another system has in
// common: messages, rooms, appointments, written tests and webhook deliveries. A
// row is the source of truth for its work. A transaction stores the row and inserts a job; the job
// claims the row under its lock, calls the other system outside any
// transaction, and stores the result under the lock again. A periodic sweep
// inserts jobs for rows whose job was lost or whose process died.
package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

const (
	// Lease is how long a claim is valid: longer than the timeout of a job (one
	// minute). A row with an older claim belongs to a process that died, and may
	// be claimed again.
	Lease = 75 * time.Second

	// SweepLimit is the number of rows for which one sweep inserts jobs.
	SweepLimit = 500

	// sweepGrace is how long a sweep leaves a due row to its own job.
	sweepGrace = time.Minute

	// early is how much before its time a row is due: the clocks of replicas
	// differ, and a job that comes a moment early must not be lost.
	early = time.Second
)

// Row is the part of a table that the outbox manages; embed it in the type of
// the table's rows.
type Row struct {
	Attempts      int        `bun:"attempts"`        // claims so far
	ClaimedAt     *time.Time `bun:"claimed_at"`      // nil: no process works on it
	NextAttemptAt *time.Time `bun:"next_attempt_at"` // nil: nothing to do, or claimed
}

// Leased reports whether a process works on the row.
func (r *Row) Leased(now time.Time) bool {
	return r.ClaimedAt != nil && r.ClaimedAt.After(now.Add(-Lease))
}

// Due reports whether the time of the next attempt has come. A row whose claim
// has expired is due.
func (r *Row) Due(now time.Time) bool {
	if r.ClaimedAt != nil {
		return !r.Leased(now)
	}
	return r.NextAttemptAt != nil && !r.NextAttemptAt.After(now.Add(early))
}

// Claim begins an attempt.
func (r *Row) Claim(now time.Time) {
	r.ClaimedAt, r.NextAttemptAt = &now, nil
	r.Attempts++
}

// Retry ends an attempt, or the wait for one, and makes the row due at a time.
func (r *Row) Retry(at time.Time) {
	r.ClaimedAt, r.NextAttemptAt = nil, &at
}

// Restart makes the row due at a time with all attempts before it.
func (r *Row) Restart(at time.Time) {
	r.Retry(at)
	r.Attempts = 0
}

// Finish ends the work on the row, whatever its result.
func (r *Row) Finish() { r.ClaimedAt, r.NextAttemptAt = nil, nil }

// Backoff is the wait between attempts: First after the first attempt, twice
// as long after each further one, at most Max.
type Backoff struct{ First, Max time.Duration }

// After returns the wait after so many attempts, shortened by a random part of
// up to a fifth, so that work that failed together is not retried together.
func (b Backoff) After(attempts int) time.Duration {
	full := min(b.First<<min(max(attempts-1, 0), 20), b.Max)
	return full - rand.N(full/5+1) //nolint:gosec // spreads load, no secret
}

// Overdue adds to a query of rows that are still to be attempted the condition
// that their job is lost: due for longer than a minute, or claimed by a process
// that died.
func Overdue(q *bun.SelectQuery, now time.Time) *bun.SelectQuery {
	return q.Where("((?TableAlias.claimed_at IS NULL AND ?TableAlias.next_attempt_at <= ?) OR ?TableAlias.claimed_at <= ?)",
		db.Time(now.Add(-sweepGrace)), db.Time(now.Add(-Lease)))
}

// Sweep inserts a job for each row that query selects, at most SweepLimit, and
// returns their number. A row whose job still waits gets no second one. R is
// the type of the rows; query may choose the columns that args needs.
func Sweep[R any](ctx context.Context, d *db.DB, queue *job.Queue,
	query func(*bun.SelectQuery) *bun.SelectQuery, args func(*R) job.Args, options ...job.Option,
) (int, error) {
	var rows []R
	if err := d.NewSelect().Model(&rows).Apply(query).OrderExpr("?TableAlias.id").Limit(SweepLimit).Scan(ctx); err != nil {
		return 0, fmt.Errorf("selecting overdue rows: %w", err)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	// A unique insertion locks the job that still waits. A transaction that holds several of these locks
	// deadlocks with the queue, which updates its jobs in another order.
	for n := range rows {
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return queue.Insert(ctx, tx, args(&rows[n]), append(slices.Clone(options), job.Unique())...)
		})
		if err != nil {
			return n, err
		}
	}
	return len(rows), nil
}
