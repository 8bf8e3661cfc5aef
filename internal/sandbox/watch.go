package sandbox

import (
	"context"
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
			r.killAll()
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
	group := w.r.container.group
	if group.memory == "" {
		w.memory = max(w.memory, w.r.container.guestMemory())
		if w.memory > w.r.limits.MemoryBytes {
			return StatusMemoryLimit
		}
		return ""
	}
	w.hostProcesses = max(w.hostProcesses, group.processCount()-waitingProcesses)
	if used := w.r.cpuTime(); used-w.compilerCPU() > w.cpuLimit() {
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

// waitingProcesses are the processes of the host that a container has for its waiting shell and for
// the command of the program, beside those of gVisor.
const waitingProcesses = 3

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

// cpuTime returns the CPU time of the run, including that of gVisor. Without a control group, it
// is that of the container, which has ended.
func (w *watcher) cpuTime() time.Duration {
	if w.r.container.group.memory != "" {
		return w.r.cpuTime()
	}
	used := w.r.cmd.ProcessState.UserTime() + w.r.cmd.ProcessState.SystemTime()
	if whole := w.r.container.cmd.ProcessState; whole != nil {
		used += whole.UserTime() + whole.SystemTime()
	}
	return used
}

func (w *watcher) peakMemory() int64 {
	if w.r.container.group.memory != "" {
		return w.r.container.group.peakMemory()
	}
	return w.memory
}
