package tlscert

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// Source is the certificate of a server, with its listener and the redirection to it.
type Source struct {
	config   *tls.Config
	acme     *autocert.Manager // nil: files
	host     string
	notAfter atomic.Int64 // Unix time, 0 before the first certificate
}

// NewFileSource returns the source of a certificate in files.
func NewFileSource(f *Files) *Source {
	s := &Source{}
	s.config = newServerConfig(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.recordEnd(f.Certificate()), nil }, "h2", "http/1.1")
	s.recordEnd(f.Certificate())
	return s
}

// ACME describes a certificate that an authority issues.
type ACME struct {
	Directory string       // URL of the authority
	Email     string       // of a contact for the authority, "" for none
	Host      string       // the only host for which certificates are requested
	Folder    string       // keeps the account key and the certificates
	Client    *http.Client // nil: http.DefaultClient
}

// NewACMESource returns the source of a certificate that the authority issues at the first
// connection and renews 30 days before its end. The authority's terms are accepted.
func NewACMESource(a ACME) *Source {
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(a.Folder), HostPolicy: autocert.HostWhitelist(a.Host), Email: a.Email,
		Client: &acme.Client{DirectoryURL: a.Directory, HTTPClient: a.Client, UserAgent: "huimian"},
	}
	s := &Source{acme: m, host: a.Host}
	s.config = newServerConfig(func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		c, err := m.GetCertificate(hello)
		if err == nil && !isChallenge(hello) {
			s.recordEnd(c)
		}
		return c, err
	}, "h2", "http/1.1", acme.ALPNProto)
	return s
}

func newServerConfig(get func(*tls.ClientHelloInfo) (*tls.Certificate, error), protocols ...string) *tls.Config {
	return &tls.Config{GetCertificate: get, NextProtos: protocols, MinVersion: tls.VersionTLS12}
}

// isChallenge reports whether the authority validates the host: the certificate of such a
// connection is none of the server.
func isChallenge(hello *tls.ClientHelloInfo) bool {
	return len(hello.SupportedProtos) == 1 && hello.SupportedProtos[0] == acme.ALPNProto
}

func (s *Source) recordEnd(c *tls.Certificate) *tls.Certificate {
	if c.Leaf != nil {
		s.notAfter.Store(c.Leaf.NotAfter.Unix())
	}
	return c
}

// Listen returns the listener of TLS connections over l.
func (s *Source) Listen(l net.Listener) net.Listener { return tls.NewListener(l, s.config) }

// NotAfter returns the end of the certificate, the zero time before the first one.
func (s *Source) NotAfter() time.Time {
	seconds := s.notAfter.Load()
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Obtain requests the certificate, unless the folder has one, so that neither the first
// visitor waits nor a failure stays unnoticed.
func (s *Source) Obtain(ctx context.Context) error {
	if s.acme == nil {
		return nil
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.config.GetCertificate(&tls.ClientHelloInfo{
			ServerName:   s.host, // of a client that supports ECDSA, as all browsers do
			CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}, SupportedCurves: []tls.CurveID{tls.CurveP256},
			SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		})
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Redirect returns the handler of plain HTTP: it serves the responses of http-01 challenges,
// and redirects other reads to the public URL. The host of a request is not used.
func (s *Source) Redirect(publicURL string) http.Handler {
	redirect := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "use "+publicURL, http.StatusMisdirectedRequest)
			return
		}
		http.Redirect(w, r, publicURL+r.URL.RequestURI(), http.StatusPermanentRedirect) // #nosec G710 -- the host is that of publicURL
	})
	if s.acme == nil {
		return redirect
	}
	return s.acme.HTTPHandler(redirect)
}
