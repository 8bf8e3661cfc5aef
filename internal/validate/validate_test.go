package validate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/validate"
)

func TestErr(t *testing.T) {
	var e validate.Errors
	if err := e.Err(false); err != nil {
		t.Errorf("no errors: %v", err)
	}
	e.AddWarning("candidateId", "interview.candidate_double_booked", "Name", "陈晨")
	if err := e.Err(true); err != nil {
		t.Errorf("an overridden warning: %v", err)
	}
	apperrtest.CheckFields(t, e.Err(false), "candidateId: interview.candidate_double_booked!")
	e.Add("title", "field.required")
	apperrtest.CheckFields(t, e.Err(true), "title: field.required")
	err := e.Err(false)
	apperrtest.CheckKind(t, err, apperr.Invalid)
	apperrtest.CheckFields(t, err, "candidateId: interview.candidate_double_booked!", "title: field.required")
	if got := e.Fields[0].Params["Name"]; got != "陈晨" {
		t.Errorf("the parameter is %v", got)
	}
}

func TestAddMissing(t *testing.T) {
	var e validate.Errors
	e.AddMissing("positionId", "")
	e.AddMissing("candidateId", "x")
	apperrtest.CheckFields(t, e.Err(false), "positionId: field.required", "candidateId: field.unknown")
}

func TestPrefixFields(t *testing.T) {
	var e validate.Errors
	e.Add("name", "field.required")
	apperrtest.CheckFields(t, validate.PrefixFields("candidate", e.Err(false)), "candidate.name: field.required")
	conflict := apperr.New(apperr.Conflict, "candidate.changed_meanwhile")
	if got := validate.PrefixFields("candidate", conflict); !errors.Is(got, conflict) {
		t.Errorf("a conflict became %v", got)
	}
	if err := validate.PrefixFields("candidate", nil); err != nil {
		t.Errorf("nil became %v", err)
	}
}

func TestCheckText(t *testing.T) {
	for _, tc := range []struct{ in, out, code string }{
		{"", "", ""},
		{"  面试\n", "面试", ""},
		{"a\x00b", "ab", ""},
		{"a\xffb", "ab", ""},
		{strings.Repeat("面", 5), strings.Repeat("面", 5), ""}, // characters, not bytes
		{strings.Repeat("面", 6), strings.Repeat("面", 6), "field.too_long"},
	} {
		var e validate.Errors
		value := tc.in
		e.CheckText("note", &value, 5)
		if value != tc.out {
			t.Errorf("%q became %q", tc.in, value)
		}
		checkCode(t, &e, tc.in, tc.code)
	}
}

func TestCheckTitle(t *testing.T) {
	for _, tc := range []struct{ in, out, code string }{
		{" Go\t\n工程师 ", "Go 工程师", ""},
		{" \x00\t", "", "field.required"},
		{"123456789 1", "123456789 1", "field.too_long"},
	} {
		var e validate.Errors
		value := tc.in
		e.CheckTitle("title", &value, 10)
		if value != tc.out {
			t.Errorf("%q became %q", tc.in, value)
		}
		checkCode(t, &e, tc.in, tc.code)
	}
}

func TestCheckHTTPS(t *testing.T) {
	for value, code := range map[string]string{
		"https://meet.example.com/1?a=b": "",
		"https://例子.测试":                  "",
		"http://meet.example.com":        "field.not_https",
		"javascript:alert(1)":            "field.not_https",
		"https://u:p@meet.example.com":   "field.not_https",
		"https:///path":                  "field.not_https",
		"https://a b":                    "field.not_https",
		"meet.example.com":               "field.not_https",
		"":                               "field.not_https",
	} {
		var e validate.Errors
		e.CheckHTTPS("url", value)
		checkCode(t, &e, value, code)
	}
}

func TestCheckEmail(t *testing.T) {
	for value, code := range map[string]string{
		"chen@example.com":           "",
		"c.h+en@mail.example.com":    "",
		"Chen <chen@example.com>":    "field.not_email",
		"chen@localhost":             "field.not_email",
		"chen":                       "field.not_email",
		"@example.com":               "field.not_email",
		"chen@example.com ":          "field.not_email",
		"a@b.c, d@e.f":               "field.not_email",
		"chen@example.com\r\nBcc: x": "field.not_email",
	} {
		var e validate.Errors
		e.CheckEmail("email", value)
		checkCode(t, &e, value, code)
	}
}

func TestCheckOneOf(t *testing.T) {
	type state string
	for value, code := range map[state]string{"open": "", "closed": "", "ajar": "field.not_one_of", "": "field.not_one_of"} {
		var e validate.Errors
		validate.CheckOneOf(&e, "state", value, "open", "closed")
		checkCode(t, &e, string(value), code)
	}
}

// checkCode fails the test unless e has exactly the code, "" for no error.
func checkCode(t *testing.T, e *validate.Errors, value, code string) {
	t.Helper()
	got := ""
	for _, f := range e.Fields {
		got += f.Code
	}
	if got != code {
		t.Errorf("%q: error %q, want %q", value, got, code)
	}
}
