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

// guarded gives every handler of the mux the caller, within their rate, and
// answers what was answered before.
type guarded struct {
	humago.Mux
	api *API
}

// HandleFunc registers a handler behind the guard.
func (g guarded) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	g.Mux.HandleFunc(pattern, g.api.guard(handle))
}

func (a *API) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := apitoken.FromHeader(r.Header.Get("Authorization"))
		caller, err := a.caller(r.Context(), token)
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
		if !a.withinRate(w, r, caller) {
			return
		}
		if keys := r.Header.Values("Idempotency-Key"); r.Method == http.MethodPost && len(keys) > 0 {
			a.once(w, r, apitoken.Request{Caller: caller, Token: token, Key: keys[0]}, next)
			return
		}
		next(w, r)
	}
}

func (a *API) caller(ctx context.Context, token string) (*apitoken.Caller, error) {
	if token == "" {
		return nil, apperr.New(apperr.Unauthenticated, "access.token_missing")
	}
	return a.Access.Authenticate(ctx, token)
}

// withinRate takes one request out of the token's bucket and says in headers
// what is left. It has answered when it returns false.
func (a *API) withinRate(w http.ResponseWriter, r *http.Request, c *apitoken.Caller) bool {
	wait := a.limiter.TakeToken(c.Token.ID)
	left, full := a.limiter.Remaining(c.Token.ID)
	h := w.Header()
	h.Set("Ratelimit-Limit", strconv.Itoa(a.Rate.Burst))
	h.Set("Ratelimit-Remaining", strconv.Itoa(left))
	h.Set("Ratelimit-Reset", strconv.Itoa(seconds(full)))
	if wait == 0 {
		return true
	}
	h.Set("Retry-After", strconv.Itoa(seconds(wait)))
	httpapi.WriteProblem(w, r, a.Logger, apperr.New(apperr.RateLimited, "request.too_many", "Seconds", seconds(wait)))
	return false
}

// seconds rounds up: whoever waits that long has waited enough.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// needScope lets only tokens with the scope through.
func (a *API) needScope(scope apitoken.Scope) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if scope == "" || callerOf(ctx.Context()).HasScope(scope) {
			next(ctx)
			return
		}
		r, w := humago.Unwrap(ctx)
		w.Header().Set("WWW-Authenticate", `Bearer realm="huimian", error="insufficient_scope", scope="`+string(scope)+`"`)
		httpapi.WriteProblem(w, r, a.Logger, apperr.New(apperr.Forbidden, "access.scope_missing", "Scope", string(scope)))
	}
}

// noStore keeps what the API says out of every cache.
func noStore(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	next(ctx)
}

// once does a request that carries an Idempotency-Key, or answers what it was
// answered before.
func (a *API) once(w http.ResponseWriter, r *http.Request, req apitoken.Request, next http.HandlerFunc) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.unreadable(w, r, err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	req.Hash = apitoken.RequestHash([]byte(r.Method), []byte(r.URL.RequestURI()), body)
	before, err := a.Access.Begin(r.Context(), req)
	switch {
	case err != nil:
		httpapi.WriteProblem(w, r, a.Logger, err)
	case before != nil:
		w.Header().Set("Idempotency-Replayed", "true")
		a.give(w, before)
	default:
		kept := &keeper{header: http.Header{}}
		next(kept, r)
		a.keep(r, req, kept.answer())
		a.give(w, kept.answer())
	}
}

// keep stores an answer that has changed something. One that has not frees the
// key, so that the request can be mended and sent again. After an error of
// ours nobody knows: the key stays taken, and says so.
func (a *API) keep(r *http.Request, req apitoken.Request, answer *apitoken.Answer) {
	ctx := context.WithoutCancel(r.Context()) // the visitor may be gone, what was done is done
	var err error
	switch {
	case answer.Status < 300:
		err = a.Access.Finish(ctx, req, answer)
	case answer.Status != http.StatusInternalServerError:
		err = a.Access.Forget(ctx, req)
	}
	if err != nil {
		a.Logger.ErrorContext(ctx, "idempotency key not kept", "requestId", httpapi.RequestID(ctx), "error", err)
	}
}

func (a *API) give(w http.ResponseWriter, answer *apitoken.Answer) {
	for name, value := range answer.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // an error is a visitor who has gone
}

func (a *API) unreadable(w http.ResponseWriter, r *http.Request, err error) {
	p := httpapi.NewProblem(r.Context(), a.Logger, apperr.New(apperr.Invalid, "request.malformed"))
	p.Status = http.StatusBadRequest
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		p = httpapi.NewProblem(r.Context(), a.Logger, apperr.New(apperr.Invalid, "request.too_large"))
		p.Status = http.StatusRequestEntityTooLarge
	}
	p.Title = http.StatusText(p.Status)
	httpapi.WriteProblem(w, r, a.Logger, p)
}

// keeper writes an answer down.
type keeper struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the headers of the answer.
func (k *keeper) Header() http.Header { return k.header }

// WriteHeader notes the status.
func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write notes a part of the body.
func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

func (k *keeper) answer() *apitoken.Answer {
	out := &apitoken.Answer{Status: k.status, Header: map[string]string{}, Body: k.body.Bytes()}
	for name := range maps.Keys(k.header) {
		out.Header[name] = k.header.Get(name)
	}
	return out
}
