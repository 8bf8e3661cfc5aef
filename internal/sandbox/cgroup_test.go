package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
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
				{"/sys/fs/cgroup/system.slice/huimian.service", "/sys/fs/cgroup/system.slice/huimian.service", true},
				{"/sys/fs/cgroup/system.slice/huimian.service/main", "/sys/fs/cgroup/system.slice/huimian.service/main", true},
			},
		},
		{
			"version 2 in a container",
			"30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n", "0::/\n",
			[]cgroupParent{{"/sys/fs/cgroup", "/sys/fs/cgroup", true}},
		},
		{
			"version 1, with a part of the tree mounted",
			"31 20 0:27 /docker/1 /cg/memory rw - cgroup cgroup rw,memory\n" +
				"32 20 0:28 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n",
			"4:memory:/docker/1/app\n3:cpu,cpuacct:/app\n",
			[]cgroupParent{{"/cg/memory/app", "/cg/cpu,cpuacct/app", false}},
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

func TestCgroupUnavailable(t *testing.T) {
	one, err := cgroupParent{}.createGroup("x", 1)
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
