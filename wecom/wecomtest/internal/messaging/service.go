// Package messaging serves what reaches members in their chats: messages of
// applications, groups, template cards, webhooks, and the media in them.
package messaging

import (
	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	Contacts *contacts.Service
	Agents   *agents.Service

	Robots  map[string]*core.RobotState // by key
	urlJobs bounded.Cache[string, *urlJob]
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service, agentsService *agents.Service) *Service {
	s := &Service{Core: c, Contacts: contactsService, Agents: agentsService}
	s.Robots = map[string]*core.RobotState{}
	return s
}
