package room

import (
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/protocol"
)

// joinOtherRoom joins a room of its own.
func joinOtherRoom(t *testing.T, m *Manager, roomID string, who Participant) *testClient {
	t.Helper()
	member, err := m.Join(t.Context(), testCorpID, roomID, who, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(member.Leave)
	p := newTestClient(t, m, who)
	p.member = member
	return p
}

// TestRunQueue: programs beyond the slots wait, their rooms receive the position,
// and a waiting program can be stopped.
func TestRunQueue(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner, c.RunSlots = newBlockingRunner(), 1 })
	var clients []*testClient
	var ids []string
	for i, room := range []string{"room-a", "room-b", "room-c"} {
		p := joinOtherRoom(t, m, room, wang)
		selectPython(p)
		p.sendMessage(protocol.RunRequest{Type: "run", Doc: docCode})
		ids = append(ids, awaitMessage[protocol.RunStarted](p, "run_started").Run.ID)
		if i == 0 {
			p.receiveType("run_output")
		} else if q := awaitMessage[protocol.RunQueued](p, "run_queued"); q.Position != i || q.RunID != ids[i] {
			t.Errorf("%+v, want position %d", q, i)
		}
		clients = append(clients, p)
	}
	if s := m.Stats(); s.Running != 1 || s.Waiting != 2 {
		t.Errorf("%+v", s)
	}
	late := joinOtherRoom(t, m, "room-c", zhang)
	if runs := awaitMessage[protocol.Welcome](late, "welcome").Runs; len(runs) != 1 || runs[0].Position != 2 {
		t.Errorf("a late member received %+v", runs)
	}
	clients[1].sendMessage(protocol.RunStopRequest{Type: "run_stop", RunID: ids[1]})
	if f := awaitMessage[protocol.RunFinished](clients[1], "run_finished"); f.Result.Status != "cancelled" {
		t.Errorf("%+v", f)
	}
	if q := awaitMessage[protocol.RunQueued](clients[2], "run_queued"); q.Position != 1 {
		t.Errorf("%+v", q)
	}
	clients[0].sendMessage(protocol.RunStopRequest{Type: "run_stop", RunID: ids[0]})
	if q := awaitMessage[protocol.RunQueued](clients[2], "run_queued"); q.Position != 0 {
		t.Errorf("%+v", q)
	}
	clients[2].receiveType("run_output")
}

// TestRunRate: a room that starts programs without end is refused.
func TestRunRate(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = newPrintingRunner() })
	a := joinRoom(t, m, zhang)
	selectPython(a)
	for range runBurst {
		a.sendMessage(protocol.RunRequest{Type: "run", Doc: docCode})
		a.receiveType("run_finished")
		for len(m.runner.(*scriptedRunner).programs) > 0 {
			<-m.runner.(*scriptedRunner).programs
		}
	}
	a.sendMessage(protocol.RunRequest{Type: "run", Doc: docCode})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "rate" || e.RetryAfterMs != runEvery.Milliseconds() {
		t.Errorf("%+v", e)
	}
}
