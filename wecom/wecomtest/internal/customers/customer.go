package customers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// welcomeCodeTTL is the lifetime of a welcome code, which can be used once.
const welcomeCodeTTL = 20 * time.Second

// AddCustomer implements the method of wecomtest.Server.
func (s *Service) AddCustomer(ctx context.Context, c model.Customer) (string, error) {
	s.Mu.Lock()
	p, out, err := s.addFollower(c)
	s.Mu.Unlock()
	if err != nil {
		return "", err
	}
	return p.ExternalUserID, s.DeliverAll(ctx, out)
}

// addFollower adds an external contact to a member and returns the events to send. Mu must be
// held.
func (s *Service) addFollower(c model.Customer) (*core.CustomerState, []*core.PendingCallback, error) {
	corp, ok := s.CorpStates[c.CorpID]
	if !ok {
		return nil, nil, fmt.Errorf("adding a customer: corp %q is unknown", c.CorpID)
	}
	state := ""
	if c.ConfigID != "" {
		w, ok := corp.External.ContactWays[c.ConfigID]
		if !ok {
			return nil, nil, fmt.Errorf("adding a customer: contact way %q is unknown", c.ConfigID)
		}
		state = w.State
		if users := ContactWayUsers(corp, w); c.UserID == "" && len(users) > 0 {
			c.UserID = users[0]
		}
	}
	m, ok := corp.Members[core.FoldUserID(c.UserID)]
	if !ok || m.Status != model.StatusActive {
		return nil, nil, fmt.Errorf("adding a customer: %q is not an active member", c.UserID)
	}
	p := s.FindOrAddCustomer(corp, c)
	if p.FindFollower(m.UserID) != nil {
		return p, nil, nil
	}
	f := &core.Follower{UserID: m.UserID, AddWay: max(c.AddWay, 1), State: state, FollowedAt: s.CurrentTime()}
	p.Followers = append(p.Followers, f)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corp.ID})
	return p, s.newFollowerEvents(corp, m, p, f), nil
}

// FindOrAddCustomer returns an external contact and creates it if it does not exist.
func (s *Service) FindOrAddCustomer(corp *core.CorpState, c model.Customer) *core.CustomerState {
	if p, ok := corp.External.Customers[c.ExternalUserID]; ok {
		return p
	}
	if c.Type == 0 {
		c.Type = 1
	}
	if c.ExternalUserID == "" {
		c.ExternalUserID = map[bool]string{true: "wo", false: "wm"}[c.Type == 2] + s.RandomText(22)
	}
	if corp.External.Customers == nil {
		corp.External.Customers = map[string]*core.CustomerState{}
	}
	p := &core.CustomerState{Customer: c}
	bounded.Insert(corp.External.Customers, &corp.External.CustomerOrder, s.Limits.Codes, c.ExternalUserID, p)
	return p
}

// addCustomerMessage appends a message to the inbox of an external contact and evicts the oldest
// beyond Limits.Chat.
func (s *Service) addCustomerMessage(p *core.CustomerState, m model.CustomerMessage) {
	p.Inbox.Push(m)
	if p.Inbox.Len() > s.Limits.Chat {
		p.Inbox.Pop()
	}
}

// newFollowerEvents returns add_external_contact for each application, with a welcome code of its
// own.
func (s *Service) newFollowerEvents(corp *core.CorpState, m *core.MemberState, p *core.CustomerState, f *core.Follower) []*core.PendingCallback {
	shared := &core.WelcomeState{}
	return s.newCustomerEvents(corp, m, "add_external_contact", func(a *core.AppState, e *core.XMLBuilder) {
		code := s.RandomText(32)
		expires := s.CurrentTime().Add(welcomeCodeTTL)
		corp.External.WelcomeCodes.Put(code, &core.WelcomeCode{App: a, Customer: p, From: m.UserID, Expires: expires, Welcome: shared}, s.CurrentTime(), expires)
		e.AddText("UserID", m.UserID).AddText("ExternalUserID", p.ExternalUserID)
		if f.State != "" {
			e.AddText("State", f.State)
		}
		e.AddText("WelcomeCode", code)
	})
}

// newCustomerEvents returns change_external_contact for each application with Customers set that
// sees the member. Mu must be held.
func (s *Service) newCustomerEvents(corp *core.CorpState, m *core.MemberState, kind string, fill func(*core.AppState, *core.XMLBuilder)) []*core.PendingCallback {
	var out []*core.PendingCallback
	for _, a := range contacts.SortedApps(corp) {
		if !a.Customers || a.Disabled || !corp.SeesMember(a, m) {
			continue
		}
		e := core.NewMessageXML(corp.ID, "sys", s.CurrentTime(), "event").AddText("Event", "change_external_contact").AddText("ChangeType", kind)
		fill(a, e)
		out = append(out, s.newSystemEvent(a, "change_external_contact", e))
	}
	return out
}

// newSystemEvent returns a callback without an AgentID element. Mu must be held.
func (s *Service) newSystemEvent(a *core.AppState, event string, e *core.XMLBuilder) *core.PendingCallback {
	s.Seq++
	return s.IDs.EncryptEventIDs(a.Suite, s.CorpStates[a.CorpID], &core.PendingCallback{To: core.CallbackOf(a.App), Delivery: model.Delivery{Seq: s.Seq, Time: s.CurrentTime(),
		CorpID: a.CorpID, AgentID: a.AgentID, URL: a.CallbackURL, Event: event, From: "sys", Plain: string(e.ToBytes())}})
}

// RemoveCustomer implements the method of wecomtest.Server.
func (s *Service) RemoveCustomer(ctx context.Context, corpID, userID, externalUserID string, byCustomer bool) error {
	s.Mu.Lock()
	out, err := s.removeFollower(corpID, userID, externalUserID, byCustomer)
	s.Mu.Unlock()
	return errors.Join(err, s.DeliverAll(ctx, out))
}

func (s *Service) removeFollower(corpID, userID, externalUserID string, byCustomer bool) ([]*core.PendingCallback, error) {
	m := s.FindMember(corpID, userID)
	if m == nil {
		return nil, fmt.Errorf("removing a customer: member %q is unknown", userID)
	}
	corp := s.CorpStates[corpID]
	p, ok := corp.External.Customers[externalUserID]
	if !ok || p.FindFollower(userID) == nil {
		return nil, fmt.Errorf("removing a customer: %q is not a contact of %q", externalUserID, userID)
	}
	p.Followers = slices.DeleteFunc(p.Followers, func(f *core.Follower) bool { return core.FoldUserID(f.UserID) == m.Key })
	kind := "del_external_contact"
	if byCustomer {
		kind = "del_follow_user"
	}
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	return s.newCustomerEvents(corp, m, kind, func(_ *core.AppState, e *core.XMLBuilder) {
		e.AddText("UserID", m.UserID).AddText("ExternalUserID", externalUserID)
	}), nil
}

// CustomerMessages implements the method of wecomtest.Server.
func (s *Service) CustomerMessages(corpID, externalUserID string) []model.CustomerMessage {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if c, ok := s.CorpStates[corpID]; ok {
		if p, ok := c.External.Customers[externalUserID]; ok {
			return slices.Clone(p.Inbox.List())
		}
	}
	return nil
}
