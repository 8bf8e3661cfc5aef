package wecomtest

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
)

//go:embed face
var faceFiles embed.FS

// facePolicy lets the face run its own scripts and styles and show pictures
// from anywhere, because cards name pictures by address. Nothing else.
const facePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data: blob: http: https:; media-src 'self'; frame-src http://127.0.0.1:* http://localhost:*; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// routeFace holds every route of the face on one screen.
func (s *Server) routeFace() {
	assets, err := fs.Sub(faceFiles, "face")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	files := http.StripPrefix("/sim/assets/", http.FileServerFS(assets))
	s.mux.Handle("GET /sim/assets/", noCache(files))
	s.mux.HandleFunc("GET /{$}", s.serveFace)
	s.mux.HandleFunc("GET /operator", servePage("operator.html"))
	s.mux.HandleFunc("GET /wechat", servePage("wechat.html"))
	s.mux.HandleFunc("GET /sim/contact-way/{id}", s.serveContactWay)
	s.mux.HandleFunc("GET /sim/avatar", serveAvatar)
	s.mux.HandleFunc("GET /sim/media/{id}", s.serveMedia)
	s.mux.HandleFunc("GET /sim/article/{msgid}/{n}", s.serveArticle)
	s.mux.HandleFunc("GET /sim/robots/{id}/{n}", s.serveRobotPicture)
	s.mux.HandleFunc("GET /sim/har", s.serveHAR)
	s.mux.HandleFunc("GET /sim/events", s.serveEvents)

	guard := http.NewCrossOriginProtection()
	handle := func(pattern string, h func(*http.Request) (any, error)) {
		s.mux.Handle(pattern, guard.Handler(serveJSON(h)))
	}
	handle("GET /sim/login", s.getLoginInfo)
	handle("POST /sim/login", s.confirmLogin)
	handle("GET /sim/corps", s.faceCorps)
	handle("GET /sim/members", s.faceMembers)
	handle("GET /sim/me", s.faceMe)
	handle("GET /sim/messages", s.faceMessages)
	handle("GET /sim/schedules", s.faceSchedules)
	handle("POST /sim/respond", s.faceRespond)
	handle("POST /sim/read", s.faceRead)
	handle("POST /sim/click", s.faceClick)
	handle("POST /sim/say", s.faceSay)
	handle("POST /sim/enter", s.faceEnter)
	handle("POST /sim/menu", s.faceMenu)
	handle("POST /sim/webview/open", s.faceOpenView)
	handle("POST /sim/webview/call", s.faceCallSDK)
	handle("POST /sim/webview/meeting", s.faceStartMeeting)
	handle("POST /sim/webview/privileged", s.facePrivileged)
	handle("POST /sim/forward", s.faceForward)
	handle("GET /sim/meetings", s.faceMeetings)
	handle("POST /sim/meetings", s.faceMeetingAction)
	handle("GET /sim/meeting", s.faceMeetingByCode)
	handle("POST /sim/meeting", s.faceEnterMeeting)
	handle("GET /sim/outside", s.faceOutside)
	handle("POST /sim/outside", s.faceNewOutside)
	handle("GET /sim/outside/me", s.faceOutsideMe)
	handle("GET /sim/outside/messages", s.faceOutsideMessages)
	handle("POST /sim/outside/open", s.faceOpenOutside)
	handle("POST /sim/kf/show", s.faceShowKF)
	handle("POST /sim/customers", s.faceAddCustomer)
	handle("GET /sim/customers/messages", s.faceCustomerMessages)
	handle("POST /sim/kf/enter", s.faceEnterKF)
	handle("POST /sim/kf/say", s.faceSayKF)

	handle("GET /sim/operator", s.operatorState)
	handle("GET /sim/secrets", s.operatorSecrets)
	handle("GET /sim/quotas", s.operatorQuotas)
	handle("POST /sim/quotas/forget", s.operatorForget)
	handle("GET /sim/calls", s.operatorCalls)
	handle("GET /sim/callbacks", s.operatorCallbacks)
	handle("POST /sim/callbacks/resend", s.operatorResend)
	handle("POST /sim/callbacks/verify", s.operatorVerify)
	handle("POST /sim/callbacks/faults", s.operatorFailCallback)
	handle("POST /sim/callbacks/release", s.operatorRelease)
	handle("POST /sim/faults", s.operatorFail)
	handle("POST /sim/faults/remove", s.operatorHeal)
	handle("POST /sim/clock", s.operatorClock)
	handle("POST /sim/apps", s.operatorSetApp)
	handle("POST /sim/tokens/kill", s.operatorKill)
}

// errFace is a request of the face that cannot be answered.
var errFace = errors.New("no such member, application or message")

// serveJSON turns a function into a JSON handler. The faults are those of a person
// at the face; their texts hold nothing secret.
func serveJSON(h func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		out, err := h(r)
		if err != nil {
			w.WriteHeader(faceStatus(err))
			out = map[string]string{"error": err.Error()}
		}
		_, _ = w.Write(encodeJSON(out))
	})
}

func faceStatus(err error) int {
	switch {
	case errors.Is(err, ErrNotDelivered):
		return http.StatusBadGateway
	case errors.Is(err, errFace):
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

func noCache(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		h.ServeHTTP(w, r)
	})
}

// servePage serves one of the embedded pages.
func servePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writePage(w, name) }
}

func writePage(w http.ResponseWriter, name string) {
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
	_, _ = w.Write(body)
}

// serveFace is the client of a member. Looking at it makes the browser that
// member, as being signed in to WeCom does.
func (s *Server) serveFace(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("as") != "" {
		s.mu.Lock()
		m := s.findMemberByName(q.Get("corp"), q.Get("as"))
		s.mu.Unlock()
		if m != nil {
			s.setBrowserMember(w, r, m.CorpID, m.UserID, false)
		}
	}
	writePage(w, "index.html")
}

// readJSON reads the body of a request of the face.
func readJSON(r *http.Request, v any) error {
	return json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(v)
}

func formatID(id int64) string { return strconv.FormatInt(id, 10) }

func (s *Server) avatarURL(m *memberState) string {
	if m.Avatar != "" {
		return m.Avatar
	}
	return s.URL() + AvatarPath(m.Name)
}

// AvatarPath is where the simulator draws a picture for a name: the last two
// characters on a coloured ground, as WeCom does for members without a photo.
func AvatarPath(name string) string { return "/sim/avatar?name=" + url.QueryEscape(name) }
