package wecomtest

import (
	"slices"
	"strconv"
)

type ipReply struct {
	IPList []string `json:"ip_list"`
}

// getAPIDomainIPs implements get_api_domain_ip. The simulator's only address is the loopback address.
func (s *Server) getAPIDomainIPs(*request) (any, *apiError) {
	return ipReply{[]string{"127.0.0.1"}}, nil
}

// getCallbackIPs implements getcallbackip. The simulator's only address is the loopback address.
func (s *Server) getCallbackIPs(*request) (any, *apiError) {
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
func checkDetailPermission(r *request) *apiError {
	if r.app.isContactHelper {
		return newAPIError(48009)
	}
	return nil
}

func (s *Server) getUser(r *request) (any, *apiError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	id := r.query.Get("userid")
	if id == "" {
		return nil, newAPIError(41009)
	}
	m, ok := r.corp.members[foldUserID(id)]
	if !ok {
		return nil, newAPIError(60111)
	}
	if !r.corp.seesMember(r.app, m) {
		return nil, newAPIError(60011)
	}
	return s.newUserReply(r, m), nil
}

// displayName returns the name of a member, or the user id for third-party applications.
func (r *request) displayName(m *memberState) string {
	if r.app.suite != nil {
		return m.UserID
	}
	return m.Name
}

// newUserReply returns the fields of a member that the calling application may see.
func (s *Server) newUserReply(r *request, m *memberState) userReply {
	out := userReply{
		UserID: m.UserID, Name: r.displayName(m), Alias: m.Alias, Position: m.Position, Telephone: m.Telephone,
		Status: m.Status, Department: []int64{}, Order: []int64{}, IsLeaderInDept: []int{}, DirectLeader: []string{},
	}
	for _, d := range m.Departments {
		if !r.corp.seesDepartment(r.app, d) {
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
	if r.corp.seesDepartment(r.app, m.MainDepartment) {
		out.MainDepartment = m.MainDepartment
	}
	if m.DirectLeader != "" {
		out.DirectLeader = append(out.DirectLeader, m.DirectLeader)
	}
	if r.app.SensitiveFields {
		out.sensitiveFields = &sensitiveFields{m.Mobile, m.Email, m.BizMail, m.Gender, s.avatarURL(m)}
	}
	return out
}

// listDepartmentMembers returns the direct members of department_id within the visible range.
func (s *Server) listDepartmentMembers(r *request) ([]*memberState, *apiError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.query.Get("department_id"), 10, 64)
	if err != nil {
		return nil, invalidParam("department_id")
	}
	if _, ok := r.corp.departments[id]; !ok {
		return nil, newAPIError(60003)
	}
	var out []*memberState
	for _, m := range sortByUserID(r.corp.membersByDepartment[id]) {
		if r.corp.seesMember(r.app, m) {
			out = append(out, m)
		}
	}
	if len(out) == 0 && !r.corp.seesDepartment(r.app, id) {
		return nil, newAPIError(60011)
	}
	return out, nil
}

func (s *Server) listUsers(r *request) (any, *apiError) {
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

func (s *Server) simpleListUsers(r *request) (any, *apiError) {
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
func (s *Server) listUserIDs(r *request) (any, *apiError) {
	in := struct {
		Cursor string `json:"cursor"`
		Limit  Int    `json:"limit"`
	}{Limit: 10000}
	if len(r.body) > 0 {
		if err := r.decodeBody(&in); err != nil {
			return nil, err
		}
	}
	if in.Limit < 1 || in.Limit > 10000 {
		return nil, invalidParam("limit")
	}
	start := 0
	if in.Cursor != "" {
		n, err := strconv.Atoi(in.Cursor)
		if err != nil || n < 0 {
			return nil, newAPIError(50100)
		}
		start = n
	}
	rows := r.corp.departmentRows()
	start = min(start, len(rows))
	end := min(start+int(in.Limit), len(rows))
	out := userIDReply{DeptUser: rows[start:end]}
	if end < len(rows) {
		out.NextCursor = strconv.Itoa(end)
	}
	return out, nil
}

func (c *corpState) departmentRows() []deptUser {
	rows := []deptUser{}
	for _, m := range c.allMembers() {
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
func listVisibleDepartments(r *request) ([]*Department, *apiError) {
	root := int64(1)
	if text := r.query.Get("id"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, invalidParam("id")
		}
		if _, ok := r.corp.departments[id]; !ok {
			return nil, newAPIError(60003)
		}
		if !r.corp.seesDepartment(r.app, id) {
			return nil, newAPIError(60011)
		}
		root = id
	}
	var out []*Department
	for _, d := range r.corp.departmentSubtree(root) {
		if r.corp.seesDepartment(r.app, d.ID) {
			out = append(out, d)
		}
	}
	return out, nil
}

func newDepartmentReply(d *Department) departmentReply {
	leaders := slices.Clone(d.Leaders)
	if leaders == nil {
		leaders = []string{}
	}
	return departmentReply{d.ID, d.Name, d.NameEn, leaders, d.ParentID, d.Order}
}

func (s *Server) listDepartments(r *request) (any, *apiError) {
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

func (s *Server) simpleListDepartments(r *request) (any, *apiError) {
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

func (s *Server) getDepartment(r *request) (any, *apiError) {
	if err := checkDetailPermission(r); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.query.Get("id"), 10, 64)
	if err != nil {
		return nil, invalidParam("id")
	}
	d, ok := r.corp.departments[id]
	if !ok {
		return nil, newAPIError(60003)
	}
	if !r.corp.seesDepartment(r.app, id) {
		return nil, newAPIError(60011)
	}
	return struct {
		Department departmentReply `json:"department"`
	}{newDepartmentReply(d)}, nil
}
