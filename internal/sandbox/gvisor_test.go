package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

const (
	runscPath = "../../bin/runsc"
	cachePath = "../../.cache/sandbox/cache" // the browser tests use it too

	sharedPoolSize = 2
)

var (
	startShared sync.Once
	shared      sandbox.Runner
	errShared   error
	sharedRoot  string
	stopShared  = func() {}
)

func TestMain(m *testing.M) {
	code := m.Run()
	stopShared()
	if sharedRoot != "" {
		_ = os.RemoveAll(sharedRoot)
	}
	os.Exit(code)
}

// sharedRunner returns the runner of all tests, so that the machine is
// inspected once.
func sharedRunner(t testing.TB) sandbox.Runner {
	t.Helper()
	if _, err := os.Stat(runscPath); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	startShared.Do(func() {
		var ctx context.Context
		ctx, stopShared = context.WithCancel(context.Background())
		if sharedRoot, errShared = os.MkdirTemp("", "sandbox-test-"); errShared != nil {
			return
		}
		shared, errShared = sandbox.New(ctx, sandbox.Config{RunscPath: runscPath, Root: sharedRoot, CacheDir: cachePath, Slots: 2, PoolSize: sharedPoolSize})
	})
	if errShared != nil {
		t.Fatal(errShared)
	}
	if err := shared.Ready(); err != nil {
		t.Fatal(err)
	}
	return shared
}

// outcome is a result with the output.
type outcome struct {
	sandbox.Result
	stdout, stderr string
}

func runProgram(t *testing.T, p sandbox.Program) outcome {
	t.Helper()
	o, err := runProgramOn(t.Context(), sharedRunner(t), p)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func runProgramOn(ctx context.Context, r sandbox.Runner, p sandbox.Program) (outcome, error) {
	var o outcome
	var err error
	o.Result, err = r.Run(ctx, p, func(c sandbox.Chunk) {
		switch c.Stream {
		case sandbox.Stdout:
			o.stdout += c.Text
		case sandbox.Stderr:
			o.stderr += c.Text
		}
	})
	return o, err
}

// runPython runs a Python program. Every test machine has Python.
func runPython(t *testing.T, source string, l sandbox.Limits) outcome {
	t.Helper()
	return runProgram(t, sandbox.Program{Language: "python", Source: source, Limits: l})
}

func (o outcome) requireStatus(t *testing.T, status sandbox.Status) {
	t.Helper()
	if o.Status != status {
		t.Fatalf("status is %s, want %s (exit code %d, signal %q)\nstdout: %s\nstderr: %s",
			o.Status, status, o.ExitCode, o.Signal, lastBytes(o.stdout), lastBytes(o.stderr))
	}
}

func lastBytes(s string) string { return s[max(0, len(s)-2000):] }

var helloPrograms = map[string]string{
	"python":     `name = input(); print("hello", name)`,
	"javascript": `console.log("hello", require("fs").readFileSync(0, "utf8").trim())`,
	"java": `import java.util.Scanner;
public class Main { public static void main(String[] a) { System.out.println("hello " + new Scanner(System.in).nextLine()); } }`,
	"go": `package main
import ("bufio"; "fmt"; "os")
func main() { s := bufio.NewScanner(os.Stdin); s.Scan(); fmt.Println("hello", s.Text()) }`,
	"c": `#include <stdio.h>
int main(void) { char s[9]; if (scanf("%8s", s) != 1) return 1; printf("hello %s\n", s); return 0; }`,
	"cpp": `#include <iostream>
int main() { std::string s; std::cin >> s; std::cout << "hello " << s << "\n"; }`,
	"rust": `use std::io;
fn main() { let mut s = String::new(); io::stdin().read_line(&mut s).unwrap(); println!("hello {}", s.trim()); }`,
	"ruby": `puts "hello #{gets.strip}"`,
	"php":  `<?php echo "hello ", trim(fgets(STDIN)), "\n";`,
	"perl": `chomp(my $s = <STDIN>); print "hello $s\n";`,
	"bash": `read -r name; echo "hello $name" | cat`,
}

func TestLanguages(t *testing.T) {
	languages := sharedRunner(t).Languages()
	if len(languages) < 3 {
		t.Errorf("only %d languages were found: %v", len(languages), languages)
	}
	for _, l := range languages {
		t.Run(l.ID, func(t *testing.T) {
			source, ok := helloPrograms[l.ID]
			if !ok {
				t.Fatal("this test has no program for the language")
			}
			if l.Version == "" || !strings.Contains(l.Name, strings.Split(l.Version, ".")[0]) {
				t.Errorf("the language calls itself %q, version %q", l.Name, l.Version)
			}
			o := runProgram(t, sandbox.Program{Language: l.ID, Source: source, Stdin: "会面\n"})
			o.requireStatus(t, sandbox.StatusOK)
			if o.stdout != "hello 会面\n" || o.stderr != "" {
				t.Errorf("stdout %q, stderr %q", o.stdout, o.stderr)
			}
			t.Logf("%s (%s): %v wall, %v CPU, %d MB", l.Name, l.Version, o.Wall.Round(time.Millisecond), o.CPU.Round(time.Millisecond), o.MemoryBytes>>20)
		})
	}
}

func TestExitStatus(t *testing.T) {
	cases := []struct {
		name, language, source string
		status                 sandbox.Status
		code                   int
		signal                 string
	}{
		{"exit code", "python", "raise SystemExit(3)", sandbox.StatusExitError, 3, ""},
		{"exception", "python", "1/0", sandbox.StatusExitError, 1, ""},
		{"signal", "python", "import os; os.abort()", sandbox.StatusExitError, 134, "SIGABRT"},
		{"killed by itself", "bash", "(sleep 0); kill -SEGV $$", sandbox.StatusExitError, 139, "SIGSEGV"},
		{"compiler refuses", "c", "int main(void) { return x; }", sandbox.StatusCompileError, 1, ""},
		{"compiled, then fails", "c", "int main(void) { return 4; }", sandbox.StatusExitError, 4, ""},
		{"compiled, then dies", "c", "int main(void) { volatile int *p = 0; return *p; }", sandbox.StatusExitError, 139, "SIGSEGV"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !hasLanguage(sharedRunner(t), c.language) {
				t.Skipf("%s is not on this machine", c.language)
			}
			o := runProgram(t, sandbox.Program{Language: c.language, Source: c.source})
			o.requireStatus(t, c.status)
			if o.ExitCode != c.code || o.Signal != c.signal {
				t.Errorf("exit code %d signal %q, want %d %q", o.ExitCode, o.Signal, c.code, c.signal)
			}
		})
	}
}

func hasLanguage(r sandbox.Runner, id string) bool {
	return slices.ContainsFunc(r.Languages(), func(l sandbox.Language) bool { return l.ID == id })
}

// The programs run for ten minutes unless a limit stops them.
func TestTimeLimits(t *testing.T) {
	const asleep, busy = "import time; time.sleep(600)", "import time\nwhile time.monotonic() < 600: pass"
	for name, c := range map[string]struct {
		source string
		limits sandbox.Limits
	}{
		"wall, asleep": {asleep, sandbox.Limits{Wall: time.Second}},
		"wall, busy":   {busy, sandbox.Limits{Wall: time.Second}},
		"CPU":          {busy, sandbox.Limits{CPU: 2 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			o := runPython(t, "print('begun')\n"+c.source, c.limits)
			o.requireStatus(t, sandbox.StatusTimeLimit)
			if o.Wall < c.limits.Wall {
				t.Errorf("stopped after %v, before the limit", o.Wall)
			}
			// On a busy machine so short a wall time limit may pass before Python
			// has started.
			if o.stdout != "begun\n" && (c.limits.CPU > 0 || o.stdout != "") {
				t.Errorf("what was printed before is %q", o.stdout)
			}
		})
	}
}

func TestMemoryLimit(t *testing.T) {
	for name, source := range map[string]string{
		"heap":  "b = []\nwhile True: b.append(bytearray(4 << 20))",
		"files": "n = 0\nwhile True:\n  for d in ('/tmp', '/work', '/dev/shm'):\n    open(f'{d}/{n}', 'wb').write(bytes(4 << 20)); n += 1",
	} {
		t.Run(name, func(t *testing.T) {
			o := runPython(t, source, sandbox.Limits{MemoryBytes: 64 << 20})
			if name == "files" && o.Status == sandbox.StatusExitError && strings.Contains(o.stderr, "No space left") {
				return // the limit of the file size was reached first
			}
			o.requireStatus(t, sandbox.StatusMemoryLimit)
		})
	}
}

func TestFileLimit(t *testing.T) {
	o := runPython(t, "open('/work/f', 'wb', buffering=0).write(bytes(1 << 20))\nopen('/work/g', 'wb').write(bytes(8 << 20))",
		sandbox.Limits{FileBytes: 4 << 20})
	o.requireStatus(t, sandbox.StatusExitError)
	if !strings.Contains(o.stderr, "File too large") && !strings.Contains(o.stderr, "No space left") && o.Signal != "SIGXFSZ" {
		t.Errorf("stderr is %q", o.stderr)
	}
}

func TestProcessLimit(t *testing.T) {
	o := runPython(t, `
import os, signal
n = 0
try:
    while True:
        if os.fork() == 0:
            signal.pause()
        n += 1
except BlockingIOError:
    print(n)
`, sandbox.Limits{Processes: 20})
	o.requireStatus(t, sandbox.StatusOK)
	if o.stdout != "19\n" {
		t.Errorf("it made %q processes, want 19 beside itself", o.stdout)
	}
}

// A program whose processes reach their limit and which fails is not reported as
// out of memory. The processes are counted at intervals, so the program keeps them for a second.
func TestForkBomb(t *testing.T) {
	for name, source := range map[string]string{
		"exits": "import os, time\ntry:\n  while True: os.fork()\nfinally: time.sleep(1)",
		"stays": "import os, time\nwhile True:\n  try: os.fork()\n  except OSError: pass",
	} {
		t.Run(name, func(t *testing.T) {
			runPython(t, source, sandbox.Limits{CPU: 5 * time.Second}).requireStatus(t, sandbox.StatusProcessLimit)
		})
	}
}

// Compiling and running have limits of their own.
func TestCompileLimits(t *testing.T) {
	if !hasLanguage(sharedRunner(t), "c") {
		t.Skip("c is not on this machine")
	}
	const slowToCompile = `
#define A(x) B(x) B(x) B(x) B(x) B(x) B(x) B(x) B(x)
#define B(x) C(x) C(x) C(x) C(x) C(x) C(x) C(x) C(x)
#define C(x) D(x) D(x) D(x) D(x) D(x) D(x) D(x) D(x)
#define D(x) x; x; x; x; x; x; x; x;
int main(void) { volatile int i = 0; A(i += i * 3 + i / 7) A(i += i * 3 + i / 7) A(i += i * 3 + i / 7) A(i += i * 3 + i / 7) return 0; }`
	const busy = "int main(void) { for (volatile long i = 0; ; i++); }"
	const asleep = "#include <unistd.h>\nint main(void) { sleep(600); }"
	for _, c := range []struct {
		name, source string
		limits       sandbox.Limits
		detail       sandbox.Detail
	}{
		{"compiler's CPU", slowToCompile, sandbox.Limits{CompileCPU: time.Second}, sandbox.DetailCompileCPU},
		{"compiler's wall", slowToCompile, sandbox.Limits{CompileWall: time.Second}, sandbox.DetailCompileWall},
		{"program's CPU", busy, sandbox.Limits{CPU: time.Second}, sandbox.DetailCPU},
		{"program's wall", asleep, sandbox.Limits{Wall: time.Second}, sandbox.DetailWall},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := runProgram(t, sandbox.Program{Language: "c", Source: c.source, Limits: c.limits})
			o.requireStatus(t, sandbox.StatusTimeLimit)
			if o.Detail != c.detail || o.stderr != "" || o.ExitCode != -1 {
				t.Errorf("detail %q, stderr %q, exit code %d; want %q", o.Detail, lastBytes(o.stderr), o.ExitCode, c.detail)
			}
		})
	}
	t.Run("the compiler's time is not the program's", func(t *testing.T) {
		o := runProgram(t, sandbox.Program{Language: "c", Source: "#include <stdio.h>\nint main(void) { puts(\"done\"); }",
			Limits: sandbox.Limits{CPU: 300 * time.Millisecond}})
		o.requireStatus(t, sandbox.StatusOK)
		if o.CompileCPU <= 0 || o.CompileCPU > o.CPU { // equal: the program takes less than the resolution of the measurement
			t.Errorf("%v CPU of the compiler, %v in all", o.CompileCPU, o.CPU)
		}
	})
}

// Sources as people have them: in a package, with a public class of any name.
func TestEntryPoints(t *testing.T) {
	const hello = `public static void main(String[] a) { System.out.println("hello"); }`
	for _, c := range []struct {
		name, language, source string
		status                 sandbox.Status
		detail                 sandbox.Detail
	}{
		{"package", "java", "package com.example.interview;\npublic class Main { " + hello + " }", sandbox.StatusOK, ""},
		{"public class", "java", "public class Solution { " + hello + " }", sandbox.StatusOK, ""},
		{"both, and comments", "java", "// class Wrong { void main() }\npackage a.b; /* public class X { */ import java.util.*;\n" +
			"class Helper { String s = \"}{ class Y\"; }\npublic final class Solution { " + hello + " }", sandbox.StatusOK, ""},
		{"main beside a public class", "java", "public class Solution { int f() { return 1; } }\nclass Test { " + hello + " }", sandbox.StatusOK, ""},
		{"inherited", "java", "class Base { " + hello + " }\nclass Main extends Base { }", sandbox.StatusOK, ""},
		{"no main", "java", "class Solution { int[] twoSum(int[] n, int t) { return null; } }", sandbox.StatusExitError, sandbox.DetailJavaNoMain},
		{"no main, compile error", "java", "class Solution { int f() { return x; } }", sandbox.StatusCompileError, ""},
		{"no package main", "go", "// The solution.\npackage solution\n\nfunc F() {}\n", sandbox.StatusExitError, sandbox.DetailGoNoMain},
		{"another error", "go", "package main\n\nfunc main() { panic(1) }\n", sandbox.StatusExitError, ""},
	} {
		t.Run(c.language+" "+c.name, func(t *testing.T) {
			if !hasLanguage(sharedRunner(t), c.language) {
				t.Skipf("%s is not on this machine", c.language)
			}
			o := runProgram(t, sandbox.Program{Language: c.language, Source: c.source})
			o.requireStatus(t, c.status)
			if o.Detail != c.detail || c.status == sandbox.StatusOK && o.stdout != "hello\n" || c.detail != "" && o.stderr != "" {
				t.Errorf("detail %q, stdout %q, stderr %q", o.Detail, o.stdout, o.stderr)
			}
		})
	}
}

func TestOutputLimit(t *testing.T) {
	o := runPython(t, "while True: print('x' * 99)", sandbox.Limits{OutputBytes: 10_000})
	o.requireStatus(t, sandbox.StatusOutputLimit)
	if !o.Truncated || len(o.stdout) != 10_000 {
		t.Errorf("truncated is %v, %d bytes came", o.Truncated, len(o.stdout))
	}
}

func TestOrderAndStreaming(t *testing.T) {
	var chunks []sandbox.Chunk
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result, err := sharedRunner(t).Run(ctx, sandbox.Program{
		Language: "python",
		Source:   "import sys, time\nprint('一')\ntime.sleep(.3)\nprint('二', file=sys.stderr)\ntime.sleep(.3)\nprint('三')\ntime.sleep(60)",
	}, func(c sandbox.Chunk) {
		// One line may arrive in several chunks: the interpreter writes the
		// text and the line end separately.
		if n := len(chunks); n > 0 && chunks[n-1].Stream == c.Stream {
			chunks[n-1].Text += c.Text
		} else {
			chunks = append(chunks, c)
		}
		if strings.HasSuffix(chunks[len(chunks)-1].Text, "三\n") {
			cancel() // the chunk arrives while the program runs
		}
	})
	if err != nil || result.Status != sandbox.StatusCancelled || result.ExitCode != -1 {
		t.Fatalf("result %+v, error %v", result, err)
	}
	want := []sandbox.Chunk{{Stream: "stdout", Text: "一\n"}, {Stream: "stderr", Text: "二\n"}, {Stream: "stdout", Text: "三\n"}}
	if !slices.Equal(chunks, want) {
		t.Errorf("chunks are %q, want %q", chunks, want)
	}
}

func TestHostIsolation(t *testing.T) {
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("the host's secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	source := fmt.Sprintf(`
import os, socket
for path in ["/etc/shadow", "/etc/hostname", "/root", %q, %q, "/proc/1/root/etc/shadow", "/home", "/var"]:
    try:
        print("readable:", path, os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError:
        pass
for path in ["/usr/bin/x", "/usr/lib/x", "/etc/passwd", "/x", "/work/main.py"]:
    try:
        open(path, "a").write("x"); print("writable:", path)
    except OSError:
        pass
for family, address in [(socket.AF_INET, ("1.1.1.1", 53)), (socket.AF_INET, ("127.0.0.1", %d)), (socket.AF_INET, ("169.254.169.254", 80))]:
    try:
        s = socket.socket(family); s.settimeout(2); s.connect(address); print("connected:", address)
    except OSError:
        pass
try:
    os.setuid(0); print("became root")
except OSError:
    pass
print("uid", os.getuid(), "environment", sorted(os.environ))
status = open("/proc/self/status").read()
print([line for line in status.splitlines() if line.startswith(("CapEff", "CapBnd"))])
`, repository, secret, listenOnHost(t))
	t.Setenv("HUIMIAN_TEST_SECRET", "1")
	o := runPython(t, source, sandbox.Limits{})
	o.requireStatus(t, sandbox.StatusOK)
	want := "uid 10000 environment ['HOME', 'LANG', 'PATH', 'PWD', 'PYTHONDONTWRITEBYTECODE', 'PYTHONUNBUFFERED', 'TMPDIR', 'USER']\n" +
		"['CapEff:\\t0000000000000000', 'CapBnd:\\t0000000000000000']\n"
	if o.stdout != want {
		t.Errorf("the program reached:\n%s\nwant only:\n%s", o.stdout, want)
	}
}

// On the host, gVisor's kernel and the program have no user id of the server and
// no capabilities, and the group limits tasks and CPU time.
func TestHostPrivileges(t *testing.T) {
	r := sharedRunner(t)
	if os.Geteuid() != 0 {
		t.Skip("without root, gVisor runs as the current user")
	}
	ctx, cancel := context.WithCancel(t.Context())
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		begin := sync.OnceFunc(func() { close(begun) })
		_, err := r.Run(ctx, sandbox.Program{Language: "python", Source: "print('begun')\nimport time; time.sleep(60)"}, func(sandbox.Chunk) { begin() })
		ended <- err
	}()
	<-begun
	var missing string
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(missing)
		}
	})
	// One that the pool prepares meanwhile has its privileges until its kernel starts.
	waitUntil(t, "the processes of all containers have no privileges", func() bool {
		missing = findPrivileges()
		return missing == ""
	})
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// findPrivileges describes what a process of a container has more than it needs, "" if none has.
func findPrivileges() string {
	files, _ := filepath.Glob(filepath.Join(sharedRoot, "*", "runs", "*", "pid"))
	count := 0
	for _, file := range files {
		pid, _ := os.ReadFile(file)
		dir := filepath.Join("/proc", strings.TrimSpace(string(pid)))
		status, err := os.ReadFile(filepath.Join(dir, "status"))
		if err != nil {
			continue // it has ended
		}
		count++
		for _, want := range []string{"Uid:\t65534\t65534\t65534\t65534\n", "CapEff:\t0000000000000000\n", "CapPrm:\t0000000000000000\n", "Seccomp:\t2\n"} {
			if !strings.Contains(string(status), want) {
				return fmt.Sprintf("the status lacks %q:\n%s", want, status)
			}
		}
		if groups, _ := os.ReadFile(filepath.Join(dir, "cgroup")); !strings.Contains(string(groups), "huimian-") {
			return fmt.Sprintf("the groups are\n%s", groups)
		}
	}
	if count == 0 {
		return "there is no container"
	}
	return ""
}

func TestRunsAreIsolated(t *testing.T) {
	runPython(t, "open('/tmp/left', 'w').write('x'); open('/work/left', 'w').write('x')", sandbox.Limits{}).requireStatus(t, sandbox.StatusOK)
	o := runPython(t, "import os; print(os.listdir('/tmp'), os.listdir('/work'), os.listdir('/dev/shm'))", sandbox.Limits{})
	if o.stdout != "[] ['main.py'] []\n" {
		t.Errorf("the next program sees %q", o.stdout)
	}
}

func TestSlots(t *testing.T) {
	r := sharedRunner(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begun := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for range 2 { // both slots
		wg.Go(func() {
			_, _ = r.Run(ctx, sandbox.Program{Language: "python", Source: "print('begun')\nimport time; time.sleep(60)"},
				func(sandbox.Chunk) { begun <- struct{}{} })
		})
	}
	<-begun
	<-begun
	impatient, give := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer give()
	result, err := r.Run(impatient, sandbox.Program{Language: "python", Source: "print(1)"}, func(c sandbox.Chunk) { t.Errorf("it ran and printed %q", c.Text) })
	if err != nil || result.Status != sandbox.StatusCancelled {
		t.Errorf("result %+v, error %v", result, err)
	}
	cancel()
	wg.Wait()
	runPython(t, "print(1)", sandbox.Limits{}).requireStatus(t, sandbox.StatusOK)
}

func TestCleanup(t *testing.T) {
	r, root := newRunner(t, 0)
	stopAt := func(cancelled, wall time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), cancelled)
		defer cancel()
		if _, err := runProgramOn(ctx, r, sandbox.Program{Language: "python", Source: "import time; time.sleep(60)", Limits: sandbox.Limits{Wall: wall}}); err != nil {
			t.Fatal(err)
		}
	}
	for after := 10 * time.Millisecond; after <= 500*time.Millisecond; after = after * 5 / 4 { // stopped at every stage of the run
		stopAt(after, time.Minute)
	}
	for wall := time.Millisecond; wall <= 100*time.Millisecond; wall *= 10 {
		stopAt(time.Minute, wall)
	}
	for _, pattern := range []string{"*/runs/*", "*/state/huimian-*"} {
		left, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, error %v", left, err)
		}
	}
}

func TestUnknownLanguage(t *testing.T) {
	_, err := runProgramOn(t.Context(), sharedRunner(t), sandbox.Program{Language: "cobol"})
	if !errors.Is(err, sandbox.ErrUnknownLanguage) {
		t.Errorf("error is %v", err)
	}
}

// A compiler that opens the input of the shell finds none, and cannot make the sandbox believe
// that it has ended.
func TestCompilerHasNoInput(t *testing.T) {
	for name, source := range map[string]string{
		"input":           "#include \"/proc/1/fd/0\"\nint main() {}\n",
		"mark, and input": "#include \"/proc/1/cmdline\"\n#include \"/proc/1/fd/0\"\nint main() {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			o := runProgram(t, sandbox.Program{Language: "cpp", Source: source, Stdin: "hidden 42", Limits: sandbox.Limits{CompileWall: 5 * time.Second}})
			if text := o.stdout + o.stderr; strings.Contains(text, "hidden") || o.Status == sandbox.StatusOK {
				t.Errorf("status %s: %s", o.Status, text)
			}
		})
	}
}

func TestInputOfCompiledProgram(t *testing.T) {
	source := "#include <iostream>\n#include <string>\nint main() { std::string line; while (std::getline(std::cin, line)) std::cout << line << '|'; }\n"
	want := strings.Repeat("0123456789\n", 20_000)
	o := runProgram(t, sandbox.Program{Language: "cpp", Source: source, Stdin: want})
	if o.Status != sandbox.StatusOK || o.stdout != strings.ReplaceAll(want, "\n", "|") {
		t.Errorf("status %s: %d bytes, %s", o.Status, len(o.stdout), o.stderr)
	}
	ignored := runProgram(t, sandbox.Program{Language: "cpp", Source: "int main() { return 3; }\n", Stdin: want})
	if ignored.Status != sandbox.StatusExitError || ignored.ExitCode != 3 {
		t.Errorf("a program that reads nothing: %+v", ignored)
	}
}
