package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cgroupParent creates one control group per run, below the group of this
// process. runsc does not create them, because the usage of a run must be
// readable after its container is gone.
//
// Without control groups, for example in an unprivileged container, memory is
// measured from outside; see watcher.checkUsage.
type cgroupParent struct {
	memory string // directory in which the memory groups are created
	cpu    string // the same for CPU accounting
	quota  string // the same for CPU limits; empty on version 1 when the controller is not available
	pids   string // the same for limits of processes; empty likewise
	v2     bool   // all directories are the same
}

// cgroup is the control group of one run. Its zero value is no group.
type cgroup cgroupParent

// groupLimits are the limits of a control group, with gVisor's own usage.
type groupLimits struct {
	memory int64 // bytes
	tasks  int   // processes and threads of the host
	cpus   int
}

// newGroupLimits returns the limits of the group of a run. gVisor's systrap
// platform has up to four tasks of the host for each process of the program. The
// program's own limit is reached first; that of the group is for a program that
// makes gVisor create tasks.
func newGroupLimits(l Limits) groupLimits {
	return groupLimits{
		memory: l.MemoryBytes + kernelMemory, tasks: 4*l.Processes + kernelTasks,
		cpus: min(maxCPUs, runtime.NumCPU()),
	}
}

// newIdleGroupLimits returns the limits of the group of a container without a program.
func newIdleGroupLimits() groupLimits {
	l := newGroupLimits(defaultLimits)
	l.memory = IdleMemory
	return l
}

// findCgroupParent returns the first candidate in which this process can create
// a group.
func findCgroupParent(mountinfo, self, name string) (cgroupParent, error) {
	mounts, err := cgroupMounts(mountinfo)
	if err != nil {
		return cgroupParent{}, err
	}
	paths, err := cgroupPaths(self)
	if err != nil {
		return cgroupParent{}, err
	}
	var errs []string
	for _, g := range cgroupCandidates(mounts, paths) {
		if err := g.tryCreate(name); err != nil {
			errs = append(errs, err.Error())
			continue
		}
		return g, nil
	}
	if len(errs) == 0 {
		errs = append(errs, "none is mounted")
	}
	return cgroupParent{}, fmt.Errorf("look for usable control groups: %s", strings.Join(errs, "; "))
}

// cgroupCandidates lists the directories in which groups could be created, best
// first. On version 2 a group with processes cannot have children with
// controllers, so the parent directory comes before that of the process.
func cgroupCandidates(mounts map[string]cgroupMount, paths map[string]string) []cgroupParent {
	var list []cgroupParent
	if m, ok := mounts["memory"]; ok {
		g := cgroupParent{memory: m.dir(paths["memory"])}
		g.cpu = g.memory
		if c, ok := mounts["cpuacct"]; ok {
			g.cpu = c.dir(paths["cpuacct"])
		}
		memoryOnly := g
		if c, ok := mounts["cpu"]; ok {
			g.quota = c.dir(paths["cpu"])
		}
		if c, ok := mounts["pids"]; ok {
			g.pids = c.dir(paths["pids"])
		}
		if list = append(list, g); g != memoryOnly {
			list = append(list, memoryOnly)
		}
	}
	if m, ok := mounts[""]; ok {
		own := m.dir(paths[""])
		if own != m.point {
			list = append(list, newCgroupV2Parent(filepath.Dir(own)))
		}
		list = append(list, newCgroupV2Parent(own))
	}
	return list
}

func newCgroupV2Parent(dir string) cgroupParent {
	return cgroupParent{memory: dir, cpu: dir, quota: dir, pids: dir, v2: true}
}

func (g cgroupParent) tryCreate(name string) error {
	if g.v2 {
		// Fails when the controller is enabled already and cannot be changed
		// here; creating the group shows whether that matters.
		for _, controller := range []string{"+memory", "+pids", "+cpu"} {
			_ = writeFile(filepath.Join(g.memory, "cgroup.subtree_control"), controller)
		}
	}
	one, err := g.createGroup(name, newGroupLimits(defaultLimits))
	if err != nil {
		return err
	}
	return one.removeDirs()
}

// createGroup creates the group of one run.
func (g cgroupParent) createGroup(name string, l groupLimits) (cgroup, error) {
	one := g.groupFor(name)
	if one.memory == "" {
		return one, nil
	}
	for _, dir := range one.dirs() {
		if err := os.Mkdir(dir, 0o755); err != nil {
			_ = one.removeDirs()
			return cgroup{}, fmt.Errorf("make control group: %w", err)
		}
	}
	if err := one.setLimits(l); err != nil {
		_ = one.removeDirs()
		return cgroup{}, err
	}
	return one, nil
}

// setLimits sets the limits of the group, or raises them.
func (g cgroup) setLimits(l groupLimits) error {
	if g.memory == "" {
		return nil
	}
	limit := "memory.limit_in_bytes"
	if g.v2 {
		limit = "memory.max"
	}
	// Version 1 requires that the limit with swap is at least the other one at any time.
	g.disableSwap(l.memory)
	if err := writeFile(filepath.Join(g.memory, limit), strconv.FormatInt(l.memory, 10)); err != nil {
		return fmt.Errorf("limit memory of control group: %w", err)
	}
	g.disableSwap(l.memory)
	g.limitTasksAndCPU(l)
	return nil
}

// limitTasksAndCPU sets the limits of tasks and CPUs, and halves the group's share
// of a busy CPU, so that programs do not slow down the server. On version 2 the
// files are missing when a controller cannot be enabled.
func (g cgroup) limitTasksAndCPU(l groupLimits) {
	const period = 100_000 // microseconds
	if g.pids != "" {
		_ = writeFile(filepath.Join(g.pids, "pids.max"), strconv.Itoa(l.tasks))
	}
	switch quota := strconv.Itoa(l.cpus * period); {
	case g.quota == "":
	case g.v2:
		_ = writeFile(filepath.Join(g.quota, "cpu.max"), fmt.Sprintf("%s %d", quota, period))
		_ = writeFile(filepath.Join(g.quota, "cpu.weight"), "50") // the default is 100
	default:
		_ = writeFile(filepath.Join(g.quota, "cpu.cfs_period_us"), strconv.Itoa(period))
		_ = writeFile(filepath.Join(g.quota, "cpu.cfs_quota_us"), quota)
		_ = writeFile(filepath.Join(g.quota, "cpu.shares"), "512") // the default is 1024
	}
}

// outOfTasks reports whether the kernel has refused to create a task.
func (g cgroup) outOfTasks() bool {
	return g.pids != "" && readKeyedInt(filepath.Join(g.pids, "pids.events"), "max") > 0
}

// groupFor returns the group of a run without creating it.
func (g cgroupParent) groupFor(name string) cgroup {
	if g.memory == "" {
		return cgroup{}
	}
	one := cgroup{memory: filepath.Join(g.memory, name), cpu: filepath.Join(g.cpu, name), v2: g.v2}
	if g.quota != "" {
		one.quota = filepath.Join(g.quota, name)
	}
	if g.pids != "" {
		one.pids = filepath.Join(g.pids, name)
	}
	return one
}

// disableSwap forbids swap to the group. The files are missing in a kernel
// without swap accounting; then there is nothing to disable.
func (g cgroup) disableSwap(memory int64) {
	if g.v2 {
		_ = writeFile(filepath.Join(g.memory, "memory.swap.max"), "0")
		_ = writeFile(filepath.Join(g.memory, "memory.oom.group"), "1")
		return
	}
	_ = writeFile(filepath.Join(g.memory, "memory.memsw.limit_in_bytes"), strconv.FormatInt(memory, 10))
}

// dirs lists the directories of the group, each once: controllers may share one.
func (g cgroup) dirs() (list []string) {
	for _, dir := range []string{g.memory, g.cpu, g.quota, g.pids} {
		if dir != "" && !slices.Contains(list, dir) {
			list = append(list, dir)
		}
	}
	return list
}

// killAll kills every process of the group.
func (g cgroup) killAll() {
	if g.v2 && writeFile(filepath.Join(g.memory, "cgroup.kill"), "1") == nil {
		return
	}
	for _, dir := range g.dirs() {
		for _, pid := range readLines(filepath.Join(dir, "cgroup.procs")) {
			if n, err := strconv.Atoi(pid); err == nil && n > 1 {
				_ = syscall.Kill(n, syscall.SIGKILL)
			}
		}
	}
}

// processCount returns the number of processes of the group.
func (g cgroup) processCount() int { return len(readLines(filepath.Join(g.memory, "cgroup.procs"))) }

// removeDirs deletes the group, which must have no processes. It waits up to
// killGrace for those that are exiting.
func (g cgroup) removeDirs() error {
	var last error
	for _, dir := range g.dirs() {
		if err := removeCgroupDir(dir); err != nil {
			last = err
		}
	}
	return last
}

func removeCgroupDir(dir string) error {
	deadline := time.Now().Add(killGrace)
	for {
		err := syscall.Rmdir(dir)
		if err == nil || err == syscall.ENOENT {
			return nil
		}
		if err != syscall.EBUSY || time.Now().After(deadline) {
			return fmt.Errorf("remove control group %s: %w", dir, err)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// countsCPU reports whether cpuTime is known. On version 1, it is not when the memory
// controller is mounted and the one of CPU accounting is not.
func (g cgroup) countsCPU() bool {
	if g.v2 {
		return slices.Contains(readLines(filepath.Join(g.cpu, "cpu.stat")), "usage_usec")
	}
	return g.cpu != "" && len(readLines(filepath.Join(g.cpu, "cpuacct.usage"))) > 0
}

// cpuTime returns the CPU time that the group's processes have used, 0 when it is not
// known: see countsCPU.
func (g cgroup) cpuTime() time.Duration {
	if g.v2 {
		return time.Duration(readKeyedInt(filepath.Join(g.cpu, "cpu.stat"), "usage_usec")) * time.Microsecond
	}
	return time.Duration(readInt(filepath.Join(g.cpu, "cpuacct.usage")))
}

// peakMemory returns the group's peak memory in bytes, or 0 when the kernel
// does not record it.
func (g cgroup) peakMemory() int64 {
	if g.v2 {
		return readInt(filepath.Join(g.memory, "memory.peak"))
	}
	return readInt(filepath.Join(g.memory, "memory.max_usage_in_bytes"))
}

// memoryUse returns the memory of the group in bytes.
func (g cgroup) memoryUse() int64 {
	if g.v2 {
		return readInt(filepath.Join(g.memory, "memory.current"))
	}
	return readInt(filepath.Join(g.memory, "memory.usage_in_bytes"))
}

// outOfMemory reports whether the kernel's OOM killer killed a process of the
// group.
func (g cgroup) outOfMemory() bool {
	if g.memory == "" {
		return false
	}
	if g.v2 {
		return readKeyedInt(filepath.Join(g.memory, "memory.events"), "oom_kill") > 0
	}
	return readKeyedInt(filepath.Join(g.memory, "memory.oom_control"), "oom_kill") > 0
}

// cgroupMount is the mount point of a hierarchy and the part of it that is
// mounted there.
type cgroupMount struct{ point, root string }

func (m cgroupMount) dir(path string) string {
	rel, err := filepath.Rel(m.root, path)
	if err != nil || strings.HasPrefix(rel, "..") {
		rel = "."
	}
	return filepath.Join(m.point, rel)
}

// cgroupMounts reads /proc/self/mountinfo. It returns the mounts by controller,
// and that of version 2 under "".
func cgroupMounts(mountinfo string) (map[string]cgroupMount, error) {
	f, err := os.Open(mountinfo)
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	defer f.Close()
	mounts := map[string]cgroupMount{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		left, right, ok := strings.Cut(lines.Text(), " - ")
		fields, types := strings.Fields(left), strings.Fields(right)
		if !ok || len(fields) < 5 || len(types) < 3 {
			continue
		}
		m := cgroupMount{point: fields[4], root: fields[3]}
		switch types[0] {
		case "cgroup2":
			mounts[""] = m
		case "cgroup":
			for controller := range strings.SplitSeq(types[2], ",") {
				mounts[controller] = m
			}
		}
	}
	return mounts, lines.Err()
}

// cgroupPaths reads /proc/self/cgroup. It returns the paths of the group of this process by
// controller, and that of version 2 under "".
func cgroupPaths(self string) (map[string]string, error) {
	b, err := os.ReadFile(self)
	if err != nil {
		return nil, fmt.Errorf("read own control group: %w", err)
	}
	paths := map[string]string{}
	for line := range strings.Lines(string(b)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		for controller := range strings.SplitSeq(parts[1], ",") {
			paths[controller] = parts[2]
		}
	}
	return paths, nil
}

func writeFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

func readLines(path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Fields(string(b))
}

func readInt(path string) int64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n
}

// readKeyedInt reads one value of a file with lines "key value".
func readKeyedInt(path, key string) int64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == key {
			n, _ := strconv.ParseInt(value, 10, 64)
			return n
		}
	}
	return 0
}
