package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// Prune deletes the entries of before a time from the start of each chain, at most
// 100,000 of a company, and signs where the chain starts then. Entries that are not sealed
// yet remain.
func (c *Chain) Prune(ctx context.Context, before time.Time) (deleted int64, err error) {
	corps, err := c.listCorps(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range corps {
		err := c.inBatches(ctx, id, func(ctx context.Context, tx *db.Tx, corpID string) (bool, error) {
			n, more, err := c.pruneBatch(ctx, tx, corpID, before)
			deleted += n
			return more, err
		})
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

func (c *Chain) pruneBatch(ctx context.Context, tx *db.Tx, corpID string, before time.Time) (deleted int64, more bool, err error) {
	start, err := c.readTrusted(ctx, tx, corpID, startSeal)
	if err != nil {
		return 0, false, err
	}
	var links []link
	err = tx.NewSelect().Model(&links).Where("ac.corp_id = ? AND ac.seq > ?", corpID, start.Seq).Order("ac.seq").Limit(chainBatch).Scan(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("reading the chain of the audit log: %w", err)
	}
	entries, err := readLinked(ctx, tx, links)
	if err != nil {
		return 0, false, err
	}
	var expired []string
	for n := range links {
		e := entries[links[n].EntryID]
		if e != nil && !e.At.Before(before) {
			break
		}
		if e != nil { // a link without an entry is deleted with the next entry that has expired
			expired = append(expired, e.ID)
			start.Seq, start.Hash, start.At = links[n].Seq, links[n].Hash, e.At
		}
	}
	if len(expired) == 0 {
		return 0, false, nil
	}
	if _, err := tx.NewDelete().Model((*Entry)(nil)).Where("id IN (?)", bun.List(expired)).Exec(ctx); err != nil {
		return 0, false, fmt.Errorf("deleting expired entries: %w", err)
	}
	if _, err := tx.NewDelete().Model((*link)(nil)).Where("corp_id = ? AND seq <= ?", corpID, start.Seq).Exec(ctx); err != nil {
		return 0, false, fmt.Errorf("deleting expired links: %w", err)
	}
	return int64(len(expired)), len(expired) == chainBatch, c.storeSeal(ctx, tx, start)
}
