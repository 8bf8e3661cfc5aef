package ui

import (
	"errors"
	"net/http"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/page"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Routes registers the routes of the members' client and of WeChat.
func (s *Service) Routes(mux *http.ServeMux) {
	mux.Handle("GET /sim/assets/", page.Site.Assets("/sim/assets/"))
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

// JSONRoutes returns a function that registers a JSON handler.
func JSONRoutes(mux *http.ServeMux) func(pattern string, h webpage.Handler) {
	return webpage.JSONRoutes(mux, errorStatus)
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

// ServePage serves one of the embedded pages.
func ServePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { page.Site.WriteFile(w, http.StatusOK, name) }
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
	page.Site.WriteFile(w, http.StatusOK, "index.html")
}
