package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
)

// FindMembersByName returns the active members that match a text: by userid, else by
// name, else by alias, else by e-mail address or mobile number. Several members may
// share a name; at most 10 are returned. Without a match the list is empty.
func (s *Service) FindMembersByName(ctx context.Context, corpID, name string) ([]Member, error) {
	if name = strings.TrimSpace(name); name == "" {
		return nil, nil
	}
	found := []Member{}
	for _, where := range []string{"LOWER(user_id) = LOWER(?)", "LOWER(name) = LOWER(?)", "LOWER(alias) = LOWER(?)"} {
		err := s.DB.NewSelect().Model(&found).Where("corp_id = ? AND active", corpID).Where(where, name).
			Order("user_id").Limit(10).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("finding a member by name: %w", err)
		}
		if len(found) > 0 {
			return found, nil
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
