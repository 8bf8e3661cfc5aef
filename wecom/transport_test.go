package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
)

// fakeWeCom is a transport that issues tokens and accepts messages without
// sockets, for tests with the fake clock of synctest.
type fakeWeCom struct {
	mu       sync.Mutex
	latency  time.Duration
	lifetime int  // seconds of a token; 7200 when 0
	sameAway bool // gettoken returns the same token again
	refuse   int  // errcode of gettoken

	fetches int
	alive   string
	dead    int // errcode for every token but the current one
	sent    int
	onSend  func(n *fakeWeCom) // called with the lock held, after each message
}

func (n *fakeWeCom) RoundTrip(req *http.Request) (*http.Response, error) {
	if n.latency > 0 && !backoff.Sleep(req.Context(), n.latency) {
		return nil, req.Context().Err()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch req.URL.Path {
	case "/cgi-bin/gettoken":
		return n.tokenResponse(), nil
	case "/cgi-bin/message/send":
		return n.sendResponse(req.URL.Query().Get("access_token")), nil
	case "/cgi-bin/get_jsapi_ticket", "/cgi-bin/ticket/get":
		n.fetches++
		return jsonResponse(map[string]any{"errcode": 0, "ticket": fmt.Sprintf("ticket-%d", n.fetches), "expires_in": 7200}), nil
	}
	return nil, fmt.Errorf("unexpected path %s", req.URL.Path)
}

func (n *fakeWeCom) tokenResponse() *http.Response {
	n.fetches++
	if n.refuse != 0 {
		return jsonResponse(map[string]any{"errcode": n.refuse, "errmsg": "refused"})
	}
	if !n.sameAway || n.alive == "" {
		n.alive = fmt.Sprintf("token-%d", n.fetches)
	}
	return jsonResponse(map[string]any{"errcode": 0, "access_token": n.alive, "expires_in": cmp.Or(n.lifetime, 7200)})
}

func (n *fakeWeCom) sendResponse(token string) *http.Response {
	if token != n.alive {
		return jsonResponse(map[string]any{"errcode": cmp.Or(n.dead, 40014), "errmsg": "invalid access_token"})
	}
	n.sent++
	if n.onSend != nil {
		n.onSend(n)
	}
	return jsonResponse(map[string]any{"errcode": 0, "errmsg": "ok", "msgid": fmt.Sprint(n.sent)})
}

func (n *fakeWeCom) callCounts() (fetches, sent int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.fetches, n.sent
}

func jsonResponse(fields map[string]any) *http.Response {
	data, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: int64(len(data)),
		Body: io.NopCloser(strings.NewReader(string(data)))}
}

const testSecret = "s3cr3t-of-the-app-0123456789-abcdefghij+/="

func (n *fakeWeCom) newClient(t *testing.T, store TokenStore) *Client {
	t.Helper()
	c, err := New(Config{CorpID: "wwcorp", AgentID: 1000002, Secret: testSecret,
		HTTPClient: &http.Client{Transport: n}, TokenStore: store})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// memoryTokenStore is a TokenStore shared by replicas in one process.
type memoryTokenStore struct {
	mu     sync.Mutex
	tokens map[string]StoredToken
	leases map[string]lease
	broken bool
}

type lease struct {
	holder string
	until  time.Time
}

func newMemoryTokenStore() *memoryTokenStore {
	return &memoryTokenStore{tokens: map[string]StoredToken{}, leases: map[string]lease{}}
}

var errBroken = errors.New("store is broken")

func (s *memoryTokenStore) lockUnlessBroken() error {
	s.mu.Lock()
	if s.broken {
		s.mu.Unlock()
		return errBroken
	}
	return nil
}

func (s *memoryTokenStore) Load(_ context.Context, key string) (StoredToken, error) {
	if err := s.lockUnlessBroken(); err != nil {
		return StoredToken{}, err
	}
	defer s.mu.Unlock()
	return s.tokens[key], nil
}

func (s *memoryTokenStore) AcquireLease(_ context.Context, key, holder string, ttl time.Duration) (bool, error) {
	if err := s.lockUnlessBroken(); err != nil {
		return false, err
	}
	defer s.mu.Unlock()
	l := s.leases[key]
	if l.holder != "" && l.holder != holder && time.Now().Before(l.until) {
		return false, nil
	}
	s.leases[key] = lease{holder, time.Now().Add(ttl)}
	return true, nil
}

func (s *memoryTokenStore) Save(_ context.Context, key, holder string, t StoredToken) error {
	if err := s.lockUnlessBroken(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if s.leases[key].holder == holder {
		s.tokens[key] = t
		delete(s.leases, key)
	}
	return nil
}

func (s *memoryTokenStore) ReleaseLease(_ context.Context, key, holder string) error {
	if err := s.lockUnlessBroken(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if s.leases[key].holder == holder {
		delete(s.leases, key)
	}
	return nil
}

func (s *memoryTokenStore) Invalidate(_ context.Context, key, value string) error {
	if err := s.lockUnlessBroken(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if string(s.tokens[key].Value) == value {
		delete(s.tokens, key)
	}
	return nil
}

func formatString(format string, args ...any) string { return fmt.Sprintf(format, args...) }
