package interview

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/searchtext"
)

// BeforeAppendModel implements bun.BeforeAppendModelHook.
func (i *Interview) BeforeAppendModel(_ context.Context, query bun.Query) error {
	if db.IsWrite(query) {
		i.IndexText(searchtext.Words(i.Title))
	}
	return nil
}

// RebuildSearch writes the search texts of interviews that have none of the current
// version.
func RebuildSearch(ctx context.Context, d *db.DB) error {
	return db.RebuildSearch[Interview](ctx, d, "id")
}
