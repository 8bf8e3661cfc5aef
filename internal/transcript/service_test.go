package transcript_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/signing"
	"github.com/huimian/huimian/internal/signing/signingtest"
	"github.com/huimian/huimian/internal/transcript"
)

const roomID = "0190f3a0-0000-7000-8000-000000000001"

// fixture is a room with a log.
type fixture struct {
	*transcript.Service
	t      *testing.T
	db     *db.DB
	clock  *clocktest.Clock
	member actor.Actor
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	clock := clocktest.New()
	q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, db: d, clock: clock, member: actor.ForInterviewer("corp", "lin")}
	f.Service = transcript.New(transcript.Config{DB: d, Queue: q, Keys: f.newKeys("secret"), Logger: slog.New(slog.DiscardHandler), Now: clock.Now})
	f.exec("INSERT INTO rooms (id, corp_id, state, created_at) VALUES (?, 'corp', 'open', ?)", roomID, clock.Now())
	for _, name := range []string{"notes", "code"} {
		f.exec("INSERT INTO documents (id, corp_id, room_id, name) VALUES (?, 'corp', ?, ?)", name, roomID, name)
	}
	for n := range 70 { // more than two pages
		f.addUpdate("code", n)
	}
	f.addUpdate("notes", 0)
	f.addEvent(1, "join", `{"name":"林一","role":"interviewer"}`)
	f.addEvent(2, "chat", `{"id":"1","name":"林一","text":"nul \u0000 <&>"}`)
	return f
}

func (f *fixture) newKeys(secret string) *signing.Keys {
	f.t.Helper()
	return signingtest.NewKeys(f.t, f.db, secret, f.clock.Now)
}

func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	dbtest.Exec(f.t, f.db, query, args...)
}

func (f *fixture) addUpdate(doc string, version int) {
	f.t.Helper()
	f.exec("INSERT INTO document_updates (document_id, first_version, count, corp_id, author, client_id, push_seq, at, body) VALUES (?, ?, 1, 'corp', 'lin', 'c', ?, ?, ?)",
		doc, version, version, f.clock.Now(), fmt.Sprintf(`[{"c":[[0,"%d"]]}]`, version))
}

func (f *fixture) addEvent(seq int, kind, data string) {
	f.t.Helper()
	f.exec("INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data) VALUES (?, ?, 'corp', ?, 'lin', ?, '', 70, ?)",
		roomID, seq, f.clock.Now(), kind, data)
}

func (f *fixture) endRoom() {
	f.t.Helper()
	f.addEvent(3, "end", "{}")
	f.exec("UPDATE rooms SET state = 'ended' WHERE id = ?", roomID)
}

// export returns the exported document, verified.
func (f *fixture) export() (string, *transcript.Report) {
	f.t.Helper()
	e, err := f.Open(f.t.Context(), f.member, roomID, transcript.Staff)
	if err != nil {
		f.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := e.WriteJSON(f.t.Context(), &out); err != nil {
		f.t.Fatal(err)
	}
	report, err := transcript.Verify(bytes.NewReader(out.Bytes()), nil)
	if err != nil {
		f.t.Fatalf("%v in %s", err, out.String())
	}
	return out.String(), report
}

func (f *fixture) wantConflict(code string) {
	f.t.Helper()
	_, err := f.Open(f.t.Context(), f.member, roomID, transcript.Staff)
	apperrtest.Check(f.t, err, apperr.Conflict, code)
}

func TestExport(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.wantConflict("transcript.not_ended")
		f.endRoom()
		document, report := f.export()
		want := []transcript.VerifiedStream{{Stream: "code", Rows: 70}, {Stream: "notes", Rows: 1}, {Stream: "events", Rows: 3}}
		if fmt.Sprint(report.Streams) != fmt.Sprint(want) || len(report.Seals) != 1 {
			t.Errorf("%+v", report)
		}
		if again, _ := f.export(); again != document {
			t.Error("a second export is another document")
		}
		if strings.Contains(document, "<") {
			t.Error("the document cannot be embedded in a page")
		}
		var entries []audit.Entry
		if err := d.NewSelect().Model(&entries).Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(entries) != 2 || entries[0].Action != "interview.export" || entries[0].UserID != "lin" || entries[0].Data["audience"] != "staff" {
			t.Errorf("audit log %+v", entries)
		}
		other := f.member
		other.CorpID = "other"
		if _, err := f.Open(t.Context(), other, roomID, transcript.Staff); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("another company: %v", err)
		}
	})
}

// Packing the log changes no byte of the export; a packed row that is altered is found.
func TestExportOfPackedLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.endRoom()
		f.exec("UPDATE rooms SET ended_at = ? WHERE id = ?", f.clock.Now(), roomID)
		f.exec("INSERT INTO document_snapshots (document_id, version, corp_id, body) VALUES ('code', 60, 'corp', ?)", []byte("text"))
		document, _ := f.export()
		f.clock.Advance(25 * time.Hour)
		p := &archive.Packer{DB: d, Logger: slog.New(slog.DiscardHandler), KeptKinds: []string{"end"}, Now: f.clock.Now}
		if err := p.PackEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.NewSelect().TableExpr("document_updates").Count(t.Context()); err != nil || n != 11 {
			t.Errorf("%d rows are not packed, want those behind the snapshot: %v", n, err)
		}
		if packed, _ := f.export(); packed != document {
			t.Error("the export has changed")
		}
		f.addEvent(4, "leave", "{}")
		if _, report := f.export(); report.Streams[2].Rows != 4 || len(report.Seals) != 2 {
			t.Errorf("%+v", report)
		}
		f.exec("UPDATE room_log_blocks SET body = (SELECT body FROM room_log_blocks WHERE stream = '') WHERE stream = 'code'")
		if _, err := f.Open(t.Context(), f.member, roomID, transcript.Staff); err == nil {
			t.Error("a log with an altered block is exported")
		}
	})
}

// Rows that are added after a seal get another one, which covers the first.
func TestExportAfterMoreRows(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.endRoom()
		f.export()
		f.clock.Advance(time.Minute)
		f.addEvent(4, "leave", "{}")
		if _, report := f.export(); len(report.Seals) != 2 || report.Streams[2].Rows != 4 || !report.Seals[1].SealedAt.After(report.Seals[0].SealedAt) {
			t.Errorf("%+v", report)
		}
	})
}

// The log of a room that was reopened after its seal is sealed again at the next end.
func TestExportAfterReopening(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.endRoom()
		f.export()
		f.exec("UPDATE rooms SET state = 'open' WHERE id = ?", roomID)
		f.addEvent(4, "reopen", "{}")
		f.addUpdate("code", 70)
		f.wantConflict("transcript.not_ended")
		f.clock.Advance(time.Minute)
		f.addEvent(5, "end", "{}")
		f.exec("UPDATE rooms SET state = 'ended' WHERE id = ?", roomID)
		_, report := f.export()
		if len(report.Seals) != 2 || report.Streams[2].Rows != 5 || report.Streams[0].Rows != 71 {
			t.Errorf("%+v", report)
		}
		if checked, err := transcript.CheckLogs(t.Context(), d); checked != 1 || err != nil {
			t.Errorf("%d logs checked: %v", checked, err)
		}
	})
}

// A log that was altered after the seal is not exported.
func TestExportOfAlteredLog(t *testing.T) {
	for name, change := range map[string]string{
		"edit":    "UPDATE document_updates SET author = 'mei' WHERE document_id = 'code' AND first_version = 33",
		"removed": "DELETE FROM room_events WHERE seq = 3",
		"time":    "UPDATE room_events SET at = '2026-01-01 00:00:00+00:00' WHERE seq = 2",
		"seal":    "UPDATE transcript_seals SET statement = replace(statement, '70', '69')",
		"secret":  "UPDATE transcripts SET secret = public_key FROM signing_keys",
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Run(t, func(t *testing.T, d *db.DB) {
				f := newFixture(t, d)
				f.endRoom()
				f.export()
				f.exec(change)
				f.addEvent(4, "leave", "{}")
				f.wantConflict("transcript.altered")
			})
		})
	}
}

func TestExportIsBounded(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.endRoom()
		f.MaxBytes = 1000
		f.wantConflict("transcript.too_large")
	})
}

// Seals of a retired key remain valid. A key that cannot be decrypted is replaced.
func TestRotate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.endRoom()
		f.export()
		f.clock.Advance(time.Minute)
		rotated, err := f.Keys.Rotate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f.addEvent(4, "leave", "{}")
		_, report := f.export()
		if len(report.Seals) != 2 || report.Seals[0].KeyID == rotated.ID || report.Seals[1].KeyID != rotated.ID {
			t.Errorf("%+v", report.Seals)
		}
		f.clock.Advance(time.Minute)
		f.Keys = f.newKeys("changed")
		f.addEvent(5, "leave", "{}")
		_, report = f.export()
		keys, err := f.Keys.List(t.Context())
		if err != nil || len(keys) != 3 || keys[0].ID != report.Seals[2].KeyID || !keys[0].RetiredAt.IsZero() || keys[1].RetiredAt.IsZero() {
			t.Errorf("%+v, %v", keys, err)
		}
	})
}
