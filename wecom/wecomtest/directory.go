package wecomtest

import (
	"cmp"
	"slices"
	"strings"
)

// corpState is a company with everything in it. Server.mu guards it.
type corpState struct {
	Corp
	departments map[int64]*Department
	members     map[string]*memberState  // by lower-case user id
	all         []*memberState           // what everyone returns; nil after a change
	byDept      map[int64][]*memberState // direct members
	apps        map[int64]*appState
	tags        map[int64]*tagState
	chats       map[string]*chatState
	calendars   map[string]*calendarState
	schedules   map[string]*scheduleState
	outside     outside
	meetings    map[string]*meetingState
	newMeetings shelf[string, *meetingState]
	jobs        []*batchJob
	templates   map[string]*ApprovalTemplate
	approvals   map[string]*approvalState
	applied     int // approvals so far
	came        struct{ chats, calendars, schedules, meetings, approvals queue[string] }
}

type appState struct {
	App
	contacts   bool        // the contact sync helper, not a real application
	suite      *suiteState // whose installation this is, for a third-party application
	duplicates shelf[[32]byte, duplicate]
	tickets    [2]ticket
	workbench  workbench
}

type memberState struct {
	Member
	key   string // the folded user id
	inbox []*delivery
}

func newCorpState(c Corp) *corpState {
	return &corpState{
		Corp:        c,
		departments: map[int64]*Department{1: {CorpID: c.ID, ID: 1, Name: c.Name}},
		members:     map[string]*memberState{},
		byDept:      map[int64][]*memberState{},
		apps:        map[int64]*appState{},
		tags:        map[int64]*tagState{},
		chats:       map[string]*chatState{},
		calendars:   map[string]*calendarState{},
		schedules:   map[string]*scheduleState{},
		meetings:    map[string]*meetingState{},
		templates:   map[string]*ApprovalTemplate{},
		approvals:   map[string]*approvalState{},
	}
}

func fold(userID string) string { return strings.ToLower(userID) }

func (c *corpState) put(m Member) {
	if len(m.Departments) == 0 {
		m.Departments = []int64{1}
	}
	if m.MainDepartment == 0 {
		m.MainDepartment = m.Departments[0]
	}
	if m.Status == 0 {
		m.Status = StatusActive
	}
	st, ok := c.members[fold(m.UserID)]
	if !ok {
		st = &memberState{}
		c.members[fold(m.UserID)] = st
	} else {
		c.unlink(st)
	}
	st.Member, st.key = m, fold(m.UserID)
	c.all = nil
	for _, d := range m.Departments {
		c.byDept[d] = append(c.byDept[d], st)
	}
}

func (c *corpState) unlink(m *memberState) {
	for _, d := range m.Departments {
		c.byDept[d] = slices.DeleteFunc(c.byDept[d], func(o *memberState) bool { return o == m })
	}
}

func (c *corpState) remove(m *memberState) {
	c.unlink(m)
	c.all = nil
	delete(c.members, fold(m.UserID))
	for _, a := range c.apps {
		delete(a.workbench.data, m.key)
		delete(a.workbench.minutes, m.key)
	}
}

// within reports whether department id is root or lies below it. The walk is
// bounded because a fixture may hold a loop.
func (c *corpState) within(id, root int64) bool {
	for range 64 {
		if id == root {
			return true
		}
		d, ok := c.departments[id]
		if !ok || d.ParentID == 0 {
			return false
		}
		id = d.ParentID
	}
	return false
}

func (a *appState) seesAll() bool {
	return a.contacts || len(a.VisibleUsers)+len(a.VisibleParties)+len(a.VisibleTags) == 0
}

// seesDepartment reports whether a department is in the visible range.
func (c *corpState) seesDepartment(a *appState, id int64) bool {
	if a.seesAll() {
		return true
	}
	return slices.ContainsFunc(a.VisibleParties, func(root int64) bool { return c.within(id, root) })
}

// sees reports whether a member is in the visible range.
func (c *corpState) sees(a *appState, m *memberState) bool {
	if a.seesAll() {
		return true
	}
	if slices.ContainsFunc(a.VisibleUsers, func(u string) bool { return fold(u) == fold(m.UserID) }) {
		return true
	}
	if slices.ContainsFunc(m.Tags, func(t int64) bool { return slices.Contains(a.VisibleTags, t) }) {
		return true
	}
	return slices.ContainsFunc(m.Departments, func(d int64) bool { return c.seesDepartment(a, d) })
}

// below lists the departments from root down, root included, the larger Order
// first among siblings.
func (c *corpState) below(root int64) []*Department {
	children := map[int64][]*Department{}
	for _, d := range c.departments {
		if d.ID != root {
			children[d.ParentID] = append(children[d.ParentID], d)
		}
	}
	var out []*Department
	var walk func(d *Department, depth int)
	walk = func(d *Department, depth int) {
		out = append(out, d)
		if depth > 64 {
			return
		}
		list := children[d.ID]
		slices.SortFunc(list, func(a, b *Department) int {
			return cmp.Or(cmp.Compare(b.Order, a.Order), cmp.Compare(a.ID, b.ID))
		})
		for _, child := range list {
			walk(child, depth+1)
		}
	}
	if d, ok := c.departments[root]; ok {
		walk(d, 0)
	}
	return out
}

// sorted lists members by user id, for replies that do not change from call to
// call.
func sorted(list []*memberState) []*memberState {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b *memberState) int { return cmp.Compare(a.key, b.key) })
	return out
}

// everyone lists all members by user id. The list is kept until a member comes
// or goes, because sorting 50,000 of them for each call would be felt.
func (c *corpState) everyone() []*memberState {
	if c.all == nil {
		c.all = make([]*memberState, 0, len(c.members))
		for _, m := range c.members {
			c.all = append(c.all, m)
		}
		c.all = sorted(c.all)
	}
	return c.all
}

// reachable reports whether a message can be delivered to the member.
func (m *memberState) reachable() bool {
	return m.Status == StatusActive || m.Status == StatusInactive
}
