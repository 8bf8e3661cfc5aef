package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

// newRunner returns a runner of its own with a pool, and its directory.
func newRunner(t testing.TB, poolSize int) (sandbox.Runner, string) {
	t.Helper()
	sharedRunner(t) // skips without runsc
	root := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := sandbox.New(ctx, sandbox.Config{RunscPath: runscPath, Root: root, CacheDir: cachePath, Slots: 2, PoolSize: poolSize})
	if err == nil {
		err = r.Ready()
	}
	t.Cleanup(func() {
		cancel()
		waitUntil(t, "the runner has removed its files", func() bool { return len(glob(t, filepath.Join(root, "huimian-*"))) == 0 })
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, root
}

// waitUntil polls a condition.
func waitUntil(t testing.TB, what string, isTrue func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for !isTrue() {
		if time.Now().After(deadline) {
			t.Fatalf("it does not happen that %s", what)
		}
		<-poll.C
	}
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func statsOf(r sandbox.Runner) sandbox.PoolStats { return r.(sandbox.Pooled).PoolStats() }

// waitForIdle waits until the pool has a number of containers, and no other container exists. It
// returns the process ids of their kernels.
func waitForIdle(t testing.TB, r sandbox.Runner, root string, count int) (pids []int) {
	t.Helper()
	waitUntil(t, fmt.Sprintf("%d containers are idle", count), func() bool {
		if statsOf(r).Idle != count || len(glob(t, filepath.Join(root, "*/runs/*"))) != count {
			return false
		}
		pids = nil
		for _, file := range glob(t, filepath.Join(root, "*/runs/*/pid")) {
			b, _ := os.ReadFile(file)
			if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
				pids = append(pids, pid)
			}
		}
		return len(pids) == count
	})
	return pids
}

// listProcesses lists the command lines of the processes that belong to a runner's directory.
func listProcesses(t testing.TB, root string) (list []string) {
	t.Helper()
	for _, file := range glob(t, "/proc/[0-9]*/cmdline") {
		b, _ := os.ReadFile(file) // the process may have ended
		if strings.Contains(string(b), root) {
			list = append(list, strings.ReplaceAll(string(b), "\x00", " "))
		}
	}
	return list
}

// describingProgram prints what a program can observe of its sandbox.
var describingProgram = sandbox.Program{
	Language: "python", Path: "app/main.py", Stdin: "input\n", Files: []sandbox.File{{Path: "app/data/a.txt", Text: "a"}, {Path: "b.txt", Text: "b"}},
	Source: `
import os, resource, signal, sys
print(sys.argv, os.getcwd(), sorted(os.environ.items()), os.getuid(), os.getgid(), os.getgroups(), oct(os.umask(0)))
print([(n, resource.getrlimit(getattr(resource, n))) for n in sorted(dir(resource)) if n.startswith("RLIMIT_")])
print([l for l in open("/proc/self/status").read().splitlines() if l.startswith(("Cap", "NoNewPrivs", "Seccomp", "Sig"))])
for top in ("/work", "/tmp", "/dev/shm", "/"):
    print(top, sorted(os.listdir(top)))
for folder, _, files in os.walk("/work"):
    print(folder, oct(os.stat(folder).st_mode), os.stat(folder).st_uid, [(f, oct(os.stat(os.path.join(folder, f)).st_mode), os.stat(os.path.join(folder, f)).st_uid) for f in sorted(files)])
print(sorted(fd for fd in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + fd)), open("/proc/mounts").read())
print([signal.getsignal(s) for s in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGTERM, signal.SIGINT)], repr(sys.stdin.read()))
print("error", file=sys.stderr)
sys.exit(7)
`,
}

// A program observes the same in an idle container as in a new one.
func TestPooledRunEqualsColdRun(t *testing.T) {
	cold, _ := newRunner(t, 0)
	pooled, root := newRunner(t, 1)
	waitForIdle(t, pooled, root, 1)
	var outcomes [2]outcome
	for i, r := range []sandbox.Runner{cold, pooled} {
		o, err := runProgramOn(t.Context(), r, describingProgram)
		if err != nil {
			t.Fatal(err)
		}
		o.requireStatus(t, sandbox.StatusExitError)
		if o.Wall <= 0 || o.CPU <= 0 || o.MemoryBytes <= 0 {
			t.Errorf("usage %v, %v, %d bytes", o.Wall, o.CPU, o.MemoryBytes)
		}
		o.Wall, o.CPU, o.MemoryBytes = 0, 0, 0
		outcomes[i] = o
	}
	if outcomes[0] != outcomes[1] || outcomes[0].ExitCode != 7 || outcomes[0].stderr != "error\n" || !strings.Contains(outcomes[0].stdout, `'input\n'`) {
		t.Errorf("a new container:\n%+v\nan idle one:\n%+v", outcomes[0], outcomes[1])
	}
	if s := statsOf(pooled); s.Hits != 1 || s.Misses != 0 {
		t.Errorf("%+v", s)
	}
	if s := statsOf(cold); s != (sandbox.PoolStats{}) {
		t.Errorf("without a pool: %+v", s)
	}
}

// Each program has a container of its own; the pool replaces the one that was used, by one of the
// same language, and never has more than its size.
func TestPoolIsRefilledUpToItsSize(t *testing.T) {
	r, root := newRunner(t, 2)
	seen := waitForIdle(t, r, root, 2)
	for n := range 3 {
		o, err := runProgramOn(t.Context(), r, sandbox.Program{Language: "python", Source: "print(open('/tmp/x', 'x').write('x'))"})
		if err != nil || o.stdout != "1\n" {
			t.Fatalf("%+v, %v", o, err)
		}
		pids := waitForIdle(t, r, root, 2)
		if used := slices.DeleteFunc(slices.Clone(seen), func(pid int) bool { return slices.Contains(pids, pid) }); len(used) == 0 {
			t.Errorf("run %d: the containers %v are still in the pool", n, seen)
		}
		seen = pids
	}
	s := statsOf(r)
	if s.Hits != 3 || s.Misses != 0 || s.Size != 2 {
		t.Errorf("%+v", s)
	}
	if s.MemoryBytes <= 1<<20 || s.MemoryBytes > 2*sandbox.IdleMemory {
		t.Errorf("the idle containers use %d bytes", s.MemoryBytes)
	}
	// Limits that are fixed when a container is created need one of their own.
	if o, err := runProgramOn(t.Context(), r, sandbox.Program{Language: "python", Source: "print(1)", Limits: sandbox.Limits{Processes: 5}}); err != nil || o.stdout != "1\n" {
		t.Errorf("%+v, %v", o, err)
	}
	if s := statsOf(r); s.Hits != 3 || s.Misses != 1 {
		t.Errorf("other limits: %+v", s)
	}
}

// An idle container that is killed is replaced, whichever of its processes dies.
func TestKilledIdleContainerIsReplaced(t *testing.T) {
	r, root := newRunner(t, 1)
	for _, name := range []string{"runsc-sandbox", "runsc-gofer", " run --bundle "} {
		before := waitForIdle(t, r, root, 1)
		killProcess(t, root, name)
		waitUntil(t, "the container is replaced after the end of "+name, func() bool {
			return !slices.Equal(waitForIdle(t, r, root, 1), before)
		})
		o, err := runProgramOn(t.Context(), r, sandbox.Program{Language: "python", Source: "print('runs')"})
		if err != nil || o.stdout != "runs\n" {
			t.Errorf("after the end of %s: %+v, %v", name, o, err)
		}
	}
	waitForIdle(t, r, root, 1)
	if s := statsOf(r); s.Misses != 0 {
		t.Errorf("%+v", s)
	}
}

// killProcess kills the process of a runner's only container whose command line contains a text.
func killProcess(t *testing.T, root, name string) {
	t.Helper()
	for _, file := range glob(t, "/proc/[0-9]*/cmdline") {
		b, _ := os.ReadFile(file)
		line := strings.ReplaceAll(string(b), "\x00", " ")
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && strings.Contains(line, root) && strings.Contains(line, name) {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no process has %q in its command line:\n%s", name, strings.Join(listProcesses(t, root), "\n"))
}

// A program whose container dies while it is handed over runs in a new one.
func TestContainerDiesBeforeTheProgramStarts(t *testing.T) {
	r, root := newRunner(t, 1)
	pids := waitForIdle(t, r, root, 1)
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil { // the pool may not know it yet
		t.Fatal(err)
	}
	o, err := runProgramOn(t.Context(), r, sandbox.Program{Language: "python", Source: "print('runs')"})
	if err != nil || o.stdout != "runs\n" || o.Status != sandbox.StatusOK {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestShutdownLeavesNoProcess(t *testing.T) {
	sharedRunner(t)
	root := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := sandbox.New(ctx, sandbox.Config{RunscPath: runscPath, Root: root, CacheDir: cachePath, PoolSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	waitForIdle(t, r, root, 2)
	if len(listProcesses(t, root)) == 0 {
		t.Fatal("no process of the containers is found")
	}
	cancel()
	waitUntil(t, "the runner has removed its files", func() bool { return len(glob(t, filepath.Join(root, "huimian-*"))) == 0 })
	if left := listProcesses(t, root); len(left) > 0 {
		t.Errorf("left behind:\n%s", strings.Join(left, "\n"))
	}
}

const poolHelperRoot = "HUIMIAN_TEST_POOL_ROOT"

// TestPoolHelper is the process that TestKilledProcessLeavesNoContainer kills.
func TestPoolHelper(t *testing.T) {
	root := os.Getenv(poolHelperRoot)
	if root == "" {
		t.Skip("it is started by another test")
	}
	r, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runscPath, Root: root, CacheDir: cachePath, PoolSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	waitForIdle(t, r, root, 2)
	fmt.Println("the pool is full")
	select {}
}

// The idle containers of a process that is killed end with it, and the next process removes
// their files.
func TestKilledProcessLeavesNoContainer(t *testing.T) {
	sharedRunner(t)
	root := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPoolHelper$")
	cmd.Env = append(os.Environ(), poolHelperRoot+"="+root)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "the pool is full"; {
		t.Log(lines.Text())
	}
	if len(listProcesses(t, root)) == 0 {
		t.Error("no process of the containers is found")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	waitUntil(t, "the processes have ended", func() bool { return len(listProcesses(t, root)) == 0 })
	r, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runscPath, Root: root, CacheDir: cachePath})
	if err == nil {
		err = r.Ready()
	}
	if left := glob(t, filepath.Join(root, "*/runs/*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
