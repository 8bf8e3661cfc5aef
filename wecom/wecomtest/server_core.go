package wecomtest

import (
	"context"
	"time"
)

// Deliveries returns the recorded callbacks, oldest first. LogLimit and Limits.TextBytes bound
// their number.
func (s *Server) Deliveries() []Delivery {
	s.init()
	return s.core.Deliveries()
}

// AddCallbackFault adds a fault for callbacks and returns its id for RemoveFaults.
func (s *Server) AddCallbackFault(r CallbackFault) int64 {
	s.init()
	return s.core.AddCallbackFault(r)
}

// ReleaseCallbacks sends the callbacks held by Hold, last first, and returns their number.
func (s *Server) ReleaseCallbacks(ctx context.Context) (int, error) {
	s.init()
	return s.core.ReleaseCallbacks(ctx)
}

// Time returns the current simulated time. Pass it as the clock of a program that checks the age of
// callbacks or tokens, so that it follows Advance.
func (s *Server) Time() time.Time {
	s.init()
	return s.core.Time()
}

// Advance moves the simulated clock forward; tokens, codes and quota windows age accordingly. A
// negative d is ignored.
func (s *Server) Advance(d time.Duration) {
	s.init()
	s.core.Advance(d)
}

// Messages returns the messages in a member's chats with all applications, oldest first. It returns
// none for an unknown member.
func (s *Server) Messages(corpID, userID string) []Message {
	s.init()
	return s.core.Messages(corpID, userID)
}

// WaitMessage returns the newest message of a member for which match returns true, and waits for
// one until ctx is done. A nil match accepts any message. Existing messages count.
func (s *Server) WaitMessage(ctx context.Context, corpID, userID string, match func(Message) bool) (Message, error) {
	s.init()
	return s.core.WaitMessage(ctx, corpID, userID, match)
}

// Calls lists the calls of a path such as "message/send", oldest first. The
// empty path lists all. At most LogLimit calls are kept; CallCount counts all.
func (s *Server) Calls(path string) []Call {
	s.init()
	return s.core.Calls(path)
}

// CallCount counts the calls of a path since the start, those included that the
// log has dropped.
func (s *Server) CallCount(path string) int {
	s.init()
	return s.core.CallCount(path)
}

// AddCorp adds a company with its root department, or replaces its names and secrets. It panics
// when the id is empty, because the fixture is then invalid.
func (s *Server) AddCorp(c Corp) {
	s.init()
	s.core.AddCorp(c)
}

// AddDepartment adds or replaces a department. Parent 0 means the root.
func (s *Server) AddDepartment(d Department) {
	s.init()
	s.core.AddDepartment(d)
}

// AddMember adds or replaces a member. User ids are case-insensitive. Tags that do not exist
// are created.
func (s *Server) AddMember(m Member) {
	s.init()
	s.core.AddMember(m)
}

// AddApp adds or replaces an application. Its callback is not verified; use SaveCallback to verify
// it as the admin console does.
func (s *Server) AddApp(a App) {
	s.init()
	s.core.AddApp(a)
}

// Apps returns the applications of a company, sorted by agent id.
func (s *Server) Apps(corpID string) []App {
	s.init()
	return s.core.Apps(corpID)
}

// Corps returns the companies in the order in which they were added.
func (s *Server) Corps() []Corp {
	s.init()
	return s.core.Corps()
}

// Members returns the members of a company, sorted by user id.
func (s *Server) Members(corpID string) []Member {
	s.init()
	return s.core.Members(corpID)
}

// URL returns the address of the server without a trailing slash, which is the base URL of the API,
// of the sign-in pages and of the UI.
func (s *Server) URL() string {
	s.init()
	return s.core.URL()
}

// AllowUnknown exempts unknown paths, such as "/cgi-bin/oa/meetingroom/list", from failing the
// test. Calls to them still return 404.
func (s *Server) AllowUnknown(paths ...string) {
	s.init()
	s.core.AllowUnknown(paths...)
}
