package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
)

func TestTooManyRequests(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite), func(c *server.Config) {
		c.Limits = &server.Limits{Session: httpapi.Rate{PerSecond: 1, Burst: 3}, Address: httpapi.Rate{PerSecond: 100, Burst: 5}, SignIn: httpapi.Rate{PerSecond: 1, Burst: 2}}
	})
	rosa, lin := f.SignIn("rosa"), f.SignIn("lin")
	for n := range 3 {
		if got := rosa.Call("GET", "/api/session", nil); got.Status != http.StatusOK {
			t.Fatalf("request %d: %d", n, got.Status)
		}
	}
	got := rosa.Call("GET", "/api/session", nil)
	apptest.WantProblem(got, http.StatusTooManyRequests, "request.too_many")
	if got.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	apptest.DecodeBody[server.Session](lin.Call("GET", "/api/session", nil), http.StatusOK)
	apptest.WantProblem(f.NewBrowser().Call("GET", "/api/session", nil), http.StatusTooManyRequests, "request.too_many") // the address
	visitor := f.NewBrowser()
	for range 2 {
		visitor.Call("POST", "/api/join/lookup", map[string]any{"token": strings.Repeat("x", 32)})
	}
	apptest.WantProblem(visitor.Call("POST", "/api/join/lookup", map[string]any{"token": strings.Repeat("x", 32)}), http.StatusTooManyRequests, "request.too_many")
}

// A cookie brings the allowance of a session only if the session exists.
func TestRateLimitOfForgedSessions(t *testing.T) {
	const path = "/api/rooms/"
	f := newFixture(t, dbtest.Open(t, db.SQLite), func(c *server.Config) {
		c.Limits = &server.Limits{Session: httpapi.Rate{PerSecond: 0.001, Burst: 4}, Address: httpapi.Rate{PerSecond: 1000, Burst: 1000}, SignIn: httpapi.Rate{PerSecond: 100, Burst: 100}}
	})
	i := f.ScheduleInterview() // counts for rosa, not for the address
	limited := 0
	for n := range 20 {
		b := f.NewBrowser()
		b.Headers["Cookie"] = fmt.Sprintf("huimian_session=%043d; __Host-huimian_candidate_%s=%043d", n, i.ID, n)
		if b.Call("GET", path+i.ID, nil).Status == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited != 16 {
		t.Errorf("%d of 20 requests with made-up cookies were limited", limited)
	}
	for range 2 {
		candidate := f.NewBrowser()
		candidate.Headers["Cookie"] = f.candidateCookie(i)
		for n := range 4 {
			if got := candidate.Call("GET", path+i.ID, nil); got.Status != http.StatusOK {
				t.Fatalf("request %d of a candidate: %d", n, got.Status)
			}
		}
		apptest.WantProblem(candidate.Call("GET", path+i.ID, nil), http.StatusTooManyRequests, "request.too_many")
	}
}
