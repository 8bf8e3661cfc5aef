package wecomtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

var userIDPattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$`)

// userBody is the request of user/create and user/update; absent fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/90195
type userBody struct {
	UserID         string    `json:"userid"`
	NewUserID      string    `json:"new_userid"`
	Name           *string   `json:"name"`
	Alias          *string   `json:"alias"`
	Mobile         *string   `json:"mobile"`
	Email          *string   `json:"email"`
	BizMail        *string   `json:"biz_mail"`
	Department     *[]Int    `json:"department"`
	MainDepartment *Int      `json:"main_department"`
	Position       *string   `json:"position"`
	Gender         *Int      `json:"gender"` // documented as a string; numbers are accepted, too
	Telephone      *string   `json:"telephone"`
	IsLeaderInDept *[]Int    `json:"is_leader_in_dept"`
	DirectLeader   *[]string `json:"direct_leader"`
	Enable         *Int      `json:"enable"`
}

func (s *Server) createUser(r *request) (any, *apiError) {
	var in userBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case !userIDPattern.MatchString(in.UserID):
		return nil, newAPIError(40003)
	case r.corp.members[foldUserID(in.UserID)] != nil:
		return nil, newAPIError(60102)
	case in.Name == nil:
		return nil, newAPIError(60112)
	case in.Mobile == nil && in.Email == nil:
		return nil, newAPIError(60129)
	}
	m := Member{CorpID: r.corp.ID, UserID: in.UserID, Status: StatusInactive}
	if err := in.applyTo(r.corp, &m); err != nil {
		return nil, err
	}
	s.updateMember(r, m.UserID, func() { r.corp.putMember(m) })
	return successReply("created"), nil
}

func (s *Server) updateUser(r *request) (any, *apiError) {
	var in userBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	old, ok := r.corp.members[foldUserID(in.UserID)]
	if !ok {
		return nil, newAPIError(60111)
	}
	m := old.Member
	if err := in.applyTo(r.corp, &m); err != nil {
		return nil, err
	}
	if in.NewUserID != "" {
		if !userIDPattern.MatchString(in.NewUserID) {
			return nil, newAPIError(40003)
		}
		if other := r.corp.members[foldUserID(in.NewUserID)]; other != nil && other != old {
			return nil, newAPIError(60102)
		}
		m.UserID = in.NewUserID
	}
	s.updateMember(r, m.UserID, func() {
		inbox := old.inbox
		r.corp.removeMember(old)
		r.corp.putMember(m)
		r.corp.members[foldUserID(m.UserID)].inbox = inbox
		for _, d := range inbox {
			d.moveTo(r.corp.members[foldUserID(m.UserID)])
		}
	})
	return successReply("updated"), nil
}

// applyTo checks the request and applies its fields to a member.
func (in *userBody) applyTo(c *corpState, m *Member) *apiError {
	if err := in.checkFields(c, m); err != nil {
		return err
	}
	for _, f := range []struct{ to, from *string }{
		{&m.Name, in.Name}, {&m.Alias, in.Alias}, {&m.Mobile, in.Mobile}, {&m.Email, in.Email}, {&m.BizMail, in.BizMail},
		{&m.Position, in.Position}, {&m.Telephone, in.Telephone},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.Department != nil {
		m.Departments, m.MainDepartment = toInt64s(*in.Department), 0
	}
	if in.Gender != nil {
		m.Gender = formatID(int64(*in.Gender))
	}
	if in.MainDepartment != nil && *in.MainDepartment != 0 {
		m.MainDepartment = int64(*in.MainDepartment)
	}
	if in.IsLeaderInDept != nil {
		m.Leads = nil
		for i, leads := range *in.IsLeaderInDept {
			if leads == 1 {
				m.Leads = append(m.Leads, m.Departments[i])
			}
		}
	}
	if in.DirectLeader != nil {
		m.DirectLeader = strings.Join(*in.DirectLeader, "")
	}
	if in.Enable != nil {
		m.Status = StatusActive
		if *in.Enable == 0 {
			m.Status = StatusDisabled
		}
	}
	return nil
}

func toInt64s(list []Int) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func (in *userBody) checkFields(c *corpState, m *Member) *apiError {
	switch {
	case in.Name != nil && (*in.Name == "" || utf8.RuneCountInString(*in.Name) > 64):
		return newAPIError(60112)
	case in.Position != nil && utf8.RuneCountInString(*in.Position) > 128:
		return tooLong("position", 128)
	case in.Telephone != nil && len(*in.Telephone) > 32:
		return tooLong("telephone", 32)
	case !isValidEmail(in.Email) || !isValidEmail(in.BizMail):
		return newAPIError(60105)
	case in.DirectLeader != nil && len(*in.DirectLeader) > 1:
		return newAPIError(60257)
	}
	departments := len(m.Departments)
	if in.Department != nil {
		departments = len(*in.Department)
		if departments > 100 {
			return newAPIError(60110)
		}
		for _, d := range *in.Department {
			if c.departments[int64(d)] == nil {
				return newAPIError(60003)
			}
		}
	}
	if in.IsLeaderInDept != nil && len(*in.IsLeaderInDept) > 0 && len(*in.IsLeaderInDept) != departments {
		return newAPIError(60132)
	}
	return in.checkUnique(c, m)
}

// isValidEmail reports whether an address has 6 to 64 bytes and an @. nil keeps the old address, an
// empty one removes it.
func isValidEmail(address *string) bool {
	return address == nil || *address == "" || (len(*address) >= 6 && len(*address) <= 64 && strings.Contains(*address, "@"))
}

func (in *userBody) checkUnique(c *corpState, m *Member) *apiError {
	for _, o := range c.members {
		if foldUserID(o.UserID) == foldUserID(m.UserID) {
			continue
		}
		if in.Mobile != nil && *in.Mobile != "" && o.Mobile == *in.Mobile {
			return newAPIError(60104)
		}
		if in.Email != nil && *in.Email != "" && o.Email == *in.Email {
			return newAPIError(60106)
		}
	}
	return nil
}

func (s *Server) deleteUser(r *request) (any, *apiError) {
	m, ok := r.corp.members[foldUserID(r.query.Get("userid"))]
	if !ok {
		return nil, newAPIError(60111)
	}
	s.updateMember(r, m.UserID, func() { r.corp.removeMember(m) })
	return successReply("deleted"), nil
}

// deleteUsers implements user/batchdelete: one invalid id fails the whole call.
func (s *Server) deleteUsers(r *request) (any, *apiError) {
	var in struct {
		List []string `json:"useridlist"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 200 {
		return nil, newAPIError(40032)
	}
	for _, id := range in.List {
		if r.corp.members[foldUserID(id)] == nil {
			return nil, newAPIError(60111)
		}
	}
	for _, id := range in.List {
		if m := r.corp.members[foldUserID(id)]; m != nil {
			s.updateMember(r, m.UserID, func() { r.corp.removeMember(m) })
		}
	}
	return successReply("deleted"), nil
}

// updateMember changes a member and adds the resulting events to the request. They are not sent to
// the contact sync helper, which made the change.
func (s *Server) updateMember(r *request, userID string, do func()) {
	before, had := r.corp.visibleApps(userID)
	do()
	after, has := r.corp.visibleApps(userID)
	events := s.newContactEvents(r.corp, changeKind("user", had, has), func(e *xmlBuilder) { addMemberElements(e, r.corp, userID) })
	events = slices.DeleteFunc(events, func(o *pendingCallback) bool { return o.AgentID == 0 })
	r.events = append(append(r.events, events...), s.newSubscriptionEvents(r.corp, userID, before, after)...)
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
}

// departmentBody is the request of department/create and department/update.
//
// https://developer.work.weixin.qq.com/document/path/90205
type departmentBody struct {
	ID       *Int    `json:"id"`
	Name     *string `json:"name"`
	NameEn   *string `json:"name_en"`
	ParentID *Int    `json:"parentid"`
	Order    *Int    `json:"order"`
}

type departmentCreatedReply struct {
	ID int64 `json:"id"`
}

func (departmentCreatedReply) successMessage() string { return "created" }

func (s *Server) createDepartment(r *request) (any, *apiError) {
	var in departmentBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	d := Department{CorpID: r.corp.ID}
	switch {
	case in.Name == nil:
		return nil, newAPIError(60001)
	case in.ParentID == nil:
		return nil, newAPIError(60004)
	case in.ID != nil && (*in.ID <= 1 || r.corp.departments[int64(*in.ID)] != nil):
		return nil, newAPIError(60008)
	case in.ID != nil:
		d.ID = int64(*in.ID)
	default:
		for d.ID = 2; r.corp.departments[d.ID] != nil; d.ID++ { // the condition finds the first free id
		}
	}
	if err := in.applyTo(r.corp, &d); err != nil {
		return nil, err
	}
	r.corp.departments[d.ID] = &d
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return departmentCreatedReply{d.ID}, nil
}

func (s *Server) updateDepartment(r *request) (any, *apiError) {
	var in departmentBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if in.ID == nil || r.corp.departments[int64(*in.ID)] == nil {
		return nil, newAPIError(60003)
	}
	d := *r.corp.departments[int64(*in.ID)]
	if err := in.applyTo(r.corp, &d); err != nil {
		return nil, err
	}
	r.corp.departments[d.ID] = &d
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return successReply("updated"), nil
}

func (in *departmentBody) applyTo(c *corpState, d *Department) *apiError {
	if in.ParentID != nil {
		parent := int64(*in.ParentID)
		switch {
		case c.departments[parent] == nil:
			return newAPIError(60004)
		case c.isWithinDepartment(parent, d.ID):
			return newAPIError(60010)
		case c.departmentDepth(parent) >= 15:
			return newAPIError(81002)
		}
		d.ParentID = parent
	}
	if in.Name != nil {
		switch {
		case *in.Name == "" || utf8.RuneCountInString(*in.Name) > 64:
			return newAPIError(60001)
		case strings.ContainsAny(*in.Name, `\:*?"<>|`):
			return newAPIError(60009)
		}
		d.Name = *in.Name
	}
	for _, o := range c.departments {
		if o.ID != d.ID && o.ParentID == d.ParentID && o.Name == d.Name {
			return newAPIError(60008)
		}
	}
	if in.NameEn != nil {
		d.NameEn = *in.NameEn
	}
	if in.Order != nil {
		d.Order = int64(*in.Order)
	}
	return nil
}

// departmentDepth returns the level of a department; the root has level 1.
func (c *corpState) departmentDepth(id int64) int {
	n := 0
	for d := c.departments[id]; d != nil && n < 64; d = c.departments[d.ParentID] {
		n++
	}
	return n
}

func (s *Server) deleteDepartment(r *request) (any, *apiError) {
	id, err := strconv.ParseInt(r.query.Get("id"), 10, 64)
	switch {
	case err != nil || r.corp.departments[id] == nil:
		return nil, newAPIError(60003)
	case id == 1:
		return nil, newAPIError(60007)
	case len(r.corp.membersByDepartment[id]) > 0:
		return nil, newAPIError(60005)
	case len(r.corp.departmentSubtree(id)) > 1:
		return nil, newAPIError(60006)
	}
	delete(r.corp.departments, id)
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return successReply("deleted"), nil
}
