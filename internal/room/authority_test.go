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
	"github.com/huimian/huimian/internal/room/change"
)

// TestLostAnswer: the connection breaks after the commit and before the
// answer. The same push, sent again, is answered and not stored twice, also by
// a server that was started since.
func TestLostAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		a, b := enter(t, m, zhang), enter(t, m, wang)
		b.edit(docCode, 0, 0, "hello")
		b.push(docCode)
		await[updatesMessage](a, "updates") // it is stored; b has not read the answer
		frame := b.texts[docCode].frame
		b.leave()
		for _, restart := range []bool{false, true} {
			if restart {
				m.kill()
				m = start(t, d)
			}
			b.mgr = m
			b.join()
			b.say(frame)
			var ack ackMessage
			b.until("ack", func() bool {
				raw, err := b.raw()
				if err != nil {
					t.Fatal(err)
				}
				return json.Unmarshal([]byte(raw), &ack) == nil && ack.Type == "ack"
			})
			if ack.Version != 0 || ack.Count != 1 || ack.Seq != 1 {
				t.Errorf("the answer is %+v", ack)
			}
			if b.text(docCode) != "hello" || len(b.texts[docCode].pending) != 0 {
				t.Errorf("the client has %q and %d pending", b.text(docCode), len(b.texts[docCode].pending))
			}
			b.leave()
		}
		if text, version, rows := stored(t, d, docCode); text != "hello" || version != 1 || rows != 1 {
			t.Errorf("stored: %q, version %d in %d rows", text, version, rows)
		}
	})
}

// TestOldPushIsAnsweredFromTheDatabase: a client that repeats a push from long
// ago gets its old answer.
func TestOldPushIsAnsweredFromTheDatabase(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	p := enter(t, m, zhang)
	p.edit(docCode, 0, 0, "a")
	p.push(docCode)
	first := p.texts[docCode].frame
	p.settled(docCode)
	p.typed(docCode, 1, 1, "b")
	p.say(first)
	raw, err := p.raw()
	if err != nil {
		t.Fatal(err)
	}
	if ack := read[ackMessage](t, raw); ack.Type != "ack" || ack.Seq != 1 || ack.Version != 0 || ack.Count != 1 {
		t.Errorf("the answer is %s", raw)
	}
}

// TestKilledServer: a server that is killed has lost nothing that anybody was
// told of.
func TestKilledServer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		a, li := enter(t, m, zhang), enter(t, m, lilei)
		a.expect("knock")
		a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
		li.until("welcome", func() bool { return li.welcome != nil })
		li.typed(docCode, 0, 0, "print(1)\n")
		a.typed(docNotes, 0, 0, "good")
		a.say(languageRequest{Type: "language", Language: "go"})
		a.say(problemRequest{Type: "problem", QuestionID: &twoSum.ID})
		li.say(chatRequest{Type: "chat", Text: "你好", Ref: "r1"})
		li.expect("chat")
		m.kill()

		m = start(t, d)
		again, li2 := enter(t, m, zhang), enter(t, m, lilei)
		w := again.welcome
		if again.text(docCode) != "print(1)\n" || again.text(docNotes) != "good" {
			t.Errorf("the texts are %q and %q", again.text(docCode), again.text(docNotes))
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

// TestTwoServersOnOneRoom: two servers that both believe to own the room write
// to it at once. The database decides, and nothing is lost or doubled.
func TestTwoServersOnOneRoom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		one, two := start(t, d), start(t, d)
		a, b := enter(t, one, zhang), enter(t, two, wang)
		var wg sync.WaitGroup
		for i, p := range []*peer{a, b} {
			wg.Go(func() { scribbleAndLose(p, rand.New(rand.NewPCG(5, uint64(i))), 60, 0) })
		}
		wg.Wait()
		// On SQLite there is one server: nothing tells it of another's writes,
		// and it must find out by itself.
		one.stale(nil)
		two.stale(nil)
		agree(t, d, a, b)
		if one.Stats().Conflicts+two.Stats().Conflicts == 0 {
			t.Log("the servers never met")
		}
		kinds := strings.Join(logged(t, d), " ")
		if kinds != "join join" {
			t.Errorf("the log is %s", kinds)
		}
	})
}

// TestNewsFromAnotherServer: what happens on one server is seen on the other.
func TestNewsFromAnotherServer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		one, two := start(t, d), start(t, d)
		a, b := enter(t, one, zhang), enter(t, two, wang)
		a.typed(docCode, 0, 0, "x")
		a.say(chatRequest{Type: "chat", Text: "hi", Ref: "1"})
		a.expect("chat")
		if d.Dialect() == db.SQLite { // nobody tells: SQLite is for one server
			two.stale([]string{roomID})
		}
		b.expect("chat")
		b.until("text", func() bool { return b.text(docCode) == "x" })
		b.say(plainRequest{Type: "start"})
		b.expect("state")
		if d.Dialect() == db.SQLite {
			one.stale([]string{roomID})
		}
		if msg := await[stateMessage](a, "state"); msg.State != Open || msg.By != wang.ID {
			t.Errorf("the state is %+v", msg)
		}
	})
}

func pushOf(doc string, version int, client string, seq int, changes ...string) string {
	var updates []string
	for _, c := range changes {
		updates = append(updates, fmt.Sprintf(`{"changes":%s,"age":0}`, c))
	}
	return fmt.Sprintf(`{"type":"push","doc":%q,"version":%d,"clientId":%q,"seq":%d,"updates":[%s]}`,
		doc, version, client, seq, strings.Join(updates, ","))
}

// TestPoisonIsRefused: what would break other clients never gets into the
// database, and the client that sent it is given the true text.
func TestPoisonIsRefused(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d)
	p := enter(t, m, zhang)
	p.typed(docCode, 0, 0, "a😀b") // 4 units
	big := strings.Repeat("x", maxPushUnits)
	for i, tc := range []struct {
		push string
		code string
	}{
		{pushOf(docCode, 1, "clientid-%d", 1, `[3]`), "push.changes"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[5]`), "push.changes"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[-4]`), "push.changes"},
		{pushOf(docCode, 1, "clientid-%d", 1, `{"a":1}`), "push.changes"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[4,[0,"x"]]`, `[4]`), "push.changes"},
		{pushOf(docCode, 0, "clientid-%d", 1, `[1]`), "push.changes"},
		{pushOf(docCode, 0, "clientid-%d", 1, `[[0,"x"]]`, `[2]`), "push.changes"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[2,[0,"x"],2]`), "push.half"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[2,[1,"\ude01"],1]`), "push.half"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[4,[0,"\ud83d"]]`), "push.half"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[4,[0,"x\ny"]]`), "push.line_break"},
		{pushOf(docCode, 2, "clientid-%d", 1, `[4]`), "push.version"},
		{pushOf(docCode, 1, "clientid-%d", 1, `[4,[0,"x`+big+`"]]`), "push.document_size"},
	} {
		p.say(fmt.Sprintf(strings.ReplaceAll(tc.push, "clientid-%d", "clientid-%[1]d"), i))
		if msg := await[resyncMessage](p, "resync"); msg.Code != tc.code || msg.Text != "a😀b" || msg.Version != 1 {
			t.Errorf("%.80s: %+v, want %s", tc.push, msg, tc.code)
		}
	}
	if text, version, rows := stored(t, d, docCode); text != "a😀b" || version != 1 || rows != 1 {
		t.Errorf("stored: %q, version %d in %d rows", text, version, rows)
	}
	p.typed(docCode, 4, 4, "!") // and on it goes
	if n := m.Stats().Refused; n != 13 {
		t.Errorf("%d were counted", n)
	}
}

func TestPushesThatMakeNoSense(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	p := enter(t, m, zhang)
	many := strings.TrimSuffix(strings.Repeat("[0]|", maxPush+1), "|")
	for push, code := range map[string]string{
		pushOf("other", 0, "clientid-1", 1, `[]`):                                    "not_found",
		pushOf(docCode, 0, "short", 1, `[]`):                                         "invalid",
		pushOf(docCode, 0, "client id!", 1, `[]`):                                    "invalid",
		pushOf(docCode, -1, "clientid-1", 1, `[]`):                                   "invalid",
		pushOf(docCode, 0, "clientid-1", 0, `[]`):                                    "invalid",
		pushOf(docCode, 0, "clientid-1", 1):                                          "invalid",
		pushOf(docCode, 0, "clientid-1", 1, strings.Split(many, "|")...):             "invalid",
		strings.Replace(pushOf(docCode, 0, "clientid-1", 1, `[]`), ":0}", ":-1}", 1): "invalid",
	} {
		p.say(push)
		if msg := await[errorMessage](p, "error"); msg.Code != code {
			t.Errorf("%.90s: %+v, want %s", push, msg, code)
		}
	}
}

// TestDocumentsHaveBounds: a text too large and a history too long.
func TestDocumentsHaveBounds(t *testing.T) {
	d := &document{clients: map[string]lastPush{}, text: make(change.Text, maxDocument-1), start: 10}
	d.text = change.NewText(strings.Repeat("x", maxDocument-1))
	p := &push{
		doc: d, client: "c", author: "a", seq: 1, version: 10, meta: make([]storedUpdate, 1),
		updates: []change.Update{{Client: "c", Changes: change.Replace(len(d.text), 0, 0, change.NewText("y"))}},
	}
	if o := newDraft(d).take(p); o.refused != "" || len(o.added) != 1 {
		t.Errorf("the last unit: %+v", o.refused)
	}
	p.updates[0].Changes = change.Replace(len(d.text), 0, 0, change.NewText("yz"))
	if o := newDraft(d).take(p); o.refused != "push.document_size" {
		t.Errorf("one unit too many: %q", o.refused)
	}
	d.start, p.version = maxHistory, maxHistory
	p.updates[0].Changes = change.Keep(len(d.text))
	if o := newDraft(d).take(p); o.refused != "push.history" {
		t.Errorf("one version too many: %q", o.refused)
	}
}

// TestForeignClientID: somebody who takes over the id of another's editor
// cannot get that one's pushes taken for repeated.
func TestForeignClientID(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d)
	a, b := enter(t, m, zhang), enter(t, m, wang)
	a.typed(docCode, 0, 0, "mine")
	b.until("text", func() bool { return b.text(docCode) == "mine" })
	b.say(pushOf(docCode, 1, a.texts[docCode].client, 2, `[4,[0,"stolen"]]`))
	if msg := await[errorMessage](b, "error"); msg.Code != "invalid" || msg.Seq != 2 {
		t.Errorf("%+v", msg)
	}
	a.typed(docCode, 4, 4, "!")
	if text, _, _ := stored(t, d, docCode); text != "mine!" {
		t.Errorf("stored: %q", text)
	}
}

// TestDatabaseAway: while the database takes nothing the client is told to try
// again, memory does not move, and later all is well.
func TestDatabaseAway(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		a, b := enter(t, m, zhang), enter(t, m, wang)
		a.typed(docCode, 0, 0, "a")
		rename(t, d, "document_updates", "gone")
		a.edit(docCode, 1, 1, "b")
		a.push(docCode)
		if msg := await[errorMessage](a, "error"); msg.Code != "push.busy" || msg.RetryAfterMs == 0 || msg.Seq != 2 {
			t.Errorf("%+v", msg)
		}
		rename(t, d, "gone", "document_updates")
		a.again(docCode)
		a.settled(docCode)
		b.until("text", func() bool { return b.text(docCode) == "ab" })
		if text, _, rows := stored(t, d, docCode); text != "ab" || rows != 2 {
			t.Errorf("stored: %q in %d rows", text, rows)
		}
	})
}

func rename(t *testing.T, d *db.DB, from, to string) {
	t.Helper()
	if _, err := d.NewRaw("ALTER TABLE " + from + " RENAME TO " + to).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestLongAbsence: who comes back after more updates than memory holds goes
// on from where they were; what they had pending is not lost.
func TestLongAbsence(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d)
	a, b := enter(t, m, zhang), enter(t, m, wang)
	a.typed(docCode, 0, 0, "start ")
	b.until("text", func() bool { return b.text(docCode) == "start " })
	b.edit(docCode, 6, 6, "END")
	b.leave()
	for range (2*keepTail)/maxPush + 2 {
		for range maxPush {
			a.edit(docCode, 6, min(7, len(a.texts[docCode].text)), "x")
		}
		a.push(docCode)
		a.settled(docCode)
	}
	if got := docOf(t, m).start; got == 0 {
		t.Fatal("memory still holds all")
	}
	b.join()
	if b.welcome.Documents[0].Text != nil {
		t.Error("the client had to start again")
	}
	b.push(docCode)
	b.settled(docCode)
	if text, _, _ := stored(t, d, docCode); text != b.text(docCode) || !strings.Contains(text, "END") {
		t.Errorf("the texts are %q and %q", text, b.text(docCode))
	}
	late := newPeer(t, m, lilei)
	late.who = Participant{ID: "x", Role: Interviewer}
	late.texts[docCode] = &copyOf{version: 1 << 20, client: "clientid-x"}
	late.join() // from a future that does not exist: it gets the text
	if late.text(docCode) != b.text(docCode) {
		t.Errorf("the newcomer has %q", late.text(docCode))
	}
}

// TestUpdatesAreBounded: nobody can use up a document's history in seconds.
// Who pushes too much is told to come back, and loses nothing.
func TestUpdatesAreBounded(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a := enter(t, m, zhang)
	fill := func() {
		for range maxPush {
			a.edit(docCode, 0, min(1, len(a.texts[docCode].text)), "x")
		}
		a.push(docCode)
	}
	for range updateBurst / maxPush {
		fill()
		a.settled(docCode)
	}
	fill()
	if msg := await[errorMessage](a, "error"); msg.Code != "push.busy" || msg.RetryAfterMs == 0 {
		t.Errorf("after %d updates at once: %+v", updateBurst, msg)
	}
}

func docOf(t *testing.T, m *Manager) *document {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rooms[roomID].docs[docCode]
}

// TestFetch: a client that noticed a gap gets what it lacks.
func TestFetch(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a := enter(t, m, zhang)
	a.typed(docCode, 0, 0, "a")
	a.typed(docCode, 1, 1, "b")
	a.say(fetchMessage{Type: "fetch", Doc: docCode, Version: 1})
	raw, err := a.raw()
	if err != nil {
		t.Fatal(err)
	}
	if msg := read[updatesMessage](t, raw); msg.Type != "updates" || msg.Version != 1 || len(msg.Updates) != 1 || msg.Updates[0].Author != zhang.ID {
		t.Errorf("%s", raw)
	}
	a.say(fetchMessage{Type: "fetch", Doc: docCode, Version: 9})
	if msg := await[resyncMessage](a, "resync"); msg.Text != "ab" || msg.Code != "push.version" {
		t.Errorf("%+v", msg)
	}
	// What memory does not hold costs the database: only so often.
	docOf(t, m).start++
	docOf(t, m).tail = docOf(t, m).tail[1:]
	for range historyBurst {
		a.say(fetchMessage{Type: "fetch", Doc: docCode})
		if raw, err := a.raw(); err != nil || len(read[updatesMessage](t, raw).Updates) != 2 {
			t.Errorf("%s, %v", raw, err)
		}
	}
	a.say(fetchMessage{Type: "fetch", Doc: docCode})
	if e := await[errorMessage](a, "error"); e.Code != "rate" || e.RetryAfterMs == 0 {
		t.Errorf("%+v", e)
	}
}
