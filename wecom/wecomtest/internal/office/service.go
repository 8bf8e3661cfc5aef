// Package office serves calendars, meetings, approvals, mail and the workbench.
package office

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	Contacts  *contacts.Service
	Messaging *messaging.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service, messagingService *messaging.Service) *Service {
	return &Service{Core: c, Contacts: contactsService, Messaging: messagingService}
}
