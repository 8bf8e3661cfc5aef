package room

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
)

// TestRandomClientInput: after any input the room works, and clients can apply
// every accepted update. (Coverage-guided fuzzing would instrument the
// database, which takes minutes; package change is fuzzed.)
func TestRandomClientInput(t *testing.T) {
	seeds := exampleFrames(t)
	m := startManager(t, dbtest.Open(t, db.SQLite))
	r := rand.New(rand.NewPCG(1, 2))
	var p *testClient
	for i := range 3000 {
		if p == nil {
			p = joinRoom(t, m, zhang)
		}
		raw := mutateFrame(r, seeds[r.IntN(len(seeds))])
		err := p.member.Receive(t.Context(), raw)
		if _, ok := errors.AsType[*protocol.CloseError](err); err != nil && !ok {
			t.Fatalf("%s: %v", raw, err)
		}
		if err != nil || i%40 == 0 {
			p.leaveRoom()
			p = nil
		}
	}
	witness := joinRoom(t, m, wang)
	if witness.welcome.Room.State != Ended { // its acknowledgement follows the commit of everything queued before
		witness.editAndPush(docCode, 0, 0, "alive")
	}
	for doc, c := range witness.documents {
		if back := change.NewText(c.Text.String()); len(back) != len(c.Text) {
			t.Errorf("%s has half a character: %q", doc, c.Text)
		}
		text, version, _ := storedDocument(t, m.store.DB, doc)
		if text != c.Text.String() || version != c.Version {
			t.Errorf("%s: memory has version %d %q, the database %d %q", doc, c.Version, c.Text, version, text)
		}
	}
}

func exampleFrames(t *testing.T) (frames [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "protocol", "client-*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if filepath.Base(file) == "client-end.json" {
			continue // it would end the room
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, raw)
	}
	for range 10 { // mostly edits
		frames = append(frames,
			[]byte(pushJSON(docCode, 0, "clientid-1", 1, `[[0,"xyz"]]`)),
			[]byte(pushJSON(docNotes, 0, "clientid-2", 1, `[[0,"a","😀"]]`, `[4,[0,"\ud83d\ude00"]]`)))
	}
	return frames
}

// mutateFrame changes a few bytes, mostly digits, so that many frames stay
// valid.
func mutateFrame(r *rand.Rand, raw []byte) []byte {
	out := append([]byte(nil), raw...)
	for range r.IntN(4) {
		i := r.IntN(len(out))
		switch r.IntN(6) {
		case 0:
			out[i] = byte(r.IntN(256))
		case 1:
			out = append(out[:i], out[i+1:]...)
		case 2:
			out = append(out[:i], append([]byte(`[],":0-\u`[r.IntN(9):][:1]), out[i:]...)...)
		default:
			for j := i; j < len(out); j++ {
				if out[j] >= '0' && out[j] <= '9' {
					out[j] = byte('0' + r.IntN(10))
					break
				}
			}
		}
	}
	return out
}
