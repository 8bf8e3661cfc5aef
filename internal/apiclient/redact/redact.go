// Package redact keeps secrets out of logs, errors and encodings. Both public clients alias its Secret
// and remove the secrets of a call from text that they did not write.
package redact

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask is how a secret prints in every format.
const Mask = "***"

// Secret is a confidential string. It prints as "***" in every format and encoding. To store the value
// itself, convert it: string(s).
type Secret string

// String returns "***".
func (Secret) String() string { return Mask }

// GoString redacts the value in %#v.
func (Secret) GoString() string { return Mask }

// Format redacts the value in every verb, including %x and %q.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// LogValue redacts the value in slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText redacts the value in text encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// MarshalJSON redacts the value in JSON.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }

// minLength keeps Text from removing whole words when a test uses a secret such as "x". The secrets of
// both services are longer.
const minLength = 6

// Text replaces secrets in external text, as they are and as they occur in a URL. Secrets of fewer than
// six bytes are left.
func Text(text string, secrets ...Secret) string {
	for _, secret := range secrets {
		if len(secret) < minLength {
			continue
		}
		plain := string(secret)
		for _, form := range []string{plain, url.QueryEscape(plain), url.PathEscape(plain)} {
			text = strings.ReplaceAll(text, form, Mask)
		}
	}
	return text
}

// Line joins the words of external text with single spaces, without control characters.
func Line(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// TruncateBytes shortens s to at most limit bytes of UTF-8 without splitting a character.
func TruncateBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:max(limit, 0)]
}
