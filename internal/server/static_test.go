package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
)

// requestEncoded is a visitor whose browser takes these encodings.
func (w *fixture) requestEncoded(encodings string) *browser {
	b := w.newBrowser()
	b.headers["Accept-Encoding"] = encodings
	return b
}

func TestFrontEnd(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	for path, c := range map[string]struct {
		status          int
		kind, cache     string
		encoding, asked string
	}{
		"/":                   {200, "text/html; charset=utf-8", "no-cache", "gzip", "gzip, deflate, br"},
		"/interviews/123":     {200, "text/html; charset=utf-8", "no-cache", "", "identity"},
		"/join/secret-token":  {200, "text/html; charset=utf-8", "no-cache", "", "gzip;q=0"},
		"/favicon.svg":        {200, "image/svg+xml", "no-cache", "", "gzip"},
		"/assets/main-abc.js": {200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "br", "gzip, deflate, br"},
		"/assets/old-def.js":  {404, "text/plain; charset=utf-8", "no-store", "", "gzip"},
		"/WW_verify_abc.txt":  {200, "text/plain; charset=utf-8", "no-store", "", ""},
	} {
		got := w.requestEncoded(c.asked).do("GET", path, nil)
		h := got.header
		if got.status != c.status || h.Get("Content-Type") != c.kind || h.Get("Cache-Control") != c.cache || h.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s: %d %v", path, got.status, h)
		}
	}
	if got := w.newBrowser().do("POST", "/interviews", `{}`); got.status != http.StatusMethodNotAllowed {
		t.Errorf("posting to a page: %d", got.status)
	}
}

func TestStaticFileRevalidation(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	b := w.requestEncoded("gzip")
	first := b.do("GET", "/", nil)
	r, err := gzip.NewReader(strings.NewReader(string(first.body)))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r)
	if err != nil || string(page) != string(frontEndFiles["index.html"].Data) {
		t.Errorf("the page is %q (%v)", page, err)
	}
	b.headers["If-None-Match"] = first.header.Get("ETag")
	if again := b.do("GET", "/", nil); again.status != http.StatusNotModified || len(again.body) != 0 {
		t.Errorf("the second time: %d with %d bytes", again.status, len(again.body))
	}
	plain := w.requestEncoded("identity")
	plain.headers["If-None-Match"] = first.header.Get("ETag")
	if other := plain.do("GET", "/", nil); other.status != http.StatusOK {
		t.Errorf("another form of the file: %d", other.status)
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	for _, path := range []string{"/", "/api/session", "/healthz", "/assets/none.js"} {
		h := w.newBrowser().do("GET", path, nil).header
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
	if h := w.signIn("rosa").do("GET", "/api/session", nil).header; !strings.Contains(strings.Join(h.Values("Cache-Control"), ","), "no-store") {
		t.Errorf("an answer of the API may be kept: %v", h.Values("Cache-Control"))
	}
}

func TestHealthAndMetrics(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	w.scheduleInterview()
	w.signIn("rosa").do("GET", "/api/interviews/no-such-interview", nil)
	w.newBrowser().do("GET", "/join/secret-token", nil)
	v := w.newBrowser()
	for path, status := range map[string]int{"/healthz": 200, "/readyz": 200, "/openapi.json": 200} {
		if got := v.do("GET", path, nil); got.status != status {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	got := string(v.do("GET", "/metrics", nil).body)
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
	v.headers["X-Forwarded-For"] = "203.0.113.9"
	if got := v.do("GET", "/metrics", nil); got.status != http.StatusNotFound {
		t.Errorf("metrics through a proxy: %d", got.status)
	}
	w.server.Drain()
	if got := w.newBrowser().do("GET", "/readyz", nil); got.status != http.StatusServiceUnavailable {
		t.Errorf("ready although stopping: %d", got.status)
	}
	if strings.Contains(w.log.String(), "secret-token") {
		t.Error("the log holds a candidate's address")
	}
}

func TestReadinessWithoutDatabase(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := newFixture(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.newBrowser().do("GET", "/readyz", nil); got.status != http.StatusServiceUnavailable {
		t.Errorf("ready without a database: %d", got.status)
	}
	if got := w.newBrowser().do("GET", "/healthz", nil); got.status != http.StatusOK {
		t.Errorf("the process lives: %d", got.status)
	}
}

func TestCallbackRouting(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite), func(c *server.Config) {
		c.Callbacks = map[string]http.Handler{"acme/1000002": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("echo"))
		})}
	})
	v := w.newBrowser()
	if got := v.do("GET", "/wecom/callback/acme/1000002?echostr=x", nil); got.status != 200 || string(got.body) != "echo" {
		t.Errorf("verification: %d %s", got.status, got.body)
	}
	if got := v.do("POST", "/wecom/callback/acme/1000002", "<xml/>"); got.status != 200 {
		t.Errorf("event: %d", got.status)
	}
	if got := v.do("POST", "/wecom/callback/acme/7", "<xml/>"); got.status != 404 {
		t.Errorf("another application: %d", got.status)
	}
}
