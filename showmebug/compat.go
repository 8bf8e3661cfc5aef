package showmebug

import (
	"cmp"
	"time"
)

// DefaultTokenLifetime is the lifetime of an access token whose response has no
// expires_in. Inferred: it is the default of the OAuth library that usually
// serves such an endpoint.
const DefaultTokenLifetime = 2 * time.Hour

// Compat holds the assumptions of this package about what ShowMeBug's pages
// leave open, one field for each. The zero value is the default behaviour.
// Once the service confirms or refutes an assumption, set its field.
type Compat struct {
	// Filters is where the filters of lists are sent. The pages call them
	// request parameters (请求参数) without naming the place or the encoding of
	// arrays. FiltersInQuery when 0.
	// See https://www.showmebug.com/help/openapi/api-interview.html
	Filters FilterPlacement

	// TimeFormat is the layout of times in filters, as package time has it. The
	// pages name the type Datetime and no format. time.RFC3339 when empty.
	// See https://www.showmebug.com/help/openapi/api-interview.html
	TimeFormat string

	// TokenForm sends the token request as a form instead of JSON. Inferred to
	// work as well: a customer's program sends a form.
	// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
	TokenForm bool

	// TokenUID is sent as uid with the token request of client authorisation,
	// unless empty. SDK only; its meaning is unknown.
	TokenUID string

	// TokenLifetime is the lifetime of a token whose response has no
	// expires_in: the pages state none. DefaultTokenLifetime when 0.
	// See https://www.showmebug.com/help/openapi/guide-platform-oauth.html
	TokenLifetime time.Duration

	// LegacyCandidateName sends a candidate's name as name in addition to
	// candidate_name. The two generations of the page name the field
	// differently.
	// See https://www.showmebug.com/help/openapi/api-interview.html
	LegacyCandidateName bool

	// ErrorClasses maps errcodes to classes. ShowMeBug publishes no table of
	// errcodes. A code of ClassToken makes the client fetch another token and
	// repeat the call. Without an entry, 401 is ClassToken, and any other code
	// is classified by its value as an HTTP status, then by the HTTP status.
	ErrorClasses map[int]Class
}

// FilterPlacement is where and how the filters of a list are sent.
type FilterPlacement int

// The placements of filters.
const (
	FiltersInQuery      FilterPlacement = iota // status[]=a&status[]=b in the query string; inferred
	FiltersInPlainQuery                        // status=a&status=b in the query string; inferred
	FiltersInBody                              // JSON in the body of the GET; SDK only
)

func (c Compat) withDefaults() Compat {
	c.TokenLifetime = cmp.Or(c.TokenLifetime, DefaultTokenLifetime)
	c.TimeFormat = cmp.Or(c.TimeFormat, time.RFC3339)
	return c
}
