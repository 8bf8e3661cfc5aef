package server_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
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

func (w *fixture) countStatements(text string) *statementCount {
	c := &statementCount{text: text}
	w.DB.DB = w.DB.WithQueryHook(c)
	return c
}

// A candidate who has entered before cookies had the prefix __Host- stays in the room.
func TestCandidateBeforeCookiePrefix(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	i, another := w.ScheduleInterview(), w.ScheduleInterview()
	cookie := w.candidateCookie(i)
	if !strings.HasPrefix(cookie, "__Host-huimian_candidate_"+i.ID+"=") {
		t.Fatalf("the cookie %s", cookie)
	}
	former := strings.TrimPrefix(cookie, "__Host-")
	chen := w.NewBrowser()
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
	if set := chen.Call("POST", "/api/join", map[string]any{"token": token}).Header.Get("Set-Cookie"); !strings.HasPrefix(set, cookie+";") {
		t.Errorf("the link opened again by the same browser: %s", set)
	}
}

func TestCandidateIsReadOnce(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	i := w.ScheduleInterview()
	chen := w.NewBrowser()
	chen.Headers["Cookie"] = w.candidateCookie(i)
	sessions, links := w.countStatements(`JOIN candidate_sessions`), w.countStatements(`FROM "candidate_links" AS "l" WHERE (token_hash`)
	if got := chen.Call("GET", "/api/rooms/"+i.ID, nil); got.Status != http.StatusOK || sessions.n.Load() != 1 {
		t.Errorf("a request for the room: %d, %d reads of the session", got.Status, sessions.n.Load())
	}
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
	if got := chen.Call("POST", "/api/join", map[string]any{"token": token}); got.Status != http.StatusOK || links.n.Load() != 1 {
		t.Errorf("joining: %d, %d reads of the link", got.Status, links.n.Load())
	}
}
