package room

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/store"
)

// TestConcurrentEditsConverge: two clients that edit concurrently and the
// database end with the same text.
func TestConcurrentEditsConverge(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		var wg sync.WaitGroup
		for i, p := range []*testClient{a, b} {
			wg.Go(func() { editRandomly(p, rand.New(rand.NewPCG(7, uint64(i))), 60, 0) })
		}
		wg.Wait()
		checkConverged(t, d, a, b)
	})
}

// TestBrokenConnectionsConverge: the same with three clients whose connections
// break, also between the commit of a push and its acknowledgement.
func TestBrokenConnectionsConverge(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		third := newParticipant("zhaoliu", "赵六", Interviewer)
		peers := []*testClient{joinRoom(t, m, zhang), joinRoom(t, m, wang), joinRoom(t, m, third)}
		var wg sync.WaitGroup
		for i, p := range peers {
			wg.Go(func() { editRandomly(p, rand.New(rand.NewPCG(11, uint64(i))), 60, 4) })
		}
		wg.Wait()
		checkConverged(t, d, peers...)
	})
}

// editRandomly makes edits. The connection breaks in one of lose pushes.
func editRandomly(p *testClient, r *rand.Rand, edits, lose int) {
	for i := range edits {
		p.editAtRandom(r, docCode)
		if i%3 > 0 { // several edits per push
			continue
		}
		p.pushPending(docCode)
		if lose > 0 && r.IntN(lose) == 0 {
			p.leaveRoom()
			p.joinRoom()
			p.resendPush(docCode)
		}
	}
	p.awaitStored(docCode)
}

// checkConverged brings the clients to the head of the database and compares
// the texts.
func checkConverged(t *testing.T, d *db.DB, peers ...*testClient) {
	t.Helper()
	text, version, _ := storedDocument(t, d, docCode)
	edits := 0
	for _, p := range peers {
		p.receiveUntil("it has seen all", func() bool { return p.documents[docCode].Version >= version })
		if got := p.documentText(docCode); got != text || p.documents[docCode].Version != version {
			t.Errorf("%s has version %d: %q\nthe database has %d: %q", p.participant.ID, p.documents[docCode].Version, got, version, text)
		}
		if n := p.documents[docCode].Resyncs; n > 0 {
			t.Errorf("%s had to start again %d times", p.participant.ID, n)
		}
		edits += 60
	}
	if version != edits {
		t.Errorf("%d updates are stored of %d that were made", version, edits)
	}
}

// TestTextOfEveryVersion: the text of each version is read correctly, also
// across snapshots.
func TestTextOfEveryVersion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		p := joinRoom(t, m, zhang)
		r := rand.New(rand.NewPCG(3, 3))
		texts := []string{""}
		for range 60 {
			for range 20 {
				p.editAtRandom(r, docCode)
				texts = append(texts, p.documentText(docCode))
			}
			p.pushPending(docCode)
			p.awaitStored(docCode)
		}
		id := documentID(t, d, docCode)
		snapshots, err := d.NewSelect().Model((*store.SnapshotRow)(nil)).Where("document_id = ?", id).Count(t.Context())
		if err != nil || snapshots < 2 {
			t.Fatalf("%d snapshots, %v", snapshots, err)
		}
		s := newStore(d)
		for v := 0; v < len(texts); v += 7 {
			got, err := s.ReadTextAt(t.Context(), id, v)
			if err != nil || got.String() != texts[v] {
				t.Fatalf("version %d: %q, %v; want %q", v, got.String(), err, texts[v])
			}
		}
		if _, err := s.ReadTextAt(t.Context(), id, len(texts)); err == nil {
			t.Error("a version that does not exist has a text")
		}
	})
}

func documentID(t *testing.T, d *db.DB, name string) string {
	t.Helper()
	rows, err := newStore(d).ListDocuments(t.Context(), testCorpID, testRoomID)
	if err != nil {
		t.Fatal(err)
	}
	return rows[slices.IndexFunc(rows, func(r store.DocumentRow) bool { return r.Name == name })].ID
}
