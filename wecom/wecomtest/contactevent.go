package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ChangeMember adds or changes a member as an administrator does in the console. It sends
// change_contact to its receivers, and subscribe or unsubscribe to the applications that became
// visible or invisible to the member. It returns after all have been delivered.
//
// https://developer.work.weixin.qq.com/document/path/90970
func (s *Server) ChangeMember(ctx context.Context, m Member) error {
	return s.changeMember(ctx, m.CorpID, m.UserID, func(c *corpState) { c.putMember(m) })
}

// RemoveMember removes a member and sends the same events as ChangeMember.
func (s *Server) RemoveMember(ctx context.Context, corpID, userID string) error {
	return s.changeMember(ctx, corpID, userID, func(c *corpState) {
		if m, ok := c.members[foldUserID(userID)]; ok {
			c.removeMember(m)
		}
	})
}

func (s *Server) changeMember(ctx context.Context, corpID, userID string, do func(*corpState)) error {
	s.init()
	s.mu.Lock()
	c, ok := s.corps[corpID]
	if !ok {
		s.mu.Unlock()
		return fmt.Errorf("changing member %q: corp %q is unknown", userID, corpID)
	}
	before, had := c.visibleApps(userID)
	do(c)
	after, has := c.visibleApps(userID)
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	var out []*pendingCallback
	if kind := changeKind("user", had, has); kind != "" {
		out = s.newContactEvents(c, kind, func(e *xmlBuilder) { addMemberElements(e, c, userID) })
	}
	out = append(out, s.newSubscriptionEvents(c, userID, before, after)...)
	s.mu.Unlock()
	return s.deliverAll(ctx, out)
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
func (c *corpState) visibleApps(userID string) (map[int64]bool, bool) {
	out := map[int64]bool{}
	m, ok := c.members[foldUserID(userID)]
	if !ok {
		return out, false
	}
	for id, a := range c.apps {
		out[id] = m.canReceive() && c.seesMember(a, m)
	}
	return out, true
}

// addMemberElements adds the fields that receivers set up after August 2022 still get.
func addMemberElements(e *xmlBuilder, c *corpState, userID string) {
	m, ok := c.members[foldUserID(userID)]
	if !ok {
		e.addText("UserID", userID)
		return
	}
	list := make([]string, len(m.Departments))
	for i, d := range m.Departments {
		list[i] = formatID(d)
	}
	e.addText("UserID", m.UserID).addText("Department", strings.Join(list, ","))
}

// newContactEvents returns a change_contact event for each receiver of such events. s.mu must be
// held.
func (s *Server) newContactEvents(c *corpState, kind string, fill func(*xmlBuilder)) []*pendingCallback {
	var out []*pendingCallback
	body := func() *xmlBuilder {
		e := newMessageXML(c.ID, "sys", s.currentTime(), "event").addText("Event", "change_contact").addText("ChangeType", kind)
		fill(e)
		return e
	}
	if c.ContactCallback.URL != "" {
		s.seq++
		o := &pendingCallback{to: c.ContactCallback}
		o.Delivery = Delivery{Seq: s.seq, Time: s.currentTime(), CorpID: c.ID, URL: c.ContactCallback.URL,
			Event: "change_contact", From: "sys", Plain: string(body().toBytes())}
		out = append(out, o)
	}
	for _, a := range c.sortedApps() {
		if a.ContactEvents {
			o := s.newAppEvent(a, nil, "change_contact", body())
			o.From = "sys"
			out = append(out, o)
		}
	}
	return out
}

// newSubscriptionEvents returns the subscribe and unsubscribe events for a change of the visible
// applications. s.mu must be held.
func (s *Server) newSubscriptionEvents(c *corpState, userID string, before, after map[int64]bool) []*pendingCallback {
	var out []*pendingCallback
	for _, a := range c.sortedApps() {
		id := a.AgentID
		if before[id] == after[id] {
			continue
		}
		event := "unsubscribe"
		if after[id] {
			event = "subscribe"
		}
		e := newMessageXML(c.ID, userID, s.currentTime(), "event").addText("Event", event).addText("EventKey", "")
		o := s.newAppEvent(a, c.members[foldUserID(userID)], event, e)
		o.From = userID
		out = append(out, o)
	}
	return out
}

// ChangeDepartment adds or changes a department and sends change_contact.
func (s *Server) ChangeDepartment(ctx context.Context, d Department) error {
	return s.changeDepartment(ctx, d.CorpID, d.ID, func(c *corpState) {
		if d.ParentID == 0 && d.ID != 1 {
			d.ParentID = 1
		}
		c.departments[d.ID] = &d
	})
}

// RemoveDepartment removes a department that has no members and no children, and sends
// change_contact.
func (s *Server) RemoveDepartment(ctx context.Context, corpID string, id int64) error {
	s.init()
	s.mu.Lock()
	if c, ok := s.corps[corpID]; ok && (id == 1 || len(c.membersByDepartment[id]) > 0 || len(c.departmentSubtree(id)) > 1) {
		s.mu.Unlock()
		return fmt.Errorf("removing department %d: the root, or not empty", id)
	}
	s.mu.Unlock()
	return s.changeDepartment(ctx, corpID, id, func(c *corpState) { delete(c.departments, id) })
}

func (s *Server) changeDepartment(ctx context.Context, corpID string, id int64, do func(*corpState)) error {
	s.init()
	s.mu.Lock()
	c, ok := s.corps[corpID]
	if !ok {
		s.mu.Unlock()
		return fmt.Errorf("changing department %d: corp %q is unknown", id, corpID)
	}
	_, had := c.departments[id]
	do(c)
	d, has := c.departments[id]
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	var out []*pendingCallback
	if kind := changeKind("party", had, has); kind != "" {
		out = s.newContactEvents(c, kind, func(e *xmlBuilder) {
			e.addText("Id", strconv.FormatInt(id, 10))
			if has {
				e.addText("ParentId", strconv.FormatInt(d.ParentID, 10))
			}
		})
	}
	s.mu.Unlock()
	return s.deliverAll(ctx, out)
}

func (s *Server) deliverAll(ctx context.Context, list []*pendingCallback) error {
	var errs []error
	for _, o := range list {
		errs = append(errs, s.deliverCallback(ctx, o))
	}
	return errors.Join(errs...)
}
