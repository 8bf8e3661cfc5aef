package account

import (
	"context"
	"errors"
	"net/http"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/oidc"
)

// OIDCCallbackPath is the path of the redirect URI of the OpenID Connect provider.
const OIDCCallbackPath = "/auth/oidc/callback"

// StartOIDCSignIn returns the provider's URL for signing in, and sets a cookie as StartSignIn does.
func (s *Service) StartOIDCSignIn(w http.ResponseWriter, r *http.Request, next string) (string, error) {
	if s.OIDC == nil {
		return "", apperr.New(apperr.Unavailable, "account.oidc_unconfigured")
	}
	if err := s.OIDC.Discover(r.Context()); err != nil {
		return "", oidcError(err)
	}
	p := pendingSignIn{next: next, nonce: oidc.NewVerifier(), verifier: oidc.NewVerifier()}
	address, err := s.OIDC.AuthorizeURL(r.Context(), s.storePending(w, r, p), p.nonce, p.verifier)
	return address, oidcError(err)
}

// FinishOIDCSignIn handles the provider's redirect: it verifies the state, exchanges the code
// for the identity, signs the member in who has this account, and returns the path to go to.
func (s *Service) FinishOIDCSignIn(w http.ResponseWriter, r *http.Request) (next string, err error) {
	if s.OIDC == nil {
		return "", apperr.New(apperr.Unavailable, "account.oidc_unconfigured")
	}
	ctx, query := r.Context(), r.URL.Query()
	pending, signedIn, err := s.takePending(w, r, true)
	if signedIn || err != nil {
		return "/", err
	}
	switch issuer := query.Get("iss"); { // RFC 9207
	case issuer != "" && issuer != s.OIDC.Issuer():
		return "", apperr.New(apperr.Forbidden, "signin.oidc_token")
	case query.Get("code") == "":
		return "", apperr.New(apperr.Forbidden, "signin.oidc_refused")
	}
	identity, err := s.OIDC.Exchange(ctx, query.Get("code"), pending.nonce, pending.verifier)
	if err != nil {
		return "", oidcError(err)
	}
	userID, err := findByIdentity(ctx, s.DB, s.Corp.ID, identity, s.Now())
	if err != nil {
		return "", err
	}
	return pending.next, s.signInByIdentity(ctx, userID, identity)
}

func (s *Service) signInByIdentity(ctx context.Context, userID string, i oidc.Identity) error {
	found, err := s.MembersByID(ctx, s.Corp.ID, []string{userID})
	if err != nil {
		return err
	}
	if !found[userID].Active {
		return apperr.New(apperr.Forbidden, "signin.out_of_range")
	}
	if err := s.writeSessionAudit(ctx, s.Corp.ID, userID, "member.sign_in", audit.Data{"method": "oidc"}); err != nil {
		return err
	}
	if err := s.SignIn(ctx, s.Corp.ID, userID); err != nil {
		return err
	}
	s.Sessions.Put(ctx, keyIssuer, i.Issuer)
	s.Sessions.Put(ctx, keySubject, i.Subject)
	return nil
}

// oidcError maps an error of the provider to a localized error for the member.
func oidcError(err error) error {
	for cause, e := range map[error]*apperr.Error{
		oidc.ErrUnavailable: apperr.New(apperr.Unavailable, "signin.oidc_away"),
		oidc.ErrCode:        apperr.New(apperr.Forbidden, "signin.code"),
		oidc.ErrToken:       apperr.New(apperr.Forbidden, "signin.oidc_token"),
		oidc.ErrNotVerified: apperr.New(apperr.Forbidden, "signin.oidc_unverified"),
		oidc.ErrOtherDomain: apperr.New(apperr.Forbidden, "signin.oidc_domain"),
	} {
		if errors.Is(err, cause) {
			return e.WithCause(err)
		}
	}
	if err == nil {
		return nil
	}
	return apperr.New(apperr.Unavailable, "signin.oidc_configuration").WithCause(err)
}
