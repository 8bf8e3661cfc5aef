package showmebugtest

// AddFault adds a fault and returns its id for RemoveFaults. Faults are matched in the order in
// which they were added; the first match applies.
func (s *Server) AddFault(r Fault) int64 {
	s.init()
	return s.api.AddFault(r)
}

// RemoveFaults removes the call and webhook faults with the given ids; without ids, all of them.
func (s *Server) RemoveFaults(ids ...int64) {
	s.init()
	s.api.RemoveFaults(ids...)
}

// RevokeTokens revokes the valid tokens of an application and returns their number. Refresh tokens
// remain valid.
func (s *Server) RevokeTokens(clientID string) int {
	s.init()
	return s.api.RevokeTokens(clientID)
}
