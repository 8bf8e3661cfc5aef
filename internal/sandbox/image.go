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

// image is the file system of one language inside the sandbox: a small root
// directory, and read-only mounts of the host's interpreter and libraries at
// their paths on the host. Nothing else of the host is visible.
type image struct {
	language Language
	file     string   // name of the source file in /work
	compile  string   // shell command, started with exec; empty for an interpreted language
	run      string   // shell command, started with exec
	shell    string   // shell command of the interactive shell; empty for a language without one
	preload  string   // shell command that loads the interpreter's files into gVisor's cache; may be empty
	env      []string // in addition to the variables of every program
	limits   Limits   // defaults and ceilings

	adapt func(img *image, p Program) // changes a copy of the image for one program; nil when all programs run alike
	check Detail                      // explains an exit error of the program; set by adapt

	mounts []string          // resolved paths of files or directories
	links  map[string]string // symbolic links in the root, by path, with their targets
	copies map[string]string // small programs in the root, by path, with the host's files
	root   string            // set by buildRoot

	warmCache   func(context.Context) error // fills the compiler's cache; nil when the language has none
	cacheWarmed chan struct{}               // closed when warmCache has ended, with or without an error
}

// shellScript returns the command of a program. It prints mark on stderr between
// compiling and running. The compiler's stderr is printed when the compiler has ended:
// the compiler can read the script, and must not be able to print the mark before. The
// shell's own stderr is discarded, since the shell writes an English text when a signal
// ends the compiler.
// The soft limit of CPU time is that of the program: see newProcess.
func (img *image) shellScript(mark string, l Limits) string {
	if img.compile == "" {
		return "exec " + img.run
	}
	return fmt.Sprintf("exec 3>&2 4>&1 2>/dev/null; said=$(exec %s </dev/null 2>&1 >&4 3>&- 4>&-); status=$?; "+
		"[ -z \"$said\" ] || printf '%%s\\n' \"$said\" >&3; [ $status -eq 0 ] || exit $status; "+
		"exec 4>&-; unset said; ulimit -S -t %d; printf %%s '%s' >&3; exec %s 2>&3 3>&-",
		img.compile, rlimitSeconds(l.CPU), mark, img.run)
}

// forProgram returns the image of one program.
func (img *image) forProgram(p Program) *image {
	own := *img
	if p.Path != "" {
		own.replaceFile(p.Path)
	}
	switch {
	case p.Shell:
		own.compile, own.run = "", img.shell
	case img.adapt != nil:
		img.adapt(&own, p)
	}
	return &own
}

// replaceFile names the source file.
func (img *image) replaceFile(path string) {
	before, name := quoteShell(img.file), quoteShell(path)
	img.file = path
	img.compile = strings.Replace(img.compile, before, name, 1)
	img.run = strings.Replace(img.run, before, name, 1)
}

// compileAll adds further files to the command of the compiler, behind the source file.
func (img *image) compileAll(paths []string) {
	all := []string{quoteShell(img.file)}
	for _, path := range paths {
		all = append(all, quoteShell(path))
	}
	img.compile = strings.Replace(img.compile, all[0], strings.Join(all, " "), 1)
}

var plainArgument = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./]*$`)

// quoteShell returns a path as one argument of a shell command that is no option.
func quoteShell(path string) string {
	if plainArgument.MatchString(path) {
		return path
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func newImage(id, file string) *image {
	return &image{
		language:    Language{ID: id},
		file:        file,
		limits:      defaultLimits,
		links:       map[string]string{},
		copies:      map[string]string{},
		cacheWarmed: make(chan struct{}),
	}
}

// addMounts mounts paths of the host, and adds a link for a path that is a
// symbolic link. A path that does not exist is skipped, since distributions
// differ.
func (img *image) addMounts(paths ...string) {
	for _, path := range paths {
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		if target != path && !isLink(filepath.Dir(path)) {
			img.links[path] = target
		}
		img.addRealMount(target)
	}
}

func (img *image) addRealMount(path string) {
	for _, have := range img.mounts {
		if path == have || strings.HasPrefix(path, have+"/") {
			return
		}
	}
	img.mounts = slices.DeleteFunc(img.mounts, func(have string) bool { return strings.HasPrefix(have, path+"/") })
	img.mounts = append(img.mounts, path)
}

// addCommand mounts a program of the host and links it in /usr/bin.
func (img *image) addCommand(path string) {
	img.addMounts(path)
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return
	}
	if inPath := filepath.Join("/usr/bin", filepath.Base(path)); inPath != target {
		img.links[inPath] = target
	}
}

// copyTools copies small programs into the root, which is cheaper than one
// mount each.
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
			if links, ok := listLinks(path); ok {
				for _, link := range links {
					img.addLink(link)
				}
				continue
			}
			img.addMounts(path)
		}
	}
}

// addLink copies a symbolic link, so that a directory that contains only links
// needs no mount.
func (img *image) addLink(path string) {
	if target, err := os.Readlink(path); err == nil && !isLink(filepath.Dir(path)) {
		img.links[path] = target
	}
}

// buildRoot creates the root directory in dir.
func (img *image) buildRoot(dir string) error {
	img.copyTools("sh", "cp") // cp copies the program's files: see waitingScript
	img.addLibraries()
	img.addMounts("/usr/lib/locale/C.utf8", "/usr/share/zoneinfo") // locales and time zones
	img.root = filepath.Join(dir, img.language.ID)
	for _, path := range []string{"/usr/bin", "/usr/lib", "/etc", "/proc", "/dev", "/tmp", workDir, sourceDir} {
		if err := os.MkdirAll(filepath.Join(img.root, path), 0o755); err != nil {
			return fmt.Errorf("assemble %s: %w", img.language.ID, err)
		}
	}
	steps := []func() error{img.copyTopLinks, img.writeAccounts, img.createMountPoints, img.makeCopies, img.makeLinks}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("assemble %s: %w", img.language.ID, err)
		}
	}
	return nil
}

// copyTopLinks copies the host's links such as /bin → usr/bin.
func (img *image) copyTopLinks() error {
	for _, path := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
		target, err := os.Readlink(path)
		if err != nil {
			continue // a directory, or missing
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

// writeAccounts writes the user's entries in /etc/passwd and /etc/group, for
// programs that look up their user.
func (img *image) writeAccounts() error {
	passwd := fmt.Sprintf("candidate:x:%d:%d::%s:/bin/sh\n", sandboxUser, sandboxUser, workDir)
	group := fmt.Sprintf("candidate:x:%d:\n", sandboxUser)
	if err := os.WriteFile(filepath.Join(img.root, "etc/passwd"), []byte(passwd), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(img.root, "etc/group"), []byte(group), 0o644)
}

func (img *image) createMountPoints() error {
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

func listLinks(dir string) ([]string, bool) {
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

// runTool runs an interpreter or compiler of the host and returns its output.
func runTool(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = detectTimeout
	b, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("running %s: %w", filepath.Base(name), err)
	}
	return strings.TrimSpace(string(b)), nil
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// setVersion sets the language's version and display name. format takes the
// first parts of the version, such as "Python 3.11".
func (img *image) setVersion(format, answer string, parts int) error {
	version := versionNumber.FindString(answer)
	if version == "" {
		return fmt.Errorf("detecting the version of %s: no number in %q", img.language.ID, answer)
	}
	img.language.Version = version
	short := strings.Split(version, ".")
	img.language.Name = fmt.Sprintf(format, strings.Join(short[:min(parts, len(short))], "."))
	return nil
}
