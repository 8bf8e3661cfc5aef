package contacts

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// ChangeMember implements the method of wecomtest.Server.
func (s *Service) ChangeMember(ctx context.Context, m model.Member) error {
	return s.changeMember(ctx, m.CorpID, m.UserID, func(c *core.CorpState) { c.PutMember(m) })
}

// RemoveMember implements the method of wecomtest.Server.
func (s *Service) RemoveMember(ctx context.Context, corpID, userID string) error {
	return s.changeMember(ctx, corpID, userID, func(c *core.CorpState) {
		if m, ok := c.Members[core.FoldUserID(userID)]; ok {
			c.RemoveMember(m)
		}
	})
}

func (s *Service) changeMember(ctx context.Context, corpID, userID string, do func(*core.CorpState)) error {
	s.Mu.Lock()
	c, ok := s.CorpStates[corpID]
	if !ok {
		s.Mu.Unlock()
		return fmt.Errorf("changing member %q: corp %q is unknown", userID, corpID)
	}
	before, had := visibleApps(c, userID)
	tags := tagsOfMember(c, userID)
	do(c)
	after, has := visibleApps(c, userID)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	var out []*core.PendingCallback
	if kind := changeKind("user", had, has); kind != "" {
		out = s.newContactEvents(c, kind, func(e *core.XMLBuilder) { addMemberElements(e, c, userID) })
	}
	out = append(out, s.newSubscriptionEvents(c, userID, before, after)...)
	if has {
		out = append(out, s.newMemberTagEvents(c, userID, tags)...)
	}
	s.Mu.Unlock()
	return s.DeliverAll(ctx, out)
}

func changeKind(what string, had, has bool) string {
	switch {
	case had && has:
		return "update_" + what
	case has:
		return "create_" + what
	case had:
		return "delete_" + what
	}
	return ""
}

// visibleApps returns the agent ids of the applications visible to a member, and whether the member
// exists.
func visibleApps(c *core.CorpState, userID string) (map[int64]bool, bool) {
	out := map[int64]bool{}
	m, ok := c.Members[core.FoldUserID(userID)]
	if !ok {
		return out, false
	}
	for id, a := range c.Apps {
		out[id] = m.CanReceive() && c.SeesMember(a, m)
	}
	return out, true
}

// addMemberElements adds the fields that receivers set up after August 2022 still get.
func addMemberElements(e *core.XMLBuilder, c *core.CorpState, userID string) {
	m, ok := c.Members[core.FoldUserID(userID)]
	if !ok {
		e.AddText("UserID", userID)
		return
	}
	list := make([]string, len(m.Departments))
	for i, d := range m.Departments {
		list[i] = FormatID(d)
	}
	e.AddText("UserID", m.UserID).AddText("Department", strings.Join(list, ","))
}

// newContactEvents returns a change_contact event for each receiver of such events. Mu must be
// held.
func (s *Service) newContactEvents(c *core.CorpState, kind string, fill func(*core.XMLBuilder)) []*core.PendingCallback {
	var out []*core.PendingCallback
	body := func() *core.XMLBuilder {
		e := core.NewMessageXML(c.ID, "sys", s.CurrentTime(), "event").AddText("Event", "change_contact").AddText("ChangeType", kind)
		fill(e)
		return e
	}
	if c.ContactCallback.URL != "" {
		s.Seq++
		o := &core.PendingCallback{To: c.ContactCallback}
		o.Delivery = model.Delivery{Seq: s.Seq, Time: s.CurrentTime(), CorpID: c.ID, URL: c.ContactCallback.URL,
			Event: "change_contact", From: "sys", Plain: string(body().ToBytes())}
		out = append(out, o)
	}
	for _, a := range SortedApps(c) {
		if a.ContactEvents {
			o := s.NewAppEvent(a, nil, "change_contact", body())
			o.From = "sys"
			out = append(out, o)
		}
	}
	return out
}

// newSubscriptionEvents returns the subscribe and unsubscribe events for a change of the visible
// applications. Mu must be held.
func (s *Service) newSubscriptionEvents(c *core.CorpState, userID string, before, after map[int64]bool) []*core.PendingCallback {
	var out []*core.PendingCallback
	for _, a := range SortedApps(c) {
		id := a.AgentID
		if before[id] == after[id] {
			continue
		}
		event := "unsubscribe"
		if after[id] {
			event = "subscribe"
		}
		e := core.NewMessageXML(c.ID, userID, s.CurrentTime(), "event").AddText("Event", event).AddText("EventKey", "")
		o := s.NewAppEvent(a, c.Members[core.FoldUserID(userID)], event, e)
		o.From = userID
		out = append(out, o)
	}
	return out
}

// ChangeDepartment implements the method of wecomtest.Server.
func (s *Service) ChangeDepartment(ctx context.Context, d model.Department) error {
	return s.changeDepartment(ctx, d.CorpID, d.ID, func(c *core.CorpState) {
		if d.ParentID == 0 && d.ID != 1 {
			d.ParentID = 1
		}
		c.Departments[d.ID] = &d
	})
}

// RemoveDepartment implements the method of wecomtest.Server.
func (s *Service) RemoveDepartment(ctx context.Context, corpID string, id int64) error {
	s.Mu.Lock()
	if c, ok := s.CorpStates[corpID]; ok && (id == 1 || len(c.MembersByDepartment[id]) > 0 || len(c.DepartmentSubtree(id)) > 1) {
		s.Mu.Unlock()
		return fmt.Errorf("removing department %d: the root, or not empty", id)
	}
	s.Mu.Unlock()
	return s.changeDepartment(ctx, corpID, id, func(c *core.CorpState) { delete(c.Departments, id) })
}

func (s *Service) changeDepartment(ctx context.Context, corpID string, id int64, do func(*core.CorpState)) error {
	s.Mu.Lock()
	c, ok := s.CorpStates[corpID]
	if !ok {
		s.Mu.Unlock()
		return fmt.Errorf("changing department %d: corp %q is unknown", id, corpID)
	}
	_, had := c.Departments[id]
	do(c)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	out := s.newDepartmentEvents(c, id, had)
	s.Mu.Unlock()
	return s.DeliverAll(ctx, out)
}

// newDepartmentEvents returns the change_contact events for a department that was there before, or was
// not. Mu must be held.
func (s *Service) newDepartmentEvents(c *core.CorpState, id int64, had bool) []*core.PendingCallback {
	d, has := c.Departments[id]
	kind := changeKind("party", had, has)
	if kind == "" {
		return nil
	}
	return s.newContactEvents(c, kind, func(e *core.XMLBuilder) {
		e.AddText("Id", strconv.FormatInt(id, 10))
		if has {
			e.AddText("ParentId", strconv.FormatInt(d.ParentID, 10))
		}
	})
}
