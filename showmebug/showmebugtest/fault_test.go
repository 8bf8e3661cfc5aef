package showmebugtest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// try makes a call that may fail.
func try(t *testing.T, s *showmebugtest.Server, c caller, method, path, body string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/open_api/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func TestFaults(t *testing.T) {
	s, _ := team(t)
	c := signIn(t, s)
	one := func(r showmebugtest.Rule) showmebugtest.Rule { r.Path, r.Times = "POST interviews", 1; return r }
	s.Fail(one(showmebugtest.Rule{HTTPStatus: 502}))
	if r := c.do("POST", "interviews", `{}`); r.status != 502 || strings.Contains(r.text, "errcode") {
		t.Errorf("HTTP %d %s", r.status, r.text)
	}
	s.Fail(one(showmebugtest.Rule{Errcode: showmebugtest.CodeQuota, Errmsg: "用完了"}))
	c.do("POST", "interviews", `{}`).want(402, showmebugtest.CodeQuota)
	s.Fail(one(showmebugtest.Rule{Errcode: 10086, HTTPStatus: 200}))
	c.do("POST", "interviews", `{}`).want(200, 10086)
	if n := len(s.Interviews()); n != 0 {
		t.Fatalf("%d interviews after refusals", n)
	}
	s.Fail(one(showmebugtest.Rule{Malformed: true}))
	if r := c.do("POST", "interviews", `{}`); r.status != 200 || !strings.HasPrefix(r.text, "<html>") {
		t.Errorf("HTTP %d %s", r.status, r.text)
	}
	s.Fail(one(showmebugtest.Rule{Truncated: true}))
	if r := c.do("POST", "interviews", `{}`); r.fields != nil {
		t.Errorf("not cut: %s", r.text)
	}
	if n := len(s.Interviews()); n != 2 {
		t.Errorf("%d interviews: what spoils the answer comes after the effect", n)
	}
	c.do("GET", "interviews", "").ok() // the rules are for POST
	s.Fail(one(showmebugtest.Rule{KillToken: true}))
	c.do("POST", "interviews", `{}`).want(401, showmebugtest.CodeInvalidToken)
	c.do("GET", "me", "").want(401, showmebugtest.CodeInvalidToken)
}

func TestDroppedConnections(t *testing.T) {
	s, _ := team(t)
	c := signIn(t, s)
	s.Fail(showmebugtest.Rule{Path: "interviews", DropBefore: true, Times: 1})
	if _, err := try(t, s, c, "POST", "interviews", `{}`); err == nil {
		t.Error("before: an answer came")
	}
	if len(s.Interviews()) != 0 {
		t.Error("it took effect")
	}
	s.Fail(showmebugtest.Rule{Path: "interviews", DropAfter: true, Times: 1})
	if _, err := try(t, s, c, "POST", "interviews", `{}`); err == nil {
		t.Error("after: an answer came")
	}
	if len(s.Interviews()) != 1 {
		t.Error("it took no effect")
	}
	calls := s.Calls("POST interviews")
	if len(calls) != 2 || calls[0].Status != 0 || !strings.Contains(calls[1].Note, "after the effect") {
		t.Errorf("log: %+v", calls)
	}
}

func TestRulesEveryDelayAndHeal(t *testing.T) {
	s, _ := team(t)
	c := signIn(t, s)
	id := s.Fail(showmebugtest.Rule{Path: "me", Errcode: 429, Every: 2})
	c.do("GET", "me", "").ok()
	c.do("GET", "me", "").want(429, 429)
	s.Heal(id)
	c.do("GET", "me", "").ok()
	s.Fail(showmebugtest.Rule{ClientID: "another", Errcode: 500})
	c.do("GET", "me", "").ok()
	s.Fail(showmebugtest.Rule{Path: "interviews/*/result", Errcode: 500})
	s.Fail(showmebugtest.Rule{Path: "/oauth/token.json", Errcode: 503})
	if r := tokenCall(t, s, "application/json", `{"client_id":"a","client_secret":"b","grant_type":"client_credentials"}`); r.status != 503 {
		t.Errorf("HTTP %d", r.status)
	}
	c.do("GET", "interviews/AAAAAA/result", "").want(500, 500)
	s.Heal()
	s.Fail(showmebugtest.Rule{Path: "me", Delay: 20 * time.Millisecond})
	start := time.Now()
	if c.do("GET", "me", "").ok(); time.Since(start) < 20*time.Millisecond {
		t.Error("not delayed")
	}
}

// A hanging call ends with the server.
func TestCloseEndsDelays(t *testing.T) {
	s := &showmebugtest.Server{}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret})
	c := signIn(t, s)
	s.Fail(showmebugtest.Rule{Path: "me", Delay: time.Hour})
	ended := make(chan error, 1)
	go func() {
		_, err := try(t, s, c, "GET", "me", "")
		ended <- err
	}()
	s.Close()
	if err := <-ended; err == nil {
		t.Error("an answer came")
	}
}

// fakeTB hears what New reports to a test.
type fakeTB struct {
	*testing.T
	errors int
	clean  []func()
}

func (f *fakeTB) Errorf(string, ...any) { f.errors++ }
func (f *fakeTB) Cleanup(fn func())     { f.clean = append(f.clean, fn) }

func TestUnknownPathsFailTheTest(t *testing.T) {
	tb := &fakeTB{T: t}
	s := showmebugtest.New(tb)
	defer func() {
		for _, fn := range tb.clean {
			fn()
		}
	}()
	c := caller{t, s, "x"}
	c.do("POST", "accounts", `{}`).want(404, showmebugtest.CodeNotFound)
	if tb.errors != 1 {
		t.Errorf("%d errors", tb.errors)
	}
	s.AllowUnknown("/open_api/v1/accounts")
	c.do("POST", "accounts", `{}`).want(404, showmebugtest.CodeNotFound)
	if tb.errors != 1 {
		t.Errorf("%d errors", tb.errors)
	}
}

func TestTheZeroValueIsAHandler(t *testing.T) {
	s := new(showmebugtest.Server)
	web := httptest.NewServer(s)
	defer web.Close()
	s.BaseURL = web.URL
	s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret})
	signIn(t, s).interview(`{}`)
	s.Close()
	s.Close()
}

func TestSameSeedSameWorld(t *testing.T) {
	world := func() string {
		s := &showmebugtest.Server{Seed: 7}
		if err := s.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret})
		c := signIn(t, s)
		return c.token + c.interview(`{}`)
	}
	if a, b := world(), world(); a != b {
		t.Errorf("%s and %s", a, b)
	}
}
