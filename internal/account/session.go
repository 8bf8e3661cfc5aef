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
	"github.com/huimian/huimian/internal/db"
)

// A session ends after sessionLifetime, used or not: signing in anew is silent
// inside WeCom and one tap elsewhere, and an end that moved with each request
// would have to be written with each request. That of somebody who is only
// about to sign in ends after signInTime: anybody can begin.
const (
	sessionLifetime        = 7 * 24 * time.Hour
	pendingSessionLifetime = 30 * time.Minute
	sessionCookie          = "huimian_session"
)

// What a session holds.
const (
	keyCorp  = "corp_id"
	keyUser  = "user_id"
	keyState = "signin_state"
	keyNext  = "signin_next"
)

// newSessions keeps sessions in the database by the hash of the cookie's
// value. The cookie is Lax and not Strict: the browser comes back from WeCom's
// sign-in page through a link of another site.
func newSessions(s *Service) *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{s.DB, s.Now}
	m.HashTokenInStore = true
	m.Lifetime = sessionLifetime
	m.Cookie.Name = sessionCookie
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

// Profile is whoever is signed in.
type Profile struct {
	Member
	Corp Corp
}

// Actor returns the member as the subject of an operation.
func (p Profile) Actor() actor.Actor {
	return actor.Actor{CorpID: p.CorpID, UserID: p.UserID, Roles: p.Roles}
}

// Profile returns whoever the request's session belongs to. It looks at the
// member's row each time, so that leaving the company ends every session.
func (s *Service) Profile(ctx context.Context) (Profile, error) {
	corpID, userID := s.Sessions.GetString(ctx, keyCorp), s.Sessions.GetString(ctx, keyUser)
	if userID == "" {
		return Profile{}, apperr.New(apperr.Unauthenticated, "fault.unauthenticated")
	}
	found, err := s.MembersByID(ctx, corpID, []string{userID})
	if err != nil {
		return Profile{}, err
	}
	m, ok := found[userID]
	if !ok || !m.Active {
		return Profile{}, apperr.New(apperr.Unauthenticated, "signin.out_of_range")
	}
	corp, err := s.FindCorp(ctx, corpID)
	if err != nil {
		return Profile{}, err
	}
	return Profile{Member: m, Corp: corp}, nil
}

// SignIn makes the request's session that of the member. The session gets a
// new token, so that one planted before is of no use.
func (s *Service) SignIn(ctx context.Context, corpID, userID string) error {
	if err := s.Sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renewing the session: %w", err)
	}
	s.Sessions.Put(ctx, keyCorp, corpID)
	s.Sessions.Put(ctx, keyUser, userID)
	return nil
}

// SignOut ends the request's session.
func (s *Service) SignOut(ctx context.Context) error { return s.Sessions.Destroy(ctx) }

// sessionStore is the scs.CtxStore on our table.
type sessionStore struct {
	db  *db.DB
	now func() time.Time
}

var _ scs.CtxStore = sessionStore{}

var errNeedsContext = errors.New("the session store is used with a context")

func (sessionStore) Find(string) ([]byte, bool, error)      { return nil, false, errNeedsContext }
func (sessionStore) Commit(string, []byte, time.Time) error { return errNeedsContext }
func (sessionStore) Delete(string) error                    { return errNeedsContext }

// FindCtx returns the data of a session that has not ended.
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

// CommitCtx saves a session. scs computes its end from time.Now; what remains
// of it counts from the service's clock.
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
