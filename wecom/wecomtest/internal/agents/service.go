// Package agents serves what an application reads and sets of itself, and the
// details of members that it may read.
package agents

import (
	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	Contacts *contacts.Service

	UserTickets bounded.Cache[string, *userTicket]
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service) *Service {
	s := &Service{Core: c, Contacts: contactsService}
	s.UserTickets.Limit = c.Limits.Codes
	return s
}
