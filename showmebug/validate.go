package showmebug

import (
	"fmt"
	"regexp"
	"strings"
)

// FieldError is a request that was not sent because ShowMeBug would refuse it,
// or because it makes no sense. Its class is ClassArgument.
type FieldError struct {
	Field   string // as in ShowMeBug's documentation: "interviewers[2].email"
	Actual  int    // number found
	Limit   int    // the most that is allowed; 0 when the problem is another
	Message string // what is wrong, when it is not a number
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string {
	if e.Limit > 0 {
		return fmt.Sprintf("showmebug: %s has %d entries, at most %d are allowed", e.Field, e.Actual, e.Limit)
	}
	return fmt.Sprintf("showmebug: %s %s", e.Field, e.Message)
}

// The documented limits.
const (
	MaxInterviewers = 5   // of one interview
	MaxBatch        = 100 // interviews created in one call; assumed for written tests too
	MaxPerPage      = 50  // entries of one page of a list
	DefaultPerPage  = 25  // the same when the call does not say

	// MinQuotaLeft is what a team must keep that gives sessions away.
	MinQuotaLeft = 50
)

// validator keeps the first thing that is wrong with a request.
type validator struct{ firstError *FieldError }

// err returns the finding as an error, nil when there is none.
func (k *validator) err() error {
	if k.firstError == nil {
		return nil
	}
	return k.firstError
}

func (k *validator) reject(field, text string) {
	if k.firstError == nil {
		k.firstError = &FieldError{Field: field, Message: text}
	}
}

func (k *validator) requireText(field, value string) {
	if strings.TrimSpace(value) == "" {
		k.reject(field, "is empty")
	}
}

func (k *validator) requireID(field string, id int64) {
	if id <= 0 {
		k.reject(field, "must be a positive number")
	}
}

func (k *validator) checkCount(field string, n, least, most int) {
	if n < least {
		k.reject(field, fmt.Sprintf("has %d entries, at least %d are needed", n, least))
	}
	if n > most && k.firstError == nil {
		k.firstError = &FieldError{Field: field, Actual: n, Limit: most}
	}
}

// requireContact checks that a person has one of the two addresses that are asked for.
func (k *validator) requireContact(field, email, phone string) {
	if strings.TrimSpace(email) == "" && strings.TrimSpace(phone) == "" {
		k.reject(field, "has neither email nor phone, one of them is needed")
	}
}

// checkURL checks an address that ShowMeBug opens; "" is none.
func (k *validator) checkURL(field, address string) {
	if address != "" && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		k.reject(field, "does not begin with http:// or https://")
	}
}

func (k *validator) checkPaging(page, perPage int) {
	if page < 0 {
		k.reject("page", "is negative")
	}
	if perPage < 0 || perPage > MaxPerPage {
		k.reject("per_page", fmt.Sprintf("is %d, must be 1 to %d", perPage, MaxPerPage))
	}
}

var uidPattern = regexp.MustCompile(`^[0-9A-Za-z_-][0-9A-Za-z_.~-]{0,127}$`)

// checkUID checks what becomes a part of the address.
func (k *validator) checkUID(field, uid string) {
	if !uidPattern.MatchString(uid) {
		k.reject(field, "must have 1 to 128 letters, digits, _, -, . or ~")
	}
}

// checkDistinct checks keys that must differ from each other.
func (k *validator) checkDistinct(field string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if seen[key] {
			k.reject(field, fmt.Sprintf("has the uid %q twice", key))
		}
		seen[key] = true
	}
}
