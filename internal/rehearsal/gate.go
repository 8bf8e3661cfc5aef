package rehearsal

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// gate is the server of the simulated WeCom. It kills the product at a call: before WeCom
// receives it, or after WeCom has executed it and before the product has the response.
type gate struct {
	url    string
	next   http.Handler
	server *http.Server

	mu    sync.Mutex
	kill  context.CancelFunc
	armed []*trap // the first one of a path fires first
}

// trap is a call at which the product is killed.
type trap struct {
	path  string
	after bool   // WeCom executes the call
	fired func() // records the kill
}

func newGate(ctx context.Context, next http.Handler) (*gate, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the simulated WeCom: %w", err)
	}
	g := &gate{url: "http://" + l.Addr().String(), next: next}
	g.server = &http.Server{Handler: g, ReadHeaderTimeout: time.Minute}
	go func() { _ = g.server.Serve(l) }() // ends with close
	return g, nil
}

func (g *gate) closeServer() error { return g.server.Close() }

func (g *gate) setKill(kill context.CancelFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kill = kill
}

// armTrap sets the trap of the next call of its path.
func (g *gate) armTrap(t *trap) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.armed = append(g.armed, t)
}

// ServeHTTP implements http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, kill := g.takeTrap(r.URL.Path)
	if t == nil {
		g.next.ServeHTTP(w, r)
		return
	}
	if t.after {
		g.next.ServeHTTP(httptest.NewRecorder(), r)
	}
	t.fired()
	kill()
	panic(http.ErrAbortHandler) // closes the connection
}

// takeTrap returns the trap of a call once, nil if there is none.
func (g *gate) takeTrap(path string) (*trap, context.CancelFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := slices.IndexFunc(g.armed, func(t *trap) bool { return path == "/cgi-bin/"+t.path })
	if n < 0 || g.kill == nil {
		return nil, nil
	}
	t := g.armed[n]
	g.armed = slices.Delete(g.armed, n, n+1)
	return t, g.kill
}
