package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestCgroupCandidates(t *testing.T) {
	cases := []struct {
		name, mountinfo, self string
		want                  []cgroupParent
	}{
		{
			"version 2 under systemd",
			"30 20 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n",
			"0::/system.slice/huimian.service/main\n",
			[]cgroupParent{
				newCgroupV2Parent("/sys/fs/cgroup/system.slice/huimian.service"),
				newCgroupV2Parent("/sys/fs/cgroup/system.slice/huimian.service/main"),
			},
		},
		{
			"version 2 in a container",
			"30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n", "0::/\n",
			[]cgroupParent{newCgroupV2Parent("/sys/fs/cgroup")},
		},
		{
			"version 1, with a part of the tree mounted",
			"31 20 0:27 /docker/1 /cg/memory rw - cgroup cgroup rw,memory\n" +
				"32 20 0:28 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n",
			"4:memory:/docker/1/app\n3:cpu,cpuacct:/app\n",
			[]cgroupParent{
				{memory: "/cg/memory/app", cpu: "/cg/cpu,cpuacct/app", quota: "/cg/cpu,cpuacct/app"},
				{memory: "/cg/memory/app", cpu: "/cg/cpu,cpuacct/app"},
			},
		},
		{
			"version 1, with pids",
			"31 20 0:27 / /cg/memory rw - cgroup cgroup rw,memory\n32 20 0:28 / /cg/pids rw - cgroup cgroup rw,pids\n",
			"4:memory:/\n3:pids:/app\n",
			[]cgroupParent{
				{memory: "/cg/memory", cpu: "/cg/memory", pids: "/cg/pids/app"},
				{memory: "/cg/memory", cpu: "/cg/memory"},
			},
		},
		{"none", "1 2 0:3 / / rw - ext4 /dev/sda rw\n", "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			mounts, err := cgroupMounts(writeTestFile(t, dir, "mountinfo", c.mountinfo))
			if err != nil {
				t.Fatal(err)
			}
			paths, err := cgroupPaths(writeTestFile(t, dir, "cgroup", c.self))
			if err != nil {
				t.Fatal(err)
			}
			if got := cgroupCandidates(mounts, paths); !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// The files of a version 2 group in the kernel's format.
func TestReadCgroupV2(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "cpu.stat", "usage_usec 1500000\nuser_usec 1000000\n")
	writeTestFile(t, dir, "memory.peak", "4096\n")
	writeTestFile(t, dir, "memory.events", "low 0\noom 1\noom_kill 2\n")
	g := cgroup{memory: dir, cpu: dir, v2: true}
	if g.cpuTime().Seconds() != 1.5 || g.peakMemory() != 4096 || !g.outOfMemory() {
		t.Errorf("read %v, %d, %v", g.cpuTime(), g.peakMemory(), g.outOfMemory())
	}
}

// Where the CPU time of a group cannot be read, gVisor's kernel limits that of each process.
func TestCPULimitWithoutAccounting(t *testing.T) {
	limits := Limits{CPU: 1, Wall: 15, CompileCPU: 2, CompileWall: 12}
	memoryOnly, v1, v2 := t.TempDir(), t.TempDir(), t.TempDir()
	writeTestFile(t, v1, "cpuacct.usage", "0\n")
	writeTestFile(t, v2, "cpu.stat", "usage_usec 0\nuser_usec 0\n")
	for name, tc := range map[string]struct {
		group        cgroup
		cpu, compile time.Duration
	}{
		"no group": {cgroup{}, 1, 2},
		"version 1 with the memory controller only": {cgroup{memory: memoryOnly, cpu: memoryOnly}, 1, 2},
		"version 1": {cgroup{memory: memoryOnly, cpu: v1}, uncountedCPU, uncountedCPU},
		"version 2": {cgroup{memory: v2, cpu: v2, v2: true}, uncountedCPU, uncountedCPU},
	} {
		if got := limits.limitsInside(tc.group.countsCPU()); got.CPU != tc.cpu || got.CompileCPU != tc.compile {
			t.Errorf("%s: %d and %d", name, got.CPU, got.CompileCPU)
		}
	}
}

// The limits in the formats of both versions.
func TestCgroupLimits(t *testing.T) {
	limits := groupLimits{memory: 4096, tasks: 300, cpus: 2}
	for name, c := range map[string]struct {
		v2   bool
		want map[string]string
	}{
		"version 1": {false, map[string]string{"pids.max": "300", "cpu.cfs_quota_us": "200000", "cpu.cfs_period_us": "100000", "cpu.shares": "512"}},
		"version 2": {true, map[string]string{"pids.max": "300", "cpu.max": "200000 100000", "cpu.weight": "50"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file := range c.want {
				writeTestFile(t, dir, file, "")
			}
			writeTestFile(t, dir, "pids.events", "max 0\n")
			g := cgroup{memory: dir, cpu: dir, quota: dir, pids: dir, v2: c.v2}
			g.limitTasksAndCPU(limits)
			for file, want := range c.want {
				if got, err := os.ReadFile(filepath.Join(dir, file)); string(got) != want || err != nil {
					t.Errorf("%s is %q, want %q, error %v", file, got, want, err)
				}
			}
			if g.outOfTasks() {
				t.Error("out of tasks without an event")
			}
			writeTestFile(t, dir, "pids.events", "max 3\n")
			if !g.outOfTasks() || len(g.dirs()) != 1 {
				t.Errorf("out of tasks: %v, directories %v", g.outOfTasks(), g.dirs())
			}
		})
	}
}

func TestCgroupUnavailable(t *testing.T) {
	one, err := cgroupParent{}.createGroup("x", groupLimits{})
	if err != nil || one != (cgroup{}) || one.outOfMemory() || one.removeDirs() != nil {
		t.Errorf("created %+v, error %v", one, err)
	}
	one.killAll()
	if _, err := findCgroupParent(filepath.Join(t.TempDir(), "none"), "", "x"); err == nil {
		t.Error("groups were found where there is no list of mounts")
	}
}

func writeTestFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
