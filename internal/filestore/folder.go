package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Modes of the folders and the files: only the user of the server reads them.
const (
	folderMode = 0o700
	fileMode   = 0o600
)

// temporary begins the names of files that are being written.
const temporary = ".upload-"

// Folder is a local folder, or one that all replicas share. It is created with the first
// file. Files are in subfolders that are named after the end of their ids, which is random.
type Folder struct {
	dir string
	// wrap replaces the writer of a file in tests.
	wrap func(io.Writer) io.Writer
}

// NewFolder returns the file store in a folder.
func NewFolder(dir string) *Folder {
	return &Folder{dir: dir, wrap: func(w io.Writer) io.Writer { return w }}
}

// Dir returns the path of the folder.
func (f *Folder) Dir() string { return f.dir }

// Location implements Store.
func (f *Folder) Location() string { return f.dir }

func (f *Folder) pathOf(id string) (string, error) {
	if err := checkID(id); err != nil {
		return "", err
	}
	return filepath.Join(f.dir, id[len(id)-2:], id), nil
}

// Write implements Store.
func (f *Folder) Write(ctx context.Context, id string, content io.Reader) (err error) {
	path, err := f.pathOf(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return fmt.Errorf("creating a folder of the file store: %w", err)
	}
	out, err := os.CreateTemp(filepath.Dir(path), temporary) // with fileMode
	if err != nil {
		return fmt.Errorf("creating file %s: %w", id, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("writing file %s: %w", id, err), ignoreMissing(os.Remove(out.Name())))
		}
	}()
	if _, err = io.Copy(f.wrap(out), contextReader{ctx, content}); err != nil {
		return errors.Join(err, out.Close())
	}
	if err = errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	if err = os.Rename(out.Name(), path); err != nil {
		return err
	}
	return errors.Join(syncFolder(filepath.Dir(path)), syncFolder(f.dir))
}

// contextReader ends with the context.
type contextReader struct {
	ctx context.Context //nolint:containedctx // of one call
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path) // #nosec G304 -- a folder of the store
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, id string) (io.ReadCloser, error) {
	path, err := f.pathOf(id)
	if err != nil {
		return nil, err
	}
	in, err := os.Open(path) // #nosec G304 -- the path is made of an id
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w %s", ErrNotFound, id)
	}
	if err != nil {
		return nil, fmt.Errorf("opening file %s: %w", id, err)
	}
	return in, nil
}

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, id string) error {
	path, err := f.pathOf(id)
	if err != nil {
		return err
	}
	if err := ignoreMissing(os.Remove(path)); err != nil {
		return fmt.Errorf("deleting file %s: %w", id, err)
	}
	return nil
}

// Sweep implements Store. It also deletes parts of files whose writing was interrupted.
func (f *Folder) Sweep(ctx context.Context, before time.Time, keep KeepFunc) (deleted int, err error) {
	for n := range 256 {
		if err := ctx.Err(); err != nil {
			return deleted, err
		}
		part, err := f.sweepFolder(ctx, filepath.Join(f.dir, fmt.Sprintf("%02x", n)), before, keep)
		if deleted += part; err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

func (f *Folder) sweepFolder(ctx context.Context, dir string, before time.Time, keep KeepFunc) (deleted int, err error) {
	d, err := os.Open(dir) // #nosec G304 -- a folder of the store
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading a folder of the file store: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	for {
		entries, err := d.ReadDir(keepBatch)
		if errors.Is(err, io.EOF) {
			return deleted, nil
		}
		if err != nil {
			return deleted, fmt.Errorf("reading a folder of the file store: %w", err)
		}
		old := namesBefore(entries, before)
		kept, err := keep(ctx, old)
		if err != nil {
			return deleted, err
		}
		for _, name := range old {
			if kept[name] {
				continue
			}
			if err := ignoreMissing(os.Remove(filepath.Join(dir, name))); err != nil {
				return deleted, fmt.Errorf("deleting a file without a row: %w", err)
			}
			deleted++
		}
	}
}

// namesBefore returns the names of files that were written before a time.
func namesBefore(entries []fs.DirEntry, before time.Time) (names []string) {
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && isOwnName(e.Name()) && info.Mode().IsRegular() && info.ModTime().Before(before) {
			names = append(names, e.Name())
		}
	}
	return names
}

// isOwnName reports whether a name is that of a content or of a part of one.
func isOwnName(name string) bool {
	return strings.HasPrefix(name, temporary) || uuid.Validate(name) == nil
}

// Probe implements Store. Folders that it has created are deleted too: their owner may be
// another user than that of the server.
func (f *Folder) Probe(ctx context.Context) (err error) {
	id := uuid.NewString()
	for _, dir := range []string{f.dir, filepath.Join(f.dir, id[len(id)-2:])} {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			defer func() { _ = os.Remove(dir) }() // fails when another file is in it meanwhile
		}
	}
	return probe(ctx, f, id)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
