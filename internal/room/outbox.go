package room

import (
	"context"
	"fmt"
	"sync"
)

// CloseError says why a socket is to be closed, with the code for it.
type CloseError struct {
	Code   int
	Reason string
}

func (e *CloseError) Error() string { return fmt.Sprintf("closed with %d: %s", e.Code, e.Reason) }

// outbox holds the messages for one socket. It is bounded: when the client
// does not take them in time the outbox is emptied and closed, and the client
// joins again.
type outbox struct {
	mu     sync.Mutex
	items  [][]byte
	size   int
	closed *CloseError
	wake   chan struct{} // of capacity 1
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

func (o *outbox) put(message []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed != nil {
		return
	}
	o.items = append(o.items, message)
	o.size += len(message)
	if len(o.items) > maxOutboxLen || o.size > maxOutboxSize && len(o.items) > 1 {
		o.items, o.size = nil, 0
		o.closed = &CloseError{Code: CloseSlow, Reason: "too slow"}
	}
	o.signal()
}

// close lets the messages that wait go out first.
func (o *outbox) close(code int, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed == nil {
		o.closed = &CloseError{Code: code, Reason: reason}
		o.signal()
	}
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// next waits for a message. After close it returns the rest and then the
// *CloseError.
func (o *outbox) next(ctx context.Context) ([]byte, error) {
	for {
		if message, err := o.take(); message != nil || err != nil {
			return message, err
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (o *outbox) take() ([]byte, error) {
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

// open says that messages are still taken.
func (o *outbox) open() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed == nil
}
