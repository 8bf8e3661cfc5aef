package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
)

func TestDeliveryByEventType(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		all, secret := f.createEndpoint("/all")
		some, _ := f.createEndpoint("/some", event.CandidateCreated)
		id := f.recordEvent(event.CandidateCreated, "c1")
		f.recordEvent(event.PositionCreated, "p1")
		f.waitForDeliveries(all, Delivered, 2)
		f.waitForDeliveries(some, Delivered, 1)

		q := f.receiver.requestsTo("/some")[0]
		var body struct {
			ID, Type, CorpID, Actor string
			Timestamp               time.Time
			Data                    map[string]string
		}
		if err := json.Unmarshal(q.body, &body); err != nil {
			t.Fatal(err)
		}
		if body.ID != id || body.Type != event.CandidateCreated || body.CorpID != "acme" || body.Actor != "rosa" ||
			body.Timestamp.IsZero() || body.Data["candidateId"] != "c1" {
			t.Errorf("body %s", q.body)
		}
		if q.header.Get("Webhook-Id") != id || q.header.Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", q.header)
		}
		for _, q := range f.receiver.requestsTo("/all") {
			if err := verifySignature(t, secret, q); err != nil {
				t.Error(err)
			}
		}
		d := f.listDeliveries(some)[0]
		if d.Status != http.StatusOK || d.Response != "thanks" || d.Attempts != 1 || d.DeliveredAt == nil {
			t.Errorf("delivery %+v", d)
		}
	})
}

func TestSecretEncryptionAndRotation(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		e, first := f.createEndpoint("/")
		if !strings.HasPrefix(first, "whsec_") || len(first) != len("whsec_")+44 {
			t.Errorf("secret %q", first)
		}
		var stored []byte
		if err := f.DB.NewRaw("SELECT secret FROM webhook_endpoints WHERE id = ?", e.ID).Scan(f.ctx, &stored); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(stored), first) || strings.Contains(string(stored), first[6:]) {
			t.Error("the secret can be read in the database")
		}
		_, second, err := f.Rotate(f.ctx, f.admin, e.ID)
		if err != nil || second == first {
			t.Fatal(second, err)
		}
		f.recordEvent(event.CandidateCreated, "c1")
		f.waitForDeliveries(e, Delivered, 1)
		q := f.receiver.requestsTo("/")[0]
		for _, secret := range []string{first, second} {
			if err := verifySignature(t, secret, q); err != nil {
				t.Errorf("during the rotation: %v", err)
			}
		}
		f.inTx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE webhook_endpoints SET old_secret_until = ?", f.now().Add(-time.Second)).Exec(ctx)
			return err
		})
		f.recordEvent(event.CandidateCreated, "c2")
		f.waitForDeliveries(e, Delivered, 2)
		q = f.receiver.requestsTo("/")[1]
		if err := verifySignature(t, second, q); err != nil {
			t.Error(err)
		}
		if err := verifySignature(t, first, q); err == nil {
			t.Error("the old secret signs after the rotation period")
		}
	})
}

func (f *fixture) inTx(fn func(ctx context.Context, tx *db.Tx) error) {
	f.t.Helper()
	if err := f.DB.InTx(f.ctx, fn); err != nil {
		f.t.Fatal(err)
	}
}

// A receiver that rejects requests, hangs, drops connections and recovers receives
// every event, each under one id.
func TestRetryUntilDelivered(t *testing.T) {
	t.Parallel() // waits for retries
	runOnBoth(t, func(t *testing.T, f *fixture) {
		e, secret := f.createEndpoint("/")
		var want []string
		for round, trouble := range []http.HandlerFunc{
			respondWithStatus(http.StatusInternalServerError), blockUntilCancelled, respondWithStatus(http.StatusFound),
			func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		} {
			f.receiver.setHandler(trouble)
			before := len(f.receiver.requestsTo("/"))
			for n := range 5 {
				want = append(want, f.recordEvent(event.CandidateChanged, fmt.Sprint(round, n)))
			}
			f.waitUntil("an attempt that fails", func() bool { return len(f.receiver.requestsTo("/")) > before+3 })
		}
		f.receiver.setHandler(respondWithStatus(http.StatusNoContent))
		f.waitForDeliveries(e, Delivered, len(want))

		seen := map[string]bool{}
		for _, q := range f.receiver.requestsTo("/") {
			seen[q.header.Get("Webhook-Id")] = true
			if err := verifySignature(t, secret, q); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range want {
			if !seen[id] {
				t.Errorf("event %s is missing", id)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("%d ids for %d events", len(seen), len(want))
		}
		got, err := f.Get(f.ctx, f.admin, e.ID)
		if err != nil || got.FailingSince != nil || got.State != Enabled {
			t.Errorf("endpoint %+v, %v", got, err)
		}
	})
}

// A crashed process left an event without deliveries, a waiting delivery without a
// job, and a delivery whose attempt has not finished.
func TestSweepResumesAbandonedDeliveries(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		var ids []string
		for n := range 3 {
			ids = append(ids, f.recordEvent(event.CandidateCreated, fmt.Sprint("c", n)))
		}
		for _, id := range ids[1:] {
			if err := f.dispatchEvent(f.ctx, event.RecordedArgs{CorpID: "acme", EventID: id}, job.Attempt{}); err != nil {
				t.Fatal(err)
			}
		}
		dying := f.listDeliveries(e)[0].deliverArgs()
		if d, _, err := f.claimDelivery(f.ctx, dying); err != nil || d == nil {
			t.Fatal(d, err)
		}
		long := db.Now().Add(-time.Hour)
		f.inTx(func(ctx context.Context, tx *db.Tx) error { // an hour passes, and every job is lost
			for _, q := range []string{
				"UPDATE events SET created_at = ?", "UPDATE webhook_endpoints SET created_at = ?",
				"UPDATE webhook_deliveries SET claimed_at = ? WHERE claimed_at IS NOT NULL",
				"UPDATE webhook_deliveries SET next_attempt_at = ? WHERE next_attempt_at IS NOT NULL",
			} {
				if _, err := tx.NewRaw(q, long).Exec(ctx); err != nil {
					return err
				}
			}
			_, err := tx.NewRaw("DELETE FROM river_job").Exec(ctx)
			return err
		})
		f.Service = startService(t, d, setShortBackoff)
		f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.Queue.Insert(ctx, tx, SweepArgs{}) })
		f.waitForDeliveries(e, Delivered, 3)
		if n := len(f.receiver.requestsTo("/")); n != 3 {
			t.Errorf("%d requests for 3 events", n)
		}
	})
}

func TestConcurrentJobsMakeOneAttempt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		args := event.RecordedArgs{CorpID: "acme", EventID: f.recordEvent(event.CandidateCreated, "c1")}
		for range 2 {
			if err := f.dispatchEvent(f.ctx, args, job.Attempt{}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(f.listDeliveries(e)); n != 1 {
			t.Fatalf("%d deliveries", n)
		}
		for range 3 {
			if err := f.deliverOnce(f.ctx, f.listDeliveries(e)[0].deliverArgs(), job.Attempt{}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(f.receiver.requestsTo("/")); n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

// An endpoint whose deliveries fail for days is paused; undelivered events are
// sent once it is enabled again.
func TestPauseAndResume(t *testing.T) {
	t.Parallel() // waits for retries
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, func(c *Config) { c.Waits = []time.Duration{time.Millisecond, time.Millisecond} })
		f.receiver.setHandler(respondWithStatus(http.StatusBadGateway))
		e, _ := f.createEndpoint("/")
		f.recordEvent(event.CandidateCreated, "c1")
		f.waitUntil("the pause", func() bool {
			got, err := f.Get(f.ctx, f.admin, e.ID)
			return err == nil && got.State == Paused && got.PausedAt != nil && got.FailingSince != nil
		})
		f.waitForDeliveries(e, Failed, 1)
		last := f.listDeliveries(e)[0]
		if last.Attempts != 3 || last.Status != http.StatusBadGateway || last.ErrorCode != "webhook.error.status" || last.Response != "Bad Gateway" {
			t.Errorf("failed delivery %+v", last)
		}
		if n, err := f.DB.NewSelect().TableExpr("river_job").Where("kind = ?", PausedArgs{}.Kind()).Count(f.ctx); err != nil || n != 1 {
			t.Errorf("%d jobs notify the administrators: %v", n, err)
		}
		before := len(f.receiver.requestsTo("/"))
		f.recordEvent(event.CandidateCreated, "c2")
		f.waitForDeliveries(e, Waiting, 1)
		_, err := f.Resend(f.ctx, f.admin, last.ID)
		apperrtest.Check(t, err, apperr.Conflict, "webhook.not_enabled")
		f.receiver.setHandler(respondWithStatus(http.StatusOK))
		if _, err := f.Update(f.ctx, f.admin, e.ID, 0, func(in *Input) { in.Description = "still paused" }); err != nil {
			t.Fatal(err)
		}
		if n := len(f.receiver.requestsTo("/")); n != before {
			t.Errorf("%d requests to a paused endpoint", n-before)
		}
		if _, err := f.Update(f.ctx, f.admin, e.ID, 0, func(in *Input) { in.State = Enabled }); err != nil {
			t.Fatal(err)
		}
		f.waitForDeliveries(e, Delivered, 2)
	})
}

// An endpoint that is enabled while an event is being distributed receives that
// event too: held deliveries become due.
func TestResumeDeliversEverything(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		f.setState(e, Paused)
		args := event.RecordedArgs{CorpID: "acme", EventID: f.recordEvent(event.CandidateCreated, "c1")}
		if err := f.dispatchEvent(f.ctx, args, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		f.setState(e, Enabled)
		if err := f.deliverOnce(f.ctx, f.listDeliveries(e)[0].deliverArgs(), job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if got := f.listDeliveries(e)[0].State; got != Delivered {
			t.Errorf("%s", got)
		}

		f.setState(e, Paused)
		args.EventID = f.recordEvent(event.CandidateCreated, "c2")
		if err := f.dispatchEvent(f.ctx, args, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		f.Now = func() time.Time { return time.Now().Add(time.Hour) }
		if n, err := f.sweepDeliveries(f.ctx); err != nil || n != 0 {
			t.Errorf("%d overdue while the endpoint is paused: %v", n, err)
		}
		f.setState(e, Enabled)
		if n, err := f.sweepDeliveries(f.ctx); err != nil || n != 1 {
			t.Errorf("%d overdue once the endpoint is enabled: %v", n, err)
		}
	})
}

// setState changes only the row, as a concurrent transaction would.
func (f *fixture) setState(e *Endpoint, state EndpointState) {
	f.t.Helper()
	f.inTx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE webhook_endpoints SET state = ? WHERE id = ?", state, e.ID).Exec(ctx)
		return err
	})
}

func TestDisableFailsWaitingDeliveries(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		f.setState(e, Paused)
		args := event.RecordedArgs{CorpID: "acme", EventID: f.recordEvent(event.CandidateCreated, "c1")}
		if err := f.dispatchEvent(f.ctx, args, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Update(f.ctx, f.admin, e.ID, 0, func(in *Input) { in.State = Disabled }); err != nil {
			t.Fatal(err)
		}
		if got := f.listDeliveries(e)[0]; got.State != Failed || got.ErrorCode != "webhook.error.disabled" {
			t.Errorf("%+v", got)
		}
	})
}

func TestResponseGoneDisablesEndpoint(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, f *fixture) {
		f.receiver.setHandler(respondWithStatus(http.StatusGone))
		e, _ := f.createEndpoint("/")
		f.recordEvent(event.CandidateCreated, "c1")
		f.waitUntil("the pause", func() bool {
			got, err := f.Get(f.ctx, f.admin, e.ID)
			return err == nil && got.State == Paused
		})
		f.waitForDeliveries(e, Waiting, 1) // it is not lost
	})
}

func TestSendTestAndResend(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		e, secret := f.createEndpoint("/")
		if _, err := f.Update(f.ctx, f.admin, e.ID, 0, func(in *Input) { in.State = Disabled }); err != nil {
			t.Fatal(err)
		}
		d, err := f.SendTest(f.ctx, f.admin, e.ID)
		if err != nil || d.Type != TestType {
			t.Fatal(d, err)
		}
		f.waitForDeliveries(e, Delivered, 1)
		if err := verifySignature(t, secret, f.receiver.requestsTo("/")[0]); err != nil {
			t.Error(err)
		}
		f.receiver.setHandler(respondWithStatus(http.StatusTeapot))
		if _, err := f.SendTest(f.ctx, f.admin, e.ID); err != nil {
			t.Fatal(err)
		}
		f.waitForDeliveries(e, Failed, 1)
		if n := len(f.receiver.requestsTo("/")); n != 2 {
			t.Errorf("%d attempts of two tests", n)
		}
		again, err := f.Resend(f.ctx, f.admin, d.ID)
		if err != nil || again.State != Waiting {
			t.Fatal(again, err)
		}
		f.waitUntil("the same again", func() bool { return len(f.receiver.requestsTo("/")) == 3 })
		got := f.receiver.requestsTo("/")
		if string(got[2].body) != string(got[0].body) || got[2].header.Get("Webhook-Id") != d.EventID {
			t.Errorf("resent %s as %s", got[2].body, got[2].header.Get("Webhook-Id"))
		}
	})
}

func TestDisabledEndpointReceivesNothing(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		off, _ := f.createEndpoint("/off")
		on, _ := f.createEndpoint("/on")
		if _, err := f.Update(f.ctx, f.admin, off.ID, 0, func(in *Input) { in.State = Disabled }); err != nil {
			t.Fatal(err)
		}
		f.recordEvent(event.CandidateCreated, "c1")
		f.waitForDeliveries(on, Delivered, 1)
		if n := len(f.listDeliveries(off)); n != 0 {
			t.Errorf("%d deliveries", n)
		}
		late, _ := f.createEndpoint("/late")
		if n := len(f.listDeliveries(late)); n != 0 {
			t.Errorf("a new endpoint receives %d earlier events", n)
		}
	})
}

func TestAuthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		e, _ := f.createEndpoint("/")
		d, err := f.SendTest(f.ctx, f.admin, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		recruiter := actor.WithoutRoles("acme", "rosa")
		stranger := actor.ForMember("other", "eve", actor.Administrator)
		for name, call := range map[string]func(a actor.Actor) error{
			"get":        func(a actor.Actor) error { _, err := f.Get(f.ctx, a, e.ID); return err },
			"update":     func(a actor.Actor) error { _, err := f.Update(f.ctx, a, e.ID, 0, func(*Input) {}); return err },
			"rotate":     func(a actor.Actor) error { _, _, err := f.Rotate(f.ctx, a, e.ID); return err },
			"deliveries": func(a actor.Actor) error { _, _, err := f.Deliveries(f.ctx, a, e.ID, DeliveryFilter{}); return err },
			"test":       func(a actor.Actor) error { _, err := f.SendTest(f.ctx, a, e.ID); return err },
			"resend":     func(a actor.Actor) error { _, err := f.Resend(f.ctx, a, d.ID); return err },
			"delete":     func(a actor.Actor) error { return f.Delete(f.ctx, a, e.ID) },
		} {
			t.Run(name, func(t *testing.T) {
				apperrtest.Check(t, call(recruiter), apperr.Forbidden, "webhook.for_administrators")
				apperrtest.CheckKind(t, call(stranger), apperr.NotFound)
			})
		}
		if list, err := f.List(f.ctx, stranger); err != nil || len(list) != 0 {
			t.Errorf("another company lists %v, %v", list, err)
		}
		if err := f.Delete(f.ctx, f.admin, e.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestInputValidation(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d, func(c *Config) { c.AllowPrivate = false })
		admin := actor.ForMember("acme", "ada", actor.Administrator)
		for url, want := range map[string]string{
			"": "field.required", "https://": "webhook.bad_url", "ftp://example.com": "field.not_https", "http://example.com/": "field.not_https",
			"https://user:pass@example.com/": "webhook.bad_url", "https://example.com/#x": "webhook.bad_url", "https://exa mple.com": "webhook.bad_url",
			"https://127.0.0.1/": "webhook.not_public", "https://[::1]/": "webhook.not_public", "https://10.0.0.1:8443/x": "webhook.not_public",
			"https://example.com/" + strings.Repeat("x", 2000): "field.too_long", "https://example.com/hooks?key=1": "",
		} {
			_, _, err := s.Create(t.Context(), admin, Input{URL: url, State: Enabled})
			if want == "" {
				apperrtest.CheckFields(t, err)
			} else {
				apperrtest.CheckFields(t, err, "url: "+want)
			}
		}
		_, _, err := s.Create(t.Context(), admin, Input{URL: "https://example.com", State: Paused, EventTypes: []string{"no.such"}, Description: strings.Repeat("长", 201)})
		apperrtest.CheckFields(t, err, "eventTypes[0]: field.not_one_of", "state: field.not_one_of", "description: field.too_long")
		for range maxEndpoints - 1 {
			if _, _, err := s.Create(t.Context(), admin, Input{URL: "https://example.com", State: Enabled}); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err = s.Create(t.Context(), admin, Input{URL: "https://example.com", State: Enabled})
		apperrtest.Check(t, err, apperr.Conflict, "webhook.too_many")
	})
}

// All retries together take about three days.
func TestDefaultBackoff(t *testing.T) {
	var sum time.Duration
	for n, wait := range waits {
		sum += wait
		if n > 0 && wait <= waits[n-1] {
			t.Errorf("wait %d does not grow", n)
		}
	}
	if sum < 72*time.Hour || sum > 84*time.Hour {
		t.Errorf("all retries together take %s", sum)
	}
	s := &Service{Config: Config{Waits: waits}}
	if w, again := s.nextWait(&Delivery{Row: outbox.Row{Attempts: 1}}, outcome{retryAfter: time.Hour}); !again || w != time.Hour {
		t.Errorf("Retry-After is ignored: wait %s", w)
	}
	if _, again := s.nextWait(&Delivery{Row: outbox.Row{Attempts: len(waits) + 1}}, outcome{}); again {
		t.Error("retries do not end")
	}
}

func TestRetryAfterOfReceiver(t *testing.T) {
	now := clocktest.Noon()
	for value, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, now.Add(2 * time.Hour).Format(http.TimeFormat): 2 * time.Hour,
		now.Add(-time.Hour).Format(http.TimeFormat): 0, "99999999": longestWait, "soon": 0,
	} {
		res := &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {value}}}
		if got := classifyResponse(res, now).retryAfter; got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

// A URL that was stored while private addresses were allowed, or a host name that
// now resolves to a private address.
func TestPrivateAddressRefusedOnSend(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		if _, err := f.SendTest(f.ctx, f.admin, e.ID); err != nil {
			t.Fatal(err)
		}
		f.Service = newService(t, d, func(c *Config) { c.AllowPrivate = false })
		if err := f.deliverOnce(f.ctx, f.listDeliveries(e)[0].deliverArgs(), job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if got := f.listDeliveries(e)[0]; got.State != Failed || got.ErrorCode != "webhook.error.address" || len(f.receiver.requestsTo("/")) > 0 {
			t.Errorf("delivery %+v", got)
		}
	})
}

// newIdleFixture returns a fixture in which no job runs.
func newIdleFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	return &fixture{
		Service: newService(t, d), t: t, ctx: t.Context(), receiver: newReceiver(t),
		admin: actor.ForMember("acme", "ada", actor.Administrator),
	}
}

// A webhook is deleted while an event is sent to it.
func TestDeliveryDuringDeletion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := &fixture{t: t, ctx: t.Context(), receiver: newReceiver(t), admin: actor.ForMember("acme", "ada", actor.Administrator)}
		f.Service = newService(t, d)
		for name, create := range map[string]func(e *Endpoint) error{
			"test": func(e *Endpoint) error {
				_, err := f.SendTest(f.ctx, f.admin, e.ID)
				if !apperr.IsNotFound(err) {
					return fmt.Errorf("sent to a deleted webhook: %w", err)
				}
				return nil
			},
			"event": func(*Endpoint) error {
				return f.dispatchEvent(f.ctx, event.RecordedArgs{CorpID: "acme", EventID: f.recordEvent(event.CandidateCreated, "c1")}, job.Attempt{})
			},
		} {
			e, _ := f.createEndpoint("/" + name)
			deletion := func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewDelete().Model(e).WherePK().Exec(ctx)
				return err
			}
			if _, err := dbtest.RunWhileOpen(t, d, deletion, func() error { return create(e) }); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Deliveries are listed by their time, not by their ids.
func TestPagesOfDeliveries(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		var want []string
		for n := range 5 {
			id := fmt.Sprintf("%d", 9-n) // the order of the ids is not that of the times
			want = append([]string{id}, want...)
			f.inTx(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewInsert().Model(&Delivery{
					ID: id, CorpID: "acme", EndpointID: e.ID, EventID: id, State: Failed, CreatedAt: db.Time(clocktest.Noon().Add(time.Duration(n) * time.Minute)),
				}).Exec(ctx)
				return err
			})
		}
		for _, filter := range []DeliveryFilter{{}, {State: Failed}} {
			filter.Limit = 2
			var got []string
			for more := true; more; more = filter.Cursor != "" {
				list, next, err := f.Deliveries(f.ctx, f.admin, e.ID, filter)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range list {
					got = append(got, d.ID)
				}
				filter.Cursor = next
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %v, want %v", filter, got, want)
			}
		}
	})
}

// A list of deliveries is read in the order of an index of their endpoint.
func TestDeliveriesUseIndexes(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	for f, index := range map[DeliveryFilter]string{{}: "webhook_deliveries_log (endpoint_id=?)", {State: Failed}: "webhook_deliveries_state (endpoint_id=? AND state=?)"} {
		q := d.NewSelect().Model((*Delivery)(nil))
		f.applyTo(q, "e")
		if err := f.ApplyCursor(q, "d", "created_at", true); err != nil {
			t.Fatal(err)
		}
		var steps []struct {
			ID, Parent, Notused int64
			Detail              string
		}
		if err := d.NewRaw("EXPLAIN QUERY PLAN "+q.String()).Scan(t.Context(), &steps); err != nil {
			t.Fatal(err)
		}
		if len(steps) != 1 || !strings.HasSuffix(steps[0].Detail, index) { // a second step would sort
			t.Errorf("%+v: %+v", f, steps)
		}
	}
}
