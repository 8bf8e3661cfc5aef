package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/oidc"
	"github.com/huimian/huimian/internal/validate"
)

// MemberIdentity is the account at the OpenID Connect provider with which a member may sign in.
type MemberIdentity struct {
	bun.BaseModel `bun:"table:member_identities"`

	CorpID   string     `bun:"corp_id,pk"`
	UserID   string     `bun:"user_id,pk"`
	Email    string     `bun:"email"` // in lower case; "" without an account
	Issuer   *string    `bun:"issuer"`
	Subject  *string    `bun:"subject"` // nil until the first sign-in
	LinkedBy string     `bun:"linked_by"`
	LinkedAt time.Time  `bun:"linked_at"`
	BoundAt  *time.Time `bun:"bound_at"`
}

// Identities are the accounts of members at the OpenID Connect provider. Their methods require
// an administrator.
type Identities struct{ *Service }

// Identities returns the accounts of members at the provider.
func (s *Service) Identities() Identities { return Identities{s} }

// IdentityEdit is the input of Set.
type IdentityEdit struct {
	Email    string  // "" removes the account
	Previous *string // that the edit was made from, nil for any
}

// Get returns the account of a member, with an empty address if there is none.
func (s Identities) Get(ctx context.Context, a actor.Actor, userID string) (MemberIdentity, error) {
	userID, err := s.requireEditor(ctx, a, userID)
	if err != nil {
		return MemberIdentity{}, err
	}
	return readIdentity(ctx, s.DB.DB, a.CorpID, userID)
}

// requireEditor returns the userid as it is stored.
func (s Identities) requireEditor(ctx context.Context, a actor.Actor, userID string) (string, error) {
	if err := a.Require(actor.AssignRoles); err != nil {
		return "", err
	}
	found, err := s.MembersByID(ctx, a.CorpID, []string{userID})
	if err != nil {
		return "", err
	}
	m, ok := found[userID]
	switch {
	case !ok:
		return "", apperr.NewNotFound()
	case s.OIDC == nil:
		return "", apperr.New(apperr.Unavailable, "account.oidc_unconfigured")
	}
	return m.UserID, nil
}

func readIdentity(ctx context.Context, q bun.IDB, corpID, userID string) (MemberIdentity, error) {
	var found MemberIdentity
	err := q.NewSelect().Model(&found).Where("corp_id = ? AND user_id = ?", corpID, userID).Scan(ctx)
	if db.IsNotFound(err) {
		return MemberIdentity{CorpID: corpID, UserID: userID}, nil
	}
	if err != nil {
		return found, fmt.Errorf("reading the provider account of a member: %w", err)
	}
	return found, nil
}

// Set replaces the account of a member: the first sign-in at the provider with the verified
// address binds it. Sessions with the previous account end. It returns a Conflict if the
// member has another account than Previous, or if another member has the address.
func (s Identities) Set(ctx context.Context, a actor.Actor, userID string, edit IdentityEdit) (MemberIdentity, error) {
	userID, err := s.requireEditor(ctx, a, userID)
	if err != nil {
		return MemberIdentity{}, err
	}
	m := MemberIdentity{CorpID: a.CorpID, UserID: userID, Email: strings.ToLower(validate.CleanEmail(edit.Email)), LinkedBy: a.UserID, LinkedAt: s.Now().UTC()}
	if err := checkIdentityEmail(s.OIDC, m.Email); err != nil {
		return MemberIdentity{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"identities/" + a.CorpID}); err != nil {
			return err
		}
		stored, err := readIdentity(ctx, tx, a.CorpID, userID)
		if err != nil {
			return err
		}
		if edit.Previous != nil && !strings.EqualFold(*edit.Previous, stored.Email) {
			return apperr.New(apperr.Conflict, "account.identity_changed_meanwhile")
		}
		return replaceIdentity(ctx, tx, a, &m)
	})
	return m, err
}

func checkIdentityEmail(provider *oidc.Provider, email string) error {
	if email == "" {
		return nil
	}
	var errs validate.Errors
	if errs.CheckEmail("email", email); !errs.HasErrors() && !provider.AllowsEmail(email) {
		errs.Add("email", "account.identity_domain")
	}
	return errs.Err(false)
}

func replaceIdentity(ctx context.Context, tx *db.Tx, a actor.Actor, m *MemberIdentity) error {
	if _, err := tx.NewDelete().Model(m).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("removing the provider account of a member: %w", err)
	}
	if m.Email == "" {
		return audit.Write(ctx, tx, m.LinkedAt, a, "member.unlink_identity", m.UserID, nil)
	}
	taken, err := tx.NewSelect().Model((*MemberIdentity)(nil)).Where("corp_id = ? AND email = ?", m.CorpID, m.Email).Exists(ctx)
	if err != nil {
		return fmt.Errorf("reading the provider accounts of members: %w", err)
	}
	if taken {
		return apperr.New(apperr.Conflict, "account.identity_taken")
	}
	if _, err := tx.NewInsert().Model(m).Exec(ctx); err != nil {
		return fmt.Errorf("storing the provider account of a member: %w", err)
	}
	return audit.Write(ctx, tx, m.LinkedAt, a, "member.link_identity", m.UserID, audit.Data{"email": m.Email})
}

// findByIdentity returns the active member who may sign in with an account. The first sign-in
// with the address that an administrator has entered binds it to the account: another account
// with this address, for example of a later employee, is refused afterwards.
func findByIdentity(ctx context.Context, d *db.DB, corpID string, i oidc.Identity, now time.Time) (userID string, err error) {
	err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"identities/" + corpID}); err != nil {
			return err
		}
		var found MemberIdentity
		// The bound account has precedence over an address, which may have moved to another one.
		err := tx.NewSelect().Model(&found).Where("corp_id = ?", corpID).
			Where("(issuer = ?0 AND subject = ?1) OR email = ?2", i.Issuer, i.Subject, i.Email).
			OrderExpr("CASE WHEN subject = ? THEN 0 ELSE 1 END", i.Subject).Limit(1).Scan(ctx)
		if db.IsNotFound(err) {
			return apperr.New(apperr.Forbidden, "signin.not_linked")
		}
		if err != nil {
			return fmt.Errorf("finding the member of a provider account: %w", err)
		}
		userID = found.UserID
		if found.Subject != nil {
			return apperr.ForbiddenUnless(*found.Subject == i.Subject && *found.Issuer == i.Issuer)
		}
		_, err = tx.NewRaw("UPDATE member_identities SET issuer = ?, subject = ?, bound_at = ? WHERE corp_id = ? AND user_id = ?",
			i.Issuer, i.Subject, db.Time(now), corpID, userID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("binding a provider account: %w", err)
		}
		return nil
	})
	if apperr.KindOf(err) == apperr.Forbidden && userID != "" {
		return "", apperr.New(apperr.Forbidden, "signin.other_account")
	}
	return userID, err
}

// hasIdentity reports whether a member may still sign in with an account.
func hasIdentity(ctx context.Context, q bun.IDB, corpID, userID, issuer, subject string) (bool, error) {
	ok, err := q.NewSelect().Model((*MemberIdentity)(nil)).
		Where("corp_id = ? AND user_id = ? AND issuer = ? AND subject = ?", corpID, userID, issuer, subject).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the provider account of a session: %w", err)
	}
	return ok, nil
}
