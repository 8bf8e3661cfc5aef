package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// AwaitState calls reached at an interval until it returns true. The error is that of ctx.
func AwaitState(ctx context.Context, interval time.Duration, reached func() bool) error {
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for !reached() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks.C:
		}
	}
	return nil
}

// readyInterval is how often the readiness of a process is checked.
const readyInterval = 20 * time.Millisecond

// startTimeout is for the start of a process on a busy machine, with all migrations.
const startTimeout = 2 * time.Minute

var errEnded = errors.New("the process has ended: its log has the reason")

// awaitStart waits until a process that was started is ready, or has ended.
func awaitStart(ctx context.Context, ended <-chan struct{}, isReady func(ctx context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := AwaitState(ctx, readyInterval, func() bool { return isClosed(ended) || isReady(ctx) }); err != nil {
		return fmt.Errorf("the process is not ready: %w", err)
	}
	if isClosed(ended) {
		return errEnded
	}
	return nil
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
