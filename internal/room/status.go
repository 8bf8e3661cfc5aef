package room

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// stats count since the start.
type stats struct {
	pushes, refused, conflicts, commits, runs atomic.Int64
}

// Stats are numbers for the operator, of this process.
type Stats struct {
	Rooms     int   // with somebody in them
	Sockets   int   // of them, at the door too
	Running   int   // programs
	Pushes    int64 // taken from clients, since the start
	Refused   int64 // of them, for what they were
	Conflicts int64 // with other replicas, solved
	Commits   int64 // transactions
	Runs      int64 // programs that have ended
}

// Stats counts.
func (m *Manager) Stats() Stats {
	s := Stats{
		Running: len(m.slots), Pushes: m.stats.pushes.Load(), Refused: m.stats.refused.Load(),
		Conflicts: m.stats.conflicts.Load(), Commits: m.stats.commits.Load(), Runs: m.stats.runs.Load(),
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s.Rooms = len(m.rooms)
	for _, r := range m.rooms {
		r.mu.Lock()
		s.Sockets += len(r.members)
		r.mu.Unlock()
	}
	return s
}

// Status is where a room stands. A room that nobody has entered is in Lobby.
type Status struct {
	State     Phase
	StartedAt time.Time // zero: not yet
	EndedAt   time.Time // zero: not yet
}

// Status reads where a room stands, without opening it.
func (m *Manager) Status(ctx context.Context, corpID, roomID string) (Status, error) {
	row, err := m.store.room(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return Status{State: Lobby}, nil
	}
	if err != nil {
		return Status{}, err
	}
	return Status{State: row.State, StartedAt: row.StartedAt, EndedAt: row.EndedAt}, nil
}

// Open opens a room as if somebody in it had; open already, it does nothing.
func (m *Manager) Open(ctx context.Context, corpID, roomID, by string) error {
	return m.turn(ctx, corpID, roomID, func(r *Room) *work { return r.starting(by) })
}

// End ends a room as if somebody in it had; ended already, it does nothing.
func (m *Manager) End(ctx context.Context, corpID, roomID, by string) error {
	if err := m.Open(ctx, corpID, roomID, by); err != nil {
		return err
	}
	return m.turn(ctx, corpID, roomID, func(r *Room) *work { return r.ending(by) })
}

// turn changes the phase of a room and waits until that is stored.
func (m *Manager) turn(ctx context.Context, corpID, roomID string, newWork func(*Room) *work) error {
	r, err := m.acquire(ctx, corpID, roomID)
	if err != nil {
		return err
	}
	defer m.release(r)
	done := make(chan error, 1)
	r.mu.Lock()
	w := newWork(r)
	w.stored = func(err error) { done <- err }
	w.failed = func(string) { done <- apperr.New(apperr.Unavailable, "room.busy") }
	r.add(w)
	r.mu.Unlock()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("waiting for room %s: %w", roomID, ctx.Err())
	}
}
