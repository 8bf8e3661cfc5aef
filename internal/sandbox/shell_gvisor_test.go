package sandbox_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

// startShell starts the interactive shell of a language, beside files.
func startShell(t *testing.T, language string, limits sandbox.Limits) *session {
	t.Helper()
	return startInTerminal(t, sandbox.Program{
		Language: language, Shell: true, Path: "solution.py", Source: "answer = 42\n", Limits: limits,
		Files: []sandbox.File{{Path: "data/in.txt", Text: "3 1 2\n"}},
	})
}

func TestShells(t *testing.T) {
	for language, tc := range map[string]struct{ prompt, typed, want, leave string }{
		"bash":       {"$ ", "ls && sort <<< $(tr ' ' '\\n' < data/in.txt) | paste -sd- && echo $((6*7))\r", "1-2-3", "exit\r"},
		"python":     {">>> ", "import solution; print('is', solution.answer)\r", "is 42", "exit()\r"},
		"javascript": {"> ", "'is ' + require('fs').readFileSync('data/in.txt', 'utf8').trim().length\r", "is 5", ".exit\r"},
	} {
		t.Run(language, func(t *testing.T) {
			s := startShell(t, language, sandbox.Limits{})
			s.waitFor(tc.prompt)
			s.typeText(tc.typed)
			s.waitFor(tc.want)
			s.typeText(tc.leave)
			s.requireStatus(sandbox.StatusOK)
			for _, warning := range []string{"job control", "terminal process group", "ermission", "history"} {
				if strings.Contains(s.text(), warning) {
					t.Errorf("the shell warns of %q:\n%s", warning, s.text())
				}
			}
		})
	}
}

func TestShellReportsItsExitCode(t *testing.T) {
	s := startShell(t, "bash", sandbox.Limits{})
	s.waitFor("$ ")
	s.typeText("exec bash -c 'exit 3'\r")
	if result := s.requireStatus(sandbox.StatusExitError); result.ExitCode != 3 {
		t.Errorf("%+v", result)
	}
}

// An interrupt ends the command and not the shell.
func TestShellInterrupt(t *testing.T) {
	s := startShell(t, "bash", sandbox.Limits{})
	s.waitFor("$ ")
	s.typeText("sleep 1000; echo never\r")
	s.waitFor("echo never")
	s.typeUntil("\x03", func(output string) bool { return strings.Count(output, "$ ") >= 2 })
	s.typeUntil("echo still $((20+1))\r", func(output string) bool { return strings.Contains(output, "still 21") })
	s.typeText("exit 0\r")
	s.requireStatus(sandbox.StatusOK)
	if strings.Contains(strings.ReplaceAll(s.text(), "echo never", ""), "never") {
		t.Errorf("the command went on:\n%s", s.text())
	}
}

// typeUntil types a text, and again every three seconds until the output is as wanted: gVisor may
// lose an interrupt, see interruptUntilEnd, and one that comes late clears the line that is typed.
func (s *session) typeUntil(text string, isWanted func(output string) bool) {
	s.t.Helper()
	s.typeText(text)
	again := time.NewTicker(3 * time.Second)
	defer again.Stop()
	for !isWanted(s.text()) {
		select {
		case <-s.changed:
		case <-again.C:
			s.typeText(text)
		case <-s.done:
			if !isWanted(s.text()) {
				s.t.Fatalf("it ended with %+v, %v:\n%s", s.result, s.err, lastBytes(s.text()))
			}
		}
	}
}

// What is typed into a shell is as limited as a program.
func TestHostileShell(t *testing.T) {
	for name, tc := range map[string]struct {
		typed, want string
		limits      sandbox.Limits
	}{
		"fork bomb":      {"b() { b | b & }; b; sleep 1; echo done\r", "\r\ndone", sandbox.Limits{Processes: 16}},
		"full disk":      {"head -c 200000000 /dev/zero > /tmp/full; rm -f /tmp/full; echo done\r", "\r\ndone", sandbox.Limits{}},
		"network":        {"(exec 3<>/dev/tcp/1.1.1.1/53) && echo connected; echo done\r", "\r\ndone", sandbox.Limits{}},
		"files of hosts": {"ls /root /home /etc/shadow; cat /proc/1/environ; echo done\r", "\r\ndone", sandbox.Limits{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := startShell(t, "bash", tc.limits)
			s.waitFor("$ ")
			s.typeText(tc.typed)
			s.waitForTextOrEnd(tc.want)
			_ = s.terminal.Type("exit 0\r") // the shell may have ended by a limit
			result := s.wait()
			for _, found := range []string{"\r\nconnected", "root:", "HUIMIAN_"} {
				if strings.Contains(s.text(), found) {
					t.Errorf("the shell printed %q:\n%s", found, lastBytes(s.text()))
				}
			}
			switch result.Status {
			case sandbox.StatusOK, sandbox.StatusExitError, sandbox.StatusProcessLimit, sandbox.StatusMemoryLimit:
			default:
				t.Errorf("%+v\n%s", result, lastBytes(s.text()))
			}
		})
	}
}

// waitForTextOrEnd waits until the output contains a text, or the program has ended.
func (s *session) waitForTextOrEnd(want string) {
	for !strings.Contains(s.text(), want) {
		select {
		case <-s.changed:
		case <-s.done:
			return
		}
	}
}

// A process in the background does not outlive the shell.
func TestShellEndsWithItsProcesses(t *testing.T) {
	s := startShell(t, "bash", sandbox.Limits{})
	s.waitFor("$ ")
	s.typeText("(trap '' HUP; while :; do sleep .1; done) & echo started\r")
	s.waitFor("\r\nstarted")
	s.typeText("exit 0\r")
	s.requireStatus(sandbox.StatusOK)
}

func TestIdleShell(t *testing.T) {
	s := startShell(t, "python", sandbox.Limits{Idle: time.Second})
	s.waitFor(">>> ")
	s.requireStatus(sandbox.StatusIdleLimit)
}

func TestShellRefusals(t *testing.T) {
	r := sharedRunner(t)
	_, err := r.Run(t.Context(), sandbox.Program{Language: "c", Shell: true, Terminal: sandbox.NewTerminal(sandbox.TerminalSize{Rows: 24, Cols: 80})}, func(sandbox.Chunk) {})
	if !errors.Is(err, sandbox.ErrUnknownLanguage) {
		t.Errorf("a language without a shell: %v", err)
	}
	_, err = r.Run(t.Context(), sandbox.Program{Language: "bash", Shell: true}, func(sandbox.Chunk) {})
	if !errors.Is(err, sandbox.ErrNoTerminal) {
		t.Errorf("a shell without a terminal: %v", err)
	}
	for _, l := range r.Languages() {
		if want := l.ID == "bash" || l.ID == "python" || l.ID == "javascript"; l.Shell != want {
			t.Errorf("%s has a shell: %v", l.ID, l.Shell)
		}
	}
}
