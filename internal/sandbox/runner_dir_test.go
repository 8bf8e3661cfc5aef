package sandbox_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
)

// A runner removes the files of a killed one and keeps those of a running one.
func TestRemoveLeftovers(t *testing.T) {
	sharedRunner(t) // skips without runsc
	root := t.TempDir()
	dead, alive := filepath.Join(root, "huimian-dead"), filepath.Join(root, "huimian-alive")
	for _, dir := range []string{dead, alive} {
		if err := os.MkdirAll(filepath.Join(dir, "runs", "huimian-run"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	lock, err := os.Create(filepath.Join(alive, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	r, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runscPath, Root: root, CacheDir: cachePath})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Ready(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("what the killed runner left is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(alive, "runs", "huimian-run")); err != nil {
		t.Errorf("what the living runner uses is gone: %v", err)
	}
}
