package server

import "time"

// Member is somebody of the company whom our application may see.
type Member struct {
	UserID      string          `json:"userId"`
	Name        string          `json:"name"`
	Pinyin      string          `json:"pinyin,omitempty"`
	Avatar      string          `json:"avatar,omitempty"`
	Departments []DepartmentRef `json:"departments"`
	Position    string          `json:"position,omitempty"`
	Roles       []string        `json:"roles" enum:"administrator,recruiter,interviewer"`
	Reachable   bool            `json:"reachable" doc:"Whether a message of our application reaches them"`
}

// DepartmentRef names a department.
type DepartmentRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Department is a node of the company's tree.
type Department struct {
	ID       int64        `json:"id"`
	Name     string       `json:"name"`
	Members  int          `json:"members" doc:"How many active members stand directly in it"`
	Children []Department `json:"children"`
}

// MemberRoles sets what a member may do.
type MemberRoles struct {
	Roles []string `json:"roles" enum:"administrator,recruiter,interviewer" maxItems:"3"`
}

// ContactSync is the state of the copy of WeCom's contacts.
type ContactSync struct {
	State       string     `json:"state" enum:"never,queued,running,done,failed"`
	StartedAt   *time.Time `json:"startedAt,omitempty"`
	FinishedAt  *time.Time `json:"finishedAt,omitempty"`
	Departments int        `json:"departments"`
	Members     int        `json:"members"`
	ErrorText   string     `json:"errorText,omitempty"`
}

type membersQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the name, its pinyin or the user id"`
	Department int64  `query:"department" minimum:"0" doc:"Only of this department and those below it"`
}

type rolesInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   MemberRoles
}
