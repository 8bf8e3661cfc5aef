package backup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// CopyOptions configures Copy.
type CopyOptions struct {
	// KeepSchema leaves the tables in the version of the source.
	KeepSchema bool
	// Restart deletes the rows of an unfinished copy instead of continuing it.
	Restart bool
	// Program is the version of the program, for the summary.
	Program string
	// Progress is called when rows are stored, with the number of rows in the target and
	// in the source. It may be nil.
	Progress func(stored, all int)
}

// UnfinishedCopyError is the error of a copy that can be continued: the rows copied so far are kept.
type UnfinishedCopyError struct{ Err error }

func (e *UnfinishedCopyError) Error() string { return e.Err.Error() }

func (e *UnfinishedCopyError) Unwrap() error { return e.Err }

// ErrSourceChanged is the error of a copy whose source has changed since the copy began.
var ErrSourceChanged = errors.New("the rows that were copied earlier differ from the source, which has changed since: run huimian move with --restart")

// Copy copies a database, with sessions and jobs, into an empty one of either kind, compares the
// counts and hashes of all tables, and migrates to the present version unless KeepSchema. It reads
// one state of the source. It stores batches of rows in the order of their keys; after an error it
// can be called again and continues after the last batch. Until it succeeds, db.Migrate refuses the
// target. It holds a batch of rows at a time.
func Copy(ctx context.Context, source, target *db.DB, o CopyOptions) (*Summary, error) {
	schema, err := source.SchemaVersion(ctx)
	if err != nil {
		return nil, err
	}
	all, err := db.Tables(ctx, schema)
	if err != nil {
		return nil, err
	}
	c := &copier{target: target, progress: o.Progress}
	if c.continued, err = prepareTarget(ctx, target, schema, o.Restart); err != nil {
		return nil, err
	}
	c.sent = &writer{out: bufio.NewWriter(io.Discard), tables: backedUp(all, true), all: newDigest()}
	c.sent.summary.Header = Header{Schema: schema, Database: string(source.Dialect()), Program: o.Program, CreatedAt: db.Now(), Sessions: true}
	err = source.InSnapshot(ctx, func(ctx context.Context, tx bun.Tx) error { return c.copyAll(ctx, tx, source.Dialect()) })
	switch {
	case errors.Is(err, ErrSourceChanged):
		return nil, err
	case err != nil:
		return nil, &UnfinishedCopyError{err}
	case o.KeepSchema:
		return &c.sent.summary, nil
	}
	_, err = job.Migrate(ctx, target)
	return &c.sent.summary, err
}

// prepareTarget creates the tables in an empty database, or reports that it continues an unfinished copy.
func prepareTarget(ctx context.Context, target *db.DB, schema int64, restart bool) (continued bool, err error) {
	err = CheckEmpty(ctx, target)
	if err == nil {
		if err := createTables(ctx, target, schema); err != nil {
			return false, err
		}
		return false, target.BeginMove(ctx)
	}
	if !errors.Is(err, db.ErrUnfinishedMove) {
		return false, err
	}
	present, err := target.SchemaVersion(ctx)
	if err != nil {
		return false, err
	}
	if !restart {
		if present != schema {
			return false, ErrSourceChanged
		}
		return true, nil
	}
	if present > 0 { // 0 after a restart that was interrupted
		if err := dropTables(ctx, target, present); err != nil {
			return false, err
		}
	}
	return false, createTables(ctx, target, schema)
}

// copier copies the rows of a source, which sent counts and hashes.
type copier struct {
	target    *db.DB
	sent      *writer
	continued bool
	progress  func(stored, all int)
	stored    int // rows of the target, jobs excluded
	total     int // rows of the source, jobs excluded; 0 without progress
}

func (c *copier) copyAll(ctx context.Context, source bun.Tx, kind db.Dialect) error {
	if err := c.sent.writeLine(c.sent.summary.Header); err != nil {
		return err
	}
	if c.progress != nil {
		for _, t := range c.sent.tables {
			n, err := db.CountRows(ctx, source, t)
			if err != nil {
				return err
			}
			c.total += n
		}
	}
	for _, t := range c.sent.tables {
		if err := c.copyTable(ctx, source, t); err != nil {
			return err
		}
	}
	return c.finish(ctx, source, kind)
}

// copyTable adds the rows after those that the target has.
func (c *copier) copyTable(ctx context.Context, source bun.Tx, t db.Table) error {
	present, err := db.CountRows(ctx, c.target.DB, t)
	if err != nil {
		return err
	}
	c.stored += present
	read, b := 0, batch{store: func(t db.Table, rows [][]any) error { return c.storeRows(ctx, t, rows) }}
	err = c.sent.writeTable(t, func(add func([]any) error) error {
		return db.ReadRows(ctx, source, t, func(row []any) error {
			err := add(row)
			if read++; err != nil || read <= present {
				return err
			}
			return b.addRow(t, slices.Clone(row), rowSize(row))
		})
	})
	if err != nil {
		return err
	}
	if read < present {
		return ErrSourceChanged
	}
	return b.flushRows()
}

// storeRows inserts a batch of rows in a transaction of its own.
func (c *copier) storeRows(ctx context.Context, t db.Table, rows [][]any) error {
	err := c.target.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return db.InsertRows(ctx, tx, t, rows) })
	if c.continued && db.IsUnique(err) {
		return fmt.Errorf("%w (%w)", ErrSourceChanged, err)
	}
	if err != nil {
		return err
	}
	if c.stored += len(rows); c.progress != nil {
		c.progress(c.stored, c.total)
	}
	return nil
}

// finish copies the jobs, compares all rows, and marks the target as complete, in one transaction.
func (c *copier) finish(ctx context.Context, source bun.Tx, kind db.Dialect) error {
	queue, err := job.New(c.target, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return c.target.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		err := c.sent.writeTable(jobs, func(add func([]any) error) error {
			return readJobs(ctx, source, kind, func(row []any) error {
				if err := add(row); err != nil {
					return err
				}
				return insertJob(ctx, tx, queue, row)
			})
		})
		if err != nil {
			return err
		}
		c.sent.summary.SHA256 = c.sent.all.hexSum()
		stored, err := summarize(ctx, tx.Tx, c.target.Dialect(), c.sent.summary.Header, c.sent.tables)
		if err != nil {
			return err
		}
		if err := Compare(&c.sent.summary, stored); err != nil {
			if c.continued {
				return fmt.Errorf("%w (%w)", ErrSourceChanged, err)
			}
			return fmt.Errorf("the database does not contain what was copied: %w", err)
		}
		return db.EndMove(ctx, tx)
	})
}

// rowSize returns about the size of a row in bytes.
func rowSize(row []any) int {
	size := 0
	for _, value := range row {
		switch v := value.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		default:
			size += 8
		}
	}
	return size
}
