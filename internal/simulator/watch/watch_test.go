package watch

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestUntil(t *testing.T) {
	var mu sync.Mutex
	var s Signal
	state, looked := 0, make(chan int, 10)
	done := make(chan int, 1)
	go func() {
		v, err := Until(t.Context(), &mu, &s, func() (int, bool) {
			looked <- state
			return state * 10, state == 2
		})
		if err != nil {
			t.Error(err)
		}
		done <- v
	}()
	for want := range 3 {
		if got := <-looked; got != want {
			t.Fatalf("looked at state %d, want %d", got, want)
		}
		mu.Lock()
		state++
		s.Notify()
		mu.Unlock()
		if want == 2 {
			break
		}
	}
	if v := <-done; v != 20 {
		t.Errorf("Until returned %d", v)
	}
}

func TestUntilFindsPresentState(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var mu sync.Mutex
	if v, err := Until(ctx, &mu, &Signal{}, func() (string, bool) { return "there", true }); v != "there" || err != nil {
		t.Errorf("Until = %q, %v", v, err)
	}
	if _, err := Until(ctx, &mu, &Signal{}, func() (string, bool) { return "", false }); !errors.Is(err, context.Canceled) {
		t.Errorf("the error of a cancelled wait is %v", err)
	}
}

func TestNotifyWakesEveryWaiter(t *testing.T) {
	var s Signal
	s.Notify() // without a waiter
	a, b := s.Changed(), s.Changed()
	s.Notify()
	<-a
	<-b
	select {
	case <-s.Changed():
		t.Error("a wait that began after the change ended")
	default:
	}
}
