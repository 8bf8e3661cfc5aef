package retention

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/signing/signingtest"
)

type fixture struct {
	*Service
	t     *testing.T
	clock *clocktest.Clock
}

func runOnBoth(t *testing.T, ages Ages, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := clocktest.New()
		q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
		if err != nil {
			t.Fatal(err)
		}
		logger := slog.New(slog.DiscardHandler)
		chain := &audit.Chain{DB: d, Keys: signingtest.NewKeys(t, d, "secret", clock.Now), Logger: logger, Now: clock.Now}
		body(t, &fixture{New(Config{DB: d, Queue: q, Logger: logger, Audit: chain, Ages: ages, Now: clock.Now}), t, clock})
	})
}

func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	dbtest.Exec(f.t, f.DB, query, args...)
}

func (f *fixture) run() {
	f.t.Helper()
	if err := f.DeleteExpired(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// ago returns the time some days before now.
func (f *fixture) ago(days int) time.Time { return f.clock.Now().AddDate(0, 0, -days) }

func (f *fixture) requireIDs(table, key string, want ...string) {
	f.t.Helper()
	var got []string
	if err := f.DB.NewSelect().TableExpr(table).ColumnExpr(key).Order(key).Scan(f.t.Context(), &got); err != nil {
		f.t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		f.t.Errorf("%s: %q, want %q", table, got, want)
	}
}

// insertInterview inserts an interview that ended some days ago, with a template, a
// position and a candidate of its own.
func (f *fixture) insertInterview(id string, days int) {
	f.t.Helper()
	now := f.clock.Now()
	f.exec("INSERT INTO scorecard_templates (id, corp_id, template_key, title, criteria, created_at) VALUES (?0, 'corp', ?0, '{}', '[]', ?1)", id, now)
	f.exec(`INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
		VALUES (?0, 'corp', '', '', '', 1, '', 'open', '[]', ?0, '', ?1, ?1)`, id, now)
	f.exec(`INSERT INTO candidates (id, corp_id, name, email, mobile, resume_url, source, note, language, created_by, created_at, updated_at)
		VALUES (?0, 'corp', '', '', '', '', '', '', '', '', ?1, ?1)`, id, now)
	f.exec(`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url, organizer_id, question_ids,
		template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
		VALUES (?0, 'corp', '', 1, 'ended', ?0, ?0, ?1, ?1, '', '', '', '', '[]', ?0, '', '', '', '', '', 1, 1, ?2, ?2)`, id, f.ago(days), now)
}

func (f *fixture) insertMessage(id, interviewID, state string, days int) {
	f.t.Helper()
	f.exec(`INSERT INTO messages (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, msgid, response_code, card_state, errcode, error_code, error, dedup, created_at)
		VALUES (?0, 'corp', ?1, 'invite', 'wecom', '', '', 1, '{}', ?2, 0, '', '', '', 0, '', '', ?0, ?3)`, id, interviewID, state, f.ago(days))
}

func (f *fixture) insertCredentials() {
	f.t.Helper()
	f.exec("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('corp', '', '', ?)", f.clock.Now())
	f.exec("INSERT INTO members (corp_id, user_id, name, active, synced_at) VALUES ('corp', 'lin', '', ?, ?)", true, f.clock.Now())
	for id, at := range map[string]time.Time{"live": f.ago(-1), "listed": f.ago(89), "old": f.ago(91)} {
		f.exec(`INSERT INTO api_tokens (id, corp_id, kind, user_id, name, scopes, token_hash, hint, created_at, expires_at, revoked_by)
			VALUES (?0, 'corp', 'personal', 'lin', '', '[]', ?0, '', ?1, ?1, '')`, id, at)
		f.exec("INSERT INTO candidate_links (id, corp_id, interview_id, token_hash, purpose, created_at, revoked_at) VALUES (?0, 'corp', 'past', ?0, 'shown', ?1, ?1)", id, at)
		f.exec("INSERT INTO candidate_sessions (token_hash, corp_id, interview_id, link_id, expires_at) VALUES (?0, 'corp', 'past', ?0, ?1)", id, at)
	}
}

func TestRetention(t *testing.T) {
	runOnBoth(t, Ages{Messages: 40, Audit: 50}, func(t *testing.T, f *fixture) {
		f.insertInterview("past", 60)
		f.insertInterview("recent", 10)
		f.insertCredentials()
		for id, days := range map[string]int{"a-new": 49, "b-old": 51} {
			f.exec("INSERT INTO audit_log (id, corp_id, at, user_id, act, object_id, data) VALUES (?, 'corp', ?, '', '', '', '{}')", id, f.ago(days))
		}
		f.insertMessage("a-new", "past", "sent", 39)
		f.insertMessage("b-waiting", "past", "queued", 41)
		f.insertMessage("c-recent", "recent", "sent", 41)
		for n := range 1100 { // more than two batches
			f.insertMessage(fmt.Sprint("d-old ", n), "past", "failed", 41)
		}
		if err := f.Audit.SealNew(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			f.run()
			f.requireIDs("messages", "id", "a-new", "b-waiting", "c-recent")
			f.requireIDs("audit_log", "id", "a-new")
			f.requireIDs("candidate_sessions", "token_hash", "live")
			f.requireIDs("candidate_links", "id", "live")
			f.requireIDs("api_tokens", "id", "listed", "live")
		}
	})
}

func TestRetentionKeepsByDefault(t *testing.T) {
	runOnBoth(t, Ages{}, func(_ *testing.T, f *fixture) {
		f.insertInterview("past", 4000)
		f.insertMessage("old", "past", "sent", 4000)
		f.exec("INSERT INTO audit_log (id, corp_id, at, user_id, act, object_id, data) VALUES ('old', 'corp', ?, '', '', '', '{}')", f.ago(4000))
		f.insertRoom("old", 4000)
		f.run()
		f.requireIDs("messages", "id", "old")
		f.requireIDs("audit_log", "id", "old")
		f.requireIDs("documents", "id", "old")
	})
}

// insertRoom inserts a room with a log that ended some days ago.
func (f *fixture) insertRoom(id string, days int) {
	f.t.Helper()
	f.exec("INSERT INTO rooms (id, corp_id, state, created_at, ended_at) VALUES (?0, 'corp', 'ended', ?1, ?1)", id, f.ago(days))
	f.exec("INSERT INTO documents (id, corp_id, room_id, name) VALUES (?0, 'corp', ?0, 'code')", id)
	f.exec("INSERT INTO document_updates (document_id, first_version, count, corp_id, author, client_id, push_seq, at, body) VALUES (?0, 0, 1, 'corp', '', '', 1, ?1, '[{\"c\":[[0,\"a\"]]}]')", id, f.ago(days))
	f.exec("INSERT INTO document_snapshots (document_id, version, corp_id, body) VALUES (?, 1, 'corp', ?)", id, []byte("a"))
	f.exec("INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data) VALUES (?0, 1, 'corp', ?1, '', 'end', '', 1, '{}')", id, f.ago(days))
	f.exec("INSERT INTO room_log_blocks (room_id, stream, first_key, last_key, corp_id, body) VALUES (?0, 'other', 0, 0, 'corp', ?1)", id, []byte("block"))
	f.exec("INSERT INTO transcripts (room_id, corp_id, secret, created_at) VALUES (?, 'corp', ?, ?)", id, []byte("secret"), f.ago(days))
}

func TestRetentionOfRoomLogs(t *testing.T) {
	runOnBoth(t, Ages{RoomLogs: 30}, func(t *testing.T, f *fixture) {
		f.insertRoom("a-new", 29)
		f.insertRoom("b-old", 31)
		f.insertRoom("c-open", 31)
		f.exec("UPDATE rooms SET state = 'open', ended_at = NULL WHERE id = 'c-open'")
		// A run that was interrupted after it had deleted the updates of a log.
		f.insertRoom("d-begun", 31)
		f.exec("UPDATE rooms SET log_deleted_at = ? WHERE id = 'd-begun'", f.clock.Now())
		f.exec("DELETE FROM document_updates WHERE document_id = 'd-begun'")
		if err := f.Audit.SealNew(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			f.run()
			f.requireIDs("rooms", "id", "a-new", "b-old", "c-open", "d-begun")
			for table, key := range map[string]string{
				"documents": "id", "document_updates": "document_id", "document_snapshots": "document_id", "room_events": "room_id", "room_log_blocks": "room_id", "transcripts": "room_id",
			} {
				f.requireIDs(table, key, "a-new", "c-open")
			}
		}
		if _, err := replay.Open(t.Context(), f.DB, "corp", "b-old"); apperr.KindOf(err) != apperr.Gone {
			t.Errorf("the log of a room that was deleted: %v", err)
		}
		if log, err := replay.Open(t.Context(), f.DB, "corp", "a-new"); err != nil || len(log.Documents()) != 1 {
			t.Errorf("the log of another room: %v", err)
		}
	})
}

// Logs and messages of a candidate on legal hold are kept.
func TestRetentionOfHeldCandidate(t *testing.T) {
	runOnBoth(t, Ages{RoomLogs: 40, Messages: 40}, func(_ *testing.T, f *fixture) {
		for _, id := range []string{"held", "other"} {
			f.insertInterview(id, 60)
			f.insertMessage(id, id, "sent", 60)
			f.exec("INSERT INTO rooms (id, corp_id, state, ended_at, created_at) VALUES (?0, 'corp', 'ended', ?1, ?1)", id, f.ago(60))
			f.exec("INSERT INTO documents (id, corp_id, room_id, name) VALUES (?0, 'corp', ?0, 'code')", id)
		}
		f.exec("INSERT INTO candidate_holds (candidate_id, corp_id, reason, set_by, set_at) VALUES ('held', 'corp', 'litigation', 'ada', ?)", f.clock.Now())
		f.run()
		f.requireIDs("messages", "id", "held")
		f.requireIDs("documents", "id", "held")
	})
}

// Conversations in WeChat follow the messages; a revoked link is deleted when nothing was written.
func TestRetentionOfConversations(t *testing.T) {
	runOnBoth(t, Ages{Messages: 40}, func(_ *testing.T, f *fixture) {
		f.exec("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('corp', '', '', ?)", f.clock.Now())
		for id, days := range map[string]int{"held": 60, "other": 60, "recent": 10} {
			f.insertInterview(id, days)
			f.exec(`INSERT INTO customer_service_links (id, corp_id, interview_id, candidate_id, token_hash, open_kfid, external_userid, replies, announced, created_at, revoked_at)
				SELECT ?0, corp_id, id, candidate_id, ?0, '', '', 0, '', ?1, ?1 FROM interviews WHERE id = ?0`, id, f.ago(60))
			f.exec(`INSERT INTO customer_service_messages (id, corp_id, link_id, interview_id, candidate_id, msgid, kind, text, author, message_id, recalled, created_at)
				SELECT ?0, corp_id, ?0, id, candidate_id, '1', 'text', '您好', '', '', FALSE, ?1 FROM interviews WHERE id = ?0`, id, f.ago(50))
		}
		f.exec("INSERT INTO candidate_holds (candidate_id, corp_id, reason, set_by, set_at) VALUES ('held', 'corp', 'litigation', 'ada', ?)", f.clock.Now())
		f.run()
		f.requireIDs("customer_service_messages", "id", "held", "recent")
		f.requireIDs("customer_service_links", "id", "held", "recent")
	})
}

// docs/operations.md decides about every table.
func TestEveryTableIsDocumented(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	var tables []string
	err := d.NewRaw("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'river_%' AND name NOT IN ('goose_db_version', 'write_probe')").
		Scan(t.Context(), &tables)
	if err != nil || len(tables) < 30 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Retention\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, table := range tables {
		if !strings.Contains(section, "`"+table+"`") {
			t.Errorf("the section Retention has no row for %s", table)
		}
	}
}
