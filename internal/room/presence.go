package room

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/protocol"
)

// The log of a room is replicated through the database. Presence and cursors
// are not in the log: replicas publish them on the same notification channel
// and repeat the presence every presenceInterval, so that a lost message or a
// replica that stopped is corrected after presenceTTL.

// replicaMessage is a message about one room to the other replicas.
type replicaMessage struct {
	From         string                   `json:"from"`
	Room         string                   `json:"room"`
	Corp         string                   `json:"corp,omitempty"` // access check: the company, whose rooms are all concerned
	Kind         string                   `json:"kind"`
	Participants []remoteParticipant      `json:"people,omitempty"` // presence: all participants connected to From
	Cursor       *protocol.CursorPosition `json:"cursor,omitempty"`
	Run          string                   `json:"run,omitempty"` // presence: the active run of From, whose lease it renews
	protocol.RunProgress
	ID string `json:"id,omitempty"` // run queued and run stop: run id; cursor gone: connection id; eviction and access check: person id
}

const (
	messagePresence        = "here"
	messagePresenceRequest = "ask" // requests messagePresence from every replica
	messageCursor          = "cursor"
	messageCursorGone      = "gone"
	messageEviction        = "out"
	messageAccessCheck     = "check"
	messageRunQueued       = "queued"
	messageRunStop         = "stop"
)

// remoteParticipant is a participant who is connected to another replica.
type remoteParticipant struct {
	Participant
	Waiting bool `json:"waiting,omitempty"`
}

// replicaPresence is the last presence received from one other replica.
type replicaPresence struct {
	participants []remoteParticipant
	receivedAt   time.Time
}

const (
	presenceInterval  = 10 * time.Second
	presenceTTL       = 25 * time.Second
	replicaQueueLen   = 256  // queued messages; further messages are dropped
	maxReplicaMessage = 7900 // bytes of one message
)

// publishToReplicas queues a message to the other replicas. It never blocks; a
// dropped presence is repeated by the heartbeat.
func (m *Manager) publishToReplicas(n replicaMessage) {
	if m.replicaMessages == nil {
		return
	}
	n.From = m.replicaID
	select {
	case m.replicaMessages <- n:
	default:
	}
}

// runPublisher sends the queued messages in order, all that are queued in one
// transaction.
func (m *Manager) runPublisher() {
	for {
		var batch []replicaMessage
		select {
		case n := <-m.replicaMessages:
			batch = append(batch, n)
		case <-m.ctx.Done():
			return
		}
		for len(m.replicaMessages) > 0 {
			batch = append(batch, <-m.replicaMessages)
		}
		err := m.store.DB.InTx(m.ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, n := range batch {
				if err := notifyReplicaMessage(ctx, tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && m.ctx.Err() == nil {
			m.log.Warn("publishing to the other replicas failed", "error", err)
		}
	}
}

func notifyReplicaMessage(ctx context.Context, tx *db.Tx, n replicaMessage) error {
	raw := protocol.Encode(n)
	if len(raw) > maxReplicaMessage {
		return nil
	}
	return tx.Notify(ctx, notifyChannel, string(raw))
}

// runPresenceHeartbeat publishes the presence of all rooms every
// presenceInterval, and removes the presence and ends the runs of replicas that
// have not renewed them.
func (m *Manager) runPresenceHeartbeat() {
	ticks := time.NewTicker(presenceInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
		case <-m.ctx.Done():
			return
		}
		for _, r := range m.loadedRooms() {
			r.mu.Lock()
			r.publishPresence()
			publishRunStop(r)
			r.endLostRuns()
			for from, e := range r.remotePresence {
				if r.manager.now().Sub(e.receivedAt) > presenceTTL {
					r.updateRemotePresence(from, nil)
				}
			}
			r.mu.Unlock()
		}
	}
}

// loadedRooms returns the rooms that are loaded.
func (m *Manager) loadedRooms() (rooms []*Room) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rooms {
		select {
		case <-r.ready:
			rooms = append(rooms, r)
		default:
		}
	}
	return rooms
}

// receiveNotification handles a notification of another replica: either a
// replicaMessage, or the ids of the rooms whose logs have grown.
func (m *Manager) receiveNotification(payload string) {
	if !strings.HasPrefix(payload, "{") {
		if from, ids, ok := strings.Cut(payload, " "); ok && from != m.replicaID {
			m.markStale(strings.Fields(ids))
		}
		return
	}
	var n replicaMessage
	if err := json.Unmarshal([]byte(payload), &n); err != nil || n.From == m.replicaID {
		return
	}
	if n.Kind == messageAccessCheck {
		m.requestAccessChecks(n.Corp, n.ID)
		return
	}
	for _, r := range m.loadedRooms() {
		if r.id == n.Room {
			r.mu.Lock()
			r.receiveReplicaMessage(&n)
			r.mu.Unlock()
		}
	}
}

func (r *Room) receiveReplicaMessage(n *replicaMessage) {
	switch n.Kind {
	case messagePresence:
		r.updateRemotePresence(n.From, n.Participants)
		if n.Run != "" {
			r.runLeases.Renew(n.Run)
		}
	case messagePresenceRequest: // from a replica that has begun to listen
		r.publishPresence()
		publishRunStop(r)
	case messageCursor:
		r.receiveRemoteCursor(n.Cursor)
	case messageCursorGone:
		if c := r.remoteCursors[n.ID]; c != nil {
			delete(r.remoteCursors, n.ID)
			r.broadcast(&protocol.CursorGone{Type: "cursor_gone", Connection: n.ID}, readersOf(c.Doc))
		}
	case messageRunQueued:
		r.broadcast(&protocol.RunQueued{Type: "run_queued", RunID: n.ID, Position: n.Position, Done: n.Done}, r.canSeeRun(n.ID))
	case messageRunStop:
		r.cancelRun(n.ID)
	case messageEviction:
		r.disconnectParticipant(n.ID)
	}
}

// publishPresence publishes the participants who are connected to this replica.
// r.mu must be held.
func (r *Room) publishPresence() {
	if r.manager.replicaMessages == nil {
		return
	}
	people := []remoteParticipant{}
	for _, m := range r.members {
		p := remoteParticipant{Participant: m.participant, Waiting: m.waiting}
		if !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	n := replicaMessage{Room: r.id, Kind: messagePresence, Participants: people}
	if r.activeRun != nil {
		n.Run = r.activeRun.id
	}
	r.manager.publishToReplicas(n)
}

// updateRemotePresence replaces the presence of another replica and broadcasts
// who joined or left by that. r.mu must be held.
func (r *Room) updateRemotePresence(from string, people []remoteParticipant) {
	inside, outside := r.presence(false), r.presence(true)
	if len(people) == 0 {
		delete(r.remotePresence, from)
	} else {
		for i := range people {
			people[i].ID = r.store.ids.Of(people[i].PersonID)
		}
		r.remotePresence[from] = replicaPresence{participants: people, receivedAt: r.manager.now()}
	}
	now, door := r.presence(false), r.presence(true)
	for _, p := range door {
		if !(access.Device{Participant: p.ID, ID: p.Device}).IsIn(outside) {
			r.broadcast(&protocol.Knock{Type: "knock", Participant: p, At: protocol.Timestamp{Time: r.manager.now()}}, withRight(access.CanAdmit))
		}
	}
	for _, p := range outside {
		entered := func(q remoteParticipant) bool { return !q.Waiting && q.ID == p.ID && q.Device == p.Device }
		if !(access.Device{Participant: p.ID, ID: p.Device}).IsIn(door) && !slices.ContainsFunc(people, entered) {
			r.broadcast(&protocol.KnockOver{Type: "knock_over", ParticipantID: p.ID, Device: p.Device, Outcome: "left"}, withRight(access.CanAdmit))
		}
	}
	for _, p := range now {
		if !containsPerson(inside, p.ID) {
			r.broadcast(&protocol.Joined{Type: "joined", Participant: p}, toAll)
		}
	}
	for _, p := range inside {
		if !containsPerson(now, p.ID) {
			r.broadcast(&protocol.Left{Type: "left", ParticipantID: p.ID}, toAll)
			if lost := r.losses[p.ID]; lost != nil {
				delete(r.losses, p.ID)
				r.broadcast(lost, toAll)
			}
		}
	}
	r.lobby.updateStaff(r)
}

func containsPerson(people []protocol.Person, id string) bool {
	return slices.ContainsFunc(people, func(p protocol.Person) bool { return p.ID == id })
}

// receiveRemoteCursor broadcasts a cursor of another replica. Its version may
// differ from that of the local document: it is dropped when it cannot be
// mapped to the head.
func (r *Room) receiveRemoteCursor(c *protocol.CursorPosition) {
	if c == nil || r.docs[c.Doc] == nil {
		return
	}
	d := r.docs[c.Doc]
	over, ok := d.UpdatesSince(c.Version, nil)
	if !ok || c.Version < 0 || !rangesWithin(c.Ranges, lengthBefore(d, over)) {
		return // the updates have not arrived yet; the next cursor follows
	}
	moved := mapCursor(c, over)
	moved.ParticipantID = r.store.ids.Of(c.ParticipantID)
	r.remoteCursors[c.Connection] = moved
	r.broadcast(&protocol.Cursor{Type: "cursor", CursorPosition: *moved}, readersOf(c.Doc))
}

// allParticipants addresses all participants of a room. No person has an empty id.
const allParticipants = ""

// disconnectParticipant closes the local sockets of a participant who lost
// access.
func (r *Room) disconnectParticipant(personID string) {
	for _, m := range r.members {
		if m.participant.PersonID == personID || personID == allParticipants {
			m.queue.Close(protocol.CloseForbidden, "no longer allowed")
		}
	}
}
