// Package operator serves the operator's page: logs, faults, quotas, the clock.
package operator

import (
	"io"

	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/api"
	"github.com/huimian/huimian/wecom/wecomtest/internal/bots"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
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
	Office    *office.Service
	Suite     *suite.Service
	UI        *ui.Service
	Bots      *bots.Service

	// LoadCompanies adds the companies of a company file.
	LoadCompanies func(io.Reader) error

	// Pages are those of the program that runs the simulator.
	Pages []Page
}

// Page is one to which the operator's page links.
type Page struct {
	Path   string            `json:"path"`
	Labels map[string]string `json:"labels"` // by language
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, apiService *api.Service, contactsService *contacts.Service, agentsService *agents.Service, messagingService *messaging.Service, officeService *office.Service, suiteService *suite.Service, uiService *ui.Service) *Service {
	return &Service{Core: c, API: apiService, Contacts: contactsService, Agents: agentsService, Messaging: messagingService, Office: officeService, Suite: suiteService, UI: uiService}
}
