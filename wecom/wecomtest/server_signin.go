package wecomtest

// SignInCode creates a sign-in code for a member as the authorize page of the application does, for
// tests that do not follow redirects. It returns "" for an unknown member or application.
func (s *Server) SignInCode(corpID, userID string, agentID int64) string {
	s.init()
	return s.signin.SignInCode(corpID, userID, agentID)
}
