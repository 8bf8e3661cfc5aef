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

// run is one run of one program.
type run struct {
	g      *gvisor
	look   *look
	img    *image
	limits Limits
	emit   func(Chunk)

	id     string
	dir    string
	group  group
	out    *output
	stdout *stream
	stderr *stream
	cmd    *exec.Cmd

	failure string // runsc's complaint when runsc itself failed
}

// do runs the program in a container of its own and leaves nothing of it behind.
func (r *run) do(ctx context.Context, source, stdin string) (Result, error) {
	if ctx.Err() != nil {
		return cancelled, nil
	}
	r.id = newID()
	r.dir = filepath.Join(r.g.dir, "runs", r.id)
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	defer func() { r.warn(os.RemoveAll(r.dir)) }()
	var err error
	if r.group, err = r.look.groups.create(r.id, r.limits.MemoryBytes+kernelMemory); err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	defer func() { r.warn(r.group.remove()) }()
	mark := newID() + "\n"
	if err := writeBundle(r.dir, r.img, source, mark, r.limits); err != nil {
		return Result{}, fmt.Errorf("run program: %w", err)
	}
	r.prepare(ctx, stdin, mark)
	return r.start(ctx)
}

// prepare makes the command. It knows nothing of our environment, which holds secrets.
func (r *run) prepare(ctx context.Context, stdin, mark string) {
	r.out = newOutput(r.limits.OutputBytes, r.emit)
	r.stdout = &stream{out: r.out, name: Stdout}
	r.stderr = &stream{out: r.out, name: Stderr}
	if r.img.compile != "" {
		r.stderr.mark = []byte(mark)
	}
	// Stopped by the watcher, which knows the reason, and not by a context.
	r.cmd = r.runsc(context.WithoutCancel(ctx), "run", "--bundle", r.dir, "--pid-file", r.pidFile(), r.id)
	r.cmd.Stdin = strings.NewReader(stdin)
	r.cmd.Stdout, r.cmd.Stderr = r.stdout, r.stderr
	r.cmd.WaitDelay = killGrace
}

// runsc makes a command of runsc that joins the control group first and dies with us.
func (r *run) runsc(ctx context.Context, args ...string) *exec.Cmd {
	all := append([]string{"-c", joinThenExec, "sh"}, r.group.dirs()...)
	all = append(all, "--", r.look.runsc)
	all = append(all, r.g.flags()...)
	all = append(all, "--log", r.logFile())
	cmd := exec.CommandContext(ctx, "/bin/sh", append(all, args...)...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + r.g.dir, "XDG_RUNTIME_DIR=" + r.g.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return cmd
}

const joinThenExec = `while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"`

// flags are the same for every command of runsc.
func (g *gvisor) flags() []string {
	flags := []string{
		"--root", filepath.Join(g.dir, "state"),
		"--platform=systrap", // needs no KVM
		"--network=none",
		"--ignore-cgroups",               // we join a group of our own making
		"--overlay2=none",                // the root is read-only
		"--host-settings=ignore",         // advice about the host's kernel, of no use in a log of runs
		"--gofer-network-namespace=new",  // the default leaves a mount behind in the state directory
		"--file-access-mounts=exclusive", // what we mount does not change while a program runs
		"--character-device-policy=emulated-only",
	}
	if os.Geteuid() != 0 {
		flags = append(flags, "--rootless")
	}
	return flags
}

func (r *run) pidFile() string { return filepath.Join(r.dir, "pid") }
func (r *run) logFile() string { return filepath.Join(r.dir, "log") }

// start runs the command to its end and judges it.
func (r *run) start(ctx context.Context) (Result, error) {
	begin := time.Now()
	if err := r.cmd.Start(); err != nil {
		r.out.close()
		return Result{}, fmt.Errorf("start runsc: %w", err)
	}
	w := r.watch(ctx)
	waited := r.cmd.Wait()
	w.end()
	wall := time.Since(begin)
	r.group.kill()
	r.stdout.close()
	r.stderr.close()
	r.out.close()
	r.failure = r.complaint(r.cmd.ProcessState.ExitCode())
	r.delete(ctx)
	var exit *exec.ExitError
	if waited != nil && !errors.As(waited, &exit) && !errors.Is(waited, exec.ErrWaitDelay) {
		return Result{}, fmt.Errorf("wait for runsc: %w", waited)
	}
	result := Result{ExitCode: r.cmd.ProcessState.ExitCode(), Wall: wall, CPU: w.cpu(), MemoryBytes: w.peak()}
	return r.judge(result, w.reason)
}

// judge decides what the end means. reason is why we stopped it, empty when we did not.
func (r *run) judge(result Result, reason Status) (Result, error) {
	result.Truncated = r.out.wasTruncated()
	switch {
	case r.group.outOfMemory():
		result.Status, result.ExitCode = StatusMemoryLimit, -1
	case reason != "":
		result.Status, result.ExitCode = reason, -1
	case result.Truncated: // it ended by itself before we could stop it
		result.Status = StatusOutputLimit
	case r.failure != "":
		return Result{}, fmt.Errorf("run program in gVisor: %s", r.failure)
	case signalName(result.ExitCode) == "SIGXCPU": // the limit of one process, where there is no group
		result.Status, result.ExitCode = StatusTimeLimit, -1
	case r.img.compile != "" && !r.stderr.seen:
		result.Status = StatusCompileError
	case result.ExitCode == 0:
		result.Status = StatusOK
	default:
		result.Status = StatusExitError
		result.Signal = signalName(result.ExitCode)
	}
	return result, nil
}

// complaint returns what runsc says when it was runsc that failed rather than the program.
func (r *run) complaint(code int) string {
	b, err := os.ReadFile(r.logFile())
	if err != nil {
		b = nil // runsc did not come so far as to open its log
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

// delete removes what runsc remembers of the container. `runsc run` does so itself unless it was
// killed; killed between its lock and its state, it leaves a lock that no command of runsc removes.
func (r *run) delete(ctx context.Context) {
	if len(r.remembered()) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	cmd := r.runsc(ctx, "delete", "--force", r.id)
	if b, err := cmd.CombinedOutput(); err != nil {
		r.warn(fmt.Errorf("delete container: %w: %s", err, strings.TrimSpace(string(b))))
	}
	for _, path := range r.remembered() {
		r.warn(os.RemoveAll(path))
	}
}

// remembered lists what runsc keeps of the container in its state directory.
func (r *run) remembered() []string {
	left, err := filepath.Glob(filepath.Join(r.g.dir, "state", r.id+"*"))
	r.warn(err)
	return left
}

func (r *run) warn(err error) {
	if err != nil {
		r.g.cfg.Logger.Warn("sandbox left something behind", "container", r.id, "error", err)
	}
}

// signalName names the signal in an exit code, as shells count: 128 + number.
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
