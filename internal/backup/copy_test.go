package backup

import (
	"context"
	"errors"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// interruptCopy copies until a number of rows is stored.
func interruptCopy(t *testing.T, source, target *db.DB, rows int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	last := 0
	progress := func(stored, all int) {
		if stored < last || stored > all {
			t.Errorf("%d of %d rows after %d", stored, all, last)
		}
		if last = stored; stored >= rows {
			cancel()
		}
	}
	var unfinished *UnfinishedCopyError
	if _, err := Copy(ctx, source, target, CopyOptions{Progress: progress}); !errors.As(err, &unfinished) || last < rows {
		t.Fatalf("interrupted after %d of %d rows: %v", last, rows, err)
	}
	if _, err := job.Migrate(t.Context(), target); !errors.Is(err, db.ErrUnfinishedMove) {
		t.Errorf("migrating an unfinished copy: %v", err)
	}
	if _, err := target.Pending(t.Context()); !errors.Is(err, db.ErrUnfinishedMove) {
		t.Errorf("reading the migrations of an unfinished copy: %v", err)
	}
	if err := CheckEmpty(t.Context(), target); !errors.Is(err, db.ErrUnfinishedMove) {
		t.Errorf("restoring into an unfinished copy: %v", err)
	}
}

func TestCopyContinues(t *testing.T) {
	for _, from := range kinds() {
		source := dbtest.Open(t, from)
		fillTables(t, source, 2*batchRows+7)
		_, want := write(t, source, Options{Sessions: true})
		for _, to := range kinds() {
			target := openEmpty(t, to)
			for _, rows := range []int{1, 700, want.Rows / 2} {
				interruptCopy(t, source, target, rows)
			}
			copied, err := Copy(t.Context(), source, target, CopyOptions{})
			if err != nil {
				t.Fatalf("%s to %s: %v", from, to, err)
			}
			_, got := write(t, target, Options{Sessions: true})
			if err := errors.Join(Compare(want, copied), Compare(want, got)); err != nil {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			addJob(t, target) // its id follows those of the copied jobs
			if pending, err := target.Pending(t.Context()); err != nil || pending != 0 {
				t.Errorf("%s to %s: %d migrations are pending, %v", from, to, pending, err)
			}
			var notEmpty *NotEmptyError
			if _, err := Copy(t.Context(), source, target, CopyOptions{Restart: true}); !errors.As(err, &notEmpty) {
				t.Errorf("%s to %s: a second copy: %v", from, to, err)
			}
		}
	}
}

func TestCopyOfChangedSource(t *testing.T) {
	changes := map[string]string{
		"row before the others": "INSERT INTO digest_days (corp_id, day) VALUES ('!', '2026-11-23')",
		"changed row":           "UPDATE digest_days SET day = '2026-11-23'",
		"deleted rows":          "DELETE FROM digest_days",
		"another schema":        "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)",
	}
	for name, change := range changes {
		for _, kind := range kinds() {
			source, target := dbtest.Open(t, db.SQLite), openEmpty(t, kind)
			fillTables(t, source, 2)
			interruptCopy(t, source, target, countRows(t, source))
			dbtest.Exec(t, source, change)
			if _, err := Copy(t.Context(), source, target, CopyOptions{}); !errors.Is(err, ErrSourceChanged) {
				t.Errorf("%s, to %s: %v", name, kind, err)
			}
			if name == "another schema" { // its tables are those of the latest
				continue
			}
			copied, err := Copy(t.Context(), source, target, CopyOptions{Restart: true})
			if err != nil {
				t.Fatalf("%s, to %s: restarting: %v", name, kind, err)
			}
			_, want := write(t, source, Options{Sessions: true})
			if err := Compare(want, copied); err != nil {
				t.Errorf("%s, to %s: %v", name, kind, err)
			}
		}
	}
}

// countRows returns the number of rows of all tables that are copied, jobs excluded.
func countRows(t *testing.T, d *db.DB) int {
	t.Helper()
	_, summary := write(t, d, Options{Sessions: true})
	return summary.Rows - summary.Tables[len(summary.Tables)-1].Rows
}
