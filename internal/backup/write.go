package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"filippo.io/age"
	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/job"
)

// Options configures Write.
type Options struct {
	Recipients []age.Recipient // who can read the backup; none: it is not encrypted
	Sessions   bool            // include the sessions, for a copy that replaces the database
	Files      filestore.Store // contents of uploaded files; nil: they are not included
	Program    string          // version of the program
	Now        time.Time
}

// Write writes a backup of a database to w, in the state of one moment, while others
// write. It holds a row at a time.
func Write(ctx context.Context, d *db.DB, w io.Writer, o Options) (*Summary, error) {
	schema, err := d.SchemaVersion(ctx)
	if err != nil {
		return nil, err
	}
	if schema == 0 {
		return nil, errors.New("the database has no tables: run huimian migrate first")
	}
	tables, err := db.Tables(ctx, schema)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, magic); err != nil {
		return nil, err
	}
	out := &writer{tables: backedUp(tables, o.Sessions), files: o.Files, all: newDigest()}
	if len(o.Recipients) > 0 {
		encrypted, err := age.Encrypt(w, o.Recipients...)
		if err != nil {
			return nil, fmt.Errorf("encrypting the backup: %w", err)
		}
		out.closers, w = append(out.closers, encrypted), encrypted
	}
	compressed := gzip.NewWriter(w)
	out.closers = append(out.closers, compressed)
	out.out = bufio.NewWriterSize(compressed, 1<<16)
	out.summary.Header = Header{Schema: schema, Database: string(d.Dialect()), Program: o.Program, CreatedAt: db.Time(o.Now), Sessions: o.Sessions, Files: o.Files != nil}
	err = d.InSnapshot(ctx, func(ctx context.Context, tx bun.Tx) error { return out.writeAll(ctx, tx, d.Dialect()) })
	if err != nil {
		return nil, fmt.Errorf("writing the backup: %w", err)
	}
	return &out.summary, nil
}

// summarize returns the content of a database, as a transaction reads it.
func summarize(ctx context.Context, tx bun.Tx, kind db.Dialect, h Header, tables []db.Table) (*Summary, error) {
	w := &writer{out: bufio.NewWriter(io.Discard), tables: tables, all: newDigest(), summary: Summary{Header: h}}
	err := w.writeAll(ctx, tx, kind)
	return &w.summary, err
}

type writer struct {
	out     *bufio.Writer
	closers []io.Closer // outermost first
	tables  []db.Table
	files   filestore.Store
	all     *digest
	summary Summary
}

func (w *writer) writeAll(ctx context.Context, tx bun.Tx, kind db.Dialect) error {
	if err := w.writeLine(w.summary.Header); err != nil {
		return err
	}
	for _, t := range w.tables {
		err := w.writeTable(t, func(add func([]any) error) error { return db.ReadRows(ctx, tx, t, add) })
		if err != nil {
			return err
		}
	}
	if err := w.writeTable(jobs, func(add func([]any) error) error { return readJobs(ctx, tx, kind, add) }); err != nil {
		return err
	}
	if w.files != nil {
		if err := w.writeTable(files, func(add func([]any) error) error { return w.readContents(ctx, tx, add) }); err != nil {
			return err
		}
	}
	w.summary.SHA256 = w.all.hexSum()
	last, err := encodeLine(lastLine{len(w.summary.Tables), w.summary.Rows, w.summary.SHA256})
	if err == nil {
		_, err = w.out.Write(last)
	}
	err = errors.Join(err, w.out.Flush())
	for _, closer := range slices.Backward(w.closers) {
		err = errors.Join(err, closer.Close())
	}
	return err
}

// writeTable writes the rows that read passes to its function.
func (w *writer) writeTable(t db.Table, read func(func([]any) error) error) error {
	name := t.Name
	if err := w.writeLine(tableLine{name, columnNames(t)}); err != nil {
		return err
	}
	table := newDigest()
	err := read(func(row []any) error {
		line, err := encodeRow(row)
		if err != nil {
			return fmt.Errorf("encoding a row of %s: %w", name, err)
		}
		if len(line) > maxLine {
			return fmt.Errorf("a row of %s has %d bytes, more than a backup may contain", name, len(line))
		}
		table.rows++
		_, _ = table.sum.Write(line) // a hash returns no error
		return w.writeBytes(line)
	})
	if err != nil {
		return err
	}
	w.summary.Tables = append(w.summary.Tables, TableSummary{name, table.rows, table.hexSum()})
	w.summary.Rows += table.rows
	return w.writeLine(endLine{name, table.rows, table.hexSum()})
}

func (w *writer) writeLine(v any) error {
	line, err := encodeLine(v)
	if err != nil {
		return err
	}
	return w.writeBytes(line)
}

func (w *writer) writeBytes(line []byte) error {
	_, _ = w.all.sum.Write(line) // a hash returns no error
	_, err := w.out.Write(line)
	return err
}

func columnNames(t db.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// jobs is the table of the jobs in a backup.
var jobs = db.Table{Name: jobsTable, Columns: []db.TableColumn{
	{Name: "kind", Kind: db.TextValue}, {Name: "args", Kind: db.JSONValue}, {Name: "queue", Kind: db.TextValue},
	{Name: "max_attempts", Kind: db.IntValue}, {Name: "scheduled_at", Kind: db.TimeValue},
}}

func readJobs(ctx context.Context, tx bun.Tx, kind db.Dialect, add func([]any) error) error {
	return job.ReadPending(ctx, tx, kind, func(p job.Pending) error {
		args, err := db.CanonicalJSON(string(p.Args))
		if err != nil {
			return err
		}
		// The databases store the times of jobs with different precisions.
		return add([]any{p.Kind, args, p.Queue, int64(p.MaxAttempts), p.ScheduledAt.UTC().Truncate(time.Second)})
	})
}

func newPending(row []any) (job.Pending, error) {
	kind, kindOK := row[0].(string)
	args, argsOK := row[1].(string)
	queue, queueOK := row[2].(string)
	attempts, attemptsOK := row[3].(int64)
	at, atOK := row[4].(time.Time)
	if !kindOK || !argsOK || !queueOK || !attemptsOK || !atOK {
		return job.Pending{}, errors.New("a job is not complete")
	}
	return job.Pending{Kind: kind, Args: json.RawMessage(args), Queue: queue, MaxAttempts: int(attempts), ScheduledAt: at}, nil
}
