package account

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/searchtext"
)

// maxNamesakes limits the members that FindMembersByName returns.
const maxNamesakes = 10

// memberInBrackets is a name with the userid that distinguishes it from others.
var memberInBrackets = regexp.MustCompile(`^(.+?)\s*[(（]\s*([^()（）]+?)\s*[)）]$`)

// FindMembersByName returns the active members that match a text: those whose userid,
// name or alias it is; else the one that "name (userid)" describes; else the one with the
// e-mail address or mobile number. Several members may share a name; at most
// maxNamesakes are returned. Without a match the list is empty.
func (s *Service) FindMembersByName(ctx context.Context, corpID, name string) ([]Member, error) {
	found, err := s.findNamesakes(ctx, corpID, name)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if m := memberInBrackets.FindStringSubmatch(name); m != nil {
		found, err := s.findNamesakes(ctx, corpID, m[1])
		return slices.DeleteFunc(found, func(one Member) bool { return searchtext.Fold(one.UserID) != searchtext.Fold(m[2]) }), err
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

// findNamesakes returns the active members whose userid, name or alias is the text.
func (s *Service) findNamesakes(ctx context.Context, corpID, text string) ([]Member, error) {
	folded := searchtext.Fold(text)
	if folded == "" {
		return nil, nil
	}
	var found []Member
	err := s.DB.NewSelect().Model(&found).Where("corp_id = ? AND active", corpID).
		Where("?", db.Matches("search_text", text)).Order("user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding a member by name: %w", err)
	}
	found = slices.DeleteFunc(found, func(m Member) bool {
		return searchtext.Fold(m.UserID) != folded && searchtext.Fold(m.Name) != folded && searchtext.Fold(m.Alias) != folded
	})
	return found[:min(len(found), maxNamesakes)], nil
}
