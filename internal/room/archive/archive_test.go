package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

const roomID, documentID = "room", "code"

// fixture is an ended room whose document has a snapshot of its last version.
type fixture struct {
	*Packer
	t testing.TB
}

func newFixture(t testing.TB, d *db.DB, updates, events int) *fixture {
	t.Helper()
	now := clocktest.Noon()
	f := &fixture{&Packer{DB: d, Logger: slog.New(slog.DiscardHandler), KeptKinds: []string{"join", "end"}, Now: func() time.Time { return now }}, t}
	f.exec("INSERT INTO rooms (id, corp_id, state, created_at, ended_at) VALUES (?, 'corp', 'ended', ?, ?)", roomID, now, now.Add(-25*time.Hour))
	f.exec("INSERT INTO documents (id, corp_id, room_id, name) VALUES (?, 'corp', ?, 'code')", documentID, roomID)
	list := typeText(updates, now.Add(-27*time.Hour))
	for _, version := range []int{updates / 2, updates} {
		f.exec("INSERT INTO document_snapshots (document_id, version, corp_id, body) VALUES (?, ?, 'corp', ?)", documentID, version, []byte("text"))
	}
	dbtest.InsertAll(f.t, f.DB, list)
	log := make([]EventRow, events)
	for n := range log {
		kind := []string{"join", "cursor", "cursor", "blur", "end"}[n%5]
		log[n] = EventRow{
			RoomID: roomID, Seq: int64(n + 1), CorpID: "corp", At: db.Time(now.Add(time.Duration(n) * 1234567 * time.Microsecond)), Actor: "member:lin",
			Kind: kind, Subject: "code", CodeVersion: n * 3, Data: fmt.Sprintf(`{"version":%d,"ranges":[{"anchor":%d,"head":%d}]}`, n, 7*n, 7*n+n%4),
		}
	}
	dbtest.InsertAll(f.t, f.DB, log)
	return f
}

// typeText returns the rows of a text that is typed, a keystroke in each.
func typeText(count int, at time.Time) []UpdateRow {
	random := rand.New(rand.NewPCG(7, 11))
	const code = "func twoSum(nums []int, target int) []int {\n\tseen := map[int]int{}\n\tfor i, n := range nums {\n\t\tif j, ok := seen[target-n]; ok {\n\t\t\treturn []int{j, i}\n\t\t}\n\t\tseen[n] = i\n\t}\n\treturn nil\n}\n"
	rows := make([]UpdateRow, count)
	position, length := 0, 0
	for n := range rows {
		at = at.Add(time.Duration(60_000+random.IntN(340_000)) * time.Microsecond)
		if random.IntN(50) == 0 {
			position = random.IntN(length + 1)
		}
		changes, key := []any{}, string(code[n%len(code)])
		if position > 0 {
			changes = append(changes, position)
		}
		if changes = append(changes, []any{0, key}); length > position {
			changes = append(changes, length-position)
		}
		raw, err := json.Marshal([]any{map[string]any{"c": changes, "a": random.IntN(120), "e": "input.type"}})
		if err != nil {
			panic(err)
		}
		rows[n] = UpdateRow{
			DocumentID: documentID, FirstVersion: n, Count: 1, CorpID: "wpCorpIdOfTheCompany", Author: "candidate:0190f3a0-0000-7000-8000-00000000000c",
			ClientID: "k3xw9v2q", PushSeq: int64(n + 1), At: db.Time(at), Body: string(raw),
		}
		position++
		length++
	}
	return rows
}

func (f *fixture) inTx(fn func(ctx context.Context, tx *db.Tx) error) {
	f.t.Helper()
	if err := f.DB.InTx(f.t.Context(), fn); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	f.inTx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	})
}

func (f *fixture) pack() {
	f.t.Helper()
	if err := f.PackEnded(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) count(table string) int {
	f.t.Helper()
	n, err := f.DB.NewSelect().TableExpr(table).Count(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return int(n)
}

// readLog reads the whole log. at is called at the row of this number.
func (f *fixture) readLog(at map[int]func()) []string {
	f.t.Helper()
	r := &Reader{DB: f.DB, RoomID: roomID}
	var out []string
	add := func(row any, err error) {
		if err != nil {
			f.t.Fatal(err)
		}
		raw, err := json.Marshal(row)
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, string(raw))
		if fn := at[len(out)]; fn != nil {
			fn()
		}
	}
	for row, err := range r.Updates(f.t.Context(), documentID) {
		row.CorpID, row.At = "", row.At.UTC()
		add(row, err)
	}
	for row, err := range r.Events(f.t.Context()) {
		row.CorpID, row.At = "", row.At.UTC()
		add(row, err)
	}
	return out
}

func TestPack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, blockRows+300, 333)
		want := f.readLog(nil)
		f.pack()
		if got := f.readLog(nil); !slices.Equal(got, want) {
			t.Errorf("the log has changed: %d rows, want %d", len(got), len(want))
		}
		if updates, blocks, snapshots := f.count("document_updates"), f.count("room_log_blocks"), f.count("document_snapshots"); updates != 0 || blocks != 3 || snapshots != 1 {
			t.Errorf("%d updates, %d blocks, %d snapshots", updates, blocks, snapshots)
		}
		if n := f.count("room_events"); n != 134 { // two of five are kept, and the last
			t.Errorf("%d events, want the kept kinds and the last", n)
		}
		f.exec("INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data) VALUES (?, 334, 'corp', ?, 'member:lin', 'leave', '', 1, '{}')", roomID, f.Now())
		f.pack()
		if got := f.readLog(nil); len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) || f.count("room_log_blocks") != 3 {
			t.Errorf("%d rows after another one, want %d", len(got), len(want)+1)
		}
	})
}

// The log is packed while it is read.
func TestReadDuringPacking(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, row := range []int{1, 32, 33, 100, 640, 700, 711} { // of 640 updates and 333 events
			f := newFixture(t, d, 640, 333)
			want := f.readLog(nil)
			if got := f.readLog(map[int]func(){row: f.pack}); !slices.Equal(got, want) {
				t.Errorf("packed at row %d: %d rows, want %d", row, len(got), len(want))
			}
			for _, table := range []string{"room_log_blocks", "room_events", "document_updates", "document_snapshots", "documents", "rooms"} {
				f.exec("DELETE FROM " + table)
			}
		}
	})
}

// A process ends after it has packed a part of the log.
func TestPackContinues(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, 500, 50)
		want := f.readLog(nil)
		n, err := packStream(t.Context(), f.Packer, updateType, blockRow{RoomID: roomID, Stream: documentID, CorpID: "corp"}, updatesBefore(documentID))
		if err != nil || n != 500 {
			t.Fatalf("%d rows, %v", n, err)
		}
		if got := f.readLog(nil); !slices.Equal(got, want) {
			t.Error("the log has changed after a part was packed")
		}
		f.pack()
		if got := f.readLog(nil); !slices.Equal(got, want) || f.count("room_log_blocks") != 2 {
			t.Error("the log has changed after the rest was packed")
		}
	})
}

func TestPackedRooms(t *testing.T) {
	for name, change := range map[string]string{
		"open": "UPDATE rooms SET state = 'open'", "ended recently": "UPDATE rooms SET ended_at = (SELECT created_at FROM rooms)",
		"no snapshot": "DELETE FROM document_snapshots",
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Run(t, func(t *testing.T, d *db.DB) {
				f := newFixture(t, d, 10, 1)
				f.exec(change)
				f.pack()
				if n := f.count("document_updates"); n != 10 {
					t.Errorf("%d updates, want all", n)
				}
			})
		})
	}
}

// A room that is reopened while its log is about to be packed keeps its rows.
func TestReopenedRoomIsNotPacked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d, 10, 10)
		reopened, packed := dbtest.RunWhileOpen(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE rooms SET state = 'open', ended_at = NULL WHERE id = ?", roomID).Exec(ctx)
			return err
		}, func() error { return f.PackEnded(t.Context()) })
		if reopened != nil || packed != nil {
			t.Fatal(reopened, packed)
		}
		if n := f.count("room_log_blocks"); n != 0 || f.count("room_events") != 10 {
			t.Errorf("%d blocks of an open room", n)
		}
		if _, err := f.packRoom(t.Context(), "corp", roomID); !errors.Is(err, errReopened) {
			t.Errorf("error %v", err)
		}
	})
}

func TestCodec(t *testing.T) {
	texts := []string{
		"", "{}", "0", "00", "007", "-1", "1.50e+10", `[{"c":[12,[0,"a9"],345]}]`, "123456789012345678", "1234567890123456789", "a\x00b",
		`"\u0000 中文 <&>"`, fmt.Sprint(make([]int, 100)), "9",
	}
	rows := make([]UpdateRow, len(texts))
	for n, text := range texts {
		rows[n] = UpdateRow{FirstVersion: n * n, Count: n, PushSeq: int64(-n), At: time.UnixMicro(int64(n) * 1e15).UTC(), Author: text, ClientID: "c", Body: text}
	}
	body, err := encodeRows(updateType, rows)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decodeRows(updateType, body); err != nil || !slices.Equal(got, rows) {
		t.Errorf("%+v, %v", got, err)
	}
	// No text of a room contains the mark of a number. A log that does is not packed.
	rows[0].Body = "\xff"
	if marked, err := encodeRows(updateType, rows); err != nil || checkBlock(updateType, marked, rows) == nil {
		t.Errorf("a text with the mark of a number is packed: %v", err)
	}
	for n := range body {
		bad := slices.Clone(body)
		bad[n] ^= 0x55
		_, _ = decodeRows(updateType, bad) // must not panic
		if _, err := decodeRows(updateType, body[:n]); err == nil {
			t.Errorf("a block of %d bytes is read", n)
		}
	}
}

// A keystroke takes at most 10 bytes in a packed log.
func TestPackedSize(t *testing.T) {
	rows := typeText(20_000, clocktest.Noon())
	size := 0
	for piece := range slices.Chunk(rows, blockRows) {
		body, err := encodeRows(updateType, piece)
		if err != nil {
			t.Fatal(err)
		}
		size += len(body)
	}
	if perKey := float64(size) / float64(len(rows)); perKey > 10 {
		t.Errorf("%.1f bytes a keystroke", perKey)
	}
}
