package tlscert

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/tlscert/tlscerttest"
)

const testHost = "interview.example.com"

func TestFilesAreReloaded(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	first, second := now.AddDate(0, 1, 0), now.AddDate(0, 3, 0)
	pair := tlscerttest.Write(t, dir, testHost, first)
	f, err := OpenFiles(pair.Certificate, pair.Key, slog.New(slog.DiscardHandler), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	s := NewFileSource(f)
	want := func(when string, end time.Time) {
		t.Helper()
		if _, err := s.config.GetCertificate(nil); err != nil || !s.NotAfter().Equal(end) {
			t.Errorf("%s: the certificate ends at %s, want %s (%v)", when, s.NotAfter(), end, err)
		}
	}
	want("at the start", first)

	oldKey, err := os.ReadFile(pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	tlscerttest.Write(t, dir, testHost, second)
	newKey, err := os.ReadFile(pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pair.Key, oldKey, 0o600); err != nil {
		t.Fatal(err)
	}
	want("within the interval", first)
	now = now.Add(checkInterval)
	want("with a certificate of another key", first)
	if err := os.WriteFile(pair.Key, newKey, 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(checkInterval)
	want("after the renewal", second)
	if err := os.Remove(pair.Certificate); err != nil {
		t.Fatal(err)
	}
	now = now.Add(checkInterval)
	want("without files", second)
}

func TestOpenFilesRefusesOtherKeys(t *testing.T) {
	if _, err := OpenFiles(tlscerttest.New(t, testHost).Certificate, tlscerttest.New(t, testHost).Key, nil, nil); err == nil {
		t.Error("a certificate was loaded with the key of another")
	}
}

// The listener offers HTTP/2 to browsers, and HTTP/1.1 for WebSockets.
func TestListen(t *testing.T) {
	pair := tlscerttest.New(t, testHost)
	f, err := OpenFiles(pair.Certificate, pair.Key, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Proto))
	})}
	go func() { _ = server.Serve(NewFileSource(f).Listen(l)) }()
	t.Cleanup(func() { _ = server.Close() })
	for _, protocol := range []string{"h2", "http/1.1"} {
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pair.Roots, ServerName: testHost, NextProtos: []string{protocol}})
		if err != nil {
			t.Fatal(err)
		}
		if got := conn.ConnectionState().NegotiatedProtocol; got != protocol {
			t.Errorf("negotiated %q, want %q", got, protocol)
		}
		_ = conn.Close()
	}
	if _, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pair.Roots, ServerName: testHost, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
}

func TestRedirect(t *testing.T) {
	h := (&Source{}).Redirect("https://" + testHost)
	for _, test := range []struct {
		method, target string
		status         int
		location       string
	}{
		{"GET", "http://elsewhere.example/interviews?a=b%2Fc", http.StatusPermanentRedirect, "https://" + testHost + "/interviews?a=b%2Fc"},
		{"GET", "http://elsewhere.example//other.example/x", http.StatusPermanentRedirect, "https://" + testHost + "//other.example/x"},
		{"POST", "http://elsewhere.example/api/session", http.StatusMisdirectedRequest, ""},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), test.method, test.target, http.NoBody))
		if w.Code != test.status || w.Header().Get("Location") != test.location {
			t.Errorf("%s %s: %d %q", test.method, test.target, w.Code, w.Header().Get("Location"))
		}
	}
}
