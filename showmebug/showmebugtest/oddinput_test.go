package showmebugtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// oddBodies are what no client of good will sends.
var oddBodies = []string{
	``, ` `, `null`, `[]`, `"x"`, `7`, `{`, `{}{}`, "\xff\xfe", `{"uid":null,"name":{}}`, strings.Repeat("[", 20000),
	`{"interviewers":[null]}`, `{"interviewers":[[]]}`, `{"interviewers":{}}`, `{"interviews":[1]}`, `{"candidates":"x","exam_id":1}`,
	`{"page":-1}`, `{"page":9223372036854775807}`, `{"page":9223372036854775807,"per_page":50}`, `{"page":1.5,"per_page":1e99}`, `{"per_page":"x"}`, `{"status":[1,{}]}`, `{"status":{}}`,
	`{"user_id":1.5,"type_id":"one"}`, `{"content_json":[],"title":"t","question_type":"choice"}`,
	`{"content_json":{"options":[1,{"content":2}]},"title":"t","question_type":"choice"}`, `{"extend":"x","title":"t","question_type":"essay"}`,
	`{"questions":[{}, {"title":1}]}`, `{"resume_link":"::","redirect_uri":"http://"}`, `{"exam_id":1,"name":"a","exam_entrance_time_setting":[]}`,
	`{"from_team_client_id":"a","from_team_token":"b","from_team_id":"1e3","quota":"-1"}`, `{"created_time_start":"2026-13-45"}`, `{"search":["a"]}`,
}

// Whatever is sent, each call answers an envelope, and never breaks.
func TestOddInput(t *testing.T) {
	s := &Server{BaseURL: "http://sim.example"}
	id := s.AddTeam(Team{ClientID: "k", ClientSecret: "s"})
	s.AddExam(id, Exam{Name: "e", Questions: []Question{{Title: "q"}}})
	s.mu.Lock()
	token := s.newToken(s.teams[0], nil, bothScopes, "").AccessToken
	s.mu.Unlock()
	for pattern := range endpoints {
		method, path, _ := strings.Cut(pattern, " ")
		for _, id := range []string{"AAAAAA", "2", "-1", "%2e%2e"} {
			for _, body := range oddBodies {
				sendOddInput(t, s, token, method, strings.Replace(path, "{id}", id, 1), body)
			}
			if !strings.Contains(path, "{id}") {
				break
			}
		}
	}
}

func sendOddInput(t *testing.T, s *Server, token, method, path, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, prefix+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var e envelope
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || !slices.Contains([]int{200, 400, 402, 403, 404, 422}, w.Code) || (w.Code == http.StatusOK) != (e.Errcode == 0) {
		t.Errorf("%s %s with %.60q: HTTP %d %s", method, path, body, w.Code, w.Body)
	}
}
