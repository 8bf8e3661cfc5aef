package core

import (
	"slices"
)

// ChatState is a group chat created by an application (appchat). Core.Mu guards it.
type ChatState struct {
	ID    string
	App   *AppState
	Name  string
	Owner string
	Users []string // user ids in the members' own spelling
}

// FindUser returns the user id as it is spelled in the group, or "".
func (c *ChatState) FindUser(userID string) string {
	i := slices.IndexFunc(c.Users, func(u string) bool { return FoldUserID(u) == FoldUserID(userID) })
	if i < 0 {
		return ""
	}
	return c.Users[i]
}
