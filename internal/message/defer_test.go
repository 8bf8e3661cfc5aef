package message_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/message"
)

func TestDefer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		id, until := f.insert("lin"), f.clock.Now().Add(10*time.Hour)
		if err := f.Defer(f.ctx, "corp", id, until, message.QuietHours); err == nil || !strings.Contains(err.Error(), "10h") {
			t.Errorf("the job of a deferred message ends with %v, want a snooze of 10 hours", err)
		}
		m := f.get(id)
		if !m.IsDeferred() || m.Waiting() || m.Attempts != 0 || !m.NextAttemptAt.Equal(until) || !m.DueAt().Equal(until) || m.ErrorCode != "notify.deferred.quiet_hours" {
			t.Errorf("a deferred message: %+v", m)
		}
		if n, err := f.Sweep(f.ctx); n != 0 || err != nil { // the jobs of the queue, which does not run, are not lost yet
			t.Errorf("a sweep found %d messages, %v", n, err)
		}
		f.clock.Set(until.Add(2 * time.Minute))
		if _, err := f.Retry(f.ctx, f.recruiter, id); err != nil {
			t.Fatal(err)
		}
		if m := f.get(id); m.IsDeferred() || !m.Data.AtOnce {
			t.Errorf("after a retry by a recruiter: %+v", m)
		}
		if m, err := f.MarkSending(f.ctx, "corp", id, message.Content{Body: "x"}); m == nil || err != nil {
			t.Fatalf("not claimed: %v", err)
		}
		if err := f.Defer(f.ctx, "corp", id, until.Add(time.Hour), message.QuietHours); err != nil {
			t.Errorf("a message that is being sent is deferred: %v", err)
		}
		if m := f.get(id); m.State != message.Sending || !m.Data.Deferred.Equal(until) {
			t.Errorf("%+v", m)
		}
		if err := f.MarkSent(f.ctx, "corp", id, "msgid", ""); err != nil {
			t.Fatal(err)
		}
		if m := f.get(id); m.ErrorCode != "" || m.IsDeferred() || m.Body != "x" {
			t.Errorf("after it was sent: %+v", m)
		}
	})
}

// The text of a digest is kept for further attempts only.
func TestDigestBodyIsDiscarded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		fail := func(id string) {
			if err := f.MarkFailed(f.ctx, "corp", id, message.Failure{Code: "x", RetryAt: f.clock.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			end  func(id string) error
			want string
		}{
			"sent":    {func(id string) error { return f.MarkSent(f.ctx, "corp", id, "m", "") }, ""},
			"failed":  {func(id string) error { return f.MarkFailed(f.ctx, "corp", id, message.Failure{Code: "x"}) }, ""},
			"retried": {func(id string) error { fail(id); return nil }, "text"},
			"skipped": {func(id string) error {
				fail(id)
				return f.MarkSkipped(f.ctx, "corp", id, "notify.skipped.overtaken")
			}, ""},
			"cancelled": {func(id string) error {
				fail(id)
				return f.Cancel(f.ctx, f.recruiter, id)
			}, ""},
		} {
			id := f.insert("lin", func(m *message.Message) { m.Kind = message.KindDigest })
			if m, err := f.MarkSending(f.ctx, "corp", id, message.Content{Body: "text"}); m == nil || err != nil {
				t.Fatalf("not claimed: %v", err)
			}
			if err := c.end(id); err != nil {
				t.Fatal(err)
			}
			if m := f.get(id); m.Body != c.want {
				t.Errorf("%s: the body is %q", name, m.Body)
			}
		}
	})
}
