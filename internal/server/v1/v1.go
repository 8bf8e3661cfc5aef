// Package v1 is the JSON API for other systems, below /api/v1: an applicant
// tracking system schedules interviews and fetches results by it. Programs ask
// with a token of package apitoken. What is here is a promise to people whom we
// do not know: an operation or a field may be added, never changed or taken
// away. Every rule is in the features, as for the pages of our own.
package v1

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Config is what an API is made from; all but Rate must be set.
type Config struct {
	Access     *apitoken.Service
	Accounts   *account.Service
	Interviews *interview.Service
	Rooms      *room.Manager
	// Events lists what happened in a company after a place in its order, as
	// event.List does.
	Events    func(ctx context.Context, corpID string, after int64, types []string, limit int) ([]event.Row, int64, error)
	PublicURL string
	Logger    *slog.Logger
	Now       func() time.Time
	// Rate bounds how much one token may ask for; the zero value is DefaultRate.
	Rate httpapi.Rate
}

// DefaultRate lets a program copy some hundred objects at once and then ten a
// second.
var DefaultRate = httpapi.Rate{PerSecond: 10, Burst: 200}

// API answers the operations of version 1.
type API struct {
	Config
	limiter *httpapi.Limiter
}

// New returns the API; Routes registers it.
func New(cfg Config) *API {
	if cfg.Rate == (httpapi.Rate{}) {
		cfg.Rate = DefaultRate
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &API{Config: cfg, limiter: httpapi.NewLimiter(cfg.Rate, cfg.Now)}
}

type contextKey int

const keyCaller contextKey = iota

// callerOf returns whoever asks. It is there in every operation.
func callerOf(ctx context.Context) *apitoken.Caller {
	c, _ := ctx.Value(keyCaller).(*apitoken.Caller)
	return c
}

// actorOf returns whoever asks, as the domain knows people.
func actorOf(ctx context.Context) actor.Actor {
	c := callerOf(ctx)
	a := c.Profile.Actor()
	a.TokenID = c.Token.ID
	return a
}

// statuses are those with which an operation may refuse, besides its own.
func statuses(method, path string) []int {
	list := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests}
	if hasParameter(path) {
		list = append(list, http.StatusNotFound)
	}
	if method != http.MethodGet {
		list = append(list, http.StatusBadRequest, http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusGone,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// member resolves how a request names somebody of the company.
func (a *API) member(ctx context.Context, path string, m MemberRef) (string, error) {
	given := 0
	for _, name := range []string{m.UserID, m.Email, m.Mobile} {
		if name != "" {
			given++
		}
	}
	if given != 1 {
		return "", apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError(path, "access.one_of", "Names", "userId, email, mobile")})
	}
	if m.UserID != "" {
		return m.UserID, nil // the domain says what is wrong with it
	}
	found, err := a.Accounts.FindMember(ctx, callerOf(ctx).Profile.CorpID, account.Contact{Email: m.Email, Mobile: m.Mobile})
	if apperr.KindOf(err) == apperr.NotFound {
		return "", apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError(path, "account.no_such_contact")})
	}
	return found.UserID, err
}

// members is member for a list.
func (a *API) members(ctx context.Context, path string, list []MemberRef) ([]string, error) {
	ids := make([]string, 0, len(list))
	for n, m := range list {
		id, err := a.member(ctx, fmt.Sprintf("%s[%d]", path, n), m)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
