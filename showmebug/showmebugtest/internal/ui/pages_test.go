package ui

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/teams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// fixture serves the pages of one team with an exam and a platform, without webhooks.
type fixture struct {
	*Service
	mux *http.ServeMux
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	c := core.New(func() core.Settings {
		return core.Settings{Seed: 1, BaseURL: "http://example.com", Now: func() time.Time { return start }}
	})
	hooks := webhooks.New(c)
	f := &fixture{Service: New(c, hooks, teams.New(c), interviews.New(c, hooks), exams.New(c, hooks)), mux: http.NewServeMux()}
	f.Teams.AddTeam(model.Team{ID: 1, Name: "云杉科技", Quota: 2})
	f.Teams.AddPlatform(model.Platform{ClientID: "ats", Name: "ATS", RedirectURI: "https://ats.example/back?a=1"})
	f.Exams.AddExam(1, model.Exam{ID: 5, Name: "Go", DurationMinutes: 60, Questions: []model.Question{
		{ID: 11, QuestionType: "choice", SuggestedScore: 40, ContentJSON: map[string]any{"options": []any{
			map[string]any{"content": "甲"}, map[string]any{"content": "乙", "correctly": true},
		}}},
		{ID: 12, QuestionType: "programming", SuggestedScore: 60, ContentJSON: map[string]any{"code_content": "package main"}},
	}})
	f.Routes(f.mux)
	return f
}

// call returns the status and the JSON of a request of a page.
func (f *fixture) call(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s answered %s", path, w.Body)
	}
	return w.Code, out
}

// addInterview returns the paths of the requests that the pages of the interviewer and of the candidate
// make; {} stands for the action.
func (f *fixture) addInterview(t *testing.T) (uid, interviewer, candidate string) {
	t.Helper()
	i, err := f.Interviews.AddInterview(1, model.Interview{
		CandidateName: "Emily", ResumeLink: "https://a/r", EvaluationLink: "https://a/e", RedirectURI: "https://a/d",
		Interviewers: []model.Interviewer{{UID: "ChenMo", Name: "陈默"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := func(link string) string {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		return "/sim" + u.Path + "{}?" + u.RawQuery
	}
	return i.UID, path(i.Interviewers[0].URL), path(i.CandidateURL)
}

func actionPath(path, action string) string { return strings.Replace(path, "{}", action, 1) }

func TestInterviewPageByRole(t *testing.T) {
	f := newFixture(t)
	_, interviewer, candidate := f.addInterview(t)
	for path, want := range map[string]bool{interviewer: true, candidate: false} {
		status, got := f.call(t, http.MethodGet, actionPath(path, ""), "")
		if status != http.StatusOK || (got["role"] == "interviewer") != want {
			t.Errorf("HTTP %d: %v", status, got)
		}
		for _, field := range []string{"resume", "evaluation", "redirect", "interviewers"} {
			if (got[field] != nil) != want {
				t.Errorf("%v: %s is %v", got["role"], field, got[field])
			}
		}
	}
}

func TestInterviewActions(t *testing.T) {
	f := newFixture(t)
	uid, interviewer, candidate := f.addInterview(t)
	for _, step := range []struct {
		path, action, body string
		status             int
		field              string
		want               any
	}{
		{candidate, "/start", `{}`, 409, "error", "only interviewers may do this: not possible in this state"},
		{candidate, "/rate", `{"rate":5}`, 409, "", nil},
		{candidate, "/end", `{}`, 409, "", nil},
		{interviewer, "/start", `{`, 400, "", nil},
		{interviewer, "/start", `{}`, 200, "status", model.InterviewStarted},
		{candidate, "/board", `{"text":"func main() {}"}`, 200, "board", "func main() {}"},
		{interviewer, "/rate", `{"rate":6}`, 400, "", nil},
		{interviewer, "/rate", `{"rate":2,"comment":"ok"}`, 200, "rate", 2.0},
		{interviewer, "/end", `{"rate":4,"comment":"good"}`, 200, "status", model.InterviewEnded},
		{interviewer, "/end", `{"rate":1}`, 409, "", nil},
		{candidate, "/board", `{"text":"late"}`, 409, "", nil},
		{interviewer, "", "", 200, "comment", "good"},
	} {
		method := http.MethodPost
		if step.action == "" {
			method = http.MethodGet
		}
		status, got := f.call(t, method, actionPath(step.path, step.action), step.body)
		if status != step.status || (step.field != "" && got[step.field] != step.want) {
			t.Errorf("%s %s: HTTP %d, %v", step.action, step.body, status, got)
		}
	}
	if i, _ := f.Interviews.Interview(uid); i.Board != "func main() {}" || i.Rate() != 4 {
		t.Errorf("interview %+v", i)
	}
}

func TestWrittenTestPage(t *testing.T) {
	f := newFixture(t)
	team := f.FindTeam(1)
	p := f.Exams.AddPad(team.Exams[0], "", 0, "c1", "Emily")
	path := "/sim/written/" + p.UID
	if _, got := f.call(t, http.MethodGet, path, ""); len(got["questions"].([]any)) != 0 || got["duration"] != 60.0 {
		t.Errorf("before the start: %v", got)
	}
	if status, _ := f.call(t, http.MethodPost, path+"/answers", `{"answers":{"11":"甲"}}`); status != http.StatusConflict {
		t.Errorf("answered before the start: HTTP %d", status)
	}
	_, got := f.call(t, http.MethodPost, path+"/start", `{}`)
	text := fmt.Sprint(got)
	if questions := got["questions"].([]any); len(questions) != 2 || strings.Contains(text, "correctly") || questions[1].(map[string]any)["code"] != "package main" {
		t.Errorf("questions %v", got)
	}
	if _, got := f.call(t, http.MethodPost, path+"/answers", `{"answers":{"12":"func main() {}"}}`); got["status"] != model.WrittenPadStarted {
		t.Errorf("saved: %v", got)
	}
	if _, got := f.call(t, http.MethodPost, path+"/finish", `{"answers":{"11":"甲"}}`); got["score"] != 60.0 || got["total"] != 100.0 {
		t.Errorf("score %v of %v", got["score"], got["total"])
	}
	if status, _ := f.call(t, http.MethodPost, path+"/finish", `{"answers":{}}`); status != http.StatusConflict {
		t.Errorf("finished twice: HTTP %d", status)
	}
	if status, _ := f.call(t, http.MethodGet, "/sim/written/ZZZZZZ", ""); status != http.StatusNotFound {
		t.Errorf("unknown test: HTTP %d", status)
	}
}

func TestExamLinkPage(t *testing.T) {
	f := newFixture(t)
	f.ExamLinks["bulk"] = f.FindTeam(1).Exams[0]
	if _, got := f.call(t, http.MethodGet, "/sim/exam_links/bulk", ""); got["exam"] != "Go" || got["questions"] != 2.0 || got["total"] != 100.0 {
		t.Errorf("link: %v", got)
	}
	for _, step := range []struct {
		link, body string
		status     int
	}{{"bulk", `{"name":""}`, 400}, {"bulk", `{`, 400}, {"other", `{"name":"a"}`, 404}, {"bulk", `{"name":"a"}`, 200}, {"bulk", `{"name":"b"}`, 200}, {"bulk", `{"name":"c"}`, 409}} {
		if status, got := f.call(t, http.MethodPost, "/sim/exam_links/"+step.link, step.body); status != step.status || (status == 200) != (got["url"] != nil) {
			t.Errorf("%s %s: HTTP %d, %v", step.link, step.body, status, got)
		}
	}
	if n := len(f.Exams.WrittenPads()); n != 2 || f.FindTeam(1).Quota != 0 {
		t.Errorf("%d tests, %d sessions left", n, f.FindTeam(1).Quota)
	}
}

func TestConsent(t *testing.T) {
	f := newFixture(t)
	q := url.Values{"client_id": {"ats"}, "redirect_uri": {"https://ats.example/back?a=1"}, "response_type": {"code"}, "scope": {"exam"}, "state": {"s"}}
	path := "/sim/consent?" + q.Encode()
	if _, got := f.call(t, http.MethodGet, path, ""); got["app"] != "ATS" || len(got["teams"].([]any)) != 1 || got["problem"] != nil {
		t.Errorf("consent: %v", got)
	}
	_, got := f.call(t, http.MethodPost, path, `{"teamId":1}`)
	back, err := url.Parse(got["url"].(string))
	if err != nil || back.Query().Get("a") != "1" || back.Query().Get("state") != "s" || f.Grants[back.Query().Get("code")] == nil {
		t.Errorf("consented: %v", got)
	}
	if _, got := f.call(t, http.MethodPost, path, `{"teamId":0}`); got["url"] != "https://ats.example/back?a=1&error=access_denied&state=s" {
		t.Errorf("refused: %v", got)
	}
	if status, _ := f.call(t, http.MethodPost, path, `{"teamId":9}`); status != http.StatusNotFound {
		t.Errorf("unknown team: HTTP %d", status)
	}
	q.Set("scope", "admin")
	path = "/sim/consent?" + q.Encode()
	if _, got := f.call(t, http.MethodGet, path, ""); got["problem"] != "scope" {
		t.Errorf("unknown scope: %v", got)
	}
	if status, _ := f.call(t, http.MethodPost, path, `{"teamId":1}`); status != http.StatusNotFound {
		t.Errorf("consent to an unknown scope: HTTP %d", status)
	}
}

func TestPageStatus(t *testing.T) {
	f := newFixture(t)
	uid, _, _ := f.addInterview(t)
	for path, want := range map[string]int{
		"/pads/" + uid:         200,
		"/pads/ZZZZZZ":         404,
		"/written_pads/ZZZZZZ": 404,
		"/exam_links/x":        404,
		"/oauth/authorize":     400,
		"/sim/assets/kit.js":   200,
		"/sim/assets/none.js":  404,
	} {
		w := httptest.NewRecorder()
		f.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		if w.Code != want {
			t.Errorf("%s: HTTP %d, want %d", path, w.Code, want)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has no policy", path)
		}
	}
}
