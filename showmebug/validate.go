package showmebug

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/huimian/huimian/internal/apiclient/fieldcheck"
)

// FieldError is a request that was not sent because ShowMeBug would reject it.
// Its class is ClassArgument.
type FieldError struct {
	Field   string // JSON path as in ShowMeBug's documentation: "interviewers[2].email"
	Actual  int    // number found
	Limit   int    // maximum; 0 when the fault is not a number of entries
	Message string // description of the fault when it is not a number of entries
}

// Error returns the field and the fault.
func (e *FieldError) Error() string {
	fault := fieldcheck.Fault{Field: e.Field, Actual: e.Actual, Limit: e.Limit, Unit: "entries", Message: e.Message}
	return "showmebug: " + fault.String()
}

// The documented limits.
const (
	MaxInterviewers = 5   // of one interview
	MaxBatch        = 100 // interviews created in one call; assumed for written tests too
	MaxPerPage      = 50  // entries of one page of a list
	DefaultPerPage  = 25  // when Paging.PerPage is 0

	// MinQuotaLeft is the number of sessions that a team must keep in a transfer.
	MinQuotaLeft = 50
)

// validator collects the first fault of a request.
type validator struct{ fieldcheck.Checker }

// err returns the first fault as an error, nil when there is none.
func (v *validator) err() error {
	fault := v.Fault()
	if fault == nil {
		return nil
	}
	return &FieldError{Field: fault.Field, Actual: fault.Actual, Limit: fault.Limit, Message: fault.Message}
}

func (v *validator) requireID(field string, id int64) {
	if id <= 0 {
		v.Reject(field, "must be a positive number")
	}
}

// requireContact checks that a person has an email or a phone number.
func (v *validator) requireContact(field, email, phone string) {
	if strings.TrimSpace(email) == "" && strings.TrimSpace(phone) == "" {
		v.Reject(field, "has neither email nor phone, one of them is needed")
	}
}

// checkURL checks a URL that ShowMeBug opens. An empty one is not sent.
func (v *validator) checkURL(field, address string) {
	if address != "" {
		v.CheckHTTPURL(field, address)
	}
}

func (v *validator) checkPaging(page, perPage int) {
	if page < 0 {
		v.Reject("page", "is negative")
	}
	if perPage < 0 || perPage > MaxPerPage {
		v.Reject("per_page", fmt.Sprintf("is %d, must be 1 to %d", perPage, MaxPerPage))
	}
}

var uidPattern = regexp.MustCompile(`^[0-9A-Za-z_-][0-9A-Za-z_.~-]{0,127}$`)

// checkUID checks a uid that becomes part of the URL path.
func (v *validator) checkUID(field, uid string) {
	if !uidPattern.MatchString(uid) {
		v.Reject(field, "must have 1 to 128 letters, digits, _, -, . or ~")
	}
}
