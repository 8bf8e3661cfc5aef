// Package member describes members of the company to packages that do not
// import accounts.
package member

import (
	"cmp"
	"context"
)

// Member is a person of the company.
type Member struct {
	UserID string
	Name   string
	Avatar string
	Active bool // in the company, and in the visible range of the WeCom application
}

// Lookup returns the members with these userids, inactive ones included; unknown
// userids are left out.
type Lookup func(ctx context.Context, corpID string, userIDs []string) (map[string]Member, error)

// ByID reads the members with these userids and returns a function that finds
// one. A member who no longer exists has the userid as name; the empty userid is
// the zero Member.
func (l Lookup) ByID(ctx context.Context, corpID string, userIDs []string) (func(userID string) Member, error) {
	known, err := l(ctx, corpID, userIDs)
	if err != nil {
		return nil, err
	}
	return func(userID string) Member {
		if m, ok := known[userID]; ok {
			return m
		}
		return Member{UserID: userID, Name: cmp.Or(userID)}
	}, nil
}
