package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ownDir is the directory of one runner below the common root. Its lock says that the runner lives;
// the kernel drops the lock when the process dies, however it dies.
type ownDir struct {
	path string
	lock *os.File
}

// claimDir makes a directory for a runner.
func claimDir(root string) (*ownDir, error) {
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
	return &ownDir{path, lock}, nil
}

// checkOwner refuses a directory that somebody else made for us, as anybody can under /tmp: who owns
// it can change what we mount.
func checkOwner(root string) error {
	info, err := os.Lstat(root)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("directory %s must belong to this user and be writable by nobody else", root)
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

func (d *ownDir) release() {
	_ = os.RemoveAll(d.path) // what stays is removed by the next runner
	_ = d.lock.Close()
}

// removeLeftovers clears away what runners left that were killed: containers, control groups, files.
func (g *gvisor) removeLeftovers(l *look) {
	dirs, err := filepath.Glob(filepath.Join(g.cfg.Root, "huimian-*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		lock, err := lockDir(dir)
		if err != nil {
			continue // it lives
		}
		if err := g.removeRuns(dir, l); err != nil {
			g.cfg.Logger.Warn("clear away a former sandbox", "directory", dir, "error", err)
		}
		_ = lock.Close()
	}
}

func (g *gvisor) removeRuns(dir string, l *look) error {
	runs, err := os.ReadDir(filepath.Join(dir, "runs"))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	former := &gvisor{cfg: g.cfg, dir: dir}
	var errs []error
	for _, e := range runs {
		left := l.groups.named(e.Name())
		left.kill()
		r := run{g: former, look: l, id: e.Name(), dir: filepath.Join(dir, "runs", e.Name())}
		r.delete(g.ctx)
		errs = append(errs, left.remove())
	}
	return errors.Join(append(errs, os.RemoveAll(dir))...)
}
