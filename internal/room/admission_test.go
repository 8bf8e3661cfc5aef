package room

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/roomclient"
)

// Text that was deleted before a candidate was admitted is not sent to the
// candidate, also after a reconnect.
func TestHistoryBeforeAdmissionHidden(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	a := joinRoom(t, m, zhang)
	a.editAndPush(docCode, 0, 0, "the solution")
	a.editAndPush(docCode, 0, len("the solution"), "")
	a.editAndPush(docCode, 0, 0, "def f(): ...")
	a.sendMessage(protocol.ChatRequest{Type: "chat", Ref: "r1", Text: "ask about the solution"})
	awaitMessage[protocol.Chat](a, "chat")
	li := joinRoom(t, m, lilei)
	a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
	li.receiveType("welcome")
	if len(li.welcome.Chat) != 0 {
		t.Errorf("the chat from before the admission was sent: %+v", li.welcome.Chat)
	}
	a.editAndPush(docCode, 0, 0, "# ")
	li.receiveUntil("the text", func() bool { return li.documentText(docCode) == "# def f(): ..." })
	li.sendMessage(protocol.Fetch{Type: "fetch", Doc: docCode, Version: 0})
	if got := awaitMessage[protocol.Resync](li, "resync"); got.Version != 4 || got.Text != "# def f(): ..." {
		t.Errorf("%+v", got)
	}
	hello := protocol.Encode(protocol.Hello{Type: "hello", Protocol: Protocol, Documents: []protocol.HeldDocument{{Doc: docCode, Version: 1}}})
	back, err := m.Join(t.Context(), testCorpID, testRoomID, lilei, hello)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Leave()
	raw, err := back.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w := decodeFrame[protocol.Welcome](t, string(raw)); w.Documents[0].Resume || w.Documents[0].Text == nil {
		t.Errorf("resumed from version 1: %+v", w.Documents)
	}
}

// TestAdmission: a candidate waits, is admitted, and reconnects without
// waiting. The hooks are called.
func TestAdmission(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var called []string
		recordHook := func(what string) func(context.Context, *db.Tx, HookEvent) error {
			return func(ctx context.Context, tx *db.Tx, m HookEvent) error {
				called = append(called, what+" "+m.By)
				_, err := tx.NewRaw("SELECT 1").Exec(ctx)
				return err
			}
		}
		m := startManager(t, d, func(c *Config) {
			c.Hooks.Started, c.Hooks.Ended, c.Hooks.CandidateWaiting = recordHook("started"), recordHook("ended"), recordHook("waiting")
		})
		a, li := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		if li.welcome != nil {
			t.Fatal("the candidate was admitted without waiting")
		}
		if k := awaitMessage[protocol.Knock](a, "knock"); k.Participant.ID != lilei.ID || k.Participant.Name != "李雷" {
			t.Errorf("%+v", k)
		}
		li.sendMessage(protocol.PhaseRequest{Type: "start"})
		if e := awaitMessage[protocol.Error](li, "error"); e.Code != "forbidden" {
			t.Errorf("%+v", e)
		}
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: "nobody", Ref: "r"})
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "not_found" || e.Ref != "r" {
			t.Errorf("%+v", e)
		}
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		if s := awaitMessage[protocol.State](a, "state"); s.State != Open || s.StartedAt == nil || !slices.Equal(s.Can, access.Rights(Interviewer, Open, true)) {
			t.Errorf("%+v", s)
		}
		if k := awaitMessage[protocol.KnockOver](a, "knock_over"); k.Outcome != "admitted" {
			t.Errorf("%+v", k)
		}
		a.receiveType("joined")
		li.receiveType("welcome")
		if w := li.welcome; !slices.Equal(w.You.Can, access.Rights(Candidate, Open, true)) || w.Room.State != Open || len(w.Participants) != 2 {
			t.Errorf("%+v", w)
		}
		li.leaveRoom()
		a.receiveType("left")
		li.joinRoom()
		if li.welcome == nil {
			t.Error("the candidate has to wait again")
		}
		a.sendMessage(protocol.PhaseRequest{Type: "end"})
		a.receiveType("state")
		if want := []string{"waiting " + lilei.PersonID, "started " + zhang.PersonID, "ended " + zhang.PersonID}; !slices.Equal(called, want) {
			t.Errorf("called %q", called)
		}
		if s, err := m.Status(t.Context(), testCorpID, testRoomID); err != nil || s.State != Ended || s.EndedAt.Before(s.StartedAt) || s.StartedAt.IsZero() {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestTurnAway(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, li := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
	a.receiveType("knock")
	a.sendMessage(protocol.AdmissionRequest{Type: "turn_away", ParticipantID: lilei.ID})
	li.receiveType("turned_away")
	li.receiveType("closed 4403")
	li.leaveRoom()
	if k := awaitMessage[protocol.KnockOver](a, "knock_over"); k.Outcome != "turned_away" {
		t.Errorf("%+v", k)
	}
	li.joinRoom() // and knocks again
	a.receiveType("knock")
	li.leaveRoom()
	if k := awaitMessage[protocol.KnockOver](a, "knock_over"); k.Outcome != "left" {
		t.Errorf("%+v", k)
	}
	a.sendMessage(protocol.PhaseRequest{Type: "end"})
	a.receiveType("state")
	late := newTestClient(t, m, lilei)
	member, err := m.Join(t.Context(), testCorpID, testRoomID, lilei, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	late.member = member
	late.receiveType("turned_away")
}

// staffOnlyStrings must not occur in any message to a candidate.
var staffOnlyStrings = []string{"NOTES-SECRET", "SECRET-FOR-STAFF", `"notes"`, `"notes_read"`, `"questions"`, `"knock`, `"activity"`}

// TestStaffDataHiddenFromCandidates checks every byte that candidates received
// while staff used all features.
func TestStaffDataHiddenFromCandidates(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, b, li := joinRoom(t, m, zhang), joinRoom(t, m, wang), joinRoom(t, m, lilei)
	a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
	li.receiveType("welcome")
	a.editAndPush(docNotes, 0, 0, "NOTES-SECRET")
	a.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: docNotes, Version: 1, Ranges: []protocol.Selection{{Anchor: 1, Head: 2}}})
	b.receiveType("cursor")
	a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
	if p := awaitMessage[protocol.Problem](b, "problem"); p.Question.InterviewerNotes != "SECRET-FOR-STAFF" {
		t.Errorf("staff got %+v", p)
	}
	a.sendMessage(protocol.Paste{Type: "paste", Doc: docNotes, Length: 3})
	a.sendMessage(protocol.Paste{Type: "paste", Doc: docCode, Length: 3, Outside: true})
	if act := awaitMessage[protocol.Activity](b, "activity"); act.Kind != "paste" || act.Doc != docCode || !act.Outside {
		t.Errorf("staff saw %+v", act)
	}
	for _, ask := range []string{
		`{"type":"fetch","doc":"notes","version":0}`,
		`{"type":"cursor","doc":"notes","version":0,"ranges":[]}`,
		pushJSON(docNotes, 0, "clientid-1", 1, `[[0,"x"]]`),
		`{"type":"paste","doc":"notes","length":1,"outside":false}`,
	} {
		li.sendMessage(ask)
		if e := awaitMessage[protocol.Error](li, "error"); e.Code != "not_found" {
			t.Errorf("%s: %+v", ask, e)
		}
	}
	li.leaveRoom()
	li.documents[docNotes] = &roomclient.Document{ClientID: "clientid-2"} // claims to have the notes
	li.joinRoom()
	a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "end", Ref: "end"})
	li.receiveType("chat")
	for _, frame := range li.frames {
		frame = strings.ReplaceAll(frame, `"doc":"notes","code"`, "")
		for _, secret := range staffOnlyStrings {
			if strings.Contains(frame, secret) && !strings.Contains(frame, `"type":"error"`) {
				t.Errorf("the candidate received %s in %s", secret, frame)
			}
		}
	}
	if _, version, _ := storedDocument(t, m.store.DB, docNotes); version != 1 {
		t.Errorf("the notes have version %d", version)
	}
}

// TestRightsByRole sends each message in each role, before and after the end.
func TestRightsByRole(t *testing.T) {
	messages := map[string]string{
		"push code":   pushJSON(docCode, 0, "clientid-%", 1, `[]`),
		"push notes":  pushJSON(docNotes, 0, "clientid-%", 1, `[]`),
		"language":    `{"type":"language","language":"go"}`,
		"problem":     `{"type":"problem","questionId":"q1"}`,
		"file":        `{"type":"file_create","files":[{"path":"util.py"}]}`,
		"file rename": `{"type":"file_rename","doc":"code","path":"main.go"}`,
		"file delete": `{"type":"file_delete","doc":"code"}`,
		"file entry":  `{"type":"file_entry","doc":"code"}`,
		"drawing":     `{"type":"drawing","elements":[{"id":"a","version":1,"versionNonce":1,"isDeleted":true}],"ref":"r"}`,
		"chat":        `{"type":"chat","text":"x","ref":"r"}`,
		"run":         `{"type":"run","version":0}`,
		"admit":       `{"type":"admit","participantId":"nobody"}`,
		"turn_away":   `{"type":"turn_away","participantId":"nobody"}`,
		"end":         `{"type":"end"}`,
		"extend":      `{"type":"extend"}`,
		"reopen":      `{"type":"reopen"}`,
	}
	all := "file,file rename,file delete,file entry,push code,push notes,language,problem,drawing,chat,run,admit,turn_away,end"
	for _, tc := range []struct {
		who   Participant
		may   string
		ended bool
	}{
		{zhang, all, false}, {wang, all, false},
		{watcher, "chat", false},
		{lilei, "file,file rename,file delete,file entry,push code,language,drawing,chat,run", false},
		{zhang, "reopen", true}, {wang, "", true}, {watcher, "", true}, {lilei, "", true},
		{newParticipant("x", "", "unknown"), "", false},
	} {
		m := startManager(t, dbtest.Open(t, db.SQLite))
		for name, message := range messages {
			if got := tryMessage(t, m, tc.who, message, tc.ended); got != slices.Contains(strings.Split(tc.may, ","), name) {
				t.Errorf("%s, ended %v: %s is allowed: %v", tc.who.Role, tc.ended, name, got)
			}
		}
	}
}

// tryMessage sends a message in a new room and reports whether it was allowed.
func tryMessage(t *testing.T, m *Manager, who Participant, message string, ended bool) bool {
	t.Helper()
	id := db.NewID()
	members := map[string]*Member{}
	for _, p := range []Participant{newParticipant("boss", "", Interviewer), who} {
		member, err := m.Join(t.Context(), testCorpID, id, p, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
		if err != nil {
			t.Fatal(err)
		}
		defer member.Leave()
		members[p.PersonID] = member
	}
	boss, p := newTestClient(t, m, zhang), newTestClient(t, m, who)
	boss.member, p.member = members["boss"], members[who.PersonID]
	if p.receiveNext() == "waiting" && who.Role == Candidate {
		boss.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: who.ID})
		p.receiveType("welcome")
	}
	if ended {
		boss.sendMessage(protocol.PhaseRequest{Type: "end"})
		boss.receiveType("state")
		boss.receiveType("state")
	}
	p.sendMessage(strings.ReplaceAll(message, "clientid-%", db.NewID()))
	p.sendMessage(`{"type":"ping","t":1}`)
	return readVerdict(p, strings.Contains(message, `"type":"push"`))
}

// readVerdict reads up to the response. Every push has one; other messages are
// allowed when the pong arrives without an error.
func readVerdict(p *testClient, push bool) bool {
	for {
		raw, err := p.receiveRaw()
		if err != nil {
			p.t.Fatal(err)
		}
		switch decodeFrame[envelope](p.t, raw).Type {
		case "error":
			code := decodeFrame[protocol.Error](p.t, raw).Code
			// Without a waiting candidate, a member who may admit receives
			// not_found.
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

func TestMalformedMessages(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	for _, hello := range []string{
		``, `[]`, `{"type":"push"}`, `{"type":"hello","protocol":2,"documents":[]}`, `{"type":"hello","protocol":1,"documents":[],"x":1}`,
	} {
		_, err := m.Join(t.Context(), testCorpID, testRoomID, zhang, []byte(hello))
		if closed, ok := errors.AsType[*protocol.CloseError](err); !ok || closed.Code != protocol.CloseProtocol {
			t.Errorf("%s: %v", hello, err)
		}
	}
	a := joinRoom(t, m, zhang)
	for _, message := range []string{`x`, `{"type":"unknown"}`, `{"type":"chat","text":1}`, `{"type":"chat","text":"a","ref":"r","color":"red"}`} {
		err := a.member.Receive(t.Context(), []byte(message))
		if closed, ok := errors.AsType[*protocol.CloseError](err); !ok || closed.Code != protocol.CloseProtocol {
			t.Errorf("%s: %v", message, err)
		}
	}
}

func TestEnd(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d)
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	a.editText(docCode, 0, 0, "done")
	a.pushPending(docCode)
	first := a.documents[docCode].Frame
	a.awaitStored(docCode)
	b.receiveUntil("text", func() bool { return b.documentText(docCode) == "done" })
	a.editText(docCode, 4, 4, "!")
	if err := m.End(t.Context(), testCorpID, testRoomID, "outside"); err != nil {
		t.Fatal(err)
	}
	if s := awaitMessage[protocol.State](b, "state"); s.State != Open { // the room was in the lobby
		t.Errorf("%+v", s)
	}
	if s := awaitMessage[protocol.State](b, "state"); s.State != Ended || s.By != participant.New(testKey).Of("outside") || !slices.Equal(s.Can, []protocol.Right{access.CanReadNotes}) {
		t.Errorf("%+v", s)
	}
	a.pushPending(docCode)
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "ended" || e.Doc != docCode || e.Seq == 0 {
		t.Errorf("a refused push is not named, so its client would wait indefinitely: %+v", e)
	}
	a.documents[docCode].Frame = ""
	a.sendMessage(first) // it was stored before the end
	if raw, err := a.receiveRaw(); err != nil || decodeFrame[protocol.Ack](t, raw).Type != "ack" {
		t.Errorf("%s, %v", raw, err)
	}
	for range 2 { // repeating it has no effect
		if err := m.End(t.Context(), testCorpID, testRoomID, "again"); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Open(t.Context(), testCorpID, testRoomID, "again"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(loggedKinds(t, d), " "); got != "join join start end" {
		t.Errorf("the log is %s", got)
	}
	if text, _, _ := storedDocument(t, d, docCode); text != "done" {
		t.Errorf("stored: %q", text)
	}
	if c := joinRoom(t, m, watcher); c.documentText(docCode) != "done" || c.welcome.Room.State != Ended {
		t.Errorf("a late member received %q", c.documentText(docCode))
	}
}

// TestFailingHookUndoesChange: a phase change whose hook fails is not stored.
func TestFailingHookUndoesChange(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) {
		c.Hooks.Ended = func(context.Context, *db.Tx, HookEvent) error { return errors.New("no") }
	})
	a := joinRoom(t, m, zhang)
	a.sendMessage(protocol.PhaseRequest{Type: "start"})
	a.receiveType("state")
	a.sendMessage(protocol.PhaseRequest{Type: "end", Ref: "r"})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "busy" || e.Ref != "r" {
		t.Errorf("%+v", e)
	}
	if err := m.End(t.Context(), testCorpID, testRoomID, "x"); apperr.KindOf(err) != apperr.Unavailable {
		t.Errorf("%v", err)
	}
	a.editAndPush(docCode, 0, 0, "still open")
}

func TestSocketLimitPerParticipant(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	first := joinRoom(t, m, zhang)
	for range maxSockets - 1 {
		joinRoom(t, m, zhang)
	}
	if n := len(joinRoom(t, m, wang).welcome.Participants); n != 2 {
		t.Errorf("%d people", n)
	}
	joinRoom(t, m, zhang)
	first.receiveType("closed 4409")
	m.EvictParticipant("another corp", testRoomID, zhang.PersonID)
	m.EvictParticipant(testCorpID, testRoomID, wang.PersonID)
	if n := m.Stats().Sockets; n != maxSockets+2 {
		t.Errorf("%d sockets", n)
	}
}

func TestEvictParticipant(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	m.EvictParticipant(testCorpID, testRoomID, zhang.PersonID)
	a.receiveType("closed 4403")
}

// TestStop: clients receive a reconnect message, the queue is stored, and the rooms
// are unloaded.
func TestStop(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		a.editText(docCode, 0, 0, "in time")
		a.pushPending(docCode)
		for range 2 {
			if err := m.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		a.receiveType("reconnect")
		a.receiveType("closed 1012")
		a.leaveRoom()
		if text, _, _ := storedDocument(t, d, docCode); text != "in time" {
			t.Errorf("stored: %q", text)
		}
		if got := strings.Join(loggedKinds(t, d), " "); got != "join leave" {
			t.Errorf("the log is %s", got)
		}
		if _, err := m.Join(t.Context(), testCorpID, testRoomID, zhang, []byte(`{"type":"hello","protocol":1,"documents":[]}`)); apperr.KindOf(err) != apperr.Unavailable {
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

func TestRoomOfAnotherCompany(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	for range 2 { // while the room is loaded, and from the database
		_, err := m.Join(t.Context(), "another", testRoomID, wang, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
		if apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("%v", err)
		}
		a.leaveRoom()
	}
}

// The link of a candidate opens the room in another browser only after an
// admission of its own, and displaces none of the admitted browser's sockets.
func TestAdmissionPerDevice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		phone, laptop := lilei, lilei
		phone.Device, laptop.Device = "phone", "laptop"
		a, li := joinRoom(t, m, zhang), joinRoom(t, m, phone)
		a.receiveType("knock")
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID, Device: "phone"})
		li.receiveType("welcome")
		a.receiveType("joined")

		second := joinRoom(t, m, laptop)
		if second.welcome != nil {
			t.Fatal("another device was admitted with the first one")
		}
		if k := awaitMessage[protocol.Knock](a, "knock"); k.Participant.ID != lilei.ID || k.Participant.Device != "laptop" {
			t.Errorf("%+v", k)
		}
		second.sendMessage(protocol.Fetch{Type: "fetch", Doc: docCode})
		if e := awaitMessage[protocol.Error](second, "error"); e.Code != "forbidden" {
			t.Errorf("%+v", e)
		}
		waiting := []*testClient{second}
		for range maxSockets + 1 {
			waiting = append(waiting, joinRoom(t, m, laptop))
		}
		li.editAndPush(docCode, 0, 0, "mine")
		a.sendMessage(protocol.AdmissionRequest{Type: "turn_away", ParticipantID: lilei.ID, Device: "phone", Ref: "r"})
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "not_found" || e.Ref != "r" {
			t.Errorf("%+v", e)
		}
		a.sendMessage(protocol.AdmissionRequest{Type: "turn_away", ParticipantID: lilei.ID, Device: "laptop"})
		if k := awaitMessage[protocol.KnockOver](a, "knock_over"); k.Device != "laptop" || k.Outcome != "turned_away" {
			t.Errorf("%+v", k)
		}
		for _, c := range waiting {
			c.leaveRoom()
		}
		li.editAndPush(docCode, 0, 0, "still ")

		again := joinRoom(t, m, laptop)
		a.receiveType("knock")
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID, Device: "laptop"})
		again.receiveType("welcome")
		if got := again.documentText(docCode); got != "still mine" {
			t.Errorf("text of the second device: %q", got)
		}
		again.leaveRoom()
		if again.joinRoom(); again.welcome == nil {
			t.Error("the admitted device has to wait again")
		}
	})
}

// Candidates who wait learn whether staff are in the room, and nothing else of them.
func TestLobbyStatus(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		replica := m
		if d.Dialect() == db.Postgres {
			replica = startManager(t, d)
		}
		li := joinRoom(t, m, lilei)
		if w := decodeFrame[protocol.Waiting](t, li.frames[0]); w.Staff {
			t.Error("staff are in an empty room")
		}
		a, b := joinRoom(t, replica, zhang), joinRoom(t, replica, wang)
		if s := awaitMessage[protocol.LobbyStatus](li, "lobby"); !s.Staff {
			t.Error("staff have come and are not in the room")
		}
		phone := lilei
		phone.Device = "phone"
		if w := decodeFrame[protocol.Waiting](t, joinRoom(t, m, phone).frames[0]); !w.Staff {
			t.Error("a candidate who comes later learns of no staff")
		}
		a.leaveRoom()
		b.leaveRoom()
		if s := awaitMessage[protocol.LobbyStatus](li, "lobby"); s.Staff {
			t.Error("staff have left and are in the room")
		}
		for _, frame := range li.frames {
			if strings.Contains(frame, zhang.ID) || strings.Contains(frame, zhang.Name) {
				t.Errorf("a candidate who waits receives %s", frame)
			}
		}
	})
}

// The report of a candidate who waits is repeated until the candidate is admitted.
func TestWaitingReportsRepeat(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		now, advance := newOffsetClock()
		var reports atomic.Int64
		var failing atomic.Bool
		m := startManager(t, d, func(c *Config) {
			c.Now = now
			c.Hooks.CandidateWaiting = func(_ context.Context, _ *db.Tx, e HookEvent) error {
				if e.CorpID != testCorpID || e.RoomID != testRoomID || e.By != lilei.PersonID {
					t.Errorf("report %+v", e)
				}
				if failing.Load() {
					return errors.New("no answer")
				}
				reports.Add(1)
				return nil
			}
		})
		a, li := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		a.receiveType("knock")
		report := func(after time.Duration) int64 {
			advance(after)
			m.reportWaiting(t.Context())
			return reports.Load()
		}
		if n := report(reportInterval / 2); n != 1 {
			t.Errorf("%d reports within an interval", n)
		}
		if n := report(reportInterval); n != 2 {
			t.Errorf("%d reports after an interval", n)
		}
		failing.Store(true)
		report(reportInterval)
		failing.Store(false)
		if n := report(reportInterval); n != 3 {
			t.Errorf("%d reports after a failed one", n)
		}
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		if n := report(reportInterval); n != 3 {
			t.Errorf("%d reports after the admission", n)
		}
	})
}
