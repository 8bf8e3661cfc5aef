package sandbox_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
)

func TestUnavailable(t *testing.T) {
	r := sandbox.NewUnavailable("this machine has no gVisor")
	checkUnavailable(t, r, "this machine has no gVisor")
}

// A runner without runsc reports the reason, and finds runsc once it is
// installed.
func TestRunscInstalledLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runsc")
	var log bytes.Buffer
	r, err := sandbox.New(t.Context(), sandbox.Config{
		RunscPath: path, Root: t.TempDir(), CacheDir: cachePath, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	checkUnavailable(t, r, "make runsc")
	checkUnavailable(t, r, "make runsc") // logged once
	if n := strings.Count(log.String(), "no program can be run"); n != 1 || !strings.Contains(log.String(), "make runsc") {
		t.Errorf("the log is %s", log.String())
	}
	built, err := filepath.Abs(runscPath)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(built); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	if err := os.Symlink(built, path); err != nil {
		t.Fatal(err)
	}
	if err := r.Ready(); err != nil {
		t.Errorf("runsc is there now, but: %v", err)
	}
	if !strings.Contains(log.String(), "programs can be run") || !strings.Contains(log.String(), "python=3.") {
		t.Errorf("the log is %s", log.String())
	}
}

func TestBrokenRunsc(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runsc")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho 'broken on purpose' >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: path, Root: t.TempDir(), CacheDir: cachePath})
	if err != nil {
		t.Fatal(err)
	}
	checkUnavailable(t, r, "does not work here")
}

func TestUnusableRoot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil { // like /tmp
		t.Fatal(err)
	}
	for _, root := range []string{"", filepath.Join(file, "below"), file, open} {
		if _, err := sandbox.New(t.Context(), sandbox.Config{Root: root}); err == nil {
			t.Errorf("a runner was made in %q", root)
		}
	}
}

func checkUnavailable(t *testing.T, r sandbox.Runner, reason string) {
	t.Helper()
	if err := r.Ready(); !errors.Is(err, sandbox.ErrUnavailable) || !strings.Contains(err.Error(), reason) {
		t.Errorf("Ready returns %v, want the reason %q", err, reason)
	}
	if l := r.Languages(); len(l) != 0 {
		t.Errorf("it offers %v", l)
	}
	result, err := r.Run(t.Context(), sandbox.Program{Language: "python", Source: "print(1)"},
		func(c sandbox.Chunk) { t.Errorf("it ran and printed %q", c.Text) })
	if result.Status != sandbox.StatusUnavailable || !errors.Is(err, sandbox.ErrUnavailable) {
		t.Errorf("Run returns %+v, %v", result, err)
	}
}

// listenOnHost opens a port of the host, which a program must not reach.
func listenOnHost(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}
