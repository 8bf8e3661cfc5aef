package wecomtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// viewRequest is what the face sends to open a page.
type viewRequest struct {
	Corp     string `json:"corp"`
	As       string `json:"as"`
	Customer string `json:"customer"` // somebody outside, in place of As
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

// faceOpenView opens a page in the web view of a member, or of somebody outside.
func (s *Server) faceOpenView(r *http.Request) (any, error) {
	var in viewRequest
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	who, page, err := s.viewed(in)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(page)
	if err != nil || !isHTTPURL(page) {
		return nil, errFace
	}
	if g := s.web.atPort(target.Port()); g != nil && loopback(target.Hostname()) { // an address that a page of a web view passed on
		target, _ = url.Parse(originOf(g.origin) + localPart(target))
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	if !s.viewable(target) || host != "localhost" && host != "127.0.0.1" {
		return viewReply{Page: target.String(), Outside: true}, nil
	}
	g, err := s.gate(context.WithoutCancel(r.Context()), who, target, cmp.Or(r.Header.Get("Origin"), "http://"+r.Host))
	if err != nil {
		return nil, err
	}
	return viewReply{View: g.id, Address: g.address(host) + localPart(target), Page: target.String()}, nil
}

// viewed finds out who looks, and at what.
func (s *Server) viewed(in viewRequest) (viewer, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.As == "" {
		c, ok := s.corps[in.Corp]
		if !ok || c.external.customers[in.Customer] == nil {
			return viewer{}, "", errFace
		}
		return viewer{corp: in.Corp, customer: in.Customer, phone: in.Phone}, in.URL, nil
	}
	m := s.findMemberByName(in.Corp, in.As)
	if m == nil {
		return viewer{}, "", errFace
	}
	return viewer{corp: m.CorpID, user: m.UserID, phone: in.Phone}, s.openTarget(m, in.Agent, in.URL), nil
}

// viewFor gives a web view the cookie by which the simulator's own pages know
// its member.
func (s *Server) viewFor(g *gate) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "gate-" + g.id
	if s.views[id] == nil {
		s.views[id] = &webView{corp: g.who.corp, user: g.who.user}
	}
	return id
}

// faceCallSDK answers a function of the JS-SDK that a page called.
func (s *Server) faceCallSDK(r *http.Request) (any, error) {
	var in sdkCall
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	g := s.web.find(in.View)
	if g == nil {
		return nil, errFace
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	return s.sdkCall(g, in), nil
}

// SharedLink is a page that somebody forwarded.
type SharedLink struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
	Link  string `json:"link"`
	Image string `json:"imgUrl"`
}

// Forwarded is what one member sent to another, or into a group: a text, or a
// page from a web view.
type Forwarded struct {
	Seq    int64       `json:"seq"`
	CorpID string      `json:"corpId"`
	From   string      `json:"from"`
	To     string      `json:"to,omitempty"`     // a member
	ChatID string      `json:"chatId,omitempty"` // or a group
	Text   string      `json:"text,omitempty"`
	Link   *SharedLink `json:"link,omitempty"`
	Time   time.Time   `json:"time"`
}

// maxForwarded bounds what members sent to each other in one company.
const maxForwarded = 1000

type forwardRequest struct {
	Corp string      `json:"corp"`
	As   string      `json:"as"`
	To   []string    `json:"to"` // chats: "u-" and a member, "g-" and a group
	Text string      `json:"text"`
	Link *SharedLink `json:"link"`
}

// faceForward sends something from member to member.
func (s *Server) faceForward(r *http.Request) (any, error) {
	var in forwardRequest
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMember(in.Corp, in.As)
	if m == nil || len(in.To) == 0 || strings.TrimSpace(in.Text) == "" && in.Link == nil {
		return nil, errFace
	}
	for _, to := range in.To {
		if err := s.forward(m, to, in); err != nil {
			return nil, err
		}
	}
	return struct{}{}, nil
}

func (s *Server) forward(m *memberState, to string, in forwardRequest) error {
	c := s.corps[m.CorpID]
	f := Forwarded{CorpID: c.ID, From: m.UserID, Text: in.Text, Link: in.Link, Time: s.currentTime()}
	reached := []string{m.UserID}
	if id, ok := strings.CutPrefix(to, "u-"); ok && c.members[foldUserID(id)] != nil {
		f.To = c.members[foldUserID(id)].UserID
		reached = append(reached, f.To)
	} else if id, ok := strings.CutPrefix(to, "g-"); ok && c.chats[id] != nil && c.chats[id].findUser(m.UserID) != "" {
		f.ChatID = id
		reached = c.chats[id].users
	} else {
		return errFace
	}
	s.seq++
	f.Seq = s.seq
	if s.forwarded == nil {
		s.forwarded = map[string][]Forwarded{}
	}
	list := append(s.forwarded[c.ID], f)
	s.forwarded[c.ID] = list[max(0, len(list)-maxForwarded):]
	for _, user := range reached {
		s.notifyChange(change{Kind: "message", CorpID: c.ID, UserID: foldUserID(user), Seq: f.Seq})
	}
	return nil
}

// Forwards lists what the members of a company sent to each other, oldest
// first: the pages that they shared from web views, among others.
func (s *Server) Forwards(corpID string) []Forwarded {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.forwarded[corpID])
}

// faceStartMeeting begins a meeting at once, as startMeeting of the JS-SDK does.
func (s *Server) faceStartMeeting(r *http.Request) (any, error) {
	var in sdkCall
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	g := s.web.find(in.View)
	if g == nil || g.who.user == "" {
		return nil, errFace
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.mu.Lock()
	app := g.page(in.Doc).app
	g.mu.Unlock()
	m := s.findMember(g.who.corp, g.who.user)
	if app == nil || m == nil {
		return nil, errFace
	}
	meeting := s.instantMeeting(app, m)
	return map[string]string{"meetingId": meeting.id}, nil
}

func (s *Server) instantMeeting(app *appState, m *memberState) *meetingState {
	title := m.Name + "发起的会议"
	start, duration := Int(s.currentTime().Unix()), Int(3600)
	meeting := &meetingState{app: app, created: s.currentTime(), attendances: map[string]*attendance{}, started: true, invitees: []string{m.UserID},
		id: "hy" + rand.Text(), code: strconv.FormatUint(100000000+s.rand.Uint64()%900000000, 10)}
	meeting.AdminUserID, meeting.Title, meeting.Start, meeting.Duration = m.UserID, &title, &start, &duration
	meeting.attendances[m.UserID] = &attendance{firstJoin: s.currentTime(), joinedAt: s.currentTime(), joinCount: 1}
	c := s.corps[m.CorpID]
	insertBounded(c.meetings, &c.insertionOrder.meetings, s.limits.Records, meeting.id, meeting)
	s.notifyChange(change{Kind: "meeting", CorpID: m.CorpID})
	return meeting
}

// facePrivileged answers selectPrivilegedContact: the members whom the
// application sees by their encrypted ids, and a ticket for all who were chosen.
func (s *Server) facePrivileged(r *http.Request) (any, error) {
	var in struct {
		sdkCall
		UserIDs []string `json:"userIds"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	g := s.web.find(in.View)
	if g == nil {
		return nil, errFace
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	app := g.page(in.Doc).app
	if app == nil || app.suite == nil {
		return nil, errFace
	}
	c := s.corps[g.who.corp]
	list := []map[string]string{}
	for _, id := range in.UserIDs {
		if m, ok := c.members[foldUserID(id)]; ok && c.seesMember(app, m) {
			list = append(list, map[string]string{"openUserId": openID(app.suite.ProviderCorpID, "wo", m.UserID)})
		}
	}
	return map[string]any{"userList": list, "selectedTicket": s.randomText(48), "expiresIn": 7 * 86400, "selectedUserCount": strconv.Itoa(len(in.UserIDs))}, nil
}
