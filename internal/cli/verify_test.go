package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/app"
)

// sealedProgram has the commands on exported interviews.
type sealedProgram struct {
	Verify Verify `cmd:""`
	Keys   Keys   `cmd:""`
}

// runSealed runs a command line and returns its output and exit code.
func runSealed(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	var out bytes.Buffer
	code = Execute(t.Context(), &sealedProgram{}, args, IO{In: strings.NewReader(""), Out: &out, Err: &out})
	return out.String(), code
}

const exampleTranscript = "../../testdata/transcript/example.json"

func TestVerifyCommand(t *testing.T) {
	document, err := os.ReadFile(exampleTranscript)
	if err != nil {
		t.Fatal(err)
	}
	const key = "dbc298251c51321b7266e78d1c151c2b62aff8cb95b293096d3463018544face"
	changed, other := filepath.Join(t.TempDir(), "changed.json"), filepath.Join(t.TempDir(), "other.html")
	if err := os.WriteFile(changed, bytes.Replace(document, []byte("quotes"), []byte("quoteS"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, []byte("<html></html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"verify", exampleTranscript}, ExitOK, "1 rows, 1 of them as a hash alone"},
		{[]string{"verify", exampleTranscript, "--key", key, "--json"}, ExitOK, `"keyId": "` + key},
		{[]string{"verify", exampleTranscript, "--key", "another"}, ExitError, "which is not among those given"},
		{[]string{"verify", changed}, ExitError, "row 2 of events (chat, line 11): the row does not match the chain"},
		{[]string{"verify", other}, ExitUsage, "the file contains no transcript"},
		{[]string{"verify", "nothing.json"}, ExitUsage, "nothing.json"},
	} {
		if out, code := runSealed(t, tt.args...); code != tt.code || !strings.Contains(out, tt.want) {
			t.Errorf("%v: exit %d, want %d with %q: %s", tt.args, code, tt.code, tt.want, out)
		}
	}
}

// The recorded programs run again, and one that prints something else is reported.
func TestVerifyRerun(t *testing.T) {
	const runsc, runs = "../../bin/runsc", "../../testdata/transcript/runs.json"
	if out, code := runSealed(t, "verify", runs, "--rerun", "--sandbox-runsc", "nothing"); code != ExitError || !strings.Contains(out, "starting the sandbox") {
		t.Errorf("without a sandbox: exit %d: %s", code, out)
	}
	if _, err := os.Stat(runsc); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	for _, tt := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{runs}, ExitError, []string{"06:01:00 python  equal", `06:04:00 python  different: stdout differs after 7 bytes`, "06:10:00 python  skipped: it ran in a terminal"}},
		{[]string{runs, "--json"}, ExitError, []string{`"outcome": "equal"`, `"outcome": "different"`, `"keyId"`}},
		{[]string{exampleTranscript}, ExitOK, []string{"sealed"}},
	} {
		out, code := runSealed(t, append([]string{"verify", "--rerun", "--sandbox-runsc", runsc}, tt.args...)...)
		for _, want := range tt.want {
			if code != tt.code || !strings.Contains(out, want) {
				t.Errorf("%v: exit %d, want %d with %q: %s", tt.args, code, tt.code, want, out)
			}
		}
	}
}

func TestKeysCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huimian.db")
	t.Setenv("HUIMIAN_DATABASE_URL", path)
	t.Setenv("HUIMIAN_WECOM_SECRET", "secret")
	if out, code := runSealed(t, "keys", "list"); code != ExitError || !strings.Contains(out, "HUIMIAN_DATABASE_URL") {
		t.Errorf("without a database: exit %d: %s", code, out)
	}
	if _, err := app.Migrate(t.Context(), app.Config{DatabaseURL: path}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if out, code := runSealed(t, "keys", "rotate"); code != ExitOK || !strings.Contains(out, "CREATED") {
			t.Fatalf("exit %d: %s", code, out)
		}
	}
	out, code := runSealed(t, "keys", "list", "--json")
	if code != ExitOK || strings.Count(out, `"publicKey"`) != 2 || strings.Count(out, `"retiredAt"`) != 1 || strings.Contains(out, "rivate") {
		t.Errorf("exit %d: %s", code, out)
	}
}
