package background

import (
	"context"
	"errors"
	"testing"
)

func TestWait(t *testing.T) {
	var g Group
	begun, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	if !g.Go(func() {
		close(begun)
		<-release
		close(ended)
	}) {
		t.Fatal("an open group refused a task")
	}
	<-begun
	g.Close()
	if g.Go(func() { t.Error("a task ran after Close") }) {
		t.Error("a closed group accepted a task")
	}
	close(release)
	g.Wait()
	select {
	case <-ended:
	default:
		t.Error("Wait returned before the task")
	}
	g.Wait() // again
}

func TestLifetime(t *testing.T) {
	l := NewLifetime()
	if _, ok := l.Deadline(); ok || l.Err() != nil || l.Value("key") != nil {
		t.Error("a lifetime has a deadline, an error or a value")
	}
	ctx, cancel := context.WithCancel(l)
	defer cancel()
	l.End()
	l.End()
	<-ctx.Done()
	if !errors.Is(l.Err(), context.Canceled) || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("after the end: %v, %v", l.Err(), ctx.Err())
	}
}
