package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// runnerDir is the directory of one runner below the common root. It is locked
// while the runner runs; the kernel releases the lock when the process dies.
type runnerDir struct {
	path string
	lock *os.File
}

// createRunnerDir creates and locks a directory for a runner.
func createRunnerDir(root string) (*runnerDir, error) {
	if err := os.MkdirAll(root, 0o711); err != nil {
		return nil, fmt.Errorf("make sandbox: %w", err)
	}
	if err := checkOwner(root); err != nil {
		return nil, fmt.Errorf("make sandbox: %w", err)
	}
	path := filepath.Join(root, newID())
	if err := os.Mkdir(path, 0o711); err != nil {
		return nil, fmt.Errorf("make sandbox: %w", err)
	}
	lock, err := lockDir(path)
	if err != nil {
		return nil, fmt.Errorf("make sandbox: %w", err)
	}
	return &runnerDir{path, lock}, nil
}

// checkOwner rejects a directory that another user created, which is possible
// below /tmp: its owner could change the mounted files.
func checkOwner(root string) error {
	info, err := os.Lstat(root)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("directory %s must belong to this user and not be writable by others", root)
	}
	return nil
}

func lockDir(path string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (d *runnerDir) removeAndUnlock() {
	_ = os.RemoveAll(d.path) // the next runner removes what remains
	_ = d.lock.Close()
}

// removeLeftovers removes the containers, control groups and files of runners
// that were killed.
func (g *gvisorRunner) removeLeftovers(l *inspection) {
	dirs, err := filepath.Glob(filepath.Join(g.cfg.Root, "huimian-*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		lock, err := lockDir(dir)
		if err != nil {
			continue // in use
		}
		if err := g.removeRuns(dir, l); err != nil {
			g.cfg.Logger.Warn("removing the files of a former runner failed", "directory", dir, "error", err)
		}
		_ = lock.Close()
	}
}

func (g *gvisorRunner) removeRuns(dir string, l *inspection) error {
	runs, err := os.ReadDir(filepath.Join(dir, "runs"))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	former := &gvisorRunner{cfg: g.cfg, dir: dir}
	var errs []error
	for _, e := range runs {
		left := l.cgroups.groupFor(e.Name())
		left.killAll()
		c := container{g: former, runsc: l.runsc, id: e.Name(), dir: filepath.Join(dir, "runs", e.Name())}
		c.deleteState(g.ctx)
		errs = append(errs, left.removeDirs())
	}
	return errors.Join(append(errs, os.RemoveAll(dir))...)
}
