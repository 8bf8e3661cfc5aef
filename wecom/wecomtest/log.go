package wecomtest

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Call is one request that the API received. Secrets, tokens, tickets and codes
// are masked in all of its fields.
type Call struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"` // of the simulated clock
	Method   string    `json:"method"`
	Path     string    `json:"path"`
	Query    string    `json:"query"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"`
	Request  string    `json:"request"`
	Response string    `json:"response"`
	Status   int       `json:"status"` // 0 when the connection was dropped
	Errcode  int       `json:"errcode"`
	// Note says what was done beside the answer: a fault, or a message that a
	// quota swallowed.
	Note     string        `json:"note,omitempty"`
	Duration time.Duration `json:"duration"`

	start time.Time
}

// secretFields are masked wherever they occur, in queries and in bodies.
var secretFields = map[string]bool{
	"corpsecret": true, "access_token": true, "code": true, "ticket": true,
	"suite_secret": true, "suite_access_token": true, "provider_secret": true, "provider_access_token": true,
	"pre_auth_code": true, "auth_code": true, "permanent_code": true, "welcome_code": true,
	"user_ticket": true, "suite_ticket": true, "encodingaeskey": true,
}

const masked = "***"

func (c *Call) setRequest(r *request) {
	q := url.Values{}
	for k, v := range r.query {
		q[k] = v
		if secretFields[k] || k == "key" { // the key of a webhook
			q[k] = []string{masked}
		}
	}
	if strings.HasPrefix(r.contentType, "multipart/") {
		c.Request = fmt.Sprintf("(%d bytes of an upload)", len(r.body))
	} else {
		c.Request = maskJSON(r.body)
	}
	c.Query = strings.ReplaceAll(q.Encode(), url.QueryEscape(masked), masked)
}

func (c *Call) setReply(r *request, out []byte, err *apiError) {
	if r.corp != nil {
		c.CorpID = r.corp.ID
	}
	if r.app != nil {
		c.AgentID = r.app.AgentID
	}
	c.Status, c.Response = 200, maskJSON(out)
	if err != nil {
		c.Errcode = err.code
	}
}

// maskJSON hides secret fields in a JSON text. A body without such a field, by
// far the most frequent, is kept byte for byte.
func maskJSON(b []byte) string {
	text := string(b)
	hit := strings.Contains(text, `"callback"`) // of a batch job: address, token and key
	for k := range secretFields {
		hit = hit || strings.Contains(text, `"`+k+`"`)
	}
	if !hit {
		return text
	}
	var v map[string]json.RawMessage
	if json.Unmarshal(b, &v) != nil {
		return fmt.Sprintf("(%d bytes that are no JSON object and may hold a secret)", len(b))
	}
	for k := range v {
		if secretFields[k] || k == "callback" {
			v[k] = json.RawMessage(`"` + masked + `"`)
		}
	}
	return string(encodeJSON(v))
}

// recordCall stores a finished call.
func (s *Server) recordCall(c Call) {
	c.Duration = time.Since(c.start)
	s.mu.Lock()
	s.calls.add(c)
	if _, there := s.callCounts[c.Path]; there || len(s.callCounts) < 10000 { // unknown paths have no end
		s.callCounts[c.Path]++
	}
	s.notifyChange(change{Kind: "call", CorpID: c.CorpID})
	s.mu.Unlock()
	if s.Logger != nil {
		s.Logger.Debug("wecom call", slog.String("path", c.Path), slog.Int("errcode", c.Errcode),
			slog.Int("status", c.Status), slog.Duration("took", c.Duration), slog.String("note", c.Note))
	}
}

// Calls lists the calls of a path such as "message/send", oldest first. The
// empty path lists all. At most LogLimit calls are kept; CallCount counts all.
func (s *Server) Calls(path string) []Call {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls.list() {
		if path == "" || c.Path == fullPath(path) {
			out = append(out, c)
		}
	}
	return out
}

// CallCount counts the calls of a path since the start, those included that the
// log has dropped.
func (s *Server) CallCount(path string) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callCounts[fullPath(path)]
}

func fullPath(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return "/cgi-bin/" + path
}

// ring keeps the newest entries up to a limit, and up to a size of their bodies.
type ring[T any] struct {
	limit, bytes int
	size         func(*T) int
	items        queue[T]
	used         int
}

func (r *ring[T]) add(v T) {
	r.items.push(v)
	r.used += r.size(&v)
	for r.items.len() > 1 && (r.items.len() > r.limit || r.used > r.bytes) {
		old := r.items.pop()
		r.used -= r.size(&old)
	}
}

// list returns the entries, oldest first.
func (r *ring[T]) list() []T { return slices.Clone(r.items.list()) }
