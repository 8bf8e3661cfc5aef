package question

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
)

// FindImported returns the ids of the questions that were imported with these import ids.
// Import ids that no question has are left out.
func (s *Service) FindImported(ctx context.Context, a actor.Actor, importIDs []string) (map[string]string, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	return findImported(ctx, s.DB.DB, a.CorpID, importIDs)
}

func findImported(ctx context.Context, d bun.IDB, corpID string, importIDs []string) (map[string]string, error) {
	found := map[string]string{}
	if len(importIDs) == 0 {
		return found, nil
	}
	var list []Question
	q := d.NewSelect().Model(&list).Column("id", "external_id").Where("q.corp_id = ? AND q.external_id IN (?)", corpID, bun.List(importIDs))
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading imported questions: %w", err)
	}
	for n := range list {
		found[list[n].ExternalID] = list[n].ID
	}
	return found, nil
}

// AddEntries stores those entries whose import id no question has, in one transaction.
// Stored questions do not change. The contents must be valid, and no two entries have one
// id. The result has a change for each entry, Added or Unchanged.
func (s *Service) AddEntries(ctx context.Context, a actor.Actor, entries []Entry) ([]Change, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	changes := make([]Change, len(entries))
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := lockEntries(ctx, tx, a.CorpID, entries); err != nil {
			return err
		}
		stored, err := findImported(ctx, tx, a.CorpID, importIDs(entries))
		if err != nil {
			return err
		}
		for n := range entries {
			e, c := &entries[n], &changes[n]
			*c = Change{ImportID: e.ImportID, Title: e.Title, Kind: Added, ID: stored[e.ImportID]}
			if c.ID != "" {
				c.Kind = Unchanged
			}
			if err := s.storeEntry(ctx, tx, a, e, c); err != nil {
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
