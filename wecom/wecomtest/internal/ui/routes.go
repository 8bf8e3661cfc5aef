package ui

import (
	"context"
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
	mux.HandleFunc("GET /mailbox", ServePage("mailbox.html"))
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
	handle("GET /sim/corps", webpage.Query(s.listCorps))
	handle("GET /sim/members", webpage.Query(s.listMembers, "corpId", "department", "q"))
	handle("GET /sim/me", webpage.Query(s.getMe, "corpId", "as"))
	handle("GET /sim/messages", webpage.Query(s.listMessages, "corpId", "as", "chat", "before"))
	handle("GET /sim/schedules", webpage.Query(s.listSchedules, "corpId", "as"))
	handle("POST /sim/respond", webpage.Action(s.respondToSchedule))
	handle("POST /sim/schedules/move", webpage.Action(s.moveSchedule))
	handle("POST /sim/schedules/delete", webpage.Action(s.deleteSchedule))
	handle("POST /sim/read", webpage.Action(s.markRead))
	handle("POST /sim/click", webpage.Action(s.clickCard))
	handle("POST /sim/say", webpage.ActionUpTo(maxMemberMessage, s.sendMessage))
	handle("POST /sim/enter", webpage.Action(s.enterApp))
	handle("POST /sim/menu", webpage.ActionUpTo(maxMenuInput, s.pressMenu))
	handle("POST /sim/webview/open", s.Webview.OpenView)
	handle("POST /sim/webview/call", s.Webview.CallSDK)
	handle("POST /sim/webview/meeting", s.Webview.StartMeeting)
	handle("POST /sim/webview/privileged", s.Webview.SelectPrivileged)
	handle("POST /sim/forward", webpage.Action(s.Webview.ForwardToChats))
	handle("GET /sim/meetings", webpage.Query(s.listMeetings, "corpId", "as"))
	handle("POST /sim/meetings", webpage.Action(s.handleMeetingAction))
	handle("GET /sim/meeting", webpage.Query(s.getMeetingByCode, "code"))
	handle("POST /sim/meeting", s.enterMeeting)
	handle("GET /sim/outside", webpage.Query(s.listExternalContacts, "corpId", "follower"))
	handle("POST /sim/outside", webpage.Action(s.addExternalContact))
	handle("GET /sim/outside/me", webpage.Query(s.getExternalContact, "corpId", "id"))
	handle("GET /sim/outside/messages", webpage.Query(s.listExternalContactMessages, "corpId", "id", "chat"))
	handle("POST /sim/outside/open", webpage.Action(s.openExternalContactLink))
	handle("POST /sim/kf/show", webpage.ActionUpTo(maxPicture, s.sendKFImage))
	handle("POST /sim/customers", webpage.Action(s.addCustomer))
	handle("POST /sim/customers/remove", webpage.Action(s.removeCustomer))
	handle("GET /sim/customers/messages", webpage.Query(s.listCustomerMessages, "corpId", "id"))
	handle("POST /sim/kf/accounts", webpage.Action(s.addKFAccount))
	handle("POST /sim/kf/enter", webpage.Action(s.enterKF))
	handle("POST /sim/kf/say", webpage.Action(s.sendKFText))
	programAPI{s}.Routes(mux)
	botAPI{s}.Routes(mux)
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
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	}
	return http.StatusBadRequest
}

// ServePage serves one of the embedded pages.
func ServePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { page.Site.WriteFile(w, http.StatusOK, name) }
}

// serveClient serves the client of a member, and signs the browser in as that member.
func (s *Service) serveClient(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("as") != "" {
		s.Mu.Lock()
		m := s.Signin.FindMemberByName(q.Get("corpId"), q.Get("as"))
		s.Mu.Unlock()
		if m != nil {
			s.Signin.SetBrowserMember(w, r, m.CorpID, m.UserID, false)
		}
	}
	page.Site.WriteFile(w, http.StatusOK, "index.html")
}
