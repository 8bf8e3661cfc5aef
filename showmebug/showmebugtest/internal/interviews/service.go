// Package interviews serves interviews and what interviewers do in them.
package interviews

import (
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core

	Webhooks *webhooks.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, webhooksService *webhooks.Service) *Service {
	return &Service{Core: c, Webhooks: webhooksService}
}

// Endpoints returns the endpoints of the package, by method and path. {id} is a uid.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"POST interviews":            {Scope: "interview", Handle: s.createInterview},
		"GET interviews":             {Scope: "interview", Handle: s.listInterviews},
		"PATCH interviews/{id}":      {Scope: "interview", Handle: s.editInterview},
		"DELETE interviews/{id}":     {Scope: "interview", Handle: s.deleteInterview},
		"GET interviews/{id}/result": {Scope: "interview", Handle: s.interviewResult},
		"POST batch_interviews":      {Scope: "interview", Handle: s.createInterviews},
	}
}
