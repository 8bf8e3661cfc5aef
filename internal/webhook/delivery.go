package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/pagination"
)

// DeliveryState is the state of a delivery: waiting → sending → delivered or
// failed. An attempt that is to be retried returns to waiting.
type DeliveryState string

const (
	Waiting   DeliveryState = "waiting"
	Sending   DeliveryState = "sending"
	Delivered DeliveryState = "delivered"
	Failed    DeliveryState = "failed"
)

// TestType is the event type of SendTest.
const TestType = "webhook.test"

// Delivery is one event for one endpoint.
type Delivery struct {
	bun.BaseModel `bun:"table:webhook_deliveries,alias:d"`

	ID          string        `bun:",pk"`
	CorpID      string        `bun:"corp_id"`
	EndpointID  string        `bun:"endpoint_id"`
	EventID     string        `bun:"event_id"` // the receiver's webhook-id, the same at each attempt
	Type        string        `bun:"type"`
	Body        string        `bun:"body"`
	State       DeliveryState `bun:"state"`
	Status      int           `bun:"status"`     // HTTP status of the last response, 0 for none
	Response    string        `bun:"response"`   // its first kilobyte
	ErrorCode   string        `bun:"error_code"` // text id
	Error       string        `bun:"error"`
	DurationMs  int           `bun:"duration_ms"`
	CreatedAt   time.Time     `bun:"created_at"`
	AttemptedAt *time.Time    `bun:"attempted_at"`
	DeliveredAt *time.Time    `bun:"delivered_at"`

	outbox.Row
}

// DeliverArgs is the job that makes one attempt.
type DeliverArgs struct {
	CorpID     string `json:"corpId"`
	EndpointID string `json:"endpointId"`
	DeliveryID string `json:"deliveryId"`
}

func (DeliverArgs) Kind() string { return "webhook_deliver" }

func (d *Delivery) deliverArgs() DeliverArgs {
	return DeliverArgs{CorpID: d.CorpID, EndpointID: d.EndpointID, DeliveryID: d.ID}
}

// payload is the body of every request.
type payload struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // of the event
	CorpID    string    `json:"corpId"`
	SubjectID string    `json:"subjectId"`
	Actor     string    `json:"actor,omitempty"` // userid, absent for the system
	Data      any       `json:"data"`
}

// dispatchEvent creates the deliveries of an event: one for each endpoint that
// existed at its time. It is idempotent.
func (s *Service) dispatchEvent(ctx context.Context, args event.RecordedArgs, _ job.Attempt) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err := event.Get(ctx, tx, args.CorpID, args.EventID)
		if db.IsNotFound(err) {
			return job.Cancel(err) // deleted by retention
		}
		if err != nil || e.DispatchedAt != nil {
			return err
		}
		if err := tx.LockReferenced(ctx, (*Endpoint)(nil), "corp_id = ?", e.CorpID); err != nil {
			return err
		}
		var list []Endpoint
		err = tx.NewSelect().Model(&list).Where("w.corp_id = ? AND w.created_at <= ?", e.CorpID, e.CreatedAt).
			Where("w.state IN (?)", bun.List([]EndpointState{Enabled, Paused})).Order("w.id").Scan(ctx)
		if err != nil {
			return fmt.Errorf("looking for webhooks: %w", err)
		}
		p := payload{ID: e.ID, Type: e.Type, Timestamp: e.CreatedAt, CorpID: e.CorpID, SubjectID: e.SubjectID, Actor: e.Actor, Data: e.Data}
		if err := s.queueDeliveries(ctx, tx, list, p); err != nil {
			return err
		}
		_, err = tx.NewRaw("UPDATE events SET dispatched_at = ? WHERE corp_id = ? AND id = ?", s.now(), e.CorpID, e.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("marking event %s: %w", e.ID, err)
		}
		return nil
	})
}

// queueDeliveries queues a delivery to each of the endpoints that accepts the event.
func (s *Service) queueDeliveries(ctx context.Context, tx *db.Tx, list []Endpoint, p payload) (err error) {
	for n := range list {
		if !list[n].acceptsEvent(p.Type) {
			continue
		}
		target := &list[n]
		if target.State == Paused { // without the lock, a concurrent resume would miss this delivery
			if target, err = lockEndpoint(ctx, tx, p.CorpID, target.ID); err != nil {
				return err
			}
		}
		if _, err := s.queueDelivery(ctx, tx, target, p); err != nil {
			return err
		}
	}
	return nil
}

// queueDelivery stores a delivery and inserts the job of its first attempt. A
// delivery to a paused endpoint is held until the endpoint is enabled.
func (s *Service) queueDelivery(ctx context.Context, tx *db.Tx, e *Endpoint, p payload) (*Delivery, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing a webhook: %w", err)
	}
	now := s.now()
	d := &Delivery{
		ID: db.NewID(), CorpID: e.CorpID, EndpointID: e.ID, EventID: p.ID, Type: p.Type, Body: string(body),
		State: Waiting, CreatedAt: now, Row: outbox.Row{NextAttemptAt: &now},
	}
	held := e.State == Paused && p.Type != TestType
	if held {
		d.NextAttemptAt = nil
	}
	res, err := tx.NewInsert().Model(d).On("CONFLICT (endpoint_id, event_id) DO NOTHING").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("storing a delivery: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 || held {
		return d, err
	}
	return d, s.Queue.Insert(ctx, tx, d.deliverArgs(), job.SlowQueue())
}

// sweepDeliveries inserts a job for every delivery whose job is lost and
// returns their number. A held delivery has no time and is overdue once its
// endpoint is enabled.
func (s *Service) sweepDeliveries(ctx context.Context) (int, error) {
	now := s.now()
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("id", "corp_id", "endpoint_id").Where("d.state IN (?)", bun.List([]DeliveryState{Waiting, Sending})).
			WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
				return outbox.Overdue(q, now).
					WhereOr(`d.state = ? AND d.next_attempt_at IS NULL AND d.created_at <= ? AND
						EXISTS (SELECT 1 FROM webhook_endpoints AS w WHERE w.id = d.endpoint_id AND w.state = ?)`,
						Waiting, now.Add(-sweepAfter), Enabled)
			})
	}
	return outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(d *Delivery) job.Args { return d.deliverArgs() }, job.SlowQueue())
}

// DeliveryFilter selects deliveries of an endpoint.
type DeliveryFilter struct {
	pagination.Page
	State DeliveryState // "" for all
}

// Deliveries returns the deliveries of an endpoint, newest first.
func (s *Service) Deliveries(ctx context.Context, a actor.Actor, endpointID string, f DeliveryFilter) ([]Delivery, string, error) {
	if _, err := s.Get(ctx, a, endpointID); err != nil {
		return nil, "", err
	}
	list := []Delivery{}
	q := s.DB.NewSelect().Model(&list)
	f.applyTo(q, endpointID)
	if err := f.ApplyCursor(q, "d", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing deliveries: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(d Delivery) (time.Time, string) { return d.CreatedAt, d.ID })
	return list, next, nil
}

// applyTo restricts a query to deliveries of an endpoint of the actor's company.
func (f DeliveryFilter) applyTo(q *bun.SelectQuery, endpointID string) {
	q.Where("d.endpoint_id = ?", endpointID)
	if f.State != "" {
		q.Where("d.state = ?", f.State)
	}
}

// SendTest sends an event of type webhook.test, even to an endpoint that is not
// enabled, with a single attempt.
func (s *Service) SendTest(ctx context.Context, a actor.Actor, endpointID string) (*Delivery, error) {
	if err := requireEdit(a); err != nil {
		return nil, err
	}
	var d *Delivery
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockReferenced(ctx, (*Endpoint)(nil), "corp_id = ? AND id = ?", a.CorpID, endpointID); err != nil {
			return err
		}
		e, err := readEndpoint(ctx, tx, a.CorpID, endpointID)
		if err != nil {
			return err
		}
		d, err = s.queueDelivery(ctx, tx, e, payload{
			ID: db.NewID(), Type: TestType, Timestamp: s.now(), CorpID: a.CorpID, SubjectID: e.ID, Actor: a.UserID,
			Data: map[string]string{"webhookId": e.ID},
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Resend delivers an event again, with the same bytes, the same id and all
// attempts, whatever the state of its delivery.
func (s *Service) Resend(ctx context.Context, a actor.Actor, id string) (*Delivery, error) {
	if err := requireEdit(a); err != nil {
		return nil, err
	}
	var d *Delivery
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := readDelivery(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		e, err := lockEndpoint(ctx, tx, a.CorpID, found.EndpointID)
		if err != nil {
			return err
		}
		if e.State != Enabled && found.Type != TestType {
			return apperr.New(apperr.Conflict, "webhook.not_enabled")
		}
		if d, err = lockDelivery(ctx, tx, a.CorpID, id); err != nil {
			return err
		}
		if d.State == Sending {
			return apperr.New(apperr.Conflict, "webhook.is_sending")
		}
		if err := s.restartDelivery(ctx, tx, d); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "webhook.resend", id, audit.Data{"webhook": e.ID, "event": d.EventID})
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// restartDelivery makes a delivery due now with all its attempts.
func (s *Service) restartDelivery(ctx context.Context, tx *db.Tx, d *Delivery) error {
	now := s.now()
	d.Restart(now)
	d.State, d.DeliveredAt = Waiting, nil
	if err := storeDelivery(ctx, tx, d); err != nil {
		return err
	}
	return s.Queue.Insert(ctx, tx, d.deliverArgs(), job.SlowQueue())
}

// failWaitingDeliveries fails the deliveries that wait for a disabled endpoint.
func (s *Service) failWaitingDeliveries(ctx context.Context, tx *db.Tx, e *Endpoint) error {
	_, err := tx.NewUpdate().Model((*Delivery)(nil)).Set("state = ?", Failed).Set("error_code = ?", "webhook.error.disabled").
		Set("next_attempt_at = NULL").Where("corp_id = ? AND endpoint_id = ? AND state = ?", e.CorpID, e.ID, Waiting).Exec(ctx)
	if err != nil {
		return fmt.Errorf("giving up what waits for webhook %s: %w", e.ID, err)
	}
	return nil
}

// resumeDeliveries restarts the deliveries of a paused endpoint that was
// enabled: those held, and those that failed since its last success.
func (s *Service) resumeDeliveries(ctx context.Context, tx *db.Tx, e *Endpoint) error {
	since := s.now()
	if e.FailingSince != nil {
		since = *e.FailingSince
	}
	var list []Delivery
	err := tx.NewSelect().Model(&list).Where("d.corp_id = ? AND d.endpoint_id = ? AND d.type <> ?", e.CorpID, e.ID, TestType).
		Where("(d.state = ? OR (d.state = ? AND d.attempted_at >= ?))", Waiting, Failed, since).Order("d.id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("looking for what did not arrive: %w", err)
	}
	e.FailingSince = nil
	for n := range list {
		if err := s.restartDelivery(ctx, tx, &list[n]); err != nil {
			return err
		}
	}
	return nil
}

func readDelivery(ctx context.Context, q bun.IDB, corpID, id string) (*Delivery, error) {
	d := new(Delivery)
	err := q.NewSelect().Model(d).Where("d.corp_id = ? AND d.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading delivery %s: %w", id, err)
	}
	return d, nil
}

// lockDelivery reads a delivery under its lock.
func lockDelivery(ctx context.Context, tx *db.Tx, corpID, id string) (*Delivery, error) {
	if err := tx.Lock(ctx, (*Delivery)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
		return nil, err
	}
	return readDelivery(ctx, tx, corpID, id)
}

func storeDelivery(ctx context.Context, tx *db.Tx, d *Delivery) error {
	if _, err := tx.NewUpdate().Model(d).WherePK().Where("corp_id = ?", d.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing delivery %s: %w", d.ID, err)
	}
	return nil
}
