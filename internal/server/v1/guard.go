package v1

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// guardedMux wraps every handler in authentication, the rate limit and
// idempotency keys.
type guardedMux struct {
	humago.Mux
	api *API
}

// HandleFunc registers a handler behind guardHandler.
func (g guardedMux) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	g.Mux.HandleFunc(pattern, g.api.guardHandler(handle))
}

func (a *API) guardHandler(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := apitoken.FromHeader(r.Header.Get("Authorization"))
		caller, err := a.authenticateCaller(r.Context(), token)
		if err != nil {
			if apperr.KindOf(err) == apperr.Unauthenticated {
				w.Header().Set("WWW-Authenticate", `Bearer realm="huimian"`)
			}
			httpapi.WriteProblem(w, r, a.Logger, err)
			return
		}
		ctx := context.WithValue(r.Context(), keyCaller, caller)
		if language := caller.Profile.Language; caller.Token.Kind == apitoken.Personal && r.Header.Get("Accept-Language") == "" && i18n.IsSupported(language) {
			ctx = httpapi.WithLanguage(ctx, language)
		}
		r = r.WithContext(ctx)
		if !a.checkRate(w, r, caller) {
			return
		}
		if keys := r.Header.Values("Idempotency-Key"); r.Method == http.MethodPost && len(keys) > 0 {
			a.serveIdempotent(w, r, apitoken.Request{Caller: caller, Token: token, Key: keys[0]}, next)
			return
		}
		next(w, r)
	}
}

func (a *API) authenticateCaller(ctx context.Context, token string) (*apitoken.Caller, error) {
	if token == "" {
		return nil, apperr.New(apperr.Unauthenticated, "api.token_missing")
	}
	return a.Tokens.Authenticate(ctx, token)
}

// checkRate takes one request from the token's bucket and sets the RateLimit
// headers. If it returns false, it has responded with 429.
func (a *API) checkRate(w http.ResponseWriter, r *http.Request, c *apitoken.Caller) bool {
	wait := a.limiter.TakeToken(c.Token.ID)
	left, full := a.limiter.Remaining(c.Token.ID)
	h := w.Header()
	h.Set("Ratelimit-Limit", strconv.Itoa(a.Rate.Burst))
	h.Set("Ratelimit-Remaining", strconv.Itoa(left))
	h.Set("Ratelimit-Reset", strconv.Itoa(ceilSeconds(full)))
	if wait == 0 {
		return true
	}
	h.Set("Retry-After", strconv.Itoa(ceilSeconds(wait)))
	httpapi.WriteProblem(w, r, a.Logger, apperr.New(apperr.RateLimited, "request.too_many", "Seconds", ceilSeconds(wait)))
	return false
}

// ceilSeconds rounds up, so that a retry after that time is never too early.
func ceilSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// requireScope returns middleware that rejects tokens without the scope with 403.
func (a *API) requireScope(scope apitoken.Scope) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if scope == "" || callerOf(ctx.Context()).HasScope(scope) {
			next(ctx)
			return
		}
		r, w := humago.Unwrap(ctx)
		w.Header().Set("WWW-Authenticate", `Bearer realm="huimian", error="insufficient_scope", scope="`+string(scope)+`"`)
		httpapi.WriteProblem(w, r, a.Logger, apperr.New(apperr.Forbidden, "api.scope_missing", "Scope", string(scope)))
	}
}

// noStore, a middleware, sets Cache-Control: no-store.
func noStore(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	next(ctx)
}

// serveIdempotent processes a request with an Idempotency-Key, or replays the stored
// response of the same request. The operation stores its response with storeResponse,
// in the transaction of its effect: whatever happens afterwards, a repeated request
// returns it.
func (a *API) serveIdempotent(w http.ResponseWriter, r *http.Request, req apitoken.Request, next http.HandlerFunc) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.writeReadError(w, r, err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	req.Hash = apitoken.RequestHash([]byte(r.Method), []byte(r.URL.RequestURI()), body)
	if a.replayResponse(w, r, req) {
		return
	}
	recorded := &responseRecorder{header: http.Header{}}
	next(recorded, r.WithContext(context.WithValue(r.Context(), keyRequest, &req)))
	// A failed request may have taken effect: reading the result failed, or a concurrent
	// request with the key was first.
	if recorded.status < http.StatusMultipleChoices || !a.replayResponse(w, r, req) {
		a.writeResponse(w, recorded.toStoredResponse())
	}
}

// replayResponse writes the stored response to the request, or the error of its key. If
// it returns false, it has written nothing.
func (a *API) replayResponse(w http.ResponseWriter, r *http.Request, req apitoken.Request) bool {
	stored, err := a.Tokens.FindResponse(r.Context(), req)
	switch {
	case err != nil:
		httpapi.WriteProblem(w, r, a.Logger, err)
	case stored != nil:
		w.Header().Set("Idempotency-Replayed", "true")
		a.writeResponse(w, stored)
	}
	return err != nil || stored != nil
}

func (a *API) writeResponse(w http.ResponseWriter, stored *apitoken.StoredResponse) {
	for name, value := range stored.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(stored.Status)
	_, _ = w.Write(stored.Body) // the client has disconnected
}

func (a *API) writeReadError(w http.ResponseWriter, r *http.Request, err error) {
	p := httpapi.NewProblem(r.Context(), a.Logger, apperr.New(apperr.Invalid, "request.malformed"))
	p.Status = http.StatusBadRequest
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		p = httpapi.NewProblem(r.Context(), a.Logger, apperr.New(apperr.Invalid, "request.too_large"))
		p.Status = http.StatusRequestEntityTooLarge
	}
	p.Title = http.StatusText(p.Status)
	httpapi.WriteProblem(w, r, a.Logger, p)
}

// responseRecorder is an http.ResponseWriter that buffers the response.
type responseRecorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the recorded headers.
func (k *responseRecorder) Header() http.Header { return k.header }

// WriteHeader records the first status.
func (k *responseRecorder) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write appends to the recorded body; the default status is 200.
func (k *responseRecorder) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

func (k *responseRecorder) toStoredResponse() *apitoken.StoredResponse {
	out := &apitoken.StoredResponse{Status: k.status, Header: map[string]string{}, Body: k.body.Bytes()}
	for name := range maps.Keys(k.header) {
		out.Header[name] = k.header.Get(name)
	}
	return out
}
