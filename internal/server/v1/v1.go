// Package v1 is the JSON API for other systems, below /api/v1: an applicant
// tracking system schedules interviews and fetches results with it. Callers
// authenticate with a token of package apitoken. The API is stable: operations
// and fields may be added, never changed or removed. Every rule is in the
// features, as for our own pages.
package v1

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/transcript"
)

// Config configures an API; all fields but Rate and Now are required.
type Config struct {
	Tokens    *apitoken.Service
	Accounts  *account.Service
	Questions *question.Service
	// QuestionFiles exports and imports questions.
	QuestionFiles *exchange.Service
	Positions     *position.Service
	Candidates    *candidate.Service
	Scorecards    *scorecard.Service
	Interviews    *interview.Service
	Approvals     *approval.Service
	DecisionMails *decisionmail.Service
	Erasures      *erasure.Service
	Audit         *audit.Service
	// Availability is the working time of members.
	Availability *availability.Service
	// Pools are the interviewers of positions.
	Pools *pool.Service
	// Bookings are the slots that are offered to candidates.
	Bookings *booking.Service
	Rooms    *room.Manager
	// Transcripts exports the sealed logs of rooms.
	Transcripts *transcript.Service
	// Events lists the events of a company after a sequence number, as event.List
	// does.
	Events    func(ctx context.Context, corpID string, after int64, types []string, limit int) ([]event.Row, int64, error)
	PublicURL string
	Logger    *slog.Logger
	Now       func() time.Time
	// Rate is the rate limit of one token; the zero value means DefaultRate.
	Rate httpapi.Rate
}

// DefaultRate allows bursts of 200 requests and 10 requests a second.
var DefaultRate = httpapi.Rate{PerSecond: 10, Burst: 200}

// API implements the operations of version 1.
type API struct {
	Config
	limiter *httpapi.Limiter
	// openAPIDocument caches the document: generating it takes some milliseconds.
	openAPIDocument func() ([]byte, error)
}

// New returns the API; Routes registers it.
func New(cfg Config) *API {
	if cfg.Rate == (httpapi.Rate{}) {
		cfg.Rate = DefaultRate
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &API{
		Config: cfg, limiter: httpapi.NewLimiter(cfg.Rate, cfg.Now),
		openAPIDocument: sync.OnceValues(func() ([]byte, error) { return OpenAPI(cfg.Interviews.RoomProviders) }),
	}
}

type contextKey int

const (
	keyCaller  contextKey = iota
	keyRequest            // *apitoken.Request, of a request with an Idempotency-Key
)

// callerOf returns the caller. It is set in every operation.
func callerOf(ctx context.Context) *apitoken.Caller {
	c, _ := ctx.Value(keyCaller).(*apitoken.Caller)
	return c
}

// actorOf returns the caller as an actor of the domain, with the token's id.
func actorOf(ctx context.Context) actor.Actor { return callerOf(ctx).Actor() }

// errorStatuses returns the error statuses common to operations of the method and
// path.
func errorStatuses(method, path string) []int {
	list := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests}
	if strings.Contains(path, "{") {
		list = append(list, http.StatusNotFound)
	}
	if method != http.MethodGet {
		list = append(list, http.StatusBadRequest, http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusGone,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// resolveMember returns the user id of the member that a request refers to.
func (a *API) resolveMember(ctx context.Context, path string, m MemberRef) (string, error) {
	given := 0
	for _, name := range []string{m.UserID, m.Email, m.Mobile} {
		if name != "" {
			given++
		}
	}
	if given != 1 {
		return "", apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError(path, "api.one_of", "Names", "userId, email, mobile")})
	}
	if m.UserID != "" {
		return m.UserID, nil // the domain validates it
	}
	found, err := a.Accounts.FindMember(ctx, callerOf(ctx).Profile.CorpID, account.Contact{Email: m.Email, Mobile: m.Mobile})
	if apperr.KindOf(err) == apperr.NotFound {
		return "", apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError(path, "account.no_such_contact")})
	}
	return found.UserID, err
}

// resolveMembers is like resolveMember for a list.
func (a *API) resolveMembers(ctx context.Context, path string, list []MemberRef) ([]string, error) {
	ids := make([]string, 0, len(list))
	for n, m := range list {
		id, err := a.resolveMember(ctx, fmt.Sprintf("%s[%d]", path, n), m)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
