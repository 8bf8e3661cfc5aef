package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Browser is an HTTP client with cookies and default headers.
type Browser struct {
	*Fixture
	*http.Client
	Headers map[string]string
}

// NewBrowser returns a browser without a session.
func (w *Fixture) NewBrowser() *Browser {
	return &Browser{w, &http.Client{
		Jar: clocktest.NewJar(w.T, w.Clock.Now), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, map[string]string{"Accept-Language": "en"}}
}

// SignIn returns a browser with the session of a member of acme.
func (w *Fixture) SignIn(user string) *Browser { return w.SignInTo("acme", user) }

// SignInTo returns a browser with the session of a member of a company.
func (w *Fixture) SignInTo(corp, user string) *Browser {
	w.T.Helper()
	b := w.NewBrowser()
	if got := b.Call("POST", "/sign-in/"+corp+"/"+user, nil); got.Status != http.StatusOK {
		w.T.Fatalf("signing in: %d", got.Status)
	}
	return b
}

// Response is a received response.
type Response struct {
	T      testing.TB
	Status int
	Header http.Header
	Body   []byte
}

// Call sends a request and returns the response. A string is sent as it is, any
// other body as JSON.
func (b *Browser) Call(method, path string, body any) *Response {
	b.T.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			b.T.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.T.Context(), method, b.URL+path, reader)
	if err != nil {
		b.T.Fatal(err)
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.Headers {
		req.Header.Set(name, value)
	}
	res, err := b.Do(req)
	if err != nil {
		b.T.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	return &Response{b.T, res.StatusCode, res.Header, raw}
}

// DecodeBody returns the body as T. It fails the test if the response has another
// status.
func DecodeBody[T any](r *Response, status int) T {
	r.T.Helper()
	var v T
	if r.Status != status {
		r.T.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	if len(r.Body) > 0 {
		if err := json.Unmarshal(r.Body, &v); err != nil {
			r.T.Fatalf("%v in %s", err, r.Body)
		}
	}
	return v
}

// WantProblem returns the problem of a response. It fails the test if status or
// code differ.
func WantProblem(r *Response, status int, code string) httpapi.Problem {
	r.T.Helper()
	p := DecodeBody[httpapi.Problem](r, status)
	if p.Code != code || p.Status != status || p.Detail == "" || p.Detail == code || p.RequestID == "" ||
		r.Header.Get("Content-Type") != "application/problem+json" {
		r.T.Errorf("problem %+v as %s, want %s", p, r.Header.Get("Content-Type"), code)
	}
	return p
}
