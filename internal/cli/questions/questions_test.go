package questions_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/cli"
	"github.com/huimian/huimian/internal/cli/questions"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

type program struct {
	Questions questions.Command `cmd:""`
}

func runCommand(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Execute(t.Context(), &program{}, append([]string{"questions"}, args...), cli.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return stdout.String() + stderr.String(), code
}

func wantOutput(t *testing.T, out string, code, wantCode int, wants ...string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("exit %d, want %d: %s", code, wantCode, out)
	}
	for _, want := range wants {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
}

// A folder goes from one company's bank to git and back.
func TestExportAndImport(t *testing.T) {
	t.Setenv("LC_ALL", "en_US.UTF-8")
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := apptest.New(t, d)
		token := f.NewAPIClient("ada", apitoken.Company)
		token.Call("POST", "/api/v1/questions", `{"title":"Sum","body":"Add.","solutions":[{"language":"python","code":"print(3)\n"}],"tests":{"cases":[{"input":"1 2\n","expected":"3\n"}]}}`)
		t.Setenv("HUIMIAN_SERVER", f.URL)
		t.Setenv("HUIMIAN_API_TOKEN", token.Token.Secret)
		dir := filepath.Join(t.TempDir(), "bank")
		out, code := runCommand(t, "export", dir)
		wantOutput(t, out, code, cli.ExitOK, "written to "+dir)
		out, code = runCommand(t, "export", dir)
		wantOutput(t, out, code, cli.ExitUsage, "is not empty")
		out, code = runCommand(t, "check", "--run=never", dir)
		wantOutput(t, out, code, cli.ExitOK, "questions  1")
		out, code = runCommand(t, "import", dir)
		wantOutput(t, out, code, cli.ExitOK, "nothing has changed")

		found, err := filepath.Glob(filepath.Join(dir, "*", "solution", "python.py"))
		if err != nil || len(found) != 1 {
			t.Fatalf("solutions %q, %v", found, err)
		}
		if err := os.WriteFile(found[0], []byte("print(1 + 2)\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"import", "--dry-run", dir}, {"import", dir}} {
			out, code = runCommand(t, args...)
			wantOutput(t, out, code, cli.ExitOK, "changed", "Sum", "solutions")
		}
		out, code = runCommand(t, "import", "--json", dir)
		wantOutput(t, out, code, cli.ExitOK, `"unchanged": 1`)

		file := filepath.Join(t.TempDir(), "questions.json")
		out, code = runCommand(t, "export", "--query", "sum", file)
		wantOutput(t, out, code, cli.ExitOK)
		out, code = runCommand(t, "export", file)
		wantOutput(t, out, code, cli.ExitUsage, "already exists")
		out, code = runCommand(t, "import", file)
		wantOutput(t, out, code, cli.ExitOK, "nothing has changed")

		if err := os.WriteFile(filepath.Join(filepath.Dir(found[0]), "go.txt.bak"), []byte("\xff"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"import", dir}, {"check", dir}} {
			out, code = runCommand(t, args...)
			wantOutput(t, out, code, cli.ExitError, "go.txt.bak", "isn't in UTF-8")
		}
	})
}

// Questions of the library are listed, and added once.
func TestLibrary(t *testing.T) {
	t.Setenv("LC_ALL", "en_US.UTF-8")
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := apptest.New(t, d)
		token := f.NewAPIClient("ada", apitoken.Company)
		t.Setenv("HUIMIAN_SERVER", f.URL)
		t.Setenv("HUIMIAN_API_TOKEN", token.Token.Secret)
		out, code := runCommand(t, "library", "list", "--language", "en", "--kind", "sql", "--difficulty", "easy")
		wantOutput(t, out, code, cli.ExitOK, "sql-quiet-members", "Members who never paid")
		if strings.Contains(out, "badge-ranges") || strings.Contains(out, "sql-login-streaks") {
			t.Errorf("the filter is ignored: %s", out)
		}
		for _, state := range []string{"new", "unchanged"} {
			out, code = runCommand(t, "library", "add", "--language", "ja", "badge-ranges")
			wantOutput(t, out, code, cli.ExitOK, state, "社員証の番号範囲")
		}
		out, code = runCommand(t, "library", "add", "--language", "ja", "--all", "--json")
		wantOutput(t, out, code, cli.ExitOK, `"added": 61`)
		out, code = runCommand(t, "library", "add", "--language", "ja")
		wantOutput(t, out, code, cli.ExitUsage, "--all")
		out, code = runCommand(t, "library", "add", "--language", "en", "no-such")
		wantOutput(t, out, code, cli.ExitError, "ids[0]")
	})
}

// A check that must run solutions fails without a sandbox.
func TestCheckWithoutSandbox(t *testing.T) {
	t.Setenv("HUIMIAN_SANDBOX_RUNSC", filepath.Join(t.TempDir(), "none"))
	dir := t.TempDir()
	for name, body := range map[string]string{"huimian-questions.yaml": "format: huimian-questions\nversion: 1\n", "sum/question.md": "---\nid: sum\ntitle: Sum\n---\nAdd.\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, code := runCommand(t, "check", dir)
	wantOutput(t, out, code, cli.ExitOK, "solutions not run: no sandbox")
	out, code = runCommand(t, "check", "--run=always", dir)
	wantOutput(t, out, code, cli.ExitError, "starting the sandbox")
}
