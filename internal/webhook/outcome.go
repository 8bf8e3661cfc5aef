package webhook

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// PausedArgs is the job to tell the administrators that an endpoint is paused;
// package notify does it.
type PausedArgs struct {
	CorpID     string `json:"corpId"`
	EndpointID string `json:"endpointId"`
}

// Kind names the job.
func (PausedArgs) Kind() string { return "webhook_paused" }

// PausedHost returns the host of an endpoint that is paused, "" when it is not
// any more. The rest of its address is often a secret.
func PausedHost(ctx context.Context, q bun.IDB, args PausedArgs) (string, error) {
	e, err := readEndpoint(ctx, q, args.CorpID, args.EndpointID)
	if apperr.KindOf(err) == apperr.NotFound || err == nil && e.State != Paused {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return e.host(), nil
}

// storeOutcome stores what became of an attempt, together with the job of the next.
func (s *Service) storeOutcome(ctx context.Context, args DeliverArgs, o outcome) error {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err := lockEndpoint(ctx, tx, args.CorpID, args.EndpointID)
		if err != nil {
			return err
		}
		d, err := lockDelivery(ctx, tx, args.CorpID, args.DeliveryID)
		if err != nil || d.State != Sending {
			return err
		}
		d.Status, d.Response, d.ErrorCode, d.Error = o.status, o.response, o.code, o.err
		d.DurationMs = int(o.took.Milliseconds())
		now := s.now()
		d.Finish()
		if o.ok() {
			d.State, d.DeliveredAt = Delivered, &now
			e.FailingSince = nil
		} else if o.code == codeStopped {
			d.Attempts--
			if err := s.scheduleRetry(ctx, tx, d, now); err != nil {
				return err
			}
		} else if err := s.storeFailure(ctx, tx, e, d, o, now); err != nil {
			return err
		}
		if err := storeDelivery(ctx, tx, d); err != nil {
			return err
		}
		return storeEndpoint(ctx, tx, e)
	})
	if apperr.KindOf(err) == apperr.NotFound {
		return job.Cancel(err) // deleted meanwhile
	}
	return err
}

// storeFailure decides whether a delivery is tried again, and whether its endpoint
// has failed for too long.
func (s *Service) storeFailure(ctx context.Context, tx *db.Tx, e *Endpoint, d *Delivery, o outcome, now time.Time) error {
	if d.Type != TestType && e.FailingSince == nil {
		e.FailingSince = d.AttemptedAt
	}
	s.Logger.WarnContext(ctx, "webhook not delivered", "webhook", e.ID, "delivery", d.ID, "attempt", d.Attempts,
		"status", o.status, "code", o.code, "error", o.err)
	wait, again := s.nextWait(d, o)
	if again {
		if err := s.scheduleRetry(ctx, tx, d, now.Add(wait)); err != nil {
			return err
		}
	} else {
		d.State = Failed
	}
	if d.Type == TestType || e.State != Enabled {
		return nil
	}
	long := !again && now.Sub(*e.FailingSince) >= s.failingLimit()
	if !long && o.code != "webhook.error.gone" { // 410: the receiver wants no more
		return nil
	}
	e.State, e.PausedAt = Paused, &now
	return s.Queue.Insert(ctx, tx, PausedArgs{CorpID: e.CorpID, EndpointID: e.ID})
}

// failingLimit is the time that a whole ladder takes: an endpoint that let none
// of it through is not there any more.
func (s *Service) failingLimit() time.Duration {
	var sum time.Duration
	for _, w := range s.Waits {
		sum += w
	}
	return min(sum, pauseAfter)
}

// scheduleRetry makes a delivery wait for its next attempt.
func (s *Service) scheduleRetry(ctx context.Context, tx *db.Tx, d *Delivery, at time.Time) error {
	d.Retry(at)
	d.State = Waiting
	return s.Queue.Insert(ctx, tx, d.args(), job.Patient(), job.At(at))
}
