// Package sendqueue has the bounded queue of messages to one socket of a room.
package sendqueue

import (
	"context"
	"sync"

	"github.com/huimian/huimian/internal/room/protocol"
)

// Limits of a queue. Above them the client reads too slowly.
const (
	MaxLen   = 1024
	MaxBytes = 8 << 20
)

// Queue is the queue of messages to one socket. When the client reads too
// slowly, the queue is emptied and closed with CloseSlow, and the client
// reconnects.
type Queue struct {
	mu     sync.Mutex
	items  [][]byte
	size   int
	closed *protocol.CloseError
	wake   chan struct{} // capacity 1
}

// New returns an empty queue.
func New() *Queue { return &Queue{wake: make(chan struct{}, 1)} }

// Push appends a message, unless the queue is closed.
func (o *Queue) Push(message []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed != nil {
		return
	}
	o.items = append(o.items, message)
	o.size += len(message)
	if len(o.items) > MaxLen || o.size > MaxBytes && len(o.items) > 1 {
		o.items, o.size = nil, 0
		o.closed = &protocol.CloseError{Code: protocol.CloseSlow, Reason: "too slow"}
	}
	o.wakeReader()
}

// Close closes the queue. Messages that are queued are still sent.
func (o *Queue) Close(code int, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed == nil {
		o.closed = &protocol.CloseError{Code: code, Reason: reason}
		o.wakeReader()
	}
}

func (o *Queue) wakeReader() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Next waits for the next message. After Close it returns the remaining
// messages and then the *protocol.CloseError.
func (o *Queue) Next(ctx context.Context) ([]byte, error) {
	for {
		if message, err := o.popMessage(); message != nil || err != nil {
			return message, err
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (o *Queue) popMessage() ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.items) == 0 {
		if o.closed != nil {
			return nil, o.closed
		}
		return nil, nil
	}
	message := o.items[0]
	o.items = o.items[1:]
	o.size -= len(message)
	return message, nil
}

// IsOpen reports whether the queue accepts messages.
func (o *Queue) IsOpen() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed == nil
}
