// Package showmebug connects companies to ShowMeBug: it creates the rooms of
// interviews, maps members, sends written tests, and applies the reports of
// ShowMeBug. It is the only package that calls ShowMeBug. The rules of
// interviews and permissions are in package interview, for which it is a
// RoomProvider; messages are delivered by package notify.
package showmebug

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/secretbox"
	api "github.com/huimian/huimian/showmebug"
)

// providerName is the provider's in the tables.
const providerName = "showmebug"

// Config configures a Service. DB, Queue, Interviews, Box, Signer,
// PublicURL and Logger must be set.
type Config struct {
	DB         *db.DB
	Queue      *job.Queue
	Interviews *interview.Service
	Box        *secretbox.Box    // for credentials, and candidates' addresses
	Signer     *secretbox.Signer // for the pages that ShowMeBug shows in its frames
	PublicURL  string            // without a slash at the end
	Logger     *slog.Logger

	// The account that the environment gives to one company wins over what its
	// administrators have entered.
	CorpID       string
	ClientID     string
	ClientSecret api.Secret
	BaseURL      string // for every company; empty is the true service

	// Compat settles what ShowMeBug's pages leave open, for every company.
	Compat api.Compat

	// LookUpContact reads a member's contact from WeCom; empty when WeCom returns
	// none. nil disables the lookup.
	LookUpContact func(ctx context.Context, corpID, userID string) (email, mobile string, err error)
	// TokenStore and Seen are shared by replicas; nil keeps them in this process.
	TokenStore func(corpID string) api.TokenStore
	DedupStore func(corpID string) api.DedupStore

	HTTPClient *http.Client
	Now        func() time.Time
	// Sleep waits between the attempts of a call; nil uses a timer.
	Sleep func(ctx context.Context, d time.Duration) (done bool)
}

// Service connects each company to its team at ShowMeBug.
type Service struct {
	Config

	mu          sync.Mutex
	connections map[string]*connection // by company, as long as its credentials stay
}

// New returns the connection and registers its jobs with the queue.
func New(cfg Config) *Service {
	s := &Service{Config: cfg, connections: map[string]*connection{}}
	job.AddWorker(s.Queue, s.endInterview)
	job.AddWorker(s.Queue, func(ctx context.Context, args FetchResultArgs, _ job.Attempt) error { return s.fetchResult(ctx, args) })
	job.AddWorker(s.Queue, func(ctx context.Context, _ ReconcileArgs, _ job.Attempt) error { return s.enqueueReconcileJobs(ctx) })
	job.AddWorker(s.Queue, func(ctx context.Context, args ReconcileCorpArgs, _ job.Attempt) error {
		return s.reconcileCorp(ctx, args)
	})
	job.AddWorker(s.Queue, func(ctx context.Context, args PollCorpExamsArgs, _ job.Attempt) error {
		return s.pollCorpExams(ctx, args)
	})
	job.AddWorker(s.Queue, func(ctx context.Context, args PrepareSittingArgs, _ job.Attempt) error {
		return s.prepareSitting(ctx, args)
	})
	job.AddWorker(s.Queue, func(ctx context.Context, args PollSittingArgs, _ job.Attempt) error {
		return s.pollSittingByUID(ctx, args)
	})
	job.AddWorker(s.Queue, func(ctx context.Context, _ PollExamsArgs, _ job.Attempt) error { return s.enqueueExamPolls(ctx) })
	s.Queue.AddPeriodic(reconcileInterval, true, ReconcileArgs{})
	s.Queue.AddPeriodic(examPollInterval, true, PollExamsArgs{})
	return s
}

// now returns the time as the databases keep it.
func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// maxMessageLength limits the error text of ShowMeBug that is displayed, in
// characters.
const maxMessageLength = 200

// toAppError maps the error of a call to an apperr.Error: Unavailable if it may be
// temporary, a Conflict if a person must correct the cause.
func toAppError(err error) error {
	if _, ok := errors.AsType[*apperr.Error](err); ok || err == nil {
		return err
	}
	said := err.Error()
	if e, ok := errors.AsType[*api.Error](err); ok && e.Message != "" {
		said = e.Message
	}
	if r := []rune(said); len(r) > maxMessageLength {
		said = string(r[:maxMessageLength]) + "…"
	}
	switch api.ClassOf(err) {
	case api.ClassRetry, api.ClassNetwork:
		return apperr.New(apperr.Unavailable, "provider.unavailable").WithCause(err)
	case api.ClassLimit:
		return apperr.New(apperr.Unavailable, "provider.limit").WithCause(err)
	case api.ClassQuota:
		return apperr.New(apperr.Conflict, "provider.quota").WithCause(err)
	case api.ClassConfig, api.ClassConsent, api.ClassToken:
		return apperr.New(apperr.Conflict, "provider.configuration").WithCause(err)
	case api.ClassPermission:
		return apperr.New(apperr.Conflict, "provider.permission").WithCause(err)
	default:
		return apperr.New(apperr.Conflict, "provider.refused", "Error", said).WithCause(err)
	}
}

// roomFailure returns the failure with a code; nil without a code.
func roomFailure(code string, params map[string]any) *apperr.Reason {
	if code == "" {
		return nil
	}
	return &apperr.Reason{Code: code, Params: params}
}

// failureDetails returns the text id and the parameters of an error, for a row.
func failureDetails(err error) (code string, params map[string]any) {
	if err == nil {
		return "", map[string]any{}
	}
	f, ok := errors.AsType[*apperr.Error](toAppError(err))
	if !ok {
		return "provider.unavailable", map[string]any{}
	}
	if f.Params == nil {
		return f.Code, map[string]any{}
	}
	return f.Code, f.Params
}
