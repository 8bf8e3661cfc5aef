package insight

import (
	"context"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/validate"
)

// RowsQuery selects the interviews that a figure counts.
type RowsQuery struct {
	Query
	pagination.Page
	Figure Figure
	Round  int // 0 selects all
}

// Rows returns the interviews that a figure counts, the latest first: each of them once, although
// some figures count participations. Interviewers read only the rows of their own figures, without those
// of results.
func (s *Service) Rows(ctx context.Context, a actor.Actor, q RowsQuery) ([]*interview.Interview, string, error) {
	var err error
	if q.Interviewer, err = s.Interviews.Members.StoredUserID(ctx, a.CorpID, q.Interviewer); err != nil {
		return nil, "", err
	}
	if err := apperr.ForbiddenUnless(a.May(actor.ReadInsight) || q.Interviewer == a.UserID && !slices.Contains(results, q.Figure)); err != nil {
		return nil, "", err
	}
	var c validate.Errors
	if validate.CheckOneOf(&c, "figure", q.Figure, figures...); c.HasErrors() {
		return nil, "", c.Err(false)
	}
	now := db.NowOf(s.Interviews.Now)
	p, err := q.checkPeriod(now)
	if err != nil {
		return nil, "", err
	}
	query := s.newQuery(a.CorpID, p, q.Query)
	if err := q.ApplyCursor(query, "i", "starts_at", true); err != nil {
		return nil, "", err
	}
	query.Limit(0) // the figure selects the rows of the page
	type key struct {
		id string
		at time.Time
	}
	var keys []key
	err = s.readRecords(ctx, query, func(r *record) bool {
		if (q.Round == 0 || q.Round == r.round) && r.isCountedIn(q.Figure, q.Interviewer, now) {
			keys = append(keys, key{r.id, r.startsAt})
		}
		return len(keys) <= q.EffectiveLimit()
	})
	if err != nil {
		return nil, "", err
	}
	keys, next := pagination.Cut(q.Page, keys, func(k key) (time.Time, string) { return k.at, k.id })
	ids := make([]string, len(keys))
	for n, k := range keys {
		ids[n] = k.id
	}
	list, err := s.Interviews.ListByIDs(ctx, a, ids)
	slices.SortFunc(list, func(a, b *interview.Interview) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return list, next, err
}
