package showmebugtest

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"path"
	"strings"
	"time"
)

// Call is one request to the Open API or the token endpoint. Secrets, tokens and
// codes are masked in all of its fields.
type Call struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"` // of the simulated clock
	Method   string    `json:"method"`
	Path     string    `json:"path"`
	Query    string    `json:"query"`
	TeamID   int64     `json:"teamId"`   // 0: unknown
	ClientID string    `json:"clientId"` // of the application that called
	Request  string    `json:"request"`
	Response string    `json:"response"`
	Status   int       `json:"status"` // 0 when the connection was dropped
	Errcode  int       `json:"errcode"`
	// Note is what a fault did beside the response.
	Note     string        `json:"note,omitempty"`
	Duration time.Duration `json:"duration"`

	start time.Time
}

// secretFields are masked wherever they occur, in queries and in bodies.
var secretFields = map[string]bool{
	"client_secret": true, "access_token": true, "refresh_token": true, "code": true, "from_team_token": true,
}

const masked = "***"

func maskQuery(q url.Values) string {
	shown := url.Values{}
	for k, v := range q {
		shown[k] = v
		if secretFields[k] {
			shown[k] = []string{masked}
		}
	}
	return strings.ReplaceAll(shown.Encode(), url.QueryEscape(masked), masked)
}

// maskBody hides secret fields in a JSON object or a form. A body without such a
// field, by far the most frequent, is kept byte for byte.
func maskBody(contentType string, b []byte) string {
	text := string(b)
	hit := false
	for k := range secretFields {
		hit = hit || strings.Contains(text, k)
	}
	if !hit {
		return text
	}
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(text); err == nil {
			return maskQuery(form)
		}
	}
	var v map[string]json.RawMessage
	if json.Unmarshal(b, &v) != nil {
		return fmt.Sprintf("(%d bytes that are no JSON object and may hold a secret)", len(b))
	}
	for k := range v {
		if secretFields[k] {
			v[k] = json.RawMessage(`"` + masked + `"`)
		}
	}
	return string(mustEncodeJSON(v))
}

// recordCall stores a finished call.
func (s *Server) recordCall(c Call) {
	c.Duration = time.Since(c.start)
	s.mu.Lock()
	s.calls.appendItem(c)
	s.counts[c.Path]++
	s.notifyWaiters()
	s.mu.Unlock()
	if s.Logger != nil {
		s.Logger.Debug("showmebug call", slog.String("method", c.Method), slog.String("path", c.Path), slog.Int("errcode", c.Errcode),
			slog.Int("status", c.Status), slog.Duration("took", c.Duration), slog.String("note", c.Note))
	}
}

// Calls lists the calls of a path, oldest first: "interviews" (with or without
// the prefix /open_api/v1/), "PATCH interviews/*", or "/oauth/token.json". The
// empty path lists all. At most LogLimit calls are kept.
func (s *Server) Calls(path string) []Call {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callsOf(path)
}

func (s *Server) callsOf(path string) (out []Call) {
	for _, c := range s.calls.listItems() {
		if c.matchesPath(path) {
			out = append(out, c)
		}
	}
	return out
}

// matchesPath reports whether a call goes to a path, which may begin with a method and hold
// the stars of path.Match.
func (c *Call) matchesPath(pattern string) bool {
	if method, rest, ok := strings.Cut(pattern, " "); ok {
		if method != c.Method {
			return false
		}
		pattern = rest
	}
	if pattern == "" {
		return true
	}
	if !strings.HasPrefix(pattern, "/") {
		pattern = prefix + pattern
	}
	ok, err := path.Match(pattern, c.Path)
	return ok && err == nil
}

// CallCount counts the calls of a path such as "interviews" since the start,
// whatever their method, those included that the log has dropped.
func (s *Server) CallCount(path string) int {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(path, "/") {
		path = prefix + path
	}
	return s.counts[path]
}

// ringBuffer keeps the newest entries up to a limit.
type ringBuffer[T any] struct {
	limit int
	items []T
	next  int
}

func (r *ringBuffer[T]) appendItem(v T) {
	if len(r.items) < r.limit {
		r.items = append(r.items, v)
		return
	}
	r.items[r.next] = v
	r.next = (r.next + 1) % r.limit
}

// listItems returns the entries, oldest first.
func (r *ringBuffer[T]) listItems() []T {
	out := make([]T, 0, len(r.items))
	out = append(out, r.items[r.next:]...)
	return append(out, r.items[:r.next]...)
}
