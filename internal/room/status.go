package room

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// stats are counters since the start.
type stats struct {
	pushes, refused, conflicts, commits, runs atomic.Int64
}

// Stats are metrics of this process.
type Stats struct {
	Rooms     int   // rooms in memory
	Sockets   int   // of all members, waiting members too
	Running   int   // programs that run
	Waiting   int   // programs that wait for a slot
	Pushes    int64 // pushes received since the start
	Refused   int64 // pushes answered with a resync
	Conflicts int64 // conflicts with other replicas that were resolved
	Commits   int64 // committed transactions
	Runs      int64 // runs that have ended
}

// Stats returns the current metrics.
func (m *Manager) Stats() Stats {
	s := Stats{
		Running: m.runQueue.Running() + m.terminalQueue.Running(), Waiting: m.runQueue.Waiting() + m.terminalQueue.Waiting(), Pushes: m.stats.pushes.Load(), Refused: m.stats.refused.Load(),
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

// Status is the phase of a room. A room without a row is in Lobby.
type Status struct {
	State     Phase
	StartedAt time.Time // zero before the start
	EndedAt   time.Time // zero before the end
}

// Status reads the phase from the database, without loading the room.
func (m *Manager) Status(ctx context.Context, corpID, roomID string) (Status, error) {
	row, err := m.store.GetRoom(ctx, corpID, roomID)
	if db.IsNotFound(err) {
		return Status{State: Lobby}, nil
	}
	if err != nil {
		return Status{}, err
	}
	return Status{State: row.State, StartedAt: row.StartedAt, EndedAt: row.EndedAt}, nil
}

// Open opens a room on behalf of by. It does nothing when the room is open or
// has ended.
func (m *Manager) Open(ctx context.Context, corpID, roomID, by string) error {
	return m.changePhase(ctx, corpID, roomID, func(r *Room) *work { return phaseChange{r, by}.newStart() })
}

// End ends a room on behalf of by. It does nothing when the room has ended.
func (m *Manager) End(ctx context.Context, corpID, roomID, by string) error {
	if err := m.Open(ctx, corpID, roomID, by); err != nil {
		return err
	}
	return m.changePhase(ctx, corpID, roomID, func(r *Room) *work { return phaseChange{r, by}.newEnd() })
}

// changePhase enqueues a phase change and waits until it is stored.
func (m *Manager) changePhase(ctx context.Context, corpID, roomID string, newWork func(*Room) *work) error {
	r, err := m.acquireRoom(ctx, corpID, roomID)
	if err != nil {
		return err
	}
	defer m.releaseRoom(r)
	done := make(chan error, 1)
	r.mu.Lock()
	w := newWork(r)
	w.onStored = func(err error) { done <- err }
	w.onFailed = func(string) { done <- apperr.New(apperr.Unavailable, "room.busy") }
	r.enqueue(w)
	r.mu.Unlock()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("waiting for room %s: %w", roomID, ctx.Err())
	}
}
