package question

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
)

// MaxEntries limits the questions of an import and of an export.
const MaxEntries = 500

// entryBatch is the number of questions that are read at a time: each may have megabytes.
const entryBatch = 20

// Entry is a question in an export or an import.
type Entry struct {
	ImportID string
	Content
}

// ImportID returns the id of the question in exports: the external id, else the id. An import
// finds the question by it.
func (q *Question) ImportID() string {
	if q.ExternalID != "" {
		return q.ExternalID
	}
	return q.ID
}

// Selection selects the questions of an export.
type Selection struct {
	Filter
	IDs []string // none: by the filter
}

// Export calls add with each selected question, in the order of their import ids, until it
// returns an error. More than MaxEntries are an error. The export is recorded in the audit
// log.
func (s *Service) Export(ctx context.Context, a actor.Actor, sel Selection, add func(Entry) error) error {
	if err := a.Require(actor.EditQuestions); err != nil {
		return err
	}
	ids, err := s.selectForExport(ctx, a, sel)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, entryBatch) {
		list, err := ReadByIDs(ctx, s.DB.DB, a.CorpID, batch)
		if err != nil {
			return fmt.Errorf("reading questions: %w", err)
		}
		slices.SortFunc(list, func(x, y Question) int { return slices.Index(batch, x.ID) - slices.Index(batch, y.ID) })
		for n := range list {
			if err := add(Entry{ImportID: list[n].ImportID(), Content: list[n].Content}); err != nil {
				return err
			}
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, s.now(), a, "question.export", "", audit.Data{"count": strconv.Itoa(len(ids))})
	})
}

func (s *Service) selectForExport(ctx context.Context, a actor.Actor, sel Selection) ([]string, error) {
	var list []Question
	q := s.DB.NewSelect().Model(&list).Column("id", "external_id").Where("q.corp_id = ?", a.CorpID)
	if len(sel.IDs) > 0 {
		q.Where("q.id IN (?)", bun.List(sel.IDs))
	}
	sel.addTo(q)
	if err := q.Limit(MaxEntries + 1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing questions for an export: %w", err)
	}
	if len(list) > MaxEntries {
		return nil, apperr.New(apperr.Invalid, "question_file.too_many_to_export", "Limit", MaxEntries)
	}
	slices.SortFunc(list, func(x, y Question) int { return strings.Compare(x.ImportID(), y.ImportID()) })
	ids := make([]string, len(list))
	for n := range list {
		ids[n] = list[n].ID
	}
	return ids, nil
}

// ChangeKind is what an import does with an entry.
type ChangeKind string

const (
	Added     ChangeKind = "new"
	Changed   ChangeKind = "changed"
	Unchanged ChangeKind = "unchanged"
)

// Change is what an import does with an entry.
type Change struct {
	ImportID      string
	Title         string // of the entry
	Kind          ChangeKind
	ID            string   // of the stored question; "" for a new one in a preview
	Version       int      // the stored one, before the import; 0: new
	ChangedFields []string // JSON names of Content; of Changed
}

// PreviewImport returns what the import of the entries changes, in their order. The
// contents must be valid, and no two entries have one id.
func (s *Service) PreviewImport(ctx context.Context, a actor.Actor, entries []Entry) ([]Change, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	return compareEntries(ctx, s.DB.DB, a.CorpID, entries)
}

// Import stores the entries in one transaction: a changed question gets a new version, one
// that is unchanged none. confirm receives the changes under the locks of the transaction;
// its error ends the import. The result is that of PreviewImport with the ids of the new
// questions.
func (s *Service) Import(ctx context.Context, a actor.Actor, entries []Entry, confirm func([]Change) error) ([]Change, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	var changes []Change
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := lockEntries(ctx, tx, a.CorpID, entries); err != nil {
			return err
		}
		if changes, err = compareEntries(ctx, tx, a.CorpID, entries); err != nil {
			return err
		}
		if err := confirm(changes); err != nil {
			return err
		}
		for n := range entries {
			if err := s.storeEntry(ctx, tx, a, &entries[n], &changes[n]); err != nil {
				return err
			}
		}
		return s.auditImport(ctx, tx, a, changes)
	})
	if err != nil {
		return nil, err
	}
	return changes, nil
}

// lockEntries locks the stored questions of the entries. Imports of a company wait for each
// other, and edits lock one question: the order does not matter.
func lockEntries(ctx context.Context, tx *db.Tx, corpID string, entries []Entry) error {
	if err := tx.LockNames(ctx, []string{"question-import/" + corpID}); err != nil || len(entries) == 0 {
		return err
	}
	ids := bun.List(importIDs(entries))
	return tx.Lock(ctx, (*Question)(nil), "corp_id = ? AND (external_id IN (?) OR id IN (?))", corpID, ids, ids)
}

func importIDs(entries []Entry) []string {
	ids := make([]string, len(entries))
	for n := range entries {
		ids[n] = entries[n].ImportID
	}
	return ids
}

// compareEntries compares the entries with the stored questions.
func compareEntries(ctx context.Context, q bun.IDB, corpID string, entries []Entry) ([]Change, error) {
	changes := make([]Change, 0, len(entries))
	for batch := range slices.Chunk(entries, entryBatch) {
		stored, err := readByImportIDs(ctx, q, corpID, importIDs(batch))
		if err != nil {
			return nil, err
		}
		for n := range batch {
			changes = append(changes, compareEntry(&batch[n], stored[batch[n].ImportID]))
		}
	}
	return changes, nil
}

func readByImportIDs(ctx context.Context, q bun.IDB, corpID string, ids []string) (map[string]*Question, error) {
	out := map[string]*Question{}
	for _, column := range []string{"id", "external_id"} {
		list, err := db.SelectByIDs[Question](ctx, q, corpID, column, ids)
		if err != nil {
			return nil, fmt.Errorf("reading questions by their %s: %w", column, err)
		}
		for n := range list {
			if id := list[n].ImportID(); slices.Contains(ids, id) {
				out[id] = &list[n]
			}
		}
	}
	return out, nil
}

// compareEntry compares the entry with the stored question, nil for none.
func compareEntry(e *Entry, stored *Question) Change {
	c := Change{ImportID: e.ImportID, Title: e.Title, Kind: Added}
	if stored == nil {
		return c
	}
	before := stored.Clone()
	_ = before.CleanAndCheck() // it may have been stored by a release with other rules
	c.Kind, c.ID, c.Version, c.ChangedFields = Changed, stored.ID, stored.Version, e.changedFields(&before)
	if len(c.ChangedFields) == 0 {
		c.Kind = Unchanged
	}
	return c
}

// storeEntry stores an entry as the change describes it, and sets the id of a new question.
func (s *Service) storeEntry(ctx context.Context, tx *db.Tx, a actor.Actor, e *Entry, c *Change) error {
	switch c.Kind {
	case Added:
		q := &Question{Content: e.Content, ExternalID: e.ImportID}
		if err := s.storeNew(ctx, tx, a, q); err != nil {
			return err
		}
		c.ID = q.ID
	case Changed:
		q, err := readQuestion(ctx, tx, a.CorpID, c.ID)
		if err != nil {
			return err
		}
		if err := completeVersions(ctx, tx, q); err != nil {
			return err
		}
		q.Content = e.Content
		return s.storeChange(ctx, tx, a, q, c.ChangedFields, 0)
	}
	return nil
}

// auditImport records the numbers of changes, unless there are none.
func (s *Service) auditImport(ctx context.Context, tx *db.Tx, a actor.Actor, changes []Change) error {
	count := map[ChangeKind]int{}
	for _, c := range changes {
		count[c.Kind]++
	}
	if count[Added]+count[Changed] == 0 {
		return nil
	}
	return audit.Write(ctx, tx, s.now(), a, "question.import", "", audit.Data{
		"new": strconv.Itoa(count[Added]), "changed": strconv.Itoa(count[Changed]), "unchanged": strconv.Itoa(count[Unchanged]),
	})
}
