package resource

import (
	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Person is the public part of a member: id, name and picture.
type Person struct {
	UserID string `json:"userId" example:"LinYue"`
	Name   string `json:"name" example:"林悦"`
	Avatar string `json:"avatar,omitempty"`
}

// NewPerson maps a member of the domain.
func NewPerson(m member.Member) Person {
	return Person{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar}
}

// Member is a member of the company within the application's visible range.
type Member struct {
	UserID      string          `json:"userId" doc:"userid in WeCom" example:"ChenMo"`
	Name        string          `json:"name" example:"陈默"`
	Pinyin      string          `json:"pinyin,omitempty"`
	Avatar      string          `json:"avatar,omitempty"`
	Departments []DepartmentRef `json:"departments"`
	Position    string          `json:"position,omitempty"`
	Roles       []string        `json:"roles" enum:"administrator,recruiter,coordinator,interviewer,auditor"`
	Reachable   bool            `json:"reachable" doc:"Whether the application can send messages to the member"`
}

// DepartmentRef is the id and name of a department.
type DepartmentRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// NewMember maps a member of the company.
func NewMember(m account.Member) Member {
	return Member{
		UserID: m.UserID, Name: m.Name, Pinyin: m.Pinyin, Avatar: m.Avatar, Position: m.Position,
		Departments: httpapi.MapSlice(m.Departments, func(d account.Department) DepartmentRef { return DepartmentRef{ID: d.ID, Name: d.Name} }),
		Roles:       nonNilSlice(m.Roles.Names()), Reachable: m.Active,
	}
}

// MembersQuery holds the parameters of a list of members.
type MembersQuery struct {
	Page
	Q string `query:"q" maxLength:"100" doc:"Part of the name, its pinyin or the userid"`
}

// ToDomain returns the query of the domain.
func (q MembersQuery) ToDomain() account.MemberQuery {
	return account.MemberQuery{Page: q.Page.ToDomain(), Text: q.Q}
}
