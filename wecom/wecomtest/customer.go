package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// welcomeLife is how long a welcome code may be used, once.
const welcomeLife = 20 * time.Second

// Customer is somebody outside the company, and how they came to know a member.
type Customer struct {
	CorpID         string `json:"corpId"`
	ExternalUserID string `json:"externalUserId"` // empty: a new one; upper and lower case differ
	Name           string `json:"name"`
	Type           int    `json:"type"` // 1 a user of WeChat, 2 a member of another company; 0 means 1
	Avatar         string `json:"avatar"`
	Gender         int    `json:"gender"` // 1 male, 2 female
	UnionID        string `json:"unionId"`
	CorpName       string `json:"corpName"` // of type 2
	Position       string `json:"position"` // of type 2

	// UserID is the member who gets the contact. With ConfigID, the contact way
	// whose code they scanned, it may be empty: the first member of that way.
	UserID   string `json:"userId"`
	ConfigID string `json:"configId"`
	AddWay   int    `json:"addWay"` // 0 means 1, a QR code
}

// CustomerMessage is what somebody outside got to see.
type CustomerMessage struct {
	MsgID   string    `json:"msgid"`
	From    string    `json:"from"`    // the member, or the customer service account
	MsgType string    `json:"msgtype"` // "text" for a welcome with a text, whatever else it has
	Text    string    `json:"text"`
	Raw     string    `json:"raw"` // the request as it came
	Time    time.Time `json:"time"`
}

// outside is a company's world beyond its members. Its maps are made when they
// are first written to.
type outside struct {
	people map[string]*customerState
	ways   map[string]*contactWay
	codes  shelf[string, *welcomeCode]
	kf     map[string]*kfAccount

	peopleCame, waysCame queue[string]
}

type customerState struct {
	Customer
	followers []*follower
	inbox     queue[CustomerMessage]
}

// follower is a member who has somebody outside among the contacts.
type follower struct {
	user   string // as the member is spelt
	way    int
	state  string
	since  time.Time
	remark remark
}

// welcomeCode lets a greeting be sent. The codes that several applications got
// for one event share the greeting: the first to come wins.
type welcomeCode struct {
	app      *appState
	person   *customerState
	from     string
	expires  time.Time
	greeting *greeting
}

type greeting struct{ sent bool }

// AddCustomer makes somebody outside a contact of a member, as if they had
// scanned the member's code, and returns their external_userid. Applications
// with Customers set hear of it by add_external_contact with a welcome code; a
// contact whom the member has already changes nothing and sends nothing.
//
// https://developer.work.weixin.qq.com/document/path/92130
func (s *Server) AddCustomer(ctx context.Context, c Customer) (string, error) {
	s.init()
	s.mu.Lock()
	p, out, err := s.meet(c)
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	return p.ExternalUserID, s.sendAll(ctx, out)
}

// meet joins a member and somebody outside.
func (s *Server) meet(c Customer) (*customerState, []*outgoing, error) {
	corp, ok := s.corps[c.CorpID]
	if !ok {
		return nil, nil, fmt.Errorf("add a customer: corp %q is unknown", c.CorpID)
	}
	state := ""
	if c.ConfigID != "" {
		w, ok := corp.outside.ways[c.ConfigID]
		if !ok {
			return nil, nil, fmt.Errorf("add a customer: there is no contact way %q", c.ConfigID)
		}
		state = w.State
		if users := corp.wayUsers(w); c.UserID == "" && len(users) > 0 {
			c.UserID = users[0]
		}
	}
	m, ok := corp.members[fold(c.UserID)]
	if !ok || m.Status != StatusActive {
		return nil, nil, fmt.Errorf("add a customer: %q is no active member", c.UserID)
	}
	p := s.person(corp, c)
	if p.followedBy(m.UserID) != nil {
		return p, nil, nil
	}
	f := &follower{user: m.UserID, way: max(c.AddWay, 1), state: state, since: s.now()}
	p.followers = append(p.followers, f)
	s.note(change{Kind: "directory", CorpID: corp.ID})
	return p, s.metEvents(corp, m, p, f), nil
}

// person finds somebody outside, or makes them known.
func (s *Server) person(corp *corpState, c Customer) *customerState {
	if p, ok := corp.outside.people[c.ExternalUserID]; ok {
		return p
	}
	if c.Type == 0 {
		c.Type = 1
	}
	if c.ExternalUserID == "" {
		c.ExternalUserID = map[bool]string{true: "wo", false: "wm"}[c.Type == 2] + s.randomText(22)
	}
	if corp.outside.people == nil {
		corp.outside.people = map[string]*customerState{}
	}
	p := &customerState{Customer: c}
	keepNewest(corp.outside.people, &corp.outside.peopleCame, s.limits.Codes, c.ExternalUserID, p)
	return p
}

// show puts a message before somebody outside.
func (s *Server) show(p *customerState, m CustomerMessage) {
	p.inbox.push(m)
	if p.inbox.len() > s.limits.Chat {
		p.inbox.pop()
	}
}

func (p *customerState) followedBy(userID string) *follower {
	i := slices.IndexFunc(p.followers, func(f *follower) bool { return fold(f.user) == fold(userID) })
	if i < 0 {
		return nil
	}
	return p.followers[i]
}

// metEvents tells the applications, each with a welcome code of its own.
func (s *Server) metEvents(corp *corpState, m *memberState, p *customerState, f *follower) []*outgoing {
	shared := &greeting{}
	return s.customerEvents(corp, m, "add_external_contact", func(a *appState, e *element) {
		code := s.randomText(32)
		expires := s.now().Add(welcomeLife)
		corp.outside.codes.put(code, &welcomeCode{app: a, person: p, from: m.UserID, expires: expires, greeting: shared}, s.now(), expires)
		e.text("UserID", m.UserID).text("ExternalUserID", p.ExternalUserID)
		if f.state != "" {
			e.text("State", f.state)
		}
		e.text("WelcomeCode", code)
	})
}

// customerEvents addresses change_external_contact to the applications that
// hear of customers and see the member. s.mu must be held.
func (s *Server) customerEvents(corp *corpState, m *memberState, kind string, fill func(*appState, *element)) []*outgoing {
	var out []*outgoing
	for _, a := range corp.appsInOrder() {
		if !a.Customers || a.Disabled || !corp.sees(a, m) {
			continue
		}
		e := header(corp.ID, "sys", s.now(), "event").text("Event", "change_external_contact").text("ChangeType", kind)
		fill(a, e)
		out = append(out, s.systemEvent(a, "change_external_contact", e))
	}
	return out
}

// systemEvent addresses an event that carries no AgentID. s.mu must be held.
func (s *Server) systemEvent(a *appState, event string, e *element) *outgoing {
	s.seq++
	return s.veilEvent(a.suite, s.corps[a.CorpID], &outgoing{to: a.callback(), Delivery: Delivery{Seq: s.seq, Time: s.now(),
		CorpID: a.CorpID, AgentID: a.AgentID, URL: a.CallbackURL, Event: event, From: "sys", Plain: string(e.bytes())}})
}

// RemoveCustomer ends a contact. byCustomer says that they removed the member
// (del_follow_user), and not the member them (del_external_contact).
func (s *Server) RemoveCustomer(ctx context.Context, corpID, userID, externalUserID string, byCustomer bool) error {
	s.init()
	s.mu.Lock()
	out, err := s.part(corpID, userID, externalUserID, byCustomer)
	s.mu.Unlock()
	return errors.Join(err, s.sendAll(ctx, out))
}

func (s *Server) part(corpID, userID, externalUserID string, byCustomer bool) ([]*outgoing, error) {
	m := s.member(corpID, userID)
	if m == nil {
		return nil, fmt.Errorf("remove a customer: member %q is unknown", userID)
	}
	corp := s.corps[corpID]
	p, ok := corp.outside.people[externalUserID]
	if !ok || p.followedBy(userID) == nil {
		return nil, fmt.Errorf("remove a customer: %q is no contact of %q", externalUserID, userID)
	}
	p.followers = slices.DeleteFunc(p.followers, func(f *follower) bool { return fold(f.user) == m.key })
	kind := "del_external_contact"
	if byCustomer {
		kind = "del_follow_user"
	}
	s.note(change{Kind: "directory", CorpID: corpID})
	return s.customerEvents(corp, m, kind, func(_ *appState, e *element) {
		e.text("UserID", m.UserID).text("ExternalUserID", externalUserID)
	}), nil
}

// CustomerMessages lists what somebody outside got to see, oldest first.
func (s *Server) CustomerMessages(corpID, externalUserID string) []CustomerMessage {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.corps[corpID]; ok {
		if p, ok := c.outside.people[externalUserID]; ok {
			return slices.Clone(p.inbox.list())
		}
	}
	return nil
}
