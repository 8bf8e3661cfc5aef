package operator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/api"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/teams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// fixture serves the operator's page of one team without webhooks.
type fixture struct {
	*Service
	mux *http.ServeMux
}

func newFixture() *fixture {
	c := core.New(func() core.Settings {
		return core.Settings{Seed: 1, BaseURL: "http://example.com", Now: func() time.Time { return start }}
	})
	hooks := webhooks.New(c)
	f := &fixture{Service: New(c, hooks, api.New(c, hooks), teams.New(c), interviews.New(c, hooks), exams.New(c, hooks)), mux: http.NewServeMux()}
	f.API.Endpoints = f.Teams.Endpoints()
	f.Teams.AddTeam(model.Team{ID: 1, Name: "云杉科技", ClientID: "app", ClientSecret: "app-secret-0123", Members: []model.Member{{Name: "林悦"}}})
	f.Exams.AddExam(1, model.Exam{ID: 5, Name: "Go"})
	f.Routes(f.mux)
	return f
}

// call returns the status and the body of a request of the page.
func (f *fixture) call(method, path, body string) (int, string) {
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w.Code, w.Body.String()
}

func (f *fixture) state(t *testing.T) (out pageState) {
	t.Helper()
	if _, text := f.call(http.MethodGet, "/sim/operator", ""); json.Unmarshal([]byte(text), &out) != nil || strings.Contains(text, "app-secret") {
		t.Fatalf("state %s", text)
	}
	return out
}

func TestState(t *testing.T) {
	f := newFixture()
	i, err := f.Interviews.AddInterview(1, model.Interview{CandidateName: "Emily", Interviewers: []model.Interviewer{{UID: "a", Name: "陈默"}}})
	if err != nil {
		t.Fatal(err)
	}
	f.Exams.AddPad(f.FindTeam(1).Exams[0], "", 0, "c1", "王芳")
	f.Tokens["x"] = &core.Token{Team: f.FindTeam(1), Expires: start.Add(time.Hour)}
	f.Tokens["y"] = &core.Token{Team: f.FindTeam(1), Expires: start}
	got := f.state(t)
	if len(got.Teams) != 1 || got.Teams[0].Tokens != 1 || got.Teams[0].Secret != "***23" || got.Teams[0].Members != 1 || got.Teams[0].Quota != core.DefaultQuota {
		t.Errorf("teams %+v", got.Teams)
	}
	if len(got.Interviews) != 1 || len(got.Interviews[0].Links) != 2 || got.Interviews[0].Links[0] != (pageLink{"陈默", i.Interviewers[0].URL}) || got.Interviews[0].CandidateURL != i.CandidateURL {
		t.Errorf("interviews %+v", got.Interviews)
	}
	if len(got.Pads) != 1 || got.Pads[0].Candidate != "王芳" || got.Pads[0].Score != nil || len(got.Paths) != 4 || !got.Time.Equal(start) {
		t.Errorf("state %+v", got)
	}
}

func TestStateIsLimited(t *testing.T) {
	f := newFixture()
	for n := range maxRows + 5 {
		if _, err := f.Interviews.AddInterview(1, model.Interview{CandidateName: fmt.Sprint(n)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(f.state(t).Interviews); n != maxRows {
		t.Errorf("%d interviews are shown", n)
	}
}

func TestFaults(t *testing.T) {
	f := newFixture()
	f.call(http.MethodPost, "/sim/faults", `{"path":"me","errcode":500,"times":3}`)
	f.call(http.MethodPost, "/sim/webhooks/faults", `{"event":"interview_ended","hold":true}`)
	got := f.state(t)
	if len(got.Faults) != 1 || got.Faults[0].Left != 3 || got.Faults[0].Errcode != 500 || len(got.WebhookFaults) != 1 || !got.WebhookFaults[0].Hold {
		t.Errorf("faults %+v, %+v", got.Faults, got.WebhookFaults)
	}
	f.call(http.MethodPost, "/sim/faults/remove", fmt.Sprintf(`{"ids":[%d]}`, got.Faults[0].ID))
	if got := f.state(t); len(got.Faults) != 0 || len(got.WebhookFaults) != 1 {
		t.Errorf("after the removal of one: %+v", got)
	}
	f.call(http.MethodPost, "/sim/faults/remove", `{}`)
	if got := f.state(t); len(got.WebhookFaults) != 0 {
		t.Errorf("after the removal of all: %+v", got)
	}
}

func TestActions(t *testing.T) {
	f := newFixture()
	f.Tokens["x"] = &core.Token{Team: f.FindTeam(1), ClientID: "app", Expires: start.Add(48 * time.Hour)}
	for _, step := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"/sim/clock", `{"seconds":3600.5}`, 200, `"2026-03-02T10:00:00.5Z"`},
		{"/sim/clock", `{"seconds":-1}`, 200, `"2026-03-02T10:00:00.5Z"`},
		{"/sim/clock", `{`, 400, "error"},
		{"/sim/quota", `{"id":1,"left":3}`, 200, "{}"},
		{"/sim/tokens/revoke", `{"clientId":"app"}`, 200, `{"revoked":1}`},
		{"/sim/tokens/revoke", `{"clientId":"app"}`, 200, `{"revoked":0}`},
		{"/sim/webhooks/release", `{}`, 200, `{"released":0}`},
		{"/sim/webhooks/resend", `{"id":9}`, 404, "no such team, interview, written test or webhook"},
		{"/sim/faults", `[`, 400, "error"},
		{"/sim/webhooks/faults", `[`, 400, "error"},
	} {
		if status, text := f.call(http.MethodPost, step.path, step.body); status != step.status || !strings.Contains(text, step.want) {
			t.Errorf("%s %s: HTTP %d %s", step.path, step.body, status, text)
		}
	}
	if quota := f.FindTeam(1).Quota; quota != 3 {
		t.Errorf("%d sessions", quota)
	}
}

func TestCallSearch(t *testing.T) {
	f := newFixture()
	for n := range maxLogRows + 5 {
		f.RecordCall(core.CallRecord{Call: model.Call{Seq: int64(n), Method: "GET", Path: core.Prefix + "me", Request: fmt.Sprintf("<%d>", n), Status: 200, ClientID: "app"}})
	}
	for query, want := range map[string]int{"": maxLogRows, "ME": maxLogRows, "app": maxLogRows, "200": maxLogRows, "%3C17%3E": 1, "POST": 0} {
		_, text := f.call(http.MethodGet, "/sim/calls?q="+query, "")
		var list []model.Call
		if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) != want {
			t.Errorf("%q: %d calls, %v", query, len(list), err)
		}
		if want == maxLogRows && list[0].Seq != maxLogRows+4 {
			t.Errorf("%q: the first is %d", query, list[0].Seq)
		}
	}
	if status, text := f.call(http.MethodGet, "/sim/webhooks?q=x", ""); status != http.StatusOK || text != "[]" {
		t.Errorf("webhooks: HTTP %d %s", status, text)
	}
}

func TestPage(t *testing.T) {
	f := newFixture()
	for _, path := range []string{"/", "/operator"} {
		if status, text := f.call(http.MethodGet, path, ""); status != http.StatusOK || !strings.Contains(text, "operator.js") {
			t.Errorf("%s: HTTP %d", path, status)
		}
	}
}
