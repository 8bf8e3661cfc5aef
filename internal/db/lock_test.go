package db_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

type corp struct {
	bun.BaseModel `bun:"table:corps"`

	CorpID string `bun:"corp_id,pk"`
}

// runInTwoTransactions runs both functions in a transaction each, the second while the first
// is open and unable to wait for a lock. It returns the second's error.
func runInTwoTransactions(t *testing.T, d *db.DB, first, second func(ctx context.Context, tx *db.Tx) error) (blocked error) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := first(ctx, tx); err != nil {
			return err
		}
		blocked = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.NewRaw("SET LOCAL lock_timeout = '100ms'").Exec(ctx); err != nil {
				return err
			}
			return second(ctx, tx)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return blocked
}

func TestLock(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, id := range []string{"a", "b"} {
				if err := insertCorp(ctx, tx, id, db.Now()); err != nil {
					return err
				}
			}
			return tx.Lock(ctx, (*corp)(nil), "corp_id = ?", "absent")
		})
		if err != nil {
			t.Fatal(err)
		}
		if d.Dialect() == db.SQLite {
			return // SQLite's single writer waits before any lock is taken
		}
		lock := func(id string) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { return tx.Lock(ctx, (*corp)(nil), "corp_id = ?", id) }
		}
		if err := runInTwoTransactions(t, d, lock("a"), lock("a")); err == nil {
			t.Error("two transactions hold the lock of one row")
		}
		if err := runInTwoTransactions(t, d, lock("a"), lock("b")); err != nil {
			t.Errorf("the lock of another row waits: %v", err)
		}
		refer := func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES ('a', 'ada', '阿达', TRUE, 4, ?)", db.Now()).Exec(ctx)
			return err
		}
		if err := runInTwoTransactions(t, d, lock("a"), refer); err != nil {
			t.Errorf("a row that refers to the locked one waits: %v", err)
		}
	})
}

func TestLockNames(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		lock := func(names ...string) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { return tx.LockNames(ctx, names) }
		}
		if err := d.InTx(t.Context(), lock("calendar/a", "calendar/b", "calendar/a")); err != nil {
			t.Fatal(err)
		}
		if d.Dialect() == db.SQLite {
			return
		}
		if err := runInTwoTransactions(t, d, lock("calendar/a", "calendar/b"), lock("calendar/c", "calendar/b")); err == nil {
			t.Error("two transactions hold the lock of one name")
		}
		if err := runInTwoTransactions(t, d, lock("calendar/a"), lock("calendar/c")); err != nil {
			t.Errorf("the lock of another name waits: %v", err)
		}
	})
}

// A transaction that waits for one name holds the names before it in the order
// of their keys, and none after it.
func TestLockNamesOrder(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			return
		}
		var names []string
		for n := range 20 {
			names = append(names, fmt.Sprintf("calendar/%d", n))
		}
		var inOrder []struct {
			Name string
			Key  int64
		}
		err := d.NewRaw("SELECT name, hashtextextended(name, 0) AS key FROM unnest(ARRAY[?]::text[]) AS names (name) ORDER BY key", bun.List(names)).
			Scan(t.Context(), &inOrder)
		if err != nil {
			t.Fatal(err)
		}
		const held = 7
		var wg sync.WaitGroup
		err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := tx.LockNames(ctx, []string{inOrder[held].Name}); err != nil {
				return err
			}
			wg.Go(func() {
				err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return tx.LockNames(ctx, names) })
				if err != nil {
					t.Error(err)
				}
			})
			if err := dbtest.WaitForLock(ctx, d, func() bool { return false }); err != nil {
				return err
			}
			var granted []int64
			err := tx.NewRaw(`SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
				WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1`).Scan(ctx, &granted)
			if err != nil {
				return err
			}
			var want []int64
			for _, n := range inOrder[:held] {
				want = append(want, n.Key)
			}
			if !slices.Equal(granted, want) {
				t.Errorf("waits for key %d with the locks %d, want %d", inOrder[held].Key, granted, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wg.Wait()
	})
}

func TestLockNamesWithoutDeadlock(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				var names []string
				for k := range 30 {
					names = append(names, fmt.Sprintf("calendar/%d", (k*(2*n+1)+n)%31))
				}
				for range 20 {
					err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return tx.LockNames(ctx, names) })
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
	})
}
