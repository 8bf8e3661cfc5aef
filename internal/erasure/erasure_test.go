package erasure_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/calibrations"
	"github.com/huimian/huimian/internal/server/fileapi"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
)

type fixture struct{ *apptest.Fixture }

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, &fixture{apptest.New(t, d)}) })
}

// administrator is the actor of the tests.
var administrator = actor.ForMember("acme", "ada", actor.Administrator)

func (f *fixture) exec(query string, args ...any) {
	f.T.Helper()
	dbtest.Exec(f.T, f.DB, query, args...)
}

// filled is a candidate whose mark is in a row of every table.
type filled struct {
	candidate resource.Candidate
	interview server.Interview
}

// fill stores a candidate and all that is recorded of an interview. mark is in every text.
func (f *fixture) fill(mark, digits string) filled {
	f.T.Helper()
	rosa := f.SignIn("rosa")
	position := apptest.DecodeBody[resource.Position](rosa.Call("POST", "/api/positions", map[string]any{"title": "Go 工程师"}), http.StatusCreated)
	c := apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{
		"name": mark + " 陈晨", "email": mark + "@example.com", "mobile": digits, "positionId": position.ID, "note": mark + " note", "source": mark + " source",
		"resumeUrl": "https://example.com/" + mark, "externalId": mark + "-4711", "overrideWarnings": true,
	}), http.StatusCreated)
	rosa.Headers["Content-Type"] = "application/octet-stream"
	apptest.DecodeBody[integration.Import](rosa.Call("POST", "/api/imports?kind=candidates&name=list.csv", "姓名,邮箱\n"+c.Name+",\n"), http.StatusCreated)
	for _, n := range []string{"1", "2"} {
		apptest.DecodeBody[fileapi.CandidateFile](rosa.Call("POST", "/api/candidates/"+c.ID+"/files?name="+mark+n+".pdf", "%PDF-1.7 "+mark+" résumé "+n), http.StatusCreated)
	}
	delete(rosa.Headers, "Content-Type")
	schedule := func(title string) server.Interview {
		return apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", f.InterviewInput(position.ID, c.ID, func(in map[string]any) {
			in["title"], in["note"], in["overrideWarnings"] = mark+title, mark, true
		})), http.StatusCreated)
	}
	cancelled, i := schedule(" 二面"), schedule(" 一面")
	apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews/"+cancelled.ID+"/cancel", map[string]any{"reason": mark + " is ill"}), http.StatusOK)
	f.holdInterview(mark, i.ID)
	f.insertRest(mark, c.ID, i.ID)
	return filled{c, i}
}

// holdInterview starts the interview, types in its room, ends and evaluates it.
func (f *fixture) holdInterview(mark, id string) {
	f.T.Helper()
	lin, rosa := f.SignIn("lin"), f.SignIn("rosa")
	apptest.DecodeBody[server.Interview](lin.Call("POST", "/api/interviews/"+id+"/start", nil), http.StatusOK)
	ctx, rooms := f.T.Context(), f.Product.Rooms
	if err := rooms.Open(ctx, "acme", id, "lin"); err != nil {
		f.T.Fatal(err)
	}
	m, err := rooms.Join(ctx, "acme", id, room.Participant{ID: "lin", Name: "林一 " + mark, Role: "interviewer"}, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
	if err != nil {
		f.T.Fatal(err)
	}
	for n, doc := range []string{"code", "notes"} {
		push := fmt.Sprintf(`{"type":"push","doc":%q,"version":0,"clientId":"client-%d-abc","seq":1,"updates":[{"changes":[[0,%q]],"age":0}]}`, doc, n, mark+" typed")
		if err := m.Receive(ctx, []byte(push)); err != nil {
			f.T.Fatal(err)
		}
		f.awaitFrame(m, `"ack"`)
	}
	if err := m.Receive(ctx, []byte(`{"type":"chat","text":"`+mark+` says","ref":"c-1"}`)); err != nil {
		f.T.Fatal(err)
	}
	f.awaitFrame(m, `"chat"`)
	m.Leave()
	if err := rooms.End(ctx, "acme", id, "lin"); err != nil {
		f.T.Fatal(err)
	}
	apptest.DecodeBody[server.Interview](lin.Call("POST", "/api/interviews/"+id+"/end", nil), http.StatusOK)
	apptest.DecodeBody[resource.Note](lin.Call("POST", "/api/interviews/"+id+"/notes", map[string]any{"text": mark + " noted"}), http.StatusCreated)
	card := apptest.DecodeBody[resource.Scorecard](lin.Call("PUT", "/api/interviews/"+id+"/scorecard", map[string]any{"version": 0, "scores": []any{}, "comment": mark + " comment"}), http.StatusOK)
	if card.Version == 0 {
		f.T.Fatalf("scorecard %+v", card)
	}
	apptest.DecodeBody[server.Interview](rosa.Call("PUT", "/api/interviews/"+id+"/result", map[string]any{"decision": "hire", "comment": mark + " decision"}), http.StatusOK)
	if got := lin.Call("GET", "/api/rooms/"+id+"/export", nil); got.Status != http.StatusOK || !bytes.Contains(got.Body, []byte(mark+" typed")) {
		f.T.Fatalf("export: %d %.300s", got.Status, got.Body)
	}
	f.calibrate(mark, id)
}

// calibrate makes the interview a calibration exercise with a draft of a rater.
func (f *fixture) calibrate(mark, id string) {
	f.T.Helper()
	e := apptest.DecodeBody[calibrations.CalibrationExercise](f.SignIn("rosa").Call("POST", "/api/calibration/exercises", map[string]any{
		"interviewId": id, "title": mark, "dueAt": clocktest.Noon().AddDate(0, 0, 3), "raters": []string{"mei"}, "withOriginals": true,
	}), http.StatusCreated)
	apptest.DecodeBody[resource.Scorecard](f.SignIn("mei").Call("PUT", "/api/calibration/exercises/"+e.ID+"/rating", map[string]any{"version": 0, "scores": []any{}, "comment": mark + " comment"}), http.StatusOK)
}

func (f *fixture) awaitFrame(m *room.Member, part string) {
	f.T.Helper()
	for {
		raw, err := m.Next(f.T.Context())
		if err != nil {
			f.T.Fatalf("waiting for %s: %v", part, err)
		}
		if strings.Contains(string(raw), part) {
			return
		}
	}
}

// insertRest inserts what other systems and jobs would write, which do not run here.
func (f *fixture) insertRest(mark, candidateID, interviewID string) {
	f.T.Helper()
	now := f.Clock.Now()
	f.exec("UPDATE messages SET state = 'sent', body = ?, next_attempt_at = NULL WHERE interview_id IN (SELECT id FROM interviews WHERE candidate_id = ?)", mark+" body", candidateID)
	f.exec("UPDATE appointments SET observed_digest = ?, next_attempt_at = NULL WHERE interview_id IN (SELECT id FROM interviews WHERE candidate_id = ?)", mark+" in the calendar", candidateID)
	f.exec(`INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, desired_generation, observed_generation, attempted, announced, attempts, failure_code, failure_params, report, created_at, updated_at)
		VALUES (?0, 'acme', ?1, 'showmebug', 'gone', '', 1, 1, TRUE, TRUE, 1, '', '{}', ?2, ?3, ?3)`, db.NewID(), interviewID, `{"summary":"`+mark+`"}`, now)
	f.exec(`INSERT INTO exam_sittings (id, corp_id, candidate_id, exam_id, exam_name, external_id, state, by_mail, attempted, attempts, failure_code, failure_params, sent_by, created_at)
		VALUES (?0, 'acme', ?1, 1, ?2, '', 'finished', TRUE, TRUE, 1, '', '{}', 'rosa', ?3)`, db.NewID(), candidateID, mark+" exam", now)
	f.exec(`INSERT INTO booking_offers (id, corp_id, position_id, candidate_id, organizer_id, title, round, duration_minutes, time_zone, interviewers, room_kind, room_url,
		meeting_kind, meeting_url, meeting_code, question_ids, note, slots, state, expires_at, request_reason, token_hash, version, created_by, created_at, updated_at)
		SELECT ?0, 'acme', position_id, id, 'rosa', ?1, 1, 60, 'UTC', '[]', 'builtin', '', '', '', '', '[]', ?1, '[]', 'open', ?2, ?1, ?0, 1, 'rosa', ?2, ?2
		FROM candidates WHERE id = ?3`, db.NewID(), mark+" offer", now, candidateID)
	f.exec(`INSERT INTO messages (id, corp_id, candidate_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, body, msgid, response_code, card_state, errcode, error_code, error, dedup, created_at)
		VALUES (?0, 'acme', ?1, 'booking_offer', 'mail', ?2, ?2, 0, '{}', 'sent', 1, ?2, '', '', '', 0, '', '', ?0, ?3)`, db.NewID(), candidateID, mark+" mail", now)
	loop := db.NewID()
	f.exec("INSERT INTO loops (id, corp_id, candidate_id, request_key, version, created_by, created_at, updated_at) VALUES (?0, 'acme', ?1, ?2, 1, 'rosa', ?3, ?3)", loop, candidateID, mark+" key", now)
	f.exec("INSERT INTO loop_rounds (interview_id, corp_id, loop_id) VALUES (?, 'acme', ?)", interviewID, loop)
	used := apptest.DecodeBody[resource.Question](f.SignIn("rosa").Call("POST", "/api/questions", map[string]any{"title": "两数之和", "body": "题面"}), http.StatusCreated)
	f.exec("INSERT INTO question_uses (interview_id, question_id, corp_id, version, shown_at) VALUES (?, ?, 'acme', 1, ?)", interviewID, used.ID, now)
	request := db.NewID()
	f.exec(`INSERT INTO run_requests (id, corp_id, room_id, client_id, language, source, stdin, limits, company_slots, turn, state, created_at, client_expires_at)
		VALUES (?0, 'acme', ?1, '', 'python', ?2, ?2, '{}', 0, 0, 'ended', ?3, ?3)`, request, interviewID, []byte(mark+" source"), now)
	f.exec("INSERT INTO run_output (request_id, seq, chunks) VALUES (?, 1, ?)", request, []byte(mark+" output"))
	f.exec("INSERT INTO run_input (request_id, seq, input) VALUES (?, 1, ?)", request, []byte(mark+" input"))
	f.exec(`INSERT INTO approvals (id, corp_id, interview_id, candidate_id, state, superseded, template_id, contents, summary, approvers, relation, requested_by, requested_at,
		number, steps, comments, failure_code, failure_errcode, failure_detail)
		VALUES (?0, 'acme', ?1, ?2, 'pending', FALSE, 'T', ?3, ?3, '[]', 'all', 'rosa', ?4, ?0, '[]', '[]', '', 0, '')`, db.NewID(), interviewID, candidateID, `["`+mark+` in the form"]`, now)
	contact := db.NewID()
	f.exec(`INSERT INTO customer_service_links (id, corp_id, interview_id, candidate_id, token_hash, open_kfid, external_userid, replies, announced, created_at)
		VALUES (?0, 'acme', ?1, ?2, ?0, 'wkone', ?3, 0, '', ?4)`, contact, interviewID, candidateID, mark+" in WeChat", now)
	f.exec(`INSERT INTO customer_service_messages (id, corp_id, link_id, interview_id, candidate_id, msgid, kind, text, author, message_id, recalled, created_at)
		VALUES (?0, 'acme', ?1, ?2, ?3, '1', 'text', ?4, '', '', FALSE, ?5)`, db.NewID(), contact, interviewID, candidateID, mark+" question", now)
	f.exec("INSERT INTO candidate_sessions (token_hash, corp_id, interview_id, link_id, expires_at) SELECT ?, 'acme', interview_id, id, ? FROM candidate_links WHERE interview_id = ? LIMIT 1", mark, now, interviewID)
	text, err := f.Consents.Current(f.T.Context(), "acme")
	if err != nil {
		f.T.Fatal(err)
	}
	f.exec("INSERT INTO interview_consents (interview_id, candidate_id, text_version, corp_id, language, accepted_at) VALUES (?, ?, ?, 'acme', ?, ?)", interviewID, candidateID, text.Version, mark, now)
	endpoint := db.NewID()
	f.exec(`INSERT INTO webhook_endpoints (id, corp_id, url, event_types, description, state, secret, created_by, created_at, updated_at)
		VALUES (?0, 'acme', 'https://example.com', '[]', '', 'active', ?1, '', ?2, ?2)`, endpoint, []byte{1}, now)
	f.exec(`INSERT INTO webhook_deliveries (id, corp_id, endpoint_id, event_id, type, body, state, attempts, status, response, error_code, error, duration_ms, created_at)
		SELECT id, 'acme', ?0, id, type, ?1, 'delivered', 1, 200, ?1, '', '', 1, ?2 FROM events WHERE subject_id IN (?3, ?4)`, endpoint, mark+" body", now, candidateID, interviewID)
	f.waitForSnapshots()
	packer := archive.Packer{DB: f.DB, Logger: slog.New(slog.NewTextHandler(f.T.Output(), nil)), KeptKinds: room.KeptKinds, Now: func() time.Time { return time.Now().AddDate(10, 0, 0) }}
	if err := packer.PackEnded(f.T.Context()); err != nil {
		f.T.Fatal(err)
	}
}

// dump returns the rows of all tables and of the job queue as texts, packed logs unpacked, and
// the contents of the file store.
func (f *fixture) dump() []string {
	f.T.Helper()
	version, err := db.LatestVersion()
	if err != nil {
		f.T.Fatal(err)
	}
	tables, err := db.Tables(f.T.Context(), version)
	if err != nil {
		f.T.Fatal(err)
	}
	var out []string
	err = f.DB.InSnapshot(f.T.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, table := range tables {
			err := db.ReadRows(ctx, tx, table, func(row []any) error {
				text := table.Name
				for n, value := range row {
					if raw, ok := value.([]byte); ok {
						value = string(raw)
						if table.Name == "room_log_blocks" && table.Columns[n].Name == "body" {
							plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw[1:])))
							if err != nil {
								return err
							}
							value = string(plain)
						}
					}
					text += fmt.Sprintf(" %s=%v", table.Columns[n].Name, value)
				}
				out = append(out, text)
				return nil
			})
			if err != nil {
				return err
			}
		}
		var jobs []string
		column := "args::text || COALESCE(errors::text, '') || metadata::text"
		if f.DB.Dialect() == db.SQLite {
			column = "json(args) || COALESCE(json(errors), '') || json(metadata)"
		}
		if err := tx.NewSelect().TableExpr("river_job").ColumnExpr("'river_job ' || kind || "+column).Scan(ctx, &jobs); err != nil {
			return err
		}
		out = append(out, jobs...)
		return nil
	})
	if err != nil {
		f.T.Fatal(err)
	}
	return append(out, f.storedFiles()...)
}

// storedFiles returns the contents of the file store.
func (f *fixture) storedFiles() (out []string) {
	f.T.Helper()
	err := filepath.WalkDir(f.Files.Store.Location(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		out = append(out, "file_store "+path+" "+string(raw))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.T.Fatal(err)
	}
	return out
}

// containing returns the rows with one of the texts, in any case.
func containing(dump []string, texts ...string) (found []string) {
	for _, row := range dump {
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(row), strings.ToLower(text)) }) {
			found = append(found, row)
		}
	}
	return found
}

func tablesOf(rows []string) []string {
	var names []string
	for _, row := range rows {
		name, _, _ := strings.Cut(row, " ")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// No text of an erased candidate is in any table, and the rows of another candidate are
// as before.
func TestEraseLeavesNothing(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		gone, kept := f.fill("Zqxgone", "13911112222"), f.fill("Zqxkept", "13933334444")
		marks := []string{"zqxgone", "13911112222"}
		before := f.dump()
		want := []string{
			"appointments", "approvals", "audit_log", "booking_offers", "calibration_exercises", "calibration_ratings", "candidate_sessions", "candidates", "customer_service_links", "customer_service_messages", "document_snapshots", "events", "exam_sittings", "file_store", "imports", "interview_consents", "interview_notes", "interview_rooms", "interviews",
			"loops", "messages", "room_events", "room_log_blocks", "run_input", "run_output", "run_requests", "scorecards", "stored_files", "webhook_deliveries",
		}
		if got := tablesOf(containing(before, marks...)); !slices.Equal(got, want) {
			t.Fatalf("the candidate is in %q", got)
		}
		ada := f.SignIn("ada")
		path := "/api/candidates/" + gone.candidate.ID
		preview := apptest.DecodeBody[resource.ErasurePreview](ada.Call("GET", path+"/erasure", nil), http.StatusOK)
		if !preview.Erasable || preview.Name != gone.candidate.Name {
			t.Fatalf("preview %+v", preview)
		}
		r := apptest.DecodeBody[resource.Erasure](ada.Call("POST", path+"/erasure", map[string]any{"name": gone.candidate.Name}), http.StatusCreated)
		if r.State != "running" || !slices.Equal(r.Rows, preview.Rows) || r.RequestedBy.UserID != "ada" {
			t.Errorf("receipt %+v, preview %+v", r, preview)
		}
		apptest.WantProblem(ada.Call("GET", path, nil), http.StatusNotFound, "error.not_found")
		apptest.WantProblem(f.SignIn("lin").Call("GET", "/api/rooms/"+gone.interview.ID+"/replay", nil), http.StatusNotFound, "error.not_found")
		for range 2 { // the second run has nothing to do
			if err := f.Erasures.Complete(t.Context(), "acme", r.ID); err != nil {
				t.Fatal(err)
			}
		}
		after := f.dump()
		if left := containing(after, marks...); len(left) > 0 {
			t.Errorf("%d rows are left, in %q: %.500s", len(left), tablesOf(left), left[0])
		}
		for _, row := range containing(before, "zqxkept", kept.candidate.ID, kept.interview.ID) {
			if !slices.Contains(after, row) {
				t.Errorf("a row of another candidate has changed: %.300s", row)
			}
		}
		list := apptest.DecodeBody[resource.List[resource.Erasure]](ada.Call("GET", "/api/erasures", nil), http.StatusOK)
		if len(list.Items) != 1 || list.Items[0].State != "finished" || list.Items[0].FinishedAt == nil {
			t.Errorf("receipts %+v", list)
		}
		f.requireSeals(gone.interview.ID)
		f.requireRecords(gone, r)
	})
}

// waitForSnapshots waits until the newest snapshot of each document has all of its updates: the room
// stores it after the end, and the packer leaves the updates after it.
func (f *fixture) waitForSnapshots() {
	f.T.Helper()
	dbtest.WaitFor(f.T, func() string {
		var behind int
		err := f.DB.NewRaw(`SELECT COUNT(*) FROM document_updates AS u
			WHERE u.first_version + u.count > COALESCE((SELECT MAX(s.version) FROM document_snapshots AS s WHERE s.document_id = u.document_id), 0)`).Scan(f.T.Context(), &behind)
		if err != nil {
			f.T.Fatal(err)
		}
		if behind > 0 {
			return fmt.Sprintf("%d updates are in no snapshot", behind)
		}
		return ""
	})
}

// requireSeals checks that the seals of an erased log are kept without its secret.
func (f *fixture) requireSeals(roomID string) {
	f.T.Helper()
	var seals, secrets int
	if err := f.DB.NewRaw("SELECT COUNT(*) FROM transcript_seals WHERE room_id = ?", roomID).Scan(f.T.Context(), &seals); err != nil {
		f.T.Fatal(err)
	}
	if err := f.DB.NewRaw("SELECT COUNT(*) FROM transcripts WHERE room_id = ? AND LENGTH(secret) > 0", roomID).Scan(f.T.Context(), &secrets); err != nil {
		f.T.Fatal(err)
	}
	if seals == 0 || secrets != 0 {
		f.T.Errorf("%d seals, %d secrets", seals, secrets)
	}
}

// requireRecords checks the event and the audit entry of an erasure, and that earlier
// entries are kept without their data.
func (f *fixture) requireRecords(gone filled, r resource.Erasure) {
	f.T.Helper()
	entries, err := audit.ListByObject(f.T.Context(), f.DB.DB, "acme", gone.candidate.ID, 10)
	if err != nil || len(entries) < 2 || entries[0].Action != "candidate.erase" || entries[0].Data["erasure"] != r.ID {
		f.T.Errorf("audit %+v, %v", entries, err)
	}
	var data []json.RawMessage
	if err := f.DB.NewRaw("SELECT data FROM events WHERE type = 'candidate.erased' AND subject_id = ?", gone.candidate.ID).Scan(f.T.Context(), &data); err != nil || len(data) != 1 {
		f.T.Errorf("events %s, %v", data, err)
	}
}

// What prevents an erasure is a clear refusal, and nothing is deleted.
func TestEraseRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		ctx, id, name := t.Context(), i.Candidate.ID, i.Candidate.Name
		refused := func(code string) {
			t.Helper()
			_, err := f.Erasures.Erase(ctx, administrator, id, name)
			if apperr.KindOf(err) != apperr.Conflict || !strings.Contains(fmt.Sprint(err), code) {
				t.Errorf("%v, want %s", err, code)
			}
		}
		refused("erasure.open_interviews")
		apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("POST", "/api/interviews/"+i.ID+"/cancel", map[string]any{}), http.StatusOK)
		refused("erasure.pending") // the cancellation is not sent yet
		f.exec("UPDATE messages SET state = 'sent', next_attempt_at = NULL")
		f.exec("UPDATE appointments SET next_attempt_at = NULL")
		if err := f.Erasures.SetHold(ctx, administrator, id, "litigation"); err != nil {
			t.Fatal(err)
		}
		refused("erasure.on_hold")
		if p, err := f.Erasures.Preview(ctx, administrator, id); err != nil || p.Hold == nil || p.Hold.Reason != "litigation" || p.Hold.By.Name != "阿达" || p.Err() == nil {
			t.Errorf("%+v, %v", p, err)
		}
		if err := f.Erasures.ReleaseHold(ctx, administrator, id, "settled"); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Erasures.Erase(ctx, administrator, id, "another"); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("another name: %v", err)
		}
		recruiter := actor.ForMember("acme", "rosa", actor.Recruiter)
		if _, err := f.Erasures.Erase(ctx, recruiter, id, name); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter: %v", err)
		}
		elsewhere := actor.ForMember("other", "eve", actor.Administrator)
		if _, err := f.Erasures.Erase(ctx, elsewhere, id, name); !apperr.IsNotFound(err) {
			t.Errorf("another company: %v", err)
		}
		apptest.DecodeBody[resource.Candidate](f.SignIn("rosa").Call("GET", "/api/candidates/"+id, nil), http.StatusOK)
		if _, err := f.Erasures.Erase(ctx, administrator, id, " "+name+" "); err != nil {
			t.Error(err)
		}
		if _, err := f.Erasures.Erase(ctx, administrator, id, name); !apperr.IsNotFound(err) {
			t.Errorf("again: %v", err)
		}
	})
}

// An erasure whose run was cancelled is continued by the next run.
func TestCompleteIsContinued(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		gone := f.fill("Zqxgone", "13911112222")
		r, err := f.Erasures.Erase(t.Context(), administrator, gone.candidate.ID, gone.candidate.Name)
		if err != nil {
			t.Fatal(err)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := f.Erasures.Complete(cancelled, "acme", r.ID); err == nil {
			t.Error("a cancelled run has completed")
		}
		if err := archive.MarkDeleted(t.Context(), f.DB, gone.interview.ID, f.Clock.Now()); err != nil { // the first step of a run that is killed
			t.Fatal(err)
		}
		if r, err = f.Erasures.Get(t.Context(), administrator, r.ID); err != nil || r.State != erasure.Running || len(r.Remaining.Interviews) != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		if err := f.Erasures.Complete(t.Context(), "acme", r.ID); err != nil {
			t.Fatal(err)
		}
		if r, err = f.Erasures.Get(t.Context(), administrator, r.ID); err != nil || r.State != erasure.Finished || len(r.Remaining.Interviews) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if left := containing(f.dump(), "zqxgone"); len(left) > 0 {
			t.Errorf("left in %q", tablesOf(left))
		}
	})
}

// A company token with the scope may erase; a personal token may what its member may.
func TestEraseByToken(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		f.exec("DELETE FROM messages")
		f.exec("UPDATE appointments SET next_attempt_at = NULL")
		f.exec("UPDATE interviews SET state = 'cancelled'")
		path, body := "/api/v1/candidates/"+i.Candidate.ID+"/erasure", map[string]any{"name": i.Candidate.Name}
		apptest.WantProblem(f.NewAPIClient("rosa", apitoken.Personal).Call("POST", path, body), http.StatusForbidden, "error.forbidden")
		apptest.WantProblem(f.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesWrite).Call("POST", path, body), http.StatusForbidden, "api.scope_missing")
		ats := f.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesErase)
		r := apptest.DecodeBody[resource.Erasure](ats.Call("POST", path, body), http.StatusCreated)
		if err := f.Erasures.Complete(t.Context(), "acme", r.ID); err != nil {
			t.Fatal(err)
		}
		if got := apptest.DecodeBody[resource.Erasure](ats.Call("GET", "/api/v1/erasures/"+r.ID, nil), http.StatusOK); got.State != "finished" || got.CandidateID != i.Candidate.ID {
			t.Errorf("%+v", got)
		}
		entries, err := audit.ListByObject(t.Context(), f.DB.DB, "acme", i.Candidate.ID, 1)
		if err != nil || len(entries) != 1 || entries[0].Data["token"] != ats.Token.Token.ID {
			t.Errorf("audit %+v, %v", entries, err)
		}
	})
}

// A file that is uploaded while its candidate is erased is stored with the candidate, or
// neither its row nor its content is.
func TestEraseWhileUploading(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := apptest.DecodeBody[resource.Candidate](f.SignIn("rosa").Call("POST", "/api/candidates", map[string]any{"name": "陈晨"}), http.StatusCreated)
		recruiter := actor.ForMember("acme", "rosa", actor.Recruiter)
		uploaded := make(chan error)
		go func() {
			_, err := f.Files.Upload(t.Context(), recruiter, c.ID, "cv.pdf", []byte("%PDF-1.7"))
			uploaded <- err
		}()
		r, err := f.Erasures.Erase(t.Context(), administrator, c.ID, c.Name)
		if uploadErr := <-uploaded; uploadErr != nil && !apperr.IsNotFound(uploadErr) {
			t.Error(uploadErr)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Erasures.Complete(t.Context(), "acme", r.ID); err != nil {
			t.Fatal(err)
		}
		if left := f.storedFiles(); len(left) > 0 {
			t.Errorf("left %q", left)
		}
	})
}

// An interview is not scheduled with a candidate who is erased at the same time.
func TestEraseWhileScheduling(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		f.exec("DELETE FROM messages")
		f.exec("UPDATE interviews SET state = 'cancelled'")
		rosa, input := f.SignIn("rosa"), f.InterviewInput(i.Position.ID, i.Candidate.ID)
		var scheduled *apptest.Response
		done := make(chan struct{})
		go func() { scheduled = rosa.Call("POST", "/api/interviews", input); close(done) }()
		_, err := f.Erasures.Erase(t.Context(), administrator, i.Candidate.ID, i.Candidate.Name)
		<-done
		if (err == nil) == (scheduled.Status == http.StatusCreated) {
			t.Errorf("erased: %v; scheduled: %d %s", err, scheduled.Status, scheduled.Body)
		}
	})
}

// Every table with a reference to a candidate, an interview or a room is erased.
func TestTablesAreComplete(t *testing.T) {
	version, err := db.LatestVersion()
	if err != nil {
		t.Fatal(err)
	}
	tables, err := db.Tables(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	others := []string{"candidate_holds", "erasures", "transcripts", "transcript_seals"} // without personal data, or checked before
	for _, table := range tables {
		for _, c := range table.Columns {
			refers := slices.Contains([]string{"candidate_id", "interview_id", "room_id", "document_id"}, c.Name)
			if refers && !slices.Contains(erasure.Tables, table.Name) && !slices.Contains(others, table.Name) {
				t.Errorf("%s.%s: the rows of an erased candidate stay", table.Name, c.Name)
			}
		}
	}
}

// The mails to a candidate who was replaced in an interview are erased with them, and those to the
// candidate who has it now stay.
func TestMailsToReplacedCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		position := apptest.DecodeBody[resource.Position](rosa.Call("POST", "/api/positions", map[string]any{"title": "Go 工程师"}), http.StatusCreated)
		var people []resource.Candidate
		for _, name := range []string{"chen", "wang"} {
			people = append(people, apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{
				"name": name, "email": name + "@example.com", "positionId": position.ID,
			}), http.StatusCreated))
		}
		i := apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", f.InterviewInput(position.ID, people[0].ID, func(map[string]any) {})), http.StatusCreated)
		f.exec("UPDATE messages SET state = 'sent', next_attempt_at = NULL")
		if _, err := f.Interviews.Edit(t.Context(), administrator, i.ID, 0, func(p *interview.Plan) { p.CandidateID = people[1].ID }); err != nil {
			t.Fatal(err)
		}
		count := func(name string) (n int) {
			t.Helper()
			if err := f.DB.NewRaw("SELECT COUNT(*) FROM messages WHERE recipient = ?", name+"@example.com").Scan(t.Context(), &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if sent, invited := count("chen"), count("wang"); sent != 2 || invited != 1 {
			t.Fatalf("%d mails to the former candidate, %d to the present one", sent, invited)
		}
		if _, err := f.Erasures.Erase(t.Context(), administrator, people[0].ID, "chen"); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("an erasure before the cancellation is sent: %v", err)
		}
		f.exec("UPDATE messages SET state = 'sent', next_attempt_at = NULL")
		if _, err := f.Erasures.Erase(t.Context(), administrator, people[0].ID, "chen"); err != nil {
			t.Fatal(err)
		}
		if sent, invited := count("chen"), count("wang"); sent != 0 || invited != 1 {
			t.Errorf("after the erasure: %d mails to the former candidate, %d to the present one", sent, invited)
		}
	})
}
