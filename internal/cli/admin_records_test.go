package cli

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/signing/signingtest"
)

// setAdminSettings points the admin commands to the database of an API fixture.
func setAdminSettings(t *testing.T, o *apiFixture) {
	t.Helper()
	for name, value := range map[string]string{
		"DATABASE_URL": filepath.Join(o.dir, "test.db"), "WECOM_CORP_ID": testCorp, "WECOM_SECRET": testSecret, "ADMINISTRATORS": "LinYue", "WECOM_BASE_URL": o.weComURL,
	} {
		t.Setenv("HUIMIAN_"+name, value)
	}
	t.Setenv("LANG", "en_US.UTF-8")
	t.Setenv("LC_ALL", "")
}

// readAudit returns the lines of the audit log.
func readAudit(t *testing.T, args ...string) []auditLine {
	t.Helper()
	out, errs, code := runAdmin(t, append([]string{"audit", "--json"}, args...)...)
	if code != ExitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var lines []auditLine
	for text := range strings.Lines(out) {
		var line auditLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestAdminRoles(t *testing.T) {
	o := newAPIFixture(t)
	setAdminSettings(t, o)
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"appoint", "chenmo"}, ExitOK, "administrator, recruiter, interviewer"},
		{[]string{"dismiss", "ChenMo"}, ExitOK, "recruiter, interviewer"},
		{[]string{"dismiss", "ChenMo", "--role", "recruiter"}, ExitOK, "interviewer"},
		{[]string{"appoint", "NoSuchMember"}, ExitError, "NoSuchMember"},
		{[]string{"dismiss", "LinYue"}, ExitError, "HUIMIAN_ADMINISTRATORS"},
		{[]string{"appoint", "ChenMo", "--role", "interviewer"}, ExitUsage, "--role"},
	} {
		if out, errs, code := runAdmin(t, tc.args...); code != tc.code || !strings.Contains(out+errs, tc.want) {
			t.Errorf("%v: exit %d: %s%s", tc.args, code, out, errs)
		}
	}
	lines := readAudit(t, "--action", "member.roles", "--object", "ChenMo")
	if len(lines) != 3 || lines[0].Actor != "" || lines[0].Data["roles"] != "interviewer" || !strings.Contains(lines[2].Data["roles"], "administrator") {
		t.Errorf("%+v", lines)
	}
}

func TestAdminAudit(t *testing.T) {
	o := newAPIFixture(t)
	setAdminSettings(t, o)
	before := time.Now().UTC().Add(-time.Minute)
	for _, name := range []string{"first", "second"} {
		if out, errs, code := runAdmin(t, "token", name, "--user", "LinYue"); code != ExitOK {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
	}
	if _, errs, code := runAdmin(t, "appoint", "ChenMo"); code != ExitOK {
		t.Fatal(errs)
	}
	all := readAudit(t)
	for name, tc := range map[string]struct {
		args []string
		want func(auditLine) bool
	}{
		"action":           {[]string{"--action", "token.create"}, func(l auditLine) bool { return l.Action == "token.create" }},
		"beginning":        {[]string{"--action", "token."}, func(l auditLine) bool { return strings.HasPrefix(l.Action, "token.") }},
		"actor":            {[]string{"--actor", "LinYue"}, func(l auditLine) bool { return l.Actor == "LinYue" }},
		"object":           {[]string{"--object", "ChenMo"}, func(l auditLine) bool { return l.Object == "ChenMo" }},
		"since":            {[]string{"--since", before.Format(time.RFC3339)}, func(l auditLine) bool { return !l.At.Before(before.Truncate(time.Second)) }},
		"until":            {[]string{"--until", before.Format(time.RFC3339)}, func(l auditLine) bool { return l.At.Before(before.Truncate(time.Second)) }},
		"part of a word":   {[]string{"--action", "token"}, func(auditLine) bool { return false }},
		"a limit":          {[]string{"--limit", "1"}, func(l auditLine) bool { return l.ID == all[0].ID }},
		"an SQL wild card": {[]string{"--action", "%."}, func(auditLine) bool { return false }},
	} {
		want := 0
		for _, line := range all {
			if tc.want(line) {
				want++
			}
		}
		got := readAudit(t, tc.args...)
		for _, line := range got {
			if !tc.want(line) {
				t.Errorf("%s: %+v", name, line)
			}
		}
		if len(got) != want {
			t.Errorf("%s: %d entries, want %d", name, len(got), want)
		}
	}
	if out, _, _ := runAdmin(t, "audit"); !strings.Contains(out, "ACTION") || strings.Count(out, "token.create") < 2 {
		t.Error(out)
	}
	for _, args := range [][]string{{"audit", "--limit", "0"}, {"audit", "--limit", "10001"}, {"audit", "--since", "yesterday"}} {
		if _, errs, code := runAdmin(t, args...); code != ExitUsage {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
}

// An unaltered log exits with 0, a difference or an unknown head with 1.
func TestAdminVerifyAudit(t *testing.T) {
	clearSettings(t)
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		d := dbtest.Reopen(t, url)
		chain := &audit.Chain{DB: d, Keys: signingtest.NewKeys(t, d, "secret", db.Now), Logger: slog.New(slog.DiscardHandler)}
		for range 3 {
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return audit.Write(ctx, tx, db.Now(), actor.System("ww1"), "job.retry", "7", nil)
			})
			if err := errors.Join(err, chain.SealNew(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		for name, value := range map[string]string{"DATABASE_URL": url, "WECOM_CORP_ID": "ww1", "WECOM_SECRET": testSecret} {
			t.Setenv("HUIMIAN_"+name, value)
		}
		out, errs, code := runAdmin(t, "verify-audit", "--json")
		var report struct{ Head string }
		if err := json.Unmarshal([]byte(out), &report); err != nil || code != ExitOK || !strings.HasPrefix(report.Head, "3:") {
			t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
		}
		other := "3:" + strings.Repeat("0", 64)
		for _, tc := range []struct {
			args []string
			code int
			want string
		}{
			{[]string{"--head", report.Head}, ExitOK, report.Head},
			{[]string{"--head", other}, ExitError, "rewound"},
			{[]string{"--head", "3"}, ExitUsage, "SEQ:HASH"},
		} {
			if out, errs, code := runAdmin(t, append([]string{"verify-audit"}, tc.args...)...); code != tc.code || !strings.Contains(out+errs, tc.want) {
				t.Errorf("%v: exit %d: %s%s", tc.args, code, out, errs)
			}
		}
		if _, err := d.NewRaw("DELETE FROM audit_log WHERE id = (SELECT entry_id FROM audit_chain WHERE seq = 2)").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if out, errs, code := runAdmin(t, "verify-audit"); code != ExitError || !strings.Contains(out, "missing") || !strings.Contains(errs, "not what was sealed") {
			t.Errorf("a deleted entry: exit %d: %s%s", code, out, errs)
		}
	})
}

func TestAdminMessages(t *testing.T) {
	clearSettings(t)
	t.Setenv("LANG", "en_US.UTF-8")
	t.Setenv("LC_ALL", "")
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		fillDatabase(t, url)
		for name, value := range map[string]string{"DATABASE_URL": url, "WECOM_CORP_ID": "ww1", "WECOM_SECRET": testSecret} {
			t.Setenv("HUIMIAN_"+name, value)
		}
		list := func(state string) string {
			t.Helper()
			out, errs, code := runAdmin(t, "messages", "--state", state)
			if code != ExitOK {
				t.Fatalf("exit %d: %s", code, errs)
			}
			return out
		}
		if out := list("queued"); !strings.Contains(out, "due ") || !strings.Contains(out, "later ") || strings.Contains(out, "sent ") {
			t.Error(out)
		}
		for _, tc := range []struct {
			args []string
			code int
			want string
		}{
			{[]string{"messages", "cancel", "due", "later"}, ExitOK, "cancelled"},
			{[]string{"messages", "cancel", "due"}, ExitOK, "cancelled"},
			{[]string{"messages", "cancel", "sent"}, ExitError, "already been sent"},
			{[]string{"messages", "retry", "sending"}, ExitError, "being sent"},
			{[]string{"messages", "retry", "later"}, ExitOK, "queued"},
			{[]string{"messages", "retry", "no-such-id"}, ExitError, "no-such-id"},
			{[]string{"messages", "--state", "lost"}, ExitUsage, "--state"},
		} {
			if out, errs, code := runAdmin(t, tc.args...); code != tc.code || !strings.Contains(out+errs, tc.want) {
				t.Errorf("%v: exit %d: %s%s", tc.args, code, out, errs)
			}
		}
		if out := list("skipped"); !strings.Contains(out, "due ") || strings.Contains(out, "later ") {
			t.Error(out)
		}
		var actions []string
		for _, line := range readAudit(t) {
			actions = append(actions, line.Action+" "+line.Object)
		}
		if got := strings.Join(actions, ", "); got != "message.retry later, message.cancel later, message.cancel due" {
			t.Error(got)
		}
		var jobs int
		if err := dbtest.Reopen(t, url).NewRaw("SELECT COUNT(*) FROM river_job WHERE kind = 'interview_deliver'").Scan(t.Context(), &jobs); err != nil || jobs != 1 {
			t.Errorf("%d jobs, %v", jobs, err)
		}
	})
}

// Jobs are listed by state, retried and cancelled, with an entry in the audit log.
func TestAdminJobs(t *testing.T) {
	o := newAPIFixture(t)
	setAdminSettings(t, o)
	d := dbtest.Reopen(t, filepath.Join(o.dir, "test.db"))
	const query = `INSERT INTO river_job (args, kind, state, max_attempts, attempt, attempted_at, finalized_at, scheduled_at, errors) VALUES
		(jsonb('{}'), 'test_cli', 'discarded', 3, 3, '2026-11-01 00:00:00', '2026-11-01 00:00:00', '2026-11-01 00:00:00', jsonb('[{"error":"first"},{"error":"receiver is gone"}]')),
		(jsonb('{}'), 'test_cli', 'scheduled', 3, 0, NULL, NULL, '2036-11-01 00:00:00', NULL) RETURNING id`
	var ids []string
	if err := d.NewRaw(query).Scan(t.Context(), &ids); err != nil {
		t.Fatal(err)
	}
	failed, scheduled := ids[0], ids[1]
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"jobs", "--kind", "test_cli"}, ExitOK, "receiver is gone"},
		{[]string{"jobs", "--state", "lost"}, ExitError, "discarded"},
		{[]string{"jobs", "cancel", failed}, ExitError, "its state is discarded"},
		{[]string{"jobs", "cancel", scheduled, failed}, ExitError, "its state is discarded"}, // all or none
		{[]string{"jobs", "cancel", scheduled}, ExitOK, "cancelled"},
		{[]string{"jobs", "retry", failed}, ExitOK, "queued"},
		{[]string{"jobs", "retry", "987654321"}, ExitError, "not found"},
		{[]string{"jobs", "--kind", "test_cli", "--state", "cancelled", "--json"}, ExitOK, `"state": "cancelled"`},
	} {
		if out, errs, code := runAdmin(t, tc.args...); code != tc.code || !strings.Contains(out+errs, tc.want) {
			t.Errorf("%v: exit %d: %s%s", tc.args, code, out, errs)
		}
	}
	lines := readAudit(t, "--action", "job.")
	if len(lines) != 2 || lines[0].Action != "job.retry" || lines[0].Object != failed || lines[0].Data["kind"] != "test_cli" || lines[1].Action != "job.cancel" {
		t.Errorf("audit log: %+v", lines)
	}
}
