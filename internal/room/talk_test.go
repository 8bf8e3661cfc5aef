package room

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestChat(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	m := start(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Now = func() time.Time { return now } })
	a, b := enter(t, m, zhang), enter(t, m, wang)
	for range 2 { // the second is a repetition
		a.say(chatRequest{Type: "chat", Text: "<b>你好</b>", Ref: "1"})
		got := await[chatMessage](a, "chat").Message
		if got.Text != "<b>你好</b>" || got.Ref != "1" || got.Author != zhang.ID || got.Name != "张伟" || !got.At.Equal(now) {
			t.Errorf("%+v", got)
		}
	}
	b.expect("chat")
	for text, code := range map[string]string{" \n": "invalid", strings.Repeat("会", maxChat+1): "invalid"} {
		a.say(chatRequest{Type: "chat", Text: text, Ref: "2"})
		if e := await[errorMessage](a, "error"); e.Code != code || e.Ref != "2" {
			t.Errorf("%+v", e)
		}
	}
	a.say(chatRequest{Type: "chat", Text: "x", Ref: "no database keeps \x00"})
	if e := await[errorMessage](a, "error"); e.Code != "invalid" || e.Ref != "" {
		t.Errorf("%+v", e)
	}
	for i := range chatBurst - 1 {
		a.say(chatRequest{Type: "chat", Text: "x", Ref: "n" + string(rune('a'+i))})
	}
	a.say(chatRequest{Type: "chat", Text: "too much", Ref: "late"})
	if e := await[errorMessage](a, "error"); e.Code != "rate" || e.Ref != "late" || e.RetryAfterMs == 0 {
		t.Errorf("%+v", e)
	}
	b.say(chatRequest{Type: "chat", Text: "last", Ref: "l"})
	for range chatBurst { // nine more and the last: the repetition came once
		b.expect("chat")
	}
	if last := read[chatMessage](t, b.frames[len(b.frames)-1]).Message; last.Text != "last" {
		t.Errorf("the last is %+v", last)
	}
}

func TestCursors(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a, b := enter(t, m, zhang), enter(t, m, wang)
	a.typed(docCode, 0, 0, "hello")
	b.until("text", func() bool { return b.text(docCode) == "hello" })
	b.edit(docCode, 0, 0, "oh ")
	b.push(docCode)
	b.settled(docCode)
	// a has not seen b's edit: its cursor is moved over it.
	a.say(moveMessage{Type: "cursor", Doc: docCode, Version: 1, Ranges: []selection{{2, 5}}})
	got := await[cursorMessage](b, "cursor")
	if got.Version != 2 || got.Ranges[0] != (selection{5, 8}) || got.ParticipantID != zhang.ID || got.Connection == "" {
		t.Errorf("%+v", got)
	}
	for _, stale := range []moveMessage{
		{Type: "cursor", Doc: docCode, Version: 7, Ranges: []selection{{0, 0}}},
		{Type: "cursor", Doc: docCode, Version: 1, Ranges: []selection{{0, 6}}},
		{Type: "cursor", Doc: docCode, Version: 2, Ranges: []selection{{-1, 0}}},
	} {
		a.say(stale) // dropped without a word
	}
	b.typed(docCode, 0, 1, "")
	c := enter(t, m, watcher)
	if w := c.welcome.Cursors; len(w) != 1 || w[0].Version != 3 || w[0].Ranges[0] != (selection{4, 7}) {
		t.Errorf("a newcomer sees %+v", w)
	}
	a.say(moveMessage{Type: "cursor", Doc: docNotes, Version: 0, Ranges: []selection{{0, 0}}})
	b.expect("cursor_gone")
	b.expect("cursor")
	a.leave()
	if gone := await[cursorGoneMessage](b, "cursor_gone"); gone.Connection != got.Connection {
		t.Errorf("%+v", gone)
	}
}

func TestFocusAndPasteAreForStaff(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d)
	a, li := enter(t, m, zhang), enter(t, m, lilei)
	a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
	li.expect("welcome")
	for _, focused := range []bool{true, false, false, true} {
		li.say(focusMessage{Type: "focus", Focused: focused})
	}
	for _, want := range []string{"blur", "focus"} {
		if act := await[activityMessage](a, "activity"); act.Kind != want || act.ParticipantID != lilei.ID {
			t.Errorf("%+v", act)
		}
	}
	want := "join knock start admit join blur focus"
	if got := strings.Join(logged(t, d), " "); got != want {
		t.Errorf("the log is %s", got)
	}
}

func TestSlowClientIsClosed(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a, slow := enter(t, m, zhang), enter(t, m, wang)
	for i := range maxOutboxLen + 1 {
		if i%(messageBurst/2) == 0 { // each socket may say only so much
			a.leave()
			a.join()
		}
		a.say(moveMessage{Type: "cursor", Doc: docCode})
		a.m.cursors = rate.NewLimiter(rate.Inf, 1)
	}
	slow.expect("closed 4413")
	slow.leave()
	slow.join() // and may come back
	a.expect("left")
	a.expect("joined")
}

func TestTooManyMessages(t *testing.T) {
	now := time.Now()
	m := start(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Now = func() time.Time { return now } })
	a := enter(t, m, zhang)
	for range messageBurst {
		a.say(pingMessage{Type: "ping"})
	}
	err := a.m.Receive(t.Context(), []byte(`{"type":"ping","t":1}`))
	if closed, ok := errors.AsType[*CloseError](err); !ok || closed.Code != CloseTooMany {
		t.Errorf("%v", err)
	}
}
