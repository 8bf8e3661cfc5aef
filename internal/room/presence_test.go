package room

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
)

// TestPresenceAcrossReplicas: staff on one replica and a candidate on another
// are in the same room.
func TestPresenceAcrossReplicas(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		one, two := startManager(t, d), startManager(t, d)
		a, li := joinRoom(t, one, zhang), joinRoom(t, two, lilei)
		if k := awaitMessage[protocol.Knock](a, "knock"); k.Participant.ID != lilei.ID || k.Participant.Name != lilei.Name {
			t.Errorf("%+v", k)
		}
		if w := joinRoom(t, one, wang).welcome.Waiting; w == nil || len(*w) != 1 || (*w)[0].ID != lilei.ID {
			t.Errorf("waiting: %+v", w)
		}
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		// The admission comes by the log and the presence by a notification, in
		// either order.
		over, joined := false, false
		for !over || !joined {
			switch kind := a.receiveNext(); kind {
			case "knock_over":
				over = true
			case "joined":
				j := decodeFrame[protocol.Joined](t, a.frames[len(a.frames)-1])
				joined = joined || j.Participant.ID == lilei.ID
			case "closed 4403", "closed 1012":
				t.Fatal(kind)
			}
		}
		for known := containsPerson(li.welcome.Participants, zhang.ID); !known; {
			known = awaitMessage[protocol.Joined](li, "joined").Participant.ID == zhang.ID
		}
		li.editAndPush(docCode, 0, 0, "hello")
		a.receiveUntil("text", func() bool { return a.documentText(docCode) == "hello" })
		// Both replicas have received the presence of the other and have the
		// text: otherwise a cursor is dropped until it moves again.
		li.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: docCode, Version: 1, Ranges: []protocol.Selection{{Anchor: 1, Head: 4}}})
		if c := awaitMessage[protocol.Cursor](a, "cursor"); c.ParticipantID != lilei.ID || c.Ranges[0] != (protocol.Selection{Anchor: 1, Head: 4}) {
			t.Errorf("%+v", c)
		}
		one.EvictParticipant(testCorpID, testRoomID, lilei.PersonID)
		li.receiveType("closed 4403")
		li.leaveRoom()
		a.receiveType("cursor_gone")
		if l := awaitMessage[protocol.Left](a, "left"); l.ParticipantID != lilei.ID {
			t.Errorf("%+v", l)
		}
	})
}

// TestRecheckAccessAcrossReplicas: the check is requested of every socket of the
// participant, on each replica, and of no other.
func TestRecheckAccessAcrossReplicas(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		one := startManager(t, d)
		two := one
		if d.Dialect() == db.Postgres {
			two = startManager(t, d)
		}
		here, there, other := joinRoom(t, one, zhang), joinRoom(t, two, zhang), joinRoom(t, two, wang)
		joinRoom(t, one, lilei)
		other.receiveType("knock") // the other replica listens: a request before that is not received
		one.RecheckAccess("another company", zhang.PersonID)
		one.RecheckAccess(testCorpID, zhang.PersonID)
		for name, c := range map[string]*testClient{"this replica": here, "the other replica": there} {
			select {
			case <-c.member.AccessChecks():
			case <-t.Context().Done():
				t.Fatalf("no check on %s", name)
			}
		}
		if len(other.member.AccessChecks()) != 0 {
			t.Error("the check is requested of another participant")
		}
	})
}

// TestPresenceOfLostReplica: participants of a replica that has stopped are
// reported as left.
func TestPresenceOfLostReplica(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	r := a.member.room
	meet := func(people ...remoteParticipant) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.updateRemotePresence("another server", people)
	}
	meet(remoteParticipant{Participant: lilei, Waiting: true})
	a.receiveType("knock")
	meet(remoteParticipant{Participant: lilei})
	a.receiveType("joined")
	meet()
	if l := awaitMessage[protocol.Left](a, "left"); l.ParticipantID != lilei.ID {
		t.Errorf("%+v", l)
	}
	meet(remoteParticipant{Participant: zhang}) // connected here too: no joined message
	b := joinRoom(t, m, zhang)
	if n := len(b.welcome.Participants); n != 1 {
		t.Errorf("%d people", n)
	}
}

// A replica reads the log before it receives the presence that follows from it: the
// loss of a connection is shown after the participant has left.
func TestLossReadBeforePresence(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		r := a.member.room
		remote := []remoteParticipant{{Participant: wang}}
		id := r.store.ids.Of(wang.PersonID)
		lost := &event{kind: logevent.KindLeave, actor: id, data: &logevent.Leave{Lost: true}}
		receive := func(handle ...func()) {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, f := range handle {
				f()
			}
		}
		joins := func() { r.updateRemotePresence("replica", slices.Clone(remote)) }
		leaves := func() { r.updateRemotePresence("replica", nil) }
		readLog := func() { r.broadcastEvent(lost) }

		receive(joins, readLog, leaves)
		a.receiveType("left")
		if l := awaitMessage[protocol.ConnectionLost](a, "connection_lost"); l.ParticipantID != id {
			t.Errorf("the connection of %s is lost", l.ParticipantID)
		}
		received := len(a.frames)
		receive(joins, readLog, func() { r.broadcastEvent(&event{kind: logevent.KindJoin, actor: id, data: newJoinData(wang)}) }, leaves)
		a.receiveType("left")
		a.sendMessage(protocol.ChatRequest{Type: "chat", Text: "end", Ref: "1"})
		a.receiveType("chat")
		if kinds := frameTypes(t, a.frames[received:]); slices.Contains(kinds, "connection_lost") {
			t.Errorf("a participant who came back and left: %q", kinds)
		}
	})
}
