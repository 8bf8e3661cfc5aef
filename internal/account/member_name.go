package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/searchtext"
)

// maxNamesakes limits the members that FindMembersByName returns.
const maxNamesakes = 10

// FindMembersByName returns the active members that match a text: by userid, else by
// name, else by alias, else by e-mail address or mobile number. Several members may
// share a name; at most maxNamesakes are returned. Without a match the list is empty.
func (s *Service) FindMembersByName(ctx context.Context, corpID, name string) ([]Member, error) {
	folded := searchtext.Fold(name)
	if folded == "" {
		return nil, nil
	}
	var candidates []Member
	err := s.DB.NewSelect().Model(&candidates).Where("corp_id = ? AND active", corpID).
		Where("?", db.Matches("search_text", name)).Order("user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding a member by name: %w", err)
	}
	for _, field := range []func(Member) string{
		func(m Member) string { return m.UserID }, func(m Member) string { return m.Name }, func(m Member) string { return m.Alias },
	} {
		found := slices.DeleteFunc(slices.Clone(candidates), func(m Member) bool { return searchtext.Fold(field(m)) != folded })
		if len(found) > 0 {
			return found[:min(len(found), maxNamesakes)], nil
		}
	}
	c := Contact{Mobile: name}
	if strings.Contains(name, "@") {
		c = Contact{Email: name}
	} else if strings.Trim(name, "+0123456789 -().") != "" {
		return nil, nil
	}
	m, err := s.FindMember(ctx, corpID, c)
	if apperr.KindOf(err) == apperr.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Member{m}, nil
}
