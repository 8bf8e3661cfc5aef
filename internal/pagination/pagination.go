// Package pagination contains the parts that the lists of all features share:
// pages with cursors, and patterns for searches.
package pagination

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Page selects a part of a list. Cursor is the one that the previous page
// returned.
type Page struct {
	Cursor string
	Limit  int // 0 means DefaultLimit; at most MaxLimit
}

// EffectiveLimit returns the number of rows of the page.
func (p Page) EffectiveLimit() int {
	if p.Limit <= 0 {
		return DefaultLimit
	}
	return min(p.Limit, MaxLimit)
}

// ApplyCursor orders a query by a time column and then by id, and continues it
// after the cursor. It reads one row more than the page has, for Cut. A cursor
// that no page returned is an Invalid error.
//
// The cursor is a position and not a number, so that inserted and deleted rows
// do not shift the pages.
func (p Page) ApplyCursor(q *bun.SelectQuery, alias, column string, descending bool) error {
	at, id := bun.Ident(alias+"."+column), bun.Ident(alias+".id")
	direction, compare := "ASC", ">"
	if descending {
		direction, compare = "DESC", "<"
	}
	q.OrderExpr("? "+direction+", ? "+direction, at, id).Limit(int64(p.EffectiveLimit() + 1))
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

// Cut removes the row that was read to detect a further page, and returns the
// cursor of that page, "" for none. key returns the time and the id by which
// ApplyCursor has ordered the rows.
func Cut[T any](p Page, list []T, key func(T) (time.Time, string)) ([]T, string) {
	if len(list) <= p.EffectiveLimit() {
		return list, ""
	}
	list = list[:p.EffectiveLimit()]
	t, id := key(list[len(list)-1])
	return list, base64.RawURLEncoding.EncodeToString([]byte(t.UTC().Format(time.RFC3339Nano) + "|" + id))
}

// ApplyTextCursor is like ApplyCursor for a query ordered by a unique text column.
func (p Page) ApplyTextCursor(q *bun.SelectQuery, column string) error {
	key := bun.Ident(column)
	q.OrderExpr("?", key).Limit(int64(p.EffectiveLimit() + 1))
	if p.Cursor == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if last := validate.CleanIdentifier(string(raw)); err == nil && last != "" {
		q.Where("? > ?", key, last)
		return nil
	}
	return errInvalidCursor()
}

// CutText is like Cut for ApplyTextCursor. key returns the value of the column.
func CutText[T any](p Page, list []T, key func(T) string) ([]T, string) {
	if len(list) <= p.EffectiveLimit() {
		return list, ""
	}
	list = list[:p.EffectiveLimit()]
	return list, base64.RawURLEncoding.EncodeToString([]byte(key(list[len(list)-1])))
}

func errInvalidCursor() error {
	return apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("cursor", "field.invalid")})
}

func parseCursor(cursor string) (time.Time, string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return time.Time{}, "", errInvalidCursor()
	}
	stamp, id, ok := strings.Cut(validate.CleanIdentifier(string(raw)), "|")
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil || !ok {
		return time.Time{}, "", errInvalidCursor()
	}
	return t, id, nil
}
