package room

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/room/store"
)

// TestReplay: the log contains the texts and the times of all events.
func TestReplay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		for i := range 5 {
			editRandomly(a, rand.New(rand.NewPCG(1, uint64(i))), 7, 0)
			editRandomly(b, rand.New(rand.NewPCG(2, uint64(i))), 7, 0)
		}
		a.editAndPush(docNotes, 0, 0, "note")
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "nul \x00 <&>", Ref: "1"})
		a.receiveType("chat")
		a.sendMessage(protocol.PhaseRequest{Type: "end"})
		a.receiveType("state") // open
		a.receiveType("state") // ended
		log := readReplay(t, m, testCorpID)
		want := map[string]string{}
		for _, doc := range []string{docCode, docNotes} {
			want[doc], _, _ = storedDocument(t, d, doc)
		}
		for _, doc := range log.Documents {
			if got := replayText(t, doc.Updates); got != want[doc.Doc] || len(doc.Updates) == 0 {
				t.Errorf("%s adds up to %q, want %q", doc.Doc, got, want[doc.Doc])
			}
		}
		var kinds []string
		for _, e := range log.Events {
			kinds = append(kinds, e.Kind)
			if e.Kind == logevent.KindEnd && e.Version != 70 {
				t.Errorf("the end came after version %d", e.Version)
			}
		}
		if got := strings.Join(kinds, " "); got != "join join chat start end" || log.State != Ended {
			t.Errorf("%s: %s", log.State, got)
		}
		if raw, err := json.Marshal(log); err != nil || !strings.Contains(string(raw), `nul \u0000`) {
			t.Errorf("%v in %.100s", err, raw)
		}
		if sum, err := m.Summary(t.Context(), testCorpID, testRoomID); err != nil || len(sum.Answers) != 1 || sum.Answers[0].Code != want[docCode] || sum.State != Ended || sum.EndedAt.IsZero() {
			t.Errorf("summary %+v, %v", sum, err)
		}
		if sum, err := m.Summary(t.Context(), "another", testRoomID); err != nil || len(sum.Answers) != 0 || sum.State != Lobby {
			t.Errorf("another company sees %+v, %v", sum, err)
		}
		if none := readReplay(t, m, "another"); len(none.Events)+len(none.Documents) != 0 {
			t.Errorf("another company sees %+v", none)
		}
	})
}

// readReplay writes the log of the test room as JSON and decodes it.
func readReplay(t *testing.T, m *Manager, corpID string) *replay.Replay {
	t.Helper()
	log, err := m.OpenReplay(t.Context(), corpID, testRoomID)
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	if err := log.WriteJSON(t.Context(), &body); err != nil {
		t.Fatal(err)
	}
	out := new(replay.Replay)
	if err := json.Unmarshal(body.Bytes(), out); err != nil {
		t.Fatalf("%v in %.200s", err, body.String())
	}
	return out
}

// The log of a room is packed a day after the end: the replay, the summary and the
// texts of the room stay the same, and the room can be entered.
func TestReplayOfPackedLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		for n := range 3 {
			editRandomly(a, rand.New(rand.NewPCG(1, uint64(n))), 20, 0) // fewer than between two snapshots
		}
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "记录", Ref: "1"})
		a.receiveType("chat")
		util := a.createFile("lib/util.py", "x = 1")
		a.sendMessage(protocol.FileRequest{Type: "file_entry", Doc: util})
		a.receiveType("files")
		a.member.Leave()
		if err := m.End(t.Context(), testCorpID, testRoomID, "system"); err != nil { // without members
			t.Fatal(err)
		}
		_, head, _ := storedDocument(t, d, docCode)
		for stored := false; !stored; { // the last snapshot follows the end
			row, err := m.store.LatestSnapshot(t.Context(), documentID(t, d, docCode), math.MaxInt32)
			if err != nil {
				t.Fatal(err)
			}
			stored = row.Version == head
		}
		before := readReplay(t, m, testCorpID)
		summary, err := m.Summary(t.Context(), testCorpID, testRoomID)
		if err != nil {
			t.Fatal(err)
		}
		p := &archive.Packer{DB: d, Logger: slog.New(slog.DiscardHandler), KeptKinds: KeptKinds, Now: func() time.Time { return time.Now().Add(48 * time.Hour) }}
		if err := p.PackEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.NewSelect().Model((*store.UpdateRow)(nil)).Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d updates are not packed: %v", n, err)
		}
		if after := readReplay(t, m, testCorpID); !reflect.DeepEqual(after, before) {
			t.Error("the replay has changed")
		}
		if after, err := m.Summary(t.Context(), testCorpID, testRoomID); err != nil || !reflect.DeepEqual(after, summary) {
			t.Errorf("the summary has changed to %+v: %v", after, err)
		}
		other := startManager(t, d) // has the room not in memory
		b := joinRoom(t, other, wang)
		want := []replay.AnswerFile{{Path: "lib/util.py", Code: "x = 1"}, {Path: "main.py", Code: b.documentText(docCode)}}
		if got := summary.Answers[0]; !reflect.DeepEqual(got.Files, want) || got.Code != "x = 1" || got.Language != "python" || b.documentText(util) != "x = 1" {
			t.Errorf("the summary is %+v, the files of the room are %+v", got, want)
		}
	})
}

// A log is written in pages; a client that disconnects ends the writing.
func TestReplayOfManyRows(t *testing.T) {
	const manyRows = 32 // of a page
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		for range 3*manyRows + 1 {
			a.editAndPush(docCode, 0, 0, "x")
		}
		log := readReplay(t, m, testCorpID)
		if got := replayText(t, log.Documents[0].Updates); got != strings.Repeat("x", 3*manyRows+1) {
			t.Errorf("%d units", len(got))
		}
		stored, err := m.OpenReplay(t.Context(), testCorpID, testRoomID)
		if err != nil {
			t.Fatal(err)
		}
		if err := stored.WriteJSON(t.Context(), brokenWriter{}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("error %v", err)
		}
	})
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// replayText applies a history to the empty text.
func replayText(t *testing.T, updates []replay.Update) string {
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
