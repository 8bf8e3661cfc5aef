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
		if wait := l.Wait("a"); wait != 0 {
			t.Errorf("request %d waits %s", n, wait)
		}
	}
	if wait := l.Wait("a"); wait != 500*time.Millisecond {
		t.Errorf("the fourth waits %s", wait)
	}
	if left, full := l.Left("a"); left != 0 || full != 1500*time.Millisecond {
		t.Errorf("left are %d, full in %s", left, full)
	}
	if left, full := l.Left("b"); left != 3 || full != 0 {
		t.Errorf("a stranger has %d, full in %s", left, full)
	}
	if wait := l.Wait("b"); wait != 0 {
		t.Errorf("somebody else waits %s", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := l.Wait("a"); wait != 0 {
		t.Errorf("half a second later it waits %s", wait)
	}
}

func TestLimiterIsBounded(t *testing.T) {
	now := time.Unix(0, 0)
	l := NewLimiter(Rate{PerSecond: 0.001, Burst: 1}, func() time.Time { return now })
	for n := range 3 * maxVisitors {
		l.Wait(strconv.Itoa(n))
	}
	if len(l.buckets) > maxVisitors {
		t.Errorf("%d visitors are remembered", len(l.buckets))
	}
}
