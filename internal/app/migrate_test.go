package app

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// earlierSchema is a version before several migrations that change rows.
const earlierSchema = 14

func newEarlierDatabase(t *testing.T, kind db.Dialect) (url string, d *db.DB) {
	t.Helper()
	url = dbtest.NewUnmigratedDatabase(t, kind)
	writeEarlierRows(t, url, earlierSchema)
	d = dbtest.Reopen(t, url)
	if err := job.MigrateQueue(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return url, d
}

// The check migrates a copy, and leaves the database in its version and nothing else.
func TestCheckMigration(t *testing.T) {
	latest, err := db.LatestVersion()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.RunWithURL(t, func(t *testing.T, migrated string) {
		kind := db.SQLite
		if db.IsPostgresURL(migrated) {
			kind = db.Postgres
		}
		earlier, d := newEarlierDatabase(t, kind)
		cfg := Config{DatabaseURL: earlier}
		check, err := CheckMigration(t.Context(), cfg, "")
		if err != nil {
			t.Fatal(err)
		}
		if check.From != earlierSchema || check.To != latest || check.Rows == 0 {
			t.Errorf("checked %+v", check)
		}
		if m := check.Migrations; len(m) == 0 || m[0].Version <= earlierSchema || m[len(m)-1].Version != latest || m[len(m)-1].Name == "" {
			t.Errorf("migrations %v", m)
		}
		if version, err := d.SchemaVersion(t.Context()); err != nil || version != earlierSchema {
			t.Errorf("the database has schema %d: %v", version, err)
		}
		if list := scratchCopies(t, earlier, d); len(list) > 0 {
			t.Errorf("the copy is left: %v", list)
		}

		again, err := CheckMigration(t.Context(), Config{DatabaseURL: migrated}, "")
		if err != nil || again.From != latest || len(again.Migrations) > 0 || again.Rows > 0 {
			t.Errorf("a migrated database: %+v %v", again, err)
		}
	})
}

func scratchCopies(t *testing.T, databaseURL string, d *db.DB) []string {
	t.Helper()
	if d.Dialect() == db.SQLite {
		list, err := filepath.Glob(filepath.Join(filepath.Dir(databaseURL), ".huimian-check-*"))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	var names []string
	if err := d.NewRaw("SELECT datname FROM pg_database WHERE datname LIKE 'huimian_scratch_%'").Scan(t.Context(), &names); err != nil {
		t.Fatal(err)
	}
	return names
}

// A database of a newer version is refused before it is copied.
func TestCheckMigrationRefusesNewerSchema(t *testing.T) {
	earlier, d := newEarlierDatabase(t, db.SQLite)
	if _, err := d.NewRaw("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := CheckMigration(t.Context(), Config{DatabaseURL: earlier}, "")
	if _, ok := errors.AsType[*db.NewerSchemaError](err); !ok {
		t.Errorf("the check of a newer database: %v", err)
	}
}

// A role without the right to create databases needs an empty one for the copy.
func TestCheckMigrationWithoutRight(t *testing.T) {
	if os.Getenv(dbtest.PostgresURLEnv) == "" {
		t.Skip(dbtest.PostgresURLEnv + " is not set")
	}
	earlier, d := newEarlierDatabase(t, db.Postgres)
	role := "huimian_check_" + strings.ReplaceAll(db.NewID(), "-", "")
	for _, statement := range []string{
		"CREATE ROLE " + role + " LOGIN PASSWORD 'secret'", "GRANT pg_read_all_data TO " + role,
	} {
		if _, err := d.NewRaw(statement).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := d.NewRaw("DROP ROLE " + role).Exec(context.Background()); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(earlier)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(role, "secret")
	if _, err := CheckMigration(t.Context(), Config{DatabaseURL: u.String()}, ""); !errors.Is(err, db.ErrMayNotCreateDatabase) {
		t.Errorf("without the right: %v", err)
	}
	empty := dbtest.NewUnmigratedDatabase(t, db.Postgres)
	check, err := CheckMigration(t.Context(), Config{DatabaseURL: u.String()}, empty)
	if err != nil || len(check.Migrations) == 0 {
		t.Errorf("with an empty database: %+v %v", check, err)
	}
	if filled := slices.Contains(scratchCopies(t, earlier, d), u.Path); filled {
		t.Error("a database was created")
	}
}
