package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// ListByObject returns the newest entries about an object, newest first.
func ListByObject(ctx context.Context, q bun.IDB, corpID, objectID string, limit int64) ([]Entry, error) {
	list := []Entry{}
	err := q.NewSelect().Model(&list).Where("al.corp_id = ? AND al.object_id = ?", corpID, objectID).
		OrderExpr("al.at DESC, al.id DESC").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the audit log of %s: %w", objectID, err)
	}
	return list, nil
}

// MaxList limits the number of entries that List returns.
const MaxList = 10_000

// Filter selects from the audit log of a company. Empty fields select everything.
type Filter struct {
	UserID   string
	Action   string // or the beginning of actions, when it ends with a period: "interview."
	ObjectID string
	TokenID  string    // of the API token with which the operation was made
	From, To time.Time // From inclusive, To exclusive
	Limit    int       // at most MaxList
}

// List returns the newest entries that a filter selects, newest first.
func List(ctx context.Context, q bun.IDB, corpID string, f Filter) ([]Entry, error) {
	list := []Entry{}
	query := f.addTo(q.NewSelect().Model(&list), corpID)
	if err := query.OrderExpr("al.at DESC, al.id DESC").Limit(int64(min(max(f.Limit, 0), MaxList))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	return list, nil
}

// addTo adds the conditions of the filter to a query of entries.
func (f Filter) addTo(query *bun.SelectQuery, corpID string) *bun.SelectQuery {
	query.Where("al.corp_id = ?", corpID)
	if f.UserID != "" {
		query.Where("al.user_id = ?", f.UserID)
	}
	if strings.HasSuffix(f.Action, ".") {
		query.Where("SUBSTR(al.act, 1, ?) = ?", len(f.Action), f.Action)
	} else if f.Action != "" {
		query.Where("al.act = ?", f.Action)
	}
	if f.ObjectID != "" {
		query.Where("al.object_id = ?", f.ObjectID)
	}
	if f.TokenID != "" {
		query.Where("al.data ->> ? = ?", tokenField, f.TokenID)
	}
	if !f.From.IsZero() {
		query.Where("al.at >= ?", db.Time(f.From))
	}
	if !f.To.IsZero() {
		query.Where("al.at < ?", db.Time(f.To))
	}
	return query
}
