package db_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// A database that a newer version has migrated is refused with a sentence.
func TestMigrateRefusesNewerSchema(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if _, err := d.NewRaw("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := job.Migrate(t.Context(), d)
		newer, ok := errors.AsType[*db.NewerSchemaError](err)
		if !ok || newer.Stored != 9999 || !strings.Contains(newer.Error(), "newer version") {
			t.Errorf("migrating: %v", newer)
		}
		if _, err := d.Pending(t.Context()); err == nil {
			t.Error("the schema is reported as up to date")
		}
	})
}

// A migration that a release contains must not change: databases that have it would
// differ from new ones. A new migration is added to the list.
func TestMigrationsAreFrozen(t *testing.T) {
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(text), filepath.Base(name))
	}
	want, err := os.ReadFile("testdata/migrations.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if sums.String() != string(want) {
		t.Errorf("add a migration instead of changing one; the list of a new one is:\n%s", sums.String())
	}
}

func TestLockFile(t *testing.T) {
	url := dbtest.NewDatabase(t, db.SQLite)
	first, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.LockFile(), first.LockFile()); err != nil {
		t.Fatal(err)
	}
	second := dbtest.Reopen(t, url) // a command may open the database
	if _, err := second.Pending(t.Context()); err != nil {
		t.Error(err)
	}
	if err := second.LockFile(); !errors.Is(err, db.ErrFileInUse) {
		t.Errorf("a second process: %v", err)
	}
	path := strings.TrimPrefix(url, "sqlite://")
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{link, filepath.Dir(path) + "/./" + filepath.Base(path)} {
		if err := dbtest.Reopen(t, other).LockFile(); !errors.Is(err, db.ErrFileInUse) {
			t.Errorf("the file by the path %s: %v", other, err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.LockFile(); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

func TestOptimize(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		insertPositions(t, d, "a", "b", "c")
		if err := d.Optimize(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d.Dialect() == db.Postgres {
			return
		}
		if n, err := d.NewSelect().TableExpr("sqlite_stat1").Where("tbl = 'positions'").Count(t.Context()); err != nil || n == 0 {
			t.Errorf("%d rows of statistics (%v)", n, err)
		}
	})
}
