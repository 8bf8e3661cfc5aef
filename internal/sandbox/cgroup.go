package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// groups makes control groups, one for each run, below the group in which this process runs. We
// make them ourselves, rather than let runsc do it, because what a run used must still be readable
// after its container is gone.
//
// Without control groups (an unprivileged container, say) memory is watched from outside instead;
// see usage in watch.go.
type groups struct {
	memory string // directory below which memory groups are made
	cpu    string // the same for the CPU account; equals memory on version 2
	v2     bool
}

// group is the control group of one run. Its zero value stands for "none".
type group struct {
	memory, cpu string
	v2          bool
}

// findGroups looks for control groups that this process may use and proves it by making one.
func findGroups(mountinfo, self, name string) (groups, error) {
	mounts, err := cgroupMounts(mountinfo)
	if err != nil {
		return groups{}, err
	}
	paths, err := cgroupPaths(self)
	if err != nil {
		return groups{}, err
	}
	var errs []string
	for _, g := range candidates(mounts, paths) {
		if err := g.try(name); err != nil {
			errs = append(errs, err.Error())
			continue
		}
		return g, nil
	}
	if len(errs) == 0 {
		errs = append(errs, "none is mounted")
	}
	return groups{}, fmt.Errorf("look for usable control groups: %s", strings.Join(errs, "; "))
}

// candidates lists where groups could be made, the best first. On version 2 a group with processes
// in it cannot have children with controllers, so the place beside ours comes before the one below.
func candidates(mounts map[string]cgroupMount, paths map[string]string) []groups {
	var list []groups
	if m, ok := mounts["memory"]; ok {
		g := groups{memory: m.dir(paths["memory"])}
		g.cpu = g.memory
		if c, ok := mounts["cpuacct"]; ok {
			g.cpu = c.dir(paths["cpuacct"])
		}
		list = append(list, g)
	}
	if m, ok := mounts[""]; ok {
		own := m.dir(paths[""])
		if own != m.point {
			list = append(list, groups{memory: filepath.Dir(own), cpu: filepath.Dir(own), v2: true})
		}
		list = append(list, groups{memory: own, cpu: own, v2: true})
	}
	return list
}

func (g groups) try(name string) error {
	if g.v2 {
		// Fails where it is already on and not ours to change; the group made next tells.
		_ = writeFile(filepath.Join(g.memory, "cgroup.subtree_control"), "+memory")
	}
	one, err := g.create(name, defaultLimits.MemoryBytes)
	if err != nil {
		return err
	}
	return one.remove()
}

// create makes the group of one run. memory is the limit for everything in it, in bytes.
func (g groups) create(name string, memory int64) (group, error) {
	one := g.named(name)
	if one.memory == "" {
		return one, nil
	}
	for _, dir := range one.dirs() {
		if err := os.Mkdir(dir, 0o755); err != nil {
			_ = one.remove()
			return group{}, fmt.Errorf("make control group: %w", err)
		}
	}
	limit := "memory.limit_in_bytes"
	if g.v2 {
		limit = "memory.max"
	}
	if err := writeFile(filepath.Join(one.memory, limit), strconv.FormatInt(memory, 10)); err != nil {
		_ = one.remove()
		return group{}, fmt.Errorf("limit memory of control group: %w", err)
	}
	one.forbidSwap(memory)
	return one, nil
}

// named returns the group of a run without making it.
func (g groups) named(name string) group {
	if g.memory == "" {
		return group{}
	}
	return group{memory: filepath.Join(g.memory, name), cpu: filepath.Join(g.cpu, name), v2: g.v2}
}

// forbidSwap keeps a program from doing slowly what it may not do at all. A kernel without an
// account of swap lacks these files, and then there is nothing to forbid.
func (g group) forbidSwap(memory int64) {
	if g.v2 {
		_ = writeFile(filepath.Join(g.memory, "memory.swap.max"), "0")
		_ = writeFile(filepath.Join(g.memory, "memory.oom.group"), "1")
		return
	}
	_ = writeFile(filepath.Join(g.memory, "memory.memsw.limit_in_bytes"), strconv.FormatInt(memory, 10))
}

func (g group) dirs() []string {
	switch {
	case g.memory == "":
		return nil
	case g.cpu == g.memory:
		return []string{g.memory}
	}
	return []string{g.memory, g.cpu}
}

// kill ends every process of the group.
func (g group) kill() {
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

// remove deletes the group, which must be empty of processes; those that are just dying get a moment.
func (g group) remove() error {
	var last error
	for _, dir := range g.dirs() {
		if err := removeGroup(dir); err != nil {
			last = err
		}
	}
	return last
}

func removeGroup(dir string) error {
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

// cpuTime is what all processes of the group have used so far.
func (g group) cpuTime() time.Duration {
	if g.v2 {
		return time.Duration(readKey(filepath.Join(g.cpu, "cpu.stat"), "usage_usec")) * time.Microsecond
	}
	return time.Duration(readInt(filepath.Join(g.cpu, "cpuacct.usage")))
}

// peakMemory is the most that the group ever held; 0 where the kernel does not keep it.
func (g group) peakMemory() int64 {
	if g.v2 {
		return readInt(filepath.Join(g.memory, "memory.peak"))
	}
	return readInt(filepath.Join(g.memory, "memory.max_usage_in_bytes"))
}

// outOfMemory says whether the kernel killed something in the group for want of memory.
func (g group) outOfMemory() bool {
	if g.memory == "" {
		return false
	}
	if g.v2 {
		return readKey(filepath.Join(g.memory, "memory.events"), "oom_kill") > 0
	}
	return readKey(filepath.Join(g.memory, "memory.oom_control"), "oom_kill") > 0
}

// cgroupMount is where a hierarchy is mounted and which part of it is visible there.
type cgroupMount struct{ point, root string }

func (m cgroupMount) dir(path string) string {
	rel, err := filepath.Rel(m.root, path)
	if err != nil || strings.HasPrefix(rel, "..") {
		rel = "."
	}
	return filepath.Join(m.point, rel)
}

// cgroupMounts reads /proc/self/mountinfo: controller → mount, and "" → the mount of version 2.
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

// cgroupPaths reads /proc/self/cgroup: controller → path of our own group, "" for version 2.
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

// readKey reads one value of a file of "key value" lines.
func readKey(path, key string) int64 {
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
