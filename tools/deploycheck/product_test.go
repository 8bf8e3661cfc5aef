package deploycheck

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

func readFile(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// findNames returns the first group of each match in the files.
func findNames(t *testing.T, pattern string, files ...string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range files {
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(readFile(t, file), -1) {
			names[match[1]] = true
		}
	}
	if len(names) == 0 {
		t.Fatalf("%v contain nothing of the form %s", files, pattern)
	}
	return names
}

var appFiles = []string{"internal/app/config.go", "internal/app/runner.go", "internal/app/showmebug.go", "internal/app/tls.go", "internal/app/files.go", "internal/app/oidc.go", "internal/app/scheduled_backup.go"}

// settings returns the variables of the server.
func settings(t *testing.T) map[string]bool {
	return findNames(t, `env:"(HUIMIAN_[A-Z_]+)"`, appFiles...)
}

// checkVariables fails for variables that look like settings and are none. A runner
// has the settings of its own alone.
func checkVariables(t *testing.T, where string, command string, names []string) {
	t.Helper()
	known := settings(t)
	if command == "runner" {
		known = findNames(t, `env:"(HUIMIAN_[A-Z_]+)"`, "internal/app/runner.go")
		for name := range settings(t) {
			if strings.HasPrefix(name, "HUIMIAN_SANDBOX_") && name != "HUIMIAN_SANDBOX_COMPANY_SLOTS" {
				known[name] = true
			}
		}
	}
	for _, name := range names {
		if strings.HasPrefix(name, "HUIMIAN_") && !known[strings.TrimSuffix(name, "_FILE")] {
			t.Errorf("%s sets %s, which is no setting of huimian %s", where, name, command)
		}
	}
}

// checkCommand fails if the program has no such command.
func checkCommand(t *testing.T, where, command string) {
	t.Helper()
	for name := range findNames(t, `(?m)^\t([A-Z]\w+) +[\w.]+ +.cmd:""`, "cmd/huimian/main.go") {
		if strings.EqualFold(name, command) {
			return
		}
	}
	if command != "version" {
		t.Errorf("%s runs huimian %s, which is no command", where, command)
	}
}

// The role of the runners has the same privileges in all places.
func TestRunnerRole(t *testing.T) {
	grants := func(file string) (list string) {
		for line := range strings.Lines(readFile(t, file)) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "GRANT ") {
				list += line + "\n"
			}
		}
		return list
	}
	if got, want := grants("deploy/runner-role.sql"), grants("docs/operations.md"); got == "" || got != want {
		t.Errorf("deploy/runner-role.sql grants\n%sdocs/operations.md grants\n%s", got, want)
	}
}
