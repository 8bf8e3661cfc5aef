package runqueue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// enqueue adds a program and fails the test when the queue is full.
func enqueue(t *testing.T, q *Queue, company, room string) *Ticket {
	t.Helper()
	ticket, err := q.Enqueue(company, room)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

// requirePositions checks the positions; 0 is a slot.
func requirePositions(t *testing.T, tickets []*Ticket, want ...int) {
	t.Helper()
	got := make([]int, len(tickets))
	for i, ticket := range tickets {
		var err error
		if got[i], err = ticket.findPosition(); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("positions are %v, want %v", got, want)
	}
}

func TestRoomsTakeTurns(t *testing.T) {
	q := New(1, 0)
	var tickets []*Ticket
	for _, room := range []string{"a", "a", "a", "b", "c", "b"} {
		tickets = append(tickets, enqueue(t, q, "x", room))
	}
	requirePositions(t, tickets, 0, 1, 4, 2, 3, 5)
	for range 5 {
		for _, ticket := range tickets {
			if ticket.granted && !ticket.released {
				ticket.Release()
				break
			}
		}
	}
	if !tickets[5].granted || q.Running() != 1 || q.Waiting() != 0 {
		t.Errorf("%d run, %d wait", q.Running(), q.Waiting())
	}
	tickets[5].Release()
	tickets[5].Release() // has no effect
	if q.Running() != 0 || len(q.running) != 0 {
		t.Errorf("%d run: %v", q.Running(), q.running)
	}
}

func TestCompanyLimit(t *testing.T) {
	q := New(3, 2)
	var tickets []*Ticket
	for _, place := range [][2]string{{"x", "a"}, {"x", "b"}, {"x", "c"}, {"y", "a"}, {"y", "b"}} {
		tickets = append(tickets, enqueue(t, q, place[0], place[1]))
	}
	requirePositions(t, tickets, 0, 0, 1, 0, 2)
	tickets[3].Release() // y's next overtakes x, which is at its limit
	requirePositions(t, tickets[:3], 0, 0, 1)
	requirePositions(t, tickets[4:], 0)
	tickets[0].Release()
	requirePositions(t, tickets[1:3], 0, 0)
	for slots, want := range map[int]int{0: 3, -1: 3, 9: 3, 2: 2} {
		if got := New(3, slots).perCompany; got != want {
			t.Errorf("a limit of %d is %d", slots, got)
		}
	}
}

func TestRemovalFromQueue(t *testing.T) {
	q := New(1, 0)
	var tickets []*Ticket
	for _, room := range []string{"a", "b", "c", "b"} {
		tickets = append(tickets, enqueue(t, q, "x", room))
	}
	tickets[1].Release()
	requirePositions(t, []*Ticket{tickets[0], tickets[2], tickets[3]}, 0, 2, 1)
	if err := tickets[1].Wait(t.Context(), func(int) { t.Error("a position") }); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	tickets[3].Release()
	tickets[0].Release()
	requirePositions(t, tickets[2:3], 0)
}

func TestFullQueue(t *testing.T) {
	q := New(1, 0)
	first := enqueue(t, q, "x", "a")
	for i := range maxWaiting {
		enqueue(t, q, "x", fmt.Sprint(i))
	}
	if _, err := q.Enqueue("x", "b"); !errors.Is(err, ErrFull) || !q.IsFull() {
		t.Errorf("error is %v", err)
	}
	first.Release()
	if q.IsFull() {
		t.Error("it is full after a program has started")
	}
}

func TestWaitReportsPositions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(1, 0)
		running, next, last := enqueue(t, q, "x", "a"), enqueue(t, q, "x", "b"), enqueue(t, q, "x", "c")
		if err := running.Wait(t.Context(), func(int) { t.Error("a position") }); err != nil {
			t.Error(err)
		}
		var positions []int
		var errWait error
		go func() { errWait = last.Wait(t.Context(), func(p int) { positions = append(positions, p) }) }()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			if err := next.Wait(ctx, func(int) {}); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
			next.Release()
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		running.Release()
		synctest.Wait()
		if !slices.Equal(positions, []int{2, 1}) || errWait != nil || !last.granted {
			t.Errorf("positions %v, error %v", positions, errWait)
		}
	})
}

// Many programs of many rooms: never more than the slots run, and all run.
func TestConcurrentPrograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(3, 2)
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				ticket, err := q.Enqueue(fmt.Sprint(i%2), fmt.Sprint(i%7))
				if err != nil {
					t.Error(err)
					return
				}
				defer ticket.Release()
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Second)
				defer cancel()
				if ticket.Wait(ctx, func(int) {}) != nil {
					return
				}
				if n := q.Running(); n > 3 {
					t.Errorf("%d programs run", n)
				}
				<-time.After(time.Second)
			})
		}
		wg.Wait()
		if q.Running() != 0 || q.Waiting() != 0 || len(q.turns) != 0 {
			t.Errorf("%d run, %d wait, %d turns", q.Running(), q.Waiting(), len(q.turns))
		}
	})
}
