package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/csvfile"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/pagination"
)

// MaxExport limits the number of entries in an exported file.
const MaxExport = 50_000

// Columns are the columns of an exported file.
var Columns = []string{"time", "user_id", "name", "action", "object_id", "token", "data"}

// exportAction is the action of an export in the log.
const exportAction = "audit.export"

// Export is a permitted and recorded export.
type Export struct {
	service *Service
	corpID  string
	filter  Filter
}

// Export records an export of the newest MaxExport entries that a filter selects. It
// requires an administrator. The file does not contain the entry of the export itself.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter) (*Export, error) {
	if err := mayRead(a); err != nil {
		return nil, err
	}
	f, err := s.cleanFields(ctx, a.CorpID, f)
	if err != nil {
		return nil, err
	}
	now := db.NowOf(s.Now)
	data := f.describeFields()
	if f.To.IsZero() || f.To.After(now) {
		f.To = now
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return Write(ctx, tx, now, a, exportAction, "", data)
	})
	if err != nil {
		return nil, err
	}
	return &Export{s, a.CorpID, f}, nil
}

// describeFields returns the selecting fields as data of an entry.
func (f Filter) describeFields() Data {
	out := Data{}
	for name, value := range map[string]string{"by": f.UserID, "action": f.Action, "object": f.ObjectID, "by_token": f.TokenID} {
		if value != "" {
			out[name] = value
		}
	}
	for name, at := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !at.IsZero() {
			out[name] = at.UTC().Format(time.RFC3339)
		}
	}
	return out
}

// WriteCSV writes the entries, newest first, page by page; heading returns the title of a
// column.
func (e *Export) WriteCSV(ctx context.Context, w io.Writer, heading func(column string) string) error {
	out, err := csvfile.NewWriter(w)
	if err != nil {
		return err
	}
	titles := make([]string, len(Columns))
	for n, column := range Columns {
		titles[n] = heading(column)
	}
	if err := out.Write(titles); err != nil {
		return err
	}
	page := pagination.Page{Limit: pagination.MaxLimit}
	for written := 0; written < MaxExport; {
		list, next, err := e.service.readPage(ctx, e.corpID, e.filter, page)
		if err != nil {
			return err
		}
		for n := range list {
			cells, err := list[n].csvCells()
			if err != nil {
				return err
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		written, page.Cursor = written+len(list), next
		if next == "" {
			break
		}
	}
	return out.Flush()
}

// csvCells returns the entry in the order of Columns.
func (e NamedEntry) csvCells() ([]string, error) {
	details := ""
	if data := e.Details(); len(data) > 0 {
		raw, err := json.Marshal(data)
		if err != nil {
			return nil, fmt.Errorf("encoding the details of an audit entry: %w", err)
		}
		details = string(raw)
	}
	return []string{e.At.UTC().Format(time.RFC3339), e.UserID, e.By.Name, e.Action, e.ObjectID, e.Token(), details}, nil
}
