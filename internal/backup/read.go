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

	"filippo.io/age"

	"github.com/huimian/huimian/internal/db"
)

// Errors of a backup that cannot be read.
var (
	ErrNotBackup  = errors.New("the file is not a backup of Huimian, or of a later format")
	ErrEncrypted  = errors.New("the backup is encrypted: give the passphrase or the identity with which it can be read")
	ErrWrongKey   = errors.New("the backup cannot be decrypted: the passphrase or the identity is another one")
	errHash       = errors.New("the file is damaged: a hash does not match its content")
	errUnexpected = errors.New("the file is damaged: a line has another form")
)

// NewerError is the error of a backup whose schema this version does not know.
type NewerError struct {
	Backup, Known int64
	Program       string
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("the backup has schema %d, of version %q of Huimian, and this version knows only %d: use that version or a newer one", e.Backup, e.Program, e.Known)
}

// reader reads the lines of a backup.
type reader struct {
	in      *bufio.Reader
	all     *digest
	summary Summary
	tables  []db.Table // that the backup must contain, in order
}

// openBackup reads the header. known is the latest schema of this version.
func openBackup(ctx context.Context, r io.Reader, identities []age.Identity, known int64) (*reader, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if first, err := in.Peek(len(magic)); err != nil || string(first) != magic {
		return nil, ErrNotBackup
	}
	_, _ = in.Discard(len(magic)) // was peeked at
	plain := io.Reader(in)
	if start, err := in.Peek(3); err == nil && string(start) == "age" {
		if len(identities) == 0 {
			return nil, ErrEncrypted
		}
		if plain, err = age.Decrypt(in, identities...); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrWrongKey, err)
		}
	} else if err != nil {
		return nil, errTruncated
	}
	compressed, err := gzip.NewReader(plain)
	if err != nil {
		return nil, fmt.Errorf("the file is damaged: %w", err)
	}
	b := &reader{in: bufio.NewReaderSize(compressed, 1<<16), all: newDigest()}
	if err := b.decodeLine(&b.summary.Header); err != nil {
		return nil, err
	}
	if b.summary.Schema > known {
		return nil, &NewerError{b.summary.Schema, known, b.summary.Program}
	}
	if b.summary.Schema < 1 {
		return nil, errUnexpected
	}
	tables, err := db.Tables(ctx, b.summary.Schema)
	b.tables = append(backedUp(tables, b.summary.Sessions), jobs)
	if b.summary.Files {
		b.tables = append(b.tables, files)
	}
	return b, err
}

func (b *reader) decodeLine(into any) error {
	line, err := readLine(b.in)
	if err != nil {
		return err
	}
	_, _ = b.all.sum.Write(line) // a hash returns no error
	if json.Unmarshal(line, into) != nil {
		return errUnexpected
	}
	return nil
}

// readAll passes every row to insert, and verifies the counts and hashes: insert must not
// make its effects permanent before readAll has returned.
func (b *reader) readAll(insert func(t db.Table, row []any, size int) error) (*Summary, error) {
	for _, t := range b.tables {
		if err := b.readTable(t, insert); err != nil {
			return nil, fmt.Errorf("reading the table %s: %w", t.Name, err)
		}
	}
	b.summary.SHA256 = b.all.hexSum()
	var last lastLine
	if err := b.decodeLine(&last); err != nil {
		return nil, err
	}
	if (last != lastLine{len(b.summary.Tables), b.summary.Rows, b.summary.SHA256}) {
		return nil, errHash
	}
	switch _, err := b.in.ReadByte(); {
	case err == nil:
		return nil, errors.New("the file is damaged: text follows its end")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errTruncated
	case !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("the file is damaged: %w", err)
	}
	return &b.summary, nil
}

func (b *reader) readTable(t db.Table, insert func(db.Table, []any, int) error) error {
	var head tableLine
	if err := b.decodeLine(&head); err != nil {
		return err
	}
	if head.Table != t.Name || !slices.Equal(head.Columns, columnNames(t)) {
		return errUnexpected
	}
	for table := newDigest(); ; table.rows++ {
		line, err := readLine(b.in)
		if err != nil {
			return err
		}
		_, _ = b.all.sum.Write(line) // a hash returns no error
		if line[0] == '{' {
			return b.endTable(t.Name, table, line)
		}
		_, _ = table.sum.Write(line)
		row, err := decodeRow(line, t.Columns)
		if err != nil {
			return err
		}
		if err := insert(t, row, len(line)); err != nil {
			return err
		}
	}
}

func (b *reader) endTable(name string, table *digest, line []byte) error {
	var end endLine
	if json.Unmarshal(line, &end) != nil || end.End != name {
		return errUnexpected
	}
	if end.Rows != table.rows || end.SHA256 != table.hexSum() {
		return errHash
	}
	b.summary.Tables = append(b.summary.Tables, TableSummary{name, end.Rows, end.SHA256})
	b.summary.Rows += end.Rows
	return nil
}
