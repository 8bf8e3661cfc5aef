package webhook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/secretbox"
)

// fixture is a running service and a receiver that can be made to fail.
type fixture struct {
	*Service
	t        *testing.T
	ctx      context.Context
	receiver *receiver
	admin    actor.Actor
}

// testTimeout is the timeout of every wait. It is long for slow machines.
const testTimeout = time.Minute

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d, setShortBackoff)) })
}

// setShortBackoff sets a short timeout and many retries with a short backoff.
func setShortBackoff(c *Config) {
	c.Timeout = time.Second
	for range 200 {
		c.Waits = append(c.Waits, 20*time.Millisecond)
	}
}

func newFixture(t *testing.T, d *db.DB, change ...func(*Config)) *fixture {
	t.Helper()
	f := &fixture{
		t: t, ctx: t.Context(), receiver: newReceiver(t),
		admin: actor.ForMember("acme", "ada", actor.Administrator),
	}
	f.Service = startService(t, d, change...)
	return f
}

// startService runs a service on the database until the test ends.
func startService(t *testing.T, d *db.DB, change ...func(*Config)) *Service {
	t.Helper()
	s := newService(t, d, change...)
	if err := s.Queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
		defer cancel()
		if err := s.Queue.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// newService creates a service whose jobs do not run.
func newService(t *testing.T, d *db.DB, change ...func(*Config)) *Service {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	q, err := job.New(d, quiet)
	if err != nil {
		t.Fatal(err)
	}
	box, err := secretbox.NewBox([]byte("a secret"), "webhooks")
	if err != nil {
		t.Fatal(err)
	}
	job.AddWorker(q, func(context.Context, PausedArgs, job.Attempt) error { return nil })
	cfg := Config{DB: d, Queue: q, Box: box, Logger: quiet, AllowPrivate: true}
	for _, fn := range change {
		fn(&cfg)
	}
	return New(cfg)
}

// createEndpoint creates an endpoint with the receiver's URL; path distinguishes endpoints.
func (f *fixture) createEndpoint(path string, types ...string) (*Endpoint, string) {
	f.t.Helper()
	e, secret, err := f.Create(f.ctx, f.admin, Input{URL: f.receiver.URL + path, EventTypes: types, State: Enabled})
	if err != nil {
		f.t.Fatal(err)
	}
	return e, secret
}

// recordEvent records an event with its job, as the domain does, and returns its id.
func (f *fixture) recordEvent(eventType, subject string) (id string) {
	f.t.Helper()
	err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = event.Record(ctx, tx, f.Queue, event.Event{
			CorpID: "acme", Type: eventType, SubjectID: subject, Actor: "rosa", Data: map[string]string{"candidateId": subject},
		})
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

// listDeliveries lists the deliveries of an endpoint, newest first.
func (f *fixture) listDeliveries(e *Endpoint) []Delivery {
	f.t.Helper()
	list, _, err := f.Deliveries(f.ctx, f.admin, e.ID, DeliveryFilter{Page: pagination.Page{Limit: pagination.MaxLimit}})
	if err != nil {
		f.t.Fatal(err)
	}
	return list
}

// waitUntil waits for the condition.
func (f *fixture) waitUntil(what string, is func() bool) {
	f.t.Helper()
	deadline := time.After(testTimeout)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			f.t.Fatalf("timeout waiting for %s", what)
		}
	}
}

func (f *fixture) waitForDeliveries(e *Endpoint, state DeliveryState, n int) {
	f.t.Helper()
	f.waitUntil(fmt.Sprintf("%d deliveries that are %s", n, state), func() bool {
		count := 0
		for _, d := range f.listDeliveries(e) {
			if d.State == state {
				count++
			}
		}
		return count == n
	})
}

// receiver is the HTTP server of an endpoint.
type receiver struct {
	*httptest.Server

	mu     sync.Mutex
	answer http.HandlerFunc
	got    []request // those that were answered with 2xx are last seen here too
}

type request struct {
	path   string
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{answer: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thanks") }}
	r.Server = httptest.NewServer(http.HandlerFunc(r.serveRequest))
	t.Cleanup(func() {
		r.CloseClientConnections() // those that hang
		r.Close()
	})
	return r
}

func (r *receiver) serveRequest(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the client has gone
	}
	r.mu.Lock()
	r.got = append(r.got, request{req.URL.Path, req.Header, body})
	answer := r.answer
	r.mu.Unlock()
	answer(w, req)
}

// setHandler sets how the receiver responds from now on.
func (r *receiver) setHandler(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// requestsTo returns the requests received on the path.
func (r *receiver) requestsTo(path string) []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []request
	for _, q := range r.got {
		if q.path == path {
			out = append(out, q)
		}
	}
	return out
}

func respondWithStatus(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, http.StatusText(code))
	}
}

// blockUntilCancelled sends no response until the client disconnects.
func blockUntilCancelled(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func verifySignature(t *testing.T, secret string, q request) error {
	t.Helper()
	v, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	return v.Verify(q.body, q.header)
}
