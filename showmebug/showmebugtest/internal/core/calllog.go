package core

import (
	"context"
	"log/slog"
	"path"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/redact"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// CallRecord is a call while it is being answered.
type CallRecord struct {
	model.Call
	Start time.Time // real time
}

// Redactor masks the secrets of the Open API.
var Redactor = redact.New(redact.Fields{
	Everywhere: []string{"client_secret", "access_token", "refresh_token", "code", "from_team_token"},
})

// maxCountedPaths is the number of different paths that are counted: a client may call any number of
// unknown ones.
const maxCountedPaths = 10000

// RecordCall stores a finished call.
func (s *Core) RecordCall(c CallRecord) {
	c.Duration = time.Since(c.Start)
	s.Mu.Lock()
	s.CallLog.Add(c.Call)
	if _, ok := s.CallCounts[c.Path]; ok || len(s.CallCounts) < maxCountedPaths {
		s.CallCounts[c.Path]++
	}
	s.NotifyWaiters()
	s.Mu.Unlock()
	if s.Config().Logger != nil {
		s.Config().Logger.Debug("showmebug call", slog.String("method", c.Method), slog.String("path", c.Path), slog.Int("errcode", c.Errcode),
			slog.Int("status", c.Status), slog.Duration("took", c.Duration), slog.String("note", c.Note))
	}
}

// Calls implements the method of showmebugtest.Server.
func (s *Core) Calls(path string) []model.Call {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.callsOf(path)
}

func (s *Core) callsOf(path string) (out []model.Call) {
	for _, c := range s.CallLog.List() {
		if CallMatchesPath(&c, path) {
			out = append(out, c)
		}
	}
	return out
}

// CallMatchesPath reports whether a call goes to a path, which may begin with a method and contain
// the wildcards of path.Match.
func CallMatchesPath(c *model.Call, pattern string) bool {
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
		pattern = Prefix + pattern
	}
	ok, err := path.Match(pattern, c.Path)
	return ok && err == nil
}

// CallCount implements the method of showmebugtest.Server.
func (s *Core) CallCount(path string) int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if !strings.HasPrefix(path, "/") {
		path = Prefix + path
	}
	return s.CallCounts[path]
}

// WaitCall implements the method of showmebugtest.Server.
func (s *Core) WaitCall(ctx context.Context, path string, match func(model.Call) bool) (model.Call, error) {
	return WaitUntil(ctx, s, "a call of "+path, func() (model.Call, bool) { return FindNewest(s.callsOf(path), match) })
}
