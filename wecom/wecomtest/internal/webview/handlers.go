package webview

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// viewRequest is the client's request to open a page.
type viewRequest struct {
	CorpID   string `json:"corpId"`
	As       string `json:"as"`
	Customer string `json:"customer"` // a person outside, in place of As
	Agent    string `json:"agent"`
	URL      string `json:"url"`
	Phone    bool   `json:"phone"`
}

type viewReply struct {
	View    string `json:"view,omitempty"`
	Address string `json:"address,omitempty"` // for the frame
	Page    string `json:"page"`              // the page itself
	Outside bool   `json:"outside,omitempty"` // only an ordinary tab can show it
}

// OpenView opens a page in the web view of a member, or of a person outside.
func (s *Service) OpenView(r *http.Request) (any, error) {
	var in viewRequest
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	who, page, err := s.resolveView(in)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(page)
	if err != nil || !core.IsHTTPURL(page) {
		return nil, core.ErrNotFound
	}
	if p := s.proxies.findByPort(target.Port()); p != nil && isLoopback(target.Hostname()) { // an address that a page of a web view passed on
		target, _ = url.Parse(originOf(p.origin) + signin.LocalPart(target))
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	if !s.isViewable(target) || host != "localhost" && host != "127.0.0.1" {
		return viewReply{Page: target.String(), Outside: true}, nil
	}
	p, err := s.openProxy(context.WithoutCancel(r.Context()), who, target, cmp.Or(r.Header.Get("Origin"), "http://"+r.Host))
	if err != nil {
		return nil, err
	}
	return viewReply{View: p.id, Address: p.addressAt(host) + signin.LocalPart(target), Page: target.String()}, nil
}

// resolveView returns the viewer and the page.
func (s *Service) resolveView(in viewRequest) (viewer, string, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if in.As == "" {
		c, ok := s.CorpStates[in.CorpID]
		if !ok || c.External.Customers[in.Customer] == nil {
			return viewer{}, "", core.ErrNotFound
		}
		return viewer{corp: in.CorpID, customer: in.Customer, phone: in.Phone}, in.URL, nil
	}
	m := s.Signin.FindMemberByName(in.CorpID, in.As)
	if m == nil {
		return viewer{}, "", core.ErrNotFound
	}
	return viewer{corp: m.CorpID, user: m.UserID, phone: in.Phone}, s.Signin.OpenTarget(m, in.Agent, in.URL), nil
}

// viewFor sets the cookie of a web view by which the simulator's own pages identify
// its member.
func (s *Service) viewFor(p *proxy) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := "proxy-" + p.id
	if s.Signin.Views[id] == nil {
		s.Signin.Views[id] = &signin.WebView{Corp: p.who.corp, User: p.who.user}
	}
	return id
}

// CallSDK answers a function of the JS-SDK that a page called.
func (s *Service) CallSDK(r *http.Request) (any, error) {
	var in sdkCall
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	p := s.proxies.findByID(in.View)
	if p == nil {
		return nil, core.ErrNotFound
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	return s.sdkCall(p, in), nil
}

// maxForwarded bounds what members sent to each other in one company.
const maxForwarded = 1000

type forwardRequest struct {
	CorpID string            `json:"corpId"`
	As     string            `json:"as"`
	To     []string          `json:"to"` // chats: "u-" and a member, "g-" and a group
	Text   string            `json:"text"`
	Link   *model.SharedLink `json:"link"`
}

// ForwardToChats sends something from member to member.
func (s *Service) ForwardToChats(_ context.Context, in forwardRequest) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(in.CorpID, in.As)
	if m == nil || len(in.To) == 0 || strings.TrimSpace(in.Text) == "" && in.Link == nil {
		return nil, core.ErrNotFound
	}
	for _, to := range in.To {
		if err := s.forwardToChat(m, to, in); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (s *Service) forwardToChat(m *core.MemberState, to string, in forwardRequest) error {
	c := s.CorpStates[m.CorpID]
	f := model.Forwarded{CorpID: c.ID, From: m.UserID, Text: in.Text, Link: in.Link, Time: s.CurrentTime()}
	reached := []string{m.UserID}
	if id, ok := strings.CutPrefix(to, "u-"); ok && c.Members[core.FoldUserID(id)] != nil {
		f.To = c.Members[core.FoldUserID(id)].UserID
		reached = append(reached, f.To)
	} else if id, ok := strings.CutPrefix(to, "g-"); ok && c.Chats[id] != nil && c.Chats[id].FindUser(m.UserID) != "" {
		f.ChatID = id
		reached = c.Chats[id].Users
	} else {
		return core.ErrNotFound
	}
	s.Seq++
	f.Seq = s.Seq
	if s.Forwarded == nil {
		s.Forwarded = map[string][]model.Forwarded{}
	}
	list := append(s.Forwarded[c.ID], f)
	s.Forwarded[c.ID] = list[max(0, len(list)-maxForwarded):]
	for _, user := range reached {
		s.NotifyChange(core.Change{Kind: "message", CorpID: c.ID, UserID: core.FoldUserID(user), Seq: f.Seq})
	}
	return nil
}

// Forwards implements the method of wecomtest.Server.
func (s *Service) Forwards(corpID string) []model.Forwarded {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return slices.Clone(s.Forwarded[corpID])
}

// StartMeeting begins a meeting at once, as startMeeting of the JS-SDK does.
func (s *Service) StartMeeting(r *http.Request) (any, error) {
	var in sdkCall
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	p := s.proxies.findByID(in.View)
	if p == nil || p.who.user == "" {
		return nil, core.ErrNotFound
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p.mu.Lock()
	app := findPage(p, in.Doc).app
	p.mu.Unlock()
	m := s.FindMember(p.who.corp, p.who.user)
	if app == nil || m == nil {
		return nil, core.ErrNotFound
	}
	meeting := s.instantMeeting(app, m)
	return map[string]string{"meetingId": meeting.ID}, nil
}

func (s *Service) instantMeeting(app *core.AppState, m *core.MemberState) *core.MeetingState {
	title := m.Name + "发起的会议"
	start, duration := model.Int(s.CurrentTime().Unix()), model.Int(3600)
	meeting := &core.MeetingState{App: app, Created: s.CurrentTime(), Attendances: map[string]*core.Attendance{}, Started: true, InviteeIDs: []string{m.UserID},
		ID: "hy" + rand.Text(), Code: strconv.FormatUint(100000000+s.Rand.Uint64()%900000000, 10)}
	meeting.AdminUserID, meeting.Title, meeting.Start, meeting.Duration = m.UserID, &title, &start, &duration
	meeting.Attendances[m.UserID] = &core.Attendance{FirstJoin: s.CurrentTime(), JoinedAt: s.CurrentTime(), JoinCount: 1}
	c := s.CorpStates[m.CorpID]
	bounded.Insert(c.Meetings, &c.InsertionOrder.Meetings, s.Limits.Records, meeting.ID, meeting)
	s.NotifyChange(core.Change{Kind: "meeting", CorpID: m.CorpID})
	return meeting
}

// SelectPrivileged answers selectPrivilegedContact: the members that the
// application sees by their encrypted ids, and a ticket for all who were chosen.
func (s *Service) SelectPrivileged(r *http.Request) (any, error) {
	var in struct {
		sdkCall
		UserIDs []string `json:"userIds"`
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	p := s.proxies.findByID(in.View)
	if p == nil {
		return nil, core.ErrNotFound
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	app := findPage(p, in.Doc).app
	if app == nil || app.Suite == nil {
		return nil, core.ErrNotFound
	}
	c := s.CorpStates[p.who.corp]
	list := []map[string]string{}
	for _, id := range in.UserIDs {
		if m, ok := c.Members[core.FoldUserID(id)]; ok && c.SeesMember(app, m) {
			list = append(list, map[string]string{"openUserId": suite.OpenID(app.Suite.ProviderCorpID, "wo", m.UserID)})
		}
	}
	return map[string]any{"userList": list, "selectedTicket": s.RandomText(48), "expiresIn": 7 * 86400, "selectedUserCount": strconv.Itoa(len(in.UserIDs))}, nil
}
