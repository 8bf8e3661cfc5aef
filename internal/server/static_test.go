package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
)

// requestEncoded returns a browser that accepts the encodings.
func (f *fixture) requestEncoded(encodings string) *apptest.Browser {
	b := f.NewBrowser()
	b.Headers["Accept-Encoding"] = encodings
	return b
}

func TestFrontEnd(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	for path, c := range map[string]struct {
		status          int
		kind, cache     string
		encoding, asked string
	}{
		"/":                   {200, "text/html; charset=utf-8", "no-cache", "gzip", "gzip, deflate, br"},
		"/interviews/123":     {200, "text/html; charset=utf-8", "no-cache", "", "identity"},
		"/join":               {200, "text/html; charset=utf-8", "no-cache", "", "identity"},
		"/join/secret-token":  {200, "text/html; charset=utf-8", "no-cache", "", "gzip;q=0"},
		"/favicon.svg":        {200, "image/svg+xml", "no-cache", "", "gzip"},
		"/assets/main-abc.js": {200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "br", "gzip, deflate, br"},
		"/assets/old-def.js":  {404, "text/plain; charset=utf-8", "no-store", "", "gzip"},
		"/WW_verify_abc.txt":  {200, "text/plain; charset=utf-8", "no-store", "", ""},
	} {
		got := f.requestEncoded(c.asked).Call("GET", path, nil)
		h := got.Header
		if got.Status != c.status || h.Get("Content-Type") != c.kind || h.Get("Cache-Control") != c.cache || h.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s: %d %v", path, got.Status, h)
		}
	}
	if got := f.NewBrowser().Call("POST", "/interviews", `{}`); got.Status != http.StatusMethodNotAllowed {
		t.Errorf("posting to a page: %d", got.Status)
	}
}

func TestStaticFileRevalidation(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	b := f.requestEncoded("gzip")
	first := b.Call("GET", "/", nil)
	r, err := gzip.NewReader(strings.NewReader(string(first.Body)))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r)
	if err != nil || string(page) != string(apptest.FrontEndFiles["index.html"].Data) {
		t.Errorf("the page is %q (%v)", page, err)
	}
	b.Headers["If-None-Match"] = first.Header.Get("ETag")
	if again := b.Call("GET", "/", nil); again.Status != http.StatusNotModified || len(again.Body) != 0 {
		t.Errorf("the second time: %d with %d bytes", again.Status, len(again.Body))
	}
	plain := f.requestEncoded("identity")
	plain.Headers["If-None-Match"] = first.Header.Get("ETag")
	if other := plain.Call("GET", "/", nil); other.Status != http.StatusOK {
		t.Errorf("another form of the file: %d", other.Status)
	}
}

func TestSecurityHeaders(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	for _, path := range []string{"/", "/api/session", "/healthz", "/assets/none.js"} {
		h := f.NewBrowser().Call("GET", path, nil).Header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "connect-src 'self' wss://interview.test;"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy %q has no %q", path, policy, part)
			}
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if h := f.SignIn("rosa").Call("GET", "/api/session", nil).Header; !strings.Contains(strings.Join(h.Values("Cache-Control"), ","), "no-store") {
		t.Errorf("an answer of the API may be kept: %v", h.Values("Cache-Control"))
	}
}

// Pages load images from our own origin and from WeCom's hosts of pictures alone.
func TestImagePolicy(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite), func(cfg *server.Config) { cfg.ImageOrigins = []string{"http://pictures.test"} })
	want := "img-src 'self' data: blob: https://*.qpic.cn https://*.qlogo.cn https://rescdn.qqmail.com http://pictures.test"
	for _, path := range []string{"/", "/join/token", "/room/id", "/api/session"} {
		policy := f.NewBrowser().Call("GET", path, nil).Header.Get("Content-Security-Policy")
		if parts := strings.Split(policy, "; "); !slices.Contains(parts, want) {
			t.Errorf("%s: %s", path, policy)
		}
	}
}

func TestHealthAndMetrics(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.ScheduleInterview()
	f.SignIn("rosa").Call("GET", "/api/interviews/no-such-interview", nil)
	f.NewBrowser().Call("GET", "/join/secret-token", nil)
	v := f.NewBrowser()
	for path, status := range map[string]int{"/healthz": 200, "/readyz": 200, "/openapi.json": 200} {
		if got := v.Call("GET", path, nil); got.Status != status {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	got := string(v.Call("GET", "/metrics", nil).Body)
	for _, line := range []string{
		`route="GET /api/interviews/{id}",status="404"`, `huimian_messages_pending{state="queued"} 2`,
		`huimian_messages_pending{state="failed"} 0`,
	} {
		if !strings.Contains(got, line) {
			t.Errorf("no %s in the metrics", line)
		}
	}
	if strings.Contains(got, "no-such-interview") || strings.Contains(got, "secret-token") {
		t.Errorf("metrics: %s", got)
	}
	v.Headers["X-Forwarded-For"] = "203.0.113.9"
	if got := v.Call("GET", "/metrics", nil); got.Status != http.StatusNotFound {
		t.Errorf("metrics through a proxy: %d", got.Status)
	}
	f.Product.Drain()
	if got := f.NewBrowser().Call("GET", "/readyz", nil); got.Status != http.StatusServiceUnavailable {
		t.Errorf("ready although stopping: %d", got.Status)
	}
	if strings.Contains(f.Log.String(), "secret-token") {
		t.Error("the log holds a candidate's address")
	}
}

func TestReadinessWithoutDatabase(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	f := newFixture(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if got := f.NewBrowser().Call("GET", "/readyz", nil); got.Status != http.StatusServiceUnavailable {
		t.Errorf("ready without a database: %d", got.Status)
	}
	if got := f.NewBrowser().Call("GET", "/healthz", nil); got.Status != http.StatusOK {
		t.Errorf("the process lives: %d", got.Status)
	}
}

func TestCallbackRouting(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite), func(c *server.Config) {
		c.Callbacks = map[string]http.Handler{"acme/1000002": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("echo"))
		})}
	})
	v := f.NewBrowser()
	if got := v.Call("GET", "/wecom/callback/acme/1000002?echostr=x", nil); got.Status != 200 || string(got.Body) != "echo" {
		t.Errorf("verification: %d %s", got.Status, got.Body)
	}
	if got := v.Call("POST", "/wecom/callback/acme/1000002", "<xml/>"); got.Status != 200 {
		t.Errorf("event: %d", got.Status)
	}
	if got := v.Call("POST", "/wecom/callback/acme/7", "<xml/>"); got.Status != 404 {
		t.Errorf("another application: %d", got.Status)
	}
}

// The document of previews has an origin of its own, and only pages of the application embed it.
func TestPreviewFrame(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	got := f.NewBrowser().Call("GET", "/preview-frame", nil)
	parts := strings.Split(got.Header.Get("Content-Security-Policy"), "; ")
	for _, part := range []string{"sandbox allow-scripts allow-forms", "default-src 'none'", "connect-src 'none'", "frame-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'"} {
		if !slices.Contains(parts, part) {
			t.Errorf("the policy %q has no %q", parts, part)
		}
	}
	h := got.Header
	if got.Status != http.StatusOK || h.Get("X-Frame-Options") != "SAMEORIGIN" || h.Get("Set-Cookie") != "" || !strings.Contains(h.Get("Permissions-Policy"), "camera=()") {
		t.Errorf("%d %v", got.Status, h)
	}
	if page := f.NewBrowser().Call("GET", "/", nil).Header.Get("Content-Security-Policy"); !strings.Contains(page, "frame-src 'self';") {
		t.Errorf("pages cannot show the frame: %s", page)
	}
}
