package message_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
)

// states brings an invitation to a state. "expired" is a message in
// state sending whose process died.
var states = map[string]func(w *fixture, id string) error{
	"queued":  func(*fixture, string) error { return nil },
	"sending": claimMessage,
	"expired": func(w *fixture, id string) error {
		defer w.clock.Advance(outbox.Lease + time.Second)
		return claimMessage(w, id)
	},
	"sent": func(w *fixture, id string) error { return w.MarkSent(w.ctx, "corp", id, "msg", "") },
	"failed": func(w *fixture, id string) error {
		return w.MarkFailed(w.ctx, "corp", id, message.Failure{Code: "message.refused"})
	},
	"skipped": func(w *fixture, id string) error {
		return w.MarkSkipped(w.ctx, "corp", id, "message.superseded")
	},
}

func claimMessage(f *fixture, id string) error {
	_, err := f.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"})
	return err
}

// operations are the transitions of a message.
var operations = map[string]func(w *fixture, id string) error{
	"claim": claimMessage,
	"sent":  states["sent"],
	"fail":  states["failed"],
	"retry later": func(w *fixture, id string) error {
		return w.MarkFailed(w.ctx, "corp", id, message.Failure{Code: "message.wecom_busy", RetryAt: w.clock.Now().Add(time.Minute)})
	},
	"skip": states["skipped"],
	"retry now": func(w *fixture, id string) error {
		_, err := w.Retry(w.ctx, w.recruiter, id)
		return err
	},
}

func TestTransitions(t *testing.T) {
	for operation, want := range map[string]map[string]message.State{
		"claim": {
			"queued": message.Sending, "sending": message.Sending, "expired": message.Sending,
			"sent": message.Sent, "failed": message.Failed, "skipped": message.Skipped,
		},
		"sent": {
			"queued": message.Sent, "sending": message.Sent, "expired": message.Sent,
			"sent": message.Sent, "failed": message.Sent, "skipped": message.Sent,
		},
		"fail": {
			"queued": message.Failed, "sending": message.Failed, "expired": message.Failed,
			"sent": message.Sent, "failed": message.Failed, "skipped": message.Failed,
		},
		"retry later": {
			"queued": message.Queued, "sending": message.Queued, "expired": message.Queued,
			"sent": message.Sent, "failed": message.Queued, "skipped": message.Queued,
		},
		"skip": {
			"queued": message.Skipped, "sending": message.Skipped, "expired": message.Skipped,
			"sent": message.Sent, "failed": message.Skipped, "skipped": message.Skipped,
		},
		"retry now": {
			"queued": message.Queued, "sending": "conflict", "expired": "conflict",
			"sent": "conflict", "failed": message.Queued, "skipped": message.Queued,
		},
	} {
		t.Run(operation, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				for from, state := range want {
					id := f.insert("lin")
					if err := states[from](f, id); err != nil {
						t.Fatal(err)
					}
					err := operations[operation](f, id)
					if state == "conflict" {
						if apperr.KindOf(err) != apperr.Conflict {
							t.Errorf("from %s: %v, want a conflict", from, err)
						}
						continue
					}
					if err != nil {
						t.Fatalf("from %s: %v", from, err)
					}
					m := f.get(id)
					if m.State != state {
						t.Errorf("from %s: %s, want %s", from, m.State, state)
					}
					if claimed := m.ClaimedAt != nil; claimed != (m.State == message.Sending) {
						t.Errorf("from %s: claimed is %v in state %s", from, claimed, m.State)
					}
					if waits := m.NextAttemptAt != nil; waits != (m.State == message.Queued) {
						t.Errorf("from %s: next attempt at %v in state %s", from, m.NextAttemptAt, m.State)
					}
				}
			})
		})
	}
}

func TestUnknownMessage(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, run := range operations {
			if err := run(f, "unknown"); apperr.KindOf(err) != apperr.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestClaimByOneReplica claims one message in several services, each
// with its own connections to the database.
func TestClaimByOneReplica(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		f := newFixture(t, dbtest.Reopen(t, url))
		id := f.insert("lin")
		const replicas = 4
		var claims atomic.Int32
		var wg sync.WaitGroup
		for range replicas {
			replica := *f.Service
			replica.DB = dbtest.Reopen(t, url)
			for range 2 {
				wg.Go(func() {
					m, err := replica.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"})
					if err != nil {
						t.Error(err)
					}
					if m != nil {
						claims.Add(1)
					}
				})
			}
		}
		wg.Wait()
		if m := f.get(id); claims.Load() != 1 || m.Attempts != 1 {
			t.Errorf("%d claims, %d attempts", claims.Load(), m.Attempts)
		}
	})
}
