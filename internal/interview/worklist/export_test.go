package worklist

import (
	"time"

	"github.com/huimian/huimian/internal/db"
)

// Queries returns the queries of all reasons.
func Queries(d *db.DB, corpID string, now time.Time) map[Reason]string {
	queries := map[Reason]string{}
	for _, r := range rules {
		queries[r.reason] = r.newQuery(d, corpID, now).String()
	}
	return queries
}
