package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ChangeMember adds or changes a member as an administrator does in the
// console: beside the change itself, change_contact goes to those who receive
// it, and subscribe or unsubscribe to the applications that the member gained
// or lost. It returns when all have been delivered.
//
// https://developer.work.weixin.qq.com/document/path/90970
func (s *Server) ChangeMember(ctx context.Context, m Member) error {
	return s.changeMember(ctx, m.CorpID, m.UserID, func(c *corpState) { c.put(m) })
}

// RemoveMember removes a member and tells everybody concerned.
func (s *Server) RemoveMember(ctx context.Context, corpID, userID string) error {
	return s.changeMember(ctx, corpID, userID, func(c *corpState) {
		if m, ok := c.members[fold(userID)]; ok {
			c.remove(m)
		}
	})
}

func (s *Server) changeMember(ctx context.Context, corpID, userID string, do func(*corpState)) error {
	s.init()
	s.mu.Lock()
	c, ok := s.corps[corpID]
	if !ok {
		s.mu.Unlock()
		return fmt.Errorf("change member %q: corp %q is unknown", userID, corpID)
	}
	before, had := c.audience(userID)
	do(c)
	after, has := c.audience(userID)
	s.note(change{Kind: "directory", CorpID: corpID})
	var out []*outgoing
	if kind := changeKind("user", had, has); kind != "" {
		out = s.contactEvents(c, kind, func(e *element) { memberElements(e, c, userID) })
	}
	out = append(out, s.rangeEvents(c, userID, before, after)...)
	s.mu.Unlock()
	return s.sendAll(ctx, out)
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

// audience is which applications a member can use.
func (c *corpState) audience(userID string) (map[int64]bool, bool) {
	out := map[int64]bool{}
	m, ok := c.members[fold(userID)]
	if !ok {
		return out, false
	}
	for id, a := range c.apps {
		out[id] = m.reachable() && c.sees(a, m)
	}
	return out, true
}

// memberElements are those that are still sent to receivers set up after
// August 2022.
func memberElements(e *element, c *corpState, userID string) {
	m, ok := c.members[fold(userID)]
	if !ok {
		e.text("UserID", userID)
		return
	}
	list := make([]string, len(m.Departments))
	for i, d := range m.Departments {
		list[i] = formatID(d)
	}
	e.text("UserID", m.UserID).text("Department", strings.Join(list, ","))
}

// contactEvents addresses a change_contact event to everyone who receives such
// events. s.mu must be held.
func (s *Server) contactEvents(c *corpState, kind string, fill func(*element)) []*outgoing {
	var out []*outgoing
	body := func() *element {
		e := header(c.ID, "sys", s.now(), "event").text("Event", "change_contact").text("ChangeType", kind)
		fill(e)
		return e
	}
	if c.ContactCallback.URL != "" {
		s.seq++
		o := &outgoing{to: c.ContactCallback}
		o.Delivery = Delivery{Seq: s.seq, Time: s.now(), CorpID: c.ID, URL: c.ContactCallback.URL,
			Event: "change_contact", From: "sys", Plain: string(body().bytes())}
		out = append(out, o)
	}
	for _, a := range c.appsInOrder() {
		if a.ContactEvents {
			o := s.outgoing(a, nil, "change_contact", body())
			o.From = "sys"
			out = append(out, o)
		}
	}
	return out
}

// rangeEvents are subscribe and unsubscribe. s.mu must be held.
func (s *Server) rangeEvents(c *corpState, userID string, before, after map[int64]bool) []*outgoing {
	var out []*outgoing
	for _, a := range c.appsInOrder() {
		id := a.AgentID
		if before[id] == after[id] {
			continue
		}
		event := "unsubscribe"
		if after[id] {
			event = "subscribe"
		}
		e := header(c.ID, userID, s.now(), "event").text("Event", event).text("EventKey", "")
		o := s.outgoing(a, c.members[fold(userID)], event, e)
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

// RemoveDepartment removes a department without members and children.
func (s *Server) RemoveDepartment(ctx context.Context, corpID string, id int64) error {
	s.init()
	s.mu.Lock()
	if c, ok := s.corps[corpID]; ok && (id == 1 || len(c.byDept[id]) > 0 || len(c.below(id)) > 1) {
		s.mu.Unlock()
		return fmt.Errorf("remove department %d: it is the root or not empty", id)
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
		return fmt.Errorf("change department %d: corp %q is unknown", id, corpID)
	}
	_, had := c.departments[id]
	do(c)
	d, has := c.departments[id]
	s.note(change{Kind: "directory", CorpID: corpID})
	var out []*outgoing
	if kind := changeKind("party", had, has); kind != "" {
		out = s.contactEvents(c, kind, func(e *element) {
			e.text("Id", strconv.FormatInt(id, 10))
			if has {
				e.text("ParentId", strconv.FormatInt(d.ParentID, 10))
			}
		})
	}
	s.mu.Unlock()
	return s.sendAll(ctx, out)
}

func (s *Server) sendAll(ctx context.Context, list []*outgoing) error {
	var errs []error
	for _, o := range list {
		errs = append(errs, s.send(ctx, o))
	}
	return errors.Join(errs...)
}
