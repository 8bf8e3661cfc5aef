package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
)

// backupProgram is the part of the grammar of cmd/huimian that copies databases.
type backupProgram struct {
	Migrate Migrate `cmd:""`
	Backup  Backup  `cmd:""`
	Restore Restore `cmd:""`
	Move    Move    `cmd:""`
}

func runBackup(t *testing.T, database string, args ...string) (out, errs string, code int) {
	t.Helper()
	t.Setenv("HUIMIAN_DATABASE_URL", database)
	var stdout, stderr bytes.Buffer
	code = Execute(t.Context(), &backupProgram{}, args, IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, kong.Resolvers(app.FileResolver()))
	return stdout.String(), stderr.String(), code
}

// fillDatabase writes a company with a message in each state.
func fillDatabase(t *testing.T, url string) {
	t.Helper()
	d := dbtest.Reopen(t, url)
	now := db.Now()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('ww1', '云杉科技', 'Asia/Shanghai', ?0)`,
			`INSERT INTO scorecard_templates (id, corp_id, template_key, title, criteria, created_at) VALUES ('t1', 'ww1', 'default', '{"zh-CN":"评价"}', '[]', ?0)`,
			`INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
				VALUES ('p1', 'ww1', 'Go 工程师', '研发部', '', 1, '', 'open', '[]', 't1', 'LinYue', ?0, ?0)`,
			`INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
				VALUES ('c1', 'ww1', '王静', 'jing@example.com', '', 'p1', '', '', '', 'zh-CN', 'LinYue', ?0, ?0)`,
			`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url, organizer_id, question_ids, template_id, note, cancel_reason,
				decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
				VALUES ('i1', 'ww1', '一面', 1, 'scheduled', 'p1', 'c1', ?0, ?0, 'Asia/Shanghai', 'builtin', '', 'LinYue', '[]', 't1', '', '', '', '', '', 1, 1, ?0, ?0)`,
		} {
			if _, err := tx.NewRaw(query, now).Exec(ctx); err != nil {
				return err
			}
		}
		for id, m := range map[string]struct {
			state string
			due   any
		}{"sent": {"sent", nil}, "due": {"queued", now}, "later": {"queued", now.Add(time.Hour)}, "sending": {"sending", nil}} {
			_, err := tx.NewRaw(`INSERT INTO messages (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, msgid, response_code,
				card_state, errcode, error_code, error, dedup, created_at, next_attempt_at) VALUES (?, 'ww1', 'i1', 'invite', 'wecom', 'LinYue', '', 1, '{}', ?, 0, '', '', '', 0, '', '', ?, ?, ?)`,
				id, m.state, id, now, m.due).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// addReminder inserts the job of a reminder.
func addReminder(t *testing.T, url string, at time.Time) {
	t.Helper()
	d := dbtest.Reopen(t, url)
	queue, err := job.New(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return queue.Insert(ctx, tx, interview.ReminderArgs{CorpID: "ww1", InterviewID: "i1"}, job.RunAt(at))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newTargets returns addresses of empty databases of the kinds of this machine.
func newTargets(t *testing.T) []string {
	t.Helper()
	targets := []string{filepath.Join(t.TempDir(), "below", "huimian.db")}
	if os.Getenv(dbtest.PostgresURLEnv) != "" {
		targets = append(targets, dbtest.NewUnmigratedDatabase(t, db.Postgres))
	}
	return targets
}

func messageStates(t *testing.T, url string) map[string]string {
	t.Helper()
	var rows []struct {
		ID    string `bun:"id"`
		State string `bun:"state"`
	}
	if err := dbtest.Reopen(t, url).NewRaw("SELECT id, state FROM messages").Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, row := range rows {
		states[row.ID] = row.State
	}
	return states
}

// A backup is restored into either database. Messages that were due are held, and
// reminders whose time is over are left out, because they may have been sent after the
// backup.
func TestBackupAndRestore(t *testing.T) {
	clearSettings(t)
	dbtest.RunWithURL(t, func(t *testing.T, source string) {
		fillDatabase(t, source)
		addReminder(t, source, time.Now().Add(-time.Minute))
		addReminder(t, source, time.Now().Add(time.Hour))
		file := filepath.Join(t.TempDir(), "backup")
		out, errs, code := runBackup(t, source, "backup", file, "--json")
		var written backup.Summary
		if err := json.Unmarshal([]byte(out), &written); code != ExitOK || err != nil {
			t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if names, _ := os.ReadDir(filepath.Dir(file)); len(names) != 1 {
			t.Errorf("%d files are left", len(names))
		}
		if _, errs, code := runBackup(t, source, "backup", file); code != ExitUsage || !strings.Contains(errs, "already exists") {
			t.Errorf("exit %d: %s", code, errs)
		}
		if out, errs, code := runBackup(t, source, "restore", file, "--verify"); code != ExitOK || !strings.Contains(out, "sealed logs") {
			t.Errorf("verify: exit %d: %s%s", code, out, errs)
		}
		if _, errs, code := runBackup(t, source, "restore", file); code != ExitError || !strings.Contains(errs, "not empty") {
			t.Errorf("into the source: exit %d: %s", code, errs)
		}
		for _, target := range newTargets(t) {
			out, errs, code := runBackup(t, target, "restore", file, "--json")
			var restored app.Restored
			if err := json.Unmarshal([]byte(out), &restored); code != ExitOK || err != nil {
				t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
			}
			if restored.HeldMessages != 2 || restored.SkippedReminders != 1 || backup.Compare(&written, restored.Summary) != nil {
				t.Errorf("%+v", restored)
			}
			var reminders int
			if err := dbtest.Reopen(t, target).NewRaw("SELECT COUNT(*) FROM river_job WHERE kind = 'interview_reminder' AND state = 'scheduled'").Scan(t.Context(), &reminders); err != nil || reminders != 1 {
				t.Errorf("%d reminders, %v", reminders, err)
			}
			for id, want := range map[string]string{"sent": "sent", "due": "failed", "later": "queued", "sending": "failed"} {
				if got := messageStates(t, target)[id]; got != want {
					t.Errorf("the message %s is %s, want %s", id, got, want)
				}
			}
		}
	})
}

func TestEncryptedBackup(t *testing.T) {
	clearSettings(t)
	dir, source := t.TempDir(), dbtest.NewDatabase(t, db.SQLite)
	fillDatabase(t, source)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"right": "correct horse\n", "wrong": "wrong horse", "empty": "\n", "key": key.String() + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, args := range map[string][]string{
		"by-passphrase": {"--passphrase-from", path("right")}, "by-key": {"--recipient", key.Recipient().String()},
	} {
		if out, errs, code := runBackup(t, source, append([]string{"backup", path(name)}, args...)...); code != ExitOK {
			t.Fatalf("%s: exit %d: %s%s", name, code, out, errs)
		}
	}
	for name, tc := range map[string]struct {
		args []string
		code int
		want string
	}{
		"passphrase":       {[]string{"restore", path("by-passphrase"), "--verify", "--passphrase-from", path("right")}, ExitOK, ""},
		"key":              {[]string{"restore", path("by-key"), "--verify", "--identity-from", path("key")}, ExitOK, ""},
		"wrong passphrase": {[]string{"restore", path("by-passphrase"), "--verify", "--passphrase-from", path("wrong")}, ExitError, "is another one"},
		"no passphrase":    {[]string{"restore", path("by-passphrase"), "--verify"}, ExitError, "is encrypted"},
		"empty passphrase": {[]string{"backup", path("x"), "--passphrase-from", path("empty")}, ExitUsage, "contains no passphrase"},
		"two methods":      {[]string{"backup", path("x"), "--passphrase-from", path("right"), "--recipient", "age1"}, ExitUsage, "not both"},
		"no recipient":     {[]string{"backup", path("x"), "--recipient", "age1nobody"}, ExitUsage, "--recipient"},
		"no identity":      {[]string{"restore", path("by-key"), "--verify", "--identity-from", path("right")}, ExitUsage, "--identity-from"},
		"no backup":        {[]string{"restore", path("right"), "--verify"}, ExitError, "not a backup"},
		"no such folder":   {[]string{"backup", path("no/such/folder/x")}, ExitUsage, "no such file"},
	} {
		if _, errs, code := runBackup(t, source, tc.args...); code != tc.code || !strings.Contains(errs, tc.want) {
			t.Errorf("%s: exit %d: %s", name, code, errs)
		}
	}
	if _, err := os.Stat(path("x")); err == nil {
		t.Error("a failed backup left a file")
	}
}

// A failed restore leaves no SQLite file, and a file that a server uses is refused.
func TestRestoreLeavesNothing(t *testing.T) {
	clearSettings(t)
	dir, source := t.TempDir(), dbtest.NewDatabase(t, db.SQLite)
	fillDatabase(t, source)
	file := filepath.Join(dir, "backup")
	if _, errs, code := runBackup(t, source, "backup", file); code != ExitOK {
		t.Fatal(errs)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, "damaged")
	if err := os.WriteFile(damaged, raw[:len(raw)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(dir, "target")
	if err := os.Mkdir(target, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := runBackup(t, filepath.Join(target, "huimian.db"), "restore", damaged); code != ExitError || !strings.Contains(errs, "truncated") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if names, _ := os.ReadDir(target); len(names) != 0 {
		t.Errorf("files are left: %v", names)
	}
	empty := dbtest.NewDatabase(t, db.SQLite)
	server := dbtest.Reopen(t, empty)
	if err := server.LockFile(); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := runBackup(t, empty, "restore", file); code != ExitError || !strings.Contains(errs, "another Huimian process") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := runBackup(t, empty, "restore", file); code != ExitOK {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// A move takes messages as they are, in both directions, and rows can be added after it.
func TestMove(t *testing.T) {
	clearSettings(t)
	dbtest.RunWithURL(t, func(t *testing.T, source string) {
		fillDatabase(t, source)
		for _, target := range newTargets(t) {
			out, errs, code := runBackup(t, "", "move", "--from", source, "--to", target, "--json")
			var moved backup.Summary
			if err := json.Unmarshal([]byte(out), &moved); code != ExitOK || err != nil {
				t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
			}
			if states := messageStates(t, target); states["due"] != "queued" || states["sending"] != "sending" || !moved.Sessions || moved.Program == "" || moved.CreatedAt.IsZero() {
				t.Errorf("%v", states)
			}
			d := dbtest.Reopen(t, target)
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("INSERT INTO departments (corp_id, department_id, parent_id, name) VALUES ('ww1', 1, 0, '研发部')").Exec(ctx)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if _, errs, code := runBackup(t, "", "move", "--from", source, "--to", target); code != ExitError || !strings.Contains(errs, "not empty") {
				t.Errorf("a second move: exit %d: %s", code, errs)
			}
		}
		if _, errs, code := runBackup(t, "", "move", "--from", source, "--to", "mysql://x"); code != ExitUsage || !strings.Contains(errs, "--to") {
			t.Errorf("exit %d: %s", code, errs)
		}
		if _, errs, code := runBackup(t, "", "move", "--from", filepath.Join(t.TempDir(), "absent"), "--to", source); code != ExitError || !strings.Contains(errs, "there is no database") {
			t.Errorf("exit %d: %s", code, errs)
		}
	})
}

func TestMoveContinues(t *testing.T) {
	clearSettings(t)
	dbtest.RunWithURL(t, func(t *testing.T, source string) {
		fillDatabase(t, source)
		for _, target := range newTargets(t) {
			interruptMove(t, source, target)
			unfinished := target // a server must not use it
			if !db.IsPostgresURL(target) {
				unfinished += ".moving"
				if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("the file is there before it is complete: %v", err)
				}
			}
			if _, errs, code := runBackup(t, unfinished, "migrate"); code != ExitError || !strings.Contains(errs, "--restart") {
				t.Errorf("migrating a part: exit %d: %s", code, errs)
			}
			dbtest.Exec(t, dbtest.Reopen(t, source), "UPDATE corps SET name = name || '!'")
			if _, errs, code := runBackup(t, "", "move", "--from", source, "--to", target); code != ExitError || !strings.Contains(errs, "changed since") {
				t.Errorf("from a changed source: exit %d: %s", code, errs)
			}
			if out, errs, code := runBackup(t, "", "move", "--from", source, "--to", target, "--restart"); code != ExitOK || !strings.Contains(out, "messages") {
				t.Errorf("from the beginning: exit %d: %s%s", code, out, errs)
			}
			if states := messageStates(t, target); len(states) != 4 {
				t.Errorf("%v", states)
			}
		}
		for _, target := range newTargets(t) {
			interruptMove(t, source, target)
			if _, errs, code := runBackup(t, "", "move", "--from", source, "--to", target); code != ExitOK {
				t.Errorf("continuing: exit %d: %s", code, errs)
			}
			if states := messageStates(t, target); len(states) != 4 {
				t.Errorf("%v", states)
			}
			if _, err := os.Stat(target + ".moving"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the unfinished file is still there: %v", err)
			}
		}
	})
}

// interruptMove cancels a move when the first rows are stored.
func interruptMove(t *testing.T, source, target string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := backup.CopyOptions{Progress: func(int, int) { cancel() }}
	_, err := app.MoveDatabase(ctx, app.Config{DatabaseURL: source}, app.Config{DatabaseURL: target}, o)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "to continue") {
		t.Fatal(err)
	}
}
