package room

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/sendqueue"
)

func TestChat(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Now = func() time.Time { return now } })
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	for range 2 { // the second is a repetition
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "<b>你好</b>", Ref: "1"})
		got := awaitMessage[protocol.Chat](a, "chat").Message
		if got.Text != "<b>你好</b>" || got.Ref != "1" || got.Author != zhang.ID || got.Name != "张伟" || !got.At.Equal(now) {
			t.Errorf("%+v", got)
		}
	}
	b.receiveType("chat")
	for text, code := range map[string]string{" \n": "invalid", strings.Repeat("会", maxChat+1): "invalid"} {
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: text, Ref: "2"})
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != code || e.Ref != "2" {
			t.Errorf("%+v", e)
		}
	}
	a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "x", Ref: "no database keeps \x00"})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "invalid" || e.Ref != "" {
		t.Errorf("%+v", e)
	}
	for i := range budget.ChatBurst - 1 {
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "x", Ref: "n" + string(rune('a'+i))})
	}
	a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "too much", Ref: "late"})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "rate" || e.Ref != "late" || e.RetryAfterMs == 0 {
		t.Errorf("%+v", e)
	}
	b.sendMessage(protocol.ChatRequest{Type: "chat", Text: "last", Ref: "l"})
	for range budget.ChatBurst { // nine more and the last: the repetition was sent once
		b.receiveType("chat")
	}
	if last := decodeFrame[protocol.Chat](t, b.frames[len(b.frames)-1]).Message; last.Text != "last" {
		t.Errorf("the last is %+v", last)
	}
}

func TestCursors(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	a.editAndPush(docCode, 0, 0, "hello")
	b.receiveUntil("text", func() bool { return b.documentText(docCode) == "hello" })
	b.editText(docCode, 0, 0, "oh ")
	b.pushPending(docCode)
	b.awaitStored(docCode)
	// a has not received b's edit: its cursor is mapped over it.
	a.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: docCode, Version: 1, Ranges: []protocol.Selection{{Anchor: 2, Head: 5}}})
	got := awaitMessage[protocol.Cursor](b, "cursor")
	if got.Version != 2 || got.Ranges[0] != (protocol.Selection{Anchor: 5, Head: 8}) || got.ParticipantID != zhang.ID || got.Connection == "" {
		t.Errorf("%+v", got)
	}
	for _, stale := range []protocol.CursorRequest{
		{Type: "cursor", Doc: docCode, Version: 7, Ranges: []protocol.Selection{{Anchor: 0, Head: 0}}},
		{Type: "cursor", Doc: docCode, Version: 1, Ranges: []protocol.Selection{{Anchor: 0, Head: 6}}},
		{Type: "cursor", Doc: docCode, Version: 2, Ranges: []protocol.Selection{{Anchor: -1, Head: 0}}},
	} {
		a.sendMessage(stale) // dropped without an error
	}
	b.editAndPush(docCode, 0, 1, "")
	c := joinRoom(t, m, watcher)
	if w := c.welcome.Cursors; len(w) != 1 || w[0].Version != 3 || w[0].Ranges[0] != (protocol.Selection{Anchor: 4, Head: 7}) {
		t.Errorf("a newcomer sees %+v", w)
	}
	a.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: docNotes, Version: 0, Ranges: []protocol.Selection{{Anchor: 0, Head: 0}}})
	b.receiveType("cursor_gone")
	b.receiveType("cursor")
	a.leaveRoom()
	if gone := awaitMessage[protocol.CursorGone](b, "cursor_gone"); gone.Connection != got.Connection {
		t.Errorf("%+v", gone)
	}
}

func TestActivityForStaffOnly(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	a, li := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
	a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
	li.receiveType("welcome")
	for _, focused := range []bool{true, false, false, true} {
		li.sendMessage(protocol.Focus{Type: "focus", Focused: focused})
	}
	for _, want := range []string{"blur", "focus"} {
		if act := awaitMessage[protocol.Activity](a, "activity"); act.Kind != want || act.ParticipantID != lilei.ID {
			t.Errorf("%+v", act)
		}
	}
	want := "join knock start admit join blur focus"
	if got := strings.Join(loggedKinds(t, d), " "); got != want {
		t.Errorf("the log is %s", got)
	}
}

func TestSlowClientDisconnected(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, slow := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	for i := range sendqueue.MaxLen + 1 {
		if i%(messageBurst/2) == 0 { // below the message rate limit of a socket
			a.leaveRoom()
			a.joinRoom()
		}
		a.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: docCode})
		a.member.cursorLimit = rate.NewLimiter(rate.Inf, 1)
	}
	slow.receiveType("closed 4413")
	slow.leaveRoom()
	slow.joinRoom() // and may reconnect
	a.receiveType("left")
	a.receiveType("joined")
}

func TestMessageRateLimit(t *testing.T) {
	now := time.Now()
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Now = func() time.Time { return now } })
	a := joinRoom(t, m, zhang)
	for range messageBurst {
		a.sendMessage(protocol.Ping{Type: "ping"})
	}
	err := a.member.Receive(t.Context(), []byte(`{"type":"ping","t":1}`))
	if closed, ok := errors.AsType[*protocol.CloseError](err); !ok || closed.Code != protocol.CloseTooMany {
		t.Errorf("%v", err)
	}
}
