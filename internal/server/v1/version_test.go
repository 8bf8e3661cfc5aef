package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// A PATCH of an old version is rejected with the stored object, in both APIs and
// for every kind of object that can be edited.
func TestEditConflicts(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		rosa, ats := f.SignIn("rosa"), f.NewAPIClient("ada", apitoken.Company)
		create := func(path string, body map[string]any) string {
			return apptest.DecodeBody[struct{ ID string }](rosa.Call("POST", path, body), http.StatusCreated).ID
		}
		for path, field := range map[string]string{
			"/candidates/" + create("/api/candidates", map[string]any{"name": "陈晨"}):                "note",
			"/positions/" + create("/api/positions", map[string]any{"title": "后端工程师"}):              "department",
			"/questions/" + create("/api/questions", map[string]any{"title": "两数之和", "body": "题面"}): "interviewerNotes",
			"/interviews/" + f.ScheduleInterview().ID:                                               "note",
		} {
			type object = map[string]any
			patch := func(text string, version int) object { return object{field: text, "version": version} }
			if now := apptest.DecodeBody[object](rosa.Call("PATCH", "/api"+path, patch("一", 1)), http.StatusOK); now["version"] != 2.0 {
				t.Errorf("%s: version %v after an edit", path, now["version"])
			}
			code := strings.TrimSuffix(strings.Split(path, "/")[1], "s") + ".changed_meanwhile"
			check := func(r *apptest.Response, status int) {
				t.Helper()
				p := apptest.WantProblem(r, status, code)
				current, _ := p.Current.(object)
				if current["version"] != 2.0 || current[field] != "一" {
					t.Errorf("%s: the problem carries %v", path, p.Current)
				}
			}
			check(rosa.Call("PATCH", "/api"+path, patch("二", 1)), http.StatusConflict)
			check(ats.Call("PATCH", "/api/v1"+path, patch("二", 1)), http.StatusConflict)
			check(ats.With("If-Match", `"1"`).Call("PATCH", "/api/v1"+path, object{field: "二"}), http.StatusPreconditionFailed)
			tag := ats.Call("GET", "/api/v1"+path, nil).Header.Get("ETag")
			r := ats.With("If-Match", tag).Call("PATCH", "/api/v1"+path, object{field: "二"})
			if now := apptest.DecodeBody[object](r, http.StatusOK); now[field] != "二" || r.Header.Get("ETag") != `"3"` {
				t.Errorf("%s: %v, ETag %s after an edit of %s", path, now, r.Header.Get("ETag"), tag)
			}
			apptest.WantProblem(ats.With("If-Match", `"3"`).Call("PATCH", "/api/v1"+path, patch("三", 2)), http.StatusUnprocessableEntity, "error.fields")
		}
	})
}

func TestIfMatchVersion(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		i, ats := f.ScheduleInterview(), f.NewAPIClient("ada", apitoken.Company)
		path := "/api/v1/interviews/" + i.ID
		tag := ats.Call("GET", path, nil).Header.Get("ETag")
		moved := ats.With("If-Match", tag).Call("PATCH", path, map[string]any{"note": "带简历"})
		if now := apptest.DecodeBody[v1.Interview](moved, http.StatusOK); now.Note != "带简历" || moved.Header.Get("ETag") == tag {
			t.Errorf("changed to %+v, ETag %s", now, moved.Header.Get("ETag"))
		}
		apptest.WantProblem(ats.With("If-Match", tag).Call("PATCH", path, map[string]any{"note": "x"}), http.StatusPreconditionFailed, "interview.changed_meanwhile")
		apptest.WantProblem(ats.Call("PATCH", path, map[string]any{"note": "x", "version": 1}), http.StatusConflict, "interview.changed_meanwhile")
		apptest.DecodeBody[httpapi.Problem](ats.With("If-Match", "W/1").Call("PATCH", path, map[string]any{"note": "x"}), http.StatusUnprocessableEntity)
		named := apptest.DecodeBody[v1.Interview](ats.Call("PATCH", path, map[string]any{"interviewers": []map[string]any{{"userId": "mei"}}}), http.StatusOK)
		if len(named.Interviewers) != 1 || named.Interviewers[0].UserID != "mei" {
			t.Errorf("interviewers %+v", named.Interviewers)
		}
		link := apptest.DecodeBody[resource.CandidateLink](ats.Call("POST", path+"/candidate-link", nil), http.StatusCreated)
		if !strings.HasPrefix(link.URL, "https://interview.test/join#") {
			t.Errorf("link %s", link.URL)
		}
		gone := apptest.DecodeBody[v1.Interview](ats.Call("POST", path+"/cancel", map[string]any{"reason": "职位取消"}), http.StatusOK)
		if gone.State != "cancelled" || gone.CancelReason != "职位取消" {
			t.Errorf("cancelled %+v", gone)
		}
		apptest.WantProblem(ats.Call("PATCH", path, map[string]any{"note": "x"}), http.StatusGone, "interview.is_cancelled")
	})
}
