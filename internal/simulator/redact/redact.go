// Package redact masks secrets in what a simulator logs and shows.
package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Mask replaces a secret.
const Mask = "***"

// Fields names the secrets of an API, by the place in which they occur. Names are case-sensitive.
type Fields struct {
	Everywhere []string // in queries, forms and JSON objects
	Query      []string // in queries only
	JSON       []string // in JSON objects only
}

// Redactor masks the values of secret fields.
type Redactor struct{ query, object map[string]bool }

// New returns a redactor of fields.
func New(f Fields) *Redactor {
	r := &Redactor{map[string]bool{}, map[string]bool{}}
	for _, name := range f.Everywhere {
		r.query[name], r.object[name] = true, true
	}
	for _, name := range f.Query {
		r.query[name] = true
	}
	for _, name := range f.JSON {
		r.object[name] = true
	}
	return r
}

// Query encodes a query or a form with its secrets masked.
func (r *Redactor) Query(q url.Values) string {
	shown := url.Values{}
	for name, values := range q {
		shown[name] = values
		if r.query[name] {
			shown[name] = []string{Mask}
		}
	}
	return strings.ReplaceAll(shown.Encode(), url.QueryEscape(Mask), Mask)
}

// JSON masks the secret fields of a JSON object. A text without such a field, by far the most
// frequent, is returned byte for byte.
func (r *Redactor) JSON(b []byte) string {
	if text := string(b); !r.mentions(text, `"`) {
		return text
	}
	return r.maskObject(b)
}

// Body masks the secret fields of a form or of a JSON object, by its content type. A body that may
// hold a secret and is neither is replaced by its size.
func (r *Redactor) Body(contentType string, b []byte) string {
	text := string(b)
	if !r.mentions(text, "") {
		return text
	}
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(text); err == nil {
			return r.Query(form)
		}
	}
	return r.maskObject(b)
}

// mentions reports whether a text contains the name of a secret field between quotes.
func (r *Redactor) mentions(text, quote string) bool {
	for name := range r.object {
		if strings.Contains(text, quote+name+quote) {
			return true
		}
	}
	return false
}

func (r *Redactor) maskObject(b []byte) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(b, &object) != nil {
		return fmt.Sprintf("(%d bytes that are not a JSON object and may contain a secret)", len(b))
	}
	for name := range object {
		if r.object[name] {
			object[name] = json.RawMessage(`"` + Mask + `"`)
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(object); err != nil {
		return fmt.Sprintf("(%d bytes that cannot be shown)", len(b))
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// Secret masks a secret except for its last two characters, which are enough to distinguish two. A
// secret of less than eight characters is masked whole.
func Secret(secret string) string {
	if len(secret) < 8 {
		return Mask
	}
	return Mask + secret[len(secret)-2:]
}
