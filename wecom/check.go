package wecom

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// FieldError is a request that was not sent because WeCom would refuse it, or
// would silently cut it. Its class is ClassArgument.
type FieldError struct {
	Field   string // as in WeCom's documentation: "text.content"
	Actual  int    // size or number found
	Limit   int    // the most that is allowed; 0 when the problem is another
	Unit    string // of Have and Limit: "bytes", "characters", "entries"
	Message string // what is wrong, when it is not a size
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string {
	if e.Limit > 0 {
		return fmt.Sprintf("wecom: %s has %d %s, at most %d are allowed", e.Field, e.Actual, e.Unit, e.Limit)
	}
	return fmt.Sprintf("wecom: %s %s", e.Field, e.Message)
}

// TruncateBytes shortens s to at most limit bytes of UTF-8 without splitting a
// character. WeCom counts so in text, markdown and news.
func TruncateBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:max(limit, 0)]
}

// TruncateRunes shortens s to at most limit characters. WeCom counts so in
// textcards and template cards.
func TruncateRunes(s string, limit int) string {
	for i := range s {
		if limit--; limit < 0 {
			return s[:i]
		}
	}
	return s
}

// checker keeps the first thing that is wrong with a request.
type checker struct{ found *FieldError }

// err returns the finding as an error, nil when there is none.
func (k *checker) err() error {
	if k.found == nil {
		return nil
	}
	return k.found
}

func (k *checker) fail(field, text string) {
	if k.found == nil {
		k.found = &FieldError{Field: field, Message: text}
	}
}

func (k *checker) over(field string, have, limit int, unit string) {
	if have > limit && k.found == nil {
		k.found = &FieldError{Field: field, Actual: have, Limit: limit, Unit: unit}
	}
}

func (k *checker) bytes(field, value string, limit int) { k.over(field, len(value), limit, "bytes") }

func (k *checker) chars(field, value string, limit int) {
	k.over(field, utf8.RuneCountInString(value), limit, "characters")
}

func (k *checker) need(field, value string) {
	if strings.TrimSpace(value) == "" {
		k.fail(field, "is empty")
	}
}

func (k *checker) count(field string, n, least, most int) {
	if n < least {
		k.fail(field, fmt.Sprintf("has %d entries, at least %d are needed", n, least))
	}
	k.over(field, n, most, "entries")
}

// web checks an address that WeCom opens.
func (k *checker) web(field, address string, limit int) {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		k.fail(field, "does not begin with http:// or https://")
	}
	k.bytes(field, address, limit)
}

// distinct checks keys that must differ from each other.
func (k *checker) distinct(field string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if seen[key] {
			k.fail(field, fmt.Sprintf("has the key %q twice", key))
		}
		seen[key] = true
	}
}

var taskIDForm = regexp.MustCompile(`^[0-9A-Za-z_\-@]{1,128}$`)

func (k *checker) taskID(field, id string) {
	if !taskIDForm.MatchString(id) {
		k.fail(field, "must have 1 to 128 digits, letters, _, - or @")
	}
}

func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
