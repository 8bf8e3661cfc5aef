package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
)

// Token is an API token; its secret is not stored.
type Token struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" enum:"personal,company"`
	Name       string     `json:"name"`
	Scopes     []string   `json:"scopes"`
	Hint       string     `json:"hint" doc:"First characters of the secret"`
	Owner      Person     `json:"owner" doc:"Owner; for a company token, its creator"`
	OwnerLeft  bool       `json:"ownerLeft" doc:"Whether the owner has left; a personal token is then rejected"`
	Expired    bool       `json:"expired"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  *time.Time `json:"expiresAt,omitempty"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty" doc:"With a precision of one minute"`
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

func (s *Server) listTokens(ctx context.Context, _ *empty) (*jsonResponse[TokenList], error) {
	list, err := s.Tokens.List(ctx, profileOf(ctx))
	return respond(TokenList{Items: mapSlice(list, s.toToken), Scopes: scopeNames(apitoken.Scopes)}, err)
}

func (s *Server) createToken(ctx context.Context, in *jsonRequest[TokenInput]) (*jsonResponse[NewToken], error) {
	b := in.Body
	t, secret, err := s.Tokens.Create(ctx, profileOf(ctx), apitoken.NewToken{
		Kind: apitoken.Kind(b.Kind), Name: b.Name, ExpiresAt: b.ExpiresAt,
		Scopes: mapSlice(b.Scopes, func(name string) apitoken.Scope { return apitoken.Scope(name) }),
	})
	if err != nil {
		return nil, err
	}
	return respond(NewToken{Token: s.toToken(*t), Secret: secret}, nil)
}

func (s *Server) revokeToken(ctx context.Context, in *ByID) (*empty, error) {
	return &empty{}, s.Tokens.Revoke(ctx, profileOf(ctx), in.ID)
}

func (s *Server) toToken(t apitoken.Token) Token {
	return Token{
		ID: t.ID, Kind: string(t.Kind), Name: t.Name, Scopes: scopeNames(t.Scopes), Hint: t.Hint, Owner: owner(t.UserID, t.Member),
		OwnerLeft: !t.Member.Active, Expired: t.Expired(s.Now()), CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt,
	}
}

// owner maps the owner of a token; the user id replaces an unknown name.
func owner(userID string, m account.Member) Person {
	p := toPerson(interview.Member{UserID: userID, Name: m.Name, Avatar: m.Avatar})
	if p.Name == "" {
		p.Name = userID
	}
	return p
}

func scopeNames(list []apitoken.Scope) []string {
	return mapSlice(list, func(s apitoken.Scope) string { return string(s) })
}
