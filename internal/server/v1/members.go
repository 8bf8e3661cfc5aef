package v1

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Me is the caller's token, its member and its company.
type Me struct {
	Token   MeToken   `json:"token"`
	Member  *MeMember `json:"member,omitempty" doc:"Owner of the token; absent for a company token"`
	Company MeCompany `json:"company"`
}

// MeToken is the caller's token.
type MeToken struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind" enum:"personal,company"`
	Scopes    []string   `json:"scopes"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

// MeMember is the owner of the caller's token, with their current roles.
type MeMember struct {
	UserID string   `json:"userId"`
	Name   string   `json:"name"`
	Roles  []string `json:"roles" enum:"administrator,recruiter,coordinator,interviewer,auditor"`
}

// MeCompany is the company of the token.
type MeCompany struct {
	ID       string `json:"id" doc:"企业ID in WeCom"`
	Name     string `json:"name"`
	TimeZone string `json:"timeZone" doc:"IANA name" example:"Asia/Shanghai"`
}

// MemberRef identifies a member by exactly one of its fields.
type MemberRef struct {
	UserID string `json:"userId,omitempty" maxLength:"64" doc:"userid in WeCom" example:"ChenMo"`
	Email  string `json:"email,omitempty" maxLength:"254" doc:"E-mail address in WeCom, business or personal"`
	Mobile string `json:"mobile,omitempty" maxLength:"32" doc:"Mobile number in WeCom"`
}

type lookupQuery struct {
	UserID string `query:"userId" maxLength:"64"`
	Email  string `query:"email" maxLength:"254"`
	Mobile string `query:"mobile" maxLength:"32"`
}

func (a *API) getMe(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[Me], error) {
	c := callerOf(ctx)
	out := Me{
		Token: MeToken{
			ID: c.Token.ID, Name: c.Token.Name, Kind: string(c.Token.Kind), ExpiresAt: c.Token.ExpiresAt,
			Scopes: httpapi.MapSlice(c.Token.Scopes, func(s apitoken.Scope) string { return string(s) }),
		},
		Company: MeCompany{ID: c.Profile.Corp.ID, Name: c.Profile.Corp.Name, TimeZone: c.Profile.Corp.TimeZone},
	}
	if c.Token.Kind == apitoken.Personal {
		out.Member = &MeMember{UserID: c.Profile.UserID, Name: c.Profile.Name, Roles: c.Profile.Roles.Names()}
	}
	return httpapi.NewResponse(out, nil)
}

func (a *API) listMembers(ctx context.Context, in *resource.MembersQuery) (*httpapi.Response[resource.List[resource.Member]], error) {
	list, next, err := a.Accounts.FindMembers(ctx, callerOf(ctx).Profile.CorpID, in.ToDomain())
	return httpapi.NewResponse(resource.NewList(list, next, resource.NewMember), err)
}

func (a *API) lookupMember(ctx context.Context, in *lookupQuery) (*httpapi.Response[resource.Member], error) {
	given := 0
	for _, name := range []string{in.UserID, in.Email, in.Mobile} {
		if name != "" {
			given++
		}
	}
	if given != 1 {
		return nil, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("userId", "api.one_of", "Names", "userId, email, mobile")})
	}
	m, err := a.Accounts.FindMember(ctx, callerOf(ctx).Profile.CorpID, account.Contact{UserID: in.UserID, Email: in.Email, Mobile: in.Mobile})
	return httpapi.NewResponse(resource.NewMember(m), err)
}
