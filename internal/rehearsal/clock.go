package rehearsal

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// clock is the simulated time of the product, of both simulators and of the people.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the simulated time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// advanceTo moves the clock forward to t. An earlier time has no effect.
func (c *clock) advanceTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}

// action is what a person or a fault does at a time.
type action func(ctx context.Context) error

type entry struct {
	at     time.Time
	number int // actions at the same time are performed in the order of their planning
	do     action
}

// agenda holds the planned actions.
type agenda struct {
	entries entries
	planned int
}

// planAction adds an action.
func (a *agenda) planAction(at time.Time, do action) {
	a.planned++
	heap.Push(&a.entries, entry{at, a.planned, do})
}

// nextAction returns the first action, nil if there is none.
func (a *agenda) nextAction() (time.Time, action) {
	if len(a.entries) == 0 {
		return time.Time{}, nil
	}
	return a.entries[0].at, a.entries[0].do
}

func (a *agenda) popAction() { heap.Pop(&a.entries) }

// entries implements heap.Interface.
type entries []entry //nolint:recvcheck // heap.Interface changes the length in Push and Pop alone

func (e entries) Len() int { return len(e) }
func (e entries) Less(i, j int) bool {
	if !e[i].at.Equal(e[j].at) {
		return e[i].at.Before(e[j].at)
	}
	return e[i].number < e[j].number
}
func (e entries) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)   { *e = append(*e, x.(entry)) } //nolint:forcetypeassert // heap.Push passes what plan passes
func (e *entries) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}
