package ui

import (
	"errors"
	"io/fs"
	"net/http"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/page"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Routes registers the routes of the members' client and of WeChat.
func (s *Service) Routes(mux *http.ServeMux) {
	assets, err := fs.Sub(page.FaceFiles, "assets")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	files := http.StripPrefix("/sim/assets/", http.FileServerFS(assets))
	mux.Handle("GET /sim/assets/", noCache(files))
	mux.HandleFunc("GET /{$}", s.serveFace)
	mux.HandleFunc("GET /wechat", ServePage("wechat.html"))
	mux.HandleFunc("GET /sim/contact-way/{id}", s.serveContactWay)
	mux.HandleFunc("GET /sim/avatar", serveAvatar)
	mux.HandleFunc("GET /sim/media/{id}", s.Messaging.ServeMedia)
	mux.HandleFunc("GET /sim/article/{msgid}/{n}", s.Messaging.ServeArticle)
	mux.HandleFunc("GET /sim/robots/{id}/{n}", s.serveRobotPicture)
	mux.HandleFunc("GET /sim/events", s.serveEvents)
	mux.HandleFunc("GET /meeting/{code}", s.serveMeeting)

	handle := JSONRoutes(mux)
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
	handle("POST /sim/webview/open", s.Webview.FaceOpenView)
	handle("POST /sim/webview/call", s.Webview.FaceCallSDK)
	handle("POST /sim/webview/meeting", s.Webview.FaceStartMeeting)
	handle("POST /sim/webview/privileged", s.Webview.FacePrivileged)
	handle("POST /sim/forward", s.Webview.FaceForward)
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
}

// JSONRoutes returns a function that registers a JSON handler. Requests from
// pages of other origins are refused.
func JSONRoutes(mux *http.ServeMux) func(pattern string, h func(*http.Request) (any, error)) {
	guard := http.NewCrossOriginProtection()
	return func(pattern string, h func(*http.Request) (any, error)) {
		mux.Handle(pattern, guard.Handler(serveJSON(h)))
	}
}

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
		_, _ = w.Write(core.EncodeJSON(out))
	})
}

func faceStatus(err error) int {
	switch {
	case errors.Is(err, model.ErrNotDelivered):
		return http.StatusBadGateway
	case errors.Is(err, core.ErrFace):
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

// ServePage serves one of the embedded pages.
func ServePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { page.WritePage(w, name) }
}

// serveFace is the client of a member. Looking at it makes the browser that
// member, as being signed in to WeCom does.
func (s *Service) serveFace(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("as") != "" {
		s.Mu.Lock()
		m := s.Signin.FindMemberByName(q.Get("corp"), q.Get("as"))
		s.Mu.Unlock()
		if m != nil {
			s.Signin.SetBrowserMember(w, r, m.CorpID, m.UserID, false)
		}
	}
	page.WritePage(w, "index.html")
}
