package showmebugtest

// Authorize consents to a platform for a team, as its administrator does on the consent page, and
// returns the code. Without scopes it grants both.
func (s *Server) Authorize(teamID int64, clientID string, scopes ...string) (string, error) {
	s.init()
	return s.teams.Authorize(teamID, clientID, scopes...)
}

// AddTeam adds a team, or replaces the one with the same id, and returns its id.
func (s *Server) AddTeam(t Team) int64 {
	s.init()
	return s.teams.AddTeam(t)
}

// Teams returns the teams without their secrets, in the order in which they were added.
func (s *Server) Teams() []Team {
	s.init()
	return s.teams.Teams()
}

// SetQuota sets the number of sessions that a team has left.
func (s *Server) SetQuota(teamID int64, left int) {
	s.init()
	s.teams.SetQuota(teamID, left)
}

// AddPlatform adds a service platform, or replaces the one with the same client id. Teams consent to
// it on the consent page or by Authorize.
func (s *Server) AddPlatform(p Platform) {
	s.init()
	s.teams.AddPlatform(p)
}
