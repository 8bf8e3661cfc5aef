package webview

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// maxProxies bounds the origins that are open in web views at a time. The one
// that was looked at longest ago is closed for a new one.
const maxProxies = 128

// viewer is the person who uses a web view, and the device.
type viewer struct {
	corp, user string
	customer   string // a person outside, in WeChat; user is empty then
	phone      bool
}

// proxies are the origins that are open in web views. An ordinary browser
// cannot change its user agent inside a frame, and pages refuse to be framed:
// so each origin is reached through a listener of its own on a loopback
// address, which changes both, and which keeps the cookies and the storage of
// one member's web view apart from those of all others.
type proxies struct {
	mu      sync.Mutex
	byID    map[string]*proxy
	closed  bool
	running sync.WaitGroup
}

// proxy is one origin in the web view of one person.
type proxy struct {
	id        string
	who       viewer
	origin    *url.URL // scheme and host of the application
	server    *Service
	port      string
	http      *http.Server
	transport *http.Transport
	stop      context.CancelFunc // ends what is under way, sockets too

	mu            sync.Mutex
	clientOrigins []string // origins of the client that may frame it
	used          time.Time
	pages         map[string]*sdkPage
	order         []string // of pages, oldest first
}

// proxyID returns the same id in each run, so that a browser does not accumulate the
// cookies of former runs.
func proxyID(who viewer, origin string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%v\n%s", who.corp, core.FoldUserID(who.user), who.customer, who.phone, origin))
	return hex.EncodeToString(sum[:6])
}

func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

// openProxy returns the proxy of an origin and starts it when there is none. clientOrigin
// is the origin of the page that frames it.
func (s *Service) openProxy(ctx context.Context, who viewer, target *url.URL, clientOrigin string) (*proxy, error) {
	w := &s.proxies
	w.mu.Lock()
	defer w.mu.Unlock()
	id := proxyID(who, originOf(target))
	p, ok := w.byID[id]
	if !ok {
		if w.closed {
			return nil, http.ErrServerClosed
		}
		p = &proxy{id: id, who: who, origin: &url.URL{Scheme: target.Scheme, Host: target.Host}, server: s, pages: map[string]*sdkPage{}}
		if err := w.startListener(ctx, p); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used = time.Now()
	if clientOrigin != "" && !slices.Contains(p.clientOrigins, clientOrigin) {
		p.clientOrigins = append(p.clientOrigins, clientOrigin)
	}
	return p, nil
}

// startListener starts to listen. ps.mu must be held.
func (ps *proxies) startListener(ctx context.Context, p *proxy) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open a web view: %w", err)
	}
	if ps.byID == nil {
		ps.byID = map[string]*proxy{}
	}
	if len(ps.byID) >= maxProxies {
		ps.closeOldest()
	}
	_, p.port, _ = net.SplitHostPort(ln.Addr().String())
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop = stop
	p.http = &http.Server{Handler: p.newHandler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	ps.byID[p.id] = p
	ps.running.Go(func() { _ = p.http.Serve(ln) })
	return nil
}

func (ps *proxies) closeOldest() {
	var oldest *proxy
	for _, p := range ps.byID {
		if oldest == nil || p.lastUsed().Before(oldest.lastUsed()) {
			oldest = p
		}
	}
	delete(ps.byID, oldest.id)
	oldest.close()
}

func (p *proxy) close() {
	p.stop()
	_ = p.http.Close()
	p.transport.CloseIdleConnections()
}

func (p *proxy) lastUsed() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used
}

// close stops all web views and waits for them.
func (ps *proxies) close() {
	ps.mu.Lock()
	ps.closed = true
	for _, p := range ps.byID {
		p.close()
	}
	clear(ps.byID)
	ps.mu.Unlock()
	ps.running.Wait()
}

func (ps *proxies) findByID(id string) *proxy {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return ps.byID[id]
}

// findByPort returns the proxy that listens on a port, nil when there is none.
func (ps *proxies) findByPort(port string) *proxy {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, p := range ps.byID {
		if p.port == port {
			return p
		}
	}
	return nil
}

// addressAt returns the address of the proxy for a browser that uses the client at
// host.
func (p *proxy) addressAt(host string) string { return "http://" + net.JoinHostPort(host, p.port) }

// isViewable reports whether an origin may be opened in a web view: those of the
// applications, the simulator's own, and what runs on this machine. Anything
// else would make the simulator a proxy to the world.
func (s *Service) isViewable(u *url.URL) bool {
	if !core.IsHTTPURL(u.String()) {
		return false
	}
	if originOf(u) == s.URL() || isLoopback(u.Hostname()) {
		return true
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, c := range s.CorpStates {
		for _, a := range c.Apps {
			if core.TrustsHost(a.App, u.Host) || hostOf(a.HomeURL) == u.Host || hostOf(a.SignInURL) == u.Host {
				return true
			}
		}
	}
	return false
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// hostKey is the context key of the host by which the browser reached a proxy.
type hostKey struct{}

func (p *proxy) newHandler() http.Handler {
	p.transport = &http.Transport{ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second}
	proxy := &httputil.ReverseProxy{
		Rewrite: p.rewriteRequest, ModifyResponse: p.rewriteResponse, FlushInterval: -1, Transport: p.transport,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = fmt.Fprintf(w, "%s\n%v\n", strings.TrimSuffix(p.origin.String()+r.URL.Path, "/"), err)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil || !isLoopback(host) { // a DNS name that points at this machine
			http.Error(w, "a web view is reached by a loopback address", http.StatusMisdirectedRequest)
			return
		}
		if r.URL.Path == outsidePath {
			p.serveOutside(w, r)
			return
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hostKey{}, host)))
	})
}
