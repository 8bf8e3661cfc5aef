package interview

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/outbox"
)

// messageStates brings an invitation to a state. "expired" is a message in
// state sending whose process died.
var messageStates = map[string]func(w *fixture, id string) error{
	"queued":  func(*fixture, string) error { return nil },
	"sending": claimMessage,
	"expired": func(w *fixture, id string) error {
		defer w.clock.Advance(outbox.Lease + time.Second)
		return claimMessage(w, id)
	},
	"sent": func(w *fixture, id string) error { return w.MarkSent(w.ctx, "corp", id, "msg", "") },
	"failed": func(w *fixture, id string) error {
		return w.MarkFailed(w.ctx, "corp", id, Failure{Code: "message.refused"})
	},
	"skipped": func(w *fixture, id string) error { return w.MarkSkipped(w.ctx, "corp", id, "message.superseded") },
}

func claimMessage(w *fixture, id string) error {
	_, err := w.MarkSending(w.ctx, "corp", id, "{}")
	return err
}

// messageOperations are the transitions of a message.
var messageOperations = map[string]func(w *fixture, id string) error{
	"claim": claimMessage,
	"sent":  messageStates["sent"],
	"fail":  messageStates["failed"],
	"retry later": func(w *fixture, id string) error {
		return w.MarkFailed(w.ctx, "corp", id, Failure{Code: "message.wecom_busy", RetryAt: w.clock.Now().Add(time.Minute)})
	},
	"skip": messageStates["skipped"],
	"retry now": func(w *fixture, id string) error {
		_, err := w.RetryMessage(w.ctx, w.recruiter, id)
		return err
	},
}

func TestMessageTransitions(t *testing.T) {
	for operation, want := range map[string]map[string]MessageState{
		"claim": {
			"queued": MessageSending, "sending": MessageSending, "expired": MessageSending,
			"sent": MessageSent, "failed": MessageFailed, "skipped": MessageSkipped,
		},
		"sent": {
			"queued": MessageSent, "sending": MessageSent, "expired": MessageSent,
			"sent": MessageSent, "failed": MessageSent, "skipped": MessageSent,
		},
		"fail": {
			"queued": MessageFailed, "sending": MessageFailed, "expired": MessageFailed,
			"sent": MessageSent, "failed": MessageFailed, "skipped": MessageFailed,
		},
		"retry later": {
			"queued": MessageQueued, "sending": MessageQueued, "expired": MessageQueued,
			"sent": MessageSent, "failed": MessageQueued, "skipped": MessageQueued,
		},
		"skip": {
			"queued": MessageSkipped, "sending": MessageSkipped, "expired": MessageSkipped,
			"sent": MessageSent, "failed": MessageSkipped, "skipped": MessageSkipped,
		},
		"retry now": {
			"queued": MessageQueued, "sending": "conflict", "expired": "conflict",
			"sent": "conflict", "failed": MessageQueued, "skipped": MessageQueued,
		},
	} {
		t.Run(operation, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				for from, state := range want {
					i := w.schedule(func(p *Plan) { p.OverrideWarnings = true })
					id := w.invitation(i, "lin").ID
					if err := messageStates[from](w, id); err != nil {
						t.Fatal(err)
					}
					err := messageOperations[operation](w, id)
					if state == "conflict" {
						if apperr.KindOf(err) != apperr.Conflict {
							t.Errorf("from %s: %v, want a conflict", from, err)
						}
						continue
					}
					if err != nil {
						t.Fatalf("from %s: %v", from, err)
					}
					m := must(readMessage(w.ctx, w.DB.DB, "corp", id))(t)
					if m.State != state {
						t.Errorf("from %s: %s, want %s", from, m.State, state)
					}
					if claimed := m.ClaimedAt != nil; claimed != (m.State == MessageSending) {
						t.Errorf("from %s: claimed is %v in state %s", from, claimed, m.State)
					}
					if waits := m.NextAttemptAt != nil; waits != (m.State == MessageQueued) {
						t.Errorf("from %s: next attempt at %v in state %s", from, m.NextAttemptAt, m.State)
					}
				}
			})
		})
	}
}

func TestMessageOperationsOnUnknownMessage(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for name, run := range messageOperations {
			if err := run(w, "unknown"); apperr.KindOf(err) != apperr.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestMessageIsClaimedByOneReplica claims one message in several services, each
// with its own connections to the database.
func TestMessageIsClaimedByOneReplica(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		w := newFixture(t, dbtest.Reopen(t, url))
		id := w.invitation(w.schedule(), "lin").ID
		const replicas = 4
		var claims atomic.Int32
		var wg sync.WaitGroup
		for range replicas {
			replica := *w.Service
			replica.DB = dbtest.Reopen(t, url)
			for range 2 {
				wg.Go(func() {
					m, err := replica.MarkSending(w.ctx, "corp", id, "{}")
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
		if m := must(readMessage(w.ctx, w.DB.DB, "corp", id))(t); claims.Load() != 1 || m.Attempts != 1 {
			t.Errorf("%d claims, %d attempts", claims.Load(), m.Attempts)
		}
	})
}
