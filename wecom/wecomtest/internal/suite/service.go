// Package suite serves third-party applications (第三方应用): their tickets,
// tokens, installations, sign-in pages and encrypted ids.
package suite

import (
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	Contacts *contacts.Service
	Agents   *agents.Service
	Signin   *signin.Service

	SuiteStates  map[string]*suiteState          // by id
	providers    map[string]map[string]time.Time // provider tokens by company
	decryptedIDs bounded.Cache[string, string]   // by those of providers
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service, agentsService *agents.Service, signinService *signin.Service) *Service {
	return &Service{Core: c, Contacts: contactsService, Agents: agentsService, Signin: signinService}
}
