package httpapi

import (
	"strconv"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	now := time.Unix(0, 0)
	l := NewLimiter(Rate{PerSecond: 2, Burst: 3}, func() time.Time { return now })
	for n := range 3 {
		if wait := l.TakeToken("a"); wait != 0 {
			t.Errorf("request %d waits %s", n, wait)
		}
	}
	if wait := l.TakeToken("a"); wait != 500*time.Millisecond {
		t.Errorf("the fourth waits %s", wait)
	}
	if left, full := l.Remaining("a"); left != 0 || full != 1500*time.Millisecond {
		t.Errorf("left are %d, full in %s", left, full)
	}
	if left, full := l.Remaining("b"); left != 3 || full != 0 {
		t.Errorf("another client has %d, full in %s", left, full)
	}
	if wait := l.TakeToken("b"); wait != 0 {
		t.Errorf("another client waits %s", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := l.TakeToken("a"); wait != 0 {
		t.Errorf("half a second later it waits %s", wait)
	}
}

func TestLimiterBucketLimit(t *testing.T) {
	now := time.Unix(0, 0)
	l := NewLimiter(Rate{PerSecond: 0.001, Burst: 1}, func() time.Time { return now })
	for n := range 3 * maxBuckets {
		l.TakeToken(strconv.Itoa(n))
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d visitors are remembered", len(l.buckets))
	}
}
