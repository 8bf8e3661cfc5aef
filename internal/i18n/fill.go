package i18n

import "strings"

// MarkValue marks a value that is inserted into a text which is no text of this package.
// JoinValues removes the marks.
func MarkValue(value string) string {
	if value = strings.ReplaceAll(value, string(ValueMark), ""); value == "" {
		return ""
	}
	return string(ValueMark) + value + string(ValueMark)
}

// JoinValues inserts spaces beside the marked values as T does.
func JoinValues(s string) string { return joinValues(s) }
