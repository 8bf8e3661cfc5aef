package v1_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
)

type object = map[string]any

// newObjects creates one object of each kind that can be edited, and returns
// their paths.
func newObjects(t *testing.T, ats *apptest.APIClient) map[string]string {
	t.Helper()
	paths := map[string]string{}
	for name, body := range map[string]object{
		"candidates": {"name": "陈晨", "email": "chen@example.com", "note": "急", "source": "内推", "overrideWarnings": true},
		"positions":  {"title": "后端工程师", "department": "研发部", "headcount": 3},
		"questions":  {"title": "两数之和", "body": "题面", "tags": []string{"数组"}, "interviewerNotes": "哈希表"},
		"interviews": apptest.ScheduleInput(func(in map[string]any) { in["note"] = "带简历" }),
	} {
		r := ats.Call("POST", "/api/v1/"+name, body)
		id := apptest.DecodeBody[struct{ ID string }](r, http.StatusCreated).ID
		paths[name] = "/api/v1/" + name + "/" + id
		if got := r.Header.Get("Location"); got != paths[name] {
			t.Errorf("%s: Location %q, want %q", name, got, paths[name])
		}
	}
	return paths
}

// A field that is omitted or null does not change; an empty value clears it.
func TestPatchFields(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		paths := newObjects(t, ats)
		for _, test := range []struct {
			object, body string
			status       int
			field        string
			want         any // of the field afterwards, nil for absent
		}{
			{"candidates", `{}`, 200, "note", "急"},
			{"candidates", `{"note":null}`, 200, "note", "急"},
			{"candidates", `{"note":""}`, 200, "note", nil},
			{"candidates", `{"email":""}`, 200, "email", nil},
			{"candidates", `{"name":""}`, 422, "name", "陈晨"},
			{"candidates", `{"name":null}`, 200, "name", "陈晨"},
			{"candidates", `{"email":"nonsense"}`, 422, "source", "内推"},
			{"candidates", `{"id":"x"}`, 422, "source", "内推"},
			{"positions", `{}`, 200, "department", "研发部"},
			{"positions", `{"department":""}`, 200, "department", nil},
			{"positions", `{"title":""}`, 422, "title", "后端工程师"},
			{"positions", `{"title":" "}`, 422, "title", "后端工程师"},
			{"positions", `{"headcount":-1}`, 422, "headcount", 3.0},
			{"positions", `{"state":"ajar"}`, 422, "state", "open"},
			{"questions", `{}`, 200, "interviewerNotes", "哈希表"},
			{"questions", `{"interviewerNotes":""}`, 200, "interviewerNotes", nil},
			{"questions", `{"tags":[]}`, 200, "tags", []any{}},
			{"questions", `{"body":""}`, 422, "body", "题面"},
			{"interviews", `{}`, 200, "note", "带简历"},
			{"interviews", `{"note":""}`, 200, "note", nil},
			{"interviews", `{"interviewers":[]}`, 422, "durationMinutes", 60.0},
			{"interviews", `{"durationMinutes":5}`, 422, "durationMinutes", 60.0},
			{"interviews", `{"durationMinutes":90}`, 200, "durationMinutes", 90.0},
			{"interviews", `{"round":0}`, 422, "round", 1.0},
			{"interviews", `{"candidateId":"x"}`, 422, "round", 1.0},
		} {
			path := paths[test.object]
			before := apptest.DecodeBody[object](ats.Call("GET", path, nil), http.StatusOK)
			r := ats.Call("PATCH", path, test.body)
			if r.Status != test.status {
				t.Errorf("%s %s: status %d: %s", test.object, test.body, r.Status, r.Body)
			}
			after := apptest.DecodeBody[object](ats.Call("GET", path, nil), http.StatusOK)
			if got := after[test.field]; fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("%s %s: %s is %v, want %v", test.object, test.body, test.field, got, test.want)
			}
			if test.status == http.StatusOK && fmt.Sprint(before[test.field]) != fmt.Sprint(test.want) && after["version"] == before["version"] {
				t.Errorf("%s %s: the version stays %v", test.object, test.body, after["version"])
			}
			if test.status != http.StatusOK && after["version"] != before["version"] {
				t.Errorf("%s %s: the version of a rejected patch is %v", test.object, test.body, after["version"])
			}
		}
	})
}

func TestIfMatchHeader(t *testing.T) {
	f := newSQLiteFixture(t)
	ats := f.NewAPIClient("ada", apitoken.Company)
	for name, path := range newObjects(t, ats) {
		note := map[string]string{"candidates": "note", "positions": "level", "questions": "interviewerNotes", "interviews": "note"}[name]
		for _, test := range []struct {
			header, body string
			status       int
			code         string
		}{
			{`"1"`, `{"%s":"a"}`, http.StatusOK, ""},
			{`*`, `{"%s":"b"}`, http.StatusOK, ""},
			{`*`, `{"%s":"c","version":3}`, http.StatusOK, ""},
			{`"4"`, `{"%s":"d","version":4}`, http.StatusOK, ""},
			{`"1"`, `{"%s":"e"}`, http.StatusPreconditionFailed, strings.TrimSuffix(name, "s") + ".changed_meanwhile"},
			{`*`, `{"%s":"e","version":1}`, http.StatusConflict, strings.TrimSuffix(name, "s") + ".changed_meanwhile"},
			{`"5"`, `{"%s":"e","version":4}`, http.StatusUnprocessableEntity, "error.fields"},
			{`5`, `{"%s":"e"}`, http.StatusUnprocessableEntity, "error.fields"},
			{`"05"`, `{"%s":"e"}`, http.StatusUnprocessableEntity, "error.fields"},
			{`"0"`, `{"%s":"e"}`, http.StatusUnprocessableEntity, "error.fields"},
			{`"-5"`, `{"%s":"e"}`, http.StatusUnprocessableEntity, "error.fields"},
			{`W/"5"`, `{"%s":"e"}`, http.StatusUnprocessableEntity, "error.fields"},
			{`"5", "6"`, `{"%s":"e"}`, http.StatusUnprocessableEntity, "error.fields"},
		} {
			r := ats.With("If-Match", test.header).Call("PATCH", path, fmt.Sprintf(test.body, note))
			if test.status != http.StatusOK {
				apptest.WantProblem(r, test.status, test.code)
				continue
			}
			now := apptest.DecodeBody[object](r, http.StatusOK)
			if tag := fmt.Sprintf(`"%v"`, now["version"]); r.Header.Get("ETag") != tag {
				t.Errorf("%s: ETag %s, want %s", name, r.Header.Get("ETag"), tag)
			}
		}
		if now := apptest.DecodeBody[object](ats.Call("GET", path, nil), http.StatusOK); now[note] != "d" || now["version"] != 5.0 {
			t.Errorf("%s: %v in version %v after all edits", name, now[note], now["version"])
		}
	}
}
