package showmebugtest

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

//go:embed ui
var uiFiles embed.FS

// site serves the pages. They may run their own scripts and styles, and show the résumé and evaluation
// pages of the application in frames.
var site = webpage.Site{Files: uiAssets(), Policy: "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; frame-src http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"}

func uiAssets() fs.FS {
	out, err := fs.Sub(uiFiles, "ui")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	return out
}

// routeUI holds every route of the pages on one screen.
func (s *Server) routeUI() {
	s.mux.Handle("GET /sim/assets/", site.Assets("/sim/assets/"))
	s.mux.HandleFunc("GET /{$}", s.servePage("operator.html"))
	s.mux.HandleFunc("GET /operator", s.servePage("operator.html"))
	s.mux.HandleFunc("GET /pads/{uid}", s.servePage("pad.html"))
	s.mux.HandleFunc("GET /written_pads/{uid}", s.servePage("written.html"))
	s.mux.HandleFunc("GET /exam_links/{link}", s.servePage("written.html"))
	s.mux.HandleFunc("GET /oauth/authorize", s.serveAuthorize)

	handle := webpage.JSONRoutes(s.mux, errorStatus)
	handle("GET /sim/consent", s.consentInfo)
	handle("POST /sim/consent", s.giveConsent)
	handle("GET /sim/pads/{uid}", s.uiInterview)
	handle("POST /sim/pads/{uid}/start", s.uiStartInterview)
	handle("POST /sim/pads/{uid}/board", s.uiEditBoard)
	handle("POST /sim/pads/{uid}/rate", s.uiRateInterview)
	handle("POST /sim/pads/{uid}/end", s.uiEndInterview)
	handle("GET /sim/written/{uid}", s.uiWrittenTest)
	handle("POST /sim/written/{uid}/start", s.uiStartWrittenTest)
	handle("POST /sim/written/{uid}/answers", s.uiSaveAnswers)
	handle("POST /sim/written/{uid}/finish", s.uiFinishWrittenTest)
	handle("GET /sim/exam_links/{link}", s.uiExamLink)
	handle("POST /sim/exam_links/{link}", s.uiStartExamFromLink)

	handle("GET /sim/operator", s.operatorState)
	handle("GET /sim/calls", s.operatorCalls)
	handle("GET /sim/webhooks", s.operatorWebhooks)
	handle("POST /sim/webhooks/resend", s.operatorResend)
	handle("POST /sim/webhooks/release", s.operatorRelease)
	handle("POST /sim/webhooks/faults", s.operatorAddWebhookFault)
	handle("POST /sim/faults", s.operatorAddFault)
	handle("POST /sim/faults/remove", s.operatorRemoveFaults)
	handle("POST /sim/clock", s.operatorAdvanceClock)
	handle("POST /sim/tokens/kill", s.operatorKillTokens)
	handle("POST /sim/quota", s.operatorSetQuota)
}

func errorStatus(err error) int {
	switch {
	case errors.Is(err, errNotFound):
		return http.StatusNotFound
	case errors.Is(err, errInvalidState):
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

// servePage serves one of the embedded pages. What it shows it asks for itself, so
// that an address that leads nowhere is a page that says so.
func (s *Server) servePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		if !s.pathExists(r) {
			status = http.StatusNotFound
		}
		site.WriteFile(w, status, name)
	}
}

func (s *Server) pathExists(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	uid, link := r.PathValue("uid"), r.PathValue("link")
	return (uid == "" || s.interviews[uid] != nil || s.pads[uid] != nil) && (link == "" || s.links[link] != nil)
}
