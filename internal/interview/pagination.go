package interview

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
)

// Page selects a part of a list. Cursor is the one that the previous page
// returned.
type Page struct {
	Cursor string
	Limit  int // 0 means 50; at most 200
}

func (p Page) effectiveLimit() int {
	if p.Limit <= 0 {
		return 50
	}
	return min(p.Limit, 200)
}

// applyCursor continues a list that is ordered by a time column and then by id.
// The cursor is a position and not a number, so that inserted and deleted rows
// do not shift the pages.
func (p Page) applyCursor(q *bun.SelectQuery, alias, column string, descending bool) error {
	at, id := bun.Ident(alias+"."+column), bun.Ident(alias+".id")
	direction, compare := "ASC", ">"
	if descending {
		direction, compare = "DESC", "<"
	}
	q.OrderExpr("? "+direction+", ? "+direction, at, id).Limit(int64(p.effectiveLimit() + 1))
	if p.Cursor == "" {
		return nil
	}
	lastAt, lastID, err := parseCursor(p.Cursor)
	if err != nil {
		return err
	}
	q.Where("(?, ?) "+compare+" (?, ?)", at, id, lastAt, lastID)
	return nil
}

// cutPage removes the row that was read to detect a further page, and returns
// the cursor of that page.
func cutPage[T any](p Page, list []T, key func(T) (time.Time, string)) ([]T, string) {
	if len(list) <= p.effectiveLimit() {
		return list, ""
	}
	list = list[:p.effectiveLimit()]
	t, id := key(list[len(list)-1])
	return list, base64.RawURLEncoding.EncodeToString([]byte(t.UTC().Format(time.RFC3339Nano) + "|" + id))
}

func parseCursor(cursor string) (time.Time, string, error) {
	bad := apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("cursor", "field.invalid")})
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return time.Time{}, "", bad
	}
	stamp, id, ok := strings.Cut(cleanText(string(raw)), "|")
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil || !ok {
		return time.Time{}, "", bad
	}
	return t, id, nil
}
