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

// tryCall makes a call that may fail.
func tryCall(t *testing.T, s *showmebugtest.Server, c caller, method, path, body string) (string, error) {
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
	s, _ := newTeam(t)
	c := signIn(t, s)
	one := func(r showmebugtest.Fault) showmebugtest.Fault { r.Path, r.Times = "POST interviews", 1; return r }
	s.AddFault(one(showmebugtest.Fault{HTTPStatus: 502}))
	if r := c.doCall("POST", "interviews", `{}`); r.status != 502 || strings.Contains(r.text, "errcode") {
		t.Errorf("HTTP %d %s", r.status, r.text)
	}
	s.AddFault(one(showmebugtest.Fault{Errcode: showmebugtest.CodeQuota, Errmsg: "用完了"}))
	c.doCall("POST", "interviews", `{}`).wantStatus(402, showmebugtest.CodeQuota)
	s.AddFault(one(showmebugtest.Fault{Errcode: 10086, HTTPStatus: 200}))
	c.doCall("POST", "interviews", `{}`).wantStatus(200, 10086)
	if n := len(s.Interviews()); n != 0 {
		t.Fatalf("%d interviews after refusals", n)
	}
	s.AddFault(one(showmebugtest.Fault{Malformed: true}))
	if r := c.doCall("POST", "interviews", `{}`); r.status != 200 || !strings.HasPrefix(r.text, "<html>") {
		t.Errorf("HTTP %d %s", r.status, r.text)
	}
	s.AddFault(one(showmebugtest.Fault{Truncated: true}))
	if r := c.doCall("POST", "interviews", `{}`); r.fields != nil {
		t.Errorf("not cut: %s", r.text)
	}
	if n := len(s.Interviews()); n != 2 {
		t.Errorf("%d interviews: what spoils the answer comes after the effect", n)
	}
	c.doCall("GET", "interviews", "").wantOK() // the rules are for POST
	s.AddFault(one(showmebugtest.Fault{RevokeToken: true}))
	c.doCall("POST", "interviews", `{}`).wantStatus(401, showmebugtest.CodeInvalidToken)
	c.doCall("GET", "me", "").wantStatus(401, showmebugtest.CodeInvalidToken)
}

func TestDroppedConnections(t *testing.T) {
	s, _ := newTeam(t)
	c := signIn(t, s)
	s.AddFault(showmebugtest.Fault{Path: "interviews", DropBefore: true, Times: 1})
	if _, err := tryCall(t, s, c, "POST", "interviews", `{}`); err == nil {
		t.Error("before: an answer came")
	}
	if len(s.Interviews()) != 0 {
		t.Error("it took effect")
	}
	s.AddFault(showmebugtest.Fault{Path: "interviews", DropAfter: true, Times: 1})
	if _, err := tryCall(t, s, c, "POST", "interviews", `{}`); err == nil {
		t.Error("after: an answer came")
	}
	if len(s.Interviews()) != 1 {
		t.Error("it took no effect")
	}
	calls := s.Calls("POST interviews")
	if len(calls) != 2 || calls[0].Status != 0 || !strings.Contains(calls[1].Note, "after the call took effect") {
		t.Errorf("log: %+v", calls)
	}
}

func TestFaultEveryDelayAndRemoval(t *testing.T) {
	s, _ := newTeam(t)
	c := signIn(t, s)
	id := s.AddFault(showmebugtest.Fault{Path: "me", Errcode: 429, Every: 2})
	c.doCall("GET", "me", "").wantOK()
	c.doCall("GET", "me", "").wantStatus(429, 429)
	s.RemoveFaults(id)
	c.doCall("GET", "me", "").wantOK()
	s.AddFault(showmebugtest.Fault{ClientID: "another", Errcode: 500})
	c.doCall("GET", "me", "").wantOK()
	s.AddFault(showmebugtest.Fault{Path: "interviews/*/result", Errcode: 500})
	s.AddFault(showmebugtest.Fault{Path: "/oauth/token.json", Errcode: 503})
	if r := tokenCall(t, s, "application/json", `{"client_id":"a","client_secret":"b","grant_type":"client_credentials"}`); r.status != 503 {
		t.Errorf("HTTP %d", r.status)
	}
	c.doCall("GET", "interviews/AAAAAA/result", "").wantStatus(500, 500)
	s.RemoveFaults()
	s.AddFault(showmebugtest.Fault{Path: "me", Delay: 20 * time.Millisecond})
	start := time.Now()
	if c.doCall("GET", "me", "").wantOK(); time.Since(start) < 20*time.Millisecond {
		t.Error("not delayed")
	}
}

// TestCloseCancelsDelays checks that Close ends a delayed call.
func TestCloseCancelsDelays(t *testing.T) {
	s := &showmebugtest.Server{}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret})
	c := signIn(t, s)
	s.AddFault(showmebugtest.Fault{Path: "me", Delay: time.Hour})
	ended := make(chan error, 1)
	go func() {
		_, err := tryCall(t, s, c, "GET", "me", "")
		ended <- err
	}()
	s.Close()
	if err := <-ended; err == nil {
		t.Error("an answer came")
	}
}

// fakeTB counts the errors that New reports to a test.
type fakeTB struct {
	*testing.T
	errors int
	clean  []func()
}

func (f *fakeTB) Errorf(string, ...any) { f.errors++ }
func (f *fakeTB) Cleanup(fn func())     { f.clean = append(f.clean, fn) }

func TestUnknownPathFailsTest(t *testing.T) {
	tb := &fakeTB{T: t}
	s := showmebugtest.New(tb)
	defer func() {
		for _, fn := range tb.clean {
			fn()
		}
	}()
	c := caller{t, s, "x"}
	c.doCall("POST", "accounts", `{}`).wantStatus(404, showmebugtest.CodeNotFound)
	if tb.errors != 1 {
		t.Errorf("%d errors", tb.errors)
	}
	s.AllowUnknown("/open_api/v1/accounts")
	c.doCall("POST", "accounts", `{}`).wantStatus(404, showmebugtest.CodeNotFound)
	if tb.errors != 1 {
		t.Errorf("%d errors", tb.errors)
	}
}

func TestZeroValueServer(t *testing.T) {
	s := new(showmebugtest.Server)
	web := httptest.NewServer(s)
	defer web.Close()
	s.BaseURL = web.URL
	s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret})
	signIn(t, s).createInterview(`{}`)
	s.Close()
	s.Close()
}

func TestSeedIsDeterministic(t *testing.T) {
	world := func() string {
		s := &showmebugtest.Server{Seed: 7}
		if err := s.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.AddTeam(showmebugtest.Team{ClientID: clientID, ClientSecret: secret})
		c := signIn(t, s)
		return c.token + c.createInterview(`{}`)
	}
	if a, b := world(), world(); a != b {
		t.Errorf("%s and %s", a, b)
	}
}
