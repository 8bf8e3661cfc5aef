// Package validate checks inputs and collects their errors by field, so that a
// form shows all of them at once.
package validate

import (
	"errors"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/apperr"
)

// Errors collects the errors of an input by field. The zero value has none.
type Errors struct{ Fields []apperr.FieldError }

// Add adds the error of a field with the text id code. params are alternating
// names and values of the text's parameters.
func (e *Errors) Add(path, code string, params ...any) {
	e.Fields = append(e.Fields, apperr.NewFieldError(path, code, params...))
}

// AddWarning adds an error that the caller may override.
func (e *Errors) AddWarning(path, code string, params ...any) {
	f := apperr.NewFieldError(path, code, params...)
	f.Warning = true
	e.Fields = append(e.Fields, f)
}

// AddMissing adds the error of an id that refers to no object: required when it
// is empty, else unknown.
func (e *Errors) AddMissing(path, id string) {
	if id == "" {
		e.Add(path, "field.required")
		return
	}
	e.Add(path, "field.unknown")
}

// HasErrors reports whether there is an error other than warnings.
func (e *Errors) HasErrors() bool {
	return slices.ContainsFunc(e.Fields, func(f apperr.FieldError) bool { return !f.Warning })
}

// Err returns one Invalid error with all fields, nil without any. Overridden
// warnings do not count.
func (e *Errors) Err(overrideWarnings bool) error {
	var fields []apperr.FieldError
	for _, f := range e.Fields {
		if !f.Warning || !overrideWarnings {
			fields = append(fields, f)
		}
	}
	return apperr.InvalidFields(fields)
}

// PrefixFields prefixes the field paths of an error with path and a dot. It returns
// errors without fields unchanged.
func PrefixFields(path string, err error) error {
	f, ok := errors.AsType[*apperr.Error](err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	for n := range f.Fields {
		f.Fields[n].Path = path + "." + f.Fields[n].Path
	}
	return f
}

// CheckText cleans the text and checks its length in characters.
func (e *Errors) CheckText(path string, value *string, limit int) {
	*value = CleanText(*value)
	if utf8.RuneCountInString(*value) > limit {
		e.Add(path, "field.too_long", "Limit", limit)
	}
}

// CheckBlock is CheckText that keeps the indentation of the first line.
func (e *Errors) CheckBlock(path string, value *string, limit int) {
	*value = CleanBlock(*value)
	if utf8.RuneCountInString(*value) > limit {
		e.Add(path, "field.too_long", "Limit", limit)
	}
}

// CheckLine cleans the text of one line and checks its length in characters.
func (e *Errors) CheckLine(path string, value *string, limit int) {
	*value = CleanLine(*value)
	if utf8.RuneCountInString(*value) > limit {
		e.Add(path, "field.too_long", "Limit", limit)
	}
}

// CheckTitle is like CheckLine for a required text.
func (e *Errors) CheckTitle(path string, value *string, limit int) {
	e.CheckLine(path, value, limit)
	if *value == "" {
		e.Add(path, "field.required")
	}
}

// CheckHTTPS checks an https URL without credentials.
func (e *Errors) CheckHTTPS(path, value string) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || hasHidden(value) {
		e.Add(path, "field.not_https")
	}
}

// CheckOneOf checks a value of an enumeration.
func CheckOneOf[T ~string](e *Errors, path string, value T, known ...T) {
	if !slices.Contains(known, value) {
		e.Add(path, "field.not_one_of")
	}
}
