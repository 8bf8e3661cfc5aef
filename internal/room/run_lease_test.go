package room

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/protocol"
)

// newOffsetClock returns a clock that can be advanced.
func newOffsetClock() (now func() time.Time, advance func(time.Duration)) {
	var offset atomic.Int64
	now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	return now, func(d time.Duration) { offset.Add(int64(d)) }
}

func endLostRuns(m *Manager) {
	for _, r := range m.loadedRooms() {
		r.mu.Lock()
		r.endLostRuns()
		r.mu.Unlock()
	}
}

// TestRunOfKilledReplica: a run on a replica that was killed ends for the members
// on the other, and in the log.
func TestRunOfKilledReplica(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		now, advance := newOffsetClock()
		killed := startManager(t, d, func(c *Config) { c.Runner = newBlockingRunner() })
		other := startManager(t, d, func(c *Config) { c.Runner, c.Now = newBlockingRunner(), now })
		a, b := joinRoom(t, killed, zhang), joinRoom(t, other, wang)
		selectPython(a)
		a.sendMessage(protocol.RunRequest{Type: "run", Doc: docCode})
		id := awaitMessage[protocol.RunStarted](b, "run_started").Run.ID
		awaitMessage[protocol.RunOutput](b, "run_output")
		killed.killForTest()
		endLostRuns(other) // the lease has not expired
		advance(runLease + time.Second)
		endLostRuns(other)
		if f := awaitMessage[protocol.RunFinished](b, "run_finished"); f.RunID != id || f.Result.Status != "lost" {
			t.Errorf("%+v", f)
		}
		late := joinRoom(t, other, watcher).welcome.Runs
		if len(late) != 1 || late[0].Result == nil || late[0].Result.Status != "lost" {
			t.Errorf("a late member received %+v", late)
		}
	})
}

// TestRunLeaseIsRenewed: a run of a living replica does not end by its lease, and
// a replica whose run another one has ended cancels it.
func (r *Room) hasEnded(run string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.hasRunEnded(run)
}

func (r *Room) runningProgram() *activeRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.activeRun
}

func TestRunLeaseIsRenewed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		now, advance := newOffsetClock()
		one := startManager(t, d, func(c *Config) { c.Runner = newBlockingRunner() })
		two := startManager(t, d, func(c *Config) { c.Runner, c.Now = newBlockingRunner(), now })
		a, b := joinRoom(t, one, zhang), joinRoom(t, two, wang)
		selectPython(a)
		a.sendMessage(protocol.RunRequest{Type: "run", Doc: docCode})
		id := awaitMessage[protocol.RunStarted](b, "run_started").Run.ID
		awaitMessage[protocol.RunOutput](b, "run_output") // the last one: it renews the lease too
		lost := a.member.room.runningProgram()
		advance(runLease + time.Second)
		r := b.member.room
		r.mu.Lock()
		r.receiveReplicaMessage(&replicaMessage{Kind: messagePresence, Room: r.id, From: one.replicaID, Run: id})
		if r.runLeases.IsExpired(id) {
			t.Error("the presence does not renew the lease")
		}
		r.mu.Unlock()
		// Replica one is alive: its presence may renew the lease before the end is stored.
		for tick := time.Tick(10 * time.Millisecond); !r.hasEnded(id); <-tick {
			advance(runLease + time.Second)
			endLostRuns(two)
		}
		for _, p := range []*testClient{a, b} {
			if f := awaitMessage[protocol.RunFinished](p, "run_finished"); f.RunID != id || f.Result.Status != "lost" {
				t.Errorf("%+v", f)
			}
		}
		<-lost.done // until then, a further program is refused as busy
		a.sendMessage(protocol.RunRequest{Type: "run", Doc: docCode})
		awaitMessage[protocol.RunStarted](a, "run_started")
	})
}
