// Package member describes members of the company to packages that do not
// import accounts.
package member

import (
	"context"
	"slices"
	"strings"
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

// ByID reads the members with these userids and returns NameFrom of them.
func (l Lookup) ByID(ctx context.Context, corpID string, userIDs []string) (func(userID string) Member, error) {
	known, err := l(ctx, corpID, userIDs)
	if err != nil {
		return nil, err
	}
	return NameFrom(known), nil
}

// StoredUserID returns a userid in the spelling of the contacts: that of a filter or of a path, with
// which stored userids are compared. An unknown one is returned unchanged.
func (l Lookup) StoredUserID(ctx context.Context, corpID, userID string) (string, error) {
	if userID == "" {
		return "", nil
	}
	known, err := l(ctx, corpID, []string{userID})
	if m, ok := known[userID]; ok {
		return m.UserID, err
	}
	return userID, err
}

// NameFrom returns a function that finds a member by userid. A member who no longer
// exists has the userid as name; the empty userid is the zero Member.
func NameFrom(known map[string]Member) func(userID string) Member {
	return func(userID string) Member {
		if m, ok := known[userID]; ok {
			return m
		}
		return Member{UserID: userID, Name: userID}
	}
}

// StoredUserIDs returns the userids in the spelling of the contacts, each member once, in the
// order of the first occurrence. known are the members by the given spelling; unknown userids
// are unchanged.
func StoredUserIDs(userIDs []string, known map[string]Member) []string {
	out := []string{}
	for _, userID := range userIDs {
		if m, ok := known[userID]; ok {
			userID = m.UserID
		}
		if !slices.Contains(out, userID) {
			out = append(out, userID)
		}
	}
	return out
}

// FoldUserID returns the form in which two userids of one member are equal: WeCom
// ignores the case of their letters, which are ASCII.
// See https://developer.work.weixin.qq.com/document/path/90195
func FoldUserID(userID string) string { return strings.ToLower(userID) }

// SameUserID reports whether both are userids of one member.
func SameUserID(a, b string) bool { return FoldUserID(a) == FoldUserID(b) }
