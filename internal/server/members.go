package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/i18n"
)

type memberHandlers struct{ accounts *account.Service }

// Department is a node of the department tree.
type Department struct {
	ID       int64        `json:"id"`
	Name     string       `json:"name"`
	Members  int          `json:"members" doc:"Number of active members, without those of child departments"`
	Children []Department `json:"children"`
}

// MemberRoles is the body of setMemberRoles.
type MemberRoles struct {
	Roles    []string  `json:"roles" enum:"administrator,recruiter,coordinator,interviewer,auditor" maxItems:"5"`
	Previous *[]string `json:"previous,omitempty" enum:"administrator,recruiter,coordinator,interviewer,auditor" maxItems:"5" doc:"The roles that the edit was made from: if the member has others, the edit is a conflict"`
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

// MemberIdentity is the account at the OpenID Connect provider of a member.
type MemberIdentity struct {
	Email    string     `json:"email" doc:"Empty: the member signs in through WeCom only"`
	LinkedAt *time.Time `json:"linkedAt,omitempty"`
	BoundAt  *time.Time `json:"boundAt,omitempty" doc:"Of the first sign-in, which has bound the account"`
}

// MemberIdentityEdit is the body of setMemberIdentity.
type MemberIdentityEdit struct {
	Email    string  `json:"email" maxLength:"254" doc:"Empty removes the account"`
	Previous *string `json:"previous,omitempty" maxLength:"254" doc:"The address that the edit was made from: if the member has another one, the edit is a conflict"`
}

type identityInput struct {
	UserID string `path:"userId" maxLength:"64"`
}

type identityEditInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   MemberIdentityEdit
}

func newMemberIdentity(m account.MemberIdentity) MemberIdentity {
	out := MemberIdentity{Email: m.Email, BoundAt: m.BoundAt}
	if m.Email != "" {
		out.LinkedAt = &m.LinkedAt
	}
	return out
}

func (h memberHandlers) getMemberIdentity(ctx context.Context, in *identityInput) (*httpapi.Response[MemberIdentity], error) {
	m, err := h.accounts.Identities().Get(ctx, caller.Actor(ctx), in.UserID)
	return httpapi.NewResponse(newMemberIdentity(m), err)
}

func (h memberHandlers) setMemberIdentity(ctx context.Context, in *identityEditInput) (*httpapi.Response[MemberIdentity], error) {
	m, err := h.accounts.Identities().Set(ctx, caller.Actor(ctx), in.UserID, account.IdentityEdit{Email: in.Body.Email, Previous: in.Body.Previous})
	return httpapi.NewResponse(newMemberIdentity(m), err)
}

type membersQuery struct {
	resource.MembersQuery
	Department int64 `query:"department" minimum:"0" doc:"Only members of this department and its descendants"`
}

type rolesInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   MemberRoles
}

func (m MemberRoles) toDomain() (edit account.RolesEdit, err error) {
	if edit.Roles, err = account.ParseRoles(m.Roles); err != nil || m.Previous == nil {
		return edit, err
	}
	previous, err := account.ParseRoles(*m.Previous)
	edit.Previous = &previous
	return edit, err
}

func (h memberHandlers) listMembers(ctx context.Context, in *membersQuery) (*httpapi.Response[resource.List[resource.Member]], error) {
	query := in.ToDomain()
	query.Department = in.Department
	list, next, err := h.accounts.FindMembers(ctx, caller.Profile(ctx).CorpID, query)
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewMember), err)
}

func (h memberHandlers) setMemberRoles(ctx context.Context, in *rolesInput) (*httpapi.Response[resource.Member], error) {
	edit, err := in.Body.toDomain()
	if err != nil {
		return nil, err
	}
	m, err := h.accounts.SetRoles(ctx, caller.Actor(ctx), in.UserID, edit)
	return httpapi.NewResponse(resource.NewMember(m), err)
}

func (h memberHandlers) listDepartments(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[resource.List[Department]], error) {
	list, err := h.accounts.ListDepartments(ctx, caller.Profile(ctx).CorpID)
	return httpapi.NewResponse(resource.List[Department]{Items: buildDepartmentTree(list)}, err)
}

func (h memberHandlers) getContactSync(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ContactSync], error) {
	st, err := h.accounts.GetSyncState(ctx, caller.Profile(ctx).CorpID)
	return httpapi.NewResponse(toContactSync(ctx, st), err)
}

func (h memberHandlers) startContactSync(ctx context.Context, in *httpapi.Empty) (*httpapi.Response[ContactSync], error) {
	if err := h.accounts.RequestSync(ctx, caller.Actor(ctx)); err != nil {
		return nil, err
	}
	return h.getContactSync(ctx, in)
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
	switch {
	case st.State == "failed" && st.Error == account.SyncErrorEmpty:
		out.ErrorText = i18n.T(httpapi.Language(ctx), account.SyncErrorEmpty, nil)
	case st.State == "failed":
		out.ErrorText = i18n.T(httpapi.Language(ctx), "contacts.failed", map[string]any{"Errcode": st.Errcode, "Error": st.Error})
	}
	return out
}
