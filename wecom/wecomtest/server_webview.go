package wecomtest

// Forwards lists what the members of a company sent to each other, oldest
// first: the pages that they shared from web views, among others.
func (s *Server) Forwards(corpID string) []Forwarded {
	s.init()
	return s.webview.Forwards(corpID)
}
