package account

import "github.com/huimian/huimian/internal/validate"

// isUserID reports whether a value of WeCom can be a userid.
func isUserID(userID string) bool { return userID != "" && validate.CleanText(userID) == userID }
