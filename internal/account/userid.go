package account

import (
	"strings"

	"github.com/huimian/huimian/internal/validate"
)

// foldUserID returns the form in which two userids of one member are equal: WeCom
// ignores the case of their letters, which are ASCII.
// See https://developer.work.weixin.qq.com/document/path/90195
func foldUserID(userID string) string { return strings.ToLower(userID) }

// sameUserID reports whether both are userids of one member.
func sameUserID(a, b string) bool { return foldUserID(a) == foldUserID(b) }

// isUserID reports whether a value of WeCom can be a userid.
func isUserID(userID string) bool { return userID != "" && validate.CleanText(userID) == userID }
