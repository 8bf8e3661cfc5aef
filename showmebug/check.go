package showmebug

import (
	"fmt"
	"regexp"
	"strings"
)

// FieldError is a request that was not sent because ShowMeBug would refuse it,
// or because it makes no sense. Its class is ClassArgument.
type FieldError struct {
	Field string // as in ShowMeBug's documentation: "interviewers[2].email"
	Have  int    // number found
	Limit int    // the most that is allowed; 0 when the problem is another
	Text  string // what is wrong, when it is not a number
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string {
	if e.Limit > 0 {
		return fmt.Sprintf("showmebug: %s has %d entries, at most %d are allowed", e.Field, e.Have, e.Limit)
	}
	return fmt.Sprintf("showmebug: %s %s", e.Field, e.Text)
}

// The documented limits.
const (
	MaxInterviewers = 5   // of one interview
	MaxBatch        = 100 // interviews created in one call; taken for written tests too
	MaxPerPage      = 50  // entries of one page of a list
	DefaultPerPage  = 25  // the same when the call does not say

	// MinQuotaLeft is what a team must keep that gives sessions away.
	MinQuotaLeft = 50
)

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
		k.found = &FieldError{Field: field, Text: text}
	}
}

func (k *checker) need(field, value string) {
	if strings.TrimSpace(value) == "" {
		k.fail(field, "is empty")
	}
}

func (k *checker) id(field string, id int64) {
	if id <= 0 {
		k.fail(field, "must be a positive number")
	}
}

func (k *checker) count(field string, n, least, most int) {
	if n < least {
		k.fail(field, fmt.Sprintf("has %d entries, at least %d are needed", n, least))
	}
	if n > most && k.found == nil {
		k.found = &FieldError{Field: field, Have: n, Limit: most}
	}
}

// reachable checks that a person has one of the two addresses that are asked for.
func (k *checker) reachable(field, email, phone string) {
	if strings.TrimSpace(email) == "" && strings.TrimSpace(phone) == "" {
		k.fail(field, "has neither email nor phone, one of them is needed")
	}
}

// web checks an address that ShowMeBug opens; "" is none.
func (k *checker) web(field, address string) {
	if address != "" && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		k.fail(field, "does not begin with http:// or https://")
	}
}

func (k *checker) paging(page, perPage int) {
	if page < 0 {
		k.fail("page", "is negative")
	}
	if perPage < 0 || perPage > MaxPerPage {
		k.fail("per_page", fmt.Sprintf("is %d, must be 1 to %d", perPage, MaxPerPage))
	}
}

var uidForm = regexp.MustCompile(`^[0-9A-Za-z_-][0-9A-Za-z_.~-]{0,127}$`)

// uid checks what becomes a part of the address.
func (k *checker) uid(field, uid string) {
	if !uidForm.MatchString(uid) {
		k.fail(field, "must have 1 to 128 letters, digits, _, -, . or ~")
	}
}

// distinct checks keys that must differ from each other.
func (k *checker) distinct(field string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if seen[key] {
			k.fail(field, fmt.Sprintf("has the uid %q twice", key))
		}
		seen[key] = true
	}
}
