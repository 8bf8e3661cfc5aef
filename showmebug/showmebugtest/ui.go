package showmebugtest

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
)

//go:embed ui
var uiFiles embed.FS

// uiContentSecurityPolicy lets the pages run their own scripts and styles, and show the
// résumé and evaluation pages of others in frames. Nothing else.
const uiContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; frame-src http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// routeUI holds every route of the pages on one screen.
func (s *Server) routeUI() {
	assets, err := fs.Sub(uiFiles, "ui")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	s.mux.Handle("GET /sim/assets/", noCache(http.StripPrefix("/sim/assets/", http.FileServerFS(assets))))
	s.mux.HandleFunc("GET /{$}", s.servePage("operator.html"))
	s.mux.HandleFunc("GET /operator", s.servePage("operator.html"))
	s.mux.HandleFunc("GET /pads/{uid}", s.servePage("pad.html"))
	s.mux.HandleFunc("GET /written_pads/{uid}", s.servePage("written.html"))
	s.mux.HandleFunc("GET /exam_links/{link}", s.servePage("written.html"))
	s.mux.HandleFunc("GET /oauth/authorize", s.serveAuthorize)

	guard := http.NewCrossOriginProtection()
	handle := func(pattern string, h func(*http.Request) (any, error)) {
		s.mux.Handle(pattern, guard.Handler(jsonHandler(h)))
	}
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

// jsonHandler turns a function into a JSON handler. The faults are those of a person
// at the page; their texts hold nothing secret.
func jsonHandler(h func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		out, err := h(r)
		if err != nil {
			w.WriteHeader(errorStatus(err))
			out = map[string]string{"error": err.Error()}
		}
		_, _ = w.Write(mustEncodeJSON(out))
	})
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

func noCache(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		h.ServeHTTP(w, r)
	})
}

// servePage serves one of the embedded pages. What it shows it asks for itself, so
// that an address that leads nowhere is a page that says so.
func (s *Server) servePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		if !s.pathExists(r) {
			status = http.StatusNotFound
		}
		s.writePage(w, status, name)
	}
}

func (s *Server) pathExists(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	uid, link := r.PathValue("uid"), r.PathValue("link")
	return (uid == "" || s.interviews[uid] != nil || s.pads[uid] != nil) && (link == "" || s.links[link] != nil)
}

func (*Server) writePage(w http.ResponseWriter, status int, name string) {
	body, err := uiFiles.ReadFile("ui/" + name)
	if err != nil {
		http.Error(w, "page "+name+" is missing", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", uiContentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// readJSON reads the body of a request of a page.
func readJSON(r *http.Request, v any) error {
	return json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(v)
}
