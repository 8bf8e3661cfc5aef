package room

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/roomclient"
	"github.com/huimian/huimian/internal/room/store"
)

// TestPushRepeatedAfterLostAck: the connection breaks after the commit and
// before the acknowledgement. The repeated push is acknowledged and not stored
// twice, also by a server that was started since.
func TestPushRepeatedAfterLostAck(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		b.editText(docCode, 0, 0, "hello")
		b.pushPending(docCode)
		awaitMessage[protocol.Updates](a, "updates") // it is stored; b has not read the acknowledgement
		frame := b.documents[docCode].Frame
		b.leaveRoom()
		for _, restart := range []bool{false, true} {
			if restart {
				m.killForTest()
				m = startManager(t, d)
			}
			b.manager = m
			b.joinRoom()
			b.sendMessage(frame)
			var ack protocol.Ack
			b.receiveUntil("ack", func() bool {
				raw, err := b.receiveRaw()
				if err != nil {
					t.Fatal(err)
				}
				return json.Unmarshal([]byte(raw), &ack) == nil && ack.Type == "ack"
			})
			if ack.Version != 0 || ack.Count != 1 || ack.Seq != 1 {
				t.Errorf("the answer is %+v", ack)
			}
			if b.documentText(docCode) != "hello" || len(b.documents[docCode].Pending) != 0 {
				t.Errorf("the client has %q and %d pending", b.documentText(docCode), len(b.documents[docCode].Pending))
			}
			b.leaveRoom()
		}
		if text, version, rows := storedDocument(t, d, docCode); text != "hello" || version != 1 || rows != 1 {
			t.Errorf("stored: %q, version %d in %d rows", text, version, rows)
		}
	})
}

// TestOldPushAcknowledgedFromDatabase: a push that is older than the client's
// last one is acknowledged from the database.
func TestOldPushAcknowledgedFromDatabase(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	p := joinRoom(t, m, zhang)
	p.editText(docCode, 0, 0, "a")
	p.pushPending(docCode)
	first := p.documents[docCode].Frame
	p.awaitStored(docCode)
	p.editAndPush(docCode, 1, 1, "b")
	p.sendMessage(first)
	raw, err := p.receiveRaw()
	if err != nil {
		t.Fatal(err)
	}
	if ack := decodeFrame[protocol.Ack](t, raw); ack.Type != "ack" || ack.Seq != 1 || ack.Version != 0 || ack.Count != 1 {
		t.Errorf("the answer is %s", raw)
	}
}

// TestStateAfterCrash: after a crash everything that clients have received is
// there.
func TestStateAfterCrash(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, li := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		a.receiveType("knock")
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveUntil("welcome", func() bool { return li.welcome != nil })
		li.editAndPush(docCode, 0, 0, "print(1)\n")
		a.editAndPush(docNotes, 0, 0, "good")
		a.sendMessage(protocol.LanguageRequest{Type: "language", Language: "go"})
		a.receiveType("language")
		a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
		a.receiveType("problem")
		li.sendMessage(protocol.ChatRequest{Type: "chat", Text: "你好", Ref: "r1"})
		li.receiveType("chat")
		m.killForTest()

		m = startManager(t, d)
		again, li2 := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		w := again.welcome
		again.sendMessage(protocol.ProblemRequest{Type: "problem"})
		again.receiveType("problem")
		if again.documentText(docCode) != "print(1)\n" || again.documentText(docNotes) != "good" {
			t.Errorf("the texts are %q and %q", again.documentText(docCode), again.documentText(docNotes))
		}
		if w.Room.State != Open || w.Room.Language != "go" || w.Question == nil || w.Question.ID != twoSum.ID {
			t.Errorf("the room is %+v with question %+v", w.Room, w.Question)
		}
		if len(w.Chat) != 1 || w.Chat[0].Text != "你好" || w.Chat[0].Author != lilei.ID || w.Chat[0].Ref != "r1" {
			t.Errorf("the chat is %+v", w.Chat)
		}
		if li2.welcome == nil {
			t.Error("the candidate was admitted and has to wait again")
		}
	})
}

// TestConcurrentReplicas: two servers write to the same room. The database
// resolves the conflicts, and no update is lost or stored twice.
func TestConcurrentReplicas(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		one, two := startManager(t, d), startManager(t, d)
		a, b := joinRoom(t, one, zhang), joinRoom(t, two, wang)
		var wg sync.WaitGroup
		for i, p := range []*testClient{a, b} {
			wg.Go(func() { editRandomly(p, rand.New(rand.NewPCG(5, uint64(i))), 60, 0) })
		}
		wg.Wait()
		// SQLite has no notifications between servers: markStale replaces them.
		one.markStale(nil)
		two.markStale(nil)
		checkConverged(t, d, a, b)
		if one.Stats().Conflicts+two.Stats().Conflicts == 0 {
			t.Log("no conflict occurred")
		}
		kinds := strings.Join(loggedKinds(t, d), " ")
		if kinds != "join join" {
			t.Errorf("the log is %s", kinds)
		}
	})
}

// TestReplication: changes on one replica are received on the other.
func TestReplication(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		one, two := startManager(t, d), startManager(t, d)
		a, b := joinRoom(t, one, zhang), joinRoom(t, two, wang)
		a.editAndPush(docCode, 0, 0, "x")
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "hi", Ref: "1"})
		a.receiveType("chat")
		if d.Dialect() == db.SQLite { // SQLite has no notifications
			two.markStale([]string{testRoomID})
		}
		b.receiveType("chat")
		b.receiveUntil("text", func() bool { return b.documentText(docCode) == "x" })
		b.sendMessage(protocol.PhaseRequest{Type: "start"})
		b.receiveType("state")
		if d.Dialect() == db.SQLite {
			one.markStale([]string{testRoomID})
		}
		if msg := awaitMessage[protocol.State](a, "state"); msg.State != Open || msg.By != wang.ID {
			t.Errorf("the state is %+v", msg)
		}
	})
}

// A client that connects to a replica which has not read of its edits or of its admission
// resumes: its pending edits are not lost. On SQLite no notification comes at all.
func TestResumeAtReplicaBehind(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		one, two := startManager(t, d), startManager(t, d)
		a := joinRoom(t, one, zhang)
		joinRoom(t, two, wang) // the room is in the memory of the second replica
		li := joinRoom(t, one, lilei)
		a.receiveType("knock")
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		for _, p := range []*testClient{a, li} {
			p.editAndPush(docCode, 0, 0, "stored ")
			held := p.documents[docCode]
			p.leaveRoom()
			p.editText(docCode, 0, 0, "pending ")
			p.manager = two
			p.joinRoom()
			if p.documents[docCode] != held {
				t.Fatalf("%s does not resume", p.participant.Name)
			}
			p.awaitStored(docCode)
			p.leaveRoom()
			p.manager = one
			p.joinRoom()
		}
		if text, version, _ := storedDocument(t, d, docCode); version != 4 || strings.Count(text, "stored ") != 2 || strings.Count(text, "pending ") != 2 {
			t.Errorf("version %d: %q", version, text)
		}
	})
}

func pushJSON(doc string, version int, client string, seq int, changes ...string) string {
	var updates []string
	for _, c := range changes {
		updates = append(updates, fmt.Sprintf(`{"changes":%s,"age":0}`, c))
	}
	return fmt.Sprintf(`{"type":"push","doc":%q,"version":%d,"clientId":%q,"seq":%d,"updates":[%s]}`,
		doc, version, client, seq, strings.Join(updates, ","))
}

// TestInvalidChangesResync: changes that do not fit the text are not stored,
// and the client receives the server's text.
func TestInvalidChangesResync(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	p := joinRoom(t, m, zhang)
	p.editAndPush(docCode, 0, 0, "a😀b") // 4 units
	big := strings.Repeat("x", authority.MaxPushUnits)
	for i, tc := range []struct {
		push string
		code string
	}{
		{pushJSON(docCode, 1, "clientid-%d", 1, `[3]`), "push.changes"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[5]`), "push.changes"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[-4]`), "push.changes"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `{"a":1}`), "push.changes"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[4,[0,"x"]]`, `[4]`), "push.changes"},
		{pushJSON(docCode, 0, "clientid-%d", 1, `[1]`), "push.changes"},
		{pushJSON(docCode, 0, "clientid-%d", 1, `[[0,"x"]]`, `[2]`), "push.changes"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[2,[0,"x"],2]`), "push.half"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[2,[1,"\ude01"],1]`), "push.half"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[4,[0,"\ud83d"]]`), "push.half"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[4,[0,"x\ny"]]`), "push.line_break"},
		{pushJSON(docCode, 2, "clientid-%d", 1, `[4]`), "push.version"},
		{pushJSON(docCode, 1, "clientid-%d", 1, `[4,[0,"x`+big+`"]]`), "push.document_size"},
	} {
		p.sendMessage(fmt.Sprintf(strings.ReplaceAll(tc.push, "clientid-%d", "clientid-%[1]d"), i))
		if msg := awaitMessage[protocol.Resync](p, "resync"); msg.Code != tc.code || msg.Text != "a😀b" || msg.Version != 1 {
			t.Errorf("%.80s: %+v, want %s", tc.push, msg, tc.code)
		}
	}
	if text, version, rows := storedDocument(t, d, docCode); text != "a😀b" || version != 1 || rows != 1 {
		t.Errorf("stored: %q, version %d in %d rows", text, version, rows)
	}
	p.editAndPush(docCode, 4, 4, "!") // valid pushes still work
	if n := m.Stats().Refused; n != 13 {
		t.Errorf("%d were counted", n)
	}
}

func TestInvalidPushes(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	p := joinRoom(t, m, zhang)
	many := strings.TrimSuffix(strings.Repeat("[0]|", authority.MaxUpdates+1), "|")
	for push, code := range map[string]string{
		pushJSON("other", 0, "clientid-1", 1, `[]`):                                    "not_found",
		pushJSON(docCode, 0, "short", 1, `[]`):                                         "invalid",
		pushJSON(docCode, 0, "client id!", 1, `[]`):                                    "invalid",
		pushJSON(docCode, -1, "clientid-1", 1, `[]`):                                   "invalid",
		pushJSON(docCode, 0, "clientid-1", 0, `[]`):                                    "invalid",
		pushJSON(docCode, 0, "clientid-1", 1):                                          "invalid",
		pushJSON(docCode, 0, "clientid-1", 1, strings.Split(many, "|")...):             "invalid",
		strings.Replace(pushJSON(docCode, 0, "clientid-1", 1, `[]`), ":0}", ":-1}", 1): "invalid",
	} {
		p.sendMessage(push)
		if msg := awaitMessage[protocol.Error](p, "error"); msg.Code != code {
			t.Errorf("%.90s: %+v, want %s", push, msg, code)
		}
	}
}

// TestDocumentLimits: the size of the text and the length of the history.
func TestDocumentLimits(t *testing.T) {
	d := &document{Clients: map[string]lastPush{}, Text: make(change.Text, authority.MaxUnits-1), Start: 10}
	d.Text = change.NewText(strings.Repeat("x", authority.MaxUnits-1))
	p := &push{
		Doc: d, Client: "c", Author: "a", Seq: 1, Version: 10, Meta: make([]store.StoredUpdate, 1),
		Updates: []change.Update{{Client: "c", Changes: change.NewReplacement(len(d.Text), 0, 0, change.NewText("y"))}},
	}
	if o := authority.NewDraft(d).Decide(p, authority.MaxUnits); o.ResyncCode != "" || len(o.Added) != 1 {
		t.Errorf("the last unit: %+v", o.ResyncCode)
	}
	p.Updates[0].Changes = change.NewReplacement(len(d.Text), 0, 0, change.NewText("yz"))
	if o := authority.NewDraft(d).Decide(p, authority.MaxUnits); o.ResyncCode != "push.document_size" {
		t.Errorf("one unit too many: %q", o.ResyncCode)
	}
	d.Start, p.Version = authority.MaxHistory, authority.MaxHistory
	p.Updates[0].Changes = change.NewIdentity(len(d.Text))
	if o := authority.NewDraft(d).Decide(p, authority.MaxUnits); o.ResyncCode != "push.history" {
		t.Errorf("one version too many: %q", o.ResyncCode)
	}
}

// TestClientIDOfAnotherAuthor: a push with the client id of another author is
// refused and does not count as that client's push.
func TestClientIDOfAnotherAuthor(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	a.editAndPush(docCode, 0, 0, "mine")
	b.receiveUntil("text", func() bool { return b.documentText(docCode) == "mine" })
	b.sendMessage(pushJSON(docCode, 1, a.documents[docCode].ClientID, 2, `[4,[0,"stolen"]]`))
	if msg := awaitMessage[protocol.Error](b, "error"); msg.Code != "invalid" || msg.Seq != 2 {
		t.Errorf("%+v", msg)
	}
	a.editAndPush(docCode, 4, 4, "!")
	if text, _, _ := storedDocument(t, d, docCode); text != "mine!" {
		t.Errorf("stored: %q", text)
	}
}

// TestDatabaseUnavailable: while the database is unavailable, the client receives a
// retry delay and memory does not change. The retry succeeds.
func TestDatabaseUnavailable(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		a.editAndPush(docCode, 0, 0, "a")
		renameTable(t, d, "document_updates", "gone")
		a.editText(docCode, 1, 1, "b")
		a.pushPending(docCode)
		if msg := awaitMessage[protocol.Error](a, "error"); msg.Code != "push.busy" || msg.RetryAfterMs == 0 || msg.Seq != 2 {
			t.Errorf("%+v", msg)
		}
		renameTable(t, d, "gone", "document_updates")
		a.resendPush(docCode)
		a.awaitStored(docCode)
		b.receiveUntil("text", func() bool { return b.documentText(docCode) == "ab" })
		if text, _, rows := storedDocument(t, d, docCode); text != "ab" || rows != 2 {
			t.Errorf("stored: %q in %d rows", text, rows)
		}
	})
}

func renameTable(t *testing.T, d *db.DB, from, to string) {
	t.Helper()
	if _, err := d.NewRaw("ALTER TABLE " + from + " RENAME TO " + to).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestReconnectBeyondTail: a client that missed more updates than the tail has
// resumes from its version and keeps its pending updates.
func TestReconnectBeyondTail(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	a.editAndPush(docCode, 0, 0, "start ")
	b.receiveUntil("text", func() bool { return b.documentText(docCode) == "start " })
	b.editText(docCode, 6, 6, "END")
	b.leaveRoom()
	for range (2*authority.MinTail)/authority.MaxUpdates + 2 {
		for range authority.MaxUpdates {
			a.editText(docCode, 6, min(7, len(a.documents[docCode].Text)), "x")
		}
		a.pushPending(docCode)
		a.awaitStored(docCode)
	}
	if got := loadedCode(t, m).Start; got == 0 {
		t.Fatal("memory still holds all")
	}
	b.joinRoom()
	if b.welcome.Documents[0].Text != nil {
		t.Error("the client had to start again")
	}
	b.pushPending(docCode)
	b.awaitStored(docCode)
	if text, _, _ := storedDocument(t, d, docCode); text != b.documentText(docCode) || !strings.Contains(text, "END") {
		t.Errorf("the texts are %q and %q", text, b.documentText(docCode))
	}
	late := newTestClient(t, m, lilei)
	late.participant = newParticipant("x", "", Interviewer)
	late.documents[docCode] = &roomclient.Document{Version: 1 << 20, ClientID: "clientid-x"}
	late.joinRoom() // from a version that does not exist: it receives the text
	if late.documentText(docCode) != b.documentText(docCode) {
		t.Errorf("the newcomer has %q", late.documentText(docCode))
	}
}

// TestUpdateRateLimit: a client cannot exhaust the history of a document.
// Pushes over the rate are refused with a retry delay and are not lost.
func TestUpdateRateLimit(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	fill := func() {
		for range authority.MaxUpdates {
			a.editText(docCode, 0, min(1, len(a.documents[docCode].Text)), "x")
		}
		a.pushPending(docCode)
	}
	for range budget.UpdateBurst / authority.MaxUpdates {
		fill()
		a.awaitStored(docCode)
	}
	fill()
	if msg := awaitMessage[protocol.Error](a, "error"); msg.Code != "push.busy" || msg.RetryAfterMs == 0 {
		t.Errorf("after %d updates at once: %+v", budget.UpdateBurst, msg)
	}
}

func loadedCode(t *testing.T, m *Manager) *document {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rooms[testRoomID].docs[docCode]
}

// TestFetch: a client that detects a gap receives the missing updates.
func TestFetch(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	a.editAndPush(docCode, 0, 0, "a")
	a.editAndPush(docCode, 1, 1, "b")
	a.sendMessage(protocol.Fetch{Type: "fetch", Doc: docCode, Version: 1})
	raw, err := a.receiveRaw()
	if err != nil {
		t.Fatal(err)
	}
	if msg := decodeFrame[protocol.Updates](t, raw); msg.Type != "updates" || msg.Version != 1 || len(msg.Updates) != 1 || msg.Updates[0].Author != zhang.ID {
		t.Errorf("%s", raw)
	}
	a.sendMessage(protocol.Fetch{Type: "fetch", Doc: docCode, Version: 9})
	if msg := awaitMessage[protocol.Resync](a, "resync"); msg.Text != "ab" || msg.Code != "push.version" {
		t.Errorf("%+v", msg)
	}
	// Reads of updates that are not in memory are rate-limited.
	loadedCode(t, m).Start++
	loadedCode(t, m).Tail = loadedCode(t, m).Tail[1:]
	for range budget.HistoryBurst {
		a.sendMessage(protocol.Fetch{Type: "fetch", Doc: docCode})
		if raw, err := a.receiveRaw(); err != nil || len(decodeFrame[protocol.Updates](t, raw).Updates) != 2 {
			t.Errorf("%s, %v", raw, err)
		}
	}
	a.sendMessage(protocol.Fetch{Type: "fetch", Doc: docCode})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "rate" || e.RetryAfterMs == 0 {
		t.Errorf("%+v", e)
	}
}
