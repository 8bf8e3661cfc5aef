package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
)

type signInHandlers struct {
	accounts *account.Service
	logger   *slog.Logger
}

// startSignIn redirects the browser to WeCom: to OAuth inside WeCom's own
// browser, which needs no user action, to the login page in any other.
func (h signInHandlers) startSignIn(w http.ResponseWriter, r *http.Request) {
	inside := strings.Contains(strings.ToLower(r.UserAgent()), "wxwork")
	next := r.URL.Query().Get("next")
	address, err := h.accounts.StartSignIn(w, r, inside, next, httpapi.Language(r.Context()))
	if err != nil {
		h.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, address, http.StatusFound) //nolint:gosec // an address of WeCom, made by the client
}

// finishSignIn handles WeCom's redirect with code and state.
func (h signInHandlers) finishSignIn(w http.ResponseWriter, r *http.Request) {
	next, err := h.accounts.FinishSignIn(w, r)
	if err != nil {
		h.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, next, http.StatusFound) //nolint:gosec // account keeps only paths of ours
}

// startOIDCSignIn redirects the browser to the OpenID Connect provider.
func (h signInHandlers) startOIDCSignIn(w http.ResponseWriter, r *http.Request) {
	address, err := h.accounts.StartOIDCSignIn(w, r, r.URL.Query().Get("next"))
	if err != nil {
		h.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, address, http.StatusFound) //nolint:gosec // an address of the configured provider
}

// finishOIDCSignIn handles the provider's redirect with code and state.
func (h signInHandlers) finishOIDCSignIn(w http.ResponseWriter, r *http.Request) {
	next, err := h.accounts.FinishOIDCSignIn(w, r)
	if err != nil {
		h.signInFailed(w, r, err)
		return
	}
	http.Redirect(w, r, next, http.StatusFound) //nolint:gosec // account keeps only paths of ours
}

// SignInOptions are the ways to sign in beside WeCom.
type SignInOptions struct {
	OIDC *OIDCOption `json:"oidc,omitempty" doc:"The OpenID Connect provider; missing: members sign in through WeCom only"`
}

// OIDCOption is the OpenID Connect provider.
type OIDCOption struct {
	Name string `json:"name" doc:"For members"`
}

func (h signInHandlers) getSignInOptions(context.Context, *httpapi.Empty) (*httpapi.Response[SignInOptions], error) {
	var out SignInOptions
	if p := h.accounts.OIDC; p != nil {
		out.OIDC = &OIDCOption{Name: p.Name()}
	}
	return httpapi.NewResponse(out, nil)
}

// signInFailed redirects to the sign-in page with the error code. The URL holds
// only the code: a text in it could be forged.
func (h signInHandlers) signInFailed(w http.ResponseWriter, r *http.Request, err error) {
	p := httpapi.NewProblem(r.Context(), h.logger, err)
	h.logger.WarnContext(r.Context(), "sign-in failed", "requestId", p.RequestID, "code", p.Code, "error", err)
	http.Redirect(w, r, "/signin?error="+url.QueryEscape(p.Code), http.StatusFound)
}

// requireSession, a middleware, rejects requests without a session before the body is
// read.
func (s *Server) requireSession(ctx huma.Context, next func(huma.Context)) {
	p, err := s.Accounts.Profile(ctx.Context())
	if err != nil {
		r, w := humago.Unwrap(ctx)
		httpapi.WriteProblem(w, r, s.Logger, err)
		return
	}
	next(huma.WithContext(ctx, caller.WithProfile(ctx.Context(), p)))
}

// requireAct returns middleware of uploads after requireSession: a member without the act is
// rejected before the body is read.
func (r registrar) requireAct(act actor.Act) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := caller.Actor(ctx.Context()).Require(act); err != nil {
			request, w := humago.Unwrap(ctx)
			httpapi.WriteProblem(w, request, r.logger, err)
			return
		}
		next(ctx)
	}
}

// noStore is middleware that sets Cache-Control: no-store.
func noStore(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	next(ctx)
}
