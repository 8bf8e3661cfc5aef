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

// service is as much of WeCom as the comparison needs: tokens that can die, an
// address that takes messages, tickets.
type service struct {
	takes  time.Duration // that gettoken takes
	killAt int           // messages after which the token is declared dead; 0 never
	code   int           // with which it is

	mu        sync.Mutex
	token     string
	gettokens int
	sent      int
}

func newService(t testing.TB, s *service) string {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return srv.URL
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch r.URL.Path {
	case "/cgi-bin/gettoken":
		s.giveToken(w)
	case "/cgi-bin/message/send":
		s.take(w, r.URL.Query().Get("access_token"))
	default: // both kinds of ticket
		answer(w, map[string]any{"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": 7200})
	}
}

// giveToken hands out the living token again, as WeCom does.
func (s *service) giveToken(w http.ResponseWriter) {
	<-time.After(s.takes)
	s.mu.Lock()
	s.gettokens++
	if s.token == "" {
		s.token = "token-" + strconv.Itoa(s.gettokens)
	}
	token := s.token
	s.mu.Unlock()
	answer(w, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})
}

func (s *service) take(w http.ResponseWriter, token string) {
	s.mu.Lock()
	code := 0
	if token != s.token || token == "" {
		code = s.code
	} else if s.sent++; s.sent == s.killAt {
		s.token = ""
	}
	s.mu.Unlock()
	if code != 0 {
		answer(w, map[string]any{"errcode": code, "errmsg": "token is dead"})
		return
	}
	_, _ = io.WriteString(w, sentReply)
}

const sentReply = `{"errcode":0,"errmsg":"ok","invaliduser":"","msgid":"m-1"}`

func (s *service) counts() (gettokens, sent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gettokens, s.sent
}

func answer(w http.ResponseWriter, reply any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(reply) // a client that hung up counts as lost there
}

// memory is a network without one: what is left are the allocations of the
// client and of net/http's own client.
type memory struct{}

func (memory) RoundTrip(r *http.Request) (*http.Response, error) {
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
