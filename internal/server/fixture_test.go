package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/webhook"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// fixture is the product behind a real HTTP server, with two companies and no
// WeCom: tests sign in by a route of their own.
type fixture struct {
	*httptest.Server
	t          *testing.T
	db         *db.DB
	accounts   *account.Service
	tokens     *apitoken.Service
	interviews *interview.Service
	webhooks   *webhook.Service
	imports    *importer.Service
	showmebug  *showmebug.Service
	server     *server.Server
	sim        *wecomtest.Server // set by connectSimulator
	log        *logBuffer
	clock      *clocktest.Clock
}

// logBuffer collects the log; jobs write to it concurrently.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends to the log.
func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns the log so far.
func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var noon = clocktest.Noon()

// frontEndFiles is a built front end.
var frontEndFiles = fstest.MapFS{
	"index.html":            {Data: []byte("<!doctype html><title>会面</title>" + strings.Repeat("<!-- . -->", 200))},
	"favicon.svg":           {Data: []byte("<svg/>")},
	"assets/main-abc.js":    {Data: []byte(strings.Repeat("console.log('hello');", 200))},
	"assets/main-abc.js.br": {Data: []byte("as brotli")},
}

// members are the members of two companies and their roles.
var members = []struct {
	corp, user, name string
	roles            actor.Roles
	active           bool
}{
	{"acme", "ada", "阿达", actor.Administrator, true},
	{"acme", "rosa", "罗莎", actor.Recruiter, true},
	{"acme", "lin", "林一", actor.Interviewer, true},
	{"acme", "mei", "梅二", actor.Interviewer, true},
	{"acme", "gone", "顾三", actor.Interviewer, false},
	{"other", "eve", "伊芙", actor.Administrator, true},
	{"other", "lin", "别人", actor.Interviewer, true},
}

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

// newFixture starts the product; change may edit its configuration.
func newFixture(t *testing.T, d *db.DB, change ...func(*server.Config)) *fixture {
	t.Helper()
	w := &fixture{t: t, db: d, log: &logBuffer{}, clock: clocktest.New()}
	now := w.clock.Now
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	queue, err := job.New(d, logger, job.WithClock(w.clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	w.accounts = account.New(account.Config{
		DB: d, Queue: queue, Corp: account.Corp{ID: "acme", Name: "云杉科技", TimeZone: "Asia/Shanghai"},
		PublicURL: "https://interview.test", Now: now, Logger: logger,
	})
	w.tokens = apitoken.New(apitoken.Config{DB: d, Queue: queue, Accounts: w.accounts, Logger: logger, Now: now})
	w.interviews = &interview.Service{DB: d, Queue: queue, Members: w.membersByID, Now: now}
	box, err := secretbox.NewBox([]byte("a secret"), "webhooks")
	if err != nil {
		t.Fatal(err)
	}
	w.showmebug = newShowMeBug(t, w.interviews, "http://127.0.0.1:1")
	w.imports = importer.New(importer.Config{DB: d, Queue: queue, Interviews: w.interviews, Now: now, FindMembers: w.findMembers})
	w.webhooks = webhook.New(webhook.Config{DB: d, Queue: queue, Box: box, Logger: logger, Now: now})
	rooms := room.New(room.Config{DB: d, Logger: logger, Now: w.clock.Running(), Hooks: room.Hooks{
		Describe: func(context.Context, string, string) (room.Description, error) { return room.Description{}, nil },
	}})
	if err := rooms.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rooms.Stop(context.Background()) })
	cfg := server.Config{
		Accounts: w.accounts, Tokens: w.tokens, Interviews: w.interviews, Rooms: rooms, ShowMeBug: w.showmebug, Webhooks: w.webhooks, Imports: w.imports, Static: frontEndFiles, PublicURL: "https://interview.test",
		Sandbox: sandbox.NewUnavailable("no runsc in tests"), Logger: logger, Now: now,
		Files: map[string]string{"WW_verify_abc.txt": "abc"},
	}
	for _, fn := range change {
		fn(&cfg)
	}
	if w.server, err = server.New(cfg); err != nil {
		t.Fatal(err)
	}
	w.insertMembers()
	mux := http.NewServeMux()
	mux.Handle("/", w.server)
	mux.Handle("/sign-in/{corp}/{user}", w.accounts.Sessions.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := w.accounts.SignIn(r.Context(), r.PathValue("corp"), r.PathValue("user")); err != nil {
			t.Error(err)
		}
	})))
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	return w
}

// newShowMeBug returns a service for the ShowMeBug at baseURL; it sends no request
// before a company connects.
func newShowMeBug(t *testing.T, interviews *interview.Service, baseURL string) *showmebug.Service {
	t.Helper()
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := secretbox.NewSigner([]byte("a secret"), "pages")
	if err != nil {
		t.Fatal(err)
	}
	s := showmebug.New(showmebug.Config{
		DB: interviews.DB, Queue: interviews.Queue, Interviews: interviews, Box: box, Signer: signer, BaseURL: baseURL,
		PublicURL: "https://interview.test", Logger: slog.New(slog.DiscardHandler), Now: interviews.Now,
	})
	interviews.Box = box
	interviews.Rooms = map[interview.RoomKind]interview.RoomProvider{interview.ShowMeBugRoom: s}
	return s
}

// membersByID looks up members for the domain, as package app does.
func (w *fixture) membersByID(ctx context.Context, corpID string, ids []string) (map[string]interview.Member, error) {
	found, err := w.accounts.MembersByID(ctx, corpID, ids)
	out := map[string]interview.Member{}
	for id, m := range found {
		out[id] = interview.Member{UserID: id, Name: m.Name, Avatar: m.Avatar, Active: m.Active}
	}
	return out, err
}

// findMembers resolves the names of a cell for imports, as package app does.
func (w *fixture) findMembers(ctx context.Context, corpID, name string) ([]interview.Member, error) {
	found, err := w.accounts.FindMembersByName(ctx, corpID, name)
	var out []interview.Member
	for _, m := range found {
		out = append(out, interview.Member{UserID: m.UserID, Name: m.Name, Active: m.Active})
	}
	return out, err
}

func (w *fixture) insertMembers() {
	w.t.Helper()
	err := w.db.InTx(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for corp, name := range map[string]string{"acme": "云杉科技", "other": "别家公司"} {
			_, err := tx.NewRaw("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, ?, 'Asia/Shanghai', ?)", corp, name, noon).Exec(ctx)
			if err != nil {
				return err
			}
		}
		for _, p := range members {
			_, err := tx.NewRaw("INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES (?, ?, ?, ?, ?, ?)",
				p.corp, p.user, p.name, p.active, p.roles, noon).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// browser is an HTTP client with cookies and default headers.
type browser struct {
	*fixture
	*http.Client
	headers map[string]string
}

// newBrowser returns a browser without a session.
func (w *fixture) newBrowser() *browser {
	return &browser{w, &http.Client{
		Jar: clocktest.NewJar(w.t, w.clock.Now), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, map[string]string{"Accept-Language": "en"}}
}

// signIn returns a browser with the session of a member of acme.
func (w *fixture) signIn(user string) *browser { return w.signInTo("acme", user) }

func (w *fixture) signInTo(corp, user string) *browser {
	w.t.Helper()
	b := w.newBrowser()
	if got := b.do("POST", "/sign-in/"+corp+"/"+user, nil); got.status != http.StatusOK {
		w.t.Fatalf("signing in: %d", got.status)
	}
	return b
}

// response is a received response.
type response struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (b *browser) do(method, path string, body any) *response {
	b.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.URL+path, reader)
	if err != nil {
		b.t.Fatal(err)
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.headers {
		req.Header.Set(name, value)
	}
	res, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &response{b.t, res.StatusCode, res.Header, raw}
}

// decodeBody fails the test unless the status is this one, and returns the body as T.
func decodeBody[T any](r *response, status int) T {
	r.t.Helper()
	var v T
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if len(r.body) > 0 {
		if err := json.Unmarshal(r.body, &v); err != nil {
			r.t.Fatalf("%v in %s", err, r.body)
		}
	}
	return v
}

// wantProblem fails the test unless the response is a problem with the code.
func wantProblem(r *response, status int, code string) httpapi.Problem {
	r.t.Helper()
	p := decodeBody[httpapi.Problem](r, status)
	if p.Code != code || p.Status != status || p.Detail == "" || p.Detail == code || p.RequestID == "" ||
		r.header.Get("Content-Type") != "application/problem+json" {
		r.t.Errorf("problem %+v as %s, want %s", p, r.header.Get("Content-Type"), code)
	}
	return p
}

// interviewInput returns a valid interview for the day after tomorrow.
func (w *fixture) interviewInput(position, candidate string, change ...func(map[string]any)) map[string]any {
	p := map[string]any{
		"title": "一面", "positionId": position, "candidateId": candidate, "startsAt": noon.AddDate(0, 0, 2).Format(time.RFC3339),
		"durationMinutes": 60, "interviewers": []string{"lin"}, "room": map[string]any{"kind": "builtin"},
	}
	for _, fn := range change {
		fn(p)
	}
	return p
}

// scheduleInterview creates a position, a candidate and an interview with lin.
func (w *fixture) scheduleInterview() server.Interview {
	w.t.Helper()
	rosa := w.signIn("rosa")
	p := decodeBody[resource.Position](rosa.do("POST", "/api/positions", map[string]any{"title": "Go 工程师"}), http.StatusCreated)
	c := decodeBody[resource.Candidate](rosa.do("POST", "/api/candidates", map[string]any{
		"name": "陈晨", "email": "chen@example.com", "mobile": "+86 139 0000 0000", "positionId": p.ID,
	}), http.StatusCreated)
	again := func(p map[string]any) { p["overrideWarnings"] = true } // lin may have others
	return decodeBody[server.Interview](rosa.do("POST", "/api/interviews", w.interviewInput(p.ID, c.ID, again)), http.StatusCreated)
}
