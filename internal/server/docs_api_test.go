package server_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// fence matches the code blocks of a Markdown page.
var fence = regexp.MustCompile("(?s)```(sh|go|python)\n(.*?)```")

// pageDate matches the dates of the page, which the test replaces by dates after the
// fixture's.
var pageDate = regexp.MustCompile(`20\d\d-\d\d-\d\d`)

// TestDocumentedAPIExamples runs every example of docs/api.md against a server, in
// the order of the page.
func TestDocumentedAPIExamples(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	token := f.NewAPIClient("ada", apitoken.Company).Token.Secret
	seen, days := map[string]int{}, 7
	for _, m := range fence.FindAllStringSubmatch(string(page), -1) {
		language, code := m[1], strings.ReplaceAll(m[2], "ChenMo", "lin")
		code = pageDate.ReplaceAllStringFunc(code, func(string) string { days++; return clocktest.Date(days) })
		seen[language]++
		out := f.runExample(language, code, token)
		if strings.Contains(out, `"type":"about:blank"`) {
			t.Errorf("an example in %s is refused: %s\n%s", language, out, code)
		}
	}
	if seen["sh"] < 4 || seen["go"] != 1 || seen["python"] != 1 {
		t.Errorf("the page has the examples %v", seen)
	}
}

// runExample runs one piece of code and returns what it prints.
func (f *fixture) runExample(language, code, token string) string {
	f.T.Helper()
	program := map[string]string{"sh": "sh", "go": "go", "python": "python3"}[language]
	needs := []string{program}
	if language == "sh" {
		needs = append(needs, "curl")
	}
	for _, name := range needs {
		if _, err := exec.LookPath(name); err != nil {
			f.T.Logf("no %s here: the examples in %s are not run", name, language)
			return ""
		}
	}
	dir := f.T.TempDir()
	file := filepath.Join(dir, map[string]string{"sh": "example.sh", "go": "main.go", "python": "example.py"}[language])
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		f.T.Fatal(err)
	}
	args := map[string][]string{"sh": {"-e", file}, "go": {"run", file}, "python": {file}}[language]
	cmd := exec.CommandContext(f.T.Context(), program, args...)
	cmd.Env = append(os.Environ(), "HUIMIAN="+f.URL, "HUIMIAN_API_TOKEN="+token, "NO_PROXY=127.0.0.1", "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	if err != nil || len(out) == 0 {
		f.T.Errorf("an example in %s: %v\n%s\n%s", language, err, out, code)
	}
	return string(out)
}
