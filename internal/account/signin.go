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
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/hostcookie"
	"github.com/huimian/huimian/wecom"
)

const (
	signInPath   = "/auth/wecom/"
	callbackPath = signInPath + "callback" // of the OAuth redirect URI
)

// A sign-in under way is a cookie of its own, named by the state and holding the
// path to go to afterwards. Several windows of a browser can therefore sign in at
// the same time, and starting a sign-in stores nothing on the server.
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
	s.dropExcessStates(w, r)
	state := rand.Text()
	path := sanitizeNextPath(next)
	if len(path) > maxNextPath {
		path = "/"
	}
	http.SetCookie(w, s.cookies().New(stateCookiePrefix+state, base64.RawURLEncoding.EncodeToString([]byte(path)), int(stateLifetime.Seconds())))
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
	ctx, code, state := r.Context(), r.URL.Query().Get("code"), r.URL.Query().Get("state")
	next, ok := s.pendingNextPath(r, state)
	if !ok {
		if _, err := s.Profile(ctx); err == nil {
			return "/", nil
		}
		return "", apperr.New(apperr.Forbidden, "signin.state")
	}
	s.clearState(w, state)
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
	if err := s.writeSessionAudit(ctx, s.Corp.ID, userID, "member.sign_in"); err != nil {
		return "", err
	}
	return next, s.SignIn(ctx, s.Corp.ID, userID)
}

// pendingNextPath returns the path of the browser's sign-in with the state. A cookie
// without the prefix is accepted while a sign-in can be under way that an earlier
// version has begun.
func (s *Service) pendingNextPath(r *http.Request, state string) (next string, ok bool) {
	if state == "" {
		return "", false
	}
	value := s.cookies().Value(r, stateCookiePrefix+state)
	if value == "" && s.Now().Before(s.startedAt.Add(stateLifetime)) {
		value = s.cookies().Unprefixed(r, stateCookiePrefix+state)
	}
	path, err := base64.RawURLEncoding.DecodeString(value)
	return sanitizeNextPath(string(path)), err == nil && value != ""
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
