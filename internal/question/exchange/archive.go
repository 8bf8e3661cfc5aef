package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/question"
)

// archiveTime is the time of all files in an archive, so that the same questions have the same bytes.
var archiveTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func writeArchive(entries []question.Entry) ([]byte, error) {
	files, err := writeFolder(entries)
	if err != nil {
		return nil, err
	}
	return packFiles(files)
}

func packFiles(files []file) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	size := 0
	for _, f := range files {
		if size += len(f.body); size > MaxUnpacked || len(files) > MaxFiles {
			return nil, errTooLarge()
		}
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: archiveTime}
		w, err := z.CreateHeader(header)
		if err != nil {
			return nil, fmt.Errorf("adding %s to the archive: %w", f.name, err)
		}
		if _, err := w.Write(f.body); err != nil {
			return nil, fmt.Errorf("adding %s to the archive: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("ending the archive: %w", err)
	}
	return out.Bytes(), nil
}

// collector collects files within the limits of a folder.
type collector struct {
	bundle *Bundle
	files  []file
	seen   map[string]bool // names in lower case: some systems do not distinguish them
	size   int64
}

func newCollector() *collector {
	return &collector{bundle: &Bundle{seen: map[string]bool{}}, seen: map[string]bool{}}
}

// errLimit ends the reading of a folder that is too large.
var errLimit = errors.New("the folder is too large")

// addFile reads a file. It returns errLimit once a limit of the folder is exceeded; the issues
// of one file do not end the reading.
func (c *collector) addFile(name string, mode fs.FileMode, open func() (io.ReadCloser, error)) error {
	switch {
	case !isSafeName(name):
		c.reportFile(strings.ToValidUTF8(excerpt(name), "�"), "question_file.unsafe_name")
		return nil
	case isHidden(name):
		return nil
	case !mode.IsRegular():
		c.reportFile(name, "question_file.not_regular")
		return nil
	case c.seen[strings.ToLower(name)]:
		c.reportFile(name, "question_file.file_twice")
		return nil
	}
	c.seen[strings.ToLower(name)] = true
	body, err := readLimited(open, min(MaxFileBytes, MaxUnpacked-c.size))
	c.size += int64(len(body))
	switch {
	case len(c.seen) > MaxFiles:
		c.reportFile("", "question_file.too_many_files", "Limit", MaxFiles)
		return errLimit
	case c.size > MaxUnpacked:
		c.reportFile("", "question_file.unpacked_too_large", "Limit", MaxUnpacked>>20)
		return errLimit
	case len(body) > MaxFileBytes:
		c.reportFile(name, "question_file.too_large", "Limit", MaxFileBytes>>20)
	case err != nil:
		c.reportFile(name, "question_file.unreadable")
	default:
		c.files = append(c.files, file{name, body})
	}
	return nil
}

func (c *collector) reportFile(name, code string, params ...any) {
	c.bundle.addIssue(newIssue(name, "", code, params...))
}

// readLimited reads a file. The result has more bytes than limit if the file has; sizes that
// an archive declares may be forged.
func readLimited(open func() (io.ReadCloser, error), limit int64) ([]byte, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return body, fmt.Errorf("reading a file: %w", err)
	}
	return body, nil
}

// isSafeName reports whether a name is a path below the folder on all systems.
func isSafeName(name string) bool {
	const limit = 300
	return len(name) <= limit && utf8.ValidString(name) && !strings.ContainsAny(name, "\\:\x00") && fs.ValidPath(name) && path.Clean(name) == name && name != "."
}

func readArchive(body []byte) *Bundle {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // its names are checked below
		return newInvalid("question_file.not_zip")
	}
	c := newCollector()
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if err := c.addFile(f.Name, f.Mode(), f.Open); err != nil {
			return c.bundle
		}
	}
	c.bundle.readFolder(c.files)
	return c.bundle
}

// ReadDir reads a folder.
func ReadDir(dir fs.FS) *Bundle {
	c := newCollector()
	if c.addDir(dir) {
		c.bundle.readFolder(c.files)
	}
	return c.bundle
}

// ReadFiles reads the files of a folder by their names.
func ReadFiles(files map[string][]byte) *Bundle {
	c := newCollector()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(files[name])), nil }
		if err := c.addFile(name, 0, open); err != nil {
			return c.bundle
		}
	}
	c.bundle.readFolder(c.files)
	return c.bundle
}

// PackDir returns a folder as a ZIP archive for Read. The bundle has the issues of files
// that cannot be packed.
func PackDir(dir fs.FS) ([]byte, *Bundle, error) {
	c := newCollector()
	if c.addDir(dir); len(c.bundle.Issues) > 0 {
		return nil, c.bundle, nil
	}
	body, err := packFiles(c.files)
	return body, c.bundle, err
}

// addDir adds the files of a folder. It returns false once a limit is exceeded.
func (c *collector) addDir(dir fs.FS) bool {
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			c.reportFile(name, "question_file.unreadable")
			return nil //nolint:nilerr // the other files are read
		case d.IsDir() && name != "." && isHidden(name):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		return c.addFile(name, d.Type(), func() (io.ReadCloser, error) { return dir.Open(name) })
	})
	return err == nil
}

// Unpack calls write with each file of an archive of Write.
func Unpack(body []byte, write func(name string, body []byte) error) error {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fmt.Errorf("opening the archive: %w", err)
	}
	for _, f := range z.File {
		if !isSafeName(f.Name) {
			return fmt.Errorf("the archive has a file with the name %q", f.Name)
		}
		raw, err := readLimited(f.Open, MaxFileBytes)
		if err != nil {
			return err
		}
		if err := write(f.Name, raw); err != nil {
			return err
		}
	}
	return nil
}
