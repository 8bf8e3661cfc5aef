package room

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// TestTwoTypeAtOnce: whatever two people type at once, both and the database
// come to the same text.
func TestTwoTypeAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		a, b := enter(t, m, zhang), enter(t, m, wang)
		var wg sync.WaitGroup
		for i, p := range []*peer{a, b} {
			wg.Go(func() { scribbleAndLose(p, rand.New(rand.NewPCG(7, uint64(i))), 60, 0) })
		}
		wg.Wait()
		agree(t, d, a, b)
	})
}

// TestLossyConnections: the same with three people whose connections break all
// the time, also when a push is stored and its answer is not yet received.
func TestLossyConnections(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		third := Participant{ID: "zhaoliu", Name: "赵六", Role: Interviewer}
		peers := []*peer{enter(t, m, zhang), enter(t, m, wang), enter(t, m, third)}
		var wg sync.WaitGroup
		for i, p := range peers {
			wg.Go(func() { scribbleAndLose(p, rand.New(rand.NewPCG(11, uint64(i))), 60, 4) })
		}
		wg.Wait()
		agree(t, d, peers...)
	})
}

// scribbleAndLose makes edits; one time in lose the connection breaks.
func scribbleAndLose(p *peer, r *rand.Rand, edits, lose int) {
	for i := range edits {
		p.scribble(r, docCode)
		if i%3 > 0 { // several in one push
			continue
		}
		p.push(docCode)
		if lose > 0 && r.IntN(lose) == 0 {
			p.leave()
			p.join()
			p.again(docCode)
		}
	}
	p.settled(docCode)
}

// agree brings peers up to the head of the database and compares the texts.
func agree(t *testing.T, d *db.DB, peers ...*peer) {
	t.Helper()
	text, version, _ := stored(t, d, docCode)
	edits := 0
	for _, p := range peers {
		p.until("it has seen all", func() bool { return p.texts[docCode].version >= version })
		if got := p.text(docCode); got != text || p.texts[docCode].version != version {
			t.Errorf("%s has version %d: %q\nthe database has %d: %q", p.who.ID, p.texts[docCode].version, got, version, text)
		}
		if n := p.texts[docCode].resyncs; n > 0 {
			t.Errorf("%s had to start again %d times", p.who.ID, n)
		}
		edits += 60
	}
	if version != edits {
		t.Errorf("%d updates are stored of %d that were made", version, edits)
	}
}

// TestEveryVersionIsKept: the text of each version, snapshots among them, is
// that of the log's beginning.
func TestEveryVersionIsKept(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		p := enter(t, m, zhang)
		r := rand.New(rand.NewPCG(3, 3))
		texts := []string{""}
		for range 60 {
			for range 20 {
				p.scribble(r, docCode)
				texts = append(texts, p.text(docCode))
			}
			p.push(docCode)
			p.settled(docCode)
		}
		id := documentID(t, d, docCode)
		snapshots, err := d.NewSelect().Model((*snapshotRow)(nil)).Where("document_id = ?", id).Count(t.Context())
		if err != nil || snapshots < 2 {
			t.Fatalf("%d snapshots, %v", snapshots, err)
		}
		s := &store{db: d}
		for v := 0; v < len(texts); v += 7 {
			got, err := s.textAt(t.Context(), id, v)
			if err != nil || got.String() != texts[v] {
				t.Fatalf("version %d: %q, %v; want %q", v, got.String(), err, texts[v])
			}
		}
		if _, err := s.textAt(t.Context(), id, len(texts)); err == nil {
			t.Error("a version that does not exist has a text")
		}
	})
}

func documentID(t *testing.T, d *db.DB, name string) string {
	t.Helper()
	rows, err := (&store{db: d}).documents(t.Context(), corp, roomID)
	if err != nil {
		t.Fatal(err)
	}
	return rows[slices.IndexFunc(rows, func(r documentRow) bool { return r.Name == name })].ID
}
