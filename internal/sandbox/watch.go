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
	stop   chan struct{}
	done   chan struct{}
	memory int64 // highest value of guestMemory
}

func (r *programRun) startWatcher(ctx context.Context) *watcher {
	w := &watcher{r: r, stop: make(chan struct{}), done: make(chan struct{})}
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
	wall := time.NewTimer(w.r.limits.Wall)
	defer wall.Stop()
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
		case <-wall.C:
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
	if w.r.group.memory == "" {
		w.memory = max(w.memory, w.r.guestMemory())
		if w.memory > w.r.limits.MemoryBytes {
			return StatusMemoryLimit
		}
		return ""
	}
	if w.r.group.cpuTime() > w.r.limits.CPU {
		return StatusTimeLimit
	}
	return ""
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
