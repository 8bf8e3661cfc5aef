package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/webhook"
)

// earlierRow is a statement that writes a row as the versions of the schema from first
// to last did (0: and all later ones). Its parameters are the time, true and a blob.
type earlierRow struct {
	first, last int64
	query       string
}

var earlierRows = []earlierRow{
	{1, 0, `INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('ww_app', '云杉科技', 'Asia/Shanghai', ?0)`},
	{1, 0, `INSERT INTO departments (corp_id, department_id, parent_id, name) VALUES ('ww_app', 1, 0, '云杉科技')`},
	{1, 0, `INSERT INTO members (corp_id, user_id, name, pinyin, active, roles, synced_at) VALUES ('ww_app', 'LinYue', '林悦', 'linyue ly', ?1, 3, ?0), ('ww_app', 'ChenMo', '陈默', 'chenmo cm', ?1, 0, ?0)`},
	{1, 0, `INSERT INTO member_departments (corp_id, user_id, department_id) VALUES ('ww_app', 'LinYue', 1), ('ww_app', 'ChenMo', 1)`},
	{2, 0, `INSERT INTO scorecard_templates (id, corp_id, template_key, title, criteria, created_at) VALUES ('t1', 'ww_app', 'default', '{"zh-CN":"评价"}', '[{"id":"code","title":{"zh-CN":"代码"}}]', ?0)`},
	{2, 0, `INSERT INTO questions (id, corp_id, title, body, difficulty, tags, starter_code, interviewer_notes, created_by, created_at, updated_at)
		VALUES ('q1', 'ww_app', '两数之和', '题面', 'easy', '["数组"]', '[]', '', 'LinYue', ?0, ?0)`},
	{2, 0, `INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
		VALUES ('p1', 'ww_app', 'Go 工程师', '研发部', '', 1, '', 'open', '["q1"]', 't1', 'LinYue', ?0, ?0)`},
	{2, 0, `INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
		VALUES ('c1', 'ww_app', '王静', 'jing@example.com', '13800138000', 'p1', '', '', '', 'zh-CN', 'LinYue', ?0, ?0)`},
	{2, 0, `INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url, organizer_id, question_ids,
		template_id, note, cancel_reason, started_at, ended_at, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
		VALUES ('i1', 'ww_app', '一面', 1, 'ended', 'p1', 'c1', ?0, ?0, 'Asia/Shanghai', 'builtin', '', 'LinYue', '["q1"]', 't1', '', '', ?0, ?0, '', '', '', 1, 1, ?0, ?0)`},
	{2, 49, `INSERT INTO interview_members (corp_id, interview_id, user_id, seat, response, response_reason) VALUES ('ww_app', 'i1', 'ChenMo', 0, 'accepted', '')`},
	{50, 0, `INSERT INTO interview_members (corp_id, interview_id, user_id, position, response, response_reason) VALUES ('ww_app', 'i1', 'ChenMo', 0, 'accepted', '')`},
	{2, 0, `INSERT INTO candidate_links (id, corp_id, interview_id, token_hash, purpose, created_at) VALUES ('l1', 'ww_app', 'i1', 'hash', 'shown', ?0)`},
	{2, 0, `INSERT INTO scorecards (corp_id, interview_id, user_id, state, version, scores, recommendation, comment, updated_at, submitted_at)
		VALUES ('ww_app', 'i1', 'ChenMo', 'submitted', 1, '[{"criterion":"code","score":4}]', 'yes', '', ?0, ?0)`},
	{2, 14, `INSERT INTO messages (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, attempted_at)
		VALUES ('m1', 'ww_app', 'i1', 'invite', 'wecom', 'ChenMo', '陈默', 1, '{"was":"2026-12-01T02:00:00Z"}', 'failed', 1, '', '', '', 0, 'fault.internal', '', 'm1', ?0, ?0)`},
	{15, 49, `INSERT INTO messages (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, attempted_at)
		VALUES ('m1', 'ww_app', 'i1', 'invite', 'wecom', 'ChenMo', '陈默', 1, '{"was":"2026-12-01T02:00:00Z"}', 'failed', 1, '', '', '', 0, 'error.internal', '', 'm1', ?0, ?0)`},
	{50, 0, `INSERT INTO messages (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, attempted_at)
		VALUES ('m1', 'ww_app', 'i1', 'invite', 'wecom', 'ChenMo', '陈默', 1, '{"previousStart":"2026-12-01T02:00:00Z"}', 'failed', 1, '', '', '', 0, 'error.internal', '', 'm1', ?0, ?0)`},
	{50, 52, `INSERT INTO booking_offers (id, corp_id, position_id, candidate_id, organizer_id, title, round, duration_minutes, time_zone, interviewers, room_kind, room_url,
		meeting_kind, meeting_url, meeting_code, question_ids, note, slots, state, expires_at, request_reason, token_hash, mail_state, mail_failure, mail_number, version, created_by, created_at, updated_at)
		VALUES ('o1', 'ww_app', 'p1', 'c1', 'LinYue', '一面', 1, 60, 'UTC', '["ChenMo"]', 'builtin', '', '', '', '', '[]', '', '[]', 'expired', ?0, '', 'hash', 'failed',
		'{"code":"notify.mail.refused","params":{"Error":"550 no such user"}}', 1, 1, 'LinYue', ?0, ?0)`},
	{50, 52, `INSERT INTO exam_sittings (id, corp_id, candidate_id, exam_id, exam_name, external_id, state, mail, attempted, attempts, failure_code, failure_params, sent_by, created_at, sent_at)
		VALUES ('s1', 'ww_app', 'c1', 1, '', '', 'sent', 'failed', ?1, 1, 'exam.mail_refused', '{"Error":"550 no such user"}', 'LinYue', ?0, ?0)`},
	{2, 0, `INSERT INTO audit_log (id, corp_id, at, user_id, act, object_id, data) VALUES ('a1', 'ww_app', ?0, 'LinYue', 'interview.schedule', 'i1', '{}')`},
	{3, 0, `INSERT INTO rooms (id, corp_id, state, started_at, ended_at, created_at) VALUES ('i1', 'ww_app', 'ended', ?0, ?0, ?0)`},
	{3, 0, `INSERT INTO documents (id, corp_id, room_id, name) VALUES ('d1', 'ww_app', 'i1', 'code'), ('d2', 'ww_app', 'i1', 'notes')`},
	{3, 0, `INSERT INTO document_updates (document_id, first_version, count, corp_id, author, client_id, push_seq, at, body)
		VALUES ('d1', 0, 1, 'ww_app', 'member:ChenMo', 'k', 1, ?0, '[{"c":[[0,"print(1)"]],"e":"input.type"}]')`},
	{3, 0, `INSERT INTO document_snapshots (document_id, version, corp_id, body) VALUES ('d1', 1, 'ww_app', CAST('print(1)' AS {{blob}}))`},
	{3, 0, `INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data)
		VALUES ('i1', 1, 'ww_app', ?0, 'member:ChenMo', 'start', '', 0, '{}'), ('i1', 2, 'ww_app', ?0, 'member:ChenMo', 'end', '', 1, '{}')`},
	{4, 0, `INSERT INTO room_settings (corp_id, default_kind, updated_by, updated_at) VALUES ('ww_app', 'builtin', 'LinYue', ?0)`},
	{4, 8, `INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, wanted, made, tried, told, attempts, failure_code, failure_params, report, created_at, updated_at)
		VALUES ('r1', 'ww_app', 'i1', 'showmebug', 'failed', '', 2, 1, ?1, ?1, 1, 'fault.internal', '{}', '[]', ?0, ?0)`},
	{9, 14, `INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, desired_generation, observed_generation, attempted, announced, attempts, failure_code, failure_params, report, created_at, updated_at)
		VALUES ('r1', 'ww_app', 'i1', 'showmebug', 'failed', '', 2, 1, ?1, ?1, 1, 'fault.internal', '{}', '[]', ?0, ?0)`},
	{15, 0, `INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, desired_generation, observed_generation, attempted, announced, attempts, failure_code, failure_params, report, created_at, updated_at)
		VALUES ('r1', 'ww_app', 'i1', 'showmebug', 'failed', '', 2, 1, ?1, ?1, 1, 'error.internal', '{}', '[]', ?0, ?0)`},
	{4, 14, `INSERT INTO provider_members (corp_id, provider, user_id, email, mobile, source, state, external_id, failure_code, failure_params, updated_at)
		VALUES ('ww_app', 'showmebug', 'ChenMo', 'chen@example.com', '', 'wecom', 'member', '7', '', '{}', ?0)`},
	{15, 0, `INSERT INTO showmebug_members (corp_id, provider, user_id, email, mobile, source, state, external_id, failure_code, failure_params, updated_at)
		VALUES ('ww_app', 'showmebug', 'ChenMo', 'chen@example.com', '', 'wecom', 'member', '7', '', '{}', ?0)`},
	{5, 6, `INSERT INTO access_tokens (id, corp_id, kind, user_id, name, scopes, token_hash, hint, created_at, revoked_by) VALUES ('k1', 'ww_app', 'personal', 'LinYue', '脚本', '["interviews:read"]', 'hash', 'hm_', ?0, '')`},
	{7, 0, `INSERT INTO api_tokens (id, corp_id, kind, user_id, name, scopes, token_hash, hint, created_at, revoked_by) VALUES ('k1', 'ww_app', 'personal', 'LinYue', '脚本', '["interviews:read"]', 'hash', 'hm_', ?0, '')`},
	{6, 0, `INSERT INTO events (id, corp_id, seq, type, subject_id, actor, data, created_at, dispatched_at) VALUES ('e1', 'ww_app', 1, 'interview.scheduled', 'i1', 'LinYue', '{}', ?0, ?0)`},
	{6, 0, `INSERT INTO event_heads (corp_id, seq) VALUES ('ww_app', 1)`},
	{6, 0, `INSERT INTO webhook_endpoints (id, corp_id, url, event_types, description, state, secret, created_by, created_at, updated_at)
		VALUES ('w1', 'ww_app', 'https://example.com/hook', '["interview.scheduled"]', '', 'enabled', CAST('encrypted' AS {{blob}}), 'LinYue', ?0, ?0)`},
	{6, 14, `INSERT INTO webhook_deliveries (id, corp_id, endpoint_id, event_id, type, body, state, attempts, status, response, error_code, error, duration_ms, created_at)
		VALUES ('v1', 'ww_app', 'w1', 'e1', 'interview.scheduled', '{}', 'failed', 1, 0, '', 'fault.internal', '', 1, ?0)`},
	{15, 0, `INSERT INTO webhook_deliveries (id, corp_id, endpoint_id, event_id, type, body, state, attempts, status, response, error_code, error, duration_ms, created_at)
		VALUES ('v1', 'ww_app', 'w1', 'e1', 'interview.scheduled', '{}', 'failed', 1, 0, '', 'error.internal', '', 1, ?0)`},
	{6, 14, `INSERT INTO imports (id, corp_id, kind, file_name, lines, created_by, created_at) VALUES ('f1', 'ww_app', 'candidates', 'list.csv',
		'[{"row":2,"cells":{"name":"赵敏"},"issues":[{"column":"name","level":"notice","code":"sheet.merged_cell"}]}]', 'LinYue', ?0)`},
	{15, 0, `INSERT INTO imports (id, corp_id, kind, file_name, lines, created_by, created_at) VALUES ('f1', 'ww_app', 'candidates', 'list.csv',
		'[{"row":2,"cells":{"name":"赵敏"},"issues":[{"column":"name","level":"notice","code":"import.merged_cell"}]}]', 'LinYue', ?0)`},
}

// A database of an earlier version of the schema, with rows as that version wrote
// them, is migrated by the start of this version, which reads and adds rows.
func TestUpgradeFromEarlierSchemas(t *testing.T) {
	kinds := []db.Dialect{db.SQLite}
	if os.Getenv(dbtest.PostgresURLEnv) != "" {
		kinds = append(kinds, db.Postgres)
	}
	for _, kind := range kinds {
		versions, err := dbtest.Open(t, kind).MigrationVersions()
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range upgradedVersions(versions) {
			t.Run(fmt.Sprintf("%s/%04d", kind, version), func(t *testing.T) {
				url := dbtest.NewUnmigratedDatabase(t, kind)
				writeEarlierRows(t, url, version)
				u := &upgraded{t: t, version: version, app: startUpgraded(t, url)}
				u.checkPeople()
				u.checkInterview()
				u.checkRoom()
				u.checkIntegration()
				u.checkWriting()
			})
		}
	}
}

// upgradedVersions returns the versions from which an upgrade differs: the first with each
// form of the rows, and the last before the present one. From the versions between them
// the same rows pass fewer migrations.
func upgradedVersions(versions []int64) []int64 {
	last := versions[len(versions)-2]
	return slices.DeleteFunc(slices.Clone(versions), func(v int64) bool {
		return v != last && !slices.ContainsFunc(earlierRows, func(r earlierRow) bool { return r.first == v })
	})
}

func writeEarlierRows(t *testing.T, url string, version int64) {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := d.MigrateTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	blob := map[db.Dialect]string{db.SQLite: "BLOB", db.Postgres: "BYTEA"}[d.Dialect()]
	err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, row := range earlierRows {
			if version < row.first || row.last != 0 && version > row.last {
				continue
			}
			query := string(bytes.ReplaceAll([]byte(row.query), []byte("{{blob}}"), []byte(blob)))
			if _, err := tx.NewRaw(query, db.Now().Add(-time.Hour), true).Exec(ctx); err != nil {
				return fmt.Errorf("%s: %w", query, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// startUpgraded creates the parts of the product, which migrates the database. No job
// runs.
func startUpgraded(t *testing.T, url string) *App {
	t.Helper()
	a, err := New(t.Context(), Config{
		PublicURL: "http://127.0.0.1:1", DatabaseURL: url, CompanyName: "云杉科技", TimeZone: "Asia/Shanghai", Sandbox: Sandbox{SandboxHost: SandboxHost{Dir: t.TempDir(), Runsc: "/no/such/runsc", Slots: 1}},
		WeCom: WeCom{
			CorpID: testCorp, AgentID: testAgent, Secret: "very-secret-app-secret", Token: "verysecrettoken", EncodingAESKey: "verysecretAESkey0123456789012345678901234AB", BaseURL: "http://127.0.0.1:1",
		},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.DB.Close() })
	return a
}

// upgraded is the product on a database of an earlier version.
type upgraded struct {
	t       *testing.T
	version int64
	app     *App
}

var upgradeActor = actor.ForMember(testCorp, "LinYue", actor.Administrator|actor.Recruiter)

// requireOne fails the test unless a list has one element and err is nil.
func requireOne[T any](t *testing.T, what string, list []T, err error) *T {
	t.Helper()
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: %d, %v; want one", what, len(list), err)
	}
	return &list[0]
}

func (u *upgraded) checkPeople() {
	u.t.Helper()
	members, _, err := u.app.Accounts.FindMembers(u.t.Context(), testCorp, account.MemberQuery{Text: "chenmo"})
	requireOne(u.t, "members by pinyin", members, err)
	if u.version < 2 {
		return
	}
	candidates, _, err := u.app.Candidates.List(u.t.Context(), upgradeActor, candidate.Filter{Query: "wangjing"})
	if c := requireOne(u.t, "candidates by pinyin", candidates, err); c.PositionTitle != "Go 工程师" || c.Version != 1 {
		u.t.Errorf("candidate %+v", c)
	}
	positions, _, err := u.app.Positions.List(u.t.Context(), upgradeActor, position.Filter{Query: "gongchengshi"})
	if p := requireOne(u.t, "positions by pinyin", positions, err); p.Candidates != 1 || len(p.QuestionIDs) != 1 {
		u.t.Errorf("position %+v", p)
	}
	questions, _, err := u.app.Questions.List(u.t.Context(), upgradeActor, question.Filter{Tag: "数组"})
	requireOne(u.t, "questions by tag", questions, err)
	restored, err := u.app.Questions.Restore(u.t.Context(), upgradeActor, "q1", 1, 1)
	if err != nil || restored.Version != 1 || restored.Body != "题面" {
		u.t.Errorf("the version of a question: %+v, %v", restored, err)
	}
	versions, _, err := u.app.Questions.ListVersions(u.t.Context(), upgradeActor, "q1", pagination.Page{})
	if v := requireOne(u.t, "versions of a question", versions, err); v.Number != 1 || v.By.UserID != "LinYue" {
		u.t.Errorf("version %+v", v)
	}
}

func (u *upgraded) checkInterview() {
	u.t.Helper()
	if u.version < 2 {
		return
	}
	interviews, _, err := u.app.Interview.List(u.t.Context(), upgradeActor, interview.Filter{Query: "wangjing"})
	requireOne(u.t, "interviews by pinyin", interviews, err)
	i, err := u.app.Interview.Get(u.t.Context(), upgradeActor, "i1")
	if err != nil {
		u.t.Fatal(err)
	}
	if i.Candidate.Name != "王静" || len(i.Interviewers) != 1 || len(i.Questions) != 1 || i.Link == interview.LinkNone {
		u.t.Errorf("interview %+v", i)
	}
	messages, err := u.app.Interview.InterviewMessages(u.t.Context(), upgradeActor, "i1")
	if m := requireOne(u.t, "messages", messages, err); m.ErrorCode != "error.internal" || m.Data.PreviousStart == nil {
		u.t.Errorf("message %+v", m)
	}
	u.checkCandidateMail()
	if _, err := worklist.NewOverview(u.t.Context(), u.app.Interview, upgradeActor, time.UTC); err != nil {
		u.t.Errorf("overview: %v", err)
	}
	if u.version < 4 {
		return
	}
	var code string
	if err := u.app.DB.NewRaw("SELECT failure_code FROM interview_rooms WHERE desired_generation = 2").Scan(u.t.Context(), &code); err != nil || code != "error.internal" {
		u.t.Errorf("the room at ShowMeBug has the error %q: %v", code, err)
	}
}

// checkCandidateMail checks that the mails about offers and written tests are in the log of
// messages.
func (u *upgraded) checkCandidateMail() {
	u.t.Helper()
	if u.version < 50 || u.version > 52 {
		return
	}
	offer, err := u.app.Bookings.Get(u.t.Context(), upgradeActor, "o1", "")
	if err != nil || offer.Mail.MailState() != message.MailFailed || offer.Mail.Failure().Params["Error"] != "550 no such user" {
		u.t.Errorf("the offer has the mail %+v, %v", offer.Mail, err)
	}
	sittings, err := u.app.ShowMeBug.Sittings(u.t.Context(), upgradeActor, "c1")
	if v := requireOne(u.t, "written tests", sittings, err); v.MailState() != message.MailFailed || v.Failure().Code != "notify.mail.refused" || v.Mail.CandidateID != "c1" {
		u.t.Errorf("written test %+v", v)
	}
}

func (u *upgraded) checkRoom() {
	u.t.Helper()
	if u.version < 3 {
		return
	}
	summary, err := u.app.Rooms.Summary(u.t.Context(), testCorp, "i1")
	if err != nil || len(summary.Answers) != 1 || summary.Answers[0].Code != "print(1)" {
		u.t.Errorf("summary %+v, %v", summary, err)
	}
	export, err := u.app.Transcripts.Open(u.t.Context(), upgradeActor, "i1", transcript.Staff)
	if err != nil {
		u.t.Fatal(err)
	}
	var document bytes.Buffer
	if err := export.WriteJSON(u.t.Context(), &document); err != nil {
		u.t.Fatal(err)
	}
	if report, err := transcript.Verify(&document, nil); err != nil || len(report.Seals) != 1 || len(report.Streams) != 3 {
		u.t.Errorf("export %+v, %v", report, err)
	}
}

func (u *upgraded) checkIntegration() {
	u.t.Helper()
	if u.version >= 5 {
		tokens, err := u.app.APITokens.List(u.t.Context(), actor.WithoutRoles(testCorp, "LinYue"))
		requireOne(u.t, "API tokens", tokens, err)
	}
	if u.version < 6 {
		return
	}
	endpoints, err := u.app.Webhooks.List(u.t.Context(), upgradeActor)
	requireOne(u.t, "webhooks", endpoints, err)
	deliveries, _, err := u.app.Webhooks.Deliveries(u.t.Context(), upgradeActor, "w1", webhook.DeliveryFilter{})
	if d := requireOne(u.t, "deliveries", deliveries, err); d.ErrorCode != "error.internal" {
		u.t.Errorf("delivery %+v", d)
	}
	result, err := u.app.Importer.Commit(u.t.Context(), importer.Setting{Actor: upgradeActor, TimeZone: "Asia/Shanghai"}, "f1", false, importer.Choices{})
	if err != nil || result.Created != 1 || result.Outcomes[0].Issues[0].Code != "import.merged_cell" {
		u.t.Errorf("import %+v, %v", result, err)
	}
}

func (u *upgraded) checkWriting() {
	u.t.Helper()
	p, err := u.app.Positions.Create(u.t.Context(), upgradeActor, position.Position{Title: "前端工程师"})
	if err != nil {
		u.t.Fatal(err)
	}
	if _, err := u.app.Candidates.Create(u.t.Context(), upgradeActor, candidate.Candidate{Name: "周周", PositionID: p.ID}, false); err != nil {
		u.t.Error(err)
	}
}
