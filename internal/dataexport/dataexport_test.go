package dataexport_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/room/participant"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/fileapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type fixture struct{ *apptest.Fixture }

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, &fixture{apptest.New(t, d)}) })
}

func (f *fixture) exec(query string, args ...any) {
	f.T.Helper()
	dbtest.Exec(f.T, f.DB, query, args...)
}

// fill stores a candidate who took part in an interview. mark is in every text: with "own"
// in what the export contains, with "withheld" in what it does not.
func (f *fixture) fill(mark string) resource.Candidate {
	f.T.Helper()
	rosa := f.SignIn("rosa")
	position := apptest.DecodeBody[resource.Position](rosa.Call("POST", "/api/positions", map[string]any{"title": "Go 工程师"}), http.StatusCreated)
	c := apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{
		"name": mark + "-own-name", "email": mark + "-own-mail@example.com", "mobile": "13911112222", "positionId": position.ID, "note": mark + "-withheld",
		"source": mark + "-own-source", "resumeUrl": "https://example.com/" + mark + "-own-resume", "externalId": mark + "-own-4711", "overrideWarnings": true,
	}), http.StatusCreated)
	rosa.Headers["Content-Type"] = "application/octet-stream"
	apptest.DecodeBody[fileapi.CandidateFile](rosa.Call("POST", "/api/candidates/"+c.ID+"/files?name="+mark+"-own-file-name.pdf", "%PDF-1.7 "+mark+"-own-file-content"), http.StatusCreated)
	delete(rosa.Headers, "Content-Type")
	i := apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", f.InterviewInput(position.ID, c.ID, func(in map[string]any) {
		in["title"], in["note"], in["overrideWarnings"] = mark+"-withheld", mark+"-withheld", true
	})), http.StatusCreated)
	apptest.DecodeBody[server.Joined](f.NewBrowser().Join(i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]), http.StatusOK)
	lin := f.SignIn("lin")
	apptest.DecodeBody[server.Interview](lin.Call("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
	f.useRoom(i.ID, mark)
	apptest.DecodeBody[resource.Scorecard](lin.Call("PUT", "/api/interviews/"+i.ID+"/scorecard", map[string]any{"version": 0, "scores": []any{}, "comment": mark + "-withheld"}), http.StatusOK)
	apptest.DecodeBody[resource.Note](lin.Call("POST", "/api/interviews/"+i.ID+"/notes", map[string]any{"text": mark + "-withheld", "shared": true}), http.StatusCreated)
	now := f.Clock.Now()
	f.exec("UPDATE messages SET body = ? WHERE interview_id = ?", mark+"-withheld", i.ID)
	f.exec(`INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, desired_generation, observed_generation, attempted, announced, attempts, failure_code, failure_params, report, created_at, updated_at)
		VALUES (?0, 'acme', ?1, 'showmebug', 'gone', '', 1, 1, TRUE, TRUE, 1, '', '{}', ?2, ?3, ?3)`, db.NewID(), i.ID, `{"summary":"`+mark+`-withheld"}`, now)
	f.exec(`INSERT INTO exam_sittings (id, corp_id, candidate_id, exam_id, exam_name, external_id, state, by_mail, attempted, attempts, failure_code, failure_params, sent_by, created_at)
		VALUES (?0, 'acme', ?1, 1, ?2, '', 'finished', TRUE, TRUE, 1, '', '{}', 'rosa', ?3)`, db.NewID(), c.ID, mark+"-own-exam", now)
	f.exec(`INSERT INTO booking_offers (id, corp_id, position_id, candidate_id, organizer_id, title, round, duration_minutes, time_zone, interviewers, room_kind, room_url,
		meeting_kind, meeting_url, meeting_code, question_ids, note, slots, state, expires_at, request_reason, token_hash, version, created_by, created_at, updated_at)
		SELECT ?0, 'acme', position_id, id, 'rosa', ?1, 1, 60, 'UTC', '[]', 'builtin', '', '', '', '', '[]', ?1, '[]', 'open', ?2, ?4, ?0, 1, 'rosa', ?2, ?2
		FROM candidates WHERE id = ?3`, db.NewID(), mark+"-withheld", now, c.ID, mark+"-own-reason")
	f.exec(`INSERT INTO messages (id, corp_id, candidate_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, body, msgid, response_code, card_state, errcode, error_code, error, dedup, created_at)
		VALUES (?0, 'acme', ?1, 'booking_offer', 'mail', ?2, ?2, 0, '{}', 'sent', 1, ?3, '', '', '', 0, '', '', ?0, ?4)`, db.NewID(), c.ID, mark+"-own-offer@example.com", mark+"-withheld", now)
	return c
}

// useRoom stores the log of a room in which the candidate and an interviewer have typed, chatted
// and run programs.
func (f *fixture) useRoom(id, mark string) {
	f.T.Helper()
	now, ids := f.Clock.Now(), participant.New("key of "+id)
	f.exec("INSERT INTO rooms (id, corp_id, state, created_at, participant_key) VALUES (?0, 'acme', 'open', ?1, ?2)", id, now, "key of "+id)
	chen, lin := ids.Of(interview.CandidateParticipantID(id)), ids.Of("lin")
	for n, row := range [][2]string{{chen, mark + "-own-code"}, {lin, mark + "-withheld"}} {
		if n == 0 {
			f.exec("INSERT INTO documents (id, corp_id, room_id, name) VALUES (?0, 'acme', ?0, 'code')", id)
		}
		f.exec(`INSERT INTO document_updates (document_id, first_version, count, corp_id, author, client_id, push_seq, at, body)
			VALUES (?0, ?1, 1, 'acme', ?2, ?2, 1, ?3, ?4)`, id, n, row[0], now, `[["`+row[1]+`"]]`)
	}
	for n, row := range [][4]string{
		{chen, "join", "", `{"name":"` + mark + `-withheld","role":"candidate"}`},
		{chen, "chat", "", `{"text":"` + mark + `-own-chat"}`}, {lin, "chat", "", `{"text":"` + mark + `-withheld"}`},
		{chen, "run", "r1", `{"language":"python"}`}, {"", "output", "r1", `{"chunks":["` + mark + `-own-output"]}`},
		{chen, "run", "r2", `{"tests":["` + mark + `-withheld"]}`}, {"", "output", "r2", `{"chunks":["` + mark + `-withheld"]}`},
		{lin, "run", "r3", `{}`}, {"", "output", "r3", `{"chunks":["` + mark + `-withheld"]}`},
	} {
		f.exec("INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data) VALUES (?0, ?1, 'acme', ?2, ?3, ?4, ?5, 0, ?6)",
			id, n+1, now, row[0], row[1], row[2], row[3])
	}
}

// export returns the files of an export by name.
func (f *fixture) export(candidateID, query string) map[string]string {
	f.T.Helper()
	got := f.SignIn("ada").Call("GET", "/api/candidates/"+candidateID+"/export"+query, nil)
	if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "application/zip" {
		f.T.Fatalf("%d %s: %s", got.Status, got.Header.Get("Content-Type"), got.Body)
	}
	in, err := zip.NewReader(bytes.NewReader(got.Body), int64(len(got.Body)))
	if err != nil {
		f.T.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range in.File {
		r, err := file.Open()
		if err != nil {
			f.T.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			f.T.Fatal(err)
		}
		if strings.HasSuffix(file.Name, ".json") && !json.Valid(raw) {
			f.T.Errorf("%s is no JSON: %s", file.Name, raw)
		}
		out[file.Name] = string(raw)
	}
	return out
}

func TestExportContainsOwnData(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c, other := f.fill("Zqx"), f.fill("Wvy")
		stored, err := f.Files.List(t.Context(), actor.System("acme"), c.ID)
		if err != nil || len(stored) != 1 {
			t.Fatalf("%+v, %v", stored, err)
		}
		files := f.export(c.ID, "?language=ja")
		all := ""
		for _, text := range files {
			all += text
		}
		for _, part := range []string{"name", "mail@example.com", "source", "resume", "4711", "exam", "reason", "code", "chat", "output", "file-name", "file-content"} {
			if !strings.Contains(all, "Zqx-own-"+part) {
				t.Errorf("the export does not contain the candidate's %s", part)
			}
		}
		for _, part := range []string{"withheld", "Wvy", other.ID, "rosa"} {
			if strings.Contains(all, part) {
				for name, text := range files {
					if strings.Contains(text, part) {
						t.Errorf("%s contains %s", name, part)
					}
				}
			}
		}
		if got := files["files/"+stored[0].ID+"/Zqx-own-file-name.pdf"]; got != "%PDF-1.7 Zqx-own-file-content" {
			t.Errorf("the file contains %q", got)
		}
		for name, part := range map[string]string{
			"index.html": "Zqx-own-name さんのデータ", "consents.json": "What is recorded", "scorecards.json": `"state":"draft"`, "notes.json": `"at":"2`, "reports.json": `"showmebug"`,
			"messages.json": "Zqx-own-mail@example.com", "links.json": `"purpose":"shown"`, "sessions.json": "expires_at", "interviews.json": "Go 工程师",
		} {
			if !strings.Contains(files[name], part) {
				t.Errorf("%s does not contain %s: %.500s", name, part, files[name])
			}
		}
		entries, err := audit.ListByObject(t.Context(), f.DB.DB, "acme", c.ID, 1)
		if err != nil || len(entries) != 1 || entries[0].Action != "candidate.export" || entries[0].UserID != "ada" {
			t.Errorf("audit %+v, %v", entries, err)
		}
	})
}

// An interview keeps the mails to a candidate who was replaced, whose data they are.
func TestExportAfterReplacement(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		before, c := f.fill("Zqx"), f.fill("Wvy")
		f.exec("UPDATE interviews SET candidate_id = ? WHERE candidate_id = ?", c.ID, before.ID)
		files := f.export(c.ID, "")
		if got := files["messages.json"]; strings.Contains(got, "Zqx") || !strings.Contains(got, "Wvy-own-mail@example.com") || !strings.Contains(got, "Wvy-own-offer@example.com") {
			t.Errorf("mails %s", got)
		}
	})
}

// A candidate without an interview has an export too.
func TestExportWithoutInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c := apptest.DecodeBody[resource.Candidate](f.SignIn("rosa").Call("POST", "/api/candidates", map[string]any{"name": "<b>王静</b>"}), http.StatusCreated)
		files := f.export(c.ID, "")
		if files["interviews.json"] != "[]" || !strings.Contains(files["index.html"], "&lt;b&gt;王静&lt;/b&gt;") || strings.Contains(files["index.html"], "<b>") {
			t.Errorf("%+v", files)
		}
	})
}
