package showmebugtest

import (
	"context"
	"time"
)

// Calls returns the recorded calls of a path, oldest first: "interviews" (with or without the prefix
// /open_api/v1/), "PATCH interviews/*", or "/oauth/token.json". The empty path selects all. At most
// LogLimit calls are recorded.
func (s *Server) Calls(path string) []Call {
	s.init()
	return s.core.Calls(path)
}

// CallCount returns the number of calls of a path such as "interviews" since the start, of all
// methods, including those that the log has evicted.
func (s *Server) CallCount(path string) int {
	s.init()
	return s.core.CallCount(path)
}

// Time returns the current simulated time.
func (s *Server) Time() time.Time {
	s.init()
	return s.core.Time()
}

// URL returns the address of the server without a trailing slash, which is the base URL of the Open
// API and of all pages.
func (s *Server) URL() string {
	s.init()
	return s.core.URL()
}

// AllowUnknown exempts unknown paths, such as "/open_api/v1/accounts", from failing the test. Calls
// to them still return 404.
func (s *Server) AllowUnknown(paths ...string) {
	s.init()
	s.core.AllowUnknown(paths...)
}

// WaitCall returns the newest call of a path, as in Calls, for which match returns true, and waits
// for one until ctx is done. A nil match accepts any call. match must not call the Server.
func (s *Server) WaitCall(ctx context.Context, path string, match func(Call) bool) (Call, error) {
	s.init()
	return s.core.WaitCall(ctx, path, match)
}
