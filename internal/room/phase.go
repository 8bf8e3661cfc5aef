package room

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

const (
	extension     = 15 * time.Minute // of the planned end, by one request
	maxExtensions = 4                // of a room
	reopenWithin  = 10 * time.Minute // after the end
)

// phaseChange creates the works by which a person changes the phase of a room or its
// planned end. r.mu must be held by the callers of its methods.
type phaseChange struct {
	room *Room
	by   string // person id
}

// newStart returns the work that opens the room. It is dropped when the room is open
// already.
func (c phaseChange) newStart() *work {
	r := c.room
	return &work{event: c.newEvent(logevent.KindStart), skipIf: func() bool { return r.state.phase != Lobby }, hook: r.bindHook(r.manager.hooks.Started, HookEvent{By: c.by})}
}

// newEnd returns the work that ends the room. Callers enqueue newStart first when the room
// is in the lobby, so that every interview has a start.
func (c phaseChange) newEnd() *work {
	r := c.room
	return &work{event: c.newEvent(logevent.KindEnd), skipIf: func() bool { return r.state.phase == Ended }, hook: r.bindHook(r.manager.hooks.Ended, HookEvent{By: c.by})}
}

// newReopening returns the work that opens an ended room again. It is dropped when the
// room is open, and when it was reopened and ended meanwhile.
func (c phaseChange) newReopening() *work {
	r := c.room
	endedAt := r.state.endedAt
	return &work{event: c.newEvent(logevent.KindReopen), hook: r.bindHook(r.manager.hooks.Reopened, HookEvent{By: c.by}), skipIf: func() bool {
		return r.state.phase != Ended || !r.state.endedAt.Equal(endedAt)
	}}
}

// newExtension returns the work that moves the planned end to endsAt. It is dropped when
// the room is no longer open, and when there are more extensions than known: endsAt was
// computed without them.
func (c phaseChange) newExtension(endsAt time.Time, known int) *work {
	r := c.room
	e := &event{kind: logevent.KindExtend, actor: r.store.ids.Of(c.by), data: &logevent.Extend{UserID: c.by, EndsAt: protocol.Timestamp{Time: endsAt}}}
	return &work{event: e, skipIf: func() bool { return r.state.phase != Open || r.state.extensions != known }, hook: r.bindHook(r.manager.hooks.Extended, HookEvent{By: c.by, EndsAt: endsAt})}
}

func (c phaseChange) newEvent(kind string) *event {
	return &event{kind: kind, actor: c.room.store.ids.Of(c.by), data: &logevent.Phase{UserID: c.by}}
}

// bindHook binds a hook of the manager to the room and completes its event. A change
// without a hook still gets its own transaction, so that the plans that follow see the new
// phase.
func (r *Room) bindHook(fn func(context.Context, *db.Tx, HookEvent) error, e HookEvent) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		if fn == nil {
			return nil
		}
		e.CorpID, e.RoomID, e.At = r.corpID, r.id, db.Time(r.manager.now())
		return fn(ctx, tx, e)
	}
}

func (m *Member) phaseChange() phaseChange { return phaseChange{m.room, m.participant.PersonID} }

func (m *Member) handleStart(_ context.Context, msg *protocol.PhaseRequest) error {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	m.enqueueRequest(msg.Ref, m.phaseChange().newStart())
	return nil
}

func (m *Member) handleEnd(_ context.Context, msg *protocol.PhaseRequest) error {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if m.room.state.phase == Lobby {
		m.enqueueRequest(msg.Ref, m.phaseChange().newStart())
	}
	m.enqueueRequest(msg.Ref, m.phaseChange().newEnd())
	return nil
}

// handleReopen opens the room again that was ended by mistake.
func (m *Member) handleReopen(_ context.Context, msg *protocol.PhaseRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.manager.now().After(r.state.endedAt.Add(reopenWithin)) {
		return newRefusal("reopen.late")
	}
	m.enqueueRequest(msg.Ref, m.phaseChange().newReopening())
	return nil
}

// handleExtend moves the planned end by the extension. The interview has the planned end:
// it may have been moved since the room was loaded.
func (m *Member) handleExtend(ctx context.Context, msg *protocol.PhaseRequest) error {
	r := m.room
	r.mu.Lock()
	known := r.state.extensions
	r.mu.Unlock()
	if known >= maxExtensions {
		return newRefusal("extend.limit")
	}
	desc, err := r.manager.hooks.Describe(ctx, r.corpID, r.id)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m.enqueueRequest(msg.Ref, m.phaseChange().newExtension(desc.EndsAt.Add(extension), known))
	return nil
}

// applyPhase applies an event that changes the phase or the planned end.
func (s *state) applyPhase(e *event) {
	switch {
	case e.kind == logevent.KindStart && s.phase == Lobby:
		s.phase, s.startedAt = Open, e.at
		s.agenda.Start(e.at)
	case e.kind == logevent.KindEnd && s.phase != Ended:
		s.phase, s.endedAt = Ended, e.at
		s.agenda.Stop(e.at)
	case e.kind == logevent.KindReopen && s.phase == Ended:
		s.phase, s.endedAt = Open, time.Time{}
		s.agenda.Start(e.at)
	}
	if data, ok := e.data.(*logevent.Extend); ok {
		s.extensions++
		s.endsAt = data.EndsAt.Time
	}
}

// newPhaseView returns the times of the phases, and until when and how often they can be
// changed.
func (s *state) newPhaseView() protocol.PhaseView {
	v := protocol.PhaseView{
		StartedAt: protocol.NewTimestamp(s.startedAt), EndedAt: protocol.NewTimestamp(s.endedAt), EndsAt: protocol.NewTimestamp(s.endsAt),
		ExtensionsLeft: maxExtensions - s.extensions,
	}
	if s.phase == Ended {
		v.ReopenUntil = protocol.NewTimestamp(s.endedAt.Add(reopenWithin))
	}
	return v
}

// broadcastPhase sends each member the phase, its times and the member's rights in it.
func (r *Room) broadcastPhase(e *event) {
	for _, m := range r.members {
		if !m.waiting {
			m.sendMessage(&protocol.State{Type: "state", State: r.state.phase, PhaseView: r.state.newPhaseView(), By: e.actor, Can: m.currentRights()})
		}
	}
}
