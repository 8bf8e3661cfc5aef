package wecom

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a secret prints as, however it is printed.
const redacted = "***"

// Secret is a text that must not be seen: an app secret, an access token, a
// ticket. Every way of printing it gives "***". Where the value itself is
// needed, for instance to store a token, convert it: string(s).
type Secret string

// String hides the value.
func (Secret) String() string { return redacted }

// GoString hides the value from %#v.
func (Secret) GoString() string { return redacted }

// Format hides the value from every verb, also from %x and %q.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the value from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from encoders that ask for text.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON hides the value from JSON.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
