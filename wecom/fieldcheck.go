package wecom

import (
	"fmt"
	"regexp"

	"github.com/huimian/huimian/internal/apiclient/fieldcheck"
	"github.com/huimian/huimian/internal/apiclient/redact"
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
func (e *FieldError) Error() string { return "wecom: " + fieldcheck.Fault(*e).String() }

// TruncateBytes shortens s to at most limit bytes of UTF-8 without splitting a
// character. WeCom counts bytes in text, markdown and news messages.
func TruncateBytes(s string, limit int) string { return redact.TruncateBytes(s, limit) }

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
type fieldChecker struct{ fieldcheck.Checker }

// firstError returns the first fault as an error, nil when there is none.
func (k *fieldChecker) firstError() error {
	if fault := k.Fault(); fault != nil {
		return (*FieldError)(fault)
	}
	return nil
}

// checkURL checks a URL that WeCom opens.
func (k *fieldChecker) checkURL(field, address string, limit int) {
	k.CheckHTTPURL(field, address)
	k.CheckBytes(field, address, limit)
}

var taskIDPattern = regexp.MustCompile(`^[0-9A-Za-z_\-@]{1,128}$`)

func (k *fieldChecker) checkTaskID(field, id string) {
	if !taskIDPattern.MatchString(id) {
		k.Reject(field, "must have 1 to 128 digits, letters, _, - or @")
	}
}

func indexedField(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
