package room

import (
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// TestAcrossServers: staff on one server and the candidate on another meet as
// if there were one.
func TestAcrossServers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		one, two := start(t, d), start(t, d)
		a, li := enter(t, one, zhang), enter(t, two, lilei)
		if k := await[knockMessage](a, "knock"); k.Participant.ID != lilei.ID || k.Participant.Name != lilei.Name {
			t.Errorf("%+v", k)
		}
		if w := enter(t, one, wang).welcome.Waiting; w == nil || len(*w) != 1 || (*w)[0].ID != lilei.ID {
			t.Errorf("at the door: %+v", w)
		}
		a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
		li.expect("welcome")
		a.expect("knock_over")
		if j := await[joinedMessage](a, "joined"); j.Participant.ID != lilei.ID {
			t.Errorf("%+v", j)
		}
		for known := holds(li.welcome.Participants, zhang.ID); !known; {
			known = await[joinedMessage](li, "joined").Participant.ID == zhang.ID
		}
		li.typed(docCode, 0, 0, "hello")
		a.until("text", func() bool { return a.text(docCode) == "hello" })
		// Both servers know of each other, and both have the text: otherwise a
		// cursor is dropped, and shown when it next moves.
		li.say(moveMessage{Type: "cursor", Doc: docCode, Version: 1, Ranges: []selection{{1, 4}}})
		if c := await[cursorMessage](a, "cursor"); c.ParticipantID != lilei.ID || c.Ranges[0] != (selection{1, 4}) {
			t.Errorf("%+v", c)
		}
		one.Remove(corp, roomID, lilei.ID)
		li.expect("closed 4403")
		li.leave()
		a.expect("cursor_gone")
		if l := await[leftMessage](a, "left"); l.ParticipantID != lilei.ID {
			t.Errorf("%+v", l)
		}
	})
}

// TestServerThatDied: who was connected to a server that is no more heard of
// is taken to have left.
func TestServerThatDied(t *testing.T) {
	m := start(t, dbtest.Open(t, db.SQLite))
	a := enter(t, m, zhang)
	r := a.m.room
	meet := func(people ...remote) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.meet("another server", people)
	}
	meet(remote{Participant: lilei, Waiting: true})
	a.expect("knock")
	meet(remote{Participant: lilei})
	a.expect("joined")
	meet()
	if l := await[leftMessage](a, "left"); l.ParticipantID != lilei.ID {
		t.Errorf("%+v", l)
	}
	meet(remote{Participant: zhang}) // here too: nobody came
	b := enter(t, m, zhang)
	if n := len(b.welcome.Participants); n != 1 {
		t.Errorf("%d people", n)
	}
}
