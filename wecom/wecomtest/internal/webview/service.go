// Package webview is the web view of the client: a proxy with a listener for
// each origin and person, and the JS-SDK.
package webview

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	Contacts  *contacts.Service
	Agents    *agents.Service
	Messaging *messaging.Service
	Office    *office.Service
	Signin    *signin.Service
	Suite     *suite.Service

	proxies   proxies
	Forwarded map[string][]model.Forwarded // between members, by company
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service, agentsService *agents.Service, messagingService *messaging.Service, officeService *office.Service, signinService *signin.Service, suiteService *suite.Service) *Service {
	return &Service{Core: c, Contacts: contactsService, Agents: agentsService, Messaging: messagingService, Office: officeService, Signin: signinService, Suite: suiteService}
}

// Close closes all web views and waits for their listeners.
func (s *Service) Close() { s.proxies.close() }
