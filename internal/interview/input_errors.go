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

// inputErrors collects the errors of an input by field.
type inputErrors struct{ fields []apperr.FieldError }

func (c *inputErrors) add(path, code string, params ...any) {
	c.fields = append(c.fields, apperr.NewFieldError(path, code, params...))
}

func (c *inputErrors) addWarning(path, code string, params ...any) {
	f := apperr.NewFieldError(path, code, params...)
	f.Warning = true
	c.fields = append(c.fields, f)
}

// err returns one Invalid error with all fields, nil without any. Overridden
// warnings do not count.
func (c *inputErrors) err(overrideWarnings bool) error {
	var fields []apperr.FieldError
	for _, f := range c.fields {
		if !f.Warning || !overrideWarnings {
			fields = append(fields, f)
		}
	}
	return apperr.InvalidFields(fields)
}

// prefixFields prefixes the field paths of an Invalid error with path.
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

// checkText trims the text, removes what databases reject (NUL, invalid UTF-8)
// and checks the length in characters.
func (c *inputErrors) checkText(path string, value *string, limit int) {
	*value = cleanText(*value)
	if utf8.RuneCountInString(*value) > limit {
		c.add(path, "field.too_long", "Limit", limit)
	}
}

// checkTitle checks a required text of one line.
func (c *inputErrors) checkTitle(path string, value *string, limit int) {
	c.checkText(path, value, limit)
	*value = strings.Join(strings.Fields(*value), " ")
	if *value == "" {
		c.add(path, "field.required")
	}
}

func cleanText(s string) string { return strings.TrimSpace(removeUnstorable(s)) }

// removeUnstorable removes what PostgreSQL rejects.
func removeUnstorable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// checkHTTPS checks an https URL without credentials.
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

// checkOneOf checks a value of an enumeration.
func checkOneOf[T ~string](c *inputErrors, path string, value T, known ...T) {
	if !slices.Contains(known, value) {
		c.add(path, "field.not_one_of")
	}
}

// containsPattern returns a pattern for LIKE … ESCAPE '!' that matches s
// anywhere, in lower case.
func containsPattern(s string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(cleanText(s))) + "%"
}
