package room

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/roomclient"
)

// framesAboutStaff are the types of message to a candidate that name a participant, or
// state one who acts.
var framesAboutStaff = []string{
	"waiting", "welcome", "joined", "left", "connection_lost", "updates", "cursor", "language", "problem", "chat", "run_started", "state",
}

func TestCandidateReceivesNoPersonIDs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		output := make(chan string)
		close(output)
		m := startManager(t, d, func(c *Config) { c.Runner = newEmittingRunner(output) })
		replica := m
		if d.Dialect() == db.Postgres {
			replica = startManager(t, d, func(c *Config) { c.Runner = newEmittingRunner(output) })
		}
		a, li := joinRoom(t, replica, zhang), joinRoom(t, m, lilei)
		a.receiveType("knock")
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		b := joinRoom(t, replica, wang)
		li.receiveType("joined")
		a.editAndPush(docCode, 0, 0, "print(1)")
		li.receiveType("updates")
		a.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: docCode, Version: 1, Ranges: []protocol.Selection{{Anchor: 1, Head: 2}}})
		li.receiveType("cursor")
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "你好", Ref: "1"})
		li.receiveType("chat")
		a.sendMessage(protocol.RunRequest{Type: "run", Version: 1})
		li.receiveType("run_started")
		a.receiveType("run_finished")
		a.sendMessage(protocol.LanguageRequest{Type: "language", Doc: docCode, Language: "go"})
		li.receiveType("language")
		a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
		li.receiveType("problem")
		b.member.MarkLost()
		b.leaveRoom()
		li.receiveType("left")
		li.receiveType("connection_lost")
		li.leaveRoom()
		li.joinRoom()
		a.sendMessage(protocol.PhaseRequest{Type: "end"})
		li.receiveType("state")
		wantNoPersonIDs(t, li.frames)
		if kinds := frameTypes(t, li.frames); slices.ContainsFunc(framesAboutStaff, func(kind string) bool { return !slices.Contains(kinds, kind) }) {
			t.Errorf("of %q the candidate has received %q only", framesAboutStaff, kinds)
		}
	})
}

// A log from before there were ids names persons. What the candidate receives of it has
// ids, and the candidate remains admitted and the author of their edits.
func TestOldLogHasParticipantIDs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		first := startManager(t, d)
		a, li := joinRoom(t, first, zhang), joinRoom(t, first, lilei)
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		a.editAndPush(docCode, 0, 0, "first ")
		li.receiveType("updates")
		li.editAndPush(docCode, 0, 0, "mine ")
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "你好", Ref: "1"})
		li.receiveType("chat")
		first.killForTest()
		for _, p := range []Participant{zhang, lilei} {
			for _, column := range []string{"room_events SET actor", "room_events SET subject", "document_updates SET author"} {
				name := column[strings.LastIndex(column, " ")+1:]
				if _, err := d.NewRaw("UPDATE "+column+" = ? WHERE "+name+" = ?", p.PersonID, p.ID).Exec(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := d.NewRaw("UPDATE rooms SET participant_key = ''").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}

		second := startManager(t, d)
		again := joinRoom(t, second, lilei)
		if again.welcome == nil {
			t.Fatal("the candidate has to wait again")
		}
		if chat := again.welcome.Chat; len(chat) != 1 || chat[0].Author != zhang.ID {
			t.Errorf("the chat is %+v", chat)
		}
		behind := newTestClient(t, second, lilei)
		behind.documents[docCode] = &roomclient.Document{Text: change.NewText("first "), Version: 1, ClientID: db.NewID()}
		behind.joinRoom()
		if kinds := frameTypes(t, behind.frames); !slices.Contains(kinds, "updates") {
			t.Errorf("the client resumes with %q", kinds)
		}
		wantNoPersonIDs(t, append(again.frames, behind.frames...))
		second.mu.Lock()
		r := second.rooms[testRoomID]
		second.mu.Unlock()
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.storage.Bytes(lilei.PersonID) != 0 || r.storage.Bytes(lilei.ID) == 0 {
			t.Error("the candidate's edits do not count as theirs")
		}
		for _, last := range r.docs[docCode].Clients {
			if last.Author != zhang.ID && last.Author != lilei.ID {
				t.Errorf("a repeated push of %q would be refused", last.Author)
			}
		}
	})
}

func wantNoPersonIDs(t *testing.T, frames []string) {
	t.Helper()
	for _, frame := range frames {
		for _, p := range []Participant{zhang, wang, lilei} {
			if strings.Contains(frame, p.PersonID) {
				t.Errorf("the candidate receives %q in %.300s", p.PersonID, frame)
			}
		}
	}
}

func frameTypes(t *testing.T, frames []string) (kinds []string) {
	t.Helper()
	for _, frame := range frames {
		var e envelope
		if err := json.Unmarshal([]byte(frame), &e); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Type)
	}
	return kinds
}
