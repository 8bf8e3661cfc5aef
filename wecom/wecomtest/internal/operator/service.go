// Package operator serves the operator's page: logs, faults, quotas, the clock.
package operator

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/api"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
	"github.com/huimian/huimian/wecom/wecomtest/internal/ui"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	API       *api.Service
	Contacts  *contacts.Service
	Agents    *agents.Service
	Messaging *messaging.Service
	Suite     *suite.Service
	UI        *ui.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, apiService *api.Service, contactsService *contacts.Service, agentsService *agents.Service, messagingService *messaging.Service, suiteService *suite.Service, uiService *ui.Service) *Service {
	return &Service{Core: c, API: apiService, Contacts: contactsService, Agents: agentsService, Messaging: messagingService, Suite: suiteService, UI: uiService}
}
