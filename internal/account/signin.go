package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/wecom"
)

// callbackPath is the path of the OAuth redirect URI.
const callbackPath = "/auth/wecom/callback"

// StartSignIn returns WeCom's URL for signing in: the silent OAuth 2.0 redirect
// inside WeCom, the login page in any other browser. The state is random, stored in
// this browser's session and valid once; next is the local path to go to after
// sign-in.
func (s *Service) StartSignIn(ctx context.Context, insideWeCom bool, next, language string) (string, error) {
	if s.Client == nil {
		return "", apperr.New(apperr.Unavailable, "account.wecom_unconfigured")
	}
	if s.Sessions.GetString(ctx, keyUser) == "" {
		s.Sessions.SetDeadline(ctx, time.Now().Add(pendingSessionLifetime)) // scs has no other clock
	}
	state := rand.Text()
	s.Sessions.Put(ctx, keyState, state)
	s.Sessions.Put(ctx, keyNext, sanitizeNextPath(next))
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

// FinishSignIn verifies the state, exchanges the code for the member's identity,
// signs the member in and returns the path to go to.
func (s *Service) FinishSignIn(ctx context.Context, code, state string) (next string, err error) {
	if s.Client == nil {
		return "", apperr.New(apperr.Unavailable, "account.wecom_unconfigured")
	}
	want := s.Sessions.PopString(ctx, keyState)
	next = sanitizeNextPath(s.Sessions.PopString(ctx, keyNext))
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(state)) != 1 {
		return "", apperr.New(apperr.Forbidden, "signin.state")
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
	userID, err := s.admitMember(ctx, info.UserID)
	if err != nil {
		return "", err
	}
	return next, s.SignIn(ctx, s.Corp.ID, userID)
}

// admitMember returns the userid of a member who may use the application. WeCom's
// sign-in succeeds for members outside the visible range too, and the copy of the
// contacts may be older than the member, so a member missing from it is fetched.
func (s *Service) admitMember(ctx context.Context, userID string) (string, error) {
	found, err := s.MembersByID(ctx, s.Corp.ID, []string{userID})
	if err != nil {
		return "", err
	}
	if m, ok := found[userID]; ok && m.Active {
		return userID, nil
	}
	u, err := s.Client.Users.Get(ctx, userID)
	if err != nil {
		return "", signInError(err)
	}
	if u.Status != 0 && u.Status != statusActive {
		return "", apperr.New(apperr.Forbidden, "signin.out_of_range")
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return saveMembers(ctx, tx, s.Corp.ID, []wecom.User{*u}, s.Now())
	})
	return u.UserID, err
}

// signInError maps an error of WeCom to a localized error for the member.
func signInError(err error) error {
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
