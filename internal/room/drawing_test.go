package room

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
)

// newText returns a text element of the drawing.
func newText(id string, version int, text string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"id":%q,"version":%d,"versionNonce":5,"type":"text","index":"a0","x":0,"y":0,"width":10,"height":20,"angle":0,"strokeColor":"#1e1e1e",
		"backgroundColor":"transparent","fillStyle":"solid","strokeWidth":2,"strokeStyle":"solid","roughness":1,"opacity":100,"seed":7,"text":%q,"fontSize":20,"fontFamily":5}`, id, version, text))
}

func newDeletion(id string, version int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"id":%q,"version":%d,"versionNonce":5,"isDeleted":true}`, id, version))
}

// draw sends elements and returns those by which the acknowledgement supersedes them.
func (p *testClient) draw(elements ...json.RawMessage) []drawing.Element {
	p.t.Helper()
	p.sendMessage(protocol.DrawingRequest{Type: "drawing", Elements: elements, Ref: "d"})
	return awaitMessage[protocol.DrawingAck](p, "drawing_ack").Elements
}

// heads returns the versions of elements, with a dash before those that are deleted.
func heads(list []drawing.Element) string {
	var out []string
	for _, e := range list {
		out = append(out, strings.Repeat("-", map[bool]int{true: 1}[e.IsDeleted])+fmt.Sprintf("%s@%d", e.ID, e.Version))
	}
	return strings.Join(out, " ")
}

// joinAgain joins with the drawing up to a seq, and returns that of the welcome.
func (p *testClient) joinAgain(held int64) *protocol.DrawingView {
	p.t.Helper()
	m, err := p.manager.Join(p.t.Context(), testCorpID, p.roomID, p.participant, protocol.Encode(protocol.Hello{Type: "hello", Protocol: Protocol, Documents: []protocol.HeldDocument{}, Drawing: held}))
	if err != nil {
		p.t.Fatal(err)
	}
	p.member = m
	p.receiveType("welcome")
	return p.welcome.Drawing
}

func TestDrawing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		if a.welcome.Drawing != nil {
			t.Errorf("an empty drawing is %+v", a.welcome.Drawing)
		}
		if lost := a.draw(newText("a", 1, "one"), newText("b", 1, "two")); len(lost) != 0 {
			t.Errorf("superseded: %s", heads(lost))
		}
		first := awaitMessage[protocol.DrawingChanged](b, "drawing")
		if heads(first.Elements) != "a@1 b@1" || first.By != zhang.ID {
			t.Errorf("%s by %s", heads(first.Elements), first.By)
		}
		b.draw(newText("a", 3, "newer"), newDeletion("b", 2))
		if lost := a.draw(newText("a", 2, "older"), newText("c", 1, "three")); heads(lost) != "a@3" {
			t.Errorf("superseded: %s", heads(lost))
		}
		if lost := a.draw(newText("c", 1, "three")); len(lost) != 0 { // again, when the acknowledgement was lost
			t.Errorf("superseded: %s", heads(lost))
		}
		if got := strings.Join(loggedKinds(t, d), " "); got != "join join drawing drawing drawing" {
			t.Errorf("log %s", got)
		}
		a.leaveRoom()
		if view := a.joinAgain(first.Seq); !view.Resume || heads(view.Elements) != "a@3 -b@2 c@1" {
			t.Errorf("a client that returns received %+v", view)
		}
		for name, mgr := range map[string]*Manager{"same process": m, "another process": startManager(t, d)} {
			for held, want := range map[int64]bool{0: false, 1_000: false, -1: false} {
				if view := newTestClient(t, mgr, watcher).joinAgain(held); view.Resume != want || heads(view.Elements) != "a@3 c@1" || !strings.Contains(string(protocol.Encode(view)), "newer") {
					t.Errorf("%s, held %d: %+v", name, held, view)
				}
			}
		}
	})
}

func TestDrawingRefusals(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, observer := joinRoom(t, m, zhang), joinRoom(t, m, watcher)
	update := func(elements ...json.RawMessage) protocol.DrawingRequest {
		return protocol.DrawingRequest{Type: "drawing", Elements: elements, Ref: "d"}
	}
	for name, tc := range map[string]struct {
		from    *testClient
		message protocol.DrawingRequest
		want    string
	}{
		"observer":    {observer, update(newText("a", 1, "x")), "forbidden"},
		"no ref":      {a, protocol.DrawingRequest{Type: "drawing", Elements: []json.RawMessage{newText("a", 1, "x")}}, "invalid"},
		"no elements": {a, update(), drawing.RefusalInvalid},
		"image":       {a, update(json.RawMessage(`{"id":"a","version":1,"versionNonce":1,"type":"image"}`)), drawing.RefusalInvalid},
		"too large":   {a, update(newText("a", 1, strings.Repeat("x", drawing.MaxElementBytes))), drawing.RefusalSize},
	} {
		if got := tc.from.refusalOf(tc.message); got != tc.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	for n := range drawing.MaxElements / drawing.MaxUpdate {
		var page []json.RawMessage
		for i := range drawing.MaxUpdate {
			page = append(page, newText(fmt.Sprintf("e%d-%d", n, i), 1, "x"))
		}
		a.draw(page...)
	}
	if got := a.refusalOf(update(newText("more", 1, "x"))); got != drawing.RefusalCount {
		t.Errorf("one element too many: %s", got)
	}
	a.draw(newDeletion("e0-0", 2))
	a.draw(newText("more", 1, "x"))
	a.sendMessage(protocol.PhaseRequest{Type: "end"})
	a.receiveType("state")
	a.receiveType("state")
	if got := a.refusalOf(update(newText("more", 2, "x"))); got != "ended" {
		t.Errorf("after the end: %s", got)
	}
}

func TestDrawingRate(t *testing.T) {
	now := time.Now()
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Now = func() time.Time { return now } })
	a := joinRoom(t, m, zhang)
	for n := range budget.DrawingBurst {
		a.draw(newText("a", n+1, "x"))
	}
	a.sendMessage(protocol.DrawingRequest{Type: "drawing", Elements: []json.RawMessage{newText("a", 1000, "x")}, Ref: "d"})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "rate" || e.Ref != "d" || e.RetryAfterMs == 0 {
		t.Errorf("%+v", e)
	}
}

// A candidate receives what is visible at the admission, and nothing of what was deleted
// before.
func TestDrawingOfCandidates(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	a.draw(newText("gone", 1, "SKETCH-OF-STAFF"), newText("a", 1, "task"))
	a.draw(newDeletion("gone", 2))
	li := joinRoom(t, m, lilei)
	if got := li.refusalOf(protocol.DrawingRequest{Type: "drawing", Elements: []json.RawMessage{newText("a", 2, "x")}, Ref: "d"}); got != "forbidden" {
		t.Errorf("a candidate who waits draws: %s", got)
	}
	a.draw(newText("a", 2, "the task"))
	a.admit(li)
	if got := heads(li.welcome.Drawing.Elements); got != "a@2" {
		t.Errorf("the candidate received %s", got)
	}
	if lost := li.draw(newText("gone", 1, "x"), newText("b", 1, "answer")); heads(lost) != "-gone@2" {
		t.Errorf("superseded: %s", heads(lost))
	}
	for _, frame := range li.frames {
		if strings.Contains(frame, "SKETCH-OF-STAFF") {
			t.Errorf("the candidate received %.200s", frame)
		}
	}
}

// The drawing is read from a checkpoint: at the end, when its updates are packed, and after
// much was drawn.
func TestDrawingCheckpoints(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		text := strings.Repeat("x", drawing.MaxElementBytes-1000)
		for n := range 12 { // more than 1 MiB
			a.draw(newText("a", n+1, text))
		}
		a.draw(newText("b", 1, "last"))
		if kinds := loggedKinds(t, d); !slices.Contains(kinds, logevent.KindDrawingCheckpoint) {
			t.Errorf("log %v", kinds)
		}
		other := startManager(t, d)
		if got := heads(joinRoom(t, other, wang).welcome.Drawing.Elements); got != "a@12 b@1" {
			t.Errorf("another process has %s", got)
		}
		if err := other.Stop(t.Context()); err != nil { // logs that the participant left
			t.Fatal(err)
		}
		a.draw(newDeletion("a", 13))
		a.leaveRoom()
		if err := m.End(t.Context(), testCorpID, testRoomID, "system"); err != nil {
			t.Fatal(err)
		}
		kinds := loggedKinds(t, d)
		if end := slices.Index(kinds, logevent.KindEnd); end < 1 || kinds[end-1] != logevent.KindDrawingCheckpoint {
			t.Errorf("log %v", kinds)
		}
		before := readReplay(t, m, testCorpID)
		p := &archive.Packer{DB: d, Logger: slog.New(slog.DiscardHandler), KeptKinds: KeptKinds, Now: func() time.Time { return time.Now().Add(48 * time.Hour) }}
		if err := p.PackEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.NewSelect().Model((*store.EventRow)(nil)).Where("kind = ?", logevent.KindDrawing).Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d updates of the drawing are not packed: %v", n, err)
		}
		if after := readReplay(t, m, testCorpID); !reflect.DeepEqual(after, before) {
			t.Errorf("the replay has changed from %+v to %+v", before, after)
		}
		if got := heads(joinRoom(t, startManager(t, d), zhang).welcome.Drawing.Elements); got != "b@1" {
			t.Errorf("the drawing of the packed log: %s", got)
		}
	})
}

// Two replicas that draw at the same time have the same scene, which is the fold of the log.
func TestDrawingConverges(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		replicas := []*Manager{startManager(t, d)}
		if d.Dialect() == db.Postgres {
			replicas = append(replicas, startManager(t, d))
		}
		clients := []*testClient{joinRoom(t, replicas[0], zhang), joinRoom(t, replicas[len(replicas)-1], wang)}
		done := make(chan struct{})
		for n, p := range clients {
			go func() {
				defer func() { done <- struct{}{} }()
				r := rand.New(rand.NewPCG(49, uint64(n)))
				for range 30 {
					id, version := fmt.Sprint("e", r.IntN(6)), 1+r.IntN(20)
					if r.IntN(4) == 0 {
						p.draw(newDeletion(id, version))
					} else {
						p.draw(newText(id, version, fmt.Sprint(n)))
					}
				}
			}()
		}
		<-done
		<-done
		want := joinRoom(t, startManager(t, d), watcher).welcome.Drawing
		for n, p := range clients {
			scene := new(drawing.Scene)
			apply := func() bool {
				for _, frame := range p.frames {
					if msg := decodeFrame[protocol.DrawingChanged](t, frame); msg.Type == "drawing" {
						scene.Apply(msg.Seq, &drawing.Update{Elements: msg.Elements})
					}
				}
				return reflect.DeepEqual(scene.Since(0), want.Elements)
			}
			for !apply() {
				p.receiveNext()
			}
			if n == 0 && len(want.Elements) == 0 {
				t.Error("nothing was drawn")
			}
		}
	})
}
