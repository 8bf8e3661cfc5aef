// Package apitoken authenticates programs: personal and company API tokens with
// scopes, and idempotency keys. Only the hash of a token is stored. It depends
// on package account for members, and neither on interviews nor on HTTP.
package apitoken

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/secretbox"
)

// Kind is the owner of a token. A personal token has the permissions of its
// member at the time of the request, a company token those of a recruiter; both
// are limited to their scopes.
type Kind string

const (
	Personal Kind = "personal"
	Company  Kind = "company"
)

// Prefix starts every token, so that secret scanners recognize one.
const Prefix = "hm_"

const (
	tokenBytes   = 32
	hintLength   = len(Prefix) + 5 // reveals 30 of the 256 bits
	maxPersonal  = 20              // valid personal tokens of a member
	maxCompany   = 200             // valid tokens of the company itself
	maxName      = 100
	maxLife      = 5 * 366 * 24 * time.Hour
	lastUseEvery = time.Minute
)

// Token is a row of api_tokens.
type Token struct {
	bun.BaseModel `bun:"table:api_tokens,alias:t"`

	ID         string     `bun:",pk"`
	CorpID     string     `bun:"corp_id"`
	Kind       Kind       `bun:"kind"`
	UserID     string     `bun:"user_id"` // the member; of a company token its creator
	Name       string     `bun:"name"`
	Scopes     []Scope    `bun:"scopes"`
	TokenHash  string     `bun:"token_hash"`
	Hint       string     `bun:"hint"`
	CreatedAt  time.Time  `bun:"created_at"`
	ExpiresAt  *time.Time `bun:"expires_at"`
	LastUsedAt *time.Time `bun:"last_used_at"`
	RevokedAt  *time.Time `bun:"revoked_at"`
	RevokedBy  string     `bun:"revoked_by"`

	Member account.Member `bun:"-"` // the member UserID
}

// Expired reports whether the token has expired.
func (t *Token) Expired(now time.Time) bool { return t.ExpiresAt != nil && !now.Before(*t.ExpiresAt) }

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB       *db.DB
	Queue    *job.Queue
	Accounts *account.Service
	Logger   *slog.Logger
	Now      func() time.Time // nil means time.Now
}

// Service creates, authenticates and revokes tokens.
type Service struct{ Config }

// New returns a service and registers its job.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{cfg}
	s.registerJobs()
	return s
}

func (s *Service) now() time.Time { return db.Time(s.Now()) }

// Caller is the subject of a request with a token: the member, or the creator
// of a company token, and the scopes.
type Caller struct {
	Token   Token
	Profile account.Profile // with the roles of this request
}

// companyActs are the acts of administrators that a company token has with a scope: only
// administrators create such tokens, and a recruiter lacks the acts. A personal token has the
// acts of its member.
var companyActs = map[Scope]actor.Act{AuditRead: actor.ReadAudit, CandidatesErase: actor.EraseCandidates}

// Actor returns the caller as the subject of an operation.
func (c *Caller) Actor() actor.Actor {
	a := c.Profile.Actor().WithToken(c.Token.ID)
	if c.Token.Kind != Company {
		return a
	}
	for scope, act := range companyActs {
		if c.HasScope(scope) {
			a = a.WithAct(act)
		}
	}
	return a
}

// HasScope reports whether the token has the scope.
func (c *Caller) HasScope(scope Scope) bool { return scope.isIn(c.Token.Scopes) }

// Authenticate returns the caller of a token, or an Unauthenticated error. It
// reads the member's row each time: a member who leaves the company or loses a
// role loses it for personal tokens too.
func (s *Service) Authenticate(ctx context.Context, token string) (*Caller, error) {
	t := new(Token)
	err := s.DB.NewSelect().Model(t).Where("t.token_hash = ?", secretbox.HashToken(token)).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.New(apperr.Unauthenticated, "api.unknown_token")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a token: %w", err)
	}
	switch now := s.now(); {
	case t.RevokedAt != nil:
		return nil, apperr.New(apperr.Unauthenticated, "api.token_revoked")
	case t.Expired(now):
		return nil, apperr.New(apperr.Unauthenticated, "api.token_expired")
	}
	p, err := s.readProfile(ctx, t)
	if err != nil {
		return nil, err
	}
	s.recordUse(ctx, t)
	return &Caller{Token: *t, Profile: p}, nil
}

func (s *Service) readProfile(ctx context.Context, t *Token) (account.Profile, error) {
	found, err := s.Accounts.MembersByID(ctx, t.CorpID, []string{t.UserID})
	if err != nil {
		return account.Profile{}, err
	}
	m, ok := found[t.UserID]
	switch {
	case t.Kind == Company: // valid even after its creator leaves
		m.CorpID, m.UserID, m.Roles = t.CorpID, t.UserID, actor.Recruiter|actor.Interviewer
	case !ok || !m.Active:
		return account.Profile{}, apperr.New(apperr.Unauthenticated, "api.member_left")
	}
	p, err := s.Accounts.NewProfile(ctx, m)
	if t.Kind == Company {
		p.Managed = actor.Managed{} // of its creator
	}
	return p, err
}

// recordUse stores the time of use, at most once a minute: a write per request
// would cost more than the request. An error does not fail the request.
func (s *Service) recordUse(ctx context.Context, t *Token) {
	now := s.now()
	if t.LastUsedAt != nil && now.Sub(*t.LastUsedAt) < lastUseEvery {
		return
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*Token)(nil)).Set("last_used_at = ?", now).
			Where("corp_id = ? AND id = ?", t.CorpID, t.ID).
			Where("(last_used_at IS NULL OR last_used_at < ?)", now).Exec(ctx)
		return err
	})
	if err != nil && ctx.Err() == nil {
		s.Logger.WarnContext(ctx, "use of a token not noted", "token", t.ID, "error", err)
	}
}

// newToken returns a token and the hash to store.
func newToken() (token, hash string) {
	token = Prefix + secretbox.NewToken(tokenBytes)
	return token, secretbox.HashToken(token)
}

// FromHeader returns the token in the value of an Authorization header, ""
// without one.
func FromHeader(value string) string {
	scheme, token, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
