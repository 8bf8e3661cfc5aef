package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
)

func TestAnEventReachesWhoWantsIt(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		all, secret := w.hook("/all")
		some, _ := w.hook("/some", event.CandidateCreated)
		id := w.happen(event.CandidateCreated, "c1")
		w.happen(event.PositionCreated, "p1")
		w.untilState(all, Delivered, 2)
		w.untilState(some, Delivered, 1)

		q := w.receiver.requests("/some")[0]
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
		for _, q := range w.receiver.requests("/all") {
			if err := verify(t, secret, q); err != nil {
				t.Error(err)
			}
		}
		d := w.log(some)[0]
		if d.Status != http.StatusOK || d.Response != "thanks" || d.Attempts != 1 || d.DeliveredAt == nil {
			t.Errorf("delivery %+v", d)
		}
	})
}

func TestSecretsAreSealedAndRotate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		e, first := w.hook("/")
		if !strings.HasPrefix(first, "whsec_") || len(first) != len("whsec_")+44 {
			t.Errorf("secret %q", first)
		}
		var stored []byte
		if err := w.DB.NewRaw("SELECT secret FROM webhook_endpoints WHERE id = ?", e.ID).Scan(w.ctx, &stored); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(stored), first) || strings.Contains(string(stored), first[6:]) {
			t.Error("the secret can be read in the database")
		}
		_, second, err := w.Rotate(w.ctx, w.admin, e.ID)
		if err != nil || second == first {
			t.Fatal(second, err)
		}
		w.happen(event.CandidateCreated, "c1")
		w.untilState(e, Delivered, 1)
		q := w.receiver.requests("/")[0]
		for _, secret := range []string{first, second} {
			if err := verify(t, secret, q); err != nil {
				t.Errorf("during the rotation: %v", err)
			}
		}
		w.inTx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE webhook_endpoints SET old_secret_until = ?", w.now().Add(-time.Second)).Exec(ctx)
			return err
		})
		w.happen(event.CandidateCreated, "c2")
		w.untilState(e, Delivered, 2)
		q = w.receiver.requests("/")[1]
		if err := verify(t, second, q); err != nil {
			t.Error(err)
		}
		if err := verify(t, first, q); err == nil {
			t.Error("the old secret signs after its time")
		}
	})
}

func (w *fixture) inTx(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.DB.InTx(w.ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

// A receiver that rejects requests, hangs, drops connections and recovers receives
// every event, each under one id.
func TestNothingIsLostOnAReceiverThatFails(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		e, secret := w.hook("/")
		var want []string
		for round, trouble := range []http.HandlerFunc{
			status(http.StatusInternalServerError), hang, status(http.StatusFound),
			func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		} {
			w.receiver.behave(trouble)
			before := len(w.receiver.requests("/"))
			for n := range 5 {
				want = append(want, w.happen(event.CandidateChanged, fmt.Sprint(round, n)))
			}
			w.until("an attempt that fails", func() bool { return len(w.receiver.requests("/")) > before+3 })
		}
		w.receiver.behave(status(http.StatusNoContent))
		w.untilState(e, Delivered, len(want))

		seen := map[string]bool{}
		for _, q := range w.receiver.requests("/") {
			seen[q.header.Get("Webhook-Id")] = true
			if err := verify(t, secret, q); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range want {
			if !seen[id] {
				t.Errorf("event %s was lost", id)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("%d ids for %d events", len(seen), len(want))
		}
		got, err := w.Get(w.ctx, w.admin, e.ID)
		if err != nil || got.FailingSince != nil || got.State != Enabled {
			t.Errorf("endpoint %+v, %v", got, err)
		}
	})
}

// A crashed process left an event without deliveries, a waiting delivery without a
// job, and a delivery whose attempt has not finished.
func TestWhatADeadProcessLeftIsFound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		e, _ := w.hook("/")
		var ids []string
		for n := range 3 {
			ids = append(ids, w.happen(event.CandidateCreated, fmt.Sprint("c", n)))
		}
		for _, id := range ids[1:] {
			if err := w.dispatch(w.ctx, event.RecordedArgs{CorpID: "acme", EventID: id}, job.Attempt{}); err != nil {
				t.Fatal(err)
			}
		}
		dying := w.log(e)[0].args()
		if d, _, err := w.claimDelivery(w.ctx, dying); err != nil || d == nil {
			t.Fatal(d, err)
		}
		long := db.Now().Add(-time.Hour)
		w.inTx(func(ctx context.Context, tx *db.Tx) error { // an hour passes, and every job is lost
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
		w.Service = start(t, d, quick)
		w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.Queue.Insert(ctx, tx, SweepArgs{}) })
		w.untilState(e, Delivered, 3)
		if n := len(w.receiver.requests("/")); n != 3 {
			t.Errorf("%d requests for 3 events", n)
		}
	})
}

func TestTwoJobsOfADeliveryMakeOneAttempt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		e, _ := w.hook("/")
		args := event.RecordedArgs{CorpID: "acme", EventID: w.happen(event.CandidateCreated, "c1")}
		for range 2 {
			if err := w.dispatch(w.ctx, args, job.Attempt{}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(w.log(e)); n != 1 {
			t.Fatalf("%d deliveries", n)
		}
		for range 3 {
			if err := w.deliverOnce(w.ctx, w.log(e)[0].args(), job.Attempt{}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(w.receiver.requests("/")); n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

// An endpoint whose deliveries fail for days is paused; undelivered events are
// sent once it is enabled again.
func TestPauseAndResume(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d, func(c *Config) { c.Waits = []time.Duration{time.Millisecond, time.Millisecond} })
		w.receiver.behave(status(http.StatusBadGateway))
		e, _ := w.hook("/")
		w.happen(event.CandidateCreated, "c1")
		w.until("the pause", func() bool {
			got, err := w.Get(w.ctx, w.admin, e.ID)
			return err == nil && got.State == Paused && got.PausedAt != nil && got.FailingSince != nil
		})
		w.untilState(e, Failed, 1)
		last := w.log(e)[0]
		if last.Attempts != 3 || last.Status != http.StatusBadGateway || last.ErrorCode != "webhook.error.status" || last.Response != "Bad Gateway" {
			t.Errorf("given up %+v", last)
		}
		if n, err := w.DB.NewSelect().TableExpr("river_job").Where("kind = ?", PausedArgs{}.Kind()).Count(w.ctx); err != nil || n != 1 {
			t.Errorf("%d jobs tell the administrators: %v", n, err)
		}
		before := len(w.receiver.requests("/"))
		w.happen(event.CandidateCreated, "c2")
		w.untilState(e, Waiting, 1)
		if _, err := w.Resend(w.ctx, w.admin, last.ID); !is(err, apperr.Conflict, "webhook.not_enabled") {
			t.Errorf("resent to a paused endpoint: %v", err)
		}
		w.receiver.behave(status(http.StatusOK))
		if _, err := w.Update(w.ctx, w.admin, e.ID, 0, func(in *Input) { in.Description = "still paused" }); err != nil {
			t.Fatal(err)
		}
		if n := len(w.receiver.requests("/")); n != before {
			t.Errorf("%d requests to a paused endpoint", n-before)
		}
		if _, err := w.Update(w.ctx, w.admin, e.ID, 0, func(in *Input) { in.State = Enabled }); err != nil {
			t.Fatal(err)
		}
		w.untilState(e, Delivered, 2)
	})
}

// An endpoint that is enabled while an event is being distributed receives that
// event too: held deliveries become due.
func TestNothingStaysBehindAPause(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		e, _ := w.hook("/")
		w.setState(e, Paused)
		args := event.RecordedArgs{CorpID: "acme", EventID: w.happen(event.CandidateCreated, "c1")}
		if err := w.dispatch(w.ctx, args, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		w.setState(e, Enabled)
		if err := w.deliverOnce(w.ctx, w.log(e)[0].args(), job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if got := w.log(e)[0].State; got != Delivered {
			t.Errorf("%s", got)
		}

		w.setState(e, Paused)
		args.EventID = w.happen(event.CandidateCreated, "c2")
		if err := w.dispatch(w.ctx, args, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		w.Now = func() time.Time { return time.Now().Add(time.Hour) }
		if n, err := w.sweepDeliveries(w.ctx); err != nil || n != 0 {
			t.Errorf("%d overdue while the endpoint is paused: %v", n, err)
		}
		w.setState(e, Enabled)
		if n, err := w.sweepDeliveries(w.ctx); err != nil || n != 1 {
			t.Errorf("%d overdue once the endpoint is enabled: %v", n, err)
		}
	})
}

// setState changes only the row, as a concurrent transaction would.
func (w *fixture) setState(e *Endpoint, state EndpointState) {
	w.t.Helper()
	w.inTx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE webhook_endpoints SET state = ? WHERE id = ?", state, e.ID).Exec(ctx)
		return err
	})
}

func TestDisablingGivesUpWhatWaits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		e, _ := w.hook("/")
		w.setState(e, Paused)
		args := event.RecordedArgs{CorpID: "acme", EventID: w.happen(event.CandidateCreated, "c1")}
		if err := w.dispatch(w.ctx, args, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Update(w.ctx, w.admin, e.ID, 0, func(in *Input) { in.State = Disabled }); err != nil {
			t.Fatal(err)
		}
		if got := w.log(e)[0]; got.State != Failed || got.ErrorCode != "webhook.error.disabled" {
			t.Errorf("%+v", got)
		}
	})
}

func TestGoneMeansNoMore(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, w *fixture) {
		w.receiver.behave(status(http.StatusGone))
		e, _ := w.hook("/")
		w.happen(event.CandidateCreated, "c1")
		w.until("the pause", func() bool {
			got, err := w.Get(w.ctx, w.admin, e.ID)
			return err == nil && got.State == Paused
		})
		w.untilState(e, Waiting, 1) // it is not lost
	})
}

func TestTestEventAndResend(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		e, secret := w.hook("/")
		if _, err := w.Update(w.ctx, w.admin, e.ID, 0, func(in *Input) { in.State = Disabled }); err != nil {
			t.Fatal(err)
		}
		d, err := w.SendTest(w.ctx, w.admin, e.ID)
		if err != nil || d.Type != TestType {
			t.Fatal(d, err)
		}
		w.untilState(e, Delivered, 1)
		if err := verify(t, secret, w.receiver.requests("/")[0]); err != nil {
			t.Error(err)
		}
		w.receiver.behave(status(http.StatusTeapot))
		if _, err := w.SendTest(w.ctx, w.admin, e.ID); err != nil {
			t.Fatal(err)
		}
		w.untilState(e, Failed, 1)
		if n := len(w.receiver.requests("/")); n != 2 {
			t.Errorf("%d attempts of two tests", n)
		}
		again, err := w.Resend(w.ctx, w.admin, d.ID)
		if err != nil || again.State != Waiting {
			t.Fatal(again, err)
		}
		w.until("the same again", func() bool { return len(w.receiver.requests("/")) == 3 })
		got := w.receiver.requests("/")
		if string(got[2].body) != string(got[0].body) || got[2].header.Get("Webhook-Id") != d.EventID {
			t.Errorf("resent %s as %s", got[2].body, got[2].header.Get("Webhook-Id"))
		}
	})
}

func TestADisabledEndpointIsPassedBy(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		off, _ := w.hook("/off")
		on, _ := w.hook("/on")
		if _, err := w.Update(w.ctx, w.admin, off.ID, 0, func(in *Input) { in.State = Disabled }); err != nil {
			t.Fatal(err)
		}
		w.happen(event.CandidateCreated, "c1")
		w.untilState(on, Delivered, 1)
		if n := len(w.log(off)); n != 0 {
			t.Errorf("%d deliveries", n)
		}
		late, _ := w.hook("/late")
		if n := len(w.log(late)); n != 0 {
			t.Errorf("a new endpoint hears of %d events of the past", n)
		}
	})
}

func TestWhoMay(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		e, _ := w.hook("/")
		d, err := w.SendTest(w.ctx, w.admin, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		recruiter := actor.Actor{CorpID: "acme", UserID: "rosa"}
		stranger := actor.Actor{CorpID: "other", UserID: "eve", Roles: actor.Administrator}
		for name, call := range map[string]func(a actor.Actor) error{
			"get":        func(a actor.Actor) error { _, err := w.Get(w.ctx, a, e.ID); return err },
			"update":     func(a actor.Actor) error { _, err := w.Update(w.ctx, a, e.ID, 0, func(*Input) {}); return err },
			"rotate":     func(a actor.Actor) error { _, _, err := w.Rotate(w.ctx, a, e.ID); return err },
			"deliveries": func(a actor.Actor) error { _, _, err := w.Deliveries(w.ctx, a, e.ID, DeliveryFilter{}); return err },
			"test":       func(a actor.Actor) error { _, err := w.SendTest(w.ctx, a, e.ID); return err },
			"resend":     func(a actor.Actor) error { _, err := w.Resend(w.ctx, a, d.ID); return err },
			"delete":     func(a actor.Actor) error { return w.Delete(w.ctx, a, e.ID) },
		} {
			if err := call(recruiter); !is(err, apperr.Forbidden, "webhook.for_administrators") {
				t.Errorf("%s by a recruiter: %v", name, err)
			}
			if err := call(stranger); apperr.KindOf(err) != apperr.NotFound {
				t.Errorf("%s by another company: %v", name, err)
			}
		}
		if list, err := w.List(w.ctx, stranger); err != nil || len(list) != 0 {
			t.Errorf("another company lists %v, %v", list, err)
		}
		if err := w.Delete(w.ctx, w.admin, e.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatMayBeEntered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := build(t, d, func(c *Config) { c.AllowPrivate = false })
		admin := actor.Actor{CorpID: "acme", UserID: "ada", Roles: actor.Administrator}
		for url, want := range map[string]string{
			"": "field.required", "https://": "webhook.bad_url", "ftp://example.com": "field.not_https", "http://example.com/": "field.not_https",
			"https://user:pass@example.com/": "webhook.bad_url", "https://example.com/#x": "webhook.bad_url", "https://exa mple.com": "webhook.bad_url",
			"https://127.0.0.1/": "webhook.not_public", "https://[::1]/": "webhook.not_public", "https://10.0.0.1:8443/x": "webhook.not_public",
			"https://example.com/" + strings.Repeat("x", 2000): "field.too_long", "https://example.com/hooks?key=1": "",
		} {
			_, _, err := s.Create(t.Context(), admin, Input{URL: url, State: Enabled})
			if got := fieldCodes(err); !slices.Equal(got, slices.DeleteFunc([]string{want}, func(s string) bool { return s == "" })) {
				t.Errorf("%q: %v, want %q", url, err, want)
			}
		}
		_, _, err := s.Create(t.Context(), admin, Input{URL: "https://example.com", State: Paused, EventTypes: []string{"no.such"}, Description: strings.Repeat("长", 201)})
		if got := fieldCodes(err); !slices.Equal(got, []string{"field.not_one_of", "field.not_one_of", "field.too_long"}) {
			t.Errorf("%v", err)
		}
		for range maxEndpoints - 1 {
			if _, _, err := s.Create(t.Context(), admin, Input{URL: "https://example.com", State: Enabled}); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.Create(t.Context(), admin, Input{URL: "https://example.com", State: Enabled}); !is(err, apperr.Conflict, "webhook.too_many") {
			t.Errorf("one too many: %v", err)
		}
	})
}

// All retries together take about three days.
func TestTheLadder(t *testing.T) {
	var sum time.Duration
	for n, wait := range waits {
		sum += wait
		if n > 0 && wait <= waits[n-1] {
			t.Errorf("wait %d does not grow", n)
		}
	}
	if sum < 72*time.Hour || sum > 84*time.Hour {
		t.Errorf("the ladder takes %s", sum)
	}
	s := &Service{Config: Config{Waits: waits}}
	if w, again := s.nextWait(&Delivery{Row: outbox.Row{Attempts: 1}}, outcome{retryAfter: time.Hour}); !again || w != time.Hour {
		t.Errorf("the receiver's wish is not heard: %s", w)
	}
	if _, again := s.nextWait(&Delivery{Row: outbox.Row{Attempts: len(waits) + 1}}, outcome{}); again {
		t.Error("the ladder has no end")
	}
}

// A URL that was stored while private addresses were allowed, or a host name that
// now resolves to a private address.
func TestNothingGoesInside(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		e, _ := w.hook("/")
		if _, err := w.SendTest(w.ctx, w.admin, e.ID); err != nil {
			t.Fatal(err)
		}
		w.Service = build(t, d, func(c *Config) { c.AllowPrivate = false })
		if err := w.deliverOnce(w.ctx, w.log(e)[0].args(), job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if got := w.log(e)[0]; got.State != Failed || got.ErrorCode != "webhook.error.address" || len(w.receiver.requests("/")) > 0 {
			t.Errorf("delivery %+v", got)
		}
	})
}

// idle returns a fixture in which no job runs.
func idle(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	return &fixture{
		Service: build(t, d), t: t, ctx: t.Context(), receiver: newReceiver(t),
		admin: actor.Actor{CorpID: "acme", UserID: "ada", Roles: actor.Administrator},
	}
}

func is(err error, kind apperr.Kind, code string) bool {
	return apperr.KindOf(err) == kind && strings.Contains(err.Error(), code)
}

func fieldCodes(err error) []string {
	var codes []string
	if f, ok := errors.AsType[*apperr.Error](err); ok {
		for _, field := range f.Fields {
			codes = append(codes, field.Code)
		}
	}
	return codes
}
