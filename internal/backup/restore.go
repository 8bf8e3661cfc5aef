package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"filippo.io/age"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/job"
)

// Rows are inserted in statements of at most batchRows rows and about batchBytes bytes.
const (
	batchRows  = 200
	batchBytes = 1 << 20
)

// NotEmptyError is the error of a database into which nothing can be restored.
type NotEmptyError struct{ Table string }

func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("the database is not empty (table %s): restore into a new file or a new PostgreSQL database, and set HUIMIAN_DATABASE_URL to it. Nothing was changed", e.Table)
}

// RestoreOptions configures Restore.
type RestoreOptions struct {
	Identities []age.Identity
	// Files receives the contents of uploaded files; it is required for a backup with them.
	Files filestore.Store
	// Finish is called in the transaction of all rows, after the last one.
	Finish func(ctx context.Context, tx *db.Tx) error
}

// CheckEmpty returns a NotEmptyError if a table of the database has rows, and
// db.ErrUnfinishedMove if the database contains a part of another one.
func CheckEmpty(ctx context.Context, d *db.DB) error {
	if unfinished, err := d.HasUnfinishedMove(ctx); err != nil || unfinished {
		return cmp.Or(err, db.ErrUnfinishedMove)
	}
	version, err := d.SchemaVersion(ctx)
	if err != nil || version == 0 {
		return err
	}
	latest, err := db.LatestVersion()
	if err != nil {
		return err
	}
	if version > latest {
		return &db.NewerSchemaError{Stored: version, Known: latest}
	}
	tables, err := db.Tables(ctx, version)
	if err != nil {
		return err
	}
	if name, err := d.FirstTableWithRows(ctx, tables); err != nil || name != "" {
		return errors.Join(err, &NotEmptyError{name})
	}
	return nil
}

// Restore reads a backup into an empty database: it creates the tables in the version of
// the backup, inserts all rows in one transaction, compares
// their counts and hashes with the backup, and migrates to the present version.
// After an error the tables are empty. It holds a batch of rows at a time.
func Restore(ctx context.Context, d *db.DB, r io.Reader, o RestoreOptions) (*Summary, error) {
	latest, err := db.LatestVersion()
	if err != nil {
		return nil, err
	}
	if err := CheckEmpty(ctx, d); err != nil {
		return nil, err
	}
	b, err := openBackup(ctx, r, o.Identities, latest)
	if err != nil {
		return nil, err
	}
	if b.summary.Files && o.Files == nil {
		return nil, errors.New("the backup contains files, and there is no folder for them")
	}
	if err := createTables(ctx, d, b.summary.Schema); err != nil {
		return nil, err
	}
	queue, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	var summary *Summary
	err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		in := &inserter{tx: tx, queue: queue, files: o.Files}
		in.store = func(t db.Table, rows [][]any) error { return db.InsertRows(ctx, tx, t, rows) }
		if summary, err = b.readAll(func(t db.Table, row []any, size int) error { return in.insertRow(ctx, t, row, size) }); err != nil {
			return err
		}
		if err := in.flushRows(); err != nil {
			return err
		}
		if err := checkRows(ctx, tx, d.Dialect(), b, summary); err != nil || o.Finish == nil {
			return err
		}
		return o.Finish(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	_, err = job.Migrate(ctx, d)
	return summary, err
}

// checkRows reads what was inserted, and compares its counts and hashes with the backup.
func checkRows(ctx context.Context, tx *db.Tx, kind db.Dialect, b *reader, want *Summary) error {
	stored := *want
	if want.Files { // their contents are no rows
		stored.Tables = want.Tables[:len(want.Tables)-1]
	}
	got, err := summarize(ctx, tx.Tx, kind, b.summary.Header, b.tables[:len(stored.Tables)-1]) // the last are the jobs
	if err != nil {
		return err
	}
	if err := Compare(&stored, got); err != nil {
		return fmt.Errorf("the database does not contain what was restored: %w", err)
	}
	return nil
}

// createTables creates the tables of a version. Empty tables of a later version are
// dropped first.
func createTables(ctx context.Context, d *db.DB, version int64) error {
	present, err := d.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if present > version {
		if err := dropTables(ctx, d, present); err != nil {
			return err
		}
	}
	if err := d.MigrateTo(ctx, version); err != nil {
		return err
	}
	return job.MigrateQueue(ctx, d)
}

// dropTables drops the tables of a version.
func dropTables(ctx context.Context, d *db.DB, version int64) error {
	tables, err := db.Tables(ctx, version)
	if err != nil {
		return err
	}
	return d.DropTables(ctx, tables)
}

// batch collects the rows of a table for one call of store.
type batch struct {
	store func(t db.Table, rows [][]any) error
	table db.Table
	rows  [][]any
	bytes int
}

func (b *batch) addRow(t db.Table, row []any, size int) error {
	if t.Name != b.table.Name || len(b.rows) == batchRows || b.bytes > batchBytes {
		if err := b.flushRows(); err != nil {
			return err
		}
	}
	b.table, b.rows, b.bytes = t, append(b.rows, row), b.bytes+size
	return nil
}

func (b *batch) flushRows() error {
	if len(b.rows) == 0 {
		return nil
	}
	err := b.store(b.table, b.rows)
	b.rows, b.bytes = nil, 0
	return err
}

// inserter inserts the rows of a backup in a transaction.
type inserter struct {
	batch

	tx    *db.Tx
	queue *job.Queue
	files filestore.Store
}

func (i *inserter) insertRow(ctx context.Context, t db.Table, row []any, size int) error {
	if t.Name == filesTable {
		return errors.Join(i.flushRows(), i.writeContent(ctx, row))
	}
	if t.Name == jobsTable {
		return errors.Join(i.flushRows(), insertJob(ctx, i.tx, i.queue, row))
	}
	return i.addRow(t, row, size)
}

func insertJob(ctx context.Context, tx *db.Tx, queue *job.Queue, row []any) error {
	p, err := newPending(row)
	if err != nil {
		return err
	}
	return queue.InsertPending(ctx, tx, p)
}

// Compare returns an error that names the first table in which two summaries differ.
func Compare(source, target *Summary) error {
	if len(source.Tables) != len(target.Tables) {
		return fmt.Errorf("there are %d tables instead of %d", len(target.Tables), len(source.Tables))
	}
	for n, want := range source.Tables {
		if got := target.Tables[n]; got != want {
			return fmt.Errorf("the table %s has %d rows with the hash %.12s… instead of %d with %.12s…", want.Table, got.Rows, got.SHA256, want.Rows, want.SHA256)
		}
	}
	return nil
}
