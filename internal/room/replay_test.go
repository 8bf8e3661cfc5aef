package room

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/change"
)

// TestReplay: the log alone says what the texts were and what happened when.
func TestReplay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		a, b := enter(t, m, zhang), enter(t, m, wang)
		for i := range 5 {
			scribbleAndLose(a, rand.New(rand.NewPCG(1, uint64(i))), 7, 0)
			scribbleAndLose(b, rand.New(rand.NewPCG(2, uint64(i))), 7, 0)
		}
		a.typed(docNotes, 0, 0, "note")
		a.say(chatRequest{Type: "chat", Text: "nul \x00 <&>", Ref: "1"})
		a.expect("chat")
		a.say(plainRequest{Type: "end"})
		a.expect("state") // open
		a.expect("state") // ended
		replay, err := m.Replay(t.Context(), corp, roomID)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for _, doc := range []string{docCode, docNotes} {
			want[doc], _, _ = stored(t, d, doc)
		}
		for _, doc := range replay.Documents {
			if got := fold(t, doc.Updates); got != want[doc.Doc] || len(doc.Updates) == 0 {
				t.Errorf("%s adds up to %q, want %q", doc.Doc, got, want[doc.Doc])
			}
		}
		var kinds []string
		for _, e := range replay.Events {
			kinds = append(kinds, e.Kind)
			if e.Kind == kindEnd && e.Version != 70 {
				t.Errorf("the end came after version %d", e.Version)
			}
		}
		if got := strings.Join(kinds, " "); got != "join join chat start end" || replay.State != Ended {
			t.Errorf("%s: %s", replay.State, got)
		}
		if raw, err := json.Marshal(replay); err != nil || !strings.Contains(string(raw), `nul \u0000`) {
			t.Errorf("%v in %.100s", err, raw)
		}
		if none, err := m.Replay(t.Context(), "another", roomID); err != nil || len(none.Events)+len(none.Documents) != 0 {
			t.Errorf("another company sees %+v, %v", none, err)
		}
	})
}

// fold applies a history to the empty text.
func fold(t *testing.T, updates []ReplayUpdate) string {
	t.Helper()
	var text change.Text
	var last time.Time
	for i, u := range updates {
		if err := text.Check(u.Changes); err != nil {
			t.Fatalf("update %d: %v", i, err)
		}
		text = text.Apply(u.Changes)
		if u.At.Before(last) || u.Author == "" || u.Event != "input.type" {
			t.Errorf("update %d: %+v", i, u)
		}
		last = u.At
	}
	return text.String()
}
