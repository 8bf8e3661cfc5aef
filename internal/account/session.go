package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
)

// A session expires after sessionLifetime, without idle extension: signing in again
// needs no interaction inside WeCom and one tap elsewhere, and an extension would
// need a write per request.
const (
	sessionLifetime = 7 * 24 * time.Hour
	sessionCookie   = "huimian_session"
)

// Keys of the session data.
const (
	keyCorp = "corp_id"
	keyUser = "user_id"

	// Account at the OpenID Connect provider that the member has signed in with.
	keyIssuer  = "oidc_issuer"
	keySubject = "oidc_subject"

	// keyPrefixedAt is the Unix time at which the session moved from a cookie without the
	// prefix __Host- to one with it, or 0 if it began with the prefix.
	keyPrefixedAt = "prefixed_at"
)

// renameWindow is how long the cookie without the prefix is still accepted after the
// first response with the prefix: the requests of a page are sent together.
const renameWindow = time.Minute

// newSessions returns a session manager that stores sessions in the database under
// the hash of the cookie's value. The cookie is SameSite=Lax, not Strict, because
// WeCom's sign-in page returns through a cross-site navigation.
func newSessions(s *Service) *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{s.DB, s.Now}
	m.HashTokenInStore = true
	m.Lifetime = sessionLifetime
	m.Cookie.Name = s.cookies().Name(sessionCookie)
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = s.SecureCookies
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		if s.Logger != nil {
			s.Logger.ErrorContext(r.Context(), "session", "error", err)
		}
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
	return m
}

// LoadSession wraps a handler, whose requests then have the browser's session. A member
// who has signed in before cookies had the prefix __Host- stays signed in: the session
// moves to a cookie with the prefix.
func (s *Service) LoadSession(next http.Handler) http.Handler {
	load := s.Sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token := s.cookies().Unprefixed(r, sessionCookie); token != "" {
			s.cookies().ClearUnprefixed(w, sessionCookie, "/")
			if s.cookies().Value(r, sessionCookie) == "" {
				ctx, err := s.adoptSession(r.Context(), token)
				if err != nil {
					s.Sessions.ErrorFunc(w, r, err)
					return
				}
				r = r.WithContext(ctx)
			}
		}
		load.ServeHTTP(w, r)
	})
}

// adoptSession returns a context with the session of a cookie without the prefix, or ctx
// if the session began with the prefix or has moved before: another host of the domain
// may have set the cookie.
func (s *Service) adoptSession(ctx context.Context, token string) (context.Context, error) {
	loaded, err := s.Sessions.Load(ctx, token)
	if err != nil {
		return nil, fmt.Errorf("reading a session: %w", err)
	}
	now := s.Now()
	prefixedAt, moved := s.Sessions.Get(loaded, keyPrefixedAt).(int64)
	if !moved {
		prefixedAt = now.Unix()
	}
	if s.Sessions.GetString(loaded, keyUser) == "" || now.After(time.Unix(prefixedAt, 0).Add(renameWindow)) {
		return ctx, nil
	}
	s.Sessions.Put(loaded, keyPrefixedAt, prefixedAt) // the response sets the cookie
	return loaded, nil
}

// Profile is a signed-in member with the company.
type Profile struct {
	Member
	Corp    Corp
	Managed actor.Managed
}

// Actor returns the member as the subject of an operation.
func (p Profile) Actor() actor.Actor {
	return actor.ForMember(p.CorpID, p.UserID, p.Roles).WithManaged(p.Managed)
}

// Profile returns the member of the request's session. It reads the member's row each
// time, so that leaving the company ends every session, and the removal of the account at the
// OpenID Connect provider those that it has opened.
func (s *Service) Profile(ctx context.Context) (Profile, error) {
	corpID, userID := s.SignedInUser(ctx)
	if userID == "" {
		return Profile{}, apperr.New(apperr.Unauthenticated, "error.unauthenticated")
	}
	found, err := s.MembersByID(ctx, corpID, []string{userID})
	if err != nil {
		return Profile{}, err
	}
	m, ok := found[userID]
	if !ok || !m.Active {
		return Profile{}, apperr.New(apperr.Unauthenticated, "signin.out_of_range")
	}
	if subject := s.Sessions.GetString(ctx, keySubject); subject != "" {
		issuer := s.Sessions.GetString(ctx, keyIssuer)
		linked, err := hasIdentity(ctx, s.DB.DB, corpID, m.UserID, issuer, subject)
		if err != nil {
			return Profile{}, err
		}
		if !linked || s.OIDC == nil || s.OIDC.Issuer() != issuer {
			return Profile{}, apperr.New(apperr.Unauthenticated, "signin.not_linked")
		}
	}
	return s.NewProfile(ctx, m)
}

// NewProfile returns the profile of a member.
func (s *Service) NewProfile(ctx context.Context, m Member) (p Profile, err error) {
	p.Member = m
	if p.Corp, err = s.FindCorp(ctx, m.CorpID); err != nil {
		return p, err
	}
	if s.ReadManaged != nil {
		p.Managed, err = s.ReadManaged(ctx, m.CorpID, m.UserID)
	}
	return p, err
}

// FindActor returns a member with the roles of today; without any for one who has left.
func (s *Service) FindActor(ctx context.Context, corpID, userID string) (actor.Actor, error) {
	found, err := s.MembersByID(ctx, corpID, []string{userID})
	if err != nil || !found[userID].Active {
		return actor.WithoutRoles(corpID, userID), err
	}
	p, err := s.NewProfile(ctx, found[userID])
	if err != nil {
		return actor.WithoutRoles(corpID, userID), err
	}
	return p.Actor(), nil
}

// SignedInUser returns the company and the userid of the request's session, without
// a check whether the member is still active. Both are empty without a session.
func (s *Service) SignedInUser(ctx context.Context) (corpID, userID string) {
	return s.Sessions.GetString(ctx, keyCorp), s.Sessions.GetString(ctx, keyUser)
}

// SignIn binds the request's session to the member. The session gets a new token,
// which prevents session fixation.
func (s *Service) SignIn(ctx context.Context, corpID, userID string) error {
	if err := s.Sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renewing the session: %w", err)
	}
	s.Sessions.Put(ctx, keyCorp, corpID)
	s.Sessions.Put(ctx, keyUser, userID)
	s.Sessions.Remove(ctx, keyIssuer)
	s.Sessions.Remove(ctx, keySubject)
	if s.SecureCookies {
		s.Sessions.Put(ctx, keyPrefixedAt, int64(0))
	}
	return nil
}

// SignOut ends the request's session.
func (s *Service) SignOut(ctx context.Context) error {
	if corpID, userID := s.SignedInUser(ctx); userID != "" {
		if err := s.writeSessionAudit(ctx, corpID, userID, "member.sign_out", nil); err != nil {
			return err
		}
	}
	return s.Sessions.Destroy(ctx)
}

// writeSessionAudit records that a member signs in or out. The session itself is stored
// at the end of the request.
func (s *Service) writeSessionAudit(ctx context.Context, corpID, userID, action string, data audit.Data) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, s.Now(), actor.WithoutRoles(corpID, userID), action, userID, data)
	})
}

// ReloadSession returns a context with the session of ctx as it is stored now, for
// connections that outlive the request that opened them. After a sign-out or the
// expiry, Profile returns an Unauthenticated error for it.
func (s *Service) ReloadSession(ctx context.Context) (context.Context, error) {
	fresh, err := s.Sessions.Load(contextWithoutValues{ctx}, s.Sessions.Token(ctx))
	if err != nil {
		return nil, fmt.Errorf("reading the session again: %w", err)
	}
	return fresh, nil
}

// contextWithoutValues has the deadline of a context and none of its values: scs
// reads a session only into a context without one.
type contextWithoutValues struct{ context.Context } //nolint:containedctx // it is a context

func (contextWithoutValues) Value(any) any { return nil }

// sessionStore implements scs.CtxStore on the table sessions.
type sessionStore struct {
	db  *db.DB
	now func() time.Time
}

var _ scs.CtxStore = sessionStore{}

var errNeedsContext = errors.New("the session store needs a context")

func (sessionStore) Find(string) ([]byte, bool, error)      { return nil, false, errNeedsContext }
func (sessionStore) Commit(string, []byte, time.Time) error { return errNeedsContext }
func (sessionStore) Delete(string) error                    { return errNeedsContext }

// FindCtx returns the data of a session that has not expired.
func (st sessionStore) FindCtx(ctx context.Context, hash string) ([]byte, bool, error) {
	var data []byte
	err := st.db.NewRaw("SELECT data FROM sessions WHERE token_hash = ? AND expires_at > ?", hash, db.Time(st.now())).Scan(ctx, &data)
	if db.IsNotFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("finding a session: %w", err)
	}
	return data, true, nil
}

// CommitCtx saves a session. scs computes the expiry from time.Now; CommitCtx applies
// the remaining time to the service's clock.
func (st sessionStore) CommitCtx(ctx context.Context, hash string, data []byte, expires time.Time) error {
	expires = st.now().Add(time.Until(expires))
	return st.execInTx(ctx, `INSERT INTO sessions (token_hash, data, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, hash, data, db.Time(expires))
}

// DeleteCtx deletes a session.
func (st sessionStore) DeleteCtx(ctx context.Context, hash string) error {
	return st.execInTx(ctx, "DELETE FROM sessions WHERE token_hash = ?", hash)
}

func (st sessionStore) execInTx(ctx context.Context, query string, args ...any) error {
	return st.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewRaw(query, args...).Exec(ctx); err != nil {
			return fmt.Errorf("writing a session: %w", err)
		}
		return nil
	})
}
