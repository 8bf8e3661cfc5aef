package room

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// Moment is what a hook is told.
type Moment struct {
	CorpID string
	RoomID string
	By     string // id of the participant; of the candidate for CandidateWaiting
	At     time.Time
}

// Hooks connect a room with the interview that it is for. Describe is asked
// when a room is opened; its error goes to whoever came. The others run in the
// room's own transaction and must write through tx alone; their error undoes
// the change. They may be told of the same thing more than once.
type Hooks struct {
	Describe         func(ctx context.Context, corpID, roomID string) (Description, error)
	Started          func(ctx context.Context, tx *db.Tx, m Moment) error
	Ended            func(ctx context.Context, tx *db.Tx, m Moment) error
	CandidateWaiting func(ctx context.Context, tx *db.Tx, m Moment) error
}

// Config is what a Manager needs. DB and Hooks.Describe must be set.
type Config struct {
	DB       *db.DB
	Runner   sandbox.Runner // nil: nothing can be run
	RunSlots int            // programs that run at once, in all rooms; 0 means 4
	Hooks    Hooks
	Logger   *slog.Logger     // nil: discarded
	Now      func() time.Time // nil: the true clock
}

// Manager holds the rooms that somebody is in.
type Manager struct {
	store      store
	runner     sandbox.Runner
	slots      chan struct{}
	hooks      Hooks
	log        *slog.Logger
	now        func() time.Time
	committers []*committer
	instance   string // names this process to the other replicas
	stats      stats

	connections atomic.Int64
	programs    sync.WaitGroup
	listener    sync.WaitGroup
	news        chan news // to the other replicas; nil where there are none

	ctx    context.Context // from Start to the end of Stop; for what outlives a request
	cancel context.CancelFunc

	mu    sync.Mutex // before any room's lock
	rooms map[string]*Room
	state lifecycle
}

type lifecycle int

const (
	fresh lifecycle = iota
	started
	stopped
)

var (
	errStopped = apperr.New(apperr.Unavailable, "room.stopping")
	errTwice   = errors.New("the rooms have been started already")
)

// postgresCommitters write at once on PostgreSQL; SQLite has one writer.
const postgresCommitters = 4

// New returns a manager of rooms. Start must be called before anybody joins.
func New(cfg Config) *Manager {
	m := &Manager{
		store: store{db: cfg.DB}, runner: cfg.Runner, hooks: cfg.Hooks, log: cfg.Logger, now: cfg.Now,
		instance: db.NewID(), rooms: map[string]*Room{},
	}
	if m.runner == nil {
		m.runner = sandbox.Unavailable("this server has no sandbox")
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.now == nil {
		m.now = time.Now
	}
	if cfg.RunSlots == 0 {
		cfg.RunSlots = 4
	}
	m.slots = make(chan struct{}, cfg.RunSlots)
	n := 1
	if cfg.DB.Dialect() == db.Postgres {
		n = postgresCommitters
	}
	for range n {
		m.committers = append(m.committers, newCommitter(m))
	}
	return m
}

// Start begins to store. What is under way is kept from ctx's end: call Stop.
func (m *Manager) Start(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state != fresh {
		return errTwice
	}
	m.state = started
	m.ctx, m.cancel = context.WithCancel(context.WithoutCancel(ctx))
	for _, c := range m.committers {
		go c.loop(m.ctx) //nolint:contextcheck // it outlives ctx: Stop ends it
	}
	m.listen()
	return nil
}

// Stop tells everybody to connect again, ends the programs, stores what is
// queued and closes the sockets. It gives up when ctx ends; nothing that
// anybody was told of is lost by that.
func (m *Manager) Stop(ctx context.Context) error {
	m.mu.Lock()
	was := m.state
	m.state = stopped
	rooms := make([]*Room, 0, len(m.rooms))
	for _, r := range m.rooms {
		rooms = append(rooms, r)
	}
	m.mu.Unlock()
	if was != started {
		return nil
	}
	for _, r := range rooms {
		r.sendHome()
	}
	done := make(chan struct{})
	go func() {
		m.programs.Wait() // they have output to store
		for _, c := range m.committers {
			close(c.quit)
			<-c.done
		}
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	m.cancel()
	m.listener.Wait()
	return err
}

// sendHome empties a room whose server goes away.
func (r *Room) sendHome() {
	<-r.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.members) > 0 {
		m := r.members[0]
		m.send(&reconnectMessage{Type: "reconnect", AfterMs: reconnectAfter.Milliseconds()})
		m.out.close(CloseRestart, "the server restarts")
		r.remove(m)
	}
	if r.run != nil {
		r.run.cancel()
	}
}

func (m *Manager) committerOf(roomID string) *committer {
	h := fnv.New32a()
	_, _ = h.Write([]byte(roomID)) // never fails
	return m.committers[int(h.Sum32())%len(m.committers)]
}

// acquire returns a room, loaded, that stays until release.
func (m *Manager) acquire(ctx context.Context, corpID, roomID string) (*Room, error) {
	m.mu.Lock()
	if m.state != started {
		m.mu.Unlock()
		return nil, errStopped
	}
	r := m.rooms[roomID]
	if r == nil {
		r = newRoom(m, corpID, roomID)
		m.rooms[roomID] = r
		go r.load()
	}
	r.refs.Add(1)
	m.mu.Unlock()
	select {
	case <-r.ready:
	case <-ctx.Done():
		m.release(r)
		return nil, ctx.Err()
	}
	if r.err != nil || r.corpID != corpID {
		m.release(r)
		if r.err != nil {
			return nil, r.err
		}
		return nil, errNoRoom
	}
	return r, nil
}

// release gives a room back.
func (m *Manager) release(r *Room) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.refs.Add(-1)
	m.forget(r)
}

// settle looks after a room whose works have been stored.
func (m *Manager) settle(r *Room) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.mu.Lock()
	more := len(r.queue) > 0
	r.mu.Unlock()
	if more {
		r.commit.mark(r)
		return
	}
	m.forget(r)
}

// forget drops a room that nobody holds and that has nothing left to store.
// m.mu held.
func (m *Manager) forget(r *Room) {
	if r.refs.Load() > 0 || m.rooms[r.id] != r {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 && !r.inFlight {
		delete(m.rooms, r.id)
	}
}

func (m *Manager) takeSlot() bool {
	select {
	case m.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

func (m *Manager) freeSlot() { <-m.slots }
