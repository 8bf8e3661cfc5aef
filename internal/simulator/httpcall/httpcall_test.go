package httpcall

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAddQuery(t *testing.T) {
	for _, test := range []struct{ address, query, want string }{
		{"http://a/b", "c=1", "http://a/b?c=1"},
		{"http://a/b?x=1", "c=1", "http://a/b?x=1&c=1"},
		{"http://a/b#top", "c=1", "http://a/b?c=1#top"},
		{"http://a/%zz", "c=1", "http://a/%zz"},
	} {
		if got := AddQuery(test.address, test.query); got != test.want {
			t.Errorf("AddQuery(%q, %q) = %q, want %q", test.address, test.query, got, test.want)
		}
	}
}

func newRequest(t *testing.T, ctx context.Context, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSend(t *testing.T) {
	large := bytes.Repeat([]byte("x"), maxReply+1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = io.WriteString(w, "fine")
		case "/moved":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/large":
			_, _ = w.Write(large)
		case "/broken":
			w.Header().Set("Content-Length", "9")
			_, _ = io.WriteString(w, "half")
		default:
			panic(http.ErrAbortHandler)
		}
	}))
	defer srv.Close()
	for path, test := range map[string]struct {
		status, size int
		err          string
	}{
		"/ok":     {200, 4, ""},
		"/moved":  {302, 26, ""},
		"/large":  {200, maxReply, ""},
		"/broken": {200, 0, "reading the reply"},
		"/abort":  {0, 0, "sending"},
	} {
		body, status, err := Send(Client(nil), newRequest(t, t.Context(), srv.URL+path+"?signature=s3cret"))
		if status != test.status || len(body) != test.size || (err != nil) != (test.err != "") {
			t.Errorf("%s: HTTP %d, %d bytes, %v", path, status, len(body), err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), test.err) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: the error is %v", path, err)
		}
	}
}

func TestSendErrorIsWrapped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Send(Client(nil), newRequest(t, ctx, "http://127.0.0.1:1/")); !errors.Is(err, context.Canceled) {
		t.Errorf("Send = %v", err)
	}
}

func TestClient(t *testing.T) {
	own := &http.Client{}
	if Client(own) != own || Client(nil) == nil {
		t.Error("the configured client is not used")
	}
}
