package wecom

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// FieldError is a request that was not sent because WeCom would reject it or
// would silently truncate a field. Its class is ClassArgument.
type FieldError struct {
	Field   string // JSON path as in WeCom's documentation: "text.content"
	Actual  int    // size or number found
	Limit   int    // maximum; 0 when the fault is not a size
	Unit    string // of Actual and Limit: "bytes", "characters" or "entries"
	Message string // description of the fault when it is not a size
}

// Error returns the field and the fault.
func (e *FieldError) Error() string {
	if e.Limit > 0 {
		return fmt.Sprintf("wecom: %s has %d %s, at most %d are allowed", e.Field, e.Actual, e.Unit, e.Limit)
	}
	return fmt.Sprintf("wecom: %s %s", e.Field, e.Message)
}

// TruncateBytes shortens s to at most limit bytes of UTF-8 without splitting a
// character. WeCom counts bytes in text, markdown and news messages.
func TruncateBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:max(limit, 0)]
}

// TruncateRunes shortens s to at most limit characters. WeCom counts characters
// in textcards and template cards.
func TruncateRunes(s string, limit int) string {
	for i := range s {
		if limit--; limit < 0 {
			return s[:i]
		}
	}
	return s
}

// fieldChecker collects the first fault of a request.
type fieldChecker struct{ fieldErr *FieldError }

// firstError returns the first fault as an error, nil when there is none.
func (k *fieldChecker) firstError() error {
	if k.fieldErr == nil {
		return nil
	}
	return k.fieldErr
}

func (k *fieldChecker) addError(field, text string) {
	if k.fieldErr == nil {
		k.fieldErr = &FieldError{Field: field, Message: text}
	}
}

func (k *fieldChecker) checkMax(field string, have, limit int, unit string) {
	if have > limit && k.fieldErr == nil {
		k.fieldErr = &FieldError{Field: field, Actual: have, Limit: limit, Unit: unit}
	}
}

func (k *fieldChecker) checkBytes(field, value string, limit int) {
	k.checkMax(field, len(value), limit, "bytes")
}

func (k *fieldChecker) checkRunes(field, value string, limit int) {
	k.checkMax(field, utf8.RuneCountInString(value), limit, "characters")
}

func (k *fieldChecker) checkRequired(field, value string) {
	if strings.TrimSpace(value) == "" {
		k.addError(field, "is empty")
	}
}

func (k *fieldChecker) checkCount(field string, n, least, most int) {
	if n < least {
		k.addError(field, fmt.Sprintf("has %d entries, at least %d are needed", n, least))
	}
	k.checkMax(field, n, most, "entries")
}

// checkURL checks a URL that WeCom opens.
func (k *fieldChecker) checkURL(field, address string, limit int) {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		k.addError(field, "does not start with http:// or https://")
	}
	k.checkBytes(field, address, limit)
}

// checkUnique checks that no key occurs twice.
func (k *fieldChecker) checkUnique(field string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if seen[key] {
			k.addError(field, fmt.Sprintf("has the key %q twice", key))
		}
		seen[key] = true
	}
}

var taskIDPattern = regexp.MustCompile(`^[0-9A-Za-z_\-@]{1,128}$`)

func (k *fieldChecker) checkTaskID(field, id string) {
	if !taskIDPattern.MatchString(id) {
		k.addError(field, "must have 1 to 128 digits, letters, _, - or @")
	}
}

func indexedField(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
