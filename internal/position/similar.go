package position

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/searchtext"
)

const (
	maxTitles  = 5000 // positions that are compared with a title, newest first
	maxSimilar = 3
)

// Titles finds positions by a title that may be mistyped.
type Titles struct{ list []Position }

// ReadTitles reads the titles of the company's newest positions.
func ReadTitles(ctx context.Context, q bun.IDB, corpID string) (*Titles, error) {
	t := new(Titles)
	err := q.NewSelect().Model(&t.list).Column("id", "title", "state").Where("p.corp_id = ?", corpID).
		Order("p.created_at DESC", "p.id DESC").Limit(maxTitles).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the titles of positions: %w", err)
	}
	return t, nil
}

// FindSimilar returns the positions whose title differs from the given one in at most
// a third of its characters, or contains it, or is part of it: the most similar first,
// open ones before closed ones. White space and case are ignored.
func (t *Titles) FindSimilar(title string) []Position {
	type match struct {
		position Position
		distance int
	}
	key := compactTitle(title)
	var found []match
	for _, p := range t.list {
		other := compactTitle(p.Title)
		longest := max(utf8.RuneCountInString(key), utf8.RuneCountInString(other))
		distance := levenshtein.ComputeDistance(key, other)
		if 3*distance <= longest || len(key) > 0 && len(other) > 0 && (strings.Contains(other, key) || strings.Contains(key, other)) {
			found = append(found, match{p, distance})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), -cmp.Compare(a.position.State, b.position.State))
	})
	var out []Position
	for _, m := range found[:min(len(found), maxSimilar)] {
		out = append(out, m.position)
	}
	return out
}

// compactTitle returns a title without case, accents and white space.
func compactTitle(title string) string {
	return strings.Join(strings.Fields(searchtext.Fold(title)), "")
}
