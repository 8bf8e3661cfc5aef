package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/hostcookie"
	"github.com/huimian/huimian/wecom"
)

const (
	signInPath   = "/auth/wecom/"
	callbackPath = signInPath + "callback" // of the OAuth redirect URI
)

// A sign-in under way is a cookie of its own, named by the state and holding the
// path to go to afterwards, and for OpenID Connect the nonce and the PKCE verifier. Several
// windows of a browser can therefore sign in at the same time, and starting a sign-in stores
// nothing on the server.
const (
	stateCookiePrefix = "huimian_signin_"
	stateLifetime     = 30 * time.Minute
	maxStates         = 8 // of a browser; above it the oldest are dropped
	maxNextPath       = 1000
)

// StartSignIn returns WeCom's URL for signing in: the silent OAuth 2.0 redirect
// inside WeCom, the login page in any other browser. It sets a cookie that binds
// the random state, valid once, to the browser; next is the local path to go to
// after sign-in.
func (s *Service) StartSignIn(w http.ResponseWriter, r *http.Request, insideWeCom bool, next, language string) (string, error) {
	if s.Client == nil {
		return "", apperr.New(apperr.Unavailable, "account.wecom_unconfigured")
	}
	state := s.storePending(w, r, pendingSignIn{next: next})
	back := s.PublicURL + callbackPath
	if insideWeCom {
		return s.Client.OAuth.AuthorizeURL(back, state, wecom.ScopeBase), nil
	}
	lang := "en"
	if strings.HasPrefix(language, "zh") {
		lang = "zh"
	}
	return s.Client.OAuth.LoginURL(back, state, lang), nil
}

// pendingSignIn is what the browser keeps of a sign-in under way.
type pendingSignIn struct {
	next            string // local path
	nonce, verifier string // of OpenID Connect; "" at WeCom
}

// String returns the value of the cookie. At WeCom it is the path alone, as in earlier versions.
func (p pendingSignIn) String() string {
	value := base64.RawURLEncoding.EncodeToString([]byte(p.next))
	if p.nonce == "" {
		return value
	}
	return value + "." + p.nonce + "." + p.verifier
}

func parsePending(value string) (p pendingSignIn, ok bool) {
	path, rest, isOIDC := strings.Cut(value, ".")
	if isOIDC {
		if p.nonce, p.verifier, ok = strings.Cut(rest, "."); !ok || p.nonce == "" || p.verifier == "" {
			return p, false
		}
	}
	raw, err := base64.RawURLEncoding.DecodeString(path)
	p.next = sanitizeNextPath(string(raw))
	return p, err == nil && value != ""
}

// storePending sets the cookie of a sign-in and returns its state.
func (s *Service) storePending(w http.ResponseWriter, r *http.Request, p pendingSignIn) (state string) {
	s.dropExcessStates(w, r)
	if p.next = sanitizeNextPath(p.next); len(p.next) > maxNextPath {
		p.next = "/"
	}
	state = rand.Text()
	http.SetCookie(w, s.cookies().New(stateCookiePrefix+state, p.String(), int(stateLifetime.Seconds())))
	return state
}

// takePending returns the browser's sign-in with the state of the request and deletes its cookie.
// signedIn is true for an address that is opened once more in a browser that is signed in. A
// sign-in of the other kind is refused: the code of one is never sent to the other.
func (s *Service) takePending(w http.ResponseWriter, r *http.Request, isOIDC bool) (p pendingSignIn, signedIn bool, err error) {
	state := r.URL.Query().Get("state")
	p, ok := s.readPending(r, state)
	if !ok || (p.nonce != "") != isOIDC {
		if _, err := s.Profile(r.Context()); err == nil {
			return p, true, nil
		}
		return p, false, apperr.New(apperr.Forbidden, "signin.state")
	}
	s.clearState(w, state)
	return p, false, nil
}

func (s *Service) cookies() hostcookie.Cookies { return hostcookie.Cookies{Secure: s.SecureCookies} }

// clearState deletes the cookie of a sign-in, also in the form of earlier versions:
// with the path of the sign-in and without the prefix.
func (s *Service) clearState(w http.ResponseWriter, state string) {
	http.SetCookie(w, s.cookies().New(stateCookiePrefix+state, "", -1))
	s.cookies().ClearUnprefixed(w, stateCookiePrefix+state, signInPath)
}

// dropExcessStates deletes the browser's oldest cookies of other sign-ins so that fewer
// than maxStates remain. A browser sends cookies of one path in the order of their
// creation: RFC 6265, 5.4.
func (s *Service) dropExcessStates(w http.ResponseWriter, r *http.Request) {
	var states []string
	for _, c := range r.Cookies() {
		if state, ok := strings.CutPrefix(c.Name, s.cookies().Name(stateCookiePrefix)); ok {
			states = append(states, state)
		}
	}
	for _, state := range states[:max(0, len(states)-maxStates+1)] {
		s.clearState(w, state)
	}
}

// FinishSignIn handles WeCom's redirect with the parameters code and state: it
// verifies the state, exchanges the code for the member's identity, signs the
// member in and returns the path to go to. A redirect that is opened once more in
// a browser that is signed in goes to the start page.
func (s *Service) FinishSignIn(w http.ResponseWriter, r *http.Request) (next string, err error) {
	if s.Client == nil {
		return "", apperr.New(apperr.Unavailable, "account.wecom_unconfigured")
	}
	ctx, code := r.Context(), r.URL.Query().Get("code")
	pending, signedIn, err := s.takePending(w, r, false)
	if signedIn || err != nil {
		return "/", err
	}
	if code == "" {
		return "", apperr.New(apperr.Forbidden, "signin.refused")
	}
	info, err := s.Client.OAuth.GetUserInfo(ctx, code)
	if err != nil {
		return "", signInError(err)
	}
	if info.UserID == "" {
		return "", apperr.New(apperr.Forbidden, "signin.not_member")
	}
	userID, err := s.AdmitMember(ctx, info.UserID)
	if err != nil {
		return "", err
	}
	if err := s.writeSessionAudit(ctx, s.Corp.ID, userID, "member.sign_in", audit.Data{"method": "wecom"}); err != nil {
		return "", err
	}
	return pending.next, s.SignIn(ctx, s.Corp.ID, userID)
}

// readPending returns the browser's sign-in with the state. A cookie
// without the prefix is accepted while a sign-in can be under way that an earlier
// version has begun.
func (s *Service) readPending(r *http.Request, state string) (p pendingSignIn, ok bool) {
	if state == "" {
		return p, false
	}
	value := s.cookies().Value(r, stateCookiePrefix+state)
	if value == "" && s.Now().Before(s.startedAt.Add(stateLifetime)) {
		value = s.cookies().Unprefixed(r, stateCookiePrefix+state)
	}
	return parsePending(value)
}

// AdmitMember returns the userid of a member who may use the application. WeCom's
// sign-in succeeds for members outside the visible range too, and the copy of the
// contacts may be older than the member, so a member missing from it is fetched
// from WeCom and stored.
func (s *Service) AdmitMember(ctx context.Context, userID string) (string, error) {
	found, err := s.MembersByID(ctx, s.Corp.ID, []string{userID})
	if err != nil {
		return "", err
	}
	if m, ok := found[userID]; ok && m.Active {
		return m.UserID, nil
	}
	u, err := s.Client.Users.Get(ctx, userID)
	if err != nil {
		return "", signInError(err)
	}
	if u.Status != 0 && u.Status != statusActive {
		return "", apperr.New(apperr.Forbidden, "signin.out_of_range")
	}
	users := []wecom.User{*u}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return saveMembers(ctx, tx, s.Corp.ID, users, s.Now()) })
	return users[0].UserID, err // in the stored spelling
}

// signInError maps an error of WeCom to a localized error for the member.
func signInError(err error) error {
	if wecom.IsCode(err, 40029, 42003, 42022) { // the OAuth code was used, has expired, or belongs to another application
		return apperr.New(apperr.Forbidden, "signin.code").WithCause(err)
	}
	switch wecom.ClassOf(err) {
	case wecom.ClassPermission, wecom.ClassState:
		return apperr.New(apperr.Forbidden, "signin.out_of_range").WithCause(err)
	case wecom.ClassArgument:
		return apperr.New(apperr.Forbidden, "signin.code").WithCause(err)
	case wecom.ClassConfig, wecom.ClassFinal:
		return apperr.New(apperr.Unavailable, "signin.configuration").WithCause(err)
	default:
		return apperr.New(apperr.Unavailable, "signin.wecom_away").WithCause(err)
	}
}

// sanitizeNextPath returns a local path unchanged and "/" for anything else, which
// prevents open redirects.
func sanitizeNextPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
