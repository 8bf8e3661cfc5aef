// Package room implements the collaborative room of an interview: documents
// with concurrent editing, presence, admission, chat, notes that candidates
// never receive, running programs, and one ordered log of all events. It is
// independent of transport, accounts and interviews: a room is an opaque id in
// a company, the caller passes participants with their roles, and messages are
// bytes (docs/room-protocol.md).
//
// The database is authoritative. A change is first queued, then committed by a
// committer together with the changes of other rooms, and only then applied to
// memory, acknowledged and broadcast. Everything that a client has received is
// therefore durable, even if the process is killed.
package room

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/runqueue"
)

// Participant is a person in a room, as authenticated by the caller. PersonID is
// stable and unique in the company; hooks and replicas receive it, clients do not.
// Join sets ID, by which clients and the log name the participant.
type Participant struct {
	PersonID string `json:"id"`

	ID     string `json:"-"`
	Name   string `json:"name"`
	Role   Role   `json:"role"`
	Device string `json:"device,omitempty"` // the browser of a candidate; each needs its own admission
}

// Question is a question of the interview, as the room shows it.
type Question = protocol.Question

// SandboxView reports whether programs can be run, with the reason when they
// cannot.
type SandboxView = protocol.SandboxView

// Description is the interview's data that a room shows.
type Description struct {
	Title     string
	EndsAt    time.Time // planned end
	Questions []Question
}

func (d *Description) findQuestion(id string) *Question {
	i := slices.IndexFunc(d.Questions, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Questions[i]
}

// Room is a room in memory.
type Room struct {
	manager    *Manager
	id, corpID string
	committer  *committer
	store      roomStore // with the ids of the room's participants

	refCount atomic.Int64  // members, runs and callers; leaves 0 only with Manager.mu held
	ready    chan struct{} // closed when loading has ended
	loadErr  error         // error of loading; read it after ready

	refresh refreshState

	mu             sync.Mutex
	description    Description
	state          state
	docs           map[string]*document
	members        []*Member                           // in order of joining; waiting members too
	remotePresence map[string]replicaPresence          // by replica id
	remoteCursors  map[string]*protocol.CursorPosition // cursors of remote participants, by connection id
	losses         map[string]*protocol.ConnectionLost // by id of the participant; read from the log before the presence that follows
	colors         map[string]int
	limits         budget.RatesByAuthor
	storage        budget.Storage
	lobby          lobby
	queue          []*work
	inFlight       bool   // a plan of the room is being committed
	stopRequested  string // run of another replica that a member here has stopped, until it ends
	activeRun      *activeRun
	runLeases      *runqueue.Leases
	runLimit       *rate.Limiter
	focus          *focusTracker
}

func newRoom(m *Manager, corpID, id string) *Room {
	return &Room{
		manager: m, id: id, corpID: corpID, committer: m.committerFor(id), store: m.store, ready: make(chan struct{}),
		state: newState(), docs: map[string]*document{}, remotePresence: map[string]replicaPresence{}, remoteCursors: map[string]*protocol.CursorPosition{}, losses: map[string]*protocol.ConnectionLost{}, colors: map[string]int{}, storage: budget.NewStorage(), lobby: lobby{reportedAt: map[string]time.Time{}},
		focus: newFocusTracker(m.blurDelay), runLeases: runqueue.NewLeases(runLease, m.now), runLimit: rate.NewLimiter(rate.Every(runEvery), runBurst),
	}
}

// work is a queued push or event.
type work struct {
	push   *push
	sender *Member // of the push

	event *event
	// hook runs in the transaction. A work with a hook gets its own plan.
	hook func(ctx context.Context, tx *db.Tx) error
	// skipIf is called with r.mu held before the event is planned. True drops
	// the event.
	skipIf func() bool
	files  *fileChange       // of an event that changes files
	drawn  []drawing.Element // of an event that changes the drawing, as they were sent
	// onFailed is called with r.mu held when the event could not be stored.
	// When it is nil, the event is queued again.
	onFailed func(code string)
	// onStored is called when the event is stored or was dropped by skipIf.
	onStored func(err error)
	attempts int
	isStored bool // by a transaction whose commit has reported an error; see dropStored
}

// enqueue queues works in order. r.mu must be held.
func (r *Room) enqueue(works ...*work) {
	r.queue = append(r.queue, works...)
	r.committer.markDirty(r)
}

// enqueueLogEvent queues an event without a waiting client. r.mu must be held.
func (r *Room) enqueueLogEvent(e *event) { r.enqueue(&work{event: e}) }

// newPersonView returns the participant as sent to other members.
func (r *Room) newPersonView(p Participant) protocol.Person {
	color, ok := r.colors[p.ID]
	if !ok {
		color = len(r.colors) % 8
		r.colors[p.ID] = color
	}
	return protocol.Person{ID: p.ID, Name: p.Name, Role: p.Role, Color: color}
}

// onDevice returns a person with the device on which they wait for admission.
func onDevice(p protocol.Person, device string) protocol.Person {
	p.Device = device
	return p
}

// presence returns each participant once, in order of joining, followed by the
// participants of other replicas. Of those who wait it returns each device.
func (r *Room) presence(waiting bool) []protocol.Person {
	out := []protocol.Person{}
	add := func(p Participant, isWaiting bool) {
		d := access.Device{Participant: p.ID}
		if waiting {
			d.ID = p.Device
		}
		if isWaiting == waiting && !d.IsIn(out) {
			out = append(out, onDevice(r.newPersonView(p), d.ID))
		}
	}
	for _, m := range r.members {
		add(m.participant, m.waiting)
	}
	for _, e := range r.remotePresence {
		for _, p := range e.participants {
			add(p.Participant, p.Waiting)
		}
	}
	return out
}

// broadcast sends a message to every admitted member for which to is true. The
// message is encoded once.
func (r *Room) broadcast(message any, to func(*Member) bool) {
	var raw []byte
	for _, m := range r.members {
		if m.waiting || !to(m) {
			continue
		}
		if raw == nil {
			raw = protocol.Encode(message)
		}
		m.queue.Push(raw)
	}
}

func toAll(*Member) bool { return true }

func isStaff(m *Member) bool { return m.participant.Role.IsStaff() }

func exceptMember(other *Member) func(*Member) bool {
	return func(m *Member) bool { return m != other }
}

func withRight(want protocol.Right) func(*Member) bool {
	return func(m *Member) bool { return slices.Contains(m.currentRights(), want) }
}
