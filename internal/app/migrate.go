package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/transcript"
)

// Migrate runs all pending migrations, those of the job queue included, and returns those
// of the product.
func Migrate(ctx context.Context, cfg Config) ([]db.AppliedMigration, error) {
	d, err := openDatabase(ctx, cfg)
	if err != nil {
		return nil, err
	}
	applied, err := migrateData(ctx, d)
	return applied, errors.Join(err, d.Close())
}

func migrateData(ctx context.Context, d *db.DB) ([]db.AppliedMigration, error) {
	applied, err := job.Migrate(ctx, d)
	if err != nil {
		return nil, err
	}
	return applied, rebuildSearch(ctx, d)
}

// MigrationCheck is the result of CheckMigration.
type MigrationCheck struct {
	From, To   int64                 // versions of the schema
	Migrations []db.AppliedMigration // those that are pending; the rest is empty when there are none
	Rows       int                   // that the copy got
	Copying    time.Duration
	Migrating  time.Duration // the search columns included
	SealedLogs int           // of rooms, that verify after the migrations
	Changed    []TableCount  // tables with another number of rows after the migrations
}

// TableCount is the number of rows of a table before and after the migrations.
type TableCount struct {
	Table         string
	Before, After int
}

// CheckMigration copies the database, migrates the copy, and verifies it. The server may
// run meanwhile; the database is not changed. The copy of a SQLite file is a temporary file
// beside it. That of PostgreSQL is the empty database copyURL, or, when that is "", a
// temporary one on the same server, for which the role needs the right CREATEDB.
func CheckMigration(ctx context.Context, cfg Config, copyURL string) (check *MigrationCheck, err error) {
	err = withUnmigratedDatabase(ctx, cfg, func(source *db.DB) error {
		check = &MigrationCheck{}
		if check.From, err = source.SchemaVersion(ctx); err != nil {
			return err
		}
		if check.To, err = db.LatestVersion(); err != nil {
			return err
		}
		if pending, err := source.Pending(ctx); err != nil || pending == 0 {
			return err
		}
		return withScratch(ctx, cfg, copyURL, func(scratch *db.DB) error { return check.run(ctx, source, scratch) })
	})
	return check, err
}

func (c *MigrationCheck) run(ctx context.Context, source, scratch *db.DB) error {
	start := time.Now()
	copied, err := backup.Copy(ctx, source, scratch, backup.CopyOptions{KeepSchema: true, Restart: true})
	if err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	c.Rows, c.Copying = copied.Rows, time.Since(start)
	start = time.Now()
	if c.Migrations, err = migrateData(ctx, scratch); err != nil {
		return fmt.Errorf("migrating the copy: %w", err)
	}
	c.Migrating = time.Since(start)
	if c.SealedLogs, err = transcript.CheckLogs(ctx, scratch); err != nil {
		return err
	}
	return c.compareCounts(ctx, copied, scratch)
}

// compareCounts lists the tables of before that are present after the migrations with
// another number of rows.
func (c *MigrationCheck) compareCounts(ctx context.Context, before *backup.Summary, after *db.DB) error {
	tables, err := db.Tables(ctx, c.To)
	if err != nil {
		return err
	}
	rows := map[string]int{}
	for _, t := range before.Tables {
		rows[t.Table] = t.Rows
	}
	for _, t := range tables {
		was, present := rows[t.Name]
		if !present {
			continue
		}
		n, err := db.CountRows(ctx, after.DB, t)
		if err != nil {
			return err
		}
		if n != was {
			c.Changed = append(c.Changed, TableCount{t.Name, was, n})
		}
	}
	return nil
}

// withScratch runs fn with an empty database of the kind of the configured one.
func withScratch(ctx context.Context, cfg Config, url string, fn func(*db.DB) error) (err error) {
	switch {
	case !db.IsPostgresURL(cfg.DatabaseURL) && url != "":
		return errors.New("the copy of a SQLite file is a temporary file: leave out the URL of the copy")
	case !db.IsPostgresURL(cfg.DatabaseURL):
		dir, err := os.MkdirTemp(filepath.Dir(strings.TrimPrefix(cfg.DatabaseURL, "sqlite://")), ".huimian-check-")
		if err != nil {
			return fmt.Errorf("creating the copy: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		url = filepath.Join(dir, "huimian.db")
	case url == "":
		var drop func(context.Context) error
		if url, drop, err = db.CreateScratch(ctx, cfg.DatabaseURL); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return fmt.Errorf("opening the copy: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return fn(d)
}
