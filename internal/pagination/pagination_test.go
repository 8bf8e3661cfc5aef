package pagination_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/pagination"
)

type row struct {
	bun.BaseModel `bun:"table:corps,alias:c"`

	ID        string    `bun:"id"`
	CreatedAt time.Time `bun:"created_at"`
}

// insertRows inserts rows with these ids, two of each time, the oldest first.
func insertRows(t *testing.T, d *db.DB, ids ...string) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for n, id := range ids {
			at := db.Time(clocktest.Noon().Add(time.Duration(n/2) * time.Microsecond))
			_, err := tx.NewRaw("INSERT INTO rows_of_test (id, created_at) VALUES (?, ?)", id, at).Exec(ctx)
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

func newTable(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("CREATE TABLE rows_of_test (id TEXT PRIMARY KEY, created_at TIMESTAMP WITH TIME ZONE NOT NULL)").Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readPage returns the ids of a page and the cursor of the next one.
func readPage(t *testing.T, d *db.DB, p pagination.Page, descending bool) (ids []string, next string) {
	t.Helper()
	var list []row
	q := d.NewSelect().Model(&list).ModelTableExpr("rows_of_test AS c")
	if err := p.ApplyCursor(q, "c", "created_at", descending); err != nil {
		t.Fatal(err)
	}
	if err := q.Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, next = pagination.Cut(p, list, func(r row) (time.Time, string) { return r.CreatedAt, r.ID })
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids, next
}

// readAll follows the cursors to the last page.
func readAll(t *testing.T, d *db.DB, limit int, descending bool) (pages [][]string) {
	t.Helper()
	p := pagination.Page{Limit: limit}
	for {
		ids, next := readPage(t, d, p, descending)
		pages = append(pages, ids)
		if p.Cursor = next; next == "" {
			return pages
		}
	}
}

func TestPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		newTable(t, d)
		if got := readAll(t, d, 2, false); len(got) != 1 || len(got[0]) != 0 {
			t.Errorf("pages of no rows: %v", got)
		}
		insertRows(t, d, "a", "b", "c", "d", "e")
		for _, tc := range []struct {
			limit      int
			descending bool
			want       string
		}{
			{2, false, "[[a b] [c d] [e]]"},
			{2, true, "[[e d] [c b] [a]]"}, // a cursor inside a pair of one time
			{1, false, "[[a] [b] [c] [d] [e]]"},
			{5, false, "[[a b c d e]]"},
			{0, true, "[[e d c b a]]"},
		} {
			if got := fmt.Sprint(readAll(t, d, tc.limit, tc.descending)); got != tc.want {
				t.Errorf("limit %d, descending %v: pages %s, want %s", tc.limit, tc.descending, got, tc.want)
			}
		}
	})
}

// A row that is inserted or deleted before the cursor does not shift the pages.
func TestPagesDuringChanges(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		newTable(t, d)
		insertRows(t, d, "b", "c", "d", "e")
		p := pagination.Page{Limit: 2}
		_, p.Cursor = readPage(t, d, p, false)
		insertRows(t, d, "a")
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("DELETE FROM rows_of_test WHERE id = 'c'").Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := readPage(t, d, p, false); !slices.Equal(got, []string{"d", "e"}) {
			t.Errorf("the second page is %v", got)
		}
	})
}

func TestLimits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		newTable(t, d)
		var ids []string
		for n := range pagination.MaxLimit + 50 {
			ids = append(ids, fmt.Sprintf("%03d", n))
		}
		insertRows(t, d, ids...)
		for limit, want := range map[int]int{0: 50, -1: 50, 1: 1, 200: 200, 201: 200, 1 << 30: 200} {
			if got, next := readPage(t, d, pagination.Page{Limit: limit}, false); len(got) != want || next == "" {
				t.Errorf("limit %d: %d rows and cursor %q, want %d rows and a cursor", limit, len(got), next, want)
			}
		}
	})
}

func TestInvalidCursors(t *testing.T) {
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, cursor := range []string{
		"?", encode(" "), encode("2026-11-28T12:00:00Z"), encode("today|a"), encode("|a"), encode("a|2026-11-28T12:00:00Z"),
	} {
		err := pagination.Page{Cursor: cursor}.ApplyCursor(new(bun.SelectQuery), "c", "created_at", false)
		if apperr.KindOf(err) != apperr.Invalid || !strings.Contains(err.Error(), "[cursor: field.invalid]") {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestTextPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		newTable(t, d)
		insertRows(t, d, "c", "a", "e", "b", "d")
		var pages [][]string
		for p := (pagination.Page{Limit: 2}); ; {
			var list []row
			q := d.NewSelect().Model(&list).ModelTableExpr("rows_of_test AS c")
			if err := p.ApplyTextCursor(q, "c.id"); err != nil {
				t.Fatal(err)
			}
			if err := q.Scan(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, next := pagination.CutText(p, list, func(r row) string { return r.ID })
			var ids []string
			for _, r := range list {
				ids = append(ids, r.ID)
			}
			pages = append(pages, ids)
			if p.Cursor = next; next == "" {
				break
			}
		}
		if got := fmt.Sprint(pages); got != "[[a b] [c d] [e]]" {
			t.Errorf("pages %s", got)
		}
		for _, cursor := range []string{"?", "IA"} {
			if err := (pagination.Page{Cursor: cursor}).ApplyTextCursor(new(bun.SelectQuery), "c.id"); apperr.KindOf(err) != apperr.Invalid {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}
