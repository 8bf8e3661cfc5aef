package integration

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
)

// TokenHandlers are the operations of API tokens.
type TokenHandlers struct {
	Tokens *apitoken.Service
	Now    func() time.Time
}

// Token is an API token; its secret is not stored.
type Token struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind" enum:"personal,company"`
	Name       string          `json:"name"`
	Scopes     []string        `json:"scopes"`
	Hint       string          `json:"hint" doc:"First characters of the secret"`
	Owner      resource.Person `json:"owner" doc:"Owner; for a company token, its creator"`
	OwnerLeft  bool            `json:"ownerLeft" doc:"Whether the owner has left; a personal token is then rejected"`
	Expired    bool            `json:"expired"`
	CreatedAt  time.Time       `json:"createdAt"`
	ExpiresAt  *time.Time      `json:"expiresAt,omitempty"`
	LastUsedAt *time.Time      `json:"lastUsedAt,omitempty" doc:"With a precision of one minute"`
}

// TokenInput is the body of createToken.
type TokenInput struct {
	Kind      string     `json:"kind" enum:"personal,company"`
	Name      string     `json:"name" maxLength:"100"`
	Scopes    []string   `json:"scopes" maxItems:"50"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty" doc:"Omitted: never"`
}

// NewToken is a token with its secret, which is returned only once.
type NewToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret"`
}

// TokenList holds all tokens that the caller may see, and all scopes.
type TokenList struct {
	Items  []Token  `json:"items"`
	Scopes []string `json:"scopes" doc:"All scopes, in display order"`
}

func (h TokenHandlers) ListTokens(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[TokenList], error) {
	list, err := h.Tokens.List(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(TokenList{Items: httpapi.MapSlice(list, h.toToken), Scopes: scopeNames(apitoken.Scopes)}, err)
}

func (h TokenHandlers) CreateToken(ctx context.Context, in *httpapi.Request[TokenInput]) (*httpapi.Response[NewToken], error) {
	b := in.Body
	t, secret, err := h.Tokens.Create(ctx, caller.Actor(ctx), apitoken.NewToken{
		Kind: apitoken.Kind(b.Kind), Name: b.Name, ExpiresAt: b.ExpiresAt,
		Scopes: httpapi.MapSlice(b.Scopes, func(name string) apitoken.Scope { return apitoken.Scope(name) }),
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(NewToken{Token: h.toToken(*t), Secret: secret}, nil)
}

func (h TokenHandlers) RevokeToken(ctx context.Context, in *httpapi.ByID) (*httpapi.Empty, error) {
	return &httpapi.Empty{}, h.Tokens.Revoke(ctx, caller.Actor(ctx), in.ID)
}

func (h TokenHandlers) toToken(t apitoken.Token) Token {
	return Token{
		ID: t.ID, Kind: string(t.Kind), Name: t.Name, Scopes: scopeNames(t.Scopes), Hint: t.Hint, Owner: owner(t.UserID, t.Member),
		OwnerLeft: !t.Member.Active, Expired: t.Expired(h.Now()), CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt,
	}
}

// owner maps the owner of a token; the user id replaces an unknown name.
func owner(userID string, m account.Member) resource.Person {
	p := resource.NewPerson(member.Member{UserID: userID, Name: m.Name, Avatar: m.Avatar})
	if p.Name == "" {
		p.Name = userID
	}
	return p
}

func scopeNames(list []apitoken.Scope) []string {
	return httpapi.MapSlice(list, func(s apitoken.Scope) string { return string(s) })
}
