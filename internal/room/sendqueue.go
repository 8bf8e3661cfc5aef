package room

import (
	"context"
	"fmt"
	"sync"
)

// CloseError is the WebSocket close code and reason to close a socket with.
type CloseError struct {
	Code   int
	Reason string
}

func (e *CloseError) Error() string { return fmt.Sprintf("closed with %d: %s", e.Code, e.Reason) }

// sendQueue is the bounded queue of messages to one socket. When the client
// reads too slowly, the queue is emptied and closed with CloseSlow, and the
// client reconnects.
type sendQueue struct {
	mu     sync.Mutex
	items  [][]byte
	size   int
	closed *CloseError
	wake   chan struct{} // capacity 1
}

func newSendQueue() *sendQueue { return &sendQueue{wake: make(chan struct{}, 1)} }

func (o *sendQueue) push(message []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed != nil {
		return
	}
	o.items = append(o.items, message)
	o.size += len(message)
	if len(o.items) > maxSendQueueLen || o.size > maxSendQueueBytes && len(o.items) > 1 {
		o.items, o.size = nil, 0
		o.closed = &CloseError{Code: CloseSlow, Reason: "too slow"}
	}
	o.wakeReader()
}

// close closes the queue. Messages that are queued are still sent.
func (o *sendQueue) close(code int, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed == nil {
		o.closed = &CloseError{Code: code, Reason: reason}
		o.wakeReader()
	}
}

func (o *sendQueue) wakeReader() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// waitNext waits for the next message. After close it returns the remaining
// messages and then the *CloseError.
func (o *sendQueue) waitNext(ctx context.Context) ([]byte, error) {
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

func (o *sendQueue) popMessage() ([]byte, error) {
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

// isOpen reports whether the queue accepts messages.
func (o *sendQueue) isOpen() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed == nil
}
