package app

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/tlscert/tlscerttest"
)

func get(t *testing.T, client *http.Client, address string) (status int, header http.Header, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(raw)
}

// The server terminates TLS and redirects http. Profiles are at the private address only.
func TestBuiltInTLS(t *testing.T) {
	pair := tlscerttest.New(t, "localhost")
	private, plain := freeAddress(t), freeAddress(t)
	h := newFixture(t, t.TempDir()+"/huimian.db", func(h *fixture, c *Config) {
		h.url = strings.Replace(c.PublicURL, "http://127.0.0.1", "https://localhost", 1)
		c.PublicURL, c.MetricsListen = h.url, private
		c.TLS = TLS{Certificate: pair.Certificate, Key: pair.Key, RedirectListen: plain}
	})
	defer h.stop()
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pair.Roots, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if status, header, _ := get(t, client, h.url+"/healthz"); status != http.StatusOK || header.Get("Strict-Transport-Security") == "" {
		t.Errorf("https: %d %v", status, header)
	}
	if status, header, _ := get(t, client, "http://"+plain+"/join"); status != http.StatusPermanentRedirect || header.Get("Location") != h.url+"/join" {
		t.Errorf("http: %d %v", status, header)
	}
	if status, _, body := get(t, client, "http://"+private+"/metrics"); status != http.StatusOK || !strings.Contains(body, "huimian_tls_certificate_not_after_timestamp_seconds 1") {
		t.Errorf("/metrics: %d, %.200s", status, body)
	}
	if status, _, body := get(t, client, "http://"+private+"/debug/pprof/goroutine?debug=1"); status != http.StatusOK || !strings.Contains(body, "goroutine profile") {
		t.Errorf("/debug/pprof/: %d, %.200s", status, body)
	}
	if _, _, body := get(t, client, h.url+"/debug/pprof/goroutine?debug=1"); strings.Contains(body, "goroutine profile") {
		t.Error("the public address serves profiles")
	}
}

func TestCheckTLS(t *testing.T) {
	pair, other := tlscerttest.New(t, "localhost"), tlscerttest.New(t, "localhost")
	const address = "https://interview.example.com"
	for name, test := range map[string]struct {
		url   string
		tls   TLS
		error string
	}{
		"none":                        {address, TLS{}, ""},
		"files":                       {address, TLS{Certificate: pair.Certificate, Key: pair.Key}, ""},
		"ACME":                        {address, TLS{ACME: "letsencrypt"}, ""},
		"another directory":           {address, TLS{ACME: "https://acme.example.com/directory"}, ""},
		"no key":                      {address, TLS{Certificate: pair.Certificate}, "HUIMIAN_TLS_KEY"},
		"no certificate":              {address, TLS{Key: pair.Key}, "HUIMIAN_TLS_CERTIFICATE"},
		"both":                        {address, TLS{Certificate: pair.Certificate, Key: pair.Key, ACME: "letsencrypt"}, "Remove one"},
		"another key":                 {address, TLS{Certificate: pair.Certificate, Key: other.Key}, "private key"},
		"no file":                     {address, TLS{Certificate: "/no/such/file", Key: pair.Key}, "/no/such/file"},
		"http":                        {"http://interview.example.com", TLS{Certificate: pair.Certificate, Key: pair.Key}, "https://"},
		"redirection without TLS":     {address, TLS{RedirectListen: ":80"}, "HUIMIAN_TLS_REDIRECT_LISTEN"},
		"http directory":              {address, TLS{ACME: "http://acme.example.com/directory"}, "HUIMIAN_TLS_ACME"},
		"a word":                      {address, TLS{ACME: "on"}, "HUIMIAN_TLS_ACME"},
		"ACME for an address":         {"https://192.0.2.1", TLS{ACME: "letsencrypt"}, "IP address"},
		"ACME for an IPv6 address":    {"https://[2001:db8::1]", TLS{ACME: "letsencrypt"}, "IP address"},
		"the public URL is not set":   {"", TLS{ACME: "letsencrypt"}, ""},
		"files, and a public port":    {address + ":8443", TLS{Certificate: pair.Certificate, Key: pair.Key}, ""},
		"redirection to the ACME TLS": {address, TLS{ACME: "letsencrypt", RedirectListen: ":80"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&Config{PublicURL: test.url, TLS: test.tls}).checkTLS()
			if (err == nil) != (test.error == "") || err != nil && !strings.Contains(err.Error(), test.error) {
				t.Errorf("%v, want %q", err, test.error)
			}
		})
	}
}
