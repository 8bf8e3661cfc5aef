// Package webhook sends what happens in a company to addresses that its
// administrators have entered, signed after the Standard Webhooks
// specification (https://www.standardwebhooks.com). Every delivery is a row
// that is tried until it arrives or some three days are over; nothing is sent
// to addresses inside the network. It reads events and knows no other feature.
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

// waits are how long a delivery waits after each attempt that failed: the
// ladder that the specification recommends. The attempt after the last is the
// last one, some three days after the event.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// Other times.
const (
	attemptTimeout = 15 * time.Second
	pauseAfter     = 3 * 24 * time.Hour // without a success, once a delivery is given up
	rotationFor    = 24 * time.Hour     // the secret before signs too
	keepDeliveries = 30 * 24 * time.Hour
	keepEvents     = 90 * 24 * time.Hour
)

// Config is what a Service is made from. DB, Queue, Box and Logger must be set.
type Config struct {
	DB     *db.DB
	Queue  *job.Queue
	Box    *secretbox.Box // for the secrets of endpoints
	Logger *slog.Logger
	// AllowPrivate lets deliveries go to any address, and by plain http: for
	// development. Whoever may enter an address then reaches the inside of the
	// network.
	AllowPrivate bool
	Waits        []time.Duration // nil: the ladder of three days
	Timeout      time.Duration   // of an attempt; 0: 15 seconds
	Now          func() time.Time
}

// Service keeps endpoints and delivers to them.
type Service struct {
	Config
	client *http.Client
	slots  endpointSlots
}

// New returns a service and registers its jobs with the queue.
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
	job.Work(s.Queue, s.dispatch)
	job.Work(s.Queue, s.deliverOnce)
	job.Work(s.Queue, s.sweepOverdue)
	job.Work(s.Queue, s.deleteExpired)
	s.Queue.Every(sweepEvery, false, SweepArgs{}) // at the start the jobs that are there go first
	s.Queue.Every(retentionEvery, true, RetentionArgs{})
	return s
}

func (s *Service) now() time.Time { return db.Time(s.Now()) }

// mayManage is asked before everything: an address that hears of all
// interviews of the company is for its administrators.
func mayManage(a actor.Actor) error {
	if !a.Roles.HasAny(actor.Administrator) {
		return apperr.New(apperr.Forbidden, "webhook.for_administrators")
	}
	return nil
}

func errNotFound() error { return apperr.New(apperr.NotFound, "fault.not_found") }

// How often it is looked for what was left behind, and for what is too old.
const (
	sweepEvery     = 30 * time.Second
	retentionEvery = time.Hour
	// sweepAfter leaves the ordinary job its time before the sweep makes another.
	sweepAfter = time.Minute
)

// SweepArgs is the job that gives events and deliveries whose job was lost a
// new one.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "webhook_sweep" }

// RetentionArgs is the job that deletes what is too old.
type RetentionArgs struct{}

// Kind names the job.
func (RetentionArgs) Kind() string { return "webhook_forget" }

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
	if events+deliveries > 0 { // the jobs may only be late, as after a stop; a second one does no harm
		s.Logger.InfoContext(ctx, "overdue webhooks get a new job", "events", events, "deliveries", deliveries)
	}
	return nil
}

func (s *Service) deleteExpired(ctx context.Context, _ RetentionArgs, _ job.Attempt) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("DELETE FROM webhook_deliveries WHERE created_at < ?", s.now().Add(-keepDeliveries)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("deleting old deliveries: %w", err)
		}
		return event.Forget(ctx, tx, s.now().Add(-keepEvents))
	})
}
