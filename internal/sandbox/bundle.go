package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"
)

// User and working directory inside the sandbox. By default no account of the
// host has this uid, which would have no effect there: the program never
// reaches the host's kernel.
const (
	sandboxUser = 10000
	workDir     = "/work"
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
		Rlimits         []ociRlimit     `json:"rlimits"`
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

// writeBundle writes the OCI bundle of one run into dir: the files of the program and
// config.json.
func writeBundle(dir string, img *image, p Program, mark string, l Limits, inTerminal bool) error {
	files, err := writeFiles(filepath.Join(dir, "files"), append([]File{{img.file, p.Source}}, p.Files...))
	if err != nil {
		return fmt.Errorf("write files: %w", err)
	}
	spec := ociSpec{
		Version:  "1.0.2",
		Process:  newProcess(img, mark, l),
		Root:     ociRoot{Path: img.root, Readonly: true},
		Hostname: "sandbox",
		Mounts:   append(newMounts(img, l), files...),
		Linux: ociLinux{Namespaces: []ociNamespace{
			{"pid"}, {"mount"}, {"ipc"}, {"uts"}, {"network"}, // a new and empty network namespace
		}},
	}
	if inTerminal {
		spec.Process.Terminal, spec.Process.Env = true, append(spec.Process.Env, "TERM=xterm-256color")
	}
	b, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), b, 0o600); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}

func newProcess(img *image, mark string, l Limits) ociProcess {
	none := []string{}
	env := append([]string{
		"PATH=/usr/bin:/bin", "HOME=" + workDir, "TMPDIR=/tmp", "LANG=C.UTF-8", "USER=candidate",
	}, img.env...)
	return ociProcess{
		User:         ociUser{sandboxUser, sandboxUser},
		Args:         []string{"/bin/sh", "-c", img.shellScript(mark, l)},
		Env:          env,
		Cwd:          workDir,
		Capabilities: ociCapabilities{none, none, none, none, none},
		Rlimits: []ociRlimit{
			newRlimit("RLIMIT_NPROC", int64(l.Processes), 0),
			newRlimit("RLIMIT_FSIZE", l.FileBytes, 0),
			// Per process, with one second between SIGXCPU and SIGKILL, for
			// machines without control groups. With one, the watcher limits the
			// sum of all processes before this limit is reached.
			newRlimit("RLIMIT_CPU", rlimitSeconds(max(l.CPU, l.CompileCPU)), 1),
			newRlimit("RLIMIT_NOFILE", 1024, 0),
			newRlimit("RLIMIT_CORE", 0, 0),
		},
		NoNewPrivileges: true,
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
		list = append(list, ociMount{
			Destination: dir, Type: "tmpfs", Source: "tmpfs",
			Options: []string{"nosuid", "nodev", "mode=1777", fmt.Sprintf("size=%d", l.FileBytes)},
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
