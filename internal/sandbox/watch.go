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

// watcher stops a run that meets a limit and keeps what the run used. reason may be read after end.
type watcher struct {
	r      *run
	reason Status // why the run was stopped; empty when it was not
	stop   chan struct{}
	done   chan struct{}
	memory int64 // most that was seen from outside
}

func (r *run) watch(ctx context.Context) *watcher {
	w := &watcher{r: r, stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		if w.reason = w.wait(ctx); w.reason != "" {
			r.kill()
		}
	}()
	return w
}

// wait returns the first limit that is met, or nothing when the program ends before.
func (w *watcher) wait(ctx context.Context) Status {
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
		case <-w.r.out.full:
			return StatusOutputLimit
		case <-usage.C:
			if reason := w.usage(); reason != "" {
				return reason
			}
		}
	}
}

// usage compares what was used so far with the limits. With a control group the kernel holds the
// memory limit; without one this look from outside does.
func (w *watcher) usage() Status {
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

// end tells the watcher that the program has ended, and waits for it.
func (w *watcher) end() {
	close(w.stop)
	<-w.done
}

// cpu is the CPU time of the run, gVisor's own included.
func (w *watcher) cpu() time.Duration {
	if w.r.group.memory != "" {
		return w.r.group.cpuTime()
	}
	return w.r.cmd.ProcessState.UserTime() + w.r.cmd.ProcessState.SystemTime()
}

func (w *watcher) peak() int64 {
	if w.r.group.memory != "" {
		return w.r.group.peakMemory()
	}
	return w.memory
}

// kill ends the container at once: its processes die with runsc, and what does not is in the group.
func (r *run) kill() {
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	if pid := readInt(r.pidFile()); pid > 1 {
		_ = syscall.Kill(int(pid), syscall.SIGKILL)
	}
	r.group.kill()
}

// guestMemory is what the program and its files hold: gVisor keeps all of it in one file in memory.
func (r *run) guestMemory() int64 {
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
