package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// programRun is one run of one program.
type programRun struct {
	g          *gvisorRunner
	inspection *inspection
	img        *image
	limits     Limits
	emit       func(Chunk)
	terminal   *Terminal // nil without one

	id     string
	dir    string
	group  cgroup
	out    *output
	stdout *streamWriter
	stderr *streamWriter
	cmd    *exec.Cmd
	pty    *pty       // of terminal
	input  *heldInput // of a program that is compiled first, without a terminal

	compilerCPU time.Duration // CPU time until the program was started; 0 without a control group

	failure string // error message of runsc when runsc itself failed
}

// execute runs the program in its own container and cleans up.
func (r *programRun) execute(ctx context.Context, p Program) (Result, error) {
	if ctx.Err() != nil {
		return cancelledResult, nil
	}
	r.id = newID()
	r.dir = filepath.Join(r.g.dir, "runs", r.id)
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	defer func() { r.logWarning(os.RemoveAll(r.dir)) }()
	var err error
	if r.group, err = r.inspection.cgroups.createGroup(r.id, newGroupLimits(r.limits)); err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	defer func() { r.logWarning(r.group.removeDirs()) }()
	mark := newID() // without a line break, which a terminal changes
	if err := writeBundle(r.dir, r.img, p, mark, r.limitsInside(), r.terminal != nil); err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	switch {
	case r.terminal != nil:
		r.pty, err = openPTY(r.terminal)
	case r.img.compile != "":
		r.input, err = holdInput(p.Stdin)
	}
	if err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	r.prepareCommand(ctx, p.Stdin, mark)
	return r.runCommand(ctx)
}

// limitsInside returns the limits that gVisor's kernel enforces. Where the watcher can
// read the CPU time, it limits that: gVisor's clock of a process also counts the time in
// which a busy machine does not run it.
func (r *programRun) limitsInside() Limits {
	inside := r.limits
	if r.group.countsCPU() {
		inside.CPU, inside.CompileCPU = inside.Wall, inside.CompileWall
	}
	return inside
}

// prepareCommand creates the command, without this process's environment, which
// contains secrets.
func (r *programRun) prepareCommand(ctx context.Context, stdin, mark string) {
	pace := outputPace{before: flushInterval}
	if r.pty != nil {
		pace = outputPace{after: terminalFlushInterval}
	}
	r.out = newOutput(r.limits.OutputBytes, pace, r.emit)
	r.stdout = &streamWriter{out: r.out, name: Stdout}
	r.stderr = &streamWriter{out: r.out, name: Stderr}
	if r.pty != nil {
		r.stderr = r.stdout // a terminal is one stream
	}
	if r.img.compile != "" {
		r.stderr.mark, r.stderr.compiled = []byte(mark), make(chan struct{})
		if r.group.memory != "" {
			r.stderr.onMark = func() { r.compilerCPU = r.group.cpuTime() }
		}
	}
	// The watcher stops the command and records the reason; a context would
	// not.
	r.cmd = r.runscCommand(context.WithoutCancel(ctx), "run", "--bundle", r.dir, "--pid-file", r.pidFile(), r.id)
	r.cmd.Stdin = strings.NewReader(stdin)
	r.cmd.Stdout, r.cmd.Stderr = r.stdout, r.stderr
	r.cmd.WaitDelay = killGrace
	switch {
	case r.pty != nil:
		r.pty.attachTo(r.cmd)
	case r.input != nil:
		r.cmd.Stdin = r.input.read
	}
}

// runscCommand returns a runsc command that joins the control group first and
// is killed when this process dies.
func (r *programRun) runscCommand(ctx context.Context, args ...string) *exec.Cmd {
	all := append([]string{"-c", joinThenExec, "sh"}, r.group.dirs()...)
	all = append(all, "--", r.inspection.runsc)
	all = append(all, r.g.runscFlags()...)
	all = append(all, "--log", r.logFile())
	cmd := exec.CommandContext(ctx, "/bin/sh", append(all, args...)...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + r.g.dir, "XDG_RUNTIME_DIR=" + r.g.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return cmd
}

const joinThenExec = `while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"`

// runscFlags returns the flags that all commands of runsc share.
func (g *gvisorRunner) runscFlags() []string {
	flags := []string{
		"--root", filepath.Join(g.dir, "state"),
		"--platform=systrap", // needs no KVM
		"--network=none",
		"--ignore-cgroups",               // the command joins a group that is created here
		"--directfs=false",               // gVisor's kernel has no privileges on the host: a gofer opens the files
		"--overlay2=none",                // the root is read-only
		"--host-settings=ignore",         // advice about the host's kernel is of no use in the log of a run
		"--gofer-network-namespace=new",  // the default leaves a mount in the state directory
		"--file-access-mounts=exclusive", // the mounted files do not change while a program runs
		"--character-device-policy=emulated-only",
	}
	if os.Geteuid() != 0 {
		flags = append(flags, "--rootless")
	}
	return flags
}

func (r *programRun) pidFile() string { return filepath.Join(r.dir, "pid") }
func (r *programRun) logFile() string { return filepath.Join(r.dir, "log") }

// runCommand runs the command and returns its result.
func (r *programRun) runCommand(ctx context.Context) (Result, error) {
	begin := time.Now()
	err := r.cmd.Start()
	if r.input != nil {
		r.input.startWriting(r.stderr.compiled)
		defer r.input.end()
	}
	if err != nil {
		r.out.stopFlushing()
		if r.pty != nil {
			r.logWarning(r.pty.closeBoth())
		}
		return Result{}, fmt.Errorf("start runsc: %w", err)
	}
	if r.pty != nil {
		r.pty.startCopying(ctx, r.stdout)
	}
	w := r.startWatcher(ctx)
	waited := r.cmd.Wait()
	w.stopAndWait()
	wall := time.Since(begin)
	r.group.killAll()
	if r.pty != nil {
		r.logWarning(r.pty.finishCopying())
	}
	r.stdout.flushPending()
	r.stderr.flushPending()
	r.out.stopFlushing()
	r.failure = r.runscError(r.cmd.ProcessState.ExitCode())
	r.deleteContainer(ctx)
	var exit *exec.ExitError
	if waited != nil && !errors.As(waited, &exit) && !errors.Is(waited, exec.ErrWaitDelay) {
		return Result{}, fmt.Errorf("wait for runsc: %w", waited)
	}
	result := Result{ExitCode: r.cmd.ProcessState.ExitCode(), Wall: wall, CPU: w.cpuTime(), CompileCPU: r.compilerCPU, MemoryBytes: w.peakMemory()}
	return r.classifyResult(result, w)
}

// classifyResult determines the status.
func (r *programRun) classifyResult(result Result, w *watcher) (Result, error) {
	result.Truncated = r.out.wasTruncated()
	switch {
	case r.group.outOfMemory():
		result.Status, result.ExitCode = StatusMemoryLimit, -1
	case w.reason != "":
		result.Status, result.Detail, result.ExitCode = w.reason, w.detail, -1
	case result.Truncated: // it ended before the watcher stopped it
		result.Status = StatusOutputLimit
	case r.group.outOfTasks() && (r.failure != "" || result.ExitCode != 0):
		result.Status, result.ExitCode = StatusProcessLimit, -1
	case r.wasInterrupted():
		result.Status, result.ExitCode, result.Signal = StatusExitError, 128+int(syscall.SIGINT), "SIGINT"
	case r.failure != "":
		return Result{}, fmt.Errorf("run program in gVisor: %s", r.failure)
	case signalName(result.ExitCode) == "SIGXCPU": // the limit per process, without a control group
		result.Status, result.Detail, result.ExitCode = StatusTimeLimit, w.cpuDetail(), -1
	case r.img.compile != "" && !r.stderr.markSeen:
		result.Status = StatusCompileError
	case result.ExitCode == 0:
		result.Status = StatusOK
	default:
		result.Status = StatusExitError
		result.Signal, result.Detail = signalName(result.ExitCode), r.img.check
	}
	if w.processesReached(result.Status, r.limits.Processes) {
		result.Status, result.Detail = StatusProcessLimit, ""
	}
	return result, nil
}

// wasInterrupted reports whether an interrupt ended runsc before it forwarded signals
// to the program.
func (r *programRun) wasInterrupted() bool {
	if r.pty == nil || !r.pty.interrupted.Load() {
		return false
	}
	status, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return r.failure != "" || ok && status.Signaled() && status.Signal() == syscall.SIGINT
}

// runscError returns the error message of runsc when runsc failed rather than
// the program.
func (r *programRun) runscError(code int) string {
	b, err := os.ReadFile(r.logFile())
	if err != nil {
		b = nil // runsc failed before it opened its log
	}
	for line := range strings.Lines(string(b)) {
		if _, complaint, ok := strings.Cut(line, "FATAL ERROR: "); ok {
			return strings.TrimSpace(complaint)
		}
	}
	if _, err := os.Stat(r.pidFile()); err != nil {
		return fmt.Sprintf("the container was not created, exit code %d", code)
	}
	return ""
}

// deleteContainer removes runsc's state of the container. `runsc run` does so
// itself unless it was killed; killed between creating its lock and its state,
// it leaves a lock that no command of runsc removes.
func (r *programRun) deleteContainer(ctx context.Context) {
	if len(r.stateFiles()) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	cmd := r.runscCommand(ctx, "delete", "--force", r.id)
	if b, err := cmd.CombinedOutput(); err != nil {
		r.logWarning(fmt.Errorf("delete container: %w: %s", err, strings.TrimSpace(string(b))))
	}
	for _, path := range r.stateFiles() {
		r.logWarning(os.RemoveAll(path))
	}
}

// stateFiles lists the container's files in runsc's state directory.
func (r *programRun) stateFiles() []string {
	left, err := filepath.Glob(filepath.Join(r.g.dir, "state", r.id+"*"))
	r.logWarning(err)
	return left
}

func (r *programRun) logWarning(err error) {
	if err != nil {
		r.g.cfg.Logger.Warn("cleaning up a run failed", "container", r.id, "error", err)
	}
}

// signalName returns the name of the signal in a shell exit code, 128 + number,
// or "".
func signalName(code int) string {
	names := map[syscall.Signal]string{
		syscall.SIGABRT: "SIGABRT", syscall.SIGBUS: "SIGBUS", syscall.SIGFPE: "SIGFPE", syscall.SIGILL: "SIGILL",
		syscall.SIGKILL: "SIGKILL", syscall.SIGSEGV: "SIGSEGV", syscall.SIGSYS: "SIGSYS", syscall.SIGTERM: "SIGTERM",
		syscall.SIGTRAP: "SIGTRAP", syscall.SIGXCPU: "SIGXCPU", syscall.SIGXFSZ: "SIGXFSZ", syscall.SIGPIPE: "SIGPIPE",
		syscall.SIGINT: "SIGINT", syscall.SIGHUP: "SIGHUP", syscall.SIGQUIT: "SIGQUIT",
	}
	if code <= 128 {
		return ""
	}
	if name, ok := names[syscall.Signal(code-128)]; ok {
		return name
	}
	return "signal " + strconv.Itoa(code-128)
}
