// Package operator serves the operator's page: logs, faults, sessions, the clock.
package operator

import (
	"net/http"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/api"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/page"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/teams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/ui"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core

	Webhooks   *webhooks.Service
	API        *api.Service
	Teams      *teams.Service
	Interviews *interviews.Service
	Exams      *exams.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, webhooksService *webhooks.Service, apiService *api.Service, teamsService *teams.Service, interviewsService *interviews.Service, examsService *exams.Service) *Service {
	return &Service{Core: c, Webhooks: webhooksService, API: apiService, Teams: teamsService, Interviews: interviewsService, Exams: examsService}
}

// Routes registers the page and what its script calls.
func (s *Service) Routes(mux *http.ServeMux) {
	servePage := func(w http.ResponseWriter, _ *http.Request) { page.Site.WriteFile(w, http.StatusOK, "operator.html") }
	mux.HandleFunc("GET /{$}", servePage)
	mux.HandleFunc("GET /operator", servePage)

	handle := ui.JSONRoutes(mux)
	handle("GET /sim/operator", s.getState)
	handle("GET /sim/calls", s.listCalls)
	handle("GET /sim/webhooks", s.listWebhooks)
	handle("POST /sim/webhooks/resend", s.resendWebhook)
	handle("POST /sim/webhooks/release", s.releaseWebhooks)
	handle("POST /sim/webhooks/faults", s.addWebhookFault)
	handle("POST /sim/faults", s.addFault)
	handle("POST /sim/faults/remove", s.removeFaults)
	handle("POST /sim/clock", s.advanceClock)
	handle("POST /sim/tokens/revoke", s.revokeTokens)
	handle("POST /sim/quota", s.setQuota)
}
