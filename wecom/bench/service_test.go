package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	corpID  = "wwbench"
	agentID = 1000002
	secret  = "bench-secret-of-the-app"
	ticket  = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
)

// fakeService is the part of WeCom that the comparison needs: tokens that can
// be rejected, an endpoint for messages, and tickets.
type fakeService struct {
	takes  time.Duration // latency of gettoken
	killAt int           // number of messages after which the token is rejected; 0 never
	code   int           // errcode of the rejection

	mu        sync.Mutex
	token     string
	gettokens int
	sent      int
}

func newService(t testing.TB, s *fakeService) string {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return srv.URL
}

func (s *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch r.URL.Path {
	case "/cgi-bin/gettoken":
		s.serveToken(w)
	case "/cgi-bin/message/send":
		s.acceptMessage(w, r.URL.Query().Get("access_token"))
	default: // both types of ticket
		writeJSON(w, map[string]any{"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": 7200})
	}
}

// serveToken returns the current token again, as WeCom does.
func (s *fakeService) serveToken(w http.ResponseWriter) {
	<-time.After(s.takes)
	s.mu.Lock()
	s.gettokens++
	if s.token == "" {
		s.token = "token-" + strconv.Itoa(s.gettokens)
	}
	token := s.token
	s.mu.Unlock()
	writeJSON(w, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})
}

func (s *fakeService) acceptMessage(w http.ResponseWriter, token string) {
	s.mu.Lock()
	code := 0
	if token != s.token || token == "" {
		code = s.code
	} else if s.sent++; s.sent == s.killAt {
		s.token = ""
	}
	s.mu.Unlock()
	if code != 0 {
		writeJSON(w, map[string]any{"errcode": code, "errmsg": "token was rejected"})
		return
	}
	_, _ = io.WriteString(w, sentReply)
}

const sentReply = `{"errcode":0,"errmsg":"ok","invaliduser":"","msgid":"m-1"}`

func (s *fakeService) callCounts() (gettokens, sent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gettokens, s.sent
}

func writeJSON(w http.ResponseWriter, reply any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(reply) // a closed connection is counted by the client
}

// memoryTransport responds without a network, so that only the allocations of
// the client and of net/http's client remain.
type memoryTransport struct{}

func (memoryTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	body := sentReply
	switch {
	case strings.HasSuffix(r.URL.Path, "/gettoken"):
		body = `{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}`
	case strings.Contains(r.URL.Path, "ticket"):
		body = fmt.Sprintf(`{"errcode":0,"errmsg":"ok","ticket":%q,"expires_in":7200}`, ticket)
	}
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}},
		Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
}
