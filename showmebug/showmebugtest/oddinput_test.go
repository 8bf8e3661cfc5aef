package showmebugtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
)

// oddBodies are bodies of the wrong shape, type or size.
var oddBodies = []string{
	``, ` `, `null`, `[]`, `"x"`, `7`, `{`, `{}{}`, "\xff\xfe", `{"uid":null,"name":{}}`, strings.Repeat("[", 20000),
	`{"interviewers":[null]}`, `{"interviewers":[[]]}`, `{"interviewers":{}}`, `{"interviews":[1]}`, `{"candidates":"x","exam_id":1}`,
	`{"page":-1}`, `{"page":9223372036854775807}`, `{"page":9223372036854775807,"per_page":50}`, `{"page":1.5,"per_page":1e99}`, `{"per_page":"x"}`, `{"status":[1,{}]}`, `{"status":{}}`,
	`{"user_id":1.5,"type_id":"one"}`, `{"content_json":[],"title":"t","question_type":"choice"}`,
	`{"content_json":{"options":[1,{"content":2}]},"title":"t","question_type":"choice"}`, `{"extend":"x","title":"t","question_type":"essay"}`,
	`{"questions":[{}, {"title":1}]}`, `{"resume_link":"::","redirect_uri":"http://"}`, `{"exam_id":1,"name":"a","exam_entrance_time_setting":[]}`,
	`{"from_team_client_id":"a","from_team_token":"b","from_team_id":"1e3","quota":"-1"}`, `{"created_time_start":"2026-13-45"}`, `{"search":["a"]}`,
}

// TestOddInput checks that every endpoint answers every body with an envelope.
func TestOddInput(t *testing.T) {
	s := &Server{BaseURL: "http://sim.example"}
	id := s.AddTeam(Team{ClientID: "k", ClientSecret: "s"})
	s.AddExam(id, Exam{Name: "e", Questions: []Question{{Title: "q"}}})
	token := fetchToken(t, s)
	for pattern := range s.api.Endpoints {
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

// fetchToken returns an access token of the application k.
func fetchToken(t *testing.T, s *Server) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/oauth/token.json", strings.NewReader(`{"client_id":"k","client_secret":"s","grant_type":"client_credentials"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var reply struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil || reply.AccessToken == "" {
		t.Fatalf("no token: %s", w.Body)
	}
	return reply.AccessToken
}

func sendOddInput(t *testing.T, s *Server, token, method, path, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, core.Prefix+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var e core.Envelope
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || !slices.Contains([]int{200, 400, 402, 403, 404, 422}, w.Code) || (w.Code == http.StatusOK) != (e.Errcode == 0) {
		t.Errorf("%s %s with %.60q: HTTP %d %s", method, path, body, w.Code, w.Body)
	}
}
