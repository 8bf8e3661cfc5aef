package db_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/searchtext"
)

// searchedPosition is a row with search columns.
type searchedPosition struct {
	bun.BaseModel `bun:"table:positions"`

	ID    string `bun:",pk"`
	Title string

	db.SearchColumns
}

func (p *searchedPosition) BeforeAppendModel(_ context.Context, query bun.Query) error {
	if db.IsWrite(query) {
		p.IndexText(searchtext.Words(p.Title))
	}
	return nil
}

// insertPositions inserts rows as an older version did, without a search text.
func insertPositions(t *testing.T, d *db.DB, titles ...string) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO scorecard_templates (id, corp_id, template_key, title, criteria, created_at) VALUES ('t', 'corp', 't', '{}', '[]', ?)`, db.Now()).Exec(ctx)
		if err != nil {
			return err
		}
		for n, title := range titles {
			_, err := tx.NewRaw(`INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
				VALUES (?, 'corp', ?, '', '', 1, '', 'open', '[]', 't', '', ?, ?)`, fmt.Sprintf("%04d", n), title, db.Now(), db.Now()).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRebuildSearch(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		titles := make([]string, 450) // more than two batches
		for n := range titles {
			titles[n] = fmt.Sprintf("Élite %d", n)
		}
		insertPositions(t, d, titles...)
		count := func(text string) int64 {
			n, err := d.NewSelect().Model((*searchedPosition)(nil)).Where("?", db.Matches("search_text", text)).Count(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count("elite"); n != 0 {
			t.Fatalf("%d rows have a search text", n)
		}
		for range 2 { // again without effect
			if err := db.RebuildSearch[searchedPosition](t.Context(), d, "id"); err != nil {
				t.Fatal(err)
			}
		}
		if n := count("elite"); n != int64(len(titles)) {
			t.Errorf("%d rows are found, want %d", n, len(titles))
		}
		if n := count("ÉLITE 449"); n != 1 {
			t.Errorf("%d rows are found by one title", n)
		}
	})
}

func TestMatches(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		insertPositions(t, d, "50% Off", "a_b!", `back\slash`, "O'Neil", "ＧＯ 工程师")
		if err := db.RebuildSearch[searchedPosition](t.Context(), d, "id"); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int64{
			"": 5, " ": 5, "%": 1, "  50% off ": 1, "_": 1, "A_B!": 1, "axb": 0, `\`: 1, "'": 1, "o’neil": 1, "Go": 1, "gongcheng": 1, "a\x00_": 0, "?": 0,
		} {
			n, err := d.NewSelect().Model((*searchedPosition)(nil)).Where("?", db.Matches("search_text", text)).Count(t.Context())
			if err != nil || n != want {
				t.Errorf("%q finds %d rows (%v), want %d", text, n, err, want)
			}
		}
	})
}
