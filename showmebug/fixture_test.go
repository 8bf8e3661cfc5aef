package showmebug

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/tokencache"
)

const (
	testSecret = "s3cr3t-of-the-app-0123456789-abcdefghij+/="
	testToken  = "t0k3n-of-the-team/9876543210+zyxwvu="
)

// fakeTransport is a ShowMeBug without sockets, for tests in which time is not real
// or of which the answer is the matter. It hands out tokens by itself.
type fakeTransport struct {
	latency time.Duration
	answer  func(r request) (status int, body string) // to what is no request for a token; {"errcode":0} when nil
	grant   func(r request) (status int, body string) // to a request for a token; a token of two hours when nil

	mu         sync.Mutex
	requests   []request // all but those for tokens
	grants     []request
	validToken string
	headers    http.Header // of each answer
}

// request is what arrived.
type request struct {
	method, path, query string
	header              http.Header
	body                string
	n                   int // how many of its sort came before
}

func (r request) token() string { return strings.TrimPrefix(r.header.Get("Authorization"), "Bearer ") }

func (r request) field(name string) string {
	var object map[string]any
	if json.Unmarshal([]byte(r.body), &object) == nil {
		text, _ := object[name].(string)
		return text
	}
	form, _ := url.ParseQuery(r.body)
	return form.Get(name)
}

func (n *fakeTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if n.latency > 0 && !backoff.Sleep(req.Context(), n.latency) {
		return nil, req.Context().Err()
	}
	r := request{method: req.Method, path: req.URL.Path, query: req.URL.RawQuery, header: req.Header}
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		r.body = string(data)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.path == tokenPath {
		return newResponse(n.issueToken(r)), nil
	}
	r.n = len(n.requests)
	n.requests = append(n.requests, r)
	res := newResponse(n.respondToCall(r))
	maps.Copy(res.Header, n.headers)
	return res, nil
}

func (n *fakeTransport) respondToCall(r request) (int, string) {
	if n.validToken != "" && r.token() != n.validToken {
		return 401, `{"errcode":401,"errmsg":"Invalid Token Error"}`
	}
	if n.answer == nil {
		return 200, `{"errcode":0,"errmsg":"成功","data":{"id":1}}`
	}
	return n.answer(r)
}

func (n *fakeTransport) issueToken(r request) (int, string) {
	r.n = len(n.grants)
	n.grants = append(n.grants, r)
	if n.grant != nil {
		return n.grant(r)
	}
	n.validToken = fmt.Sprintf("token-%d", len(n.grants))
	return 200, fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":7200}`, n.validToken)
}

// invalidateToken invalidates the current token.
func (n *fakeTransport) invalidateToken() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.validToken = "revoked"
}

func (n *fakeTransport) requestCounts() (grants, requests int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.grants), len(n.requests)
}

func newResponse(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(strings.NewReader(body))}
}

func (n *fakeTransport) newConfig() Config {
	return Config{ClientID: "app-key", ClientSecret: testSecret, HTTPClient: &http.Client{Transport: n}}
}

func (n *fakeTransport) newClient(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	cfg := n.newConfig()
	for _, one := range change {
		one(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// staticTransport returns a network with the same response to every request.
func staticTransport(status int, body string) *fakeTransport {
	return &fakeTransport{answer: func(request) (int, string) { return status, body }}
}

// withTokenStore returns a client option with a shared token store.
func withTokenStore(store TokenStore) func(*Config) {
	return func(cfg *Config) { cfg.TokenStore = store }
}

func newMemoryTokenStore() *tokencache.MemoryStore[StoredToken] {
	return tokencache.NewMemoryStore[StoredToken]()
}

// failingTokenStore is a TokenStore that can be broken.
type failingTokenStore struct {
	*tokencache.MemoryStore[StoredToken]

	mu         sync.Mutex
	broken     bool
	failLeases bool // gives no lease for an error, and works otherwise
}

func newFailingTokenStore() *failingTokenStore {
	return &failingTokenStore{MemoryStore: newMemoryTokenStore()}
}

var errBroken = errors.New("store is broken")

func (f *failingTokenStore) setBroken(broken bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = broken
}

func (f *failingTokenStore) failure(lease ...bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken || len(lease) > 0 && f.failLeases {
		return errBroken
	}
	return nil
}

func (f *failingTokenStore) Load(ctx context.Context, key string) (StoredToken, error) {
	if err := f.failure(); err != nil {
		return StoredToken{}, err
	}
	return f.MemoryStore.Load(ctx, key)
}

func (f *failingTokenStore) AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error) {
	if err := f.failure(true); err != nil {
		return false, err
	}
	return f.MemoryStore.AcquireLease(ctx, key, holder, ttl)
}

func (f *failingTokenStore) Save(ctx context.Context, key, holder string, t StoredToken) error {
	if err := f.failure(); err != nil {
		return err
	}
	return f.MemoryStore.Save(ctx, key, holder, t)
}

func logTo(buf *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%v (%T) is no *Error", err, err)
	}
	return e
}

func callMe(c *Client) error {
	_, err := c.Team.Me(context.Background(), MemberSearch{})
	return err
}
