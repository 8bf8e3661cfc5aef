package showmebugtest

import (
	"log/slog"
	"path"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/redact"
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

// redactor masks the secrets of the Open API.
var redactor = redact.New(redact.Fields{
	Everywhere: []string{"client_secret", "access_token", "refresh_token", "code", "from_team_token"},
})

// recordCall stores a finished call.
func (s *Server) recordCall(c Call) {
	c.Duration = time.Since(c.start)
	s.mu.Lock()
	s.calls.Add(c)
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
	for _, c := range s.calls.List() {
		if callMatchesPath(&c, path) {
			out = append(out, c)
		}
	}
	return out
}

// callMatchesPath reports whether a call goes to a path, which may begin with a method and contain
// the wildcards of path.Match.
func callMatchesPath(c *Call, pattern string) bool {
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
