// Package ui serves the client in the browser: what members see and do, and the
// WeChat of external contacts.
package ui

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/bots"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/customers"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
	"github.com/huimian/huimian/wecom/wecomtest/internal/webview"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
	Contacts  *contacts.Service
	Messaging *messaging.Service
	Office    *office.Service
	Customers *customers.Service
	Signin    *signin.Service
	Suite     *suite.Service
	Webview   *webview.Service
	Bots      *bots.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, contactsService *contacts.Service, messagingService *messaging.Service, officeService *office.Service, customersService *customers.Service, signinService *signin.Service, suiteService *suite.Service, webviewService *webview.Service) *Service {
	return &Service{Core: c, Contacts: contactsService, Messaging: messagingService, Office: officeService, Customers: customersService, Signin: signinService, Suite: suiteService, Webview: webviewService}
}
