package store

import (
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

const (
	corpID = "wwcorp"
	roomID = "0199aa00-0000-7000-8000-000000000000"
)

func insertRoom(t *testing.T, s *Store, id string) {
	t.Helper()
	if err := s.InsertRoom(t.Context(), corpID, id, db.Now(), "code", "notes"); err != nil {
		t.Fatal(err)
	}
}

// Rooms have keys of their own, which every replica reads.
func TestParticipantKeys(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := &Store{DB: d}
		insertRoom(t, s, "one")
		insertRoom(t, s, "two")
		one, err := s.ReadParticipantKey(t.Context(), corpID, "one", "first key")
		again, errAgain := s.ReadParticipantKey(t.Context(), corpID, "one", "second key")
		two, errTwo := s.ReadParticipantKey(t.Context(), corpID, "two", "third key")
		if err != nil || errAgain != nil || errTwo != nil {
			t.Fatal(err, errAgain, errTwo)
		}
		if one != "first key" || one != again || two == one {
			t.Errorf("the keys are %q, %q and %q", one, again, two)
		}
	})
}

// A room that is inserted twice, by two replicas, keeps its documents.
func TestDocumentsOfRoom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := &Store{DB: d}
		insertRoom(t, s, roomID)
		first, err := s.ListDocuments(t.Context(), corpID, roomID)
		if err != nil || len(first) != 2 || first[0].Name != "code" || first[1].Name != "notes" {
			t.Fatal(first, err)
		}
		insertRoom(t, s, roomID)
		row, err := s.EnsureDocument(t.Context(), corpID, roomID, "code")
		if err != nil || row.ID != first[0].ID {
			t.Errorf("the document of the room was replaced: %v, %v", row, err)
		}
		if other, err := s.ListDocuments(t.Context(), "wwother", roomID); err != nil || len(other) > 0 {
			t.Errorf("another company reads the documents: %v, %v", other, err)
		}
	})
}

func TestTextAtVersion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := &Store{DB: d}
		insertRoom(t, s, roomID)
		document, err := s.EnsureDocument(t.Context(), corpID, roomID, "code")
		if err != nil {
			t.Fatal(err)
		}
		rows := []UpdateRow{
			{DocumentID: document.ID, FirstVersion: 0, Count: 2, CorpID: corpID, Author: "p", ClientID: "client", PushSeq: 1, At: db.Now(), Body: `[{"c":[[0,"a"]]},{"c":[1,[0,"b"]]}]`},
			{DocumentID: document.ID, FirstVersion: 2, Count: 1, CorpID: corpID, Author: "p", ClientID: "client", PushSeq: 2, At: db.Now(), Body: `[{"c":[2,[0,"c"]]}]`},
		}
		dbtest.InsertAll(t, d, rows)
		for version, want := range []string{"", "a", "ab", "abc"} {
			if text, err := s.ReadTextAt(t.Context(), document.ID, version); err != nil || text.String() != want {
				t.Errorf("version %d is %q, %v", version, text, err)
			}
		}
		if _, err := s.ReadTextAt(t.Context(), document.ID, 4); err == nil {
			t.Error("a version beyond the head was read")
		}
		last, err := s.GetLastPush(t.Context(), document.ID, "client")
		if err != nil || last.PushSeq != 2 {
			t.Errorf("the last push is %+v, %v", last, err)
		}
	})
}

// Events of an old log name persons; readers receive their ids of the room.
func TestEventsOfOldLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := &Store{DB: d, IDOf: strings.ToUpper, ParticipantKinds: []string{"admit"}}
		insertRoom(t, s, roomID)
		rows := []EventRow{
			{RoomID: roomID, Seq: 1, CorpID: corpID, At: db.Now(), Actor: "zhang", Kind: "admit", Subject: "li", Data: "{}"},
			{RoomID: roomID, Seq: 2, CorpID: corpID, At: db.Now(), Actor: "zhang", Kind: "chat", Subject: "ref", Data: "{}"},
			{RoomID: roomID, Seq: 3, CorpID: corpID, At: db.Now(), Actor: "li", Kind: "chat", Subject: "ref", Data: "{}"},
		}
		dbtest.InsertAll(t, d, rows)
		all, err := s.ListEventsAfter(t.Context(), roomID, 0, 0)
		if err != nil || len(all) != 3 || all[0].Actor != "ZHANG" || all[0].Subject != "LI" || all[1].Subject != "ref" {
			t.Errorf("%+v, %v", all, err)
		}
		chat, err := s.ListLastEvents(t.Context(), roomID, 3, 1, "chat")
		if err != nil || len(chat) != 1 || chat[0].Seq != 3 {
			t.Errorf("the newest message is %+v, %v", chat, err)
		}
		about, err := s.ListEventsAbout(t.Context(), roomID, 2, []string{"ref"}, "chat")
		if err != nil || !slices.EqualFunc(about, []int64{2}, func(e EventRow, seq int64) bool { return e.Seq == seq }) {
			t.Errorf("%+v, %v", about, err)
		}
		use, err := s.SumStorage(t.Context(), roomID, []string{"none"})
		if err != nil || use.Bytes("ZHANG") <= use.Bytes("LI") || use.Bytes("zhang") != 0 {
			t.Errorf("%+v, %v", use, err)
		}
	})
}
