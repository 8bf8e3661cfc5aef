// Package api serves the Open API and the token endpoint: faults, parameters, access token, handler,
// envelope and log of each call.
package api

import (
	"net/http"
	"strings"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core

	Webhooks *webhooks.Service

	// Endpoints are the endpoints of the Open API that ShowMeBug documents, and those of its SDK whose
	// form can be concluded from similar ones, by method and path.
	Endpoints map[string]core.Endpoint
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, webhooksService *webhooks.Service) *Service {
	return &Service{Core: c, Webhooks: webhooksService}
}

// Routes registers the endpoints and the token endpoint.
func (s *Service) Routes(mux *http.ServeMux) {
	for pattern, ep := range s.Endpoints {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+core.Prefix+path, func(w http.ResponseWriter, r *http.Request) {
			s.serveCall(w, r, func(call *core.CallRecord, f *core.Params, rule *model.Fault) *core.Response {
				return s.executeCall(ep, r, call, f, rule)
			})
		})
	}
	mux.HandleFunc(core.Prefix, s.serveUnknownPath)
	mux.HandleFunc("POST /oauth/token.json", func(w http.ResponseWriter, r *http.Request) { s.serveCall(w, r, s.serveToken) })
}
