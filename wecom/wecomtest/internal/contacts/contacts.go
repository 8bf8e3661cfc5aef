package contacts

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

type ipReply struct {
	IPList []string `json:"ip_list"`
}

// getAPIDomainIPs implements get_api_domain_ip. The simulator's only address is the loopback address.
func (s *Service) getAPIDomainIPs(*core.Request) (any, *core.APIError) {
	return ipReply{[]string{"127.0.0.1"}}, nil
}

// getCallbackIPs implements getcallbackip. The simulator's only address is the loopback address.
func (s *Service) getCallbackIPs(*core.Request) (any, *core.APIError) {
	return ipReply{[]string{"127.0.0.1"}}, nil
}

// userReply is a member in the replies of user/get and user/list.
//
// https://developer.work.weixin.qq.com/document/path/90196
type userReply struct {
	UserID         string   `json:"userid"`
	Name           string   `json:"name"`
	Department     []int64  `json:"department"`
	Order          []int64  `json:"order"`
	Position       string   `json:"position"`
	IsLeaderInDept []int    `json:"is_leader_in_dept"`
	DirectLeader   []string `json:"direct_leader"`
	MainDepartment int64    `json:"main_department,omitempty"`
	Alias          string   `json:"alias"`
	Telephone      string   `json:"telephone"`
	Status         int      `json:"status"`
	ThumbAvatar    string   `json:"thumb_avatar,omitempty"`
	*sensitiveFields
}

// sensitiveFields are not returned to applications created after June 2022.
type sensitiveFields struct {
	Mobile  string `json:"mobile"`
	Email   string `json:"email"`
	BizMail string `json:"biz_mail"`
	Gender  string `json:"gender"`
	Avatar  string `json:"avatar"`
}

type simpleUser struct {
	UserID     string  `json:"userid"`
	Name       string  `json:"name"`
	Department []int64 `json:"department"`
}

type userListReply struct {
	UserList []userReply `json:"userlist"`
}

type simpleListReply struct {
	UserList []simpleUser `json:"userlist"`
}

// checkDetailPermission rejects the contact sync helper, which can only read ids from IP addresses
// first used after August 2022.
func checkDetailPermission(r *core.Request) *core.APIError {
	if r.App.IsContactHelper {
		return core.NewAPIError(48009)
	}
	return nil
}

func (s *Service) getUser(r *core.Request) (any, *core.APIError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	id := r.Query.Get("userid")
	if id == "" {
		return nil, core.NewAPIError(41009)
	}
	m, ok := r.Corp.Members[core.FoldUserID(id)]
	if !ok {
		return nil, core.NewAPIError(60111)
	}
	if !r.Corp.SeesMember(r.App, m) {
		return nil, core.NewAPIError(60011)
	}
	return s.newUserReply(r, m), nil
}

// displayName returns the name of a member, or the user id for third-party applications.
func displayName(r *core.Request, m *core.MemberState) string {
	if r.App.Suite != nil {
		return m.UserID
	}
	return m.Name
}

// newUserReply returns the fields of a member that the calling application may see.
func (s *Service) newUserReply(r *core.Request, m *core.MemberState) userReply {
	out := userReply{
		UserID: m.UserID, Name: displayName(r, m), Alias: m.Alias, Position: m.Position, Telephone: m.Telephone,
		Status: m.Status, Department: []int64{}, Order: []int64{}, IsLeaderInDept: []int{}, DirectLeader: []string{},
	}
	for _, d := range m.Departments {
		if !r.Corp.SeesDepartment(r.App, d) {
			continue
		}
		leads := 0
		if slices.Contains(m.Leads, d) {
			leads = 1
		}
		out.Department = append(out.Department, d)
		out.Order = append(out.Order, 0)
		out.IsLeaderInDept = append(out.IsLeaderInDept, leads)
	}
	if r.Corp.SeesDepartment(r.App, m.MainDepartment) {
		out.MainDepartment = m.MainDepartment
	}
	if m.DirectLeader != "" {
		out.DirectLeader = append(out.DirectLeader, m.DirectLeader)
	}
	if r.App.SensitiveFields {
		out.sensitiveFields = &sensitiveFields{m.Mobile, m.Email, m.BizMail, m.Gender, s.AvatarURL(m)}
	}
	return out
}

// listDepartmentMembers returns the members of department_id within the visible range: with
// fetch_child=1 those of its subtree, without it the direct ones.
func (s *Service) listDepartmentMembers(r *core.Request) ([]*core.MemberState, *core.APIError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.Query.Get("department_id"), 10, 64)
	if err != nil {
		return nil, core.InvalidParam("department_id")
	}
	if _, ok := r.Corp.Departments[id]; !ok {
		return nil, core.NewAPIError(60003)
	}
	var out []*core.MemberState
	for _, m := range core.SortByUserID(membersOfDepartment(r.Corp, id, r.Query.Get("fetch_child") == "1")) {
		if r.Corp.SeesMember(r.App, m) {
			out = append(out, m)
		}
	}
	if len(out) == 0 && !r.Corp.SeesDepartment(r.App, id) {
		return nil, core.NewAPIError(60011)
	}
	return out, nil
}

// membersOfDepartment returns the direct members of a department or, with subtree, those of its
// descendants too, each once.
func membersOfDepartment(c *core.CorpState, id int64, subtree bool) []*core.MemberState {
	if !subtree {
		return c.MembersByDepartment[id]
	}
	seen := map[*core.MemberState]bool{}
	for _, d := range c.DepartmentSubtree(id) {
		for _, m := range c.MembersByDepartment[d.ID] {
			seen[m] = true
		}
	}
	return slices.Collect(maps.Keys(seen))
}

func (s *Service) listUsers(r *core.Request) (any, *core.APIError) {
	list, err := s.listDepartmentMembers(r)
	if err != nil {
		return nil, err
	}
	out := userListReply{[]userReply{}}
	for _, m := range list {
		out.UserList = append(out.UserList, s.newUserReply(r, m))
	}
	return out, nil
}

func (s *Service) simpleListUsers(r *core.Request) (any, *core.APIError) {
	list, err := s.listDepartmentMembers(r)
	if err != nil {
		return nil, err
	}
	out := simpleListReply{[]simpleUser{}}
	for _, m := range list {
		u := s.newUserReply(r, m)
		out.UserList = append(out.UserList, simpleUser{u.UserID, u.Name, u.Department})
	}
	return out, nil
}

type deptUser struct {
	UserID     string `json:"userid"`
	Department int64  `json:"department"`
}

type userIDReply struct {
	NextCursor string     `json:"next_cursor"`
	DeptUser   []deptUser `json:"dept_user"`
}

// listUserIDs implements user/list_id: one row per member and department, with a cursor.
//
// https://developer.work.weixin.qq.com/document/path/96067
func (s *Service) listUserIDs(r *core.Request) (any, *core.APIError) {
	var in struct {
		Cursor string    `json:"cursor"`
		Limit  model.Int `json:"limit"`
	}
	if err := r.DecodeOptionalBody(&in); err != nil {
		return nil, err
	}
	limit := int(cmp.Or(in.Limit, 10000))
	if limit < 1 || limit > 10000 {
		return nil, core.InvalidParam("limit")
	}
	start := 0
	if in.Cursor != "" {
		n, err := strconv.Atoi(in.Cursor)
		if err != nil || n < 0 {
			return nil, core.NewAPIError(50100)
		}
		start = n
	}
	rows := departmentRows(r.Corp)
	start = min(start, len(rows))
	end := min(start+limit, len(rows))
	out := userIDReply{DeptUser: rows[start:end]}
	if end < len(rows) {
		out.NextCursor = strconv.Itoa(end)
	}
	return out, nil
}

func departmentRows(c *core.CorpState) []deptUser {
	rows := []deptUser{}
	for _, m := range c.AllMembers() {
		for _, d := range m.Departments {
			rows = append(rows, deptUser{m.UserID, d})
		}
	}
	return rows
}

type departmentReply struct {
	ID               int64    `json:"id"`
	Name             string   `json:"name"`
	NameEn           string   `json:"name_en,omitempty"`
	DepartmentLeader []string `json:"department_leader"`
	ParentID         int64    `json:"parentid"`
	Order            int64    `json:"order"`
}

type departmentListReply struct {
	Department []departmentReply `json:"department"`
}

type departmentID struct {
	ID       int64 `json:"id"`
	ParentID int64 `json:"parentid"`
	Order    int64 `json:"order"`
}

type departmentIDReply struct {
	DepartmentID []departmentID `json:"department_id"`
}

// listVisibleDepartments returns the visible departments below the optional id of department/list
// and simplelist.
func listVisibleDepartments(r *core.Request) ([]*model.Department, *core.APIError) {
	root := int64(1)
	if text := r.Query.Get("id"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, core.InvalidParam("id")
		}
		if _, ok := r.Corp.Departments[id]; !ok {
			return nil, core.NewAPIError(60003)
		}
		if !r.Corp.SeesDepartment(r.App, id) {
			return nil, core.NewAPIError(60011)
		}
		root = id
	}
	var out []*model.Department
	for _, d := range r.Corp.DepartmentSubtree(root) {
		if r.Corp.SeesDepartment(r.App, d.ID) {
			out = append(out, d)
		}
	}
	return out, nil
}

func newDepartmentReply(d *model.Department) departmentReply {
	leaders := slices.Clone(d.Leaders)
	if leaders == nil {
		leaders = []string{}
	}
	return departmentReply{d.ID, d.Name, d.NameEn, leaders, d.ParentID, d.Order}
}

func (s *Service) listDepartments(r *core.Request) (any, *core.APIError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	list, err := listVisibleDepartments(r)
	if err != nil {
		return nil, err
	}
	out := departmentListReply{[]departmentReply{}}
	for _, d := range list {
		out.Department = append(out.Department, newDepartmentReply(d))
	}
	return out, nil
}

func (s *Service) simpleListDepartments(r *core.Request) (any, *core.APIError) {
	list, err := listVisibleDepartments(r)
	if err != nil {
		return nil, err
	}
	out := departmentIDReply{[]departmentID{}}
	for _, d := range list {
		out.DepartmentID = append(out.DepartmentID, departmentID{d.ID, d.ParentID, d.Order})
	}
	return out, nil
}

func (s *Service) getDepartment(r *core.Request) (any, *core.APIError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.Query.Get("id"), 10, 64)
	if err != nil {
		return nil, core.InvalidParam("id")
	}
	d, ok := r.Corp.Departments[id]
	if !ok {
		return nil, core.NewAPIError(60003)
	}
	if !r.Corp.SeesDepartment(r.App, id) {
		return nil, core.NewAPIError(60011)
	}
	return struct {
		Department departmentReply `json:"department"`
	}{newDepartmentReply(d)}, nil
}
