package core

import (
	"cmp"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// CorpState is a company with all its data. Core.Mu guards it.
type CorpState struct {
	model.Corp
	Departments         map[int64]*model.Department
	Members             map[string]*MemberState  // by folded user id
	sortedMembers       []*MemberState           // cached by allMembers; nil after a change
	MembersByDepartment map[int64][]*MemberState // direct members
	Apps                map[int64]*AppState
	Tags                map[int64]*TagState
	Chats               map[string]*ChatState
	Calendars           map[string]*CalendarState
	Schedules           map[string]*ScheduleState
	External            externalState
	Meetings            map[string]*MeetingState
	RecentMeetings      bounded.Cache[string, *MeetingState]
	BatchJobs           []*BatchJob
	ApprovalTemplates   map[string]*model.ApprovalTemplate
	Approvals           map[string]*ApprovalState
	ApprovalCount       int                       // number of approvals so far
	Mails               *bounded.Ring[model.Mail] // nil before the first one
	InsertionOrder      struct{ Chats, Calendars, Schedules, Meetings, Approvals bounded.Queue[string] }
}

// AppState is an application with its tickets and its workbench.
type AppState struct {
	model.App
	IsContactHelper  bool         // the contact sync helper instead of a real application
	Suite            *model.Suite // set for the installation of a third-party application
	DuplicateReplies bounded.Cache[[32]byte, DuplicateReply]
	JSTickets        [2]JSTicket
	Workbench        WorkbenchState
}

// MemberState is a member with their messages.
type MemberState struct {
	model.Member
	Key   string // folded user id
	Inbox []*InboxMessage
}

func newCorpState(c model.Corp) *CorpState {
	return &CorpState{
		Corp:                c,
		Departments:         map[int64]*model.Department{1: {CorpID: c.ID, ID: 1, Name: c.Name}},
		Members:             map[string]*MemberState{},
		MembersByDepartment: map[int64][]*MemberState{},
		Apps:                map[int64]*AppState{},
		Tags:                map[int64]*TagState{},
		Chats:               map[string]*ChatState{},
		Calendars:           map[string]*CalendarState{},
		Schedules:           map[string]*ScheduleState{},
		Meetings:            map[string]*MeetingState{},
		ApprovalTemplates:   map[string]*model.ApprovalTemplate{},
		Approvals:           map[string]*ApprovalState{},
	}
}

// FoldUserID returns the form in which user ids are compared: without case.
func FoldUserID(userID string) string { return strings.ToLower(userID) }

// PutMember adds or replaces a member.
func (c *CorpState) PutMember(m model.Member) {
	if len(m.Departments) == 0 {
		m.Departments = []int64{1}
	}
	if m.MainDepartment == 0 {
		m.MainDepartment = m.Departments[0]
	}
	if m.Status == 0 {
		m.Status = model.StatusActive
	}
	st, ok := c.Members[FoldUserID(m.UserID)]
	if !ok {
		st = &MemberState{}
		c.Members[FoldUserID(m.UserID)] = st
	} else {
		c.removeFromDepartments(st)
	}
	st.Member, st.Key = m, FoldUserID(m.UserID)
	c.sortedMembers = nil
	for _, d := range m.Departments {
		c.MembersByDepartment[d] = append(c.MembersByDepartment[d], st)
	}
}

func (c *CorpState) removeFromDepartments(m *MemberState) {
	for _, d := range m.Departments {
		c.MembersByDepartment[d] = slices.DeleteFunc(c.MembersByDepartment[d], func(o *MemberState) bool { return o == m })
	}
}

// RemoveMember removes a member.
func (c *CorpState) RemoveMember(m *MemberState) {
	c.removeFromDepartments(m)
	c.sortedMembers = nil
	delete(c.Members, FoldUserID(m.UserID))
	for _, a := range c.Apps {
		delete(a.Workbench.Data, m.Key)
		delete(a.Workbench.Minutes, m.Key)
	}
}

// IsWithinDepartment reports whether department id is root or a descendant of it. The walk is
// bounded, because fixtures may contain a cycle.
func (c *CorpState) IsWithinDepartment(id, root int64) bool {
	for range 64 {
		if id == root {
			return true
		}
		d, ok := c.Departments[id]
		if !ok || d.ParentID == 0 {
			return false
		}
		id = d.ParentID
	}
	return false
}

// HasUnlimitedRange reports whether the application sees the whole company.
func (a *AppState) HasUnlimitedRange() bool {
	return a.IsContactHelper || len(a.VisibleUsers)+len(a.VisibleParties)+len(a.VisibleTags) == 0
}

// SeesDepartment reports whether a department is in the visible range.
func (c *CorpState) SeesDepartment(a *AppState, id int64) bool {
	if a.HasUnlimitedRange() {
		return true
	}
	return slices.ContainsFunc(a.VisibleParties, func(root int64) bool { return c.IsWithinDepartment(id, root) })
}

// SeesMember reports whether a member is in the visible range.
func (c *CorpState) SeesMember(a *AppState, m *MemberState) bool {
	if a.HasUnlimitedRange() {
		return true
	}
	if slices.ContainsFunc(a.VisibleUsers, func(u string) bool { return FoldUserID(u) == FoldUserID(m.UserID) }) {
		return true
	}
	if slices.ContainsFunc(m.Tags, func(t int64) bool { return slices.Contains(a.VisibleTags, t) }) {
		return true
	}
	return slices.ContainsFunc(m.Departments, func(d int64) bool { return c.SeesDepartment(a, d) })
}

// DepartmentSubtree returns root and its descendants in preorder; siblings are sorted by Order,
// larger first.
func (c *CorpState) DepartmentSubtree(root int64) []*model.Department {
	children := map[int64][]*model.Department{}
	for _, d := range c.Departments {
		if d.ID != root {
			children[d.ParentID] = append(children[d.ParentID], d)
		}
	}
	var out []*model.Department
	var walk func(d *model.Department, depth int)
	walk = func(d *model.Department, depth int) {
		out = append(out, d)
		if depth > 64 {
			return
		}
		list := children[d.ID]
		slices.SortFunc(list, func(a, b *model.Department) int {
			return cmp.Or(cmp.Compare(b.Order, a.Order), cmp.Compare(a.ID, b.ID))
		})
		for _, child := range list {
			walk(child, depth+1)
		}
	}
	if d, ok := c.Departments[root]; ok {
		walk(d, 0)
	}
	return out
}

// SortByUserID returns the members sorted by user id, which keeps replies stable.
func SortByUserID(list []*MemberState) []*MemberState {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b *MemberState) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// AllMembers returns all members sorted by user id. The list is cached until a member is added or
// removed, because sorting 50,000 members per call would be slow.
func (c *CorpState) AllMembers() []*MemberState {
	if c.sortedMembers == nil {
		c.sortedMembers = make([]*MemberState, 0, len(c.Members))
		for _, m := range c.Members {
			c.sortedMembers = append(c.sortedMembers, m)
		}
		c.sortedMembers = SortByUserID(c.sortedMembers)
	}
	return c.sortedMembers
}

// CanReceive reports whether messages can be delivered to the member.
func (m *MemberState) CanReceive() bool {
	return m.Status == model.StatusActive || m.Status == model.StatusInactive
}
