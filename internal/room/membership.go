package room

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// Join adds a participant to a room. hello is the first message of the socket.
// The caller must authorize the participant, copy messages between the member
// and the socket, and call Leave.
func (m *Manager) Join(ctx context.Context, corpID, roomID string, who Participant, hello []byte) (*Member, error) {
	var h protocol.Hello
	if err := decodeStrict(hello, &h); err != nil {
		return nil, err
	}
	if h.Type != "hello" || h.Protocol != Protocol || len(h.Documents) > maxHelloDocuments {
		return nil, &protocol.CloseError{Code: protocol.CloseProtocol, Reason: "invalid hello or unsupported protocol"}
	}
	r, err := m.acquireRoom(ctx, corpID, roomID)
	if err != nil {
		return nil, err
	}
	who.ID = r.store.ids.Of(who.PersonID)
	member := newMember(r, who, fmt.Sprintf("%s-%d", m.replicaID[len(m.replicaID)-6:], m.connections.Add(1)))
	member.heldDrawing = h.Drawing
	if member.isAheadOfRoom(h.Documents) {
		if err := member.awaitRefresh(ctx); err != nil {
			m.releaseRoom(r)
			return nil, err
		}
	}
	haves := member.resumableDocuments(h.Documents)
	older, err := member.readMissedUpdates(ctx, haves)
	if err != nil {
		m.releaseRoom(r)
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.addMember(member, haves, older)
	return member, nil
}

// isAheadOfRoom reports whether a returning client has seen more than this replica has read of
// the log: a newer version, another file, or its admission. Without a refresh the client would
// start from the text, and its pending edits would be lost.
func (m *Member) isAheadOfRoom(haves []protocol.HeldDocument) bool {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(haves) > 0 && m.mustWait() || slices.ContainsFunc(haves, func(h protocol.HeldDocument) bool {
		d := r.docs[h.Doc]
		return d == nil || h.Version > d.Version()
	})
}

// awaitRefresh returns when the room has read the log.
func (m *Member) awaitRefresh(ctx context.Context) error {
	done := m.room.refresh.addWaiter()
	m.room.committer.markDirty(m.room)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-m.room.manager.ctx.Done():
		return m.room.manager.ctx.Err()
	}
}

// resumableDocuments returns the documents of a hello that the member may read
// from the held version on, each once. A candidate who is not admitted has
// none.
func (m *Member) resumableDocuments(haves []protocol.HeldDocument) []protocol.HeldDocument {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.mustWait() {
		return nil
	}
	var list []protocol.HeldDocument
	for _, h := range haves {
		twice := slices.ContainsFunc(list, func(o protocol.HeldDocument) bool { return o.Doc == h.Doc })
		if r.docs[h.Doc] != nil && r.state.hasFile(h.Doc) && !twice && readersOf(h.Doc)(m) && m.visiblePast().IncludesVersion(h.Doc, h.Version) {
			list = append(list, h)
		}
	}
	return list
}

// mustWait reports whether the member is a candidate on a device that is not
// admitted. r.mu must be held.
func (m *Member) mustWait() bool { return !isStaff(m) && !m.room.state.admissions.Include(m.device()) }

func (m *Member) device() access.Device {
	return access.Device{Participant: m.participant.ID, ID: m.participant.Device}
}

// readMissedUpdates reads the updates that a returning client lacks and that
// are no longer in memory. Above the rate limit of such reads the client
// receives the text instead.
func (m *Member) readMissedUpdates(ctx context.Context, haves []protocol.HeldDocument) (map[string][]store.Update, error) {
	older := map[string][]store.Update{}
	for _, h := range haves {
		d, err := m.readableDocument(h.Doc)
		if err != nil {
			continue
		}
		list, err := m.readOlderUpdates(ctx, d, h.Version)
		if _, limited := errors.AsType[*refusal](err); err != nil && !limited {
			return nil, err
		}
		older[h.Doc] = list
	}
	return older, nil
}

// readOlderUpdates reads the updates from version to the start of the tail. It
// returns none when the tail contains the version, or when the version is more
// than maxBehind behind.
func (r *Room) readOlderUpdates(ctx context.Context, d *document, version int) ([]store.Update, error) {
	r.mu.Lock()
	start, head := d.Start, d.Version()
	r.mu.Unlock()
	if version >= start || version < 0 || head-version > maxBehind {
		return nil, nil
	}
	// The tail may be trimmed during the read, so the read goes up to the head.
	return r.store.ReadUpdates(ctx, d.ID, version, head)
}

// addMember adds a member to the room. A candidate on a device that is not
// admitted waits. r.mu must be held.
func (r *Room) addMember(m *Member, haves []protocol.HeldDocument, older map[string][]store.Update) {
	m.waiting = m.mustWait()
	r.closeOldestSocket(m)
	if m.waiting {
		r.addWaitingMember(m)
		return
	}
	first := !containsPerson(r.presence(false), m.participant.ID)
	r.members = append(r.members, m)
	m.sendMessage(r.newWelcome(m, haves, older))
	r.sendMissedUpdates(m, haves, older)
	if first {
		r.broadcastJoined(m)
	}
	r.lobby.updateStaff(r)
	r.publishPresence()
}

// broadcastJoined broadcasts and logs the first socket of a participant.
func (r *Room) broadcastJoined(m *Member) {
	r.broadcast(&protocol.Joined{Type: "joined", Participant: r.newPersonView(m.participant)}, exceptMember(m))
	r.enqueueLogEvent(&event{kind: logevent.KindJoin, actor: m.participant.ID, subject: m.connectionID, data: newJoinData(m.participant)})
}

// closeOldestSocket closes the oldest socket of the member's participant when
// there are maxSockets. Waiting sockets count apart, so that they do not displace
// admitted ones.
func (r *Room) closeOldestSocket(of *Member) {
	mine := slices.DeleteFunc(slices.Clone(r.members), func(m *Member) bool {
		return m.participant.ID != of.participant.ID || m.waiting != of.waiting || !m.queue.IsOpen()
	})
	if len(mine) >= maxSockets {
		mine[0].queue.Close(protocol.CloseReplaced, "too many sockets of one person")
	}
}

// addWaitingMember adds a candidate who waits for admission.
func (r *Room) addWaitingMember(m *Member) {
	if r.state.phase == Ended {
		r.members = append(r.members, m)
		r.rejectMember(m)
		return
	}
	first := !m.device().IsIn(r.presence(true))
	r.members = append(r.members, m)
	m.sendMessage(&protocol.Waiting{
		Type: "waiting", Now: protocol.Timestamp{Time: r.manager.now()}, Room: protocol.WaitingRoom{ID: r.id, Title: r.description.Title, State: r.state.phase},
		You: protocol.Self{Person: r.newPersonView(m.participant), Can: m.currentRights()}, Staff: r.lobby.hasStaff,
	})
	if first {
		r.enqueueKnock(m)
	}
	r.publishPresence()
}

func (r *Room) rejectMember(m *Member) {
	m.sendMessage(&protocol.TurnedAway{Type: "turned_away"})
	m.queue.Close(protocol.CloseForbidden, "turned away")
}

func (r *Room) enqueueKnock(m *Member) {
	now := r.manager.now()
	w := &work{event: &event{
		kind: logevent.KindKnock, actor: m.participant.ID, subject: m.participant.ID, data: newJoinData(m.participant),
	}}
	if hook := r.manager.hooks.CandidateWaiting; hook != nil && r.lobby.reportDue(m.participant.ID, now) {
		moment := HookEvent{CorpID: r.corpID, RoomID: r.id, By: m.participant.PersonID, At: now}
		w.hook = func(ctx context.Context, tx *db.Tx) error { return hook(ctx, tx, moment) }
		// When the hook fails, the members still receive the knock.
		w.onFailed = func(string) {
			delete(r.lobby.reportedAt, m.participant.ID)
			w.event.at = now
			r.broadcastEvent(w.event)
		}
	}
	r.enqueue(w)
}

// removeMember removes a member and broadcasts it. r.mu must be held.
func (r *Room) removeMember(m *Member) {
	if m.removed {
		return
	}
	m.removed = true
	r.members = slices.DeleteFunc(r.members, func(o *Member) bool { return o == m })
	if m.cursor != nil {
		r.broadcast(&protocol.CursorGone{Type: "cursor_gone", Connection: m.connectionID}, readersOf(m.cursor.Doc))
		r.manager.publishToReplicas(replicaMessage{Room: r.id, Kind: messageCursorGone, ID: m.connectionID})
	}
	r.lobby.updateStaff(r)
	r.publishPresence()
	switch who := m.participant; {
	case m.waiting:
		if m.queue.IsOpen() && !m.device().IsIn(r.presence(true)) {
			r.broadcast(&protocol.KnockOver{Type: "knock_over", ParticipantID: who.ID, Device: who.Device, Outcome: "left"}, withRight(access.CanAdmit))
		}
	case !containsPerson(r.presence(false), who.ID):
		r.broadcast(&protocol.Left{Type: "left", ParticipantID: m.participant.ID}, toAll)
		r.enqueueLogEvent(&event{kind: logevent.KindLeave, actor: m.participant.ID, subject: m.connectionID, data: &logevent.Leave{Lost: m.lost}})
	}
}

// EvictParticipant closes the sockets of a participant on all replicas, after
// the participant lost access.
func (m *Manager) EvictParticipant(corpID, roomID, personID string) {
	m.publishToReplicas(replicaMessage{Room: roomID, Kind: messageEviction, ID: personID})
	for _, r := range m.loadedRooms() {
		if r.id == roomID && r.corpID == corpID {
			r.mu.Lock()
			r.disconnectParticipant(personID)
			r.mu.Unlock()
		}
	}
}

// RecheckAccess requests an access check of every socket of a participant, in all
// rooms of the company and on all replicas. Sockets whose session has ended close,
// those of the participant's other sessions remain.
func (m *Manager) RecheckAccess(corpID, personID string) {
	m.publishToReplicas(replicaMessage{Corp: corpID, Kind: messageAccessCheck, ID: personID})
	m.requestAccessChecks(corpID, personID)
}

// requestAccessChecks requests the access checks of this replica.
func (m *Manager) requestAccessChecks(corpID, personID string) {
	for _, r := range m.loadedRooms() {
		if r.corpID != corpID {
			continue
		}
		r.mu.Lock()
		for _, member := range r.members {
			if member.participant.PersonID == personID {
				member.requestAccessCheck()
			}
		}
		r.mu.Unlock()
	}
}

// EvictAll closes all sockets of a room on all replicas, for an interview that
// moved to another kind of room.
func (m *Manager) EvictAll(corpID, roomID string) {
	m.EvictParticipant(corpID, roomID, allParticipants)
}

var errRoomNotFound = apperr.New(apperr.NotFound, "room.not_found")
