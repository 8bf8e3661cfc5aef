package message_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/message"
)

// mark tries to send a message and reports whether it was claimed, or how long
// it was postponed.
func (f *fixture) mark(s *message.Service, id string) (claimed bool, wait time.Duration) {
	f.t.Helper()
	m, err := s.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"})
	if snooze, ok := errors.AsType[*river.JobSnoozeError](err); ok {
		return false, snooze.Duration
	}
	if err != nil {
		f.t.Error(err)
	}
	return m != nil, 0
}

func TestQuota(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		var ids []string
		for range 26 {
			ids = append(ids, f.insert("lin"))
		}
		other := f.insert("rosa")
		mail := f.insert("lin", func(m *message.Message) { m.Channel = message.Mail })
		for _, id := range append(ids[:25:25], other, mail) {
			if claimed, _ := f.mark(f.Service, id); !claimed {
				t.Fatalf("message %s was postponed", id)
			}
		}
		claimed, wait := f.mark(f.Service, ids[25])
		if m := f.get(ids[25]); claimed || wait != time.Minute || m.State != message.Queued || m.Attempts != 0 || m.ErrorCode != "notify.error.paced" {
			t.Errorf("the message beyond the quota: claimed %v, wait %s, %+v", claimed, wait, m)
		}
		f.clock.Advance(wait)
		if claimed, _ := f.mark(f.Service, ids[25]); !claimed {
			t.Error("the message is still postponed after a minute")
		}
	})
}

func TestQuotaPerHour(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		id := f.insert("lin")
		sent := make([]message.Message, 900)
		for n := range sent {
			at := db.Time(f.clock.Now().Add(-time.Duration(n) * 3 * time.Second)) // 45 minutes in all
			sent[n] = *f.get(id)
			sent[n].ID, sent[n].State, sent[n].AttemptedAt = db.NewID(), message.Sent, &at
			sent[n].Dedup = sent[n].ID
		}
		if _, err := f.DB.NewInsert().Model(&sent).Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		claimed, wait := f.mark(f.Service, id)
		if claimed || wait.Round(time.Minute) != 15*time.Minute {
			t.Errorf("claimed %v, wait %s", claimed, wait)
		}
		f.clock.Advance(wait)
		if claimed, _ := f.mark(f.Service, id); !claimed {
			t.Error("the message is still postponed")
		}
	})
}

// Messages to one member are counted one by one, whatever replica sends them.
func TestQuotaOfReplicas(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		f := newFixture(t, dbtest.Reopen(t, url))
		var ids []string
		for range 40 {
			ids = append(ids, f.insert("lin"))
		}
		var claims atomic.Int32
		var wg sync.WaitGroup
		for part := range 4 {
			replica := *f.Service
			replica.DB = dbtest.Reopen(t, url)
			for _, id := range ids[part*10 : part*10+10] {
				wg.Go(func() {
					if claimed, _ := f.mark(&replica, id); claimed {
						claims.Add(1)
					}
				})
			}
		}
		wg.Wait()
		if claims.Load() != 25 {
			t.Errorf("%d messages claimed", claims.Load())
		}
	})
}
