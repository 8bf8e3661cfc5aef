package sandbox

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// image is what one language needs inside the sandbox: a small directory of our own making that is
// the root, and read-only mounts of the host's interpreter and libraries at the places where they
// stand on the host. Nothing else of the host is visible.
type image struct {
	lang    Language
	file    string   // name of the source file in /work
	compile string   // shell command, empty for an interpreted language
	run     string   // shell command, started with exec
	env     []string // beside those of every program
	limits  Limits   // defaults and ceilings

	mounts []string          // real paths, of files or directories
	links  map[string]string // symbolic links in the root → where they point
	copies map[string]string // small programs in the root → the host's file
	root   string            // set by assemble

	warm   func(context.Context) error // fills the compiler's cache; nil when the language has none
	warmed chan struct{}               // closed when warm has ended, well or not
}

// script is what the container's shell does. It prints mark on stderr between compiling and running.
func (img *image) script(mark string) string {
	if img.compile == "" {
		return "exec " + img.run
	}
	return fmt.Sprintf("%s </dev/null || exit; printf %%s '%s' >&2; exec %s", img.compile, mark, img.run)
}

func newImage(id, file string) *image {
	img := &image{
		lang:   Language{ID: id},
		file:   file,
		limits: defaultLimits,
		links:  map[string]string{},
		copies: map[string]string{},
		warmed: make(chan struct{}),
	}
	img.limits.Wall = wallLimit(defaultLimits.Wall)
	return img
}

// mount makes paths of the host visible, with a link where the path leads through links. A path that
// does not exist is passed over: distributions differ.
func (img *image) mount(paths ...string) {
	for _, path := range paths {
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		if target != path && !isLink(filepath.Dir(path)) {
			img.links[path] = target
		}
		img.mountReal(target)
	}
}

func (img *image) mountReal(path string) {
	for _, have := range img.mounts {
		if path == have || strings.HasPrefix(path, have+"/") {
			return
		}
	}
	img.mounts = slices.DeleteFunc(img.mounts, func(have string) bool { return strings.HasPrefix(have, path+"/") })
	img.mounts = append(img.mounts, path)
}

// command mounts a program of the host and makes it known under /usr/bin.
func (img *image) command(path string) {
	img.mount(path)
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return
	}
	if inPath := filepath.Join("/usr/bin", filepath.Base(path)); inPath != target {
		img.links[inPath] = target
	}
}

// copyTools copies small programs into the root: one mount for each would cost more.
func (img *image) copyTools(names ...string) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			img.copies[filepath.Join("/usr/bin", name)] = path
		}
	}
}

// addLibraries mounts the directories of the system's shared libraries.
func (img *image) addLibraries() {
	for _, pattern := range []string{"/usr/lib/*-linux-gnu*", "/lib/*-linux-gnu*", "/usr/lib64", "/lib64", "/lib/ld-musl-*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		for _, path := range found {
			if links, ok := onlyLinks(path); ok {
				for _, link := range links {
					img.mountLink(link)
				}
				continue
			}
			img.mount(path)
		}
	}
}

// mountLink copies a symbolic link, so that a directory of nothing but links costs no mount.
func (img *image) mountLink(path string) {
	if target, err := os.Readlink(path); err == nil && !isLink(filepath.Dir(path)) {
		img.links[path] = target
	}
}

// assemble makes the root below dir.
func (img *image) assemble(dir string) error {
	img.copyTools("sh")
	img.addLibraries()
	img.mount("/usr/lib/locale/C.utf8", "/usr/share/zoneinfo") // encoding and time zones come from there
	img.root = filepath.Join(dir, img.lang.ID)
	for _, path := range []string{"/usr/bin", "/usr/lib", "/etc", "/proc", "/dev", "/tmp", workDir} {
		if err := os.MkdirAll(filepath.Join(img.root, path), 0o755); err != nil {
			return fmt.Errorf("assemble %s: %w", img.lang.ID, err)
		}
	}
	steps := []func() error{img.topLinks, img.accounts, img.mountPoints, img.makeCopies, img.makeLinks}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("assemble %s: %w", img.lang.ID, err)
		}
	}
	return nil
}

// topLinks repeats the host's /bin → usr/bin and its like.
func (img *image) topLinks() error {
	for _, path := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
		target, err := os.Readlink(path)
		if err != nil {
			continue // a directory of its own, or none
		}
		if err := os.Symlink(target, filepath.Join(img.root, path)); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(img.root, "/", target), 0o755); err != nil {
			return err
		}
	}
	if isLink("/bin") {
		return nil
	}
	return os.Symlink("usr/bin", filepath.Join(img.root, "bin"))
}

// accounts names the user, for programs that ask who they are.
func (img *image) accounts() error {
	passwd := fmt.Sprintf("candidate:x:%d:%d::%s:/bin/sh\n", sandboxUser, sandboxUser, workDir)
	group := fmt.Sprintf("candidate:x:%d:\n", sandboxUser)
	if err := os.WriteFile(filepath.Join(img.root, "etc/passwd"), []byte(passwd), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(img.root, "etc/group"), []byte(group), 0o644)
}

func (img *image) mountPoints() error {
	for _, path := range img.mounts {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		inside := filepath.Join(img.root, path)
		if info.IsDir() {
			err = os.MkdirAll(inside, 0o755)
		} else if err = os.MkdirAll(filepath.Dir(inside), 0o755); err == nil {
			err = os.WriteFile(inside, nil, 0o755)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (img *image) makeCopies() error {
	for inside, path := range img.copies {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(img.root, inside), b, 0o755); err != nil {
			return err
		}
	}
	return nil
}

func (img *image) makeLinks() error {
	for link, target := range img.links {
		inside := filepath.Join(img.root, link)
		if err := os.MkdirAll(filepath.Dir(inside), 0o755); err != nil {
			return err
		}
		if err := os.Symlink(target, inside); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return nil
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

func onlyLinks(dir string) ([]string, bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, false
	}
	var links []string
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink == 0 {
			return nil, false
		}
		links = append(links, filepath.Join(dir, e.Name()))
	}
	return links, true
}

// ask runs one of the host's own interpreters, with a question of ours, and returns what it printed.
func ask(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = detectTimeout
	b, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ask %s: %w", filepath.Base(name), err)
	}
	return strings.TrimSpace(string(b)), nil
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// named fills in the language's version and its name for people: format with the first parts of the
// version, such as "Python 3.11".
func (img *image) named(format, answer string, parts int) error {
	version := versionNumber.FindString(answer)
	if version == "" {
		return fmt.Errorf("ask the version of %s: no number in %q", img.lang.ID, answer)
	}
	img.lang.Version = version
	short := strings.Split(version, ".")
	img.lang.Name = fmt.Sprintf(format, strings.Join(short[:min(parts, len(short))], "."))
	return nil
}
