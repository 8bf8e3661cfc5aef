// Package runqueue decides which program runs next when more programs are
// started than the machine can run.
//
// A queue has a number of slots. Rooms take turns: a room that starts many
// programs does not delay the others. A company can be limited to a part of the
// slots; the rooms of other companies overtake those of a company at its limit.
//
// Programs in the background, such as checks of questions, get a slot only while no program
// of a room waits for one, and never more than half of the slots.
//
// The slots are those of one machine, so each replica has its own queue.
package runqueue

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// maxWaiting limits the waiting programs of a queue.
const maxWaiting = 200

// ErrFull is returned by Enqueue when too many programs wait.
var ErrFull = errors.New("too many programs wait for a slot")

// Queue is a fair queue for the slots of one machine.
type Queue struct {
	slots      int
	perCompany int

	mu      sync.Mutex
	running map[string]int // by company, without zeros; without the background
	taken   int            // sum of running, and the taken slots of the background
	turns   []*turn        // rooms with waiting tickets, in the order in which they are served
	waiting int            // sum of the tickets in turns

	background      []*Ticket // that wait, oldest first
	backgroundTaken int
}

// turn is the waiting tickets of one room, oldest first.
type turn struct {
	company, room string
	tickets       []*Ticket
}

// Ticket is the place of one program, first in the queue and then in a slot.
type Ticket struct {
	queue         *Queue
	company, room string
	isBackground  bool
	wake          chan struct{} // capacity 1; the place may have changed

	// Guarded by queue.mu.
	granted  bool
	released bool
}

// New returns a queue. slots is the number of programs that run at the same time,
// perCompany that of one company; 0 means no limit of its own.
func New(slots, perCompany int) *Queue {
	if perCompany <= 0 || perCompany > slots {
		perCompany = slots
	}
	return &Queue{slots: slots, perCompany: perCompany, running: map[string]int{}}
}

// Enqueue adds a program of a room. The ticket must be released.
func (q *Queue) Enqueue(company, room string) (*Ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting >= maxWaiting {
		return nil, ErrFull
	}
	t := &Ticket{queue: q, company: company, room: room, wake: make(chan struct{}, 1)}
	q.appendTicket(t)
	q.grantSlots()
	return t, nil
}

// EnqueueBackground adds a program that no participant of a room waits for. The ticket must
// be released.
func (q *Queue) EnqueueBackground() (*Ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.background) >= maxWaiting {
		return nil, ErrFull
	}
	t := &Ticket{queue: q, isBackground: true, wake: make(chan struct{}, 1)}
	q.background = append(q.background, t)
	q.grantSlots()
	return t, nil
}

// IsFull reports whether Enqueue would return ErrFull.
func (q *Queue) IsFull() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting >= maxWaiting
}

// Running returns the number of taken slots.
func (q *Queue) Running() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.taken
}

// Waiting returns the number of programs without a slot.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// Wait returns nil when the ticket has a slot. Until then it passes the position
// in the queue to onPosition, 1 for the next program, at first and after each
// change. A program of a company at its limit can be overtaken, so that its
// position grows again. The error is that of ctx, or context.Canceled for a
// ticket that was released.
func (t *Ticket) Wait(ctx context.Context, onPosition func(position int)) error {
	last := 0
	for {
		position, err := t.findPosition()
		if err != nil || position == 0 {
			return err
		}
		if position != last {
			onPosition(position)
			last = position
		}
		select {
		case <-t.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Release returns the slot of the ticket, or removes it from the queue. It may be
// called more than once.
func (t *Ticket) Release() {
	q := t.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.released {
		return
	}
	t.released = true
	if t.granted {
		q.releaseSlot(t)
	} else {
		q.removeTicket(t)
		t.notifyChange()
	}
	q.grantSlots()
}

// releaseSlot takes the slot from a ticket. q.mu must be held.
func (q *Queue) releaseSlot(t *Ticket) {
	q.taken--
	if t.isBackground {
		q.backgroundTaken--
		return
	}
	if q.running[t.company]--; q.running[t.company] == 0 {
		delete(q.running, t.company)
	}
}

// findPosition returns the position in the queue, or 0 when the ticket has a slot.
func (t *Ticket) findPosition() (int, error) {
	q := t.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.granted {
		return 0, nil
	}
	if t.released {
		return 0, context.Canceled
	}
	return q.positionOf(t), nil
}

// positionOf counts the tickets that are served before t: in each round, one of
// each room. q.mu must be held.
func (q *Queue) positionOf(t *Ticket) int {
	if t.isBackground {
		return q.waiting + slices.Index(q.background, t) + 1
	}
	own := slices.IndexFunc(q.turns, func(u *turn) bool { return u.isFor(t) })
	rounds := slices.Index(q.turns[own].tickets, t)
	position := 1
	for i, u := range q.turns {
		served := rounds
		if i < own {
			served++
		}
		position += min(served, len(u.tickets))
	}
	return position
}

func (u *turn) isFor(t *Ticket) bool { return u.company == t.company && u.room == t.room }

// appendTicket adds a ticket to those of its room, which waits for its turn
// behind the other rooms. q.mu must be held.
func (q *Queue) appendTicket(t *Ticket) {
	q.waiting++
	if i := slices.IndexFunc(q.turns, func(u *turn) bool { return u.isFor(t) }); i >= 0 {
		q.turns[i].tickets = append(q.turns[i].tickets, t)
		return
	}
	q.turns = append(q.turns, &turn{company: t.company, room: t.room, tickets: []*Ticket{t}})
}

// removeTicket removes a waiting ticket. q.mu must be held.
func (q *Queue) removeTicket(t *Ticket) {
	if t.isBackground {
		q.background = slices.DeleteFunc(q.background, func(other *Ticket) bool { return other == t })
		return
	}
	q.waiting--
	for i, u := range q.turns {
		if !u.isFor(t) {
			continue
		}
		u.tickets = slices.DeleteFunc(u.tickets, func(other *Ticket) bool { return other == t })
		if len(u.tickets) == 0 {
			q.turns = slices.Delete(q.turns, i, i+1)
		}
		return
	}
}

// grantSlots assigns free slots to the rooms in turn and notifies those that still
// wait. q.mu must be held.
func (q *Queue) grantSlots() {
	for q.taken < q.slots {
		i := slices.IndexFunc(q.turns, func(u *turn) bool { return q.running[u.company] < q.perCompany })
		if i < 0 {
			break
		}
		q.grantTurn(i)
	}
	q.grantBackground()
	for _, u := range q.turns {
		for _, t := range u.tickets {
			t.notifyChange()
		}
	}
}

// grantBackground gives free slots to the background unless a room waits. q.mu must be held.
func (q *Queue) grantBackground() {
	for len(q.background) > 0 && q.waiting == 0 && q.taken < q.slots && q.backgroundTaken < (q.slots+1)/2 {
		t := q.background[0]
		q.background = q.background[1:]
		q.taken++
		q.backgroundTaken++
		t.granted = true
		t.notifyChange()
	}
	for _, t := range q.background {
		t.notifyChange()
	}
}

// grantTurn assigns a slot to the first ticket of a room and moves the room behind
// the others. q.mu must be held.
func (q *Queue) grantTurn(i int) {
	u := q.turns[i]
	t := u.tickets[0]
	u.tickets = u.tickets[1:]
	q.turns = slices.Delete(q.turns, i, i+1)
	if len(u.tickets) > 0 {
		q.turns = append(q.turns, u)
	}
	q.waiting--
	q.taken++
	q.running[t.company]++
	t.granted = true
	t.notifyChange()
}

func (t *Ticket) notifyChange() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}
