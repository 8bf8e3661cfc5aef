package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
)

var noon = clocktest.Noon()

func at(d time.Duration) *time.Time {
	t := noon.Add(d)
	return &t
}

func TestDue(t *testing.T) {
	for name, tc := range map[string]struct {
		row         outbox.Row
		due, leased bool
	}{
		"new":                     {outbox.Row{NextAttemptAt: at(0)}, true, false},
		"a moment early":          {outbox.Row{NextAttemptAt: at(time.Second)}, true, false},
		"later":                   {outbox.Row{NextAttemptAt: at(2 * time.Second)}, false, false},
		"finished":                {outbox.Row{}, false, false},
		"claimed":                 {outbox.Row{ClaimedAt: at(-outbox.Lease + time.Second)}, false, true},
		"claimed, and wanted":     {outbox.Row{ClaimedAt: at(0), NextAttemptAt: at(0)}, false, true},
		"claimed by a dead one":   {outbox.Row{ClaimedAt: at(-outbox.Lease)}, true, false},
		"claimed in the far past": {outbox.Row{ClaimedAt: at(-24 * time.Hour), NextAttemptAt: at(time.Hour)}, true, false},
	} {
		if got := tc.row.Due(noon); got != tc.due {
			t.Errorf("%s: due is %v", name, got)
		}
		if got := tc.row.Leased(noon); got != tc.leased {
			t.Errorf("%s: leased is %v", name, got)
		}
	}
}

func TestAttempts(t *testing.T) {
	var r outbox.Row
	r.Restart(noon)
	r.Claim(noon)
	r.Retry(noon.Add(time.Minute))
	if r.Attempts != 1 || r.ClaimedAt != nil || r.Due(noon) || !r.Due(noon.Add(time.Minute)) {
		t.Errorf("after a retry: %+v", r)
	}
	r.Claim(noon.Add(time.Minute))
	r.Finish()
	if r.Attempts != 2 || r.Due(noon.Add(time.Hour)) || r.Leased(noon.Add(time.Minute)) {
		t.Errorf("when finished: %+v", r)
	}
	if r.Restart(noon); r.Attempts != 0 || !r.Due(noon) {
		t.Errorf("after a restart: %+v", r)
	}
}

func TestBackoff(t *testing.T) {
	b := outbox.Backoff{First: 5 * time.Second, Max: 5 * time.Minute}
	for attempts, full := range map[int]time.Duration{
		0: 5 * time.Second, 1: 5 * time.Second, 2: 10 * time.Second, 4: 40 * time.Second, 7: 5 * time.Minute, 1000: 5 * time.Minute,
	} {
		seen := map[time.Duration]bool{}
		for range 50 {
			wait := b.After(attempts)
			if wait > full || wait < full*4/5 {
				t.Fatalf("wait after %d attempts is %s, want %s or up to a fifth less", attempts, wait, full)
			}
			seen[wait] = true
		}
		if len(seen) < 10 {
			t.Errorf("50 waits after %d attempts take %d values: they are not spread", attempts, len(seen))
		}
	}
}

// row is a table of the test: any one with the columns of the outbox will do.
type row struct {
	bun.BaseModel `bun:"table:outbox_test,alias:ot"`

	ID    string `bun:"id,pk"`
	State string `bun:"state"`

	outbox.Row
}

type rowArgs struct {
	ID string `json:"id"`
}

func (rowArgs) Kind() string { return "outbox_test" }

func newFixture(t *testing.T, d *db.DB) *job.Queue {
	t.Helper()
	q, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewCreateTable().Model((*row)(nil)).Exec(ctx)
		return err
	})
	return q
}

func inTx(t *testing.T, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func insert(t *testing.T, d *db.DB, rows ...row) {
	t.Helper()
	inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&rows).Exec(ctx)
		return err
	})
}

func sweep(t *testing.T, d *db.DB, q *job.Queue) int {
	t.Helper()
	n, err := trySweep(t.Context(), d, q)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func trySweep(ctx context.Context, d *db.DB, q *job.Queue) (int, error) {
	pending := func(q *bun.SelectQuery) *bun.SelectQuery {
		return outbox.Overdue(q.Where("ot.state = 'pending'"), noon)
	}
	return outbox.Sweep(ctx, d, q, pending, func(r *row) job.Args { return rowArgs{r.ID} })
}

func TestSweep(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newFixture(t, d)
		insert(t, d,
			row{ID: "lost", State: "pending", Row: outbox.Row{NextAttemptAt: at(-time.Minute)}},
			row{ID: "left to its job", State: "pending", Row: outbox.Row{NextAttemptAt: at(-30 * time.Second)}},
			row{ID: "later", State: "pending", Row: outbox.Row{NextAttemptAt: at(time.Hour)}},
			row{ID: "claimed", State: "pending", Row: outbox.Row{ClaimedAt: at(-time.Minute), NextAttemptAt: at(-time.Hour)}},
			row{ID: "process died", State: "pending", Row: outbox.Row{ClaimedAt: at(-outbox.Lease)}},
			row{ID: "finished", State: "done", Row: outbox.Row{NextAttemptAt: at(-time.Hour)}},
		)
		for range 2 { // the second one finds the jobs of the first
			if n := sweep(t, d, q); n != 2 {
				t.Errorf("%d overdue rows, want 2", n)
			}
		}
		var ids []string
		args := bun.Safe("args")
		if d.Dialect() == db.SQLite {
			args = "json(args)" // kept in SQLite's binary form
		}
		if err := d.NewRaw("SELECT ? FROM river_job WHERE kind = 'outbox_test' ORDER BY id", args).Scan(t.Context(), &ids); err != nil {
			t.Fatal(err)
		}
		for n := range ids {
			var args rowArgs
			if err := json.Unmarshal([]byte(ids[n]), &args); err != nil {
				t.Fatal(err)
			}
			ids[n] = args.ID
		}
		if want := []string{"lost", "process died"}; !slices.Equal(ids, want) {
			t.Errorf("jobs for %q, want %q", ids, want)
		}
	})
}

// The queue updates finished jobs in one statement, in its own order: a sweep that waits for one of them
// holds no other.
func TestSweepDuringUpdatesOfQueue(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newFixture(t, d)
		insert(t, d,
			row{ID: "a", State: "pending", Row: outbox.Row{NextAttemptAt: at(-time.Hour)}},
			row{ID: "b", State: "pending", Row: outbox.Row{NextAttemptAt: at(-time.Hour)}},
		)
		sweep(t, d, q)
		var jobs []int64 // for a, then for b
		if err := d.NewRaw("SELECT id FROM river_job WHERE kind = 'outbox_test' ORDER BY id").Scan(t.Context(), &jobs); err != nil || len(jobs) != 2 {
			t.Fatal(jobs, err)
		}
		swept := make(chan error, 1)
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			update := func(id int64) error {
				_, err := tx.NewRaw("UPDATE river_job SET attempted_at = ? WHERE id = ?", db.Time(noon), id).Exec(ctx)
				return err
			}
			if err := update(jobs[1]); err != nil {
				return err
			}
			go func() {
				_, err := trySweep(t.Context(), d, q)
				swept <- err
			}()
			if d.Dialect() == db.Postgres {
				err := dbtest.WaitForLock(ctx, d, func() bool { return false })
				if err != nil {
					return err
				}
			}
			return update(jobs[0])
		})
		if err := <-swept; err != nil {
			t.Error(err)
		}
	})
}

func TestSweepIsBounded(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		q := newFixture(t, d)
		rows := make([]row, outbox.SweepLimit+1)
		for n := range rows {
			rows[n] = row{ID: fmt.Sprint(n), State: "pending", Row: outbox.Row{NextAttemptAt: at(-time.Hour)}}
		}
		insert(t, d, rows...)
		if n := sweep(t, d, q); n != outbox.SweepLimit {
			t.Errorf("%d rows in one sweep", n)
		}
	})
}

// Of processes that claim one row at the same time, one gets it.
func TestConcurrentClaims(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		newFixture(t, d)
		for n := range 20 {
			id := fmt.Sprint(n)
			insert(t, d, row{ID: id, State: "pending", Row: outbox.Row{NextAttemptAt: at(0)}})
			var wg sync.WaitGroup
			var mu sync.Mutex
			claims := 0
			for range 4 {
				wg.Go(func() {
					err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
						if err := tx.Lock(ctx, (*row)(nil), "id = ?", id); err != nil {
							return err
						}
						r := new(row)
						if err := tx.NewSelect().Model(r).Where("id = ?", id).Scan(ctx); err != nil || !r.Due(noon) {
							return err
						}
						r.Claim(noon)
						mu.Lock()
						claims++
						mu.Unlock()
						_, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if claims != 1 {
				t.Fatalf("row %d is claimed %d times", n, claims)
			}
		}
	})
}
