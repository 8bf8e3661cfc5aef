package httpapi_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/server/httpapi"
)

func TestNewResponse(t *testing.T) {
	if r, err := httpapi.NewResponse(7, nil); err != nil || r.Body != 7 {
		t.Errorf("response %+v, %v", r, err)
	}
	failed := errors.New("failed")
	if r, err := httpapi.NewResponse(7, failed); r != nil || !errors.Is(err, failed) {
		t.Errorf("response %+v, %v", r, err)
	}
}

func TestMapResponse(t *testing.T) {
	format := httpapi.MapResponse(strconv.Itoa)
	n := 7
	if r, err := format(&n, nil); err != nil || r.Body != "7" {
		t.Errorf("response %+v, %v", r, err)
	}
	failed := errors.New("failed")
	r, err := format(nil, failed)
	if r != nil || !errors.Is(err, failed) {
		t.Errorf("response %+v, %v", r, err)
	}
	if p := httpapi.NewProblem(t.Context(), discard(), err); p.Current != nil {
		t.Errorf("the problem carries %v", p.Current)
	}
}

// An object that comes with an error is the stored one of a conflict.
func TestMapResponseOfConflict(t *testing.T) {
	stored := 7
	conflict := apperr.New(apperr.Conflict, "interview.changed_meanwhile")
	r, err := httpapi.MapResponse(strconv.Itoa)(&stored, conflict)
	if r != nil || apperr.KindOf(err) != apperr.Conflict {
		t.Fatalf("response %+v, %v", r, err)
	}
	p := httpapi.NewProblem(t.Context(), discard(), err)
	if p.Status != 409 || p.Code != "interview.changed_meanwhile" || p.Current != "7" {
		t.Errorf("problem %+v", p)
	}
}

func TestMapSlice(t *testing.T) {
	if got := httpapi.MapSlice([]int{1, 2}, strconv.Itoa); !reflect.DeepEqual(got, []string{"1", "2"}) {
		t.Errorf("mapped to %v", got)
	}
	for _, list := range [][]int{nil, {}} {
		if b, err := json.Marshal(httpapi.MapSlice(list, strconv.Itoa)); err != nil || string(b) != "[]" {
			t.Errorf("an empty list is %s, %v", b, err)
		}
	}
}

func TestSetIfPresent(t *testing.T) {
	value := "before"
	httpapi.SetIfPresent(&value, nil)
	if value != "before" {
		t.Errorf("an omitted field sets %q", value)
	}
	httpapi.SetIfPresent(&value, new(""))
	if value != "" {
		t.Errorf("an empty field leaves %q", value)
	}
}

func TestJSONFormatRemovesNUL(t *testing.T) {
	for sent, want := range map[string]string{
		`"ab"`:              "ab",
		`"a\u0000b"`:        "ab",
		`"\u0000\u0000"`:    "",
		`"\\u0000"`:         `\u0000`,  // an escaped backslash and text
		`"\\\u0000"`:        `\`,       // an escaped backslash and NUL
		`"\\\\u0000\u0000"`: `\\u0000`, // two backslashes, text and NUL
		`"\"\u0000\""`:      `""`,
		`"\u00000"`:         "0",
		`"é\u0000"`:         "é",
	} {
		var got string
		if err := httpapi.JSONFormat.Unmarshal([]byte(sent), &got); err != nil || got != want {
			t.Errorf("%s is read as %q, %v, want %q", sent, got, err, want)
		}
	}
	var v any
	if err := httpapi.JSONFormat.Unmarshal([]byte(`"\u0000`), &v); err == nil {
		t.Error("a text without an end is accepted")
	}
}
