package wecomtest

import (
	"cmp"
	"slices"
	"strings"
)

// corpState is a company with all its data. Server.mu guards it.
type corpState struct {
	Corp
	departments         map[int64]*Department
	members             map[string]*memberState  // by folded user id
	sortedMembers       []*memberState           // cached by allMembers; nil after a change
	membersByDepartment map[int64][]*memberState // direct members
	apps                map[int64]*appState
	tags                map[int64]*tagState
	chats               map[string]*chatState
	calendars           map[string]*calendarState
	schedules           map[string]*scheduleState
	external            externalState
	meetings            map[string]*meetingState
	recentMeetings      cache[string, *meetingState]
	batchJobs           []*batchJob
	approvalTemplates   map[string]*ApprovalTemplate
	approvals           map[string]*approvalState
	approvalCount       int // number of approvals so far
	insertionOrder      struct{ chats, calendars, schedules, meetings, approvals queue[string] }
}

type appState struct {
	App
	isContactHelper  bool        // the contact sync helper instead of a real application
	suite            *suiteState // set for the installation of a third-party application
	duplicateReplies cache[[32]byte, duplicateReply]
	jsTickets        [2]jsTicket
	workbench        workbenchState
}

type memberState struct {
	Member
	key   string // folded user id
	inbox []*inboxMessage
}

func newCorpState(c Corp) *corpState {
	return &corpState{
		Corp:                c,
		departments:         map[int64]*Department{1: {CorpID: c.ID, ID: 1, Name: c.Name}},
		members:             map[string]*memberState{},
		membersByDepartment: map[int64][]*memberState{},
		apps:                map[int64]*appState{},
		tags:                map[int64]*tagState{},
		chats:               map[string]*chatState{},
		calendars:           map[string]*calendarState{},
		schedules:           map[string]*scheduleState{},
		meetings:            map[string]*meetingState{},
		approvalTemplates:   map[string]*ApprovalTemplate{},
		approvals:           map[string]*approvalState{},
	}
}

func foldUserID(userID string) string { return strings.ToLower(userID) }

func (c *corpState) putMember(m Member) {
	if len(m.Departments) == 0 {
		m.Departments = []int64{1}
	}
	if m.MainDepartment == 0 {
		m.MainDepartment = m.Departments[0]
	}
	if m.Status == 0 {
		m.Status = StatusActive
	}
	st, ok := c.members[foldUserID(m.UserID)]
	if !ok {
		st = &memberState{}
		c.members[foldUserID(m.UserID)] = st
	} else {
		c.removeFromDepartments(st)
	}
	st.Member, st.key = m, foldUserID(m.UserID)
	c.sortedMembers = nil
	for _, d := range m.Departments {
		c.membersByDepartment[d] = append(c.membersByDepartment[d], st)
	}
}

func (c *corpState) removeFromDepartments(m *memberState) {
	for _, d := range m.Departments {
		c.membersByDepartment[d] = slices.DeleteFunc(c.membersByDepartment[d], func(o *memberState) bool { return o == m })
	}
}

func (c *corpState) removeMember(m *memberState) {
	c.removeFromDepartments(m)
	c.sortedMembers = nil
	delete(c.members, foldUserID(m.UserID))
	for _, a := range c.apps {
		delete(a.workbench.data, m.key)
		delete(a.workbench.minutes, m.key)
	}
}

// isWithinDepartment reports whether department id is root or a descendant of it. The walk is
// bounded, because fixtures may contain a cycle.
func (c *corpState) isWithinDepartment(id, root int64) bool {
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

func (a *appState) hasUnlimitedRange() bool {
	return a.isContactHelper || len(a.VisibleUsers)+len(a.VisibleParties)+len(a.VisibleTags) == 0
}

// seesDepartment reports whether a department is in the visible range.
func (c *corpState) seesDepartment(a *appState, id int64) bool {
	if a.hasUnlimitedRange() {
		return true
	}
	return slices.ContainsFunc(a.VisibleParties, func(root int64) bool { return c.isWithinDepartment(id, root) })
}

// seesMember reports whether a member is in the visible range.
func (c *corpState) seesMember(a *appState, m *memberState) bool {
	if a.hasUnlimitedRange() {
		return true
	}
	if slices.ContainsFunc(a.VisibleUsers, func(u string) bool { return foldUserID(u) == foldUserID(m.UserID) }) {
		return true
	}
	if slices.ContainsFunc(m.Tags, func(t int64) bool { return slices.Contains(a.VisibleTags, t) }) {
		return true
	}
	return slices.ContainsFunc(m.Departments, func(d int64) bool { return c.seesDepartment(a, d) })
}

// departmentSubtree returns root and its descendants in preorder; siblings are sorted by Order,
// larger first.
func (c *corpState) departmentSubtree(root int64) []*Department {
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

// sortByUserID returns the members sorted by user id, which keeps replies stable.
func sortByUserID(list []*memberState) []*memberState {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b *memberState) int { return cmp.Compare(a.key, b.key) })
	return out
}

// allMembers returns all members sorted by user id. The list is cached until a member is added or
// removed, because sorting 50,000 members per call would be slow.
func (c *corpState) allMembers() []*memberState {
	if c.sortedMembers == nil {
		c.sortedMembers = make([]*memberState, 0, len(c.members))
		for _, m := range c.members {
			c.sortedMembers = append(c.sortedMembers, m)
		}
		c.sortedMembers = sortByUserID(c.sortedMembers)
	}
	return c.sortedMembers
}

// canReceive reports whether messages can be delivered to the member.
func (m *memberState) canReceive() bool {
	return m.Status == StatusActive || m.Status == StatusInactive
}
