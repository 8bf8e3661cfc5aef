// Package teams serves teams, members, sessions and the consent of teams to platforms.
package teams

import (
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core) *Service { return &Service{Core: c} }

// Endpoints returns the endpoints of the package, by method and path.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"GET me":                 {Handle: s.getTeam},
		"POST team_members":      {Handle: s.createMember},
		"PUT transfer_team_bank": {Handle: s.transferQuota},
		"GET console_link":       {Handle: s.consoleLink},
	}
}
