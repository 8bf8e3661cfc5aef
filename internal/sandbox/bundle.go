package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// Who a program is inside the sandbox. No account of the host has this number by default, and it
// would mean nothing there: the program never reaches the host's kernel.
const (
	sandboxUser = 10000
	workDir     = "/work"
)

// The parts of the OCI runtime specification that we use
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

// writeBundle writes what runsc needs for one run into dir: the source and config.json.
func writeBundle(dir string, img *image, source, mark string, l Limits) error {
	file := filepath.Join(dir, "source")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		return fmt.Errorf("write source: %w", err)
	}
	spec := ociSpec{
		Version:  "1.0.2",
		Process:  process(img, mark, l),
		Root:     ociRoot{Path: img.root, Readonly: true},
		Hostname: "sandbox",
		Mounts:   append(mounts(img, l), bind(file, filepath.Join(workDir, img.file))),
		Linux: ociLinux{Namespaces: []ociNamespace{
			{"pid"}, {"mount"}, {"ipc"}, {"uts"}, {"network"}, // the network namespace is new and empty
		}},
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

func process(img *image, mark string, l Limits) ociProcess {
	none := []string{}
	env := append([]string{
		"PATH=/usr/bin:/bin", "HOME=" + workDir, "TMPDIR=/tmp", "LANG=C.UTF-8", "USER=candidate",
	}, img.env...)
	return ociProcess{
		User:         ociUser{sandboxUser, sandboxUser},
		Args:         []string{"/bin/sh", "-c", img.script(mark)},
		Env:          env,
		Cwd:          workDir,
		Capabilities: ociCapabilities{none, none, none, none, none},
		Rlimits: []ociRlimit{
			limit("RLIMIT_NPROC", int64(l.Processes), 0),
			limit("RLIMIT_FSIZE", l.FileBytes, 0),
			// Of one process, with a second between SIGXCPU and SIGKILL; all together: see watcher.
			limit("RLIMIT_CPU", int64(math.Ceil(l.CPU.Seconds())), 1),
			limit("RLIMIT_NOFILE", 1024, 0),
			limit("RLIMIT_CORE", 0, 0),
		},
		NoNewPrivileges: true,
	}
}

// limit makes the hard limit more above the soft one. Neither is ever negative: see lowerTo.
func limit(name string, soft, more int64) ociRlimit {
	return ociRlimit{Type: name, Soft: uint64(soft), Hard: uint64(soft + more)}
}

func mounts(img *image, l Limits) []ociMount {
	list := []ociMount{{Destination: "/proc", Type: "proc", Source: "proc"}}
	for _, dir := range []string{workDir, "/tmp", "/dev/shm"} {
		list = append(list, ociMount{
			Destination: dir, Type: "tmpfs", Source: "tmpfs",
			Options: []string{"nosuid", "nodev", "mode=1777", fmt.Sprintf("size=%d", l.FileBytes)},
		})
	}
	for _, path := range img.mounts {
		list = append(list, bind(path, path))
	}
	return list
}

func bind(source, destination string) ociMount {
	return ociMount{Destination: destination, Type: "bind", Source: source, Options: []string{"rbind", "ro", "nosuid", "nodev"}}
}
