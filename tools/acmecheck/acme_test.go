package acmecheck

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"github.com/huimian/huimian/internal/tlscert"
)

const host = "interview.example.com"

// listen returns a listener of the loopback interface and its port.
func listen(t *testing.T) (net.Listener, int) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, text, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return l, port
}

// startDNS resolves each name to 127.0.0.1, and returns the server's address.
func startDNS(t *testing.T) string {
	t.Helper()
	l, _ := listen(t)
	s := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetReply(r)
		for _, q := range r.Question {
			if q.Qtype == dns.TypeA {
				m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)})
			}
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = s.ActivateAndServe() }()
	t.Cleanup(func() { _ = s.Shutdown() })
	return l.Addr().String()
}

// authority is Pebble, which validates hosts at these ports of 127.0.0.1.
type authority struct {
	server *httptest.Server
	roots  *x509.CertPool
}

func startAuthority(t *testing.T, httpPort, tlsPort int) *authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	logger, store := log.New(io.Discard, "", 0), db.NewMemoryStore()
	issuer := ca.New(logger, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {}})
	validator := va.New(logger, httpPort, tlsPort, false, startDNS(t), store)
	front := wfe.New(logger, store, validator, issuer, []string{"pebble.letsencrypt.org"}, false, false, 1, 1)
	a := &authority{server: httptest.NewTLSServer(front.Handler()), roots: x509.NewCertPool()}
	t.Cleanup(a.server.Close)
	root, err := x509.ParseCertificate(issuer.GetRootCert(0).DER)
	if err != nil {
		t.Fatal(err)
	}
	a.roots.AddCert(root)
	return a
}

func (a *authority) newSource(folder string) *tlscert.Source {
	return tlscert.NewACMESource(tlscert.ACME{
		Directory: a.server.URL + wfe.DirectoryPath, Email: "it@example.com", Host: host, Folder: folder, Client: a.server.Client(),
	})
}

// serve runs the handler and returns when the test ends.
func serve(t *testing.T, l net.Listener, h http.Handler) {
	t.Helper()
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
}

// withoutPort removes the port from the Host header: an authority connects to port 80, and sends none.
func withoutPort(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, _, err := net.SplitHostPort(r.Host); err == nil {
			r.Host = name
		}
		next.ServeHTTP(w, r)
	})
}

func (a *authority) wantCertificate(t *testing.T, address string) {
	t.Helper()
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: a.roots, ServerName: host}}
	conn, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("no valid certificate: %v", err)
	}
	_ = conn.Close()
}

// The certificate is obtained through the server's TLS port, or through its port of plain
// HTTP, and kept in the folder.
func TestObtain(t *testing.T) {
	for _, challenge := range []string{"tls-alpn-01", "http-01"} {
		t.Run(challenge, func(t *testing.T) {
			secure, securePort := listen(t)
			plain, plainPort := listen(t)
			if challenge == "http-01" {
				closed, port := listen(t) // the authority reaches no TLS
				_, securePort = closed.Close(), port
			}
			a, folder := startAuthority(t, plainPort, securePort), t.TempDir()
			source := a.newSource(folder)
			serve(t, plain, withoutPort(source.Redirect("https://"+host)))
			serve(t, source.Listen(secure), http.NotFoundHandler())
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := source.Obtain(ctx); err != nil {
				t.Fatal(err)
			}
			a.wantCertificate(t, secure.Addr().String())
			if days := time.Until(source.NotAfter()).Hours() / 24; days < 1 {
				t.Errorf("the certificate ends in %.0f days", days)
			}

			a.server.Close()
			restarted, _ := listen(t)
			serve(t, a.newSource(folder).Listen(restarted), http.NotFoundHandler())
			a.wantCertificate(t, restarted.Addr().String())
		})
	}
}

// No certificate is requested for another host.
func TestOtherHosts(t *testing.T) {
	secure, port := listen(t)
	a := startAuthority(t, 1, port)
	serve(t, a.newSource(t.TempDir()).Listen(secure), http.NotFoundHandler())
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: a.roots, ServerName: "other.example.com"}}
	if conn, err := dialer.DialContext(t.Context(), "tcp", secure.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("a connection to another host was accepted")
	}
}
