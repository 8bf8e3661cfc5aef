package wecomtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

var userIDForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$`)

// userBody is the request of user/create and user/update; what is absent stays
// as it is.
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
	Gender         *Int      `json:"gender"` // documented as a text; numbers are taken too
	Telephone      *string   `json:"telephone"`
	IsLeaderInDept *[]Int    `json:"is_leader_in_dept"`
	DirectLeader   *[]string `json:"direct_leader"`
	Enable         *Int      `json:"enable"`
}

func (s *Server) createUser(r *request) (any, *apiError) {
	var in userBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case !userIDForm.MatchString(in.UserID):
		return nil, fail(40003)
	case r.corp.members[fold(in.UserID)] != nil:
		return nil, fail(60102)
	case in.Name == nil:
		return nil, fail(60112)
	case in.Mobile == nil && in.Email == nil:
		return nil, fail(60129)
	}
	m := Member{CorpID: r.corp.ID, UserID: in.UserID, Status: StatusInactive}
	if err := in.change(r.corp, &m); err != nil {
		return nil, err
	}
	s.write(r, m.UserID, func() { r.corp.put(m) })
	return done("created"), nil
}

func (s *Server) updateUser(r *request) (any, *apiError) {
	var in userBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	old, ok := r.corp.members[fold(in.UserID)]
	if !ok {
		return nil, fail(60111)
	}
	m := old.Member
	if err := in.change(r.corp, &m); err != nil {
		return nil, err
	}
	if in.NewUserID != "" {
		if !userIDForm.MatchString(in.NewUserID) {
			return nil, fail(40003)
		}
		if other := r.corp.members[fold(in.NewUserID)]; other != nil && other != old {
			return nil, fail(60102)
		}
		m.UserID = in.NewUserID
	}
	s.write(r, m.UserID, func() {
		inbox := old.inbox
		r.corp.remove(old)
		r.corp.put(m)
		r.corp.members[fold(m.UserID)].inbox = inbox
		for _, d := range inbox {
			d.belongTo(r.corp.members[fold(m.UserID)])
		}
	})
	return done("updated"), nil
}

// change applies what the request names to a member, after checking it.
func (in *userBody) change(c *corpState, m *Member) *apiError {
	if err := in.check(c, m); err != nil {
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
		m.Departments, m.MainDepartment = ints(*in.Department), 0
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

func ints(list []Int) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func (in *userBody) check(c *corpState, m *Member) *apiError {
	switch {
	case in.Name != nil && (*in.Name == "" || utf8.RuneCountInString(*in.Name) > 64):
		return fail(60112)
	case in.Position != nil && utf8.RuneCountInString(*in.Position) > 128:
		return tooLong("position", 128)
	case in.Telephone != nil && len(*in.Telephone) > 32:
		return tooLong("telephone", 32)
	case !mailFits(in.Email) || !mailFits(in.BizMail):
		return fail(60105)
	case in.DirectLeader != nil && len(*in.DirectLeader) > 1:
		return fail(60257)
	}
	departments := len(m.Departments)
	if in.Department != nil {
		departments = len(*in.Department)
		if departments > 100 {
			return fail(60110)
		}
		for _, d := range *in.Department {
			if c.departments[int64(d)] == nil {
				return fail(60003)
			}
		}
	}
	if in.IsLeaderInDept != nil && len(*in.IsLeaderInDept) > 0 && len(*in.IsLeaderInDept) != departments {
		return fail(60132)
	}
	return in.checkUnique(c, m)
}

// mailFits: 6 to 64 bytes; an empty address takes the old one away.
func mailFits(address *string) bool {
	return address == nil || *address == "" || (len(*address) >= 6 && len(*address) <= 64 && strings.Contains(*address, "@"))
}

func (in *userBody) checkUnique(c *corpState, m *Member) *apiError {
	for _, o := range c.members {
		if fold(o.UserID) == fold(m.UserID) {
			continue
		}
		if in.Mobile != nil && *in.Mobile != "" && o.Mobile == *in.Mobile {
			return fail(60104)
		}
		if in.Email != nil && *in.Email != "" && o.Email == *in.Email {
			return fail(60106)
		}
	}
	return nil
}

func (s *Server) deleteUser(r *request) (any, *apiError) {
	m, ok := r.corp.members[fold(r.query.Get("userid"))]
	if !ok {
		return nil, fail(60111)
	}
	s.write(r, m.UserID, func() { r.corp.remove(m) })
	return done("deleted"), nil
}

// deleteUsers is user/batchdelete: one bad id fails the whole call.
func (s *Server) deleteUsers(r *request) (any, *apiError) {
	var in struct {
		List []string `json:"useridlist"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 200 {
		return nil, fail(40032)
	}
	for _, id := range in.List {
		if r.corp.members[fold(id)] == nil {
			return nil, fail(60111)
		}
	}
	for _, id := range in.List {
		if m := r.corp.members[fold(id)]; m != nil {
			s.write(r, m.UserID, func() { r.corp.remove(m) })
		}
	}
	return done("deleted"), nil
}

// write changes a member and prepares the events that follow. They are not sent
// back to the contact sync helper that made the change.
func (s *Server) write(r *request, userID string, do func()) {
	before, had := r.corp.audience(userID)
	do()
	after, has := r.corp.audience(userID)
	events := s.contactEvents(r.corp, changeKind("user", had, has), func(e *element) { memberElements(e, r.corp, userID) })
	events = slices.DeleteFunc(events, func(o *outgoing) bool { return o.AgentID == 0 })
	r.later = append(append(r.later, events...), s.rangeEvents(r.corp, userID, before, after)...)
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
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

type departmentIDCreated struct {
	ID int64 `json:"id"`
}

func (departmentIDCreated) errmsg() string { return "created" }

func (s *Server) createDepartment(r *request) (any, *apiError) {
	var in departmentBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	d := Department{CorpID: r.corp.ID}
	switch {
	case in.Name == nil:
		return nil, fail(60001)
	case in.ParentID == nil:
		return nil, fail(60004)
	case in.ID != nil && (*in.ID <= 1 || r.corp.departments[int64(*in.ID)] != nil):
		return nil, fail(60008)
	case in.ID != nil:
		d.ID = int64(*in.ID)
	default:
		for d.ID = 2; r.corp.departments[d.ID] != nil; d.ID++ { // the condition does the work
		}
	}
	if err := in.change(r.corp, &d); err != nil {
		return nil, err
	}
	r.corp.departments[d.ID] = &d
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return departmentIDCreated{d.ID}, nil
}

func (s *Server) updateDepartment(r *request) (any, *apiError) {
	var in departmentBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if in.ID == nil || r.corp.departments[int64(*in.ID)] == nil {
		return nil, fail(60003)
	}
	d := *r.corp.departments[int64(*in.ID)]
	if err := in.change(r.corp, &d); err != nil {
		return nil, err
	}
	r.corp.departments[d.ID] = &d
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return done("updated"), nil
}

func (in *departmentBody) change(c *corpState, d *Department) *apiError {
	if in.ParentID != nil {
		parent := int64(*in.ParentID)
		switch {
		case c.departments[parent] == nil:
			return fail(60004)
		case c.within(parent, d.ID):
			return fail(60010)
		case c.depth(parent) >= 15:
			return fail(81002)
		}
		d.ParentID = parent
	}
	if in.Name != nil {
		switch {
		case *in.Name == "" || utf8.RuneCountInString(*in.Name) > 64:
			return fail(60001)
		case strings.ContainsAny(*in.Name, `\:*?"<>|`):
			return fail(60009)
		}
		d.Name = *in.Name
	}
	for _, o := range c.departments {
		if o.ID != d.ID && o.ParentID == d.ParentID && o.Name == d.Name {
			return fail(60008)
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

// depth is how many levels a department lies below nothing: the root has 1.
func (c *corpState) depth(id int64) int {
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
		return nil, fail(60003)
	case id == 1:
		return nil, fail(60007)
	case len(r.corp.byDept[id]) > 0:
		return nil, fail(60005)
	case len(r.corp.below(id)) > 1:
		return nil, fail(60006)
	}
	delete(r.corp.departments, id)
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return done("deleted"), nil
}
