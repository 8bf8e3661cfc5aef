// Package apperrtest checks errors in tests, above all those of package apperr.
package apperrtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
)

// Check fails the test unless err is an apperr.Error of the kind with the text
// id code.
func Check(t testing.TB, err error, kind apperr.Kind, code string) {
	t.Helper()
	f, ok := errors.AsType[*apperr.Error](err)
	if !ok || f.Kind != kind || f.Code != code {
		t.Errorf("got error %v of kind %v, want %s of kind %v", err, apperr.KindOf(err), code, kind)
	}
}

// CheckCode fails the test unless the text of err contains the text id code: its own, or that of one of
// its fields.
func CheckCode(t testing.TB, err error, code string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("error %v, want %s", err, code)
	}
}

// CodeOf returns the text id of an apperr.Error, the text of another error, and "" for nil.
func CodeOf(err error) string {
	if f, ok := errors.AsType[*apperr.Error](err); ok {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// CountCodes counts the errors by CodeOf.
func CountCodes(errs []error) map[string]int {
	codes := map[string]int{}
	for _, err := range errs {
		codes[CodeOf(err)]++
	}
	return codes
}

// CheckForbidden fails the test unless err is the Forbidden error of
// apperr.NewForbidden.
func CheckForbidden(t testing.TB, err error) {
	t.Helper()
	Check(t, err, apperr.Forbidden, "error.forbidden")
}

// CheckNotFound fails the test unless err is the NotFound error of
// apperr.NewNotFound.
func CheckNotFound(t testing.TB, err error) {
	t.Helper()
	Check(t, err, apperr.NotFound, "error.not_found")
}

// CheckFields fails the test unless err has exactly these fields, as
// "path: code"; a warning ends in "!". Without fields err must be nil.
func CheckFields(t testing.TB, err error, want ...string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Errorf("got error %v, want none", err)
		}
		return
	}
	if got := fieldsOf(err); got == nil {
		t.Errorf("got error %v, want one about %v", err, want)
	} else if !slices.Equal(got, want) {
		t.Errorf("fields\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// fieldsOf returns the fields of err as CheckFields lists them, nil for another error.
func fieldsOf(err error) []string {
	f, ok := errors.AsType[*apperr.Error](err)
	if !ok {
		return nil
	}
	list := []string{}
	for _, field := range f.Fields {
		s := field.Path + ": " + field.Code
		if field.Warning {
			s += "!"
		}
		list = append(list, s)
	}
	return list
}

// CheckConflictWith fails the test unless err is a Conflict with one field, whose parameter
// ID is that of the other object.
func CheckConflictWith(t testing.TB, err error, code, path, id string) {
	t.Helper()
	f, ok := errors.AsType[*apperr.Error](err)
	if !ok || f.Kind != apperr.Conflict || f.Code != code || len(f.Fields) != 1 || f.Fields[0].Path != path || f.Fields[0].Params["ID"] != id {
		t.Errorf("got error %v with the fields %q, want the conflict %s of %s with %s", err, fieldsOf(err), code, path, id)
	}
}

// RequireNoError ends the test when err is not nil.
func RequireNoError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// CheckKind fails the test unless err is of the kind.
func CheckKind(t testing.TB, err error, kind apperr.Kind) {
	t.Helper()
	if err == nil || apperr.KindOf(err) != kind {
		t.Errorf("error %v of kind %v, want kind %v", err, apperr.KindOf(err), kind)
	}
}
