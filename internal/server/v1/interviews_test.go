package v1_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
	"github.com/huimian/huimian/internal/transcript"
)

// Scorecards are hidden until all are submitted, for tokens as in the pages.
func TestScorecardsResultsAndEvents(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		i, ats := f.ScheduleInterview(), f.NewAPIClient("ada", apitoken.Company)
		path := "/api/v1/interviews/" + i.ID
		lin := f.SignIn("lin")
		apptest.DecodeBody[server.Interview](lin.Call("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
		apptest.DecodeBody[server.Interview](lin.Call("POST", "/api/interviews/"+i.ID+"/end", nil), http.StatusOK)
		card := apptest.DecodeBody[resource.Scorecard](lin.Call("GET", "/api/interviews/"+i.ID+"/scorecard", nil), http.StatusOK)
		scores := []map[string]any{}
		for _, c := range card.Criteria {
			scores = append(scores, map[string]any{"key": c.Key, "score": 3})
		}
		apptest.DecodeBody[resource.Scorecard](lin.Call("PUT", "/api/interviews/"+i.ID+"/scorecard", map[string]any{"version": 0, "scores": scores, "recommendation": "yes", "comment": "扎实"}), http.StatusOK)
		if before := apptest.DecodeBody[resource.Scorecards](ats.Call("GET", path+"/scorecards", nil), http.StatusOK); before.Visible || len(before.Items) != 0 || before.Expected != 1 || before.Submitted != 0 {
			t.Errorf("before all are in: %+v", before)
		}
		apptest.DecodeBody[resource.Scorecard](lin.Call("POST", "/api/interviews/"+i.ID+"/scorecard/submit", map[string]any{"version": 1}), http.StatusOK)
		after := apptest.DecodeBody[resource.Scorecards](ats.Call("GET", path+"/scorecards", nil), http.StatusOK)
		if !after.Visible || len(after.Items) != 1 || after.Items[0].Comment != "扎实" || after.Summary == nil || after.Summary.Average != 3 {
			t.Errorf("after all are in: %+v", after)
		}
		if none := apptest.DecodeBody[v1.Outcome](ats.Call("GET", path+"/result", nil), http.StatusOK); none.Result != nil || none.State != "ended" {
			t.Errorf("undecided: %+v", none)
		}
		apptest.DecodeBody[v1.Outcome](ats.Call("PUT", path+"/result", map[string]any{"decision": "hire"}), http.StatusOK)
		if done := apptest.DecodeBody[v1.Outcome](ats.Call("GET", path+"/result", nil), http.StatusOK); done.Result == nil || done.Result.Decision != "hire" {
			t.Errorf("decided: %+v", done)
		}
		apptest.DecodeBody[v1.Replay](ats.Call("GET", path+"/replay", nil), http.StatusOK)
		apptest.WantProblem(ats.Call("GET", path+"/export", nil), http.StatusConflict, "transcript.not_ended") // its room was never entered
		if err := f.Product.Rooms.End(t.Context(), "acme", i.ID, "lin"); err != nil {
			t.Fatal(err)
		}
		if _, err := transcript.Verify(bytes.NewReader(ats.Call("GET", path+"/export", nil).Body), nil); err != nil {
			t.Error(err)
		}
		mei := f.NewAPIClient("mei", apitoken.Personal)
		apptest.WantProblem(mei.Call("GET", path+"/scorecards", nil), http.StatusNotFound, "error.not_found")

		seen, cursor := []string{}, ""
		for range 20 {
			page := apptest.DecodeBody[v1.Events](ats.Call("GET", "/api/v1/events?limit=2&cursor="+cursor, nil), http.StatusOK)
			for _, e := range page.Items {
				seen = append(seen, e.Type)
			}
			if cursor = page.NextCursor; len(page.Items) == 0 {
				break
			}
		}
		for _, kind := range []string{event.InterviewScheduled, event.InterviewStarted, event.InterviewEnded, event.ScorecardSubmitted, event.InterviewDecided} {
			if !strings.Contains(strings.Join(seen, " "), kind) {
				t.Errorf("%s is not among %v", kind, seen)
			}
		}
		only := apptest.DecodeBody[v1.Events](ats.Call("GET", "/api/v1/events?type=interview.decided", nil), http.StatusOK)
		if len(only.Items) != 1 || only.Items[0].SubjectID != i.ID {
			t.Errorf("decided: %+v", only)
		}
		apptest.WantProblem(ats.Call("GET", "/api/v1/events?type=moon.rise", nil), http.StatusUnprocessableEntity, "error.fields")
		apptest.WantProblem(ats.Call("GET", "/api/v1/events?cursor=x", nil), http.StatusUnprocessableEntity, "error.fields")
	})
}

func TestCursorPagination(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		for n := range 5 {
			apptest.DecodeBody[resource.Candidate](ats.Call("POST", "/api/v1/candidates", map[string]any{"name": "c" + strconv.Itoa(n)}), http.StatusCreated)
		}
		names, cursor := "", ""
		for {
			page := apptest.DecodeBody[resource.List[resource.Candidate]](ats.Call("GET", "/api/v1/candidates?limit=2&cursor="+cursor, nil), http.StatusOK)
			for _, c := range page.Items {
				names += c.Name
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if len(names) != 10 {
			t.Errorf("the pages have %s", names)
		}
		apptest.WantProblem(ats.Call("GET", "/api/v1/candidates?colour=red", nil), http.StatusUnprocessableEntity, "error.fields")
		apptest.WantProblem(ats.Call("POST", "/api/v1/candidates", map[string]any{"name": "x", "colour": "red"}), http.StatusUnprocessableEntity, "error.fields")
		apptest.WantProblem(ats.Call("GET", "/api/v1/colours", nil), http.StatusNotFound, "request.no_such_route")
	})
}
