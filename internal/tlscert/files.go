// Package tlscert provides the certificate of the built-in TLS: from files, which are
// read again when they change, or from a certificate authority by ACME.
package tlscert

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// checkInterval is the time between two looks at the files. A renewed certificate is
// used after at most this time.
const checkInterval = 10 * time.Second

// Files is a certificate with its key in two PEM files.
type Files struct {
	certificate, key string
	log              *slog.Logger
	now              func() time.Time

	mu      sync.Mutex
	loaded  *tls.Certificate
	read    [2]fileVersion
	checked time.Time
}

// fileVersion changes with the content of a file.
type fileVersion struct {
	modified time.Time
	size     int64
}

// OpenFiles reads a certificate with its chain, and its key. now may be nil.
func OpenFiles(certificate, key string, log *slog.Logger, now func() time.Time) (*Files, error) {
	if now == nil {
		now = time.Now
	}
	f := &Files{certificate: certificate, key: key, log: log, now: now, checked: now()}
	var err error
	if f.read, err = f.readVersions(); err != nil {
		return nil, err
	}
	f.loaded, err = f.loadPair()
	return f, err
}

func (f *Files) readVersions() (v [2]fileVersion, err error) {
	for n, path := range []string{f.certificate, f.key} {
		info, err := os.Stat(path)
		if err != nil {
			return v, err
		}
		v[n] = fileVersion{info.ModTime(), info.Size()}
	}
	return v, nil
}

func (f *Files) loadPair() (*tls.Certificate, error) {
	c, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate %s with the key %s: %w", f.certificate, f.key, err)
	}
	return &c, nil
}

// Certificate returns the certificate of the files. While changed files are not valid, such
// as between the renewal of the one and of the other, it returns the earlier certificate.
func (f *Files) Certificate() *tls.Certificate {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if now.Sub(f.checked) < checkInterval {
		return f.loaded
	}
	f.checked = now
	v, err := f.readVersions()
	if err == nil && v == f.read {
		return f.loaded
	}
	var c *tls.Certificate
	if err == nil {
		c, err = f.loadPair()
	}
	if err != nil {
		f.log.Warn("the changed certificate is not valid, the earlier one remains in use", "error", err)
		return f.loaded
	}
	f.loaded, f.read = c, v
	f.log.Info("the changed certificate is in use", "notAfter", c.Leaf.NotAfter)
	return c
}
