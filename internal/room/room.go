// Package room is the collaborative room of an interview: documents that
// several people edit at once, who is there, who is let in, chat, notes that
// candidates never receive, running programs, and one ordered log of it all.
// It knows no transport, no accounts and no interviews: a room is an opaque id
// in a company, people are given to it with their roles, and messages are bytes
// (docs/room-protocol.md). It may import db, sandbox, fault and change.
//
// The database is the truth. What happens is first queued, then committed by a
// committer together with what happened in other rooms, and only then folded
// into memory and told to anybody. Who has seen something can therefore rely
// on it, whatever is killed when.
package room

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/db"
)

// Participant is somebody who comes to a room, as the caller knows them from
// their session. ID is stable for the person and unlike that of anyone else.
type Participant struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Role   Role   `json:"role"`
	Avatar string `json:"avatar,omitempty"`
}

// Description is what a room is told of its interview.
type Description struct {
	Title     string
	Questions []Question
}

func (d *Description) question(id string) *Question {
	i := slices.IndexFunc(d.Questions, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Questions[i]
}

// Room is one room in memory.
type Room struct {
	m          *Manager
	id, corpID string
	commit     *committer

	refs  atomic.Int64  // members, runs and callers; from nought only with m.mu
	ready chan struct{} // closed when loaded
	err   error         // of loading; read after ready

	stale atomic.Bool // somebody else has written to the log

	mu         sync.Mutex
	desc       Description
	state      state
	docs       map[string]*document
	members    []*Member              // in the order in which they came; waiting ones too
	remotes    map[string]elsewhere   // by the replica that they are connected to
	farCursors map[string]*cursorView // of those, by connection
	colors     map[string]int
	knocked    map[string]time.Time // when a knock was last reported outside
	queue      []*work
	inFlight   bool // a plan of this room is being committed
	run        *running
}

func newRoom(m *Manager, corpID, id string) *Room {
	return &Room{
		m: m, id: id, corpID: corpID, commit: m.committerOf(id), ready: make(chan struct{}),
		state: newState(), docs: map[string]*document{}, remotes: map[string]elsewhere{}, farCursors: map[string]*cursorView{}, colors: map[string]int{}, knocked: map[string]time.Time{},
	}
}

// work is something that waits to be committed: a push, or an event.
type work struct {
	push *push
	from *Member // who pushed

	event *event
	// hook runs in the transaction; such a work has one of its own.
	hook func(ctx context.Context, tx *db.Tx) error
	// unless is asked, with the lock, before the event is taken: true drops it.
	unless func() bool
	// failed is told, with the lock, when it could not be stored. nil: the
	// event is only for the log and is tried again with the next work.
	failed func(code string)
	// stored is told once the event is stored, or dropped by unless.
	stored func(err error)
	tries  int
}

// add queues works in their order. Lock held.
func (r *Room) add(works ...*work) {
	r.queue = append(r.queue, works...)
	r.commit.mark(r)
}

// log queues an event that nobody waits for. Lock held.
func (r *Room) log(e *event) { r.add(&work{event: e}) }

// person is what others see of a participant.
func (r *Room) person(p Participant) person {
	color, ok := r.colors[p.ID]
	if !ok {
		color = len(r.colors) % 8
		r.colors[p.ID] = color
	}
	return person{ID: p.ID, Name: p.Name, Role: p.Role, Avatar: p.Avatar, Color: color}
}

// present lists each person once, in the order in which they came; those who
// are connected to other replicas too.
func (r *Room) present(waiting bool) []person {
	out := []person{}
	for _, m := range r.members {
		if m.waiting == waiting && !holds(out, m.who.ID) {
			out = append(out, r.person(m.who))
		}
	}
	for _, e := range r.remotes {
		for _, p := range e.people {
			if p.Waiting == waiting && !holds(out, p.ID) {
				out = append(out, r.person(p.Participant))
			}
		}
	}
	return out
}

// tell sends a message to every admitted member that fits; it is encoded once.
func (r *Room) tell(message any, to func(*Member) bool) {
	var raw []byte
	for _, m := range r.members {
		if m.waiting || !to(m) {
			continue
		}
		if raw == nil {
			raw = encode(message)
		}
		m.out.put(raw)
	}
}

func everybody(*Member) bool { return true }

func staff(m *Member) bool { return m.who.Role.staff() }

func but(other *Member) func(*Member) bool {
	return func(m *Member) bool { return m != other }
}

func with(want right) func(*Member) bool {
	return func(m *Member) bool { return has(m.rights(), want) }
}

// readers are those who may know of a document.
func readers(doc string) func(*Member) bool {
	if doc == docNotes {
		return staff
	}
	return everybody
}

// encode writes a message. Every message type can be written.
func encode(message any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(message); err != nil {
		panic(fmt.Sprintf("writing %T: %v", message, err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
