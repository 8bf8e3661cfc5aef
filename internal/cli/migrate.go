package cli

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
)

// Migrate is the command "migrate".
type Migrate struct {
	adminFlags
	Check   bool   `help:"Copy the database, migrate the copy and verify it. The server may run, and the database is not changed."`
	CopyURL string `name:"copy-url" placeholder:"URL" help:"With --check: an empty PostgreSQL database for the copy, when the role may not create one."`
}

// Run migrates the database, or checks the migrations, and prints what was applied.
func (c *Migrate) Run(ctx context.Context, s *session) error {
	if c.Check {
		return c.check(ctx, s)
	}
	if c.CopyURL != "" {
		return usageErrorf("--copy-url is for --check")
	}
	applied, err := app.Migrate(ctx, c.Config)
	if err != nil {
		return err
	}
	t := migrationTable(applied)
	t.rows = append(t.rows, []string{"applied", strconv.Itoa(len(applied)), ""})
	return s.printResult(map[string]any{"migrations": newMigrationViews(applied)}, t)
}

// migrationCheckView is the result of a check as JSON.
type migrationCheckView struct {
	FromSchema     int64             `json:"fromSchema"`
	ToSchema       int64             `json:"toSchema"`
	Migrations     []migrationView   `json:"migrations"`
	Rows           int               `json:"rows"`
	CopySeconds    float64           `json:"copySeconds"`
	MigrateSeconds float64           `json:"migrateSeconds"`
	SealedLogs     int               `json:"sealedLogs"`
	Changed        []tableChangeView `json:"changedCounts"`
}

type migrationView struct {
	Version int64   `json:"version"`
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

type tableChangeView struct {
	Table  string `json:"table"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

func (c *Migrate) check(ctx context.Context, s *session) error {
	check, err := app.CheckMigration(ctx, c.Config, c.CopyURL)
	if errors.Is(err, db.ErrMayNotCreateDatabase) {
		return usageErrorf("%w: give an empty database with --copy-url, or grant the role CREATEDB", err)
	}
	if err != nil {
		return err
	}
	view := migrationCheckView{
		FromSchema: check.From, ToSchema: check.To, Migrations: newMigrationViews(check.Migrations), Rows: check.Rows,
		CopySeconds: check.Copying.Seconds(), MigrateSeconds: check.Migrating.Seconds(), SealedLogs: check.SealedLogs, Changed: []tableChangeView{},
	}
	if len(check.Migrations) == 0 {
		return s.printResult(view, keyValueTable("schema", formatInt(check.From), "pending", "0"))
	}
	t := migrationTable(check.Migrations)
	t.rows = append(t.rows,
		[]string{"copied", strconv.Itoa(check.Rows) + " rows", formatDuration(check.Copying)},
		[]string{"migrated", formatInt(check.From) + " → " + formatInt(check.To), formatDuration(check.Migrating)},
		[]string{"verified", strconv.Itoa(check.SealedLogs) + " sealed logs", ""})
	for _, change := range check.Changed {
		view.Changed = append(view.Changed, tableChangeView(change))
		t.rows = append(t.rows, []string{"changed", change.Table + ": " + strconv.Itoa(change.Before) + " → " + strconv.Itoa(change.After) + " rows", ""})
	}
	return s.printResult(view, t)
}

func newMigrationViews(applied []db.AppliedMigration) []migrationView {
	views := []migrationView{}
	for _, m := range applied {
		views = append(views, migrationView{Version: m.Version, Name: m.Name, Seconds: m.Duration.Seconds()})
	}
	return views
}

func migrationTable(applied []db.AppliedMigration) table {
	t := table{head: []string{"SCHEMA", "MIGRATION", "DURATION"}}
	for _, m := range applied {
		t.rows = append(t.rows, []string{formatInt(m.Version), m.Name, formatDuration(m.Duration)})
	}
	return t
}

func formatDuration(d time.Duration) string { return d.Round(time.Millisecond).String() }
