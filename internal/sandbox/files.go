package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// check returns an error for a program that is too large, and for paths that lead out of the
// working directory.
func (p *Program) check() error {
	size := len(p.Source)
	paths := []string{p.Path}
	for _, f := range p.Files {
		size += len(f.Text)
		paths = append(paths, f.Path)
	}
	switch {
	case p.Shell && p.Terminal == nil:
		return fmt.Errorf("run program: %w", ErrNoTerminal)
	case size > maxSourceBytes || len(p.Stdin) > maxStdinBytes:
		return fmt.Errorf("run program: the files are longer than %d bytes, or the input than %d", maxSourceBytes, maxStdinBytes)
	case len(p.Files) >= maxFiles:
		return fmt.Errorf("run program: more than %d files", maxFiles)
	}
	for i, path := range paths {
		isUnnamedSource := i == 0 && path == ""
		if !isUnnamedSource && (!filepath.IsLocal(path) || filepath.Clean(path) != path || path == "." || strings.ContainsRune(path, 0)) {
			return fmt.Errorf("run program: invalid path %q", path)
		}
	}
	return nil
}

// writeFiles writes files into dir.
func writeFiles(dir string, files []File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("two files %q: %w", f.Path, os.ErrExist)
		}
		if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pathsWith returns the paths of the further files of a program with one of the extensions.
func (p *Program) pathsWith(extensions ...string) (paths []string) {
	for _, f := range p.Files {
		if slices.Contains(extensions, filepath.Ext(f.Path)) {
			paths = append(paths, f.Path)
		}
	}
	return paths
}
