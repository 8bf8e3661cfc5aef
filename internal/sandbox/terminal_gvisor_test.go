package sandbox_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

// session is a program in a terminal whose output is read while it runs.
type session struct {
	t        *testing.T
	terminal *sandbox.Terminal
	done     chan struct{}
	result   sandbox.Result
	err      error

	mu      sync.Mutex
	output  string
	changed chan struct{} // capacity 1
}

func startInTerminal(t *testing.T, p sandbox.Program) *session {
	t.Helper()
	r := sharedRunner(t)
	s := &session{t: t, terminal: sandbox.NewTerminal(sandbox.TerminalSize{Rows: 24, Cols: 80}), done: make(chan struct{}), changed: make(chan struct{}, 1)}
	p.Terminal = s.terminal
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	go func() {
		defer close(s.done)
		defer cancel()
		s.result, s.err = r.Run(ctx, p, s.appendOutput)
	}()
	t.Cleanup(func() {
		cancel()
		<-s.done
	})
	return s
}

func (s *session) appendOutput(c sandbox.Chunk) {
	s.mu.Lock()
	s.output += c.Text
	s.mu.Unlock()
	if c.Stream != sandbox.Stdout {
		s.t.Errorf("output of %s", c.Stream)
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

func (s *session) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output
}

// waitFor waits until the output contains a text.
func (s *session) waitFor(want string) {
	s.t.Helper()
	for !strings.Contains(s.text(), want) {
		select {
		case <-s.changed:
		case <-s.done:
			if !strings.Contains(s.text(), want) {
				s.t.Fatalf("it ended with %+v, %v and without %q:\n%s", s.result, s.err, want, lastBytes(s.text()))
			}
		}
	}
}

func (s *session) typeText(text string) {
	s.t.Helper()
	if err := s.terminal.Type(text); err != nil {
		s.t.Fatal(err)
	}
}

// wait returns the result.
func (s *session) wait() sandbox.Result {
	s.t.Helper()
	<-s.done
	if s.err != nil {
		s.t.Fatal(s.err)
	}
	return s.result
}

// interruptUntilEnd types Ctrl-C, and again while the program runs: on a busy machine gVisor may
// lose an interrupt that arrives while the program changes its state.
func (s *session) interruptUntilEnd() {
	s.t.Helper()
	s.typeText("\x03")
	again := time.NewTicker(3 * time.Second)
	defer again.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-again.C:
			_ = s.terminal.Type("\x03") // the program may have ended
		}
	}
}

func (s *session) requireStatus(want sandbox.Status) sandbox.Result {
	s.t.Helper()
	result := s.wait()
	if result.Status != want {
		s.t.Fatalf("%+v, want %s\n%s", result, want, lastBytes(s.text()))
	}
	return result
}

func TestTerminalAnswersWhatIsTyped(t *testing.T) {
	s := startInTerminal(t, sandbox.Program{Language: "python", Source: `import sys
assert sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
name = input("name? ")
age = int(input("age? "))
print(f"{name} is {age + 1} next year")
print(repr(sys.stdin.read()))
`})
	s.waitFor("name? ")
	s.typeText("林悦\r")
	s.waitFor("age? ")
	s.typeText("41\r")
	s.waitFor("林悦 is 42 next year")
	s.typeText("\x04")
	s.requireStatus(sandbox.StatusOK)
	if got := s.text(); !strings.Contains(got, "name? 林悦\r\nage? 41\r\n") || !strings.Contains(got, "''\r\n") {
		t.Errorf("%q", got)
	}
}

func TestTerminalSize(t *testing.T) {
	s := startInTerminal(t, sandbox.Program{Language: "python", Source: `import os, signal
def show(*_): print("size", *os.get_terminal_size(), flush=True)
signal.signal(signal.SIGWINCH, show)
show()
input()
`})
	s.waitFor("size 80 24")
	s.terminal.Resize(sandbox.TerminalSize{Rows: 40, Cols: 100})
	s.waitFor("size 100 40")
	s.typeText("\r")
	s.requireStatus(sandbox.StatusOK)
}

func TestTerminalInterrupt(t *testing.T) {
	for name, p := range map[string]sandbox.Program{
		"while waiting for input":  {Language: "python", Source: "print('ready', flush=True)\ninput()\n"},
		"while sleeping":           {Language: "python", Source: "import time\nprint('ready', flush=True)\ntime.sleep(100)\n"},
		"after other control keys": {Language: "python", Source: "print('ready', flush=True)\nprint(repr(input()), flush=True)\ninput()\n"},
		"with a child in front":    {Language: "python", Source: "import subprocess\nsubprocess.run(['/bin/sh', '-c', 'echo ready; while :; do :; done'])\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startInTerminal(t, p)
			s.waitFor("ready")
			if strings.HasPrefix(name, "after") { // keys of job control and of flow control are text
				s.typeText("\x1a\x1c\x13\r")
				s.waitFor(`'\x1a\x1c\x13'`)
			}
			s.interruptUntilEnd()
			result := s.requireStatus(sandbox.StatusExitError)
			if result.Signal != "SIGINT" || result.ExitCode != 130 {
				t.Errorf("%+v", result)
			}
		})
	}
}

// An interrupt that is typed before the program has started ends the run as well. Python
// exits with 1 if the interrupt comes while it initializes its modules.
func TestTerminalInterruptBeforeTheStart(t *testing.T) {
	s := startInTerminal(t, sandbox.Program{Language: "python", Source: "import time\ntime.sleep(100)\n"})
	s.typeText("\x03")
	result := s.requireStatus(sandbox.StatusExitError)
	initializing := result.ExitCode == 1 && strings.Contains(s.text(), "KeyboardInterrupt")
	if result.Signal != "SIGINT" && !initializing {
		t.Errorf("%+v\n%s", result, s.text())
	}
}

func TestTerminalOfCompiledProgram(t *testing.T) {
	s := startInTerminal(t, sandbox.Program{Language: "c", Source: `#include <stdio.h>
int main(void) { char s[9]; printf("name? "); fflush(stdout); if (scanf("%8s", s) != 1) return 1; printf("hello %s\n", s); return 0; }`})
	s.waitFor("name? ")
	s.typeText("li\r")
	s.requireStatus(sandbox.StatusOK)
	if got := s.text(); got != "name? li\r\nhello li\r\n" {
		t.Errorf("%q", got)
	}
	bad := startInTerminal(t, sandbox.Program{Language: "c", Source: "int main(void) { return x; }"})
	bad.requireStatus(sandbox.StatusCompileError)
	if got := bad.text(); !strings.Contains(got, "undeclared") {
		t.Errorf("%q", got)
	}
}

func TestTerminalLimits(t *testing.T) {
	for name, tc := range map[string]struct {
		source string
		limits sandbox.Limits
		want   sandbox.Status
		detail sandbox.Detail
	}{
		"idle":      {"input()\n", sandbox.Limits{Idle: time.Second}, sandbox.StatusIdleLimit, ""},
		"wall":      {"import time\nwhile True: print('.', end='', flush=True); time.sleep(.1)\n", sandbox.Limits{Wall: 2 * time.Second, Idle: time.Minute}, sandbox.StatusTimeLimit, sandbox.DetailWall},
		"CPU":       {"while True: pass\n", sandbox.Limits{CPU: time.Second}, sandbox.StatusTimeLimit, sandbox.DetailCPU},
		"output":    {"while True: print('x' * 1000)\n", sandbox.Limits{OutputBytes: 100_000}, sandbox.StatusOutputLimit, ""},
		"fork bomb": {"import os, time\nwhile True:\n  try: os.fork()\n  except OSError:\n    time.sleep(1)\n    raise SystemExit(1)\n", sandbox.Limits{Processes: 16}, sandbox.StatusProcessLimit, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := startInTerminal(t, sandbox.Program{Language: "python", Source: tc.source, Limits: tc.limits})
			if result := s.requireStatus(tc.want); result.Detail != tc.detail {
				t.Errorf("%+v", result)
			}
			if n := len(s.text()); n > 110_000 {
				t.Errorf("%d bytes of output", n)
			}
		})
	}
}

// A child in the background does not outlive its parent, which holds the terminal too.
func TestTerminalEndsWithItsProgram(t *testing.T) {
	s := startInTerminal(t, sandbox.Program{Language: "python", Source: `import os, signal, time
if os.fork() == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.setsid()
    while True:
        print("child", flush=True)
        time.sleep(.05)
time.sleep(.5)
print("parent")
`})
	s.requireStatus(sandbox.StatusOK)
	if got := s.text(); !strings.Contains(got, "child") || !strings.Contains(got, "parent") {
		t.Errorf("%q", got)
	}
}

// A terminal waits for input without a slot of the other programs.
func TestTerminalsHaveSlotsOfTheirOwn(t *testing.T) {
	for range 2 {
		startInTerminal(t, sandbox.Program{Language: "python", Source: "print('ready', flush=True)\ninput()\n"}).waitFor("ready")
	}
	runPython(t, "print(1)", sandbox.Limits{}).requireStatus(t, sandbox.StatusOK)
}
