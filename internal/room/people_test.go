package room

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// What was written and deleted before a candidate was let in stays with those
// who were there, also after the candidate comes back.
func TestCandidatesSeeNothingOfBefore(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d)
	a := enter(t, m, zhang)
	a.typed(docCode, 0, 0, "the solution")
	a.typed(docCode, 0, len("the solution"), "")
	a.typed(docCode, 0, 0, "def f(): ...")
	a.say(chatRequest{Type: "chat", Ref: "r1", Text: "ask about the solution"})
	await[chatMessage](a, "chat")
	li := enter(t, m, lilei)
	a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
	li.expect("welcome")
	if len(li.welcome.Chat) != 0 {
		t.Errorf("told of the chat before: %+v", li.welcome.Chat)
	}
	a.typed(docCode, 0, 0, "# ")
	li.until("the text", func() bool { return li.text(docCode) == "# def f(): ..." })
	li.say(fetchMessage{Type: "fetch", Doc: docCode, Version: 0})
	if got := await[resyncMessage](li, "resync"); got.Version != 4 || got.Text != "# def f(): ..." {
		t.Errorf("%+v", got)
	}
	hello := encode(helloMessage{Type: "hello", Protocol: Protocol, Documents: []have{{Doc: docCode, Version: 1}}})
	back, err := m.Join(t.Context(), corp, roomID, lilei, hello)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Leave()
	raw, err := back.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w := read[welcomeMessage](t, string(raw)); w.Documents[0].Resume || w.Documents[0].Text == nil {
		t.Errorf("the way from version 1 is told: %+v", w.Documents)
	}
}

// TestAdmission: a candidate waits, is let in, and may come back without
// waiting; the interview hears of it all.
func TestAdmission(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var heard []string
		hear := func(what string) func(context.Context, *db.Tx, Moment) error {
			return func(ctx context.Context, tx *db.Tx, m Moment) error {
				heard = append(heard, what+" "+m.By)
				_, err := tx.NewRaw("SELECT 1").Exec(ctx)
				return err
			}
		}
		m := start(t, d, func(c *Config) {
			c.Hooks.Started, c.Hooks.Ended, c.Hooks.CandidateWaiting = hear("started"), hear("ended"), hear("waiting")
		})
		a, li := enter(t, m, zhang), enter(t, m, lilei)
		if li.welcome != nil {
			t.Fatal("the candidate walked in")
		}
		if k := await[knockMessage](a, "knock"); k.Participant.ID != lilei.ID || k.Participant.Name != "李雷" {
			t.Errorf("%+v", k)
		}
		li.say(plainRequest{Type: "start"})
		if e := await[errorMessage](li, "error"); e.Code != "forbidden" {
			t.Errorf("%+v", e)
		}
		a.say(doorRequest{Type: "admit", ParticipantID: "nobody", Ref: "r"})
		if e := await[errorMessage](a, "error"); e.Code != "not_found" || e.Ref != "r" {
			t.Errorf("%+v", e)
		}
		a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
		if s := await[stateMessage](a, "state"); s.State != Open || s.StartedAt == nil || !slices.Equal(s.Can, rightsOfStaff) {
			t.Errorf("%+v", s)
		}
		if k := await[knockOverMessage](a, "knock_over"); k.Outcome != "admitted" {
			t.Errorf("%+v", k)
		}
		a.expect("joined")
		li.expect("welcome")
		if w := li.welcome; !slices.Equal(w.You.Can, rightsOfCandidate) || w.Room.State != Open || len(w.Participants) != 2 {
			t.Errorf("%+v", w)
		}
		li.leave()
		a.expect("left")
		li.join()
		if li.welcome == nil {
			t.Error("the candidate has to wait again")
		}
		a.say(plainRequest{Type: "end"})
		a.expect("state")
		if want := []string{"waiting " + lilei.ID, "started " + zhang.ID, "ended " + zhang.ID}; !slices.Equal(heard, want) {
			t.Errorf("heard %q", heard)
		}
		if s, err := m.Status(t.Context(), corp, roomID); err != nil || s.State != Ended || s.EndedAt.Before(s.StartedAt) || s.StartedAt.IsZero() {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestTurnedAway(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a, li := enter(t, m, zhang), enter(t, m, lilei)
	a.expect("knock")
	a.say(doorRequest{Type: "turn_away", ParticipantID: lilei.ID})
	li.expect("turned_away")
	li.expect("closed 4403")
	li.leave()
	if k := await[knockOverMessage](a, "knock_over"); k.Outcome != "turned_away" {
		t.Errorf("%+v", k)
	}
	li.join() // and tries again
	a.expect("knock")
	li.leave()
	if k := await[knockOverMessage](a, "knock_over"); k.Outcome != "left" {
		t.Errorf("%+v", k)
	}
	a.say(plainRequest{Type: "end"})
	a.expect("state")
	late := newPeer(t, m, lilei)
	member, err := m.Join(t.Context(), corp, roomID, lilei, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	late.m = member
	late.expect("turned_away")
}

// secrets are what no candidate may ever receive a byte of.
var secrets = []string{"NOTES-SECRET", "SECRET-FOR-STAFF", `"notes"`, `"notes_read"`, `"questions"`, `"knock`, `"activity"`}

// TestCandidatesNeverReceiveNotes looks at every byte that candidates got
// while staff did all that they can.
func TestCandidatesNeverReceiveNotes(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a, b, li := enter(t, m, zhang), enter(t, m, wang), enter(t, m, lilei)
	a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
	li.expect("welcome")
	a.typed(docNotes, 0, 0, "NOTES-SECRET")
	a.say(moveMessage{Type: "cursor", Doc: docNotes, Version: 1, Ranges: []selection{{1, 2}}})
	b.expect("cursor")
	a.say(problemRequest{Type: "problem", QuestionID: &twoSum.ID})
	if p := await[problemMessage](b, "problem"); p.Question.InterviewerNotes != "SECRET-FOR-STAFF" {
		t.Errorf("staff got %+v", p)
	}
	a.say(pasteMessage{Type: "paste", Doc: docNotes, Length: 3})
	a.say(pasteMessage{Type: "paste", Doc: docCode, Length: 3, Outside: true})
	if act := await[activityMessage](b, "activity"); act.Kind != "paste" || act.Doc != docCode || !act.Outside {
		t.Errorf("staff saw %+v", act)
	}
	for _, ask := range []string{
		`{"type":"fetch","doc":"notes","version":0}`,
		`{"type":"cursor","doc":"notes","version":0,"ranges":[]}`,
		pushOf(docNotes, 0, "clientid-1", 1, `[[0,"x"]]`),
		`{"type":"paste","doc":"notes","length":1,"outside":false}`,
	} {
		li.say(ask)
		if e := await[errorMessage](li, "error"); e.Code != "not_found" {
			t.Errorf("%s: %+v", ask, e)
		}
	}
	li.leave()
	li.texts[docNotes] = &copyOf{client: "clientid-2"} // says that it has the notes
	li.join()
	a.say(chatRequest{Type: "chat", Text: "end", Ref: "end"})
	li.expect("chat")
	for _, frame := range li.frames {
		frame = strings.ReplaceAll(frame, `"doc":"notes","code"`, "")
		for _, secret := range secrets {
			if strings.Contains(frame, secret) && !strings.Contains(frame, `"type":"error"`) {
				t.Errorf("the candidate received %s in %s", secret, frame)
			}
		}
	}
	if _, version, _ := stored(t, m.store.db, docNotes); version != 1 {
		t.Errorf("the notes have version %d", version)
	}
}

// TestWhoMayDoWhat says each message as each role, before and after the end.
func TestWhoMayDoWhat(t *testing.T) {
	messages := map[string]string{
		"push code":  pushOf(docCode, 0, "clientid-%", 1, `[]`),
		"push notes": pushOf(docNotes, 0, "clientid-%", 1, `[]`),
		"language":   `{"type":"language","language":"go"}`,
		"problem":    `{"type":"problem","questionId":"q1"}`,
		"chat":       `{"type":"chat","text":"x","ref":"r"}`,
		"run":        `{"type":"run","version":0}`,
		"admit":      `{"type":"admit","participantId":"nobody"}`,
		"turn_away":  `{"type":"turn_away","participantId":"nobody"}`,
		"end":        `{"type":"end"}`,
	}
	all := "push code,push notes,language,problem,chat,run,admit,turn_away,end"
	for _, tc := range []struct {
		who   Participant
		may   string
		ended bool
	}{
		{zhang, all, false}, {wang, all, false},
		{watcher, "chat", false},
		{lilei, "push code,language,chat,run", false},
		{zhang, "", true}, {watcher, "", true}, {lilei, "", true},
		{Participant{ID: "x", Role: "stranger"}, "", false},
	} {
		m := start(t, dbtest.Open(t, db.SQLite))
		for name, message := range messages {
			if got := tries(t, m, tc.who, message, tc.ended); got != slices.Contains(strings.Split(tc.may, ","), name) {
				t.Errorf("%s, ended %v: %s is allowed: %v", tc.who.Role, tc.ended, name, got)
			}
		}
	}
}

// tries says a message in a room of its own and reports whether it was allowed.
func tries(t *testing.T, m *Manager, who Participant, message string, ended bool) bool {
	t.Helper()
	id := db.NewID()
	members := map[string]*Member{}
	for _, p := range []Participant{{ID: "boss", Role: Interviewer}, who} {
		member, err := m.Join(t.Context(), corp, id, p, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
		if err != nil {
			t.Fatal(err)
		}
		defer member.Leave()
		members[p.ID] = member
	}
	boss, p := newPeer(t, m, zhang), newPeer(t, m, who)
	boss.m, p.m = members["boss"], members[who.ID]
	if p.take() == "waiting" && who.Role == Candidate {
		boss.say(doorRequest{Type: "admit", ParticipantID: who.ID})
		p.expect("welcome")
	}
	if ended {
		boss.say(plainRequest{Type: "end"})
		boss.expect("state")
		boss.expect("state")
	}
	p.say(strings.ReplaceAll(message, "clientid-%", db.NewID()))
	p.say(`{"type":"ping","t":1}`)
	return allowed(p, strings.Contains(message, `"type":"push"`))
}

// allowed reads up to the answer: every push has one, for the rest silence up
// to the pong is consent.
func allowed(p *peer, push bool) bool {
	for {
		raw, err := p.raw()
		if err != nil {
			p.t.Fatal(err)
		}
		switch read[envelope](p.t, raw).Type {
		case "error":
			code := read[errorMessage](p.t, raw).Code
			// Nobody waits at the door: whoever may admit learns that.
			return code != "forbidden" && code != "ended" && (code != "not_found" || strings.Contains(p.frames[0], `"admit"`))
		case "ack":
			return true
		case "pong":
			if !push {
				return true
			}
		}
	}
}

func TestHelloIsChecked(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	for _, hello := range []string{
		``, `[]`, `{"type":"push"}`, `{"type":"hello","protocol":2,"documents":[]}`, `{"type":"hello","protocol":1,"documents":[],"x":1}`,
	} {
		_, err := m.Join(t.Context(), corp, roomID, zhang, []byte(hello))
		if closed, ok := errors.AsType[*CloseError](err); !ok || closed.Code != CloseProtocol {
			t.Errorf("%s: %v", hello, err)
		}
	}
	a := enter(t, m, zhang)
	for _, message := range []string{`x`, `{"type":"unknown"}`, `{"type":"chat","text":1}`, `{"type":"chat","text":"a","ref":"r","color":"red"}`} {
		err := a.m.Receive(t.Context(), []byte(message))
		if closed, ok := errors.AsType[*CloseError](err); !ok || closed.Code != CloseProtocol {
			t.Errorf("%s: %v", message, err)
		}
	}
}

func TestTheEnd(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d)
	a, b := enter(t, m, zhang), enter(t, m, wang)
	a.edit(docCode, 0, 0, "done")
	a.push(docCode)
	first := a.texts[docCode].frame
	a.settled(docCode)
	b.until("text", func() bool { return b.text(docCode) == "done" })
	a.edit(docCode, 4, 4, "!")
	if err := m.End(t.Context(), corp, roomID, "outside"); err != nil {
		t.Fatal(err)
	}
	if s := await[stateMessage](b, "state"); s.State != Open { // it was never opened
		t.Errorf("%+v", s)
	}
	if s := await[stateMessage](b, "state"); s.State != Ended || s.By != "outside" || !slices.Equal(s.Can, []right{canReadNotes}) {
		t.Errorf("%+v", s)
	}
	a.push(docCode)
	if e := await[errorMessage](a, "error"); e.Code != "ended" || e.Doc != docCode || e.Seq == 0 {
		t.Errorf("a refused push is not named, so its client would wait for ever: %+v", e)
	}
	a.texts[docCode].frame = ""
	a.say(first) // it was stored before the end, whatever became of the answer
	if raw, err := a.raw(); err != nil || read[ackMessage](t, raw).Type != "ack" {
		t.Errorf("%s, %v", raw, err)
	}
	for range 2 { // repeated, it does nothing
		if err := m.End(t.Context(), corp, roomID, "again"); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Open(t.Context(), corp, roomID, "again"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(logged(t, d), " "); got != "join join start end" {
		t.Errorf("the log is %s", got)
	}
	if text, _, _ := stored(t, d, docCode); text != "done" {
		t.Errorf("stored: %q", text)
	}
	if c := enter(t, m, watcher); c.text(docCode) != "done" || c.welcome.Room.State != Ended {
		t.Errorf("who comes later sees %q", c.text(docCode))
	}
}

// TestHookFails: what cannot be reported does not happen.
func TestHookFails(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite), func(c *Config) {
		c.Hooks.Ended = func(context.Context, *db.Tx, Moment) error { return errors.New("no") }
	})
	a := enter(t, m, zhang)
	a.say(plainRequest{Type: "start"})
	a.expect("state")
	a.say(plainRequest{Type: "end", Ref: "r"})
	if e := await[errorMessage](a, "error"); e.Code != "busy" || e.Ref != "r" {
		t.Errorf("%+v", e)
	}
	if err := m.End(t.Context(), corp, roomID, "x"); apperr.KindOf(err) != apperr.Unavailable {
		t.Errorf("%v", err)
	}
	a.typed(docCode, 0, 0, "still open")
}

func TestSocketsOfOnePerson(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	first := enter(t, m, zhang)
	for range maxSockets - 1 {
		enter(t, m, zhang)
	}
	if n := len(enter(t, m, wang).welcome.Participants); n != 2 {
		t.Errorf("%d people", n)
	}
	enter(t, m, zhang)
	first.expect("closed 4409")
	m.Remove("another corp", roomID, zhang.ID)
	m.Remove(corp, roomID, wang.ID)
	if n := m.Stats().Sockets; n != maxSockets+2 {
		t.Errorf("%d sockets", n)
	}
}

func TestRemove(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a := enter(t, m, zhang)
	m.Remove(corp, roomID, zhang.ID)
	a.expect("closed 4403")
}

// TestStop: everybody is sent home, what was queued is stored, and the rooms
// are forgotten.
func TestStop(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := start(t, d)
		a := enter(t, m, zhang)
		a.edit(docCode, 0, 0, "in time")
		a.push(docCode)
		for range 2 {
			if err := m.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		a.expect("reconnect")
		a.expect("closed 1012")
		a.leave()
		if text, _, _ := stored(t, d, docCode); text != "in time" {
			t.Errorf("stored: %q", text)
		}
		if got := strings.Join(logged(t, d), " "); got != "join leave" {
			t.Errorf("the log is %s", got)
		}
		if _, err := m.Join(t.Context(), corp, roomID, zhang, []byte(`{"type":"hello","protocol":1,"documents":[]}`)); apperr.KindOf(err) != apperr.Unavailable {
			t.Errorf("Join after Stop: %v", err)
		}
		if err := m.Start(t.Context()); err == nil {
			t.Error("it started twice")
		}
		if n := m.Stats().Rooms; n != 0 {
			t.Errorf("%d rooms are left", n)
		}
	})
}

func TestRoomsOfOtherCompanies(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a := enter(t, m, zhang)
	for range 2 { // while it is open, and from the database
		_, err := m.Join(t.Context(), "another", roomID, wang, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
		if apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("%v", err)
		}
		a.leave()
	}
}
