// Package signin serves OAuth2 inside WeCom, the web login page, and the
// exchange of their codes. It stores the member of each browser inside WeCom.
package signin

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

	// SuitePages serves the sign-in pages of suites.
	SuitePages suitePages

	codes bounded.Cache[string, *OAuthCode]
	Views map[string]*WebView // by the value of the cookie
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service, agentsService *agents.Service) *Service {
	s := &Service{Core: c, Contacts: contactsService, Agents: agentsService}
	s.codes.Limit = c.Limits.Codes
	s.Views = map[string]*WebView{}
	return s
}
