// Package errcode has WeCom's error codes: the class, the meaning and the official
// page of each.
package errcode

import "github.com/huimian/huimian/internal/apiclient/errclass"

// Entry describes an error code.
type Entry struct {
	Class errclass.Class
	Text  string // a clause that names the fault; the class implies the remedy
	Page  int    // number of the official page; 0 means GeneralPage
}

// GeneralPage is the number of the official page of all error codes.
const GeneralPage = 90313

// Lookup returns the entry of a code, and false for a code that is not documented.
func Lookup(code int) (Entry, bool) {
	for _, table := range tables {
		if entry, known := table[code]; known {
			return entry, true
		}
	}
	return Entry{}, false
}

var tables = []map[int]Entry{general, contacts, applications, office, external}
