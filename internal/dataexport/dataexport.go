// Package dataexport writes what is stored about a candidate into a ZIP, which a company
// gives to the person: a readable page, and JSON. Secrets, and what members have written about
// the candidate, such as scorecards and notes, are not in it; see sections.go.
package dataexport

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/jsonstream"
)

const (
	// maxInterviews is the number of interviews of a candidate that one export covers, as an erasure.
	maxInterviews = 1000
	// maxRows bounds the rows of a section.
	maxRows = 20_000
)

// Service exports the data of candidates.
type Service struct {
	DB    *db.DB
	Files filestore.Store
	Now   func() time.Time // the clock; nil is time.Now
}

// Export is the data of one candidate.
type Export struct {
	candidate  *candidate.Candidate
	interviews []string
	at         time.Time
	language   string
	db         *db.DB
	files      filestore.Store
	rows       map[string][]record // by section
}

// Open prepares the export of a candidate's data with a page in a language, and writes to the
// audit log. It requires an administrator.
func (s *Service) Open(ctx context.Context, a actor.Actor, candidateID, language string) (*Export, error) {
	if err := a.Require(actor.ExportCandidates); err != nil {
		return nil, err
	}
	c, err := candidate.Read(ctx, s.DB.DB, a.CorpID, candidateID)
	if err != nil {
		return nil, err
	}
	e := &Export{candidate: c, at: db.NowOf(s.Now), language: language, db: s.DB, files: s.Files, rows: map[string][]record{}}
	err = s.DB.NewSelect().TableExpr("interviews").Column("id").Where("corp_id = ? AND candidate_id = ?", a.CorpID, candidateID).
		Order("id").Limit(maxInterviews).Scan(ctx, &e.interviews)
	if err != nil {
		return nil, fmt.Errorf("reading the interviews of candidate %s: %w", candidateID, err)
	}
	return e, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, e.at, a, "candidate.export", candidateID, nil)
	})
}

// FileName returns the name of the file, without personal data.
func (e *Export) FileName() string { return "candidate-" + e.candidate.ID + ".zip" }

// WriteZIP writes the file. Rows of a section, and logs of rooms row by row, are read as they
// are written. What was written is no valid file when it returns an error.
func (e *Export) WriteZIP(ctx context.Context, w io.Writer) error {
	out := zip.NewWriter(w)
	for _, s := range sections {
		rows, err := e.readSection(ctx, s)
		if err != nil {
			return err
		}
		e.rows[s.name] = rows
		if err := e.writeFile(out, s.name+".json", func(w *jsonstream.Writer) error {
			w.WriteValue(rows)
			return w.Err()
		}); err != nil {
			return err
		}
	}
	if err := e.writeStoredFiles(ctx, out); err != nil {
		return err
	}
	for _, id := range e.interviews {
		if err := e.writeFile(out, "rooms/"+id+".json", func(w *jsonstream.Writer) error { return e.writeRoom(ctx, w, id) }); err != nil {
			return err
		}
	}
	page, err := e.addFile(out, "index.html")
	if err != nil {
		return err
	}
	return errors.Join(e.writePage(page), out.Close())
}

func (e *Export) addFile(out *zip.Writer, name string) (io.Writer, error) {
	w, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.at})
	if err != nil {
		return nil, fmt.Errorf("adding %s to the export: %w", name, err)
	}
	return w, nil
}

func (e *Export) writeFile(out *zip.Writer, name string, write func(*jsonstream.Writer) error) error {
	w, err := e.addFile(out, name)
	if err != nil {
		return err
	}
	stream := jsonstream.NewWriter(w)
	if err := write(stream); err != nil {
		return err
	}
	return stream.Flush()
}

func (e *Export) readSection(ctx context.Context, s section) (list []record, err error) {
	ids := e.interviews
	if len(ids) == 0 {
		ids = []string{""} // a list for IN must not be empty
	}
	rows, err := e.db.QueryContext(ctx, s.query, e.candidate.CorpID, e.candidate.ID, bun.List(ids), maxRows)
	if err != nil {
		return nil, fmt.Errorf("reading %s of candidate %s: %w", s.name, e.candidate.ID, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	list, err = scanRecords(rows)
	return list, err
}
