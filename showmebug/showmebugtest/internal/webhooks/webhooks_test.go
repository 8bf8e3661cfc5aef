package webhooks

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// receiver is a transport that records requests and replies with the given statuses, then with 200.
// Status 0 fails without a reply.
type receiver struct {
	mu       sync.Mutex
	statuses []int
	events   []string
	signed   []bool
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	var in struct {
		Payload struct{ N string }
	}
	_ = json.Unmarshal(body, &in)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, in.Payload.N)
	r.signed = append(r.signed, req.Header.Get("Smb-Signature") == Sign("secret", body))
	status := http.StatusOK
	if len(r.statuses) > 0 {
		status, r.statuses = r.statuses[0], r.statuses[1:]
	}
	if status == 0 {
		return nil, errors.New("connection refused")
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: req}, nil
}

// fixture is a service with one team, whose application and platform receive webhooks.
type fixture struct {
	*Service
	team *core.TeamState
	to   *receiver
}

func newFixture(t *testing.T, statuses ...int) *fixture {
	t.Helper()
	r := &receiver{statuses: statuses}
	f := &fixture{to: r, Service: New(core.New(func() core.Settings {
		return core.Settings{Seed: 1, Now: func() time.Time { return start }, HTTPClient: &http.Client{Transport: r}}
	}))}
	f.team = &core.TeamState{Team: model.Team{ID: 1, ClientID: "app", ClientSecret: "secret", CallbackURL: "http://app.example/"}}
	f.TeamStates = append(f.TeamStates, f.team)
	t.Cleanup(func() {
		f.Core.Stop()
		f.Stop()
		f.Background.Wait()
	})
	return f
}

// send delivers an event to the team's application.
func (f *fixture) send(n string) *core.Delivery {
	f.Mu.Lock()
	list := f.NewDeliveries(f.team, "app", "interview_ended", json.RawMessage(`{"n":"`+n+`"}`))
	f.Mu.Unlock()
	f.Deliver(list)
	return list[0]
}

func TestRecipients(t *testing.T) {
	f := newFixture(t)
	f.team.Platforms = []*core.AppState{
		{Platform: model.Platform{ClientID: "p1", ClientSecret: "s1", CallbackURL: "http://p1.example/"}},
		{Platform: model.Platform{ClientID: "p2"}}, // without webhooks
	}
	for clientID, want := range map[string][]string{"": {"app", "p1"}, "app": {"app"}, "p1": {"p1"}, "p2": nil, "other": nil} {
		var got []string
		for _, o := range f.NewDeliveries(f.team, clientID, "e", nil) {
			got = append(got, o.ClientID)
			if o.State != model.WebhookWaiting || o.Secret == "" || !o.DueAt.Equal(start) {
				t.Errorf("delivery %+v", o)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("client %q: sent to %v, want %v", clientID, got, want)
		}
	}
}

func TestRetrySchedule(t *testing.T) {
	for name, test := range map[string]struct {
		statuses []int
		attempts []time.Duration // after the first
		state    string
	}{
		"accepted":              {nil, []time.Duration{0}, model.WebhookDelivered},
		"accepted at last":      {[]int{500, 201, 0}, []time.Duration{0, 15 * time.Second, 30 * time.Second, time.Minute}, model.WebhookDelivered},
		"refused in all":        {[]int{500, 500, 500, 500}, []time.Duration{0, 15 * time.Second, 30 * time.Second, time.Minute}, model.WebhookFailed},
		"accepted in the third": {[]int{404, 302}, []time.Duration{0, 15 * time.Second, 30 * time.Second}, model.WebhookDelivered},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, test.statuses...)
			o := f.send("1")
			f.Advance(10 * time.Minute)
			var got []time.Duration
			for _, a := range o.Attempts {
				got = append(got, a.Time.Sub(start))
			}
			if !slices.Equal(got, test.attempts) || o.State != test.state {
				t.Errorf("attempts after %v, state %s", got, o.State)
			}
			if now := f.Time(); !now.Equal(start.Add(10 * time.Minute)) {
				t.Errorf("the clock is at %s", now)
			}
			if slices.Contains(f.to.signed, false) {
				t.Error("a signature is wrong")
			}
		})
	}
}

func TestAdvanceOrder(t *testing.T) {
	f := newFixture(t, 500, 500)
	f.send("a")
	f.Advance(time.Second)
	f.send("b")
	f.Advance(13 * time.Second)
	if got := strings.Join(f.to.events, ""); got != "ab" {
		t.Errorf("sent %s before the retries are due", got)
	}
	f.Advance(time.Minute)
	if got := strings.Join(f.to.events, ""); got != "abab" {
		t.Errorf("sent in the order %s", got)
	}
	f.Advance(-time.Hour)
	if !f.Time().Equal(start.Add(74 * time.Second)) {
		t.Errorf("the clock is at %s", f.Time())
	}
}

func TestFaults(t *testing.T) {
	for name, test := range map[string]struct {
		fault  model.WebhookFault
		events string
		state  string
		signed bool
	}{
		"none":            {model.WebhookFault{Event: "other", Lose: true}, "1", model.WebhookDelivered, true},
		"of another team": {model.WebhookFault{TeamID: 9, Lose: true}, "1", model.WebhookDelivered, true},
		"twice":           {model.WebhookFault{Twice: true}, "11", model.WebhookDelivered, true},
		"lost":            {model.WebhookFault{Event: "interview_ended", Lose: true}, "", model.WebhookLost, true},
		"held":            {model.WebhookFault{TeamID: 1, Hold: true}, "", model.WebhookHeld, true},
		"late":            {model.WebhookFault{Late: time.Minute}, "", model.WebhookWaiting, true},
		"wrong signature": {model.WebhookFault{WrongSign: true}, "1", model.WebhookDelivered, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.AddWebhookFault(test.fault)
			o := f.send("1")
			if got := strings.Join(f.to.events, ""); got != test.events || o.State != test.state {
				t.Errorf("sent %q, state %s", got, o.State)
			}
			if slices.Contains(f.to.signed, !test.signed) {
				t.Errorf("signatures: %v", f.to.signed)
			}
		})
	}
}

func TestLateWebhook(t *testing.T) {
	f := newFixture(t)
	f.AddWebhookFault(model.WebhookFault{Late: time.Minute, Times: 1})
	f.send("1")
	f.send("2")
	f.Advance(time.Minute)
	if got := strings.Join(f.to.events, ""); got != "21" {
		t.Errorf("sent in the order %s", got)
	}
}

func TestStaleWebhook(t *testing.T) {
	f := newFixture(t)
	f.AddWebhookFault(model.WebhookFault{Stale: true})
	o := f.send("1")
	var body struct{ TS int64 }
	if err := json.Unmarshal([]byte(o.Attempts[0].Body), &body); err != nil || body.TS != start.Add(-time.Hour).Unix() {
		t.Errorf("ts %d, %v", body.TS, err)
	}
}

func TestReleaseHeldWebhooks(t *testing.T) {
	f := newFixture(t)
	f.AddWebhookFault(model.WebhookFault{Hold: true, Times: 2})
	for _, n := range []string{"1", "2", "3"} {
		f.send(n)
	}
	if n := f.HeldCount(); n != 2 {
		t.Errorf("%d held", n)
	}
	if n := f.ReleaseHeldWebhooks(); n != 2 || f.HeldCount() != 0 {
		t.Errorf("%d released", n)
	}
	if got := strings.Join(f.to.events, ""); got != "321" {
		t.Errorf("sent in the order %s", got)
	}
}

func TestResend(t *testing.T) {
	f := newFixture(t)
	o := f.send("1")
	f.team.CallbackURL = "http://other.example/"
	if err := f.Resend(o.Seq); err != nil {
		t.Fatal(err)
	}
	list := f.Webhooks()
	if len(list) != 2 || list[1].URL != "http://other.example/" || string(list[1].Payload) != string(list[0].Payload) || list[1].Note == "" {
		t.Errorf("webhooks: %+v", list)
	}
	if err := f.Resend(999); !errors.Is(err, core.ErrNotFound) {
		t.Errorf("an unknown webhook: %v", err)
	}
}

func TestErrorsOmitTheURL(t *testing.T) {
	f := newFixture(t, 0)
	o := f.send("1")
	if e := o.Attempts[0].Error; !strings.Contains(e, "connection refused") || strings.Contains(e, "app.example") {
		t.Errorf("error %q", e)
	}
}

func TestDeliverLaterAfterStop(t *testing.T) {
	f := newFixture(t)
	list := f.NewDeliveries(f.team, "app", "e", nil)
	f.Core.Stop()
	f.DeliverLater(list)
	f.DeliverLater(nil)
	if len(f.to.events) != 0 || f.inFlight != 0 {
		t.Errorf("sent %v, %d in flight", f.to.events, f.inFlight)
	}
}
