// Package static serves the built front end.
package static

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

	"github.com/huimian/huimian/internal/server/httpapi"
)

// minCompress is the size in bytes below which files are not compressed.
const minCompress = 1 << 10

// Files serves the built front end from memory.
type Files struct {
	files map[string]*file
}

// file is one file with its compressed variants.
type file struct {
	name, contentType, etag string
	body                    []byte
	brotli                  []byte        // nil if the build has none
	gzip                    func() []byte // computed on first use; nil when not worthwhile
}

// New reads all files. x.br and x.gz next to x are compressed variants and
// are not served as files.
func New(files fs.FS) (*Files, error) {
	s := &Files{files: map[string]*file{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
			return err
		}
		f, err := readFile(files, name)
		s.files[name] = f
		return err
	})
	return s, err
}

func readFile(files fs.FS, name string) (*file, error) {
	body, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	sum := sha256.Sum256(body)
	f := &file{name: name, body: body, etag: hex.EncodeToString(sum[:12]), contentType: mime.TypeByExtension(path.Ext(name))}
	if f.contentType == "" {
		f.contentType = http.DetectContentType(body)
	}
	if f.brotli, err = readOptional(files, name+".br"); err != nil {
		return nil, err
	}
	gz, err := readOptional(files, name+".gz")
	if err != nil {
		return nil, err
	}
	switch {
	case gz != nil:
		f.gzip = func() []byte { return gz }
	case len(body) >= minCompress && isCompressible(f.contentType):
		f.gzip = sync.OnceValue(func() []byte { return compressGzip(body) })
	}
	return f, nil
}

func readOptional(files fs.FS, name string) ([]byte, error) {
	b, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

func isCompressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || slices.Contains([]string{
		"application/json", "application/javascript", "application/manifest+json", "image/svg+xml", "application/wasm",
	}, kind)
}

func compressGzip(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a constant
	_, _ = w.Write(body)                                  // a bytes.Buffer does not fail
	_ = w.Close()
	return b.Bytes()
}

// ServeHTTP serves the file of the path, or index.html for a path without an
// extension, which is a route of the front end.
func (s *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		httpapi.WritePlainText(w, http.StatusMethodNotAllowed, "files can only be read\n")
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	f, ok := s.files[name]
	if !ok || name == "" {
		if f = s.files["index.html"]; f == nil || path.Ext(name) != "" {
			httpapi.WritePlainText(w, http.StatusNotFound, "not found\n")
			return
		}
	}
	f.writeTo(w, r)
}

// writeTo writes the file in the best encoding that the client accepts. Names under
// assets/ contain a content hash and are cached without a limit; everything else is
// revalidated with each request.
func (f *file) writeTo(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(f.name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, etag := f.body, f.etag
	switch {
	case f.brotli != nil && acceptsEncoding(r, "br"):
		h.Set("Content-Encoding", "br")
		body, etag = f.brotli, etag+"-br"
	case f.gzip != nil && acceptsEncoding(r, "gzip"):
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
		_, _ = w.Write(body) // an error: the client has disconnected
	}
}

// acceptsEncoding reports whether Accept-Encoding allows the encoding.
func acceptsEncoding(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(name, encoding) {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}
