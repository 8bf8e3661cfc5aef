package core

import (
	"strings"
	"unicode/utf8"
)

// IsHTTPURL reports whether an address begins with http:// or https://.
func IsHTTPURL(u string) bool {
	return strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://")
}

// TruncateBytes shortens a text to at most n bytes without splitting a character.
func TruncateBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
