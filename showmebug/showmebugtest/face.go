package showmebugtest

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
)

//go:embed face
var faceFiles embed.FS

// facePolicy lets the pages run their own scripts and styles, and show the
// résumé and evaluation pages of others in frames. Nothing else.
const facePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; frame-src http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// routeFace holds every route of the pages on one screen.
func (s *Server) routeFace() {
	assets, err := fs.Sub(faceFiles, "face")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	s.mux.Handle("GET /sim/assets/", noCache(http.StripPrefix("/sim/assets/", http.FileServerFS(assets))))
	s.mux.HandleFunc("GET /{$}", s.page("operator.html"))
	s.mux.HandleFunc("GET /operator", s.page("operator.html"))
	s.mux.HandleFunc("GET /pads/{uid}", s.page("pad.html"))
	s.mux.HandleFunc("GET /written_pads/{uid}", s.page("written.html"))
	s.mux.HandleFunc("GET /exam_links/{link}", s.page("written.html"))
	s.mux.HandleFunc("GET /oauth/authorize", s.serveAuthorize)

	guard := http.NewCrossOriginProtection()
	handle := func(pattern string, h func(*http.Request) (any, error)) {
		s.mux.Handle(pattern, guard.Handler(reply(h)))
	}
	handle("GET /sim/consent", s.consentInfo)
	handle("POST /sim/consent", s.giveConsent)
	handle("GET /sim/pads/{uid}", s.facePad)
	handle("POST /sim/pads/{uid}/start", s.faceStart)
	handle("POST /sim/pads/{uid}/board", s.faceBoard)
	handle("POST /sim/pads/{uid}/rate", s.faceRate)
	handle("POST /sim/pads/{uid}/end", s.faceEnd)
	handle("GET /sim/written/{uid}", s.faceWritten)
	handle("POST /sim/written/{uid}/start", s.faceWrittenStart)
	handle("POST /sim/written/{uid}/answers", s.faceAnswer)
	handle("POST /sim/written/{uid}/finish", s.faceFinish)
	handle("GET /sim/exam_links/{link}", s.faceExamLink)
	handle("POST /sim/exam_links/{link}", s.faceSitExam)

	handle("GET /sim/operator", s.operatorState)
	handle("GET /sim/calls", s.operatorCalls)
	handle("GET /sim/webhooks", s.operatorWebhooks)
	handle("POST /sim/webhooks/resend", s.operatorResend)
	handle("POST /sim/webhooks/release", s.operatorRelease)
	handle("POST /sim/webhooks/faults", s.operatorFailWebhook)
	handle("POST /sim/faults", s.operatorFail)
	handle("POST /sim/faults/remove", s.operatorHeal)
	handle("POST /sim/clock", s.operatorClock)
	handle("POST /sim/tokens/kill", s.operatorKill)
	handle("POST /sim/quota", s.operatorQuota)
}

// reply turns a function into a JSON handler. The faults are those of a person
// at the page; their texts hold nothing secret.
func reply(h func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		out, err := h(r)
		if err != nil {
			w.WriteHeader(faceStatus(err))
			out = map[string]string{"error": err.Error()}
		}
		_, _ = w.Write(encode(out))
	})
}

func faceStatus(err error) int {
	switch {
	case errors.Is(err, errFace):
		return http.StatusNotFound
	case errors.Is(err, errState):
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

// page serves one of the embedded pages. What it shows it asks for itself, so
// that an address that leads nowhere is a page that says so.
func (s *Server) page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		if !s.leadsSomewhere(r) {
			status = http.StatusNotFound
		}
		s.writePage(w, status, name)
	}
}

func (s *Server) leadsSomewhere(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	uid, link := r.PathValue("uid"), r.PathValue("link")
	return (uid == "" || s.interviews[uid] != nil || s.pads[uid] != nil) && (link == "" || s.links[link] != nil)
}

func (*Server) writePage(w http.ResponseWriter, status int, name string) {
	body, err := faceFiles.ReadFile("face/" + name)
	if err != nil {
		http.Error(w, "page "+name+" is missing", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", facePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// readJSON reads the body of a request of a page.
func readJSON(r *http.Request, v any) error {
	return json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(v)
}
