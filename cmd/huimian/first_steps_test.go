package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// firstSteps returns the sh blocks of docs/first-steps.md as one script.
func firstSteps(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/first-steps.md")
	if err != nil {
		t.Fatal(err)
	}
	script := "set -e\n"
	for _, part := range strings.Split(string(page), "```sh\n")[1:] {
		block, _, ok := strings.Cut(part, "\n```")
		if !ok {
			t.Fatal("a block does not end")
		}
		script += block + "\n"
	}
	return script
}

// freeAddress returns an address of this machine on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// TestFirstSteps runs the page with the programs of this tree, on free ports.
func TestFirstSteps(t *testing.T) {
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the page is not run: %s is not on this machine", program)
		}
	}
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", dir+string(filepath.Separator), "../huimian", "../wecomsim")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	script := strings.NewReplacer("127.0.0.1:8080", freeAddress(t), "127.0.0.1:8090", freeAddress(t)).Replace(firstSteps(t))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the servers run in the background
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "HUIMIAN_") && !strings.HasPrefix(setting, "PATH=") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+dir+":"+os.Getenv("PATH"), "LANG=en_US.UTF-8", "LC_ALL=", "NO_PROXY=*", "no_proxy=*")
	out, err := cmd.CombinedOutput()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "huimian.log"))
		t.Fatalf("%v\n%s\n%s", err, out, log)
	}
	got := string(out)
	for _, want := range []string{"Callbacks", "chen@example.com", "USERID", "ended  0"} {
		_, rest, found := strings.Cut(got, want)
		if !found {
			t.Fatalf("no %s in\n%s", want, out)
		}
		got = rest
	}
	if strings.Contains(string(out), "fail  ") {
		t.Errorf("a check of the doctor failed:\n%s", out)
	}
}
