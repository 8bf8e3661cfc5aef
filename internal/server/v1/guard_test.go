package v1

import (
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
)

// After an unknown outcome the key stays in use: a retry must not create the object
// a second time.
func TestIsUnknownOutcome(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   bool
	}{
		"internal error":       {500, `{"code":"error.internal"}`, true},
		"database unavailable": {503, `{"code":"error.database_unavailable"}`, true},
		"WeCom unavailable":    {503, `{"code":"account.lookup_unavailable"}`, false},
		"invalid":              {422, `{"code":"error.fields"}`, false},
	} {
		if got := isUnknownOutcome(&apitoken.Answer{Status: test.status, Body: []byte(test.body)}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
