package filestore

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
)

func newTestFolder(t *testing.T) *Folder {
	t.Helper()
	return NewFolder(filepath.Join(t.TempDir(), "data", "files"))
}

func write(t *testing.T, f *Folder, content string) (id string) {
	t.Helper()
	id = db.NewID()
	if err := f.Write(t.Context(), id, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return id
}

// names returns the paths of all files in the folder.
func names(t *testing.T, f *Folder) (list []string) {
	t.Helper()
	err := filepath.WalkDir(f.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, filepath.Base(path))
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return list
}

// Contents are readable by the user of the server only.
func TestFolderModes(t *testing.T) {
	f := newTestFolder(t)
	path, err := f.pathOf(write(t, f, "content"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700, f.dir: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// fullDisk fails after the first byte.
type fullDisk struct{ io.Writer }

func (d fullDisk) Write(p []byte) (int, error) {
	n, err := d.Writer.Write(p[:1])
	return n, errors.Join(err, syscall.ENOSPC)
}

// A write that fails leaves neither a part nor changes the previous file.
func TestFailedWriteLeavesNothing(t *testing.T) {
	f := newTestFolder(t)
	kept := write(t, f, "previous")
	f.wrap = func(w io.Writer) io.Writer { return fullDisk{w} }
	for _, id := range []string{kept, db.NewID()} {
		if err := f.Write(t.Context(), id, strings.NewReader("content")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a full disk: %v", err)
		}
	}
	if list := names(t, f); len(list) != 1 || list[0] != kept {
		t.Errorf("files %q", list)
	}
}

func TestSweepOfParts(t *testing.T) {
	f := newTestFolder(t)
	kept, orphan, recent := write(t, f, "kept"), write(t, f, "orphan"), write(t, f, "recent")
	limit := time.Now().Add(-time.Hour)
	for _, id := range []string{kept, orphan} {
		path, _ := f.pathOf(id)
		if err := os.Chtimes(path, limit, limit.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	path, _ := f.pathOf(orphan)
	part := filepath.Join(filepath.Dir(path), temporary+"123") // of a process that was killed
	if err := os.WriteFile(part, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(part, limit, limit.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(filepath.Dir(path), "notes.txt") // not ours
	if err := os.WriteFile(foreign, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(foreign, limit, limit.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("the database is unavailable")
	if _, err := f.Sweep(t.Context(), limit, func(context.Context, []string) (map[string]bool, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("a failed query: %v", err)
	}
	if list := names(t, f); len(list) != 5 {
		t.Errorf("after a failed query: %q", list)
	}
	n, err := f.Sweep(t.Context(), limit, func(context.Context, []string) (map[string]bool, error) {
		return map[string]bool{kept: true}, nil
	})
	if err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	if list := names(t, f); len(list) != 3 || !strings.Contains(strings.Join(list, " "), kept) || !strings.Contains(strings.Join(list, " "), recent) {
		t.Errorf("files %q", list)
	}
}

func TestProbe(t *testing.T) {
	f := newTestFolder(t)
	if err := f.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder stays: %v", err)
	}
	f.wrap = func(w io.Writer) io.Writer { return fullDisk{w} }
	if err := f.Probe(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full disk: %v", err)
	}
}
