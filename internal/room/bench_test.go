package room

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/replay"
)

// BenchmarkKeystroke measures one keystroke: pushed by one client, committed,
// acknowledged and received by another.
func BenchmarkKeystroke(b *testing.B) {
	for _, kind := range []db.Dialect{db.SQLite, db.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			if kind == db.Postgres && os.Getenv(dbtest.PostgresURLEnv) == "" {
				b.Skip("there is no PostgreSQL")
			}
			benchmarkKeystrokes(b, dbtest.Open(b, kind))
		})
	}
}

func benchmarkKeystrokes(b *testing.B, d *db.DB) {
	b.Helper()
	m := startManager(b, d)
	p, q := joinRoom(b, m, zhang), joinRoom(b, m, wang)
	p.member.messageLimit, p.member.UpdateLimit = rate.NewLimiter(rate.Inf, 1), rate.NewLimiter(rate.Inf, 1)
	for b.Loop() {
		if n := len(p.frames); n > 100 {
			p.frames, q.frames = nil, nil
		}
		p.editText(docCode, 0, min(1, len(p.documents[docCode].Text)), "x")
		p.pushPending(docCode)
		p.awaitStored(docCode)
		q.receiveType("updates")
		if p.documents[docCode].Version > authority.MaxHistory-10 {
			b.Skip("the document is full")
		}
	}
}

// BenchmarkAuthority measures one keystroke without the database: decoding,
// rebasing over one update, validating and applying, in a text of 20,000 units.
func BenchmarkAuthority(b *testing.B) {
	d := &document{Clients: map[string]lastPush{}, Text: change.NewText(strings.Repeat("0123456789\n", 2000))}
	raw := []byte(`{"type":"push","doc":"code","version":0,"clientId":"clientid","seq":1,"updates":[{"changes":[11000,[1,"x"],10999],"age":3,"event":"input.type"}]}`)
	seq := int64(0)
	for b.Loop() {
		var msg protocol.Push
		if err := decodeStrict(raw, &msg); err != nil {
			b.Fatal(err)
		}
		seq++
		msg.Seq, msg.Version = seq, max(0, d.Version()-1)
		if d.Version() > authority.MaxHistory-10 {
			d.Start, d.Tail = 0, nil
			msg.Version = 0
		}
		o := authority.NewDraft(d).Decide(authority.ReadPush(d, "a", &msg), authority.MaxUnits)
		if o.ResyncCode != "" || o.ErrorCode != "" {
			b.Fatal(o.ResyncCode, o.ErrorCode)
		}
		if _, err := o.NewUpdateRow(db.Now()); err != nil {
			b.Fatal(err)
		}
		d.ApplyCommitted(o.Added, "clientid", lastPush{Author: "a", Seq: seq})
	}
}

// liveHeap returns the bytes of the objects that are in use.
func liveHeap() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // the first returns what is in pools
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// BenchmarkRoomMemory reports the memory of the server for each room with a candidate, who
// has typed 500 keystrokes, and an interviewer, without that of their sockets.
func BenchmarkRoomMemory(b *testing.B) {
	const rooms, keystrokes = 40, 500
	for b.Loop() {
		m := startManager(b, dbtest.Open(b, db.SQLite))
		members := make([]*Member, 0, 2*rooms)
		before := liveHeap()
		for range rooms {
			members = append(members, typeInNewRoom(b, m, keystrokes)...)
		}
		b.ReportMetric((liveHeap()-before)/rooms/1024, "KiB/room")
		for _, member := range members {
			member.Leave()
		}
	}
}

// typeInNewRoom admits a candidate to a new room, who types.
func typeInNewRoom(b *testing.B, m *Manager, keystrokes int) []*Member {
	b.Helper()
	staff, candidate := newTestClient(b, m, zhang), newTestClient(b, m, lilei)
	staff.roomID = db.NewID()
	candidate.roomID = staff.roomID
	staff.joinRoom()
	candidate.joinRoom()
	staff.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
	candidate.receiveType("welcome")
	candidate.member.messageLimit, candidate.member.UpdateLimit = rate.NewLimiter(rate.Inf, 1), rate.NewLimiter(rate.Inf, 1)
	for n := range keystrokes {
		candidate.editAndPush(docCode, n, n, "x")
		staff.receiveType("updates")
	}
	return []*Member{staff.member, candidate.member}
}

// heapWriter discards what is written, and keeps the largest heap that it has seen, of
// one sample in each MiB.
type heapWriter struct {
	written, sampled int
	largest          uint64
}

func (w *heapWriter) Write(p []byte) (int, error) {
	if w.written += len(p); w.written-w.sampled > 1<<20 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		w.sampled, w.largest = w.written, max(w.largest, stats.HeapAlloc)
	}
	return len(p), nil
}

// BenchmarkLargeReplay writes the log of a room with 100 MB of output, and reports how much
// memory is in use meanwhile.
func BenchmarkLargeReplay(b *testing.B) {
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		d := dbtest.Open(b, kind)
		m := startManager(b, d)
		joinRoom(b, m, zhang)
		output := strings.Repeat("2026-11-23 04:00:00 request 4711 took 15 ms\\n", 350)
		for n := range 64 {
			rows := make([]replay.EventRow, 100)
			for k := range rows {
				rows[k] = replay.EventRow{RoomID: testRoomID, Seq: int64(1000 + 100*n + k), CorpID: testCorpID, At: db.Now(), Kind: "output", Data: `{"text":"` + output + `"}`}
			}
			dbtest.InsertAll(b, d, rows)
		}
		before, largest, size := liveHeap(), uint64(0), 0
		for b.Loop() {
			log, err := m.OpenReplay(b.Context(), testCorpID, testRoomID)
			if err != nil {
				b.Fatal(err)
			}
			w := &heapWriter{}
			if err := log.WriteJSON(b.Context(), w); err != nil {
				b.Fatal(err)
			}
			largest, size = max(largest, w.largest), w.written
		}
		b.SetBytes(int64(size))
		b.ReportMetric(float64(size)/(1<<20), "MiB")
		b.ReportMetric((float64(largest)-before)/(1<<20), "heap-MiB")
	})
}
