// Package ui serves the pages of interviewers, candidates and consenting administrators.
package ui

import (
	"net/http"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/page"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/teams"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core

	Webhooks   *webhooks.Service
	Teams      *teams.Service
	Interviews *interviews.Service
	Exams      *exams.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, webhooksService *webhooks.Service, teamsService *teams.Service, interviewsService *interviews.Service, examsService *exams.Service) *Service {
	return &Service{Core: c, Webhooks: webhooksService, Teams: teamsService, Interviews: interviewsService, Exams: examsService}
}

// Routes registers the pages and what their scripts call.
func (s *Service) Routes(mux *http.ServeMux) {
	mux.Handle("GET /sim/assets/", page.Site.Assets("/sim/assets/"))
	mux.HandleFunc("GET /pads/{uid}", s.servePage("pad.html"))
	mux.HandleFunc("GET /written_pads/{uid}", s.servePage("written.html"))
	mux.HandleFunc("GET /exam_links/{link}", s.servePage("written.html"))
	mux.HandleFunc("GET /oauth/authorize", s.serveAuthorize)

	handle := JSONRoutes(mux)
	handle("GET /sim/consent", s.getConsent)
	handle("POST /sim/consent", s.giveConsent)
	handle("GET /sim/pads/{uid}", s.getInterview)
	handle("POST /sim/pads/{uid}/start", s.startInterview)
	handle("POST /sim/pads/{uid}/board", s.editBoard)
	handle("POST /sim/pads/{uid}/rate", s.rateInterview)
	handle("POST /sim/pads/{uid}/end", s.endInterview)
	handle("GET /sim/written/{uid}", s.getWrittenTest)
	handle("POST /sim/written/{uid}/start", s.startWrittenTest)
	handle("POST /sim/written/{uid}/answers", s.saveTestAnswers)
	handle("POST /sim/written/{uid}/finish", s.finishWrittenTest)
	handle("GET /sim/exam_links/{link}", s.getExamLink)
	handle("POST /sim/exam_links/{link}", s.startExamFromLink)
}

// JSONRoutes returns a function that registers a JSON handler.
func JSONRoutes(mux *http.ServeMux) func(pattern string, h webpage.Handler) {
	return webpage.JSONRoutes(mux, errorStatus)
}
