package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// adminProgram is the part of the grammar of cmd/huimian that works on the database.
type adminProgram struct {
	Admin Admin `cmd:""`
}

func runAdmin(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Execute(t.Context(), &adminProgram{}, append([]string{"admin"}, args...), IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, kong.Resolvers(app.FileResolver()))
	return stdout.String(), stderr.String(), code
}

func TestAdminTokensAndSessions(t *testing.T) {
	o := newAPIFixture(t)
	for name, value := range map[string]string{
		"DATABASE_URL": filepath.Join(o.dir, "test.db"), "WECOM_CORP_ID": testCorp, "WECOM_SECRET": testSecret, "ADMINISTRATORS": "LinYue",
		"WECOM_BASE_URL": o.weComURL,
	} {
		t.Setenv("HUIMIAN_"+name, value)
	}
	for name, args := range map[string][]string{
		"company": {"token", "ATS"}, "personal": {"token", "terminal", "--user", "LinYue", "--scope", "candidates:read", "--expires", "1h"},
	} {
		token, errs, code := runAdmin(t, args...)
		if code != ExitOK || !strings.HasPrefix(token, "hm_") {
			t.Fatalf("%s: exit %d: %s%s", name, code, token, errs)
		}
		t.Setenv("HUIMIAN_API_TOKEN", strings.TrimSpace(token))
		if out, errs, code := o.runCommand("candidate", "list"); code != ExitOK {
			t.Errorf("%s: exit %d: %s%s", name, code, out, errs)
		}
	}
	for name, args := range map[string][]string{
		"unknown scope": {"token", "x", "--scope", "moon:walk"}, "unknown member": {"token", "x", "--user", "Nobody"},
	} {
		if out, errs, code := runAdmin(t, args...); code != ExitError || out != "" {
			t.Errorf("%s: exit %d: %s%s", name, code, out, errs)
		}
	}

	if out, errs, code := runAdmin(t, "sessions"); code != ExitOK || strings.Contains(out, "LinYue") {
		t.Errorf("without a session: exit %d: %s%s", code, out, errs)
	}
	o.signIn("LinYue")
	o.signIn("LinYue")
	o.signIn("ChenMo")
	if out, _, _ := runAdmin(t, "sessions", "--user", "linyue"); strings.Count(out, "LinYue") != 2 || strings.Contains(out, "ChenMo") {
		t.Errorf("sessions:\n%s", out)
	}
	if out, errs, code := runAdmin(t, "revoke", "LinYue", "--json"); code != ExitOK || !strings.Contains(out, `"ended": 2`) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if out, _, _ := runAdmin(t, "sessions"); strings.Contains(out, "LinYue") || strings.Count(out, "ChenMo") != 1 {
		t.Errorf("after the revocation:\n%s", out)
	}
	if _, errs, code := runAdmin(t, "revoke"); code != ExitUsage || !strings.Contains(errs, "--all") {
		t.Errorf("revoke without a member: exit %d: %s", code, errs)
	}
	if out, errs, code := runAdmin(t, "revoke", "--all", "--json"); code != ExitOK || !strings.Contains(out, `"ended": 1`) {
		t.Errorf("revoke --all: exit %d: %s%s", code, out, errs)
	}
}

// signIn stores a session of a member.
func (o *apiFixture) signIn(userID string) {
	o.t.Helper()
	ctx, err := o.accounts.Sessions.Load(o.t.Context(), "")
	if err == nil {
		err = o.accounts.SignIn(ctx, testCorp, userID)
	}
	if err == nil {
		_, _, err = o.accounts.Sessions.Commit(ctx)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestRotateKeysCommand(t *testing.T) {
	clearSettings(t)
	path := filepath.Join(t.TempDir(), "test.db")
	t.Setenv("HUIMIAN_DATABASE_URL", path)
	t.Setenv("HUIMIAN_WECOM_SECRET", testSecret)
	if _, errs, code := runAdmin(t, "rotate-keys"); code != ExitError || !strings.Contains(errs, "huimian migrate") {
		t.Errorf("without a database: exit %d: %s", code, errs)
	}
	d, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	box, err := secretbox.NewBox([]byte(testSecret), "tokens")
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO tokens (token_key, corp_id, value) VALUES ('k', ?, ?)", testCorp, box.Encrypt([]byte("plain"), "k")).Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	key, _, code := runAdmin(t, "generate-key")
	if code != ExitOK {
		t.Fatalf("exit %d", code)
	}
	t.Setenv("HUIMIAN_SECRET_KEY", key)
	for _, want := range []string{`"reencrypted": 1`, `"current": 1`} {
		if out, errs, code := runAdmin(t, "rotate-keys", "--json"); code != ExitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d: %s%s", code, out, errs)
		}
	}
	t.Setenv("HUIMIAN_SECRET_KEY", secretbox.GenerateKey())
	if out, errs, code := runAdmin(t, "rotate-keys"); code != ExitError || !strings.Contains(out, "UNREADABLE") || errs != "" {
		t.Errorf("with an unknown key: exit %d: %s%s", code, out, errs)
	}
	t.Setenv("HUIMIAN_SECRET_KEY", "hidden")
	if _, errs, code := runAdmin(t, "rotate-keys"); code == ExitOK || !strings.Contains(errs, "HUIMIAN_SECRET_KEY") || strings.Contains(errs, "hidden") {
		t.Errorf("with an invalid key: exit %d: %s", code, errs)
	}
}
