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

// maxGates bounds the origins that are open in web views at a time. The one
// that was looked at longest ago is closed for a new one.
const maxGates = 128

// viewer is who looks through a web view, and with what.
type viewer struct {
	corp, user string
	customer   string // somebody outside, in WeChat; user is empty then
	phone      bool
}

// webViews are the origins that are open in web views. An ordinary browser
// cannot change its user agent inside a frame, and pages refuse to be framed:
// so each origin is reached through a listener of its own on a loopback
// address, which changes both, and which keeps the cookies and the storage of
// one member's web view apart from those of all others.
type webViews struct {
	mu      sync.Mutex
	gates   map[string]*gate
	closed  bool
	running sync.WaitGroup
}

// gate is one origin in the web view of one person.
type gate struct {
	id        string
	who       viewer
	origin    *url.URL // scheme and host of the application
	server    *Service
	port      string
	http      *http.Server
	transport *http.Transport
	stop      context.CancelFunc // ends what is under way, sockets too

	mu    sync.Mutex
	faces []string // origins of the face that may show it
	used  time.Time
	pages map[string]*sdkPage
	order []string // of pages, oldest first
}

// gateID is the same in each run, so that a browser that has cookies for it
// does not gather those of former runs.
func gateID(who viewer, origin string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%v\n%s", who.corp, core.FoldUserID(who.user), who.customer, who.phone, origin))
	return hex.EncodeToString(sum[:6])
}

func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

// gate finds or opens the way to an origin. face is the origin of the page that
// will show it.
func (s *Service) gate(ctx context.Context, who viewer, target *url.URL, face string) (*gate, error) {
	w := &s.web
	w.mu.Lock()
	defer w.mu.Unlock()
	id := gateID(who, originOf(target))
	g, ok := w.gates[id]
	if !ok {
		if w.closed {
			return nil, http.ErrServerClosed
		}
		g = &gate{id: id, who: who, origin: &url.URL{Scheme: target.Scheme, Host: target.Host}, server: s, pages: map[string]*sdkPage{}}
		if err := w.open(ctx, g); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.used = time.Now()
	if face != "" && !slices.Contains(g.faces, face) {
		g.faces = append(g.faces, face)
	}
	return g, nil
}

// open starts to listen. w.mu must be held.
func (w *webViews) open(ctx context.Context, g *gate) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open a web view: %w", err)
	}
	if w.gates == nil {
		w.gates = map[string]*gate{}
	}
	if len(w.gates) >= maxGates {
		w.closeOldest()
	}
	_, g.port, _ = net.SplitHostPort(ln.Addr().String())
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	g.stop = stop
	g.http = &http.Server{Handler: g.handler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	w.gates[g.id] = g
	w.running.Go(func() { _ = g.http.Serve(ln) })
	return nil
}

func (w *webViews) closeOldest() {
	var oldest *gate
	for _, g := range w.gates {
		if oldest == nil || g.lastUsed().Before(oldest.lastUsed()) {
			oldest = g
		}
	}
	delete(w.gates, oldest.id)
	oldest.close()
}

func (g *gate) close() {
	g.stop()
	_ = g.http.Close()
	g.transport.CloseIdleConnections()
}

func (g *gate) lastUsed() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.used
}

// close stops all web views and waits for them.
func (w *webViews) close() {
	w.mu.Lock()
	w.closed = true
	for _, g := range w.gates {
		g.close()
	}
	clear(w.gates)
	w.mu.Unlock()
	w.running.Wait()
}

func (w *webViews) find(id string) *gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gates[id]
}

// atPort finds the gate that listens there, to read an address of a web view
// back.
func (w *webViews) atPort(port string) *gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.gates {
		if g.port == port {
			return g
		}
	}
	return nil
}

// address is where a browser that reached the face at host finds the gate.
func (g *gate) address(host string) string { return "http://" + net.JoinHostPort(host, g.port) }

// viewable reports whether an origin may be opened in a web view: those of the
// applications, the simulator's own, and what runs on this machine. Anything
// else would make the simulator a proxy to the world.
func (s *Service) viewable(u *url.URL) bool {
	if !core.IsHTTPURL(u.String()) {
		return false
	}
	if originOf(u) == s.URL() || loopback(u.Hostname()) {
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

func loopback(host string) bool {
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

// hostKey carries the host under which the browser reached a gate.
type hostKey struct{}

func (g *gate) handler() http.Handler {
	g.transport = &http.Transport{ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second}
	proxy := &httputil.ReverseProxy{
		Rewrite: g.outbound, ModifyResponse: g.inbound, FlushInterval: -1, Transport: g.transport,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = fmt.Fprintf(w, "%s\n%v\n", strings.TrimSuffix(g.origin.String()+r.URL.Path, "/"), err)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil || !loopback(host) { // a name that somebody points at this machine
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
