package room

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

// loadedRoom returns the room of the tests.
func roomInMemory(m *Manager) *Room {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rooms[testRoomID]
}

// TestFullRoom: an author who has used up the budget can store nothing more.
// Others can, a repeated push is acknowledged, and the room can be ended.
func TestFullRoom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d, func(c *Config) { c.Runner = newPrintingRunner("x") })
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		a.editAndPush(docCode, 0, 0, "before ")
		r := roomInMemory(m)
		r.mu.Lock()
		r.storage.Add(zhang.ID, budget.MaxAuthorBytes)
		r.mu.Unlock()
		a.editText(docCode, 0, 0, "x")
		a.pushPending(docCode)
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "push.full" || e.Seq != 2 {
			t.Errorf("a push: %+v", e)
		}
		for _, message := range []any{
			protocol.ChatRequest{Type: "chat", Ref: "r", Text: "hi"}, protocol.RunRequest{Type: "run", Version: 1, Ref: "r"},
			protocol.LanguageRequest{Type: "language", Language: "go", Ref: "r"}, protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID, Ref: "r"},
		} {
			a.sendMessage(message)
			if e := awaitMessage[protocol.Error](a, "error"); e.Code != "full" || e.Ref != "r" {
				t.Errorf("%+v: %+v", message, e)
			}
		}
		b.receiveUntil("text", func() bool { return b.documentText(docCode) == "before " })
		b.editAndPush(docCode, 7, 7, "and after")
		a.sendMessage(protocol.PhaseRequest{Type: "end"})
		a.receiveType("state")
		if text, _, _ := storedDocument(t, d, docCode); text != "before and after" {
			t.Errorf("stored: %q", text)
		}
	})
}

// TestStorageUse: the sum in memory is that of the database, on the replica that
// stored the rows and on one that loads the room.
func TestStorageUse(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		a.editAndPush(docCode, 0, 0, "one")
		b.receiveUntil("text", func() bool { return b.documentText(docCode) == "one" })
		b.editAndPush(docNotes, 0, 0, strings.Repeat("two ", 100))
		b.sendMessage(protocol.ChatRequest{Type: "chat", Ref: "r", Text: "three"})
		a.receiveType("chat")
		r := roomInMemory(m)
		r.mu.Lock()
		use := r.storage
		ids := []string{r.docs[docCode].ID, r.docs[docNotes].ID}
		r.mu.Unlock()
		stored, err := m.store.SumStorage(t.Context(), testRoomID, ids)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(stored, use) {
			t.Errorf("in memory %+v, stored %+v", use, stored)
		}
		if n := stored.Bytes(wang.ID); n < 400 || n > 400+4*budget.RowOverhead+1000 {
			t.Errorf("%d bytes by one author", n)
		}
	})
}

// TestTailBoundedByBytes: replacements of a large text leave little in memory,
// and a snapshot follows each of them, so that loading the room reads little.
func TestTailBoundedByBytes(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	for n := range 12 {
		a.editAndPush(docCode, 0, len(a.documents[docCode].Text), strings.Repeat(string(rune('a'+n)), authority.MaxPushUnits))
	}
	d := loadedCode(t, m)
	b.receiveUntil("text", func() bool { return b.documents[docCode].Version == 12 })
	r := roomInMemory(m)
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.TailBytes > authority.MaxTailBytes || len(d.Tail) == 12 || d.Version() != 12 || d.Start == 0 {
		t.Errorf("%d updates with %d bytes in memory", len(d.Tail), d.TailBytes)
	}
	if behind := d.Version() - d.Snapshot; behind > 3 {
		t.Errorf("the snapshot is %d updates behind", behind)
	}
}

// TestPushByteRate: more than the rate of bytes is delayed, and not lost.
func TestPushByteRate(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	a.member.ByteLimit = rate.NewLimiter(0, 2*authority.MaxPushUnits)
	a.editAndPush(docCode, 0, 0, strings.Repeat("a", authority.MaxPushUnits))
	a.editText(docCode, 0, authority.MaxPushUnits, strings.Repeat("b", authority.MaxPushUnits))
	a.pushPending(docCode)
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "push.busy" || e.RetryAfterMs == 0 {
		t.Fatalf("%+v", e)
	}
	a.member.ByteLimit = rate.NewLimiter(rate.Inf, 0)
	a.resendPush(docCode)
	a.awaitStored(docCode)
}

// TestLogRate: events that a browser reports by itself are dropped above the
// rate.
func TestLogRate(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	a := joinRoom(t, m, zhang)
	a.member.LogLimit = rate.NewLimiter(0, 3)
	for n := range 10 {
		a.sendMessage(protocol.Paste{Type: "paste", Doc: docCode, Length: n})
	}
	a.sendMessage(protocol.PhaseRequest{Type: "end"})
	a.receiveType("state")
	if n := strings.Count(strings.Join(loggedKinds(t, d), " "), logevent.KindPaste); n != 3 {
		t.Errorf("%d of 10 events are stored", n)
	}
}
