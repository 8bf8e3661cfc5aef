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
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// HookEvent is the argument of a hook.
type HookEvent struct {
	CorpID string
	RoomID string
	By     string // person id; for CandidateWaiting that of the candidate
	At     time.Time
	EndsAt time.Time // of Extended: the new planned end
}

// Hooks connect a room with its interview. Describe is called when a room is
// loaded, and its error is returned from Join. The other hooks run in the
// room's transaction and must write only through tx; their error undoes the
// change, at once when it is an apperr.Conflict and otherwise after some attempts. They may
// be called more than once for the same change.
type Hooks struct {
	Describe         func(ctx context.Context, corpID, roomID string) (Description, error)
	Started          func(ctx context.Context, tx *db.Tx, m HookEvent) error
	Ended            func(ctx context.Context, tx *db.Tx, m HookEvent) error
	Extended         func(ctx context.Context, tx *db.Tx, m HookEvent) error
	Reopened         func(ctx context.Context, tx *db.Tx, m HookEvent) error
	CandidateWaiting func(ctx context.Context, tx *db.Tx, m HookEvent) error // repeated while the candidate waits
	QuestionShown    func(ctx context.Context, tx *db.Tx, m HookEvent, questionID string, version int) error
	PrepareQuestion  agenda.PrepareFunc // nil: no question can be added
	// TestSuite returns the test cases of a question of the interview. nil: there are none.
	TestSuite func(ctx context.Context, corpID, roomID, questionID string) (testcase.Suite, error)
}

// Config configures a Manager. DB and Hooks.Describe are required.
type Config struct {
	DB              *db.DB
	Runner          sandbox.Runner // nil: programs cannot be run
	RunSlots        int            // concurrent programs in all rooms, and as many in terminals; 0 means 4
	CompanyRunSlots int            // those of one company; 0 means no limit of its own
	Hooks           Hooks
	Logger          *slog.Logger     // nil: discarded
	Now             func() time.Time // nil: time.Now
}

// Manager holds the rooms that have members.
type Manager struct {
	store         roomStore
	runner        sandbox.Runner
	runQueue      *runqueue.Queue
	terminalQueue *runqueue.Queue // of runs in terminals
	hooks         Hooks
	log           *slog.Logger
	now           func() time.Time
	blurDelay     time.Duration // blurDelay; tests set another
	committers    []*committer
	newKey        func() string // participant.NewKey; tests set another
	replicaID     string        // identifies this process to the other replicas
	stats         stats

	connections     atomic.Int64
	runWait         sync.WaitGroup
	replicationWait sync.WaitGroup
	replicaMessages chan replicaMessage // queue to the other replicas; nil without replicas

	ctx    context.Context // from Start to the end of Stop, for work that outlives a request
	cancel context.CancelFunc

	mu    sync.Mutex // is locked before any Room.mu
	rooms map[string]*Room
	state lifecycle
}

type lifecycle int

const (
	lifecycleNew lifecycle = iota
	lifecycleStarted
	lifecycleStopped
)

var (
	errStopped        = apperr.New(apperr.Unavailable, "room.stopping")
	errAlreadyStarted = errors.New("the rooms have been started already")
)

// postgresCommitters is the number of committers on PostgreSQL. SQLite has one
// writer.
const postgresCommitters = 4

// New returns a manager. Start must be called before Join.
func New(cfg Config) *Manager {
	m := &Manager{
		store: *newStore(cfg.DB), runner: cfg.Runner, hooks: cfg.Hooks, log: cfg.Logger, now: cfg.Now,
		replicaID: db.NewID(), rooms: map[string]*Room{}, blurDelay: blurDelay, newKey: participant.NewKey,
	}
	if m.runner == nil {
		m.runner = sandbox.NewUnavailable("this server has no sandbox")
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
	m.runQueue, m.terminalQueue = runqueue.New(cfg.RunSlots, cfg.CompanyRunSlots), runqueue.New(cfg.RunSlots, cfg.CompanyRunSlots)
	n := 1
	if cfg.DB.Dialect() == db.Postgres {
		n = postgresCommitters
	}
	for range n {
		m.committers = append(m.committers, newCommitter(m))
	}
	return m
}

// RunQueue returns the queue of programs, for those that run in the background.
func (m *Manager) RunQueue() *runqueue.Queue { return m.runQueue }

// Start starts the committers and the replication. The end of ctx does not stop
// them: call Stop.
func (m *Manager) Start(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state != lifecycleNew {
		return errAlreadyStarted
	}
	m.state = lifecycleStarted
	m.ctx, m.cancel = context.WithCancel(context.WithoutCancel(ctx))
	for _, c := range m.committers {
		go c.runLoop(m.ctx) //nolint:contextcheck // it outlives ctx: Stop ends it
	}
	m.replicationWait.Go(m.runWaitingReports)
	m.startReplication()
	return nil
}

// Stop sends the clients a reconnect message, cancels the programs, commits what is
// queued and closes the sockets. When ctx ends first, queued works are lost,
// but none that was acknowledged or broadcast.
func (m *Manager) Stop(ctx context.Context) error {
	m.mu.Lock()
	was := m.state
	m.state = lifecycleStopped
	rooms := make([]*Room, 0, len(m.rooms))
	for _, r := range m.rooms {
		rooms = append(rooms, r)
	}
	m.mu.Unlock()
	if was != lifecycleStarted {
		return nil
	}
	for _, r := range rooms {
		r.disconnectAll()
	}
	done := make(chan struct{})
	go func() {
		m.runWait.Wait() // they still enqueue output
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
	m.replicationWait.Wait()
	return err
}

// disconnectAll sends the clients a reconnect message and removes all members.
func (r *Room) disconnectAll() {
	<-r.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.members) > 0 {
		m := r.members[0]
		m.sendMessage(&protocol.Reconnect{Type: "reconnect", AfterMs: reconnectAfter.Milliseconds()})
		m.queue.Close(protocol.CloseRestart, "the server restarts")
		r.removeMember(m)
	}
	if r.activeRun != nil {
		r.activeRun.cancel()
	}
}

func (m *Manager) committerFor(roomID string) *committer {
	h := fnv.New32a()
	_, _ = h.Write([]byte(roomID)) // never fails
	return m.committers[int(h.Sum32())%len(m.committers)]
}

// acquireRoom returns a loaded room and keeps it in memory until releaseRoom.
func (m *Manager) acquireRoom(ctx context.Context, corpID, roomID string) (*Room, error) {
	m.mu.Lock()
	if m.state != lifecycleStarted {
		m.mu.Unlock()
		return nil, errStopped
	}
	r := m.rooms[roomID]
	if r == nil {
		r = newRoom(m, corpID, roomID)
		m.rooms[roomID] = r
		go r.loadAndSignal()
	}
	r.refCount.Add(1)
	m.mu.Unlock()
	select {
	case <-r.ready:
	case <-ctx.Done():
		m.releaseRoom(r)
		return nil, ctx.Err()
	}
	if r.loadErr != nil || r.corpID != corpID {
		m.releaseRoom(r)
		if r.loadErr != nil {
			return nil, r.loadErr
		}
		return nil, errRoomNotFound
	}
	return r, nil
}

// releaseRoom drops a reference of acquireRoom.
func (m *Manager) releaseRoom(r *Room) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.refCount.Add(-1)
	m.unloadIfIdle(r)
}

// requeueOrUnload schedules another flush when works are queued, and unloads
// the room otherwise.
func (m *Manager) requeueOrUnload(r *Room) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.mu.Lock()
	more := len(r.queue) > 0
	r.mu.Unlock()
	if more {
		r.committer.markDirty(r)
		return
	}
	m.unloadIfIdle(r)
}

// unloadIfIdle removes a room from memory that has no references and nothing to
// store. m.mu must be held.
func (m *Manager) unloadIfIdle(r *Room) {
	if r.refCount.Load() > 0 || m.rooms[r.id] != r {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 && !r.inFlight {
		delete(m.rooms, r.id)
	}
}

// OpenReplay opens the log of a room.
func (m *Manager) OpenReplay(ctx context.Context, corpID, roomID string) (*replay.Log, error) {
	return replay.Open(ctx, m.store.DB, corpID, roomID)
}
