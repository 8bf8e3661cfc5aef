package contacts

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

var userIDPattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$`)

// userBody is the request of user/create and user/update; absent fields keep their value. An empty
// text clears a field that may be empty. An empty number and 0 count as absent, except in enable.
//
// https://developer.work.weixin.qq.com/document/path/90195
type userBody struct {
	UserID         string            `json:"userid"`
	NewUserID      string            `json:"new_userid"`
	Name           *string           `json:"name"`
	Alias          *string           `json:"alias"`
	Mobile         *string           `json:"mobile"`
	Email          *string           `json:"email"`
	BizMail        *string           `json:"biz_mail"`
	Department     *[]model.Int      `json:"department"`
	MainDepartment *model.Int        `json:"main_department"`
	Position       *string           `json:"position"`
	Gender         *model.Int        `json:"gender"` // documented as a string; numbers are accepted, too
	Telephone      *string           `json:"telephone"`
	IsLeaderInDept *[]model.Int      `json:"is_leader_in_dept"`
	DirectLeader   *[]string         `json:"direct_leader"`
	Enable         model.OptionalInt `json:"enable"`
}

func (s *Service) createUser(r *core.Request) (any, *core.APIError) {
	var in userBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case !userIDPattern.MatchString(in.UserID):
		return nil, core.NewAPIError(40003)
	case r.Corp.Members[core.FoldUserID(in.UserID)] != nil:
		return nil, core.NewAPIError(60102)
	case !core.IsGivenText(in.Name):
		return nil, core.NewAPIError(60112)
	case !core.IsGivenText(in.Mobile) && !core.IsGivenText(in.Email):
		return nil, core.NewAPIError(60129)
	}
	m := model.Member{CorpID: r.Corp.ID, UserID: in.UserID, Status: model.StatusInactive}
	if err := in.applyTo(r.Corp, &m); err != nil {
		return nil, err
	}
	s.updateMember(r, m.UserID, func() { r.Corp.PutMember(m) })
	return successReply("created"), nil
}

func (s *Service) updateUser(r *core.Request) (any, *core.APIError) {
	var in userBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	old, ok := r.Corp.Members[core.FoldUserID(in.UserID)]
	if !ok {
		return nil, core.NewAPIError(60111)
	}
	m := old.Member
	if err := in.applyTo(r.Corp, &m); err != nil {
		return nil, err
	}
	if in.NewUserID != "" {
		if !userIDPattern.MatchString(in.NewUserID) {
			return nil, core.NewAPIError(40003)
		}
		if other := r.Corp.Members[core.FoldUserID(in.NewUserID)]; other != nil && other != old {
			return nil, core.NewAPIError(60102)
		}
		m.UserID = in.NewUserID
	}
	s.updateMember(r, m.UserID, func() {
		inbox := old.Inbox
		r.Corp.RemoveMember(old)
		r.Corp.PutMember(m)
		r.Corp.Members[core.FoldUserID(m.UserID)].Inbox = inbox
		for _, d := range inbox {
			d.MoveTo(r.Corp.Members[core.FoldUserID(m.UserID)])
		}
	})
	return successReply("updated"), nil
}

// applyTo checks the request and applies its fields to a member.
func (in *userBody) applyTo(c *core.CorpState, m *model.Member) *core.APIError {
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
		m.Departments, m.MainDepartment = ToInt64s(*in.Department), 0
	}
	if core.IsGivenInt(in.Gender) {
		m.Gender = FormatID(int64(*in.Gender))
	}
	if core.IsGivenInt(in.MainDepartment) {
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
	if in.Enable.Given {
		m.Status = model.StatusActive
		if in.Enable.Value == 0 {
			m.Status = model.StatusDisabled
		}
	}
	return nil
}

// ToInt64s converts the numbers of a request.
func ToInt64s(list []model.Int) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func (in *userBody) checkFields(c *core.CorpState, m *model.Member) *core.APIError {
	switch {
	case in.Name != nil && (*in.Name == "" || utf8.RuneCountInString(*in.Name) > 64):
		return core.NewAPIError(60112)
	case in.Position != nil && utf8.RuneCountInString(*in.Position) > 128:
		return core.TooLong("position", 128)
	case in.Telephone != nil && len(*in.Telephone) > 32:
		return core.TooLong("telephone", 32)
	case !isValidEmail(in.Email) || !isValidEmail(in.BizMail):
		return core.NewAPIError(60105)
	case in.DirectLeader != nil && len(*in.DirectLeader) > 1:
		return core.NewAPIError(60257)
	}
	departments := len(m.Departments)
	if in.Department != nil {
		departments = len(*in.Department)
		if departments > 100 {
			return core.NewAPIError(60110)
		}
		for _, d := range *in.Department {
			if c.Departments[int64(d)] == nil {
				return core.NewAPIError(60003)
			}
		}
	}
	if in.IsLeaderInDept != nil && len(*in.IsLeaderInDept) > 0 && len(*in.IsLeaderInDept) != departments {
		return core.NewAPIError(60132)
	}
	return in.checkUnique(c, m)
}

// isValidEmail reports whether an address has 6 to 64 bytes and an @. nil keeps the old address, an
// empty one removes it.
func isValidEmail(address *string) bool {
	return address == nil || *address == "" || (len(*address) >= 6 && len(*address) <= 64 && strings.Contains(*address, "@"))
}

func (in *userBody) checkUnique(c *core.CorpState, m *model.Member) *core.APIError {
	for _, o := range c.Members {
		if core.FoldUserID(o.UserID) == core.FoldUserID(m.UserID) {
			continue
		}
		if in.Mobile != nil && *in.Mobile != "" && o.Mobile == *in.Mobile {
			return core.NewAPIError(60104)
		}
		if in.Email != nil && *in.Email != "" && o.Email == *in.Email {
			return core.NewAPIError(60106)
		}
	}
	return nil
}

func (s *Service) deleteUser(r *core.Request) (any, *core.APIError) {
	m, ok := r.Corp.Members[core.FoldUserID(r.Query.Get("userid"))]
	if !ok {
		return nil, core.NewAPIError(60111)
	}
	s.updateMember(r, m.UserID, func() { r.Corp.RemoveMember(m) })
	return successReply("deleted"), nil
}

// deleteUsers implements user/batchdelete: one invalid id fails the whole call.
func (s *Service) deleteUsers(r *core.Request) (any, *core.APIError) {
	var in struct {
		List []string `json:"useridlist"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > 200 {
		return nil, core.NewAPIError(40032)
	}
	for _, id := range in.List {
		if r.Corp.Members[core.FoldUserID(id)] == nil {
			return nil, core.NewAPIError(60111)
		}
	}
	for _, id := range in.List {
		if m := r.Corp.Members[core.FoldUserID(id)]; m != nil {
			s.updateMember(r, m.UserID, func() { r.Corp.RemoveMember(m) })
		}
	}
	return successReply("deleted"), nil
}

// updateMember changes a member and adds the resulting events to the request. They are not sent to
// the contact sync helper, which made the change.
func (s *Service) updateMember(r *core.Request, userID string, do func()) {
	before, had := visibleApps(r.Corp, userID)
	do()
	after, has := visibleApps(r.Corp, userID)
	events := s.newContactEvents(r.Corp, changeKind("user", had, has), func(e *core.XMLBuilder) { addMemberElements(e, r.Corp, userID) })
	r.Events = append(append(r.Events, withoutOwnEvents(r, events)...), s.newSubscriptionEvents(r.Corp, userID, before, after)...)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
}

// departmentBody is the request of department/create and department/update.
//
// https://developer.work.weixin.qq.com/document/path/90205
type departmentBody struct {
	ID       *model.Int `json:"id"`
	Name     *string    `json:"name"`
	NameEn   *string    `json:"name_en"`
	ParentID *model.Int `json:"parentid"`
	Order    *model.Int `json:"order"`
}

type departmentCreatedReply struct {
	ID int64 `json:"id"`
}

func (departmentCreatedReply) SuccessMessage() string { return "created" }

func (s *Service) createDepartment(r *core.Request) (any, *core.APIError) {
	var in departmentBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	d := model.Department{CorpID: r.Corp.ID}
	switch {
	case !core.IsGivenText(in.Name):
		return nil, core.NewAPIError(60001)
	case !core.IsGivenInt(in.ParentID):
		return nil, core.NewAPIError(60004)
	case core.IsGivenInt(in.ID) && (*in.ID <= 1 || r.Corp.Departments[int64(*in.ID)] != nil):
		return nil, core.NewAPIError(60008)
	case core.IsGivenInt(in.ID):
		d.ID = int64(*in.ID)
	default:
		for d.ID = 2; r.Corp.Departments[d.ID] != nil; d.ID++ { // the condition finds the first free id
		}
	}
	if err := in.applyTo(r.Corp, &d); err != nil {
		return nil, err
	}
	r.Corp.Departments[d.ID] = &d
	s.reportDepartmentChange(r, d.ID, false)
	return departmentCreatedReply{d.ID}, nil
}

func (s *Service) updateDepartment(r *core.Request) (any, *core.APIError) {
	var in departmentBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if in.ID == nil || r.Corp.Departments[int64(*in.ID)] == nil {
		return nil, core.NewAPIError(60003)
	}
	d := *r.Corp.Departments[int64(*in.ID)]
	if err := in.applyTo(r.Corp, &d); err != nil {
		return nil, err
	}
	moved := r.Corp.Departments[d.ID].ParentID != d.ParentID
	r.Corp.Departments[d.ID] = &d
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	if moved { // update_party is sent for a new parent only
		s.reportDepartmentChange(r, d.ID, true)
	}
	return successReply("updated"), nil
}

func (in *departmentBody) applyTo(c *core.CorpState, d *model.Department) *core.APIError {
	if core.IsGivenInt(in.ParentID) {
		parent := int64(*in.ParentID)
		switch {
		case c.Departments[parent] == nil:
			return core.NewAPIError(60004)
		case c.IsWithinDepartment(parent, d.ID):
			return core.NewAPIError(60010)
		case departmentDepth(c, parent) >= 15:
			return core.NewAPIError(81002)
		}
		d.ParentID = parent
	}
	if in.Name != nil {
		switch {
		case *in.Name == "" || utf8.RuneCountInString(*in.Name) > 64:
			return core.NewAPIError(60001)
		case strings.ContainsAny(*in.Name, `\:*?"<>|`):
			return core.NewAPIError(60009)
		}
		d.Name = *in.Name
	}
	for _, o := range c.Departments {
		if o.ID != d.ID && o.ParentID == d.ParentID && o.Name == d.Name {
			return core.NewAPIError(60008)
		}
	}
	if core.IsGivenText(in.NameEn) {
		d.NameEn = *in.NameEn
	}
	if core.IsGivenInt(in.Order) {
		d.Order = int64(*in.Order)
	}
	return nil
}

// departmentDepth returns the level of a department; the root has level 1.
func departmentDepth(c *core.CorpState, id int64) int {
	n := 0
	for d := c.Departments[id]; d != nil && n < 64; d = c.Departments[d.ParentID] {
		n++
	}
	return n
}

func (s *Service) deleteDepartment(r *core.Request) (any, *core.APIError) {
	id, err := strconv.ParseInt(r.Query.Get("id"), 10, 64)
	switch {
	case err != nil || r.Corp.Departments[id] == nil:
		return nil, core.NewAPIError(60003)
	case id == 1:
		return nil, core.NewAPIError(60007)
	case len(r.Corp.MembersByDepartment[id]) > 0:
		return nil, core.NewAPIError(60005)
	case len(r.Corp.DepartmentSubtree(id)) > 1:
		return nil, core.NewAPIError(60006)
	}
	delete(r.Corp.Departments, id)
	s.reportDepartmentChange(r, id, true)
	return successReply("deleted"), nil
}

// reportDepartmentChange adds the events of a changed department to a request.
func (s *Service) reportDepartmentChange(r *core.Request, id int64, had bool) {
	r.Events = append(r.Events, withoutOwnEvents(r, s.newDepartmentEvents(r.Corp, id, had))...)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
}
