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
	g, ok := w.byID[id]
	if !ok {
		if w.closed {
			return nil, http.ErrServerClosed
		}
		g = &proxy{id: id, who: who, origin: &url.URL{Scheme: target.Scheme, Host: target.Host}, server: s, pages: map[string]*sdkPage{}}
		if err := w.startListener(ctx, g); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.used = time.Now()
	if clientOrigin != "" && !slices.Contains(g.clientOrigins, clientOrigin) {
		g.clientOrigins = append(g.clientOrigins, clientOrigin)
	}
	return g, nil
}

// startListener starts to listen. w.mu must be held.
func (w *proxies) startListener(ctx context.Context, g *proxy) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open a web view: %w", err)
	}
	if w.byID == nil {
		w.byID = map[string]*proxy{}
	}
	if len(w.byID) >= maxProxies {
		w.closeOldest()
	}
	_, g.port, _ = net.SplitHostPort(ln.Addr().String())
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	g.stop = stop
	g.http = &http.Server{Handler: g.newHandler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	w.byID[g.id] = g
	w.running.Go(func() { _ = g.http.Serve(ln) })
	return nil
}

func (w *proxies) closeOldest() {
	var oldest *proxy
	for _, g := range w.byID {
		if oldest == nil || g.lastUsed().Before(oldest.lastUsed()) {
			oldest = g
		}
	}
	delete(w.byID, oldest.id)
	oldest.close()
}

func (g *proxy) close() {
	g.stop()
	_ = g.http.Close()
	g.transport.CloseIdleConnections()
}

func (g *proxy) lastUsed() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.used
}

// close stops all web views and waits for them.
func (w *proxies) close() {
	w.mu.Lock()
	w.closed = true
	for _, g := range w.byID {
		g.close()
	}
	clear(w.byID)
	w.mu.Unlock()
	w.running.Wait()
}

func (w *proxies) findByID(id string) *proxy {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.byID[id]
}

// findByPort returns the proxy that listens on a port, nil when there is none.
func (w *proxies) findByPort(port string) *proxy {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.byID {
		if g.port == port {
			return g
		}
	}
	return nil
}

// addressAt returns the address of the proxy for a browser that uses the client at
// host.
func (g *proxy) addressAt(host string) string { return "http://" + net.JoinHostPort(host, g.port) }

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

func (g *proxy) newHandler() http.Handler {
	g.transport = &http.Transport{ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second}
	proxy := &httputil.ReverseProxy{
		Rewrite: g.rewriteRequest, ModifyResponse: g.rewriteResponse, FlushInterval: -1, Transport: g.transport,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = fmt.Fprintf(w, "%s\n%v\n", strings.TrimSuffix(g.origin.String()+r.URL.Path, "/"), err)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil || !isLoopback(host) { // a DNS name that points at this machine
			http.Error(w, "a web view is reached by a loopback address", http.StatusMisdirectedRequest)
			return
		}
		if r.URL.Path == outsidePath {
			g.serveOutside(w, r)
			return
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hostKey{}, host)))
	})
}
