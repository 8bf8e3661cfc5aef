package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/i18n"
)

// Member is a member of the company within the application's visible range.
type Member struct {
	UserID      string          `json:"userId"`
	Name        string          `json:"name"`
	Pinyin      string          `json:"pinyin,omitempty"`
	Avatar      string          `json:"avatar,omitempty"`
	Departments []DepartmentRef `json:"departments"`
	Position    string          `json:"position,omitempty"`
	Roles       []string        `json:"roles" enum:"administrator,recruiter,interviewer"`
	Reachable   bool            `json:"reachable" doc:"Whether the application can send messages to the member"`
}

// DepartmentRef is the id and name of a department.
type DepartmentRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Department is a node of the department tree.
type Department struct {
	ID       int64        `json:"id"`
	Name     string       `json:"name"`
	Members  int          `json:"members" doc:"Number of active members, without those of child departments"`
	Children []Department `json:"children"`
}

// MemberRoles is the body of setMemberRoles.
type MemberRoles struct {
	Roles []string `json:"roles" enum:"administrator,recruiter,interviewer" maxItems:"3"`
}

// ContactSync is the state of the contact synchronization with WeCom.
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
	Department int64  `query:"department" minimum:"0" doc:"Only members of this department and its descendants"`
}

type rolesInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   MemberRoles
}

func (s *Server) listMembers(ctx context.Context, in *membersQuery) (*jsonResponse[List[Member]], error) {
	list, err := s.Accounts.FindMembers(ctx, profileOf(ctx).CorpID, account.MemberQuery{
		Text: in.Q, Department: in.Department, After: in.Cursor, Limit: int64(in.Limit + 1),
	})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(list) > in.Limit {
		list = list[:in.Limit]
		next = list[in.Limit-1].UserID
	}
	return respond(toList(list, next, toMember), nil)
}

func (s *Server) setMemberRoles(ctx context.Context, in *rolesInput) (*jsonResponse[Member], error) {
	roles, err := account.ParseRoles(in.Body.Roles)
	if err != nil {
		return nil, err
	}
	m, err := s.Accounts.SetRoles(ctx, profileOf(ctx), in.UserID, roles)
	return respond(toMember(m), err)
}

func (s *Server) listDepartments(ctx context.Context, _ *empty) (*jsonResponse[List[Department]], error) {
	list, err := s.Accounts.ListDepartments(ctx, profileOf(ctx).CorpID)
	return respond(List[Department]{Items: buildDepartmentTree(list)}, err)
}

func (s *Server) getContactSync(ctx context.Context, _ *empty) (*jsonResponse[ContactSync], error) {
	st, err := s.Accounts.GetSyncState(ctx, profileOf(ctx).CorpID)
	return respond(toContactSync(ctx, st), err)
}

func (s *Server) startContactSync(ctx context.Context, in *empty) (*jsonResponse[ContactSync], error) {
	if err := s.Accounts.RequestSync(ctx, profileOf(ctx)); err != nil {
		return nil, err
	}
	return s.getContactSync(ctx, in)
}

func toMember(m account.Member) Member {
	return Member{
		UserID: m.UserID, Name: m.Name, Pinyin: m.Pinyin, Avatar: m.Avatar, Position: m.Position,
		Departments: mapSlice(m.Departments, func(d account.Department) DepartmentRef { return DepartmentRef{ID: d.ID, Name: d.Name} }),
		Roles:       m.Roles.Names(), Reachable: m.Active,
	}
}

// buildDepartmentTree nests the departments under their parents. A department
// whose parent is not visible becomes a root. Each department is placed once, and
// what is left of a cycle becomes a root too.
func buildDepartmentTree(list []account.Department) []Department {
	known, children := map[int64]bool{}, map[int64][]account.Department{}
	for _, d := range list {
		known[d.ID] = true
		children[d.ParentID] = append(children[d.ParentID], d)
	}
	placed := map[int64]bool{}
	var place func(account.Department) Department
	place = func(d account.Department) Department {
		placed[d.ID] = true
		out := Department{ID: d.ID, Name: d.Name, Members: d.Members, Children: []Department{}}
		for _, c := range children[d.ID] {
			if !placed[c.ID] {
				out.Children = append(out.Children, place(c))
			}
		}
		return out
	}
	roots := []Department{}
	for _, unseen := range []bool{true, false} {
		for _, d := range list {
			if !placed[d.ID] && (!unseen || !known[d.ParentID]) {
				roots = append(roots, place(d))
			}
		}
	}
	return roots
}

func toContactSync(ctx context.Context, st account.SyncState) ContactSync {
	out := ContactSync{
		State: st.State, StartedAt: st.BeganAt, FinishedAt: st.EndedAt,
		Departments: st.Departments, Members: st.Members,
	}
	if st.State == "failed" {
		out.ErrorText = i18n.T(languageOf(ctx), "contacts.failed", map[string]any{"Errcode": st.Errcode, "Error": st.Error})
	}
	return out
}
