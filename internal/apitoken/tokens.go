package apitoken

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
)

// NewToken is the input of Create.
type NewToken struct {
	Kind      Kind
	Name      string
	Scopes    []Scope
	ExpiresAt *time.Time // nil means never
}

// Create creates a token and returns its text, which cannot be read again.
// Every member may create personal tokens, administrators also company tokens.
func (s *Service) Create(ctx context.Context, by actor.Actor, n NewToken) (*Token, string, error) {
	if err := mayCreate(by, n.Kind); err != nil {
		return nil, "", err
	}
	if err := s.checkNewToken(&n); err != nil {
		return nil, "", err
	}
	text, hash := newToken()
	t := &Token{
		ID: db.NewID(), CorpID: by.CorpID, Kind: n.Kind, UserID: by.UserID, Name: n.Name, Scopes: n.Scopes,
		TokenHash: hash, Hint: text[:hintLength], CreatedAt: s.now(), ExpiresAt: n.ExpiresAt,
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"api_tokens/" + by.CorpID}); err != nil {
			return err // the count would not see a token that is created at the same time
		}
		if err := checkLimit(ctx, tx, t); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return fmt.Errorf("storing a token: %w", err)
		}
		return audit.Write(ctx, tx, s.Now(), by, "token.create", t.ID, t.auditData())
	})
	if err != nil {
		return nil, "", err
	}
	list := []Token{*t}
	return &list[0], text, s.fillMembers(ctx, by.CorpID, list)
}

// checkLimit checks the number of valid tokens: of the member for a personal
// token, so that no member can use up the tokens of others, and of the company
// for a company token.
func checkLimit(ctx context.Context, tx *db.Tx, t *Token) error {
	q, limit := tx.NewSelect().Model((*Token)(nil)).Where("corp_id = ? AND kind = ? AND revoked_at IS NULL", t.CorpID, t.Kind).
		Where("(expires_at IS NULL OR expires_at > ?)", t.CreatedAt), int64(maxCompany)
	if t.Kind == Personal {
		q.Where("user_id = ?", t.UserID)
		limit = maxPersonal
	}
	count, err := q.Count(ctx)
	if err != nil {
		return fmt.Errorf("counting tokens: %w", err)
	}
	if count >= limit {
		return apperr.New(apperr.Conflict, "api.too_many_tokens", "Limit", limit)
	}
	return nil
}

func mayCreate(by actor.Actor, kind Kind) error {
	if kind == Company && !by.May(actor.EditTokens) {
		return apperr.New(apperr.Forbidden, "api.company_by_administrator")
	}
	return nil
}

func (s *Service) checkNewToken(n *NewToken) error {
	var fields []apperr.FieldError
	if n.Kind != Personal && n.Kind != Company {
		fields = append(fields, apperr.NewFieldError("kind", "field.not_one_of"))
	}
	n.Name = validate.CleanLine(n.Name)
	switch length := utf8.RuneCountInString(n.Name); {
	case length == 0:
		fields = append(fields, apperr.NewFieldError("name", "field.required"))
	case length > maxName:
		fields = append(fields, apperr.NewFieldError("name", "field.too_long", "Limit", maxName))
	}
	if len(n.Scopes) == 0 {
		fields = append(fields, apperr.NewFieldError("scopes", "field.required"))
	}
	for i, scope := range n.Scopes {
		if !slices.Contains(Scopes, scope) {
			fields = append(fields, apperr.NewFieldError(fmt.Sprintf("scopes[%d]", i), "field.not_one_of"))
		}
	}
	n.Scopes = sortScopes(n.Scopes)
	if n.ExpiresAt != nil {
		at := db.Time(*n.ExpiresAt)
		n.ExpiresAt = &at
		if now := s.now(); !at.After(now) || at.After(now.Add(maxLife)) {
			fields = append(fields, apperr.NewFieldError("expiresAt", "api.bad_expiry"))
		}
	}
	return apperr.InvalidFields(fields)
}

// sortScopes returns each scope once, in the order of display.
func sortScopes(list []Scope) []Scope {
	out := []Scope{}
	for _, scope := range Scopes {
		if scope.isIn(list) {
			out = append(out, scope)
		}
	}
	return out
}

// List returns the tokens that are not revoked, newest first: the caller's own,
// and with the act to read tokens all of the company.
func (s *Service) List(ctx context.Context, by actor.Actor) ([]Token, error) {
	var list []Token
	q := s.DB.NewSelect().Model(&list).Where("t.corp_id = ? AND t.revoked_at IS NULL", by.CorpID).
		Order("t.created_at DESC", "t.id DESC")
	if !by.May(actor.ReadTokens) {
		q.Where("t.user_id = ? AND t.kind = ?", by.UserID, Personal)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing tokens: %w", err)
	}
	return list, s.fillMembers(ctx, by.CorpID, list)
}

func (s *Service) fillMembers(ctx context.Context, corpID string, list []Token) error {
	var ids []string
	for n := range list {
		ids = append(ids, list[n].UserID)
	}
	found, err := s.Accounts.MembersByID(ctx, corpID, ids)
	for n := range list {
		list[n].Member = found[list[n].UserID]
	}
	return err
}

// Revoke revokes a token. Revoking it again does nothing.
func (s *Service) Revoke(ctx context.Context, by actor.Actor, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Token)(nil), "corp_id = ? AND id = ?", by.CorpID, id); err != nil {
			return err
		}
		t := new(Token)
		err := tx.NewSelect().Model(t).Where("t.corp_id = ? AND t.id = ?", by.CorpID, id).Scan(ctx)
		mine := t.Kind == Personal && t.UserID == by.UserID
		if db.IsNotFound(err) || err == nil && !mine && !by.May(actor.EditTokens) {
			return apperr.NewNotFound()
		}
		if err != nil {
			return fmt.Errorf("reading token %s: %w", id, err)
		}
		if t.RevokedAt != nil {
			return nil
		}
		now := s.now()
		t.RevokedAt, t.RevokedBy = &now, by.UserID
		if _, err := tx.NewUpdate().Model(t).Column("revoked_at", "revoked_by").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("revoking token %s: %w", id, err)
		}
		return audit.Write(ctx, tx, s.Now(), by, "token.revoke", t.ID, t.auditData())
	})
}

// auditData returns what the audit log records of a token.
func (t *Token) auditData() audit.Data {
	scopes := make([]string, len(t.Scopes))
	for n, scope := range t.Scopes {
		scopes[n] = string(scope)
	}
	return audit.Data{
		"kind": string(t.Kind), "name": t.Name, "hint": t.Hint, "of": t.UserID, "scopes": strings.Join(scopes, " "),
	}
}
