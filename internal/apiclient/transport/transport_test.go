package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestParseBaseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://api.example.com":     "https://api.example.com",
		"http://127.0.0.1:8080/a/b//": "http://127.0.0.1:8080/a/b",
		"api.example.com":             "",
		"ftp://api.example.com":       "",
		"https://":                    "",
		"https://u:p@api.example.com": "",
		"https://api.example.com/?a":  "",
		"https://api.example.com/#a":  "",
		"https://api.example.com/%zz": "",
	} {
		u, err := ParseBaseURL(in)
		if want == "" {
			if err == nil {
				t.Errorf("%s was accepted", in)
			}
			continue
		}
		if err != nil || u.String() != want {
			t.Errorf("%s became %v (%v), want %s", in, u, err, want)
		}
	}
}

func TestNewHTTPClient(t *testing.T) {
	own := NewHTTPClient(nil, 7)
	pool, ok := own.Transport.(*http.Transport)
	if !ok || pool == http.DefaultTransport || pool.MaxConnsPerHost != 7 || pool.MaxIdleConnsPerHost != 7 {
		t.Errorf("the pool is %+v", own.Transport)
	}
	given := &http.Client{Transport: http.DefaultTransport}
	copied := NewHTTPClient(given, 7)
	if copied == given || given.CheckRedirect != nil || copied.Transport != http.DefaultTransport {
		t.Error("the given client was changed or replaced")
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer server.Close()
	base, err := ParseBaseURL(server.URL + "/base")
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []*http.Client{NewHTTPClient(nil, 1), NewHTTPClient(server.Client(), 1)} {
		requests = 0
		res, err := client.Do(NewRequest(t.Context(), http.MethodGet, base, "/path", "a=1", http.Header{}))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusFound || requests != 1 {
			t.Errorf("status %d after %d requests", res.StatusCode, requests)
		}
	}
}

func TestNewRequest(t *testing.T) {
	base, err := ParseBaseURL("https://api.example.com/base")
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Accept": {"application/json"}}
	req := NewRequest(t.Context(), http.MethodPost, base, "/cgi-bin/x", "token=%zz", header)
	if got := req.URL.String(); got != "https://api.example.com/base/cgi-bin/x?token=%zz" || req.Host != "api.example.com" {
		t.Errorf("requests %s of %s", got, req.Host)
	}
	if req.Context() != t.Context() || req.Method != http.MethodPost || req.Header.Get("Accept") == "" || req.Proto != "HTTP/1.1" {
		t.Errorf("the request is %+v", req)
	}
	if base.Path != "/base" || base.RawQuery != "" {
		t.Errorf("the base became %s", base)
	}
}

// body is a response body of unknown content length that ends with err.
type body struct {
	io.Reader
	err error
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.err
	}
	return n, err
}

func (body) Close() error { return nil }

func TestReadBody(t *testing.T) {
	full := bytes.Repeat([]byte("x"), MaxResponseBytes)
	for _, c := range []struct {
		name    string
		content []byte
		length  int64
		end     error
		want    error
	}{
		{"known length", []byte("abc"), 3, io.EOF, nil},
		{"unknown length", []byte("abc"), -1, io.EOF, nil},
		{"wrong length", []byte("abc"), 1 << 40, io.EOF, nil},
		{"empty", nil, 0, io.EOF, nil},
		{"largest", full, MaxResponseBytes, io.EOF, nil},
		{"too large", append(full, 'x'), -1, io.EOF, ErrTooLarge},
		{"cut off", []byte("abc"), 5, io.ErrUnexpectedEOF, io.ErrUnexpectedEOF},
	} {
		res := &http.Response{ContentLength: c.length, Body: body{bytes.NewReader(c.content), c.end}}
		got, err := ReadBody(res)
		if !errors.Is(err, c.want) || (err == nil && !bytes.Equal(got, c.content)) {
			t.Errorf("%s: %d bytes, %v, want %v", c.name, len(got), err, c.want)
		}
	}
}

type timeoutError struct{ error }

func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return false }

func TestCauses(t *testing.T) {
	const secret = "https://api.example.com/?token=abcdef"
	dns := &net.DNSError{Err: "no such host", Name: "api.example.com"}
	inURL := func(err error) error { return &url.Error{Op: "Get", URL: secret, Err: err} }
	for _, c := range []struct {
		name string
		err  error
		want error
		dial bool
	}{
		{"cancelled", inURL(context.Canceled), context.Canceled, false},
		{"deadline", inURL(context.DeadlineExceeded), context.DeadlineExceeded, false},
		{"too large", fmt.Errorf("reading: %w", ErrTooLarge), ErrTooLarge, false},
		{"cut off", inURL(io.ErrUnexpectedEOF), io.ErrUnexpectedEOF, false},
		{"DNS", inURL(&net.OpError{Op: "dial", Err: dns}), dns, true},
		{"refused", inURL(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), syscall.ECONNREFUSED, true},
		{"reset", inURL(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), syscall.ECONNRESET, false},
		{"timeout", inURL(timeoutError{errors.New("TLS handshake timeout")}), context.DeadlineExceeded, false},
		{"other", inURL(errors.New(secret)), nil, false},
	} {
		cause := SafeCause(c.err)
		if !errors.Is(cause, c.want) || (c.want == nil) != (cause == nil) {
			t.Errorf("%s: the cause is %v, want %v", c.name, cause, c.want)
		}
		if cause != nil && strings.Contains(cause.Error(), "token=") {
			t.Errorf("%s: the cause contains the URL", c.name)
		}
		if IsDialError(c.err) != c.dial {
			t.Errorf("%s: IsDialError is %t", c.name, !c.dial)
		}
	}
}

func TestWithoutURL(t *testing.T) {
	inner := errors.New("inner")
	if got := WithoutURL(&url.Error{Op: "Get", URL: "u", Err: inner}); !errors.Is(got, inner) || got.Error() != "inner" {
		t.Errorf("got %v", got)
	}
	if got := WithoutURL(inner); got.Error() != "inner" {
		t.Errorf("got %v", got)
	}
}

func TestContextCause(t *testing.T) {
	for _, want := range []error{context.Canceled, context.DeadlineExceeded} {
		if got := ContextCause(fmt.Errorf("waiting: %w", want)); !errors.Is(got, want) || got.Error() != want.Error() {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if got := ContextCause(errors.New("other")); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "30": 30 * time.Second, "-1": 0, "soon": 0, "99999999999": 0,
		"Wed, 01 Jul 2026 08:01:00 GMT": time.Minute,
		"Wed, 01 Jul 2026 07:59:00 GMT": 0,
	} {
		if got := ParseRetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("Retry-After %q is %s, want %s", value, got, want)
		}
	}
}
