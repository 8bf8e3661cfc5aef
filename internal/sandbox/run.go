package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// programRun is one run of one program.
type programRun struct {
	g          *gvisorRunner
	inspection *inspection
	base       *image // of the language
	img        *image // of the program
	limits     Limits
	emit       func(Chunk)
	terminal   *Terminal // nil without one
	isTrial    bool      // not a program of a user

	container *container
	out       *output
	isFlushed bool // out has been stopped
	stdout    *streamWriter
	stderr    *streamWriter
	streams   programStreams
	pty       *pty // streams, with a terminal
	cmd       *exec.Cmd

	idleCPU     time.Duration // CPU time of the container before the program; 0 without a control group
	compilerCPU time.Duration // CPU time until the program was started, likewise

	failure string // error message of runsc when runsc itself failed
}

// execute runs the program in a container of its own and cleans up.
func (r *programRun) execute(ctx context.Context, p Program) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.g.ctx, cancel)() //nolint:contextcheck // the end of the runner ends its programs
	for {
		if ctx.Err() != nil {
			return cancelledResult, nil
		}
		isPooled, err := r.prepareAndStart(ctx, p)
		if err == nil {
			return r.awaitResult(ctx)
		}
		if isRepeatable := isPooled && errors.Is(err, errNoResponse); !isRepeatable && ctx.Err() == nil {
			return Result{}, fmt.Errorf("run program: %w", err)
		}
	}
}

// prepareAndStart starts the program in a container of the pool, or in a new one when there is
// none. After an error the program has not started; a container of the pool may have been killed.
func (r *programRun) prepareAndStart(ctx context.Context, p Program) (isPooled bool, err error) {
	inside := r.limits.limitsInside(r.inspection.countsCPU())
	r.container = r.g.pool.takeIdle(r.base, inside.fixedLimits())
	if isPooled = r.container != nil; !isPooled {
		if r.container, err = r.g.prepareContainer(ctx, r.inspection, r.base, inside, r.base.waitingScript()); err != nil {
			return false, err
		}
	}
	if err = r.startProgram(ctx, p, inside); err != nil {
		r.container.stopAndRemove(ctx)
		return isPooled, err
	}
	if !r.isTrial {
		r.g.pool.recordStart(r.base.language.ID, isPooled)
	}
	return isPooled, nil
}

// startProgram starts the process of the program, which waits for its files.
func (r *programRun) startProgram(ctx context.Context, p Program, inside Limits) error {
	c := r.container
	if err := writeFiles(c.filesDir(), append([]File{{r.img.file, p.Source}}, p.Files...)); err != nil {
		return fmt.Errorf("write files: %w", err)
	}
	r.idleCPU = c.group.cpuTime()
	if err := c.group.setLimits(newGroupLimits(r.limits)); err != nil {
		return err
	}
	if err := c.orderCopy(); err != nil {
		return err
	}
	mark := newID() // without a line break, which a terminal changes
	if err := writeProcess(r.processFile(), r.img, mark, inside, r.terminal != nil); err != nil {
		return err
	}
	r.openOutput(mark)
	gate, err := r.startCommand(ctx, p.Stdin)
	if err != nil {
		r.out.stopFlushing()
		return err
	}
	defer gate.Close()
	if err := c.awaitReply(ctx, replyCopied); err != nil {
		r.killAll()
		_ = r.cmd.Wait()
		r.out.stopFlushing()
		return errors.Join(err, r.streams.closeStreams())
	}
	r.streams.startCopying(ctx)
	_, _ = gate.WriteString("start\n") // it fails when the command has failed, whose log has the reason
	return nil
}

func (r *programRun) openOutput(mark string) {
	pace := outputPace{before: flushInterval}
	if r.terminal != nil {
		pace = outputPace{after: terminalFlushInterval}
	}
	r.out, r.isFlushed = newOutput(r.limits.OutputBytes, pace, r.emit), false
	r.stdout = &streamWriter{out: r.out, name: Stdout}
	r.stderr = &streamWriter{out: r.out, name: Stderr}
	if r.terminal != nil {
		r.stderr = r.stdout // a terminal is one stream
	}
	if r.img.compile != "" {
		r.stderr.mark, r.stderr.compiled = []byte(mark), make(chan struct{})
		r.stderr.onMark = func() { r.compilerCPU = r.cpuTime() }
	}
}

// startCommand starts the command of the program, which waits for a line of the gate.
func (r *programRun) startCommand(ctx context.Context, stdin string) (gate *os.File, err error) {
	if r.terminal != nil {
		r.pty, err = openPTY(r.terminal, r.stdout)
		r.streams = r.pty
	} else {
		r.streams, err = openPipes(stdin, r.stderr.compiled, r.stdout, r.stderr)
	}
	if err != nil {
		return nil, err
	}
	closed, gate, err := os.Pipe()
	if err == nil {
		defer closed.Close()
		// The watcher stops the command and records the reason; a context would not.
		r.cmd = r.container.runscCommand(context.WithoutCancel(ctx), r.logFile(), "exec", "--process", r.processFile(), r.container.id)
		passFile(r.cmd, closed, gateInSandbox)
		r.streams.attachTo(r.cmd)
		if err = r.cmd.Start(); err != nil {
			err = fmt.Errorf("start runsc: %w", err)
		}
	}
	r.streams.closeChildEnds()
	if err != nil {
		return nil, errors.Join(err, r.streams.closeStreams(), gate.Close())
	}
	return gate, nil
}

func (r *programRun) processFile() string { return filepath.Join(r.container.dir, "process.json") }
func (r *programRun) logFile() string     { return filepath.Join(r.container.dir, "program.log") }

// awaitResult waits for the end of the program and of its container, and returns the result.
func (r *programRun) awaitResult(ctx context.Context) (Result, error) {
	begin := time.Now()
	c, w := r.container, r.startWatcher(ctx)
	waited := r.cmd.Wait()
	w.stopAndWait()
	wall := time.Since(begin)
	if r.streams.waitUntilRead(flushInterval) { // otherwise, processes that the program has left behind hold the streams
		r.flushOutput()
	}
	c.stopProcesses(ctx)
	defer c.removeFiles()
	c.logWarning(r.streams.closeStreams())
	r.flushOutput()
	r.failure = fatalError(r.logFile())
	var exit *exec.ExitError
	if waited != nil && !errors.As(waited, &exit) {
		return Result{}, fmt.Errorf("wait for runsc: %w", waited)
	}
	result := Result{ExitCode: r.cmd.ProcessState.ExitCode(), Wall: wall, CPU: w.cpuTime(), CompileCPU: r.compilerCPU, MemoryBytes: w.peakMemory()}
	return r.classifyResult(result, w)
}

// flushOutput emits the remaining output. All of it was read.
func (r *programRun) flushOutput() {
	if r.isFlushed {
		return
	}
	r.isFlushed = true
	r.stdout.flushPending()
	r.stderr.flushPending()
	r.out.stopFlushing()
}

// cpuTime returns the CPU time of the compiler and the program, with that of gVisor, 0 without a
// control group.
func (r *programRun) cpuTime() time.Duration { return r.container.group.cpuTime() - r.idleCPU }

// killAll kills the command and the container.
func (r *programRun) killAll() {
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	r.container.killProcesses()
}

// classifyResult determines the status.
func (r *programRun) classifyResult(result Result, w *watcher) (Result, error) {
	result.Truncated = r.out.wasTruncated()
	switch {
	case r.container.group.outOfMemory():
		result.Status, result.ExitCode = StatusMemoryLimit, -1
	case w.reason != "":
		result.Status, result.Detail, result.ExitCode = w.reason, w.detail, -1
	case result.Truncated: // it ended before the watcher stopped it
		result.Status = StatusOutputLimit
	case r.container.group.outOfTasks() && (r.failure != "" || result.ExitCode != 0):
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
