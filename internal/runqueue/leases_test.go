package runqueue

import (
	"testing"
	"time"
)

func TestLeases(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	l := NewLeases(time.Minute, func() time.Time { return now })
	l.Renew("a", "b")
	now = now.Add(time.Minute)
	l.Renew("b")
	now = now.Add(1)
	l.Drop("c")
	if !l.IsExpired("a") || l.IsExpired("b") || !l.IsExpired("c") {
		t.Error("only b has a lease")
	}
	if l.Drop("b"); !l.IsExpired("b") {
		t.Error("b still has a lease")
	}
}
