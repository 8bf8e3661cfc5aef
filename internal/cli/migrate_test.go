package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestMigrateCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huimian.db")
	if err := dbtest.Reopen(t, path).MigrateTo(t.Context(), 50); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"migrate", "--copy-url", "postgres://db/copy"}, ExitUsage, "--check"},
		{[]string{"migrate", "--check", "--copy-url", "postgres://db/copy"}, ExitError, "temporary file"},
		{[]string{"migrate"}, ExitOK, "0051_message_notices"},
		{[]string{"migrate"}, ExitOK, "applied  0"},
		{[]string{"migrate", "--check"}, ExitOK, "pending  0"},
		{[]string{"migrate", "--check", "--json"}, ExitOK, `"migrations": []`},
	} {
		out, errs, code := runBackup(t, path, tc.args...)
		if text := strings.Join(strings.Fields(out+errs), " "); code != tc.code || !strings.Contains(text, strings.Join(strings.Fields(tc.want), " ")) {
			t.Errorf("%v: exit %d: %s%s", tc.args, code, out, errs)
		}
	}
}
