package core

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)

// newFixture returns a core with the given settings, whose clock starts at start.
func newFixture(settings Settings) *Core {
	settings.Now = func() time.Time { return start }
	if settings.Seed == 0 {
		settings.Seed = 1
	}
	return New(func() Settings { return settings })
}

func TestNewUID(t *testing.T) {
	s := newFixture(Settings{})
	form := regexp.MustCompile(`^[A-Z]{6}$`)
	for range 1000 {
		uid := s.NewUID()
		if !form.MatchString(uid) {
			t.Fatalf("uid %q", uid)
		}
		s.InterviewStates[uid] = &InterviewState{}
	}
	if len(s.InterviewStates) != 1000 {
		t.Errorf("%d different uids of 1,000", len(s.InterviewStates))
	}
	a, b := newFixture(Settings{Seed: 5}), newFixture(Settings{Seed: 5})
	if a.NewUID() != b.NewUID() || a.RandomText(12) != b.RandomText(12) {
		t.Error("the same seed yields different ids")
	}
}

func TestNextID(t *testing.T) {
	s := newFixture(Settings{})
	if a, b := s.NextID(), s.NextID(); a != 1 || b != 2 {
		t.Errorf("ids %d and %d", a, b)
	}
}

func TestTimestamp(t *testing.T) {
	s := newFixture(Settings{})
	if got := s.Timestamp(); !got.Equal(start.Truncate(time.Millisecond)) || got.Location() != time.UTC {
		t.Errorf("Timestamp() = %s", got)
	}
	if OptionalTime(time.Time{}) != nil || OptionalTime(start) == nil {
		t.Error("OptionalTime")
	}
}

func TestCallMatchesPath(t *testing.T) {
	call := &model.Call{Method: "PATCH", Path: "/open_api/v1/interviews/ABCDEF"}
	for pattern, want := range map[string]bool{
		"":                             true,
		"interviews/*":                 true,
		"PATCH interviews/*":           true,
		"/open_api/v1/interviews/*":    true,
		"interviews/ABCDEF":            true,
		"PATCH ":                       true,
		"GET interviews/*":             false,
		"interviews":                   false,
		"*":                            false,
		"interviews/[":                 false,
		"/oauth/token.json":            false,
		"patch interviews/*":           false,
		"/interviews/*":                false,
		"PATCH /open_api/v1/*/ABCDEF":  true,
		"PATCH /open_api/v1/exams/*":   false,
		"PATCH open_api/v1/interviews": false,
	} {
		if got := CallMatchesPath(call, pattern); got != want {
			t.Errorf("CallMatchesPath(%q) = %v", pattern, got)
		}
	}
}

func TestCallLogLimit(t *testing.T) {
	s := newFixture(Settings{LogLimit: 2})
	for _, path := range []string{"me", "me", "exams"} {
		s.RecordCall(CallRecord{Call: model.Call{Method: "GET", Path: Prefix + path}})
	}
	if list := s.Calls(""); len(list) != 2 || list[1].Path != Prefix+"exams" {
		t.Errorf("the log contains %+v", list)
	}
	if len(s.Calls("me")) != 1 || s.CallCount("me") != 2 || s.CallCount(Prefix+"exams") != 1 || s.CallCount("x") != 0 {
		t.Error("the counts are wrong")
	}
}

func TestCountedPathsAreBounded(t *testing.T) {
	s := newFixture(Settings{LogLimit: 1})
	for i := range maxCountedPaths + 10 {
		s.RecordCall(CallRecord{Call: model.Call{Path: "/" + strings.Repeat("x", i%97) + time.Unix(int64(i), 0).UTC().Format(time.RFC3339)}})
	}
	if len(s.CallCounts) != maxCountedPaths {
		t.Errorf("%d paths are counted", len(s.CallCounts))
	}
}

func TestErrorResponse(t *testing.T) {
	for name, test := range map[string]struct {
		style  model.ErrorStyle
		err    *APIError
		status int
		body   string
	}{
		"both":                         {model.ErrorsBoth, NewAPIError(404, "no %s", "exam"), 404, `{"errcode":404,"errmsg":"no exam"}`},
		"in the envelope":              {model.ErrorsInEnvelope, NewAPIError(404, "x"), 200, `{"errcode":404,"errmsg":"x"}`},
		"by status":                    {model.ErrorsByStatus, NewAPIError(409, "x"), 409, "<title>Conflict</title>"},
		"errcode without a status":     {model.ErrorsBoth, NewAPIError(10086, "x"), 422, `"errcode":10086`},
		"errcode with another status":  {model.ErrorsBoth, &APIError{Code: 10086, Status: 200, Text: "x"}, 200, `"errcode":10086`},
		"field":                        {model.ErrorsBoth, InvalidField("a", "is missing"), 422, `"errmsg":"a is missing"`},
		"token":                        {model.ErrorsBoth, NewAPIError(model.CodeInvalidToken, "x"), 401, `"errcode":401`},
		"token in the envelope":        {model.ErrorsInEnvelope, NewAPIError(model.CodeInvalidToken, "x"), 200, `"errcode":401`},
		"internal error of the server": {model.ErrorsByStatus, NewAPIError(503, "x"), 503, "Service Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			newFixture(Settings{Errors: test.style}).ErrorResponse(test.err).WriteTo(w)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) {
				t.Errorf("HTTP %d %s", w.Code, w.Body)
			}
			if has, want := w.Header().Get("WWW-Authenticate") != "", test.status == http.StatusUnauthorized; has != want {
				t.Errorf("WWW-Authenticate: %v", w.Header())
			}
		})
	}
}

func TestTokenValidity(t *testing.T) {
	s := newFixture(Settings{})
	for name, test := range map[string]struct {
		token Token
		want  bool
	}{
		"valid":             {Token{Expires: start.Add(time.Second)}, true},
		"expires now":       {Token{Expires: start}, false},
		"expired":           {Token{Expires: start.Add(-time.Second)}, false},
		"revoked and valid": {Token{Expires: start.Add(time.Second), Revoked: true}, false},
	} {
		if got := s.IsValidToken(&test.token); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestQuotaIsConsumed(t *testing.T) {
	r := &Request{Team: &TeamState{Team: model.Team{Quota: 1}}}
	if err := r.ConsumeQuota(); err != nil || r.Team.Quota != 0 {
		t.Errorf("%+v, %d left", err, r.Team.Quota)
	}
	if err := r.ConsumeQuota(); err == nil || err.Code != model.CodeQuota || r.Team.Quota != 0 {
		t.Errorf("%+v, %d left", err, r.Team.Quota)
	}
}

func TestReadCreator(t *testing.T) {
	team := &TeamState{Team: model.Team{Members: []model.Member{{ID: 7, Name: "林悦"}}}}
	for body, test := range map[string]struct{ name, err string }{
		`{}`: {"", ""}, `{"user_id":7}`: {"林悦", ""}, `{"user_id":"7"}`: {"林悦", ""}, `{"user_id":8}`: {"", "user_id is no member of the team"},
	} {
		r := &Request{Params: readJSON(t, body), Team: team}
		if got := r.ReadCreator(); got.Name != test.name {
			t.Errorf("%s: %q", body, got.Name)
		}
		checkParamError(t, r.Params, test.err)
	}
}

func TestCallingApplication(t *testing.T) {
	r := &Request{Team: &TeamState{Team: model.Team{ClientID: "team"}}}
	if r.ClientID() != "team" {
		t.Error(r.ClientID())
	}
	if r.App = (&AppState{Platform: model.Platform{ClientID: "platform"}}); r.ClientID() != "platform" {
		t.Error(r.ClientID())
	}
}

func TestFindTeams(t *testing.T) {
	s := newFixture(Settings{})
	s.TeamStates = []*TeamState{{Team: model.Team{ID: 1}}, {Team: model.Team{ID: 2, ClientID: "k"}}}
	s.Platforms = []*AppState{{Platform: model.Platform{ClientID: "p"}}}
	if s.FindTeam(2) == nil || s.FindTeam(3) != nil || s.TeamByClientID("k") != s.TeamStates[1] || s.TeamByClientID("") != nil {
		t.Error("a team is missing, or found by an empty client id")
	}
	if s.FindPlatform("p") == nil || s.FindPlatform("k") != nil {
		t.Error("a platform is missing")
	}
}

func TestCopies(t *testing.T) {
	i := &InterviewState{Interview: model.Interview{Ratings: []model.Rating{{Rate: 1}}, Interviewers: []model.Interviewer{{UID: "a"}}}}
	c := i.CopyInterview()
	c.Ratings[0].Rate, c.Interviewers[0].UID = 5, "b"
	p := &PadState{WrittenPad: model.WrittenPad{Answers: map[int64]string{1: "a"}}}
	p.CopyPad().Answers[1] = "b"
	if i.Ratings[0].Rate != 1 || i.Interviewers[0].UID != "a" || p.Answers[1] != "a" {
		t.Error("a change of a copy changed the state")
	}
}

func TestStop(t *testing.T) {
	s := newFixture(Settings{})
	s.TB = t
	s.Stop()
	if s.TB != nil || s.Context.Err() == nil || s.Background.Go(func() {}) {
		t.Error("the core is not stopped")
	}
}

func TestWaitUntilReportsItsSubject(t *testing.T) {
	s := newFixture(Settings{})
	s.Stop()
	_, err := WaitUntil(s.Context, s, "a webhook", func() (int, bool) { return 0, false })
	if err == nil || !strings.HasPrefix(err.Error(), "waiting for a webhook: ") || errors.Is(err, ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestFindNewest(t *testing.T) {
	if v, ok := FindNewest([]int{1, 2, 3}, nil); v != 3 || !ok {
		t.Errorf("%d, %v", v, ok)
	}
	if v, ok := FindNewest([]int{1, 2, 3}, func(n int) bool { return n < 3 }); v != 2 || !ok {
		t.Errorf("%d, %v", v, ok)
	}
	if _, ok := FindNewest(nil, func(int) bool { return true }); ok {
		t.Error("found in an empty list")
	}
}
