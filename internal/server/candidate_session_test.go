package server_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
)

// statementCount counts the statements that contain a text.
type statementCount struct {
	text string
	n    atomic.Int64
}

func (*statementCount) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context {
	return ctx
}

func (c *statementCount) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if strings.Contains(e.Query, c.text) {
		c.n.Add(1)
	}
}

func (f *fixture) countStatements(text string) *statementCount {
	c := &statementCount{text: text}
	f.DB.DB = f.DB.WithQueryHook(c)
	return c
}

// A candidate who has entered before cookies had the prefix __Host- stays in the room.
func TestCandidateBeforeCookiePrefix(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i, another := f.ScheduleInterview(), f.ScheduleInterview()
	cookie := f.candidateCookie(i)
	if !strings.HasPrefix(cookie, "__Host-huimian_candidate_"+i.ID+"=") {
		t.Fatalf("the cookie %s", cookie)
	}
	former := strings.TrimPrefix(cookie, "__Host-")
	chen := f.NewBrowser()
	chen.Headers["Cookie"] = former
	response := chen.Call("GET", "/api/rooms/"+i.ID, nil)
	set := response.Header.Values("Set-Cookie")
	if response.Status != http.StatusOK || len(set) != 2 || !strings.HasPrefix(set[0], cookie+"; Path=/; Max-Age=") || !strings.HasSuffix(set[0], "; HttpOnly; Secure; SameSite=Lax") ||
		!strings.HasPrefix(set[1], "huimian_candidate_"+i.ID+"=; Path=/; Max-Age=0;") {
		t.Errorf("the former cookie: %d, %q", response.Status, set)
	}
	for cookies, want := range map[string]int{cookie: 0, cookie + "; " + former: 1} {
		chen.Headers["Cookie"] = cookies
		if got := chen.Call("GET", "/api/rooms/"+i.ID, nil); got.Status != http.StatusOK || len(got.Header.Values("Set-Cookie")) != want {
			t.Errorf("%s: %d, %q", cookies, got.Status, got.Header.Values("Set-Cookie"))
		}
	}
	chen.Headers["Cookie"] = strings.Replace(former, i.ID, another.ID, 1)
	if got := chen.Call("GET", "/api/rooms/"+another.ID, nil); got.Status != http.StatusNotFound || len(got.Header.Values("Set-Cookie")) != 0 {
		t.Errorf("the session of another interview: %d, %q", got.Status, got.Header.Values("Set-Cookie"))
	}

	chen.Headers["Cookie"] = former
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
	if set := chen.Join(token).Header.Get("Set-Cookie"); !strings.HasPrefix(set, cookie+";") {
		t.Errorf("the link opened again by the same browser: %s", set)
	}
}

func TestCandidateIsReadOnce(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i := f.ScheduleInterview()
	chen := f.NewBrowser()
	chen.Headers["Cookie"] = f.candidateCookie(i)
	sessions, links := f.countStatements(`JOIN candidate_sessions`), f.countStatements(`FROM "candidate_links" AS "l" WHERE (token_hash`)
	if got := chen.Call("GET", "/api/rooms/"+i.ID, nil); got.Status != http.StatusOK || sessions.n.Load() != 1 {
		t.Errorf("a request for the room: %d, %d reads of the session", got.Status, sessions.n.Load())
	}
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
	if got := chen.Call("POST", "/api/join", map[string]any{"token": token}); got.Status != http.StatusOK || links.n.Load() != 1 {
		t.Errorf("joining: %d, %d reads of the link", got.Status, links.n.Load())
	}
}

// Without consent a candidate gets no session, and a session from another kind of room does
// not open the built-in one.
func TestRoomRequiresConsent(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
		join := func(version int) *apptest.Response {
			return f.NewBrowser().Call("POST", "/api/join", map[string]any{"token": token, "consentVersion": version})
		}
		if refused := join(0); refused.Header.Get("Set-Cookie") != "" {
			t.Error("a session without consent")
		} else {
			apptest.WantProblem(refused, http.StatusForbidden, "consent.required")
		}
		apptest.WantProblem(join(7), http.StatusConflict, "consent.changed")

		switchRoom := func(kind map[string]any) {
			t.Helper()
			apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("PATCH", "/api/interviews/"+i.ID, map[string]any{"room": kind, "overrideWarnings": true}), http.StatusOK)
		}
		switchRoom(map[string]any{"kind": "link", "url": "https://meet.example.com/1"})
		chen := f.NewBrowser()
		chen.Headers["Cookie"], _, _ = strings.Cut(join(0).Header.Get("Set-Cookie"), ";")
		switchRoom(map[string]any{"kind": "builtin"})
		for _, path := range []string{"/api/rooms/", "/ws/rooms/"} {
			apptest.WantProblem(chen.Call("GET", path+i.ID, nil), http.StatusForbidden, "consent.required")
		}

		chen.Headers["Accept-Language"] = "ja"
		found := apptest.DecodeBody[server.Join](chen.Call("POST", "/api/join/lookup", map[string]any{"token": token}), http.StatusOK)
		apptest.DecodeBody[server.Joined](chen.Join(token), http.StatusOK)
		apptest.DecodeBody[server.RoomInfo](chen.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusOK)
		if got := chen.Call("GET", "/ws/rooms/"+i.ID, nil); got.Status != http.StatusUpgradeRequired {
			t.Errorf("the socket: %d, %s", got.Status, got.Body)
		}
		list := apptest.DecodeBody[server.Consents](f.SignIn("rosa").Call("GET", "/api/interviews/"+i.ID+"/consents", nil), http.StatusOK).Items
		if len(list) != 1 || list[0].Language != "ja" || list[0].Version != found.Consent.Version || list[0].Text != found.Consent.Text || !strings.Contains(list[0].Text, "記録") {
			t.Errorf("consents %+v", list)
		}
	})
}
