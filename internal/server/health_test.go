package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Every kind of route responds 503 with Retry-After while the database is away.
func TestRoutesWithoutDatabase(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	f := newFixture(t, d)
	i := f.ScheduleInterview()
	token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
	rosa, client := f.SignIn("rosa"), f.NewAPIClient("ada", apitoken.Company)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		browser      *apptest.Browser
		method, path string
		body         any
	}{
		{rosa, "GET", "/api/session", nil},
		{rosa, "GET", "/api/interviews", nil},
		{rosa, "POST", "/api/positions", map[string]any{"title": "Go"}},
		{rosa, "POST", "/api/imports", "no form"},
		{rosa, "GET", "/api/rooms/" + i.ID, nil},
		{rosa, "GET", "/api/rooms/" + i.ID + "/replay", nil},
		{rosa, "GET", "/ws/rooms/" + i.ID, nil},
		{rosa, "GET", "/go/interviews/" + i.ID, nil},
		{f.NewBrowser(), "POST", "/api/join/lookup", map[string]any{"token": token}},
		{f.NewBrowser(), "POST", "/api/join", map[string]any{"token": token}},
		{client.Browser, "GET", "/api/v1/interviews", nil},
		{client.With("Idempotency-Key", "k-1").Browser, "POST", "/api/v1/positions", map[string]any{"title": "Go"}},
	} {
		res := test.browser.Call(test.method, test.path, test.body)
		if res.Status != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s: status %d, Retry-After %q: %s", test.method, test.path, res.Status, res.Header.Get("Retry-After"), res.Body)
			continue
		}
		apptest.WantProblem(res, http.StatusServiceUnavailable, httpapi.DatabaseUnavailable)
	}
}

func TestReadinessOnFullDisk(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	f := newFixture(t, d)
	dbtest.FillSQLite(t, d)
	if got := f.NewBrowser().Call("GET", "/readyz", nil); got.Status != http.StatusServiceUnavailable || !strings.Contains(string(got.Body), "writes") {
		t.Errorf("ready on a full disk: %d %s", got.Status, got.Body)
	}
	question := map[string]any{"title": "Go", "body": strings.Repeat("x", 15_000), "difficulty": "easy"}
	apptest.WantProblem(f.SignIn("rosa").Call("POST", "/api/questions", question), http.StatusServiceUnavailable, httpapi.DatabaseUnavailable)
}

func TestRequestID(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	res := f.SignIn("rosa").Call("GET", "/api/interviews/none", nil)
	id := res.Header.Get("X-Request-ID")
	if p := apptest.WantProblem(res, http.StatusNotFound, "error.not_found"); id == "" || p.RequestID != id {
		t.Errorf("header %q, problem %q", id, p.RequestID)
	}
	line := `level=INFO msg=request requestId=` + id + ` route="GET /api/interviews/{id}" method=GET status=404`
	if !strings.Contains(f.Log.String(), line) {
		t.Errorf("no %s in the log", line)
	}
	f.NewBrowser().Call("GET", "/healthz", nil)
	if strings.Contains(f.Log.String(), `level=INFO msg=request requestId=`+f.NewBrowser().Call("GET", "/healthz", nil).Header.Get("X-Request-ID")) {
		t.Error("a probe is logged at level info")
	}
}
