package room

import (
	"context"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/protocol"
)

// lobby is what concerns the candidates who wait. It is guarded by the room's lock.
type lobby struct {
	hasStaff   bool                 // whether members of the company are in the room
	reportedAt map[string]time.Time // last CandidateWaiting hook, by participant id
}

// reportInterval is the shortest interval between two CandidateWaiting hooks for the
// same participant. The hook decides when the interviewers are notified.
const reportInterval = 2 * time.Minute

// reportDue reports whether the hook must be called for the participant now, and
// counts it as called.
func (l *lobby) reportDue(participantID string, now time.Time) bool {
	due := now.Sub(l.reportedAt[participantID]) >= reportInterval
	if due {
		l.reportedAt[participantID] = now
	}
	return due
}

// updateStaff sends those who wait a change of whether staff are in the room.
func (l *lobby) updateStaff(r *Room) {
	hasStaff := slices.ContainsFunc(r.presence(false), func(p protocol.Person) bool { return p.Role.IsStaff() })
	if hasStaff != l.hasStaff {
		l.hasStaff = hasStaff
		for _, m := range r.members {
			if m.waiting {
				m.sendMessage(&protocol.LobbyStatus{Type: "lobby", Staff: hasStaff})
			}
		}
	}
}

// runWaitingReports repeats the CandidateWaiting hooks until Stop.
func (m *Manager) runWaitingReports() {
	ticks := time.NewTicker(reportInterval / 4)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			m.reportWaiting(m.ctx)
		case <-m.ctx.Done():
			return
		}
	}
}

// reportWaiting calls the CandidateWaiting hook for the candidates who still wait on
// this replica.
func (m *Manager) reportWaiting(ctx context.Context) {
	for _, r := range m.loadedRooms() {
		for _, e := range r.lobby.dueReports(r) {
			err := m.store.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return m.hooks.CandidateWaiting(ctx, tx, e) })
			if err != nil && ctx.Err() == nil {
				m.log.Warn("reporting a waiting candidate failed", "room", r.id, "error", err)
			}
		}
	}
}

func (l *lobby) dueReports(r *Room) (due []HookEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.manager.now()
	for _, m := range r.members {
		if m.waiting && m.queue.IsOpen() && r.manager.hooks.CandidateWaiting != nil && l.reportDue(m.participant.ID, now) {
			due = append(due, HookEvent{CorpID: r.corpID, RoomID: r.id, By: m.participant.PersonID, At: now})
		}
	}
	return due
}
