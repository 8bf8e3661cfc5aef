package room

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// Join brings a participant into a room with the first message of the socket,
// which must be a hello. The caller must see to it that the participant may
// be there, pump messages between the member and the socket, and call Leave.
func (m *Manager) Join(ctx context.Context, corpID, roomID string, who Participant, hello []byte) (*Member, error) {
	var h helloMessage
	if err := decode(hello, &h); err != nil {
		return nil, err
	}
	if h.Type != "hello" || h.Protocol != Protocol || len(h.Documents) > maxHave {
		return nil, &CloseError{Code: CloseProtocol, Reason: "say hello in a protocol that both know"}
	}
	r, err := m.acquire(ctx, corpID, roomID)
	if err != nil {
		return nil, err
	}
	older, err := r.olderFor(ctx, h.Documents)
	if err != nil {
		m.release(r)
		return nil, err
	}
	member := newMember(r, who, fmt.Sprintf("%s-%d", m.instance[len(m.instance)-6:], m.connections.Add(1)))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.enter(member, h.Documents, older)
	return member, nil
}

// olderFor reads the updates that a returning client lacks and that are no
// longer in memory.
func (r *Room) olderFor(ctx context.Context, haves []have) (map[string][]update, error) {
	older := map[string][]update{}
	for _, h := range haves {
		d := r.docs[h.Doc]
		if d == nil {
			continue
		}
		list, err := r.older(ctx, d, h.Version)
		if err != nil {
			return nil, err
		}
		older[h.Doc] = list
	}
	return older, nil
}

// older reads the updates from a version to the start of the tail, none when
// the tail reaches back that far or the version is out of reach.
func (r *Room) older(ctx context.Context, d *document, version int) ([]update, error) {
	r.mu.Lock()
	start, head := d.start, d.version()
	r.mu.Unlock()
	if version >= start || version < 0 || head-version > maxBehind {
		return nil, nil
	}
	// While this reads, the start may move on: read as far as it can move.
	return r.m.store.history(ctx, d.id, version, head)
}

// enter lets a member in, or has them wait at the door. Lock held.
func (r *Room) enter(m *Member, haves []have, older map[string][]update) {
	r.evict(m.who.ID)
	first := !holds(r.present(false), m.who.ID)
	if _, admitted := r.state.admitted[m.who.ID]; !admitted && !staff(m) {
		r.wait(m)
		return
	}
	haves = slices.DeleteFunc(slices.Clone(haves), func(h have) bool { return h.Version < m.floor() })
	r.members = append(r.members, m)
	m.send(r.welcome(m, haves, older))
	r.tails(m, haves, older)
	if first {
		r.arrived(m)
	}
	r.here()
}

// floor is the first version of a document that the member may have the way
// from: what interviewers wrote and took away again before they let a candidate
// in is not for the candidate. Lock held.
func (m *Member) floor() int {
	if staff(m) {
		return 0
	}
	return m.room.state.admitted[m.who.ID].version
}

// arrived tells of somebody's first socket.
func (r *Room) arrived(m *Member) {
	r.tell(&joinedMessage{Type: "joined", Participant: r.person(m.who)}, but(m))
	r.log(&event{kind: kindJoin, actor: m.who.ID, subject: m.conn, data: &joinData{Name: m.who.Name, Role: m.who.Role}})
}

// evict closes the oldest socket of somebody who has too many.
func (r *Room) evict(id string) {
	mine := slices.DeleteFunc(slices.Clone(r.members), func(m *Member) bool { return m.who.ID != id || !m.out.open() })
	if len(mine) >= maxSockets {
		mine[0].out.close(CloseReplaced, "too many sockets of one person")
	}
}

// wait has a candidate wait at the door.
func (r *Room) wait(m *Member) {
	m.waiting = true
	if r.state.phase == Ended {
		r.members = append(r.members, m)
		r.sendAway(m)
		return
	}
	first := !holds(r.present(true), m.who.ID)
	r.members = append(r.members, m)
	m.send(&waitingMessage{
		Type: "waiting", Now: stamp{r.m.now()}, Room: waitingRoom{ID: r.id, Title: r.desc.Title, State: r.state.phase},
		You: you{person: r.person(m.who), Can: m.rights()},
	})
	if first {
		r.knock(m)
	}
	r.here()
}

func (r *Room) sendAway(m *Member) {
	m.send(&turnedAwayMessage{Type: "turned_away"})
	m.out.close(CloseForbidden, "turned away")
}

// knockEvery is how often somebody who comes and goes is reported outside the
// room.
const knockEvery = 2 * time.Minute

func (r *Room) knock(m *Member) {
	now := r.m.now()
	w := &work{event: &event{
		kind: kindKnock, actor: m.who.ID, subject: m.who.ID, data: &joinData{Name: m.who.Name, Role: m.who.Role},
	}}
	if hook := r.m.hooks.CandidateWaiting; hook != nil && now.Sub(r.knocked[m.who.ID]) >= knockEvery {
		r.knocked[m.who.ID] = now
		moment := Moment{CorpID: r.corpID, RoomID: r.id, By: m.who.ID, At: now}
		w.hook = func(ctx context.Context, tx *db.Tx) error { return hook(ctx, tx, moment) }
		// When it cannot be reported, those in the room hear of it all the same.
		w.failed = func(string) {
			delete(r.knocked, m.who.ID)
			w.event.at = now
			r.announce(w.event)
		}
	}
	r.add(w)
}

// remove takes a member out and tells the others. Lock held.
func (r *Room) remove(m *Member) {
	if m.gone {
		return
	}
	m.gone = true
	r.members = slices.DeleteFunc(r.members, func(o *Member) bool { return o == m })
	if m.cursor != nil {
		r.tell(&cursorGoneMessage{Type: "cursor_gone", Connection: m.conn}, readers(m.cursor.Doc))
		r.m.publish(news{Room: r.id, Kind: newsGone, ID: m.conn})
	}
	r.here()
	last := !holds(r.present(m.waiting), m.who.ID)
	switch {
	case last && m.waiting:
		if m.out.open() {
			r.tell(&knockOverMessage{Type: "knock_over", ParticipantID: m.who.ID, Outcome: "left"}, with(canAdmit))
		}
	case last:
		r.tell(&leftMessage{Type: "left", ParticipantID: m.who.ID}, everybody)
		r.log(&event{kind: kindLeave, actor: m.who.ID, subject: m.conn})
	}
}

// Remove closes the sockets of somebody who may not be in the room any more.
func (m *Manager) Remove(corpID, roomID, participantID string) {
	m.publish(news{Room: roomID, Kind: newsOut, ID: participantID})
	for _, r := range m.loaded() {
		if r.id == roomID && r.corpID == corpID {
			r.mu.Lock()
			r.putOut(participantID)
			r.mu.Unlock()
		}
	}
}

// RemoveAll closes every socket: the people meet elsewhere.
func (m *Manager) RemoveAll(corpID, roomID string) { m.Remove(corpID, roomID, everyone) }

var errNoRoom = apperr.New(apperr.NotFound, "room.not_found")
