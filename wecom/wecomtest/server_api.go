package wecomtest

// AddFault adds a fault and returns its id for RemoveFaults. Faults are matched in the order in
// which they were added; the first match applies.
func (s *Server) AddFault(r Fault) int64 {
	s.init()
	return s.api.AddFault(r)
}

// RemoveFaults removes the API and callback faults with the given ids; without ids, all of them.
func (s *Server) RemoveFaults(ids ...int64) {
	s.init()
	s.api.RemoveFaults(ids...)
}

// RevokeTokens revokes the valid tokens of an application, as WeCom may do at any time, and returns
// their number. Calls with such a token return code, which is 40014 or 42001; 0 means 40014. Agent
// id 0 is the contact sync helper.
func (s *Server) RevokeTokens(corpID string, agentID int64, code int) int {
	s.init()
	return s.api.RevokeTokens(corpID, agentID, code)
}
