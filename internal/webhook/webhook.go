// Package webhook delivers a company's events to the URLs that its
// administrators have entered. Requests are signed according to the Standard
// Webhooks specification (https://www.standardwebhooks.com). A delivery is a
// row of the database; it is retried with backoff for about three days.
// Private addresses are refused when the connection is made. The package reads
// the events of package event and imports no other feature.
package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/secretbox"
)

// waits are the default backoff after failed attempts, as the specification recommends:
// the last attempt is about three days after the event.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	attemptTimeout = 15 * time.Second
	pauseAfter     = 3 * 24 * time.Hour // without a success, and a delivery has failed
	rotationFor    = 24 * time.Hour     // during which the old secret also signs
)

// Config configures a Service. DB, Queue, Box and Logger are required.
type Config struct {
	DB     *db.DB
	Queue  *job.Queue
	Box    *secretbox.Box // for the secrets of endpoints
	Logger *slog.Logger
	// AllowPrivate allows private addresses and plain http, for development:
	// administrators of companies can then reach the internal network.
	AllowPrivate bool
	Waits        []time.Duration // nil: the default, about three days
	Timeout      time.Duration   // of an attempt; 0 means 15 seconds
	// The ages in days at which deliveries and events are deleted; 0 keeps them.
	DeliveryDays, EventDays int
	Now                     func() time.Time

	Observe func(ctx context.Context, delivered bool, took time.Duration) // called after each attempt, if it is not nil
}

// Service manages endpoints and delivers events to them.
type Service struct {
	Config
	client *http.Client
	slots  endpointSlots
}

// New returns a service and registers its jobs.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Waits == nil {
		cfg.Waits = waits
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = attemptTimeout
	}
	s := &Service{Config: cfg, client: newHTTPClient(cfg.AllowPrivate, cfg.Timeout)}
	job.AddWorker(s.Queue, s.dispatchEvent)
	job.AddWorker(s.Queue, s.deliverOnce)
	job.AddWorker(s.Queue, s.sweepOverdue)
	job.AddWorker(s.Queue, s.deleteExpired)
	s.Queue.AddPeriodic(sweepEvery, false, SweepArgs{}) // not at the start: the waiting jobs go first
	s.Queue.AddPeriodic(retentionEvery, true, RetentionArgs{})
	return s
}

func (s *Service) now() time.Time { return db.Time(s.Now()) }

// requireEdit guards every operation: an endpoint receives the events of all
// interviews of the company.
func requireEdit(a actor.Actor) error {
	if !a.May(actor.EditWebhooks) {
		return apperr.New(apperr.Forbidden, "webhook.for_administrators")
	}
	return nil
}

// Intervals of the periodic jobs.
const (
	sweepEvery     = 30 * time.Second
	retentionEvery = time.Hour
	// sweepAfter is the age of an event without deliveries at which a sweep
	// inserts a job.
	sweepAfter = time.Minute
)

// SweepArgs is the periodic job that inserts jobs for overdue events and
// deliveries.
type SweepArgs struct{}

func (SweepArgs) Kind() string { return "webhook_sweep" }

// RetentionArgs is the periodic job that deletes expired events and deliveries.
type RetentionArgs struct{}

func (RetentionArgs) Kind() string { return "webhook_clean" }

// KindAliases returns the earlier kind of queued jobs.
func (RetentionArgs) KindAliases() []string { return []string{"webhook_forget"} }

func (s *Service) sweepOverdue(ctx context.Context, _ SweepArgs, _ job.Attempt) error {
	undispatched := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("id", "corp_id").Where("e.dispatched_at IS NULL AND e.created_at < ?", s.now().Add(-sweepAfter))
	}
	events, err := outbox.Sweep(ctx, s.DB, s.Queue, undispatched, func(e *event.Row) job.Args {
		return event.RecordedArgs{CorpID: e.CorpID, EventID: e.ID}
	})
	if err != nil {
		return fmt.Errorf("events without deliveries: %w", err)
	}
	deliveries, err := s.sweepDeliveries(ctx)
	if err != nil {
		return fmt.Errorf("overdue deliveries: %w", err)
	}
	if events+deliveries > 0 { // their jobs may merely be late, as after a restart; a second job does no harm
		s.Logger.InfoContext(ctx, "overdue webhooks get a new job", "events", events, "deliveries", deliveries)
	}
	return nil
}

func (s *Service) deleteExpired(ctx context.Context, _ RetentionArgs, _ job.Attempt) error {
	if s.DeliveryDays > 0 {
		before := s.now().AddDate(0, 0, -s.DeliveryDays)
		if _, err := s.DB.DeleteInBatches(ctx, "webhook_deliveries", "id", "created_at < ?", before); err != nil {
			return fmt.Errorf("deleting old deliveries: %w", err)
		}
	}
	if s.EventDays == 0 {
		return nil
	}
	return event.DeleteBefore(ctx, s.DB, s.now().AddDate(0, 0, -s.EventDays))
}
