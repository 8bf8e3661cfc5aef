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
	assets, err := fs.Sub(page.Files, "assets")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	files := http.StripPrefix("/sim/assets/", http.FileServerFS(assets))
	mux.Handle("GET /sim/assets/", withoutCache(files))
	mux.HandleFunc("GET /{$}", s.serveClient)
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
	handle("GET /sim/corps", s.listCorps)
	handle("GET /sim/members", s.listMembers)
	handle("GET /sim/me", s.getMe)
	handle("GET /sim/messages", s.listMessages)
	handle("GET /sim/schedules", s.listSchedules)
	handle("POST /sim/respond", s.respondToSchedule)
	handle("POST /sim/read", s.markRead)
	handle("POST /sim/click", s.clickCard)
	handle("POST /sim/say", s.sendText)
	handle("POST /sim/enter", s.enterApp)
	handle("POST /sim/menu", s.pressMenu)
	handle("POST /sim/webview/open", s.Webview.OpenView)
	handle("POST /sim/webview/call", s.Webview.CallSDK)
	handle("POST /sim/webview/meeting", s.Webview.StartMeeting)
	handle("POST /sim/webview/privileged", s.Webview.SelectPrivileged)
	handle("POST /sim/forward", s.Webview.ForwardToChats)
	handle("GET /sim/meetings", s.listMeetings)
	handle("POST /sim/meetings", s.handleMeetingAction)
	handle("GET /sim/meeting", s.getMeetingByCode)
	handle("POST /sim/meeting", s.enterMeeting)
	handle("GET /sim/outside", s.listOutside)
	handle("POST /sim/outside", s.addOutsidePerson)
	handle("GET /sim/outside/me", s.getOutsideMe)
	handle("GET /sim/outside/messages", s.listOutsideMessages)
	handle("POST /sim/outside/open", s.openOutsideLink)
	handle("POST /sim/kf/show", s.sendKFImage)
	handle("POST /sim/customers", s.addCustomer)
	handle("GET /sim/customers/messages", s.listCustomerMessages)
	handle("POST /sim/kf/enter", s.enterKF)
	handle("POST /sim/kf/say", s.sendKFText)
}

// JSONRoutes returns a function that registers a JSON handler. Requests from
// pages of other origins are refused.
func JSONRoutes(mux *http.ServeMux) func(pattern string, h func(*http.Request) (any, error)) {
	guard := http.NewCrossOriginProtection()
	return func(pattern string, h func(*http.Request) (any, error)) {
		mux.Handle(pattern, guard.Handler(serveJSON(h)))
	}
}

// serveJSON turns a function into a JSON handler. Its error texts are shown
// in the client and contain no secret.
func serveJSON(h func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		out, err := h(r)
		if err != nil {
			w.WriteHeader(errorStatus(err))
			out = map[string]string{"error": err.Error()}
		}
		_, _ = w.Write(core.EncodeJSON(out))
	})
}

func errorStatus(err error) int {
	switch {
	case errors.Is(err, model.ErrNotDelivered):
		return http.StatusBadGateway
	case errors.Is(err, core.ErrNotFound):
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

func withoutCache(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		h.ServeHTTP(w, r)
	})
}

// ServePage serves one of the embedded pages.
func ServePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { page.WritePage(w, name) }
}

// serveClient is the client of a member. Looking at it makes the browser that
// member, as being signed in to WeCom does.
func (s *Service) serveClient(w http.ResponseWriter, r *http.Request) {
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
