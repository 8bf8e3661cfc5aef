package wecom

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is how a secret prints in every format.
const redacted = "***"

// Secret is a confidential string: an app secret, an access token, a ticket. It
// prints as "***" in every format and encoding. To store the value itself,
// convert it: string(s).
type Secret string

// String returns "***".
func (Secret) String() string { return redacted }

// GoString redacts the value in %#v.
func (Secret) GoString() string { return redacted }

// Format redacts the value in every verb, including %x and %q.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue redacts the value in slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText redacts the value in text encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON redacts the value in JSON.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
