package interview

import (
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/apperr"
)

// inputErrors gathers what is wrong with an input.
type inputErrors struct{ fields []apperr.Field }

func (c *inputErrors) add(path, code string, params ...any) {
	c.fields = append(c.fields, apperr.At(path, code, params...))
}

func (c *inputErrors) addWarning(path, code string, params ...any) {
	f := apperr.At(path, code, params...)
	f.Warning = true
	c.fields = append(c.fields, f)
}

// err returns the fault about all fields. Warnings do not count when they are
// overridden.
func (c *inputErrors) err(overrideWarnings bool) error {
	var fields []apperr.Field
	for _, f := range c.fields {
		if !f.Warning || !overrideWarnings {
			fields = append(fields, f)
		}
	}
	return apperr.InvalidFields(fields)
}

// prefixFields puts the fields of an error about a part of the input below that part.
func prefixFields(path string, err error) error {
	f, ok := errors.AsType[*apperr.Error](err)
	if !ok || f.Kind != apperr.Invalid {
		return err
	}
	for n := range f.Fields {
		f.Fields[n].Path = path + "." + f.Fields[n].Path
	}
	return f
}

// checkText takes spaces off the ends and what no database keeps (NUL, broken
// UTF-8) out, and checks the length in characters.
func (c *inputErrors) checkText(path string, value *string, limit int) {
	*value = cleanText(*value)
	if utf8.RuneCountInString(*value) > limit {
		c.add(path, "field.too_long", "Limit", limit)
	}
}

// checkTitle is a text of one line that must be there.
func (c *inputErrors) checkTitle(path string, value *string, limit int) {
	c.checkText(path, value, limit)
	*value = strings.Join(strings.Fields(*value), " ")
	if *value == "" {
		c.add(path, "field.required")
	}
}

func cleanText(s string) string { return strings.TrimSpace(removeUnstorable(s)) }

// removeUnstorable takes out what PostgreSQL refuses.
func removeUnstorable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// checkHTTPS checks an address that people will open.
func (c *inputErrors) checkHTTPS(path, value string) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		c.add(path, "field.not_https")
	}
}

// checkEmail checks an address of the plain form name@host.
func (c *inputErrors) checkEmail(path, value string) {
	parsed, err := mail.ParseAddress(value)
	if err != nil || parsed.Address != value || !strings.Contains(value[strings.LastIndexByte(value, '@'):], ".") {
		c.add(path, "field.not_email")
	}
}

// checkOneOf checks a value against those that are known.
func checkOneOf[T ~string](c *inputErrors, path string, value T, known ...T) {
	if !slices.Contains(known, value) {
		c.add(path, "field.not_one_of")
	}
}

// containsPattern is a pattern for LIKE … ESCAPE '!' that finds s anywhere.
func containsPattern(s string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(cleanText(s))) + "%"
}
