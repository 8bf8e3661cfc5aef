package showmebug

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what a secret prints as, however it is printed.
const hidden = "***"

// Secret is a text that must not be seen: a client secret, an access token, a
// refresh token. Every way of printing it gives "***". Where the value itself is
// needed, for instance to store a token, convert it: string(s).
type Secret string

// String hides the value.
func (Secret) String() string { return hidden }

// GoString hides the value from %#v.
func (Secret) GoString() string { return hidden }

// Format hides the value from every verb, also from %x and %q.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue hides the value from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the value from encoders that use text.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON hides the value from JSON.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }
