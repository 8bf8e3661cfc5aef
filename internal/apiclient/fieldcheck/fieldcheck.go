// Package fieldcheck checks the fields of a request before it is sent.
package fieldcheck

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Fault is what is wrong with one field. The public clients convert it to their FieldError.
type Fault struct {
	Field   string // JSON path as in the service's documentation: "text.content"
	Actual  int    // size or number found
	Limit   int    // maximum; 0 when the fault is not a size
	Unit    string // of Actual and Limit: "bytes", "characters" or "entries"
	Message string // description of the fault when it is not a size
}

// String returns the field and the fault.
func (f Fault) String() string {
	if f.Limit > 0 {
		return fmt.Sprintf("%s has %d %s, at most %d are allowed", f.Field, f.Actual, f.Unit, f.Limit)
	}
	return f.Field + " " + f.Message
}

// Checker keeps the first fault of a request. The zero value has none.
type Checker struct{ fault *Fault }

// Fault returns the first fault, nil when there is none.
func (k *Checker) Fault() *Fault { return k.fault }

// Reject records a fault that is not a size.
func (k *Checker) Reject(field, message string) {
	if k.fault == nil {
		k.fault = &Fault{Field: field, Message: message}
	}
}

// CheckMax checks that have is at most limit.
func (k *Checker) CheckMax(field string, have, limit int, unit string) {
	if have > limit && k.fault == nil {
		k.fault = &Fault{Field: field, Actual: have, Limit: limit, Unit: unit}
	}
}

// CheckBytes limits a text in bytes of UTF-8.
func (k *Checker) CheckBytes(field, value string, limit int) {
	k.CheckMax(field, len(value), limit, "bytes")
}

// CheckRunes limits a text in Unicode code points.
func (k *Checker) CheckRunes(field, value string, limit int) {
	k.CheckMax(field, utf8.RuneCountInString(value), limit, "characters")
}

// CheckRequired checks that a text has more than white space.
func (k *Checker) CheckRequired(field, value string) {
	if strings.TrimSpace(value) == "" {
		k.Reject(field, "is empty")
	}
}

// CheckCount checks that a list has least to most entries.
func (k *Checker) CheckCount(field string, n, least, most int) {
	if n < least {
		k.Reject(field, fmt.Sprintf("has %d entries, at least %d are needed", n, least))
	}
	k.CheckMax(field, n, most, "entries")
}

// CheckHTTPURL checks the scheme of a URL that the service opens. An empty URL is a fault.
func (k *Checker) CheckHTTPURL(field, address string) {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		k.Reject(field, "does not start with http:// or https://")
	}
}

// CheckUnique checks that no key occurs twice. kind names the key in the fault: "key" or "uid".
func (k *Checker) CheckUnique(field, kind string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if seen[key] {
			k.Reject(field, fmt.Sprintf("has the %s %q twice", kind, key))
		}
		seen[key] = true
	}
}
