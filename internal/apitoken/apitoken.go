// Package apitoken lets programs in: personal and company tokens with scopes,
// and the keys that make a repeated request harmless. Of a token only its hash
// is kept. It knows people from package account and nothing of interviews or
// HTTP.
package apitoken

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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
)

// Kind says for whom a token speaks.
type Kind string

// A personal token may do what its member may at that moment; a company's one
// what a recruiter may. Both no more than their scopes.
const (
	Personal Kind = "personal"
	Company  Kind = "company"
)

// Prefix begins every token, so that scanners for leaked secrets know one.
const Prefix = "hm_"

// How tokens are made and used.
const (
	tokenBytes   = 32
	hintLength   = len(Prefix) + 5 // 30 of the 256 bits are no help to a guesser
	maxTokens    = 200             // of a company, that are good
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
	UserID     string     `bun:"user_id"` // whose it is; for a company's one who made it
	Name       string     `bun:"name"`
	Scopes     []Scope    `bun:"scopes"`
	TokenHash  string     `bun:"token_hash"`
	Hint       string     `bun:"hint"`
	CreatedAt  time.Time  `bun:"created_at"`
	ExpiresAt  *time.Time `bun:"expires_at"`
	LastUsedAt *time.Time `bun:"last_used_at"`
	RevokedAt  *time.Time `bun:"revoked_at"`
	RevokedBy  string     `bun:"revoked_by"`

	Member account.Member `bun:"-"` // with UserID, read beside the row
}

// Expired says whether the token's time is over.
func (t *Token) Expired(now time.Time) bool { return t.ExpiresAt != nil && !now.Before(*t.ExpiresAt) }

// Config is what a Service is made from. All but Now must be set.
type Config struct {
	DB       *db.DB
	Queue    *job.Queue
	Accounts *account.Service
	Logger   *slog.Logger
	Now      func() time.Time // nil is the true clock
}

// Service makes, checks and revokes tokens.
type Service struct{ Config }

// New returns a service and registers its job with the queue.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{cfg}
	s.registerJobs()
	return s
}

func (s *Service) now() time.Time { return db.Time(s.Now()) }

// Caller is whoever asks with a token: the member, or for a company's token
// the one who made it, and what the token may be used for.
type Caller struct {
	Token   Token
	Profile account.Profile // Roles are those that count for this request
}

// HasScope says whether the token may be used for the scope.
func (c *Caller) HasScope(scope Scope) bool { return scope.isIn(c.Token.Scopes) }

// Authenticate returns whoever the token speaks for, or an Unauthenticated
// fault. It looks at the member's row each time: one who has left the company
// or lost a role has lost it for their tokens too.
func (s *Service) Authenticate(ctx context.Context, token string) (*Caller, error) {
	t := new(Token)
	err := s.DB.NewSelect().Model(t).Where("t.token_hash = ?", hashToken(token)).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.New(apperr.Unauthenticated, "access.unknown_token")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a token: %w", err)
	}
	switch now := s.now(); {
	case t.RevokedAt != nil:
		return nil, apperr.New(apperr.Unauthenticated, "access.token_revoked")
	case t.Expired(now):
		return nil, apperr.New(apperr.Unauthenticated, "access.token_expired")
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
	case t.Kind == Company: // stays when its maker leaves or becomes something else
		m.CorpID, m.UserID, m.Roles = t.CorpID, t.UserID, actor.Recruiter|actor.Interviewer
	case !ok || !m.Active:
		return account.Profile{}, apperr.New(apperr.Unauthenticated, "access.member_left")
	}
	corp, err := s.Accounts.FindCorp(ctx, t.CorpID)
	if err != nil {
		return account.Profile{}, err
	}
	return account.Profile{Member: m, Corp: corp}, nil
}

// recordUse notes that the token was used, once a minute: a write with each request
// would cost more than the request. Failing to is no reason to refuse.
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

// newToken returns a token and the hash to keep. Its letters are those of
// URLs; what follows the prefix may begin with any of them, a hyphen too.
func newToken() (token, hash string) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails
	token = Prefix + base64.RawURLEncoding.EncodeToString(raw)
	return token, hashToken(token)
}

// hashToken needs no salt: tokens are as random as the hash is long. Looking a
// hash up tells a guesser nothing about the token by its timing.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FromHeader reads the token out of the value of an Authorization header; ""
// when there is none.
func FromHeader(value string) string {
	scheme, token, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
