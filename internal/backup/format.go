// Package backup writes the database and the uploaded files into one portable file, restores it into an empty
// database of either kind, and compares the two. docs/backup-format.md describes the file.
// The package reads the tables from the migrations and has no references to features.
package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/db"
)

// magic is the first line of a backup. What follows is encrypted with age, or compressed.
const magic = "HUIMIAN-BACKUP 1\n"

// maxLine limits a line of a backup in bytes: a row with its largest values.
const maxLine = 64 << 20

// jobsTable is the name under which a backup contains the jobs that have not finished.
const jobsTable = "jobs"

// transientTables are not in a backup: rows for processes that run, and a probe.
var transientTables = []string{"write_probe", "runners", "run_requests", "run_output", "run_input"}

// sessionTables are in copies alone: a restored backup has no signed-in members and
// candidates, and no access tokens of WeCom.
var sessionTables = []string{"sessions", "candidate_sessions", "tokens"}

// Header is the first line within a backup.
type Header struct {
	Schema    int64     `json:"schema"`   // version of the migrations
	Database  string    `json:"database"` // kind of the database that was read
	Program   string    `json:"program"`  // version of the program
	CreatedAt time.Time `json:"createdAt"`
	Sessions  bool      `json:"sessions"`        // whether the tables of sessions are included
	Files     bool      `json:"files,omitempty"` // whether the contents of uploaded files are included
}

// Summary is the content of a backup or a database in numbers and hashes.
type Summary struct {
	Header

	Tables []TableSummary `json:"tables"`
	Rows   int            `json:"rows"`
	SHA256 string         `json:"sha256"` // of all lines but the last
}

// TableSummary is the content of a table.
type TableSummary struct {
	Table  string `json:"table"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"` // of the lines of its rows
}

// tableLine begins a table, endLine ends one, and lastLine ends a backup.
type (
	tableLine struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
	}
	endLine struct {
		End    string `json:"end"`
		Rows   int    `json:"rows"`
		SHA256 string `json:"sha256"`
	}
	lastLine struct {
		Tables int    `json:"tables"`
		Rows   int    `json:"rows"`
		SHA256 string `json:"sha256"`
	}
)

// backedUp returns the tables of a backup.
func backedUp(tables []db.Table, sessions bool) []db.Table {
	return slices.DeleteFunc(slices.Clone(tables), func(t db.Table) bool {
		return slices.Contains(transientTables, t.Name) || !sessions && slices.Contains(sessionTables, t.Name)
	})
}

// encodeRow returns a row as a line: times and blobs become texts.
func encodeRow(row []any) ([]byte, error) {
	line := make([]any, len(row))
	for n, value := range row {
		switch v := value.(type) {
		case time.Time:
			line[n] = v.Format(time.RFC3339Nano)
		case []byte:
			line[n] = base64.StdEncoding.EncodeToString(v)
		default:
			line[n] = v
		}
	}
	return encodeLine(line)
}

func encodeLine(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v) // ends the line
	return []byte(b.String()), err
}

// decodeRow returns the values of a line.
func decodeRow(line []byte, columns []db.TableColumn) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil || len(raw) != len(columns) {
		return nil, errors.New("a row does not have the columns of its table")
	}
	row := make([]any, len(raw))
	for n, c := range columns {
		var err error
		if row[n], err = decodeValue(raw[n], c.Kind); err != nil {
			return nil, fmt.Errorf("the column %s: %w", c.Name, err)
		}
	}
	return row, nil
}

func decodeValue(raw json.RawMessage, kind db.ValueKind) (any, error) {
	if string(raw) == "null" {
		return nil, nil //nolint:nilnil // NULL
	}
	switch kind {
	case db.IntValue:
		return decodeAs[int64](raw)
	case db.FloatValue:
		return decodeAs[float64](raw)
	case db.BoolValue:
		return decodeAs[bool](raw)
	case db.BlobValue:
		return decodeAs[[]byte](raw)
	case db.TimeValue:
		return decodeAs[time.Time](raw)
	default:
		return decodeAs[string](raw)
	}
}

func decodeAs[T any](raw json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

// digest counts and hashes lines.
type digest struct {
	sum  hash.Hash
	rows int
}

func newDigest() *digest { return &digest{sum: sha256.New()} }

func (d *digest) hexSum() string { return hex.EncodeToString(d.sum.Sum(nil)) }

// errTruncated is the error of a file whose end is missing.
var errTruncated = errors.New("the file ends too early: it is truncated, copy it again")

// readLine returns the next line with its end.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxLine {
			return nil, errors.New("a line is too long: the file is damaged")
		}
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errTruncated
		default:
			return nil, fmt.Errorf("the file is damaged: %w", err)
		}
	}
}
