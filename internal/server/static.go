package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// minCompress is the size below which compressing gains nothing.
const minCompress = 1 << 10

// static serves the built front end from memory.
type static struct {
	files map[string]*staticFile
}

// staticFile is one file with its compressed forms.
type staticFile struct {
	name, contentType, etag string
	body                    []byte
	brotli                  []byte        // when the build has made one
	gzip                    func() []byte // made on first use; nil when it is of no use
}

// newStatic reads all files. x.br and x.gz beside x are its compressed forms
// and not files of their own.
func newStatic(files fs.FS) (*static, error) {
	s := &static{files: map[string]*staticFile{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
			return err
		}
		f, err := readStatic(files, name)
		s.files[name] = f
		return err
	})
	return s, err
}

func readStatic(files fs.FS, name string) (*staticFile, error) {
	body, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	sum := sha256.Sum256(body)
	f := &staticFile{name: name, body: body, etag: hex.EncodeToString(sum[:12]), contentType: mime.TypeByExtension(path.Ext(name))}
	if f.contentType == "" {
		f.contentType = http.DetectContentType(body)
	}
	if f.brotli, err = readSibling(files, name+".br"); err != nil {
		return nil, err
	}
	gz, err := readSibling(files, name+".gz")
	if err != nil {
		return nil, err
	}
	switch {
	case gz != nil:
		f.gzip = func() []byte { return gz }
	case len(body) >= minCompress && compressible(f.contentType):
		f.gzip = sync.OnceValue(func() []byte { return gzipped(body) })
	}
	return f, nil
}

func readSibling(files fs.FS, name string) ([]byte, error) {
	b, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

func compressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || slices.Contains([]string{
		"application/json", "application/javascript", "application/manifest+json", "image/svg+xml", "application/wasm",
	}, kind)
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a constant
	_, _ = w.Write(body)                                  // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// ServeHTTP serves the file with the path, or the front end's page for a path
// that is a page of its own.
func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		plain(w, http.StatusMethodNotAllowed, "files can only be read\n")
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	f, ok := s.files[name]
	if !ok || name == "" {
		if f = s.files["index.html"]; f == nil || path.Ext(name) != "" {
			plain(w, http.StatusNotFound, "not found\n")
			return
		}
	}
	f.serve(w, r)
}

// serve answers with the smallest form that the browser takes. The build puts
// a hash into the names under assets/: those never change. Everything else is
// asked for each time.
func (f *staticFile) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(f.name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, etag := f.body, f.etag
	switch {
	case f.brotli != nil && accepts(r, "br"):
		h.Set("Content-Encoding", "br")
		body, etag = f.brotli, etag+"-br"
	case f.gzip != nil && accepts(r, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body, etag = f.gzip(), etag+"-gz"
	}
	etag = `"` + etag + `"`
	h.Set("ETag", etag)
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) //nolint:gosec // files of our own build; an error is a visitor who has gone
	}
}

// accepts says whether the browser takes the encoding.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(name, encoding) {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}
