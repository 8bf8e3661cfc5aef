package webhook

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
)

// PausedArgs is the job that notifies the administrators of a paused endpoint,
// in package notify.
type PausedArgs struct {
	CorpID     string `json:"corpId"`
	EndpointID string `json:"endpointId"`
}

func (PausedArgs) Kind() string { return "webhook_paused" }

// PausedHost returns the host of a paused endpoint, "" when it is no longer
// paused. The rest of the URL may be a secret.
func PausedHost(ctx context.Context, q bun.IDB, args PausedArgs) (string, error) {
	e, err := readEndpoint(ctx, q, args.CorpID, args.EndpointID)
	if apperr.KindOf(err) == apperr.NotFound || err == nil && e.State != Paused {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return e.hostName(), nil
}

// storeOutcome stores the result of an attempt and inserts the job of the next
// one.
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
		if o.isDelivered() {
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
		return job.Cancel(err) // the endpoint was deleted
	}
	return err
}

// storeFailure decides whether a delivery is retried and whether its endpoint
// is paused.
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
	if !long && o.code != "webhook.error.gone" { // 410 Gone: the receiver has unsubscribed
		return nil
	}
	e.State, e.PausedAt = Paused, &now
	return s.Queue.Insert(ctx, tx, PausedArgs{CorpID: e.CorpID, EndpointID: e.ID})
}

// failingLimit returns the time for which an endpoint may fail before it is paused: the
// duration of all retries of one delivery, at most three days.
func (s *Service) failingLimit() time.Duration {
	var sum time.Duration
	for _, w := range s.Waits {
		sum += w
	}
	return min(sum, pauseAfter)
}

// scheduleRetry makes a delivery due at a time and inserts its job.
func (s *Service) scheduleRetry(ctx context.Context, tx *db.Tx, d *Delivery, at time.Time) error {
	d.Retry(at)
	d.State = Waiting
	return s.Queue.Insert(ctx, tx, d.deliverArgs(), job.SlowQueue(), job.RunAt(at))
}
