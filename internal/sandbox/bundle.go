package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"
)

// Users and directories inside the sandbox. By default no account of the
// host has these uids, which would have no effect there: the program never
// reaches the host's kernel.
const (
	sandboxUser = 10000
	filesUser   = 10001 // of the first process; it owns the program's files, which the program cannot change
	workDir     = "/work"
	sourceDir   = "/source" // the files of the program, before they are copied into workDir
)

// A program waits for a line at this file descriptor before it starts.
const (
	gateInSandbox = 9
	awaitGate     = "read -r line <&9 || exit 1; exec 9<&-; "
)

// Parts of the OCI runtime specification
// (https://github.com/opencontainers/runtime-spec/blob/main/config.md).
type (
	ociSpec struct {
		Version  string     `json:"ociVersion"`
		Process  ociProcess `json:"process"`
		Root     ociRoot    `json:"root"`
		Hostname string     `json:"hostname"`
		Mounts   []ociMount `json:"mounts"`
		Linux    ociLinux   `json:"linux"`
	}
	ociProcess struct {
		Terminal        bool            `json:"terminal,omitempty"`
		User            ociUser         `json:"user"`
		Args            []string        `json:"args"`
		Env             []string        `json:"env"`
		Cwd             string          `json:"cwd"`
		Capabilities    ociCapabilities `json:"capabilities"`
		Rlimits         []ociRlimit     `json:"rlimits,omitempty"`
		NoNewPrivileges bool            `json:"noNewPrivileges"`
	}
	ociUser struct {
		UID uint32 `json:"uid"`
		GID uint32 `json:"gid"`
	}
	ociCapabilities struct {
		Bounding    []string `json:"bounding"`
		Effective   []string `json:"effective"`
		Inheritable []string `json:"inheritable"`
		Permitted   []string `json:"permitted"`
		Ambient     []string `json:"ambient"`
	}
	ociRlimit struct {
		Type string `json:"type"`
		Hard uint64 `json:"hard"`
		Soft uint64 `json:"soft"`
	}
	ociRoot struct {
		Path     string `json:"path"`
		Readonly bool   `json:"readonly"`
	}
	ociMount struct {
		Destination string   `json:"destination"`
		Type        string   `json:"type"`
		Source      string   `json:"source"`
		Options     []string `json:"options,omitempty"`
	}
	ociLinux struct {
		Namespaces []ociNamespace `json:"namespaces"`
	}
	ociNamespace struct {
		Type string `json:"type"`
	}
)

// writeBundle writes the OCI bundle of a container, config.json, into dir. The container sees the
// files of filesDir that are written before it looks them up.
func writeBundle(dir string, img *image, inside Limits, filesDir, script string) error {
	process := newProcess(filesUser, script, nil)
	process.Rlimits = inside.fixedLimits().ociLimits()
	spec := ociSpec{
		Version:  "1.0.2",
		Process:  process,
		Root:     ociRoot{Path: img.root, Readonly: true},
		Hostname: "sandbox",
		Mounts:   append(newMounts(img, inside), newBindMount(filesDir, sourceDir)),
		Linux: ociLinux{Namespaces: []ociNamespace{
			{"pid"}, {"mount"}, {"ipc"}, {"uts"}, {"network"}, // a new and empty network namespace
		}},
	}
	return writeJSON(filepath.Join(dir, "config.json"), spec)
}

// writeProcess writes the process of a program for `runsc exec`. Its resource limits are those of
// the container.
func writeProcess(path string, img *image, mark string, inside Limits, inTerminal bool) error {
	process := newProcess(sandboxUser, awaitGate+img.shellScript(mark, inside), img.env)
	if inTerminal {
		process.Terminal, process.Env = true, append(process.Env, "TERM=xterm-256color")
	}
	return writeJSON(path, process)
}

func writeJSON(path string, v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}

// newProcess returns a process of the shell without privileges.
func newProcess(user uint32, script string, env []string) ociProcess {
	none := []string{}
	return ociProcess{
		User: ociUser{user, user},
		Args: []string{"/bin/sh", "-c", script},
		Env: append([]string{
			"PATH=/usr/bin:/bin", "HOME=" + workDir, "TMPDIR=/tmp", "LANG=C.UTF-8", "USER=candidate",
		}, env...),
		Cwd:             workDir,
		Capabilities:    ociCapabilities{none, none, none, none, none},
		NoNewPrivileges: true,
	}
}

// rlimits are the limits of a container that cannot be changed once it exists. gVisor's kernel
// enforces them on each process, or on the processes of a user.
type rlimits struct {
	processes  int
	fileBytes  int64
	cpuSeconds int64
}

func (l Limits) fixedLimits() rlimits {
	return rlimits{l.Processes, l.FileBytes, rlimitSeconds(max(l.CPU, l.CompileCPU))}
}

func (l rlimits) ociLimits() []ociRlimit {
	return []ociRlimit{
		newRlimit("RLIMIT_NPROC", int64(l.processes), 0),
		newRlimit("RLIMIT_FSIZE", l.fileBytes, 0),
		// With one second between SIGXCPU and SIGKILL, for machines without control groups: see
		// limitsInside.
		newRlimit("RLIMIT_CPU", l.cpuSeconds, 1),
		newRlimit("RLIMIT_NOFILE", 1024, 0),
		newRlimit("RLIMIT_CORE", 0, 0),
	}
}

// rlimitSeconds returns a limit in whole seconds above that of the watcher.
func rlimitSeconds(limit time.Duration) int64 { return int64(math.Ceil(limit.Seconds())) + 1 }

// newRlimit returns a limit whose hard value exceeds the soft one by more.
// Neither is negative: see clampTo.
func newRlimit(name string, soft, more int64) ociRlimit {
	return ociRlimit{Type: name, Soft: uint64(soft), Hard: uint64(soft + more)}
}

func newMounts(img *image, l Limits) []ociMount {
	list := []ociMount{{Destination: "/proc", Type: "proc", Source: "proc"}}
	for _, dir := range []string{workDir, "/tmp", "/dev/shm"} {
		size := l.FileBytes
		if dir == workDir {
			size += maxProgramSize
		}
		list = append(list, ociMount{
			Destination: dir, Type: "tmpfs", Source: "tmpfs",
			Options: []string{"nosuid", "nodev", "mode=1777", fmt.Sprintf("size=%d", size)},
		})
	}
	for _, path := range img.mounts {
		list = append(list, newBindMount(path, path))
	}
	return list
}

func newBindMount(source, destination string) ociMount {
	return ociMount{Destination: destination, Type: "bind", Source: source, Options: []string{"rbind", "ro", "nosuid", "nodev"}}
}
