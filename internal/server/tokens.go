package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/interview"
)

// Token is a token with which a program asks; its text is not kept.
type Token struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" enum:"personal,company"`
	Name       string     `json:"name"`
	Scopes     []string   `json:"scopes"`
	Hint       string     `json:"hint" doc:"Its first characters"`
	Owner      Person     `json:"owner" doc:"Whose it is; for a token of the company who made it"`
	OwnerLeft  bool       `json:"ownerLeft" doc:"Whether the owner has left: a personal token is of no use then"`
	Expired    bool       `json:"expired"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  *time.Time `json:"expiresAt,omitempty"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty" doc:"To the minute"`
}

// TokenInput makes a token.
type TokenInput struct {
	Kind      string     `json:"kind" enum:"personal,company"`
	Name      string     `json:"name" maxLength:"100"`
	Scopes    []string   `json:"scopes" maxItems:"50"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty" doc:"None: never"`
}

// NewToken is a token with its text, which is shown this once.
type NewToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret"`
}

// TokenList is all tokens that the reader may see, and what tokens can be for.
type TokenList struct {
	Items  []Token  `json:"items"`
	Scopes []string `json:"scopes" doc:"All scopes, in the order to show them"`
}

func (s *Server) listTokens(ctx context.Context, _ *none) (*reply[TokenList], error) {
	list, err := s.Access.List(ctx, profileOf(ctx))
	return answer(TokenList{Items: each(list, s.token), Scopes: scopeNames(apitoken.Scopes)}, err)
}

func (s *Server) createToken(ctx context.Context, in *send[TokenInput]) (*reply[NewToken], error) {
	b := in.Body
	t, secret, err := s.Access.Create(ctx, profileOf(ctx), apitoken.NewToken{
		Kind: apitoken.Kind(b.Kind), Name: b.Name, ExpiresAt: b.ExpiresAt,
		Scopes: each(b.Scopes, func(name string) apitoken.Scope { return apitoken.Scope(name) }),
	})
	if err != nil {
		return nil, err
	}
	return answer(NewToken{Token: s.token(*t), Secret: secret}, nil)
}

func (s *Server) revokeToken(ctx context.Context, in *ByID) (*none, error) {
	return &none{}, s.Access.Revoke(ctx, profileOf(ctx), in.ID)
}

func (s *Server) token(t apitoken.Token) Token {
	return Token{
		ID: t.ID, Kind: string(t.Kind), Name: t.Name, Scopes: scopeNames(t.Scopes), Hint: t.Hint, Owner: owner(t.UserID, t.Member),
		OwnerLeft: !t.Member.Active, Expired: t.Expired(s.Now()), CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt,
	}
}

// owner is called by the user id when nobody knows the name any more.
func owner(userID string, m account.Member) Person {
	p := person(interview.Member{UserID: userID, Name: m.Name, Avatar: m.Avatar})
	if p.Name == "" {
		p.Name = userID
	}
	return p
}

func scopeNames(list []apitoken.Scope) []string {
	return each(list, func(s apitoken.Scope) string { return string(s) })
}
