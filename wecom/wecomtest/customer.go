package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// welcomeCodeTTL is the lifetime of a welcome code, which can be used once.
const welcomeCodeTTL = 20 * time.Second

// Customer is an external contact (外部联系人) and the way in which a member was added.
type Customer struct {
	CorpID         string `json:"corpId"`
	ExternalUserID string `json:"externalUserId"` // case-sensitive; empty: a new id is created
	Name           string `json:"name"`
	Type           int    `json:"type"` // 1 a WeChat user, 2 a member of another company; 0 means 1
	Avatar         string `json:"avatar"`
	Gender         int    `json:"gender"` // 1 male, 2 female
	UnionID        string `json:"unionId"`
	CorpName       string `json:"corpName"` // for type 2
	Position       string `json:"position"` // for type 2

	// UserID is the member to add. It may be empty with ConfigID, the scanned contact way: then it
	// is the first member of that contact way.
	UserID   string `json:"userId"`
	ConfigID string `json:"configId"`
	AddWay   int    `json:"addWay"` // 0 means 1, a QR code
}

// CustomerMessage is a message received by an external contact.
type CustomerMessage struct {
	MsgID   string    `json:"msgid"`
	From    string    `json:"from"`    // user id of a member or id of a customer service account
	MsgType string    `json:"msgtype"` // "text" for a welcome message with a text, whatever its attachments
	Text    string    `json:"text"`
	Raw     string    `json:"raw"` // the request body, secrets masked
	Time    time.Time `json:"time"`
}

// externalState holds the external contacts, contact ways and customer service accounts of a
// company. Its maps are created on first use.
type externalState struct {
	customers    map[string]*customerState
	contactWays  map[string]*contactWay
	welcomeCodes cache[string, *welcomeCode]
	kfAccounts   map[string]*kfAccount

	customerOrder, contactWayOrder queue[string]
}

type customerState struct {
	Customer
	followers []*follower
	inbox     queue[CustomerMessage]
}

// follower is a member who has added an external contact.
type follower struct {
	userID     string // in the member's own spelling
	addWay     int
	state      string
	followedAt time.Time
	remark     customerRemark
}

// welcomeCode permits one welcome message. The codes of several applications for the same event
// share welcomeState: the first to send wins.
type welcomeCode struct {
	app      *appState
	customer *customerState
	from     string
	expires  time.Time
	welcome  *welcomeState
}

type welcomeState struct{ sent bool }

// AddCustomer adds an external contact to a member, as if the contact had scanned the member's QR
// code, and returns the external_userid. Applications with Customers set receive
// add_external_contact with a welcome code. If the member has the contact already, nothing changes
// and nothing is sent.
//
// https://developer.work.weixin.qq.com/document/path/92130
func (s *Server) AddCustomer(ctx context.Context, c Customer) (string, error) {
	s.init()
	s.mu.Lock()
	p, out, err := s.addFollower(c)
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	return p.ExternalUserID, s.deliverAll(ctx, out)
}

// addFollower adds an external contact to a member and returns the events to send. s.mu must be
// held.
func (s *Server) addFollower(c Customer) (*customerState, []*pendingCallback, error) {
	corp, ok := s.corps[c.CorpID]
	if !ok {
		return nil, nil, fmt.Errorf("adding a customer: corp %q is unknown", c.CorpID)
	}
	state := ""
	if c.ConfigID != "" {
		w, ok := corp.external.contactWays[c.ConfigID]
		if !ok {
			return nil, nil, fmt.Errorf("adding a customer: contact way %q is unknown", c.ConfigID)
		}
		state = w.State
		if users := corp.contactWayUsers(w); c.UserID == "" && len(users) > 0 {
			c.UserID = users[0]
		}
	}
	m, ok := corp.members[foldUserID(c.UserID)]
	if !ok || m.Status != StatusActive {
		return nil, nil, fmt.Errorf("adding a customer: %q is not an active member", c.UserID)
	}
	p := s.findOrAddCustomer(corp, c)
	if p.findFollower(m.UserID) != nil {
		return p, nil, nil
	}
	f := &follower{userID: m.UserID, addWay: max(c.AddWay, 1), state: state, followedAt: s.currentTime()}
	p.followers = append(p.followers, f)
	s.notifyChange(change{Kind: "directory", CorpID: corp.ID})
	return p, s.newFollowerEvents(corp, m, p, f), nil
}

// findOrAddCustomer returns an external contact and creates it if it does not exist.
func (s *Server) findOrAddCustomer(corp *corpState, c Customer) *customerState {
	if p, ok := corp.external.customers[c.ExternalUserID]; ok {
		return p
	}
	if c.Type == 0 {
		c.Type = 1
	}
	if c.ExternalUserID == "" {
		c.ExternalUserID = map[bool]string{true: "wo", false: "wm"}[c.Type == 2] + s.randomText(22)
	}
	if corp.external.customers == nil {
		corp.external.customers = map[string]*customerState{}
	}
	p := &customerState{Customer: c}
	insertBounded(corp.external.customers, &corp.external.customerOrder, s.limits.Codes, c.ExternalUserID, p)
	return p
}

// addCustomerMessage appends a message to the inbox of an external contact and evicts the oldest
// beyond Limits.Chat.
func (s *Server) addCustomerMessage(p *customerState, m CustomerMessage) {
	p.inbox.push(m)
	if p.inbox.len() > s.limits.Chat {
		p.inbox.pop()
	}
}

func (p *customerState) findFollower(userID string) *follower {
	i := slices.IndexFunc(p.followers, func(f *follower) bool { return foldUserID(f.userID) == foldUserID(userID) })
	if i < 0 {
		return nil
	}
	return p.followers[i]
}

// newFollowerEvents returns add_external_contact for each application, with a welcome code of its
// own.
func (s *Server) newFollowerEvents(corp *corpState, m *memberState, p *customerState, f *follower) []*pendingCallback {
	shared := &welcomeState{}
	return s.newCustomerEvents(corp, m, "add_external_contact", func(a *appState, e *xmlBuilder) {
		code := s.randomText(32)
		expires := s.currentTime().Add(welcomeCodeTTL)
		corp.external.welcomeCodes.put(code, &welcomeCode{app: a, customer: p, from: m.UserID, expires: expires, welcome: shared}, s.currentTime(), expires)
		e.addText("UserID", m.UserID).addText("ExternalUserID", p.ExternalUserID)
		if f.state != "" {
			e.addText("State", f.state)
		}
		e.addText("WelcomeCode", code)
	})
}

// newCustomerEvents returns change_external_contact for each application with Customers set that
// sees the member. s.mu must be held.
func (s *Server) newCustomerEvents(corp *corpState, m *memberState, kind string, fill func(*appState, *xmlBuilder)) []*pendingCallback {
	var out []*pendingCallback
	for _, a := range corp.sortedApps() {
		if !a.Customers || a.Disabled || !corp.seesMember(a, m) {
			continue
		}
		e := newMessageXML(corp.ID, "sys", s.currentTime(), "event").addText("Event", "change_external_contact").addText("ChangeType", kind)
		fill(a, e)
		out = append(out, s.newSystemEvent(a, "change_external_contact", e))
	}
	return out
}

// newSystemEvent returns a callback without an AgentID element. s.mu must be held.
func (s *Server) newSystemEvent(a *appState, event string, e *xmlBuilder) *pendingCallback {
	s.seq++
	return s.encryptEventIDs(a.suite, s.corps[a.CorpID], &pendingCallback{to: a.callbackConfig(), Delivery: Delivery{Seq: s.seq, Time: s.currentTime(),
		CorpID: a.CorpID, AgentID: a.AgentID, URL: a.CallbackURL, Event: event, From: "sys", Plain: string(e.toBytes())}})
}

// RemoveCustomer removes an external contact from a member. If byCustomer is true, the contact
// deleted the member (del_follow_user), otherwise the member deleted the contact
// (del_external_contact).
func (s *Server) RemoveCustomer(ctx context.Context, corpID, userID, externalUserID string, byCustomer bool) error {
	s.init()
	s.mu.Lock()
	out, err := s.removeFollower(corpID, userID, externalUserID, byCustomer)
	s.mu.Unlock()
	return errors.Join(err, s.deliverAll(ctx, out))
}

func (s *Server) removeFollower(corpID, userID, externalUserID string, byCustomer bool) ([]*pendingCallback, error) {
	m := s.findMember(corpID, userID)
	if m == nil {
		return nil, fmt.Errorf("removing a customer: member %q is unknown", userID)
	}
	corp := s.corps[corpID]
	p, ok := corp.external.customers[externalUserID]
	if !ok || p.findFollower(userID) == nil {
		return nil, fmt.Errorf("removing a customer: %q is not a contact of %q", externalUserID, userID)
	}
	p.followers = slices.DeleteFunc(p.followers, func(f *follower) bool { return foldUserID(f.userID) == m.key })
	kind := "del_external_contact"
	if byCustomer {
		kind = "del_follow_user"
	}
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	return s.newCustomerEvents(corp, m, kind, func(_ *appState, e *xmlBuilder) {
		e.addText("UserID", m.UserID).addText("ExternalUserID", externalUserID)
	}), nil
}

// CustomerMessages returns the messages that an external contact has received, oldest first.
func (s *Server) CustomerMessages(corpID, externalUserID string) []CustomerMessage {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.corps[corpID]; ok {
		if p, ok := c.external.customers[externalUserID]; ok {
			return slices.Clone(p.inbox.list())
		}
	}
	return nil
}
