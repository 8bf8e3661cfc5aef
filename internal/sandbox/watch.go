package sandbox

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// watcher stops a run that exceeds a limit and records its usage. reason may be
// read after stopAndWait.
type watcher struct {
	r      *programRun
	reason Status // why the run was stopped; empty when it was not
	detail Detail // which time limit was exceeded
	stop   chan struct{}
	done   chan struct{}
	memory int64 // highest value of guestMemory

	compiling     bool
	hostProcesses int // most processes of the control group at one time
}

func (r *programRun) startWatcher(ctx context.Context) *watcher {
	w := &watcher{r: r, stop: make(chan struct{}), done: make(chan struct{}), compiling: r.img.compile != ""}
	go func() {
		defer close(w.done)
		if w.reason = w.waitForLimit(ctx); w.reason != "" {
			r.killContainer()
		}
	}()
	return w
}

// waitForLimit returns the status of the first limit that is exceeded, or ""
// when the program ends first.
func (w *watcher) waitForLimit(ctx context.Context) Status {
	wall := time.NewTimer(w.wallLimit())
	defer wall.Stop()
	compiled := w.r.stderr.compiled
	usage := time.NewTicker(usageInterval)
	defer usage.Stop()
	for {
		select {
		case <-w.stop:
			return ""
		case <-ctx.Done():
			return StatusCancelled
		case <-w.r.g.ctx.Done():
			return StatusCancelled
		case <-compiled:
			compiled, w.compiling = nil, false
			wall.Reset(w.wallLimit())
		case <-wall.C:
			w.detail = w.wallDetail()
			return StatusTimeLimit
		case <-w.r.out.limitReached:
			return StatusOutputLimit
		case <-usage.C:
			if reason := w.checkUsage(); reason != "" {
				return reason
			}
		}
	}
}

// checkUsage compares the usage with the limits. With a control group the
// kernel enforces the memory limit; without one checkUsage does.
func (w *watcher) checkUsage() Status {
	if limit := w.r.limits.Idle; w.r.pty != nil && !w.compiling && limit > 0 && w.r.pty.idleTime() > limit {
		return StatusIdleLimit
	}
	if w.r.group.memory == "" {
		w.memory = max(w.memory, w.r.guestMemory())
		if w.memory > w.r.limits.MemoryBytes {
			return StatusMemoryLimit
		}
		return ""
	}
	w.hostProcesses = max(w.hostProcesses, w.r.group.processCount())
	if used := w.r.group.cpuTime(); used-w.compilerCPU() > w.cpuLimit() {
		w.detail = w.cpuDetail()
		return StatusTimeLimit
	}
	return ""
}

func (w *watcher) wallLimit() time.Duration {
	if w.compiling {
		return w.r.limits.CompileWall
	}
	return w.r.limits.Wall
}

func (w *watcher) cpuLimit() time.Duration {
	if w.compiling {
		return w.r.limits.CompileCPU
	}
	return w.r.limits.CPU
}

// compilerCPU returns 0 while the program is compiled: the writer sets it before it closes the
// channel that ends compiling.
func (w *watcher) compilerCPU() time.Duration {
	if w.compiling {
		return 0
	}
	return w.r.compilerCPU
}

func (w *watcher) wallDetail() Detail {
	if w.compiling {
		return DetailCompileWall
	}
	return DetailWall
}

func (w *watcher) cpuDetail() Detail {
	if w.compiling {
		return DetailCompileCPU
	}
	return DetailCPU
}

// processesReached reports whether a program with this status failed because of
// its number of processes. The systrap platform has two processes of the host
// for each process of the program. Many small processes may exceed the memory
// before they reach their limit.
func (w *watcher) processesReached(status Status, limit int) bool {
	switch status {
	case StatusExitError, StatusTimeLimit:
		return w.hostProcesses >= 2*limit
	case StatusMemoryLimit:
		return w.hostProcesses >= 2*limit*3/4
	}
	return false
}

// stopAndWait stops the watcher after the program has ended.
func (w *watcher) stopAndWait() {
	close(w.stop)
	<-w.done
}

// cpuTime returns the CPU time of the run, including that of gVisor.
func (w *watcher) cpuTime() time.Duration {
	if w.r.group.memory != "" {
		return w.r.group.cpuTime()
	}
	return w.r.cmd.ProcessState.UserTime() + w.r.cmd.ProcessState.SystemTime()
}

func (w *watcher) peakMemory() int64 {
	if w.r.group.memory != "" {
		return w.r.group.peakMemory()
	}
	return w.memory
}

// killContainer kills the container. Its processes die with runsc; remaining
// ones are in the control group.
func (r *programRun) killContainer() {
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	if pid := readInt(r.pidFile()); pid > 1 {
		_ = syscall.Kill(int(pid), syscall.SIGKILL)
	}
	r.group.killAll()
}

// guestMemory returns the memory of the program and its files in bytes. gVisor
// keeps all of it in one memory file.
func (r *programRun) guestMemory() int64 {
	pid := readInt(r.pidFile())
	if pid <= 1 {
		return 0
	}
	dir := filepath.Join("/proc", strconv.FormatInt(pid, 10), "fd")
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
