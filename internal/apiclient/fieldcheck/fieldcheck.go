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
func (v *Checker) Fault() *Fault { return v.fault }

// Reject records a fault that is not a size.
func (v *Checker) Reject(field, message string) {
	if v.fault == nil {
		v.fault = &Fault{Field: field, Message: message}
	}
}

// CheckMax checks that have is at most limit.
func (v *Checker) CheckMax(field string, have, limit int, unit string) {
	if have > limit && v.fault == nil {
		v.fault = &Fault{Field: field, Actual: have, Limit: limit, Unit: unit}
	}
}

// CheckBytes limits a text in bytes of UTF-8.
func (v *Checker) CheckBytes(field, value string, limit int) {
	v.CheckMax(field, len(value), limit, "bytes")
}

// CheckRunes limits a text in Unicode code points.
func (v *Checker) CheckRunes(field, value string, limit int) {
	v.CheckMax(field, utf8.RuneCountInString(value), limit, "characters")
}

// CheckRequired checks that a text has more than white space.
func (v *Checker) CheckRequired(field, value string) {
	if strings.TrimSpace(value) == "" {
		v.Reject(field, "is empty")
	}
}

// CheckCount checks that a list has least to most entries.
func (v *Checker) CheckCount(field string, n, least, most int) {
	if n < least {
		v.Reject(field, fmt.Sprintf("has %d entries, at least %d are needed", n, least))
	}
	v.CheckMax(field, n, most, "entries")
}

// CheckHTTPURL checks the scheme of a URL that the service opens. An empty URL is a fault.
func (v *Checker) CheckHTTPURL(field, address string) {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		v.Reject(field, "does not start with http:// or https://")
	}
}

// CheckUnique checks that no key occurs twice. kind names the key in the fault: "key" or "uid".
func (v *Checker) CheckUnique(field, kind string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if seen[key] {
			v.Reject(field, fmt.Sprintf("has the %s %q twice", kind, key))
		}
		seen[key] = true
	}
}
