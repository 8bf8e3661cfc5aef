package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// container is a gVisor sandbox for one program. It is created before the program is known: its
// first process is a shell of a user of its own that waits, copies the files of the program
// into the working directory, and keeps the sandbox running until the program has ended. The
// program is a further process. A container in which a program has started is never used again.
type container struct {
	g     *gvisorRunner
	runsc string
	img   *image // of the language, without changes for a program
	fixed rlimits

	id, dir string
	group   cgroup
	cmd     *exec.Cmd     // `runsc run`
	orders  *os.File      // standard input of the shell
	replies *os.File      // its standard output
	ended   chan struct{} // closed when cmd has ended
}

// Lines that the shell writes.
const (
	replyReady  = "ready\n"  // it waits for orderCopy
	replyCopied = "copied\n" // the files are in the working directory
)

// errNoResponse is wrapped by the errors of a container whose shell has ended or is too slow.
var errNoResponse = errors.New("the container does not respond")

// waitingScript returns the command of the first process. Once no child is waited for, it ignores
// SIGCHLD, so that processes whose parents have ended do not remain as zombies. It ends with its
// input.
func (img *image) waitingScript() string {
	return "echo ready; read -r order && cp -R " + sourceDir + "/. " + workDir + " && echo copied || exit 1; trap '' CHLD; read -r order"
}

// preloadingScript returns the waitingScript of a container that is not used at once: it loads the
// files of the tools into gVisor's cache before.
func (img *image) preloadingScript() string {
	script := "cp --version >/dev/null 2>&1; "
	if img.preload != "" {
		script += img.preload + " </dev/null >/dev/null 2>&1; "
	}
	return script + img.waitingScript()
}

// prepareContainer creates a container and waits until it is ready for a program. inside are the
// limits that gVisor's kernel enforces, and script is a command of the first process.
func (g *gvisorRunner) prepareContainer(ctx context.Context, l *inspection, img *image, inside Limits, script string) (*container, error) {
	c := &container{g: g, runsc: l.runsc, img: img, fixed: inside.fixedLimits(), id: newID(), ended: make(chan struct{})}
	c.dir = filepath.Join(g.dir, "runs", c.id)
	err := os.MkdirAll(c.dir, 0o700)
	if err == nil {
		err = os.Mkdir(c.filesDir(), 0o755)
	}
	if err == nil {
		c.group, err = l.cgroups.createGroup(c.id, newIdleGroupLimits())
	}
	if err == nil {
		err = writeBundle(c.dir, img, inside, c.filesDir(), script)
	}
	if err == nil {
		err = c.startShell(ctx)
	}
	if err != nil {
		c.removeFiles()
		return nil, fmt.Errorf("prepare container: %w", err)
	}
	if err := c.awaitReply(ctx, replyReady); err != nil {
		c.stopProcesses(ctx)
		if failure := fatalError(c.logFile()); failure != "" {
			err = errors.New(failure)
		} else if code := c.cmd.ProcessState.ExitCode(); code > 0 {
			err = fmt.Errorf("the container was not created, exit code %d", code)
		}
		c.removeFiles()
		return nil, fmt.Errorf("prepare container: %w", err)
	}
	return c, nil
}

func (c *container) filesDir() string { return filepath.Join(c.dir, "files") }
func (c *container) pidFile() string  { return filepath.Join(c.dir, "pid") }
func (c *container) logFile() string  { return filepath.Join(c.dir, "log") }

// startShell starts the container with its first process.
func (c *container) startShell(ctx context.Context) error {
	childIn, orders, err := os.Pipe()
	if err != nil {
		return err
	}
	defer childIn.Close()
	replies, childOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, orders.Close())
	}
	defer childOut.Close()
	c.cmd = c.runscCommand(context.WithoutCancel(ctx), c.logFile(), "run", "--bundle", c.dir, "--pid-file", c.pidFile(), c.id)
	c.cmd.Stdin, c.cmd.Stdout = childIn, childOut
	if err := c.cmd.Start(); err != nil {
		c.cmd = nil
		return errors.Join(fmt.Errorf("start runsc: %w", err), orders.Close(), replies.Close())
	}
	c.orders, c.replies = orders, replies
	go func() {
		_ = c.cmd.Wait() // its log has the reason
		close(c.ended)
		c.g.pool.recordChange()
	}()
	return nil
}

// awaitReply waits for a line of the shell.
func (c *container) awaitReply(ctx context.Context, want string) error {
	_ = c.replies.SetReadDeadline(time.Now().Add(replyTimeout))
	stop := context.AfterFunc(ctx, func() { _ = c.replies.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	line := make([]byte, len(want))
	switch _, err := io.ReadFull(c.replies, line); {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("%w: %w", errNoResponse, err)
	case !bytes.Equal(line, []byte(want)):
		return fmt.Errorf("unexpected response of the container: %q", line)
	}
	return nil
}

// orderCopy makes the shell copy the files of the program into the working directory, and respond
// with replyCopied.
func (c *container) orderCopy() error {
	if _, err := c.orders.WriteString("copy\n"); err != nil {
		return fmt.Errorf("%w: %w", errNoResponse, err)
	}
	return nil
}

func (c *container) hasEnded() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// runscCommand returns a runsc command that joins the control group first and
// is killed when this process dies. Its environment is not that of this process, which
// contains secrets.
func (c *container) runscCommand(ctx context.Context, log string, args ...string) *exec.Cmd {
	all := append([]string{"-c", joinThenExec, "sh"}, c.group.dirs()...)
	all = append(all, "--", c.runsc)
	all = append(all, c.g.runscFlags()...)
	all = append(all, "--log", log)
	cmd := exec.CommandContext(ctx, "/bin/sh", append(all, args...)...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + c.g.dir, "XDG_RUNTIME_DIR=" + c.g.dir}
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

// firstExtraFile is the file descriptor of the first of a command's ExtraFiles.
const firstExtraFile = 3

// passFile passes a file to the program that a command of `runsc exec` starts. The flag precedes
// the name of the container, which is the last argument.
func passFile(cmd *exec.Cmd, f *os.File, descriptor int) {
	flag := fmt.Sprintf("--pass-fd=%d:%d", firstExtraFile+len(cmd.ExtraFiles), descriptor)
	cmd.ExtraFiles = append(cmd.ExtraFiles, f)
	last := len(cmd.Args) - 1
	cmd.Args = append(cmd.Args[:last:last], flag, cmd.Args[last])
}

// stopProcesses ends all processes of the container and waits for them. The shell ends with its input, and
// with it gVisor's kernel, which ends the other processes; those that remain are killed.
func (c *container) stopProcesses(ctx context.Context) {
	_ = c.orders.Close()
	if !isClosedWithin(c.ended, stopGrace) {
		c.killProcesses()
		<-c.ended
	}
	c.group.killAll()
	_ = c.replies.Close()
	c.deleteState(ctx)
}

// killProcesses kills the processes of the container. They die with runsc; remaining ones are in the
// control group.
func (c *container) killProcesses() {
	if !c.hasEnded() {
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		if pid := readInt(c.pidFile()); pid > 1 {
			_ = syscall.Kill(int(pid), syscall.SIGKILL)
		}
	}
	c.group.killAll()
}

// removeFiles removes the control group and the files of a container without processes.
func (c *container) removeFiles() {
	c.logWarning(c.group.removeDirs())
	c.logWarning(os.RemoveAll(c.dir))
}

// stopAndRemove ends a container in which no program has started.
func (c *container) stopAndRemove(ctx context.Context) {
	c.stopProcesses(ctx)
	c.removeFiles()
}

// deleteState removes runsc's state of the container. `runsc run` does so
// itself unless it was killed; killed between creating its lock and its state,
// it leaves a lock that no command of runsc removes.
func (c *container) deleteState(ctx context.Context) {
	if len(c.stateFiles()) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	cmd := c.runscCommand(ctx, c.logFile(), "delete", "--force", c.id)
	if b, err := cmd.CombinedOutput(); err != nil {
		c.logWarning(fmt.Errorf("delete container: %w: %s", err, strings.TrimSpace(string(b))))
	}
	for _, path := range c.stateFiles() {
		c.logWarning(os.RemoveAll(path))
	}
}

// stateFiles lists the container's files in runsc's state directory.
func (c *container) stateFiles() []string {
	left, err := filepath.Glob(filepath.Join(c.g.dir, "state", c.id+"*"))
	c.logWarning(err)
	return left
}

func (c *container) logWarning(err error) {
	if err != nil {
		c.g.cfg.Logger.Warn("cleaning up a run failed", "container", c.id, "error", err)
	}
}

// memoryUse returns the memory that the container uses, in bytes. Without a control group, that
// is the resident memory of gVisor's kernel.
func (c *container) memoryUse() int64 {
	if c.group.memory != "" {
		return c.group.memoryUse()
	}
	pid := readInt(c.pidFile())
	if pid <= 1 {
		return 0
	}
	fields := readLines(fmt.Sprintf("/proc/%d/statm", pid))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// guestMemory returns the memory of the program and its files in bytes. gVisor
// keeps all of it in one memory file.
func (c *container) guestMemory() int64 {
	pid := readInt(c.pidFile())
	if pid <= 1 {
		return 0
	}
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil || !strings.Contains(target, "runsc-memory") {
			continue
		}
		var st syscall.Stat_t
		if syscall.Stat(filepath.Join(dir, e.Name()), &st) == nil {
			return st.Blocks * 512
		}
	}
	return 0
}

// fatalError returns the error message in a log of runsc, "" when it has none.
func fatalError(log string) string {
	b, err := os.ReadFile(log)
	if err != nil {
		return "" // runsc failed before it opened its log
	}
	for line := range strings.Lines(string(b)) {
		if _, complaint, ok := strings.Cut(line, "FATAL ERROR: "); ok {
			return strings.TrimSpace(complaint)
		}
	}
	return ""
}
