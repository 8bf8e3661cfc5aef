package runqueue

import (
	"context"
	"errors"
	"testing"
)

func enqueueBackground(t *testing.T, q *Queue) *Ticket {
	t.Helper()
	ticket, err := q.EnqueueBackground()
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func TestRoomsOvertakeTheBackground(t *testing.T) {
	q := New(1, 0)
	running := enqueue(t, q, "x", "a")
	first, second := enqueueBackground(t, q), enqueueBackground(t, q)
	later := enqueue(t, q, "x", "b")
	requirePositions(t, []*Ticket{running, later, first, second}, 0, 1, 2, 3)
	running.Release()
	requirePositions(t, []*Ticket{later, first, second}, 0, 1, 2)
	later.Release()
	requirePositions(t, []*Ticket{first, second}, 0, 1)
	room := enqueue(t, q, "x", "a")
	first.Release()
	requirePositions(t, []*Ticket{room, second}, 0, 1)
	second.Release()
	if err := second.Wait(t.Context(), func(int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	room.Release()
	if q.Running() != 0 || q.backgroundTaken != 0 || len(q.background) != 0 {
		t.Errorf("%d run, %d of them in the background, %d wait", q.Running(), q.backgroundTaken, len(q.background))
	}
}

// The background has at most half of the slots, and takes none from the limit of a company.
func TestBackgroundLimit(t *testing.T) {
	q := New(3, 1)
	var tickets []*Ticket
	for range 3 {
		tickets = append(tickets, enqueueBackground(t, q))
	}
	requirePositions(t, tickets, 0, 0, 1)
	requirePositions(t, []*Ticket{enqueue(t, q, "x", "a")}, 0)
	tickets[0].Release()
	requirePositions(t, tickets[1:], 0, 0)
}

// A room of a company at its limit waits for that company alone, and the background for the
// room.
func TestBackgroundWaitsForCompanyAtLimit(t *testing.T) {
	q := New(3, 1)
	room := enqueue(t, q, "x", "a")
	waiting, ticket := enqueue(t, q, "x", "b"), enqueueBackground(t, q)
	requirePositions(t, []*Ticket{waiting, ticket}, 1, 2)
	room.Release()
	requirePositions(t, []*Ticket{waiting, ticket}, 0, 0)
}

func TestFullBackground(t *testing.T) {
	q := New(1, 0)
	enqueue(t, q, "x", "a")
	for range maxWaiting {
		enqueueBackground(t, q)
	}
	if _, err := q.EnqueueBackground(); !errors.Is(err, ErrFull) {
		t.Errorf("error is %v", err)
	}
	if q.IsFull() {
		t.Error("the background leaves no place for rooms")
	}
}
