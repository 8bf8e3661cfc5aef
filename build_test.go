package huimian_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeFiles creates the files below dir.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// newToolPath creates a directory for PATH with these programs of the machine alone, and
// with scripts.
func newToolPath(t *testing.T, programs []string, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range programs {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not installed", name)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	writeFiles(t, dir, scripts)
	return dir
}

// runWith runs a program with PATH and returns its output and whether it succeeded.
func runWith(t *testing.T, dir, path string, args ...string) (output string, ok bool) {
	t.Helper()
	program, err := exec.LookPath(args[0])
	if err != nil {
		t.Skipf("%s is not installed", args[0])
	}
	cmd := exec.CommandContext(t.Context(), program, args[1:]...)
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + path, "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// A source archive has no .git: programs are rebuilt when a source has changed, and the
// files of the other targets are found.
func TestMakefileWithoutGit(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	path := newToolPath(t, []string{"bash", "find", "grep", "sed", "sort", "xargs", "dirname"}, map[string]string{"git": "#!/bin/sh\nexit 128\n"})
	dir := t.TempDir()
	sources := []string{"cmd/huimian/main.go", "internal/db/migrations/1.sql", "internal/i18n/locales/en.json", "wecom/page/assets/a.css", "web/embed.go", "go.mod"}
	built := []string{"web/node_modules/.package-lock.json", "web/dist/index.html", "bin/huimian"} // in this order
	files := map[string]string{
		"Makefile": string(makefile), "web/package-lock.json": "", "web/index.html": "", "cmd/huimian/main_test.go": "", "scripts/a.sh": "", ".ci/run": "",
		"tools/lint/go.mod": "", "tools/lint/go.sum": "", "tools/runsc/go.mod": "", "tools/runsc/go.sum": "", "wecom/bench/go.mod": "", "wecom/bench/main.go": "", "internal/interview/fixture_test.go": "import \"github.com/huimian/huimian/internal/clocktest\"",
	}
	for _, name := range append(sources, built...) {
		files[name] = ""
	}
	writeFiles(t, dir, files)
	now := time.Now()
	setTime := func(name string, age time.Duration) {
		t.Helper()
		if err := os.Chtimes(filepath.Join(dir, name), now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	for name := range files {
		setTime(name, time.Hour)
	}
	for n, name := range built {
		setTime(name, time.Duration(50-n)*time.Minute)
	}
	if out, ok := runWith(t, dir, path, "make", "-q", "bin/huimian"); !ok {
		t.Errorf("unchanged, the program is built again: %s", out)
	}
	for _, name := range sources {
		setTime(name, 0)
		if out, ok := runWith(t, dir, path, "make", "-q", "bin/huimian"); ok || strings.Contains(out, "No rule") {
			t.Errorf("after a change of %s the program is not built again: %s", name, out)
		}
		setTime(name, time.Hour)
	}
	for target, want := range map[string][]string{
		"test-modules": {"tools/lint tools/runsc wecom/bench", " wecom/bench; do \\\n"}, "lint": {"scripts/a.sh .ci/run"}, "test-days": {"./internal/interview"}, "test-go": {"scripts/compiler.sh"},
	} {
		out, ok := runWith(t, dir, path, "make", "-n", target)
		for _, text := range want {
			if !ok || !strings.Contains(out, text) {
				t.Errorf("make %s: %q is missing in\n%s", target, text, out)
			}
		}
	}
}

// Without a C compiler, scripts/compiler.sh installs one or prints what to install.
func TestCompilerScript(t *testing.T) {
	const gcc = "#!/bin/sh\nexit 0\n"
	failing := "#!/bin/sh\necho 'pthread.h: No such file or directory' >&2\nexit 1\n"
	newGo := func(cgo string) string {
		return "#!/bin/sh\ncase \"$2\" in CC) echo gcc ;; CGO_ENABLED) echo " + cgo + " ;; esac\n"
	}
	for name, c := range map[string]struct {
		scripts map[string]string
		ok      bool
		output  []string
	}{
		"compiler":     {map[string]string{"gcc": gcc, "go": newGo("1")}, true, nil},
		"none, no apt": {map[string]string{"go": newGo("0")}, false, []string{"apt-get install gcc libc6-dev"}},
		"none, apt is not permitted": {
			map[string]string{"go": newGo("0"), "apt-get": failing, "id": "#!/bin/sh\necho 1000\n", "sudo": failing}, false, []string{"apt-get install gcc libc6-dev"},
		},
		"without headers": {map[string]string{"gcc": failing, "go": newGo("1")}, false, []string{"pthread.h", "libc6-dev"}},
		"installed by apt": {
			map[string]string{"go": newGo("1"), "id": "#!/bin/sh\necho 0\n", "apt-get": "#!/bin/bash\nif [ \"$1\" = install ]; then cp \"${0%/*}/gcc.deb\" \"${0%/*}/gcc\"; fi\n", "gcc.deb": gcc},
			true, []string{"installing gcc"},
		},
		"cgo disabled": {map[string]string{"gcc": gcc, "go": newGo("0")}, false, []string{"unset CGO_ENABLED"}},
		"no Go":        {map[string]string{"gcc": gcc}, false, []string{"install Go"}},
	} {
		t.Run(name, func(t *testing.T) {
			programs := []string{"bash", "mktemp", "rm", "cat", "cp"}
			if c.scripts["id"] == "" {
				programs = append(programs, "id")
			}
			out, ok := runWith(t, "", newToolPath(t, programs, c.scripts), "bash", "scripts/compiler.sh")
			if ok != c.ok {
				t.Errorf("succeeded: %v\n%s", ok, out)
			}
			for _, text := range c.output {
				if !strings.Contains(out, text) {
					t.Errorf("%q is missing in %s", text, out)
				}
			}
		})
	}
}

// Without the database of vulnerabilities nothing is scanned; with it, the result of the
// scan is the result of the script.
func TestVulnerabilityScan(t *testing.T) {
	script, err := filepath.Abs("scripts/govulncheck.sh")
	if err != nil {
		t.Fatal(err)
	}
	database := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(database.Close)
	path := newToolPath(t, []string{"bash", "env", "node", "timeout"}, nil)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"tools/govulncheck/go.mod": "", "bin/govulncheck": "#!/usr/bin/env bash\necho \"scanned $*\"\nexit 3\n",
	})
	built := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "tools/govulncheck/go.mod"), built, built); err != nil {
		t.Fatal(err)
	}
	out, ok := runWith(t, dir, path, "env", "GOVULNDB="+database.URL, "bash", script)
	if ok || !strings.Contains(out, "scanned -db "+database.URL+" ./...") {
		t.Errorf("with a database: %s, success %v", out, ok)
	}
	out, ok = runWith(t, dir, path, "env", "GOVULNDB=http://127.0.0.1:1", "bash", script)
	if !ok || !strings.Contains(out, "are not scanned") {
		t.Errorf("without a database: %s, success %v", out, ok)
	}
}
