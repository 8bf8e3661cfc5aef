package room

import (
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// insertions returns a push of n updates that insert a character each in front
// of a text of 12 units, made on a version.
func insertions(t testing.TB, m *Member, d *document, version, n int) *push {
	t.Helper()
	msg := &protocol.Push{Type: "push", Doc: docCode, Version: version, ClientID: "late-client", Seq: 1}
	for i := range n {
		set := change.NewReplacement(12+i, 0, 0, change.NewText("x"))
		msg.Updates = append(msg.Updates, protocol.PushUpdate{Changes: set.AppendJSON(nil)})
	}
	return authority.ReadPush(d, m.participant.ID, msg)
}

// editDocument changes the loaded document as the committer would.
func editDocument(m *Manager, edit func()) {
	r := roomInMemory(m)
	r.mu.Lock()
	defer r.mu.Unlock()
	edit()
}

// growHistory appends n updates to a document with a text of 12 units.
func growHistory(d *document, n int) {
	d.Text = change.NewText("the solution")
	for i := range n {
		set := change.NewReplacement(12+i, 12+i, 12+i, change.NewText("y"))
		d.Tail = append(d.Tail, store.Update{StoredUpdate: store.StoredUpdate{Changes: set}, Client: "other-client", Author: "other"})
		d.Text = d.Text.Apply(set)
	}
}

// TestRebaseBudget: a push of a few updates is accepted however late it is. One
// of many updates that are thousands of versions behind exceeds the budget, and
// the participant's further pushes wait, from another socket too.
func TestRebaseBudget(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, zhang)
	a.member.RebaseLimit = rate.NewLimiter(0, budget.MaxRebaseWork) // no refill during the test
	d := loadedCode(t, m)
	editDocument(m, func() { growHistory(d, 4000) })

	late := insertions(t, a.member, d, 0, 5)
	if !a.member.rebaseOntoHead(late) || late.InvalidCode != "" || late.Version != 4000 || len(late.Updates) != 5 || len(late.Meta) != 5 {
		t.Fatalf("5 updates: %q, at version %d", late.InvalidCode, late.Version)
	}
	editDocument(m, func() {
		if o := authority.NewDraft(d).Decide(late, authority.MaxUnits); o.ResyncCode != "" || o.Count != 5 {
			t.Errorf("5 updates: %+v", o)
		}
	})
	huge := insertions(t, a.member, d, 0, authority.MaxUpdates)
	if !a.member.rebaseOntoHead(huge) || huge.InvalidCode != "push.behind" {
		t.Errorf("%d updates: %q", authority.MaxUpdates, huge.InvalidCode)
	}
	editDocument(m, func() {
		if o := authority.NewDraft(d).Decide(insertions(t, a.member, d, 0, authority.MaxUpdates), authority.MaxUnits); o.ErrorCode != "push.busy" {
			t.Errorf("%d updates in the committer: %+v", authority.MaxUpdates, o)
		}
	})
	if b.member.rebaseOntoHead(insertions(t, b.member, d, 0, 5)) {
		t.Error("a second socket brings a new allowance")
	}
	if current := insertions(t, b.member, d, 4000, 5); !b.member.rebaseOntoHead(current) || current.InvalidCode != "" {
		t.Error("a push onto the head is limited")
	}
}

// TestRebaseOmitsAcceptedUpdates: updates of the push that are in the history
// already are omitted with their metadata.
func TestRebaseOmitsAcceptedUpdates(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	d := loadedCode(t, m)
	p := insertions(t, a.member, d, 0, 3)
	p.Meta[0].Age, p.Meta[1].Age, p.Meta[2].Age = 1, 2, 3
	editDocument(m, func() {
		d.Text = change.NewText("xthe solution")
		d.Tail = []store.Update{{StoredUpdate: store.StoredUpdate{Changes: p.Updates[0].Changes}, Client: p.Client, Author: zhang.ID}}
	})
	if !a.member.rebaseOntoHead(p) || len(p.Updates) != 2 || len(p.Meta) != 2 || p.Meta[0].Age != 2 || p.Version != 1 {
		t.Errorf("%+v at version %d", p.Meta, p.Version)
	}
}

// TestHelloReadsLittle: a hello of a candidate who waits reads nothing from the
// database, one that names a document many times reads it once, and reconnects
// share the limit of such reads.
func TestHelloReadsLittle(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	a.editAndPush(docCode, 0, 0, "a")
	haves := []protocol.HeldDocument{{Doc: docCode}, {Doc: docCode}, {Doc: docNotes}, {Doc: "none"}, {Doc: docCode}}
	waiting := newMember(a.member.room, lilei, "c")
	if got := waiting.resumableDocuments(haves); len(got) != 0 {
		t.Errorf("a waiting candidate resumes %+v", got)
	}
	if got := newMember(a.member.room, wang, "w").resumableDocuments(haves); len(got) != 2 {
		t.Errorf("staff resume %+v", got)
	}
	d := loadedCode(t, m)
	editDocument(m, func() { d.Start, d.Tail = d.Start+1, nil })
	for range budget.HistoryBurst + 1 {
		reconnected := newMember(a.member.room, wang, "w")
		if _, err := reconnected.readMissedUpdates(t.Context(), haves[:1]); err != nil {
			t.Fatal(err)
		}
	}
	hello := protocol.Encode(protocol.Hello{Type: "hello", Protocol: Protocol, Documents: haves[:1]})
	back, err := m.Join(t.Context(), testCorpID, testRoomID, wang, hello)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Leave()
	raw, err := back.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w := decodeFrame[protocol.Welcome](t, string(raw)); w.Documents[0].Resume || w.Documents[0].Text == nil {
		t.Errorf("above the limit of reads: %.300s", raw)
	}
}

// BenchmarkWorstPush measures the push that makes the most work for the server:
// maxPush updates of many sections each, far behind a head whose updates have
// many sections too. It may take milliseconds, in the goroutine of its sender.
func BenchmarkWorstPush(b *testing.B) {
	m := startManager(b, dbtest.Open(b, db.SQLite))
	a := joinRoom(b, m, zhang)
	m.mu.Lock()
	d := m.rooms[testRoomID].docs[docCode]
	m.mu.Unlock()
	text := strings.Repeat("ab", 1000)
	scattered := func() change.Set {
		set, err := change.Parse([]byte("[" + strings.TrimSuffix(strings.Repeat(`[1,"b"],1,`, 1000), ",") + "]"))
		if err != nil {
			b.Fatal(err)
		}
		return set
	}
	editDocument(m, func() {
		d.Text = change.NewText(text)
		for range 4000 {
			d.Tail = append(d.Tail, store.Update{StoredUpdate: store.StoredUpdate{Changes: scattered()}, Client: "other-client"})
		}
	})
	p := &push{Doc: d, Client: "late-client", Author: zhang.ID, Seq: 1}
	for range authority.MaxUpdates {
		p.Updates = append(p.Updates, change.Update{Client: p.Client, Changes: scattered()})
	}
	a.member.RebaseLimit = rate.NewLimiter(rate.Inf, budget.MaxRebaseWork)
	for b.Loop() {
		again := *p
		again.Meta = make([]store.StoredUpdate, authority.MaxUpdates)
		if !a.member.rebaseOntoHead(&again) || again.InvalidCode != "push.behind" {
			b.Fatalf("%q", again.InvalidCode)
		}
	}
}
