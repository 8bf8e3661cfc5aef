// Package listener serves a simulator on an address of this machine.
package listener

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// readHeaderTimeout limits how long a client may take to send the header of a request.
const readHeaderTimeout = 10 * time.Second

// Listener is an HTTP server. Its zero value is not started.
type Listener struct {
	server  *http.Server
	serving sync.WaitGroup
}

// Start listens on addr (host:port; port 0 picks a free port), sets baseURL to the URL of the server
// without a trailing slash unless it is set, and serves requests in the background.
func (l *Listener) Start(addr string, baseURL *string, handler http.Handler) error {
	ln, err := listen(addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", addr, err)
	}
	if *baseURL == "" { // before the first request
		*baseURL = "http://" + reachableAddr(ln.Addr().String())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	l.server = server
	l.serving.Go(func() { _ = server.Serve(ln) })
	return nil
}

func listen(addr string) (net.Listener, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	return net.ListenTCP("tcp", at)
}

// reachableAddr replaces an unspecified address such as 0.0.0.0 by the loopback address.
func reachableAddr(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// Started reports whether Start has succeeded.
func (l *Listener) Started() bool { return l.server != nil }

// Close closes the listener and all connections at once. It can be called more than once.
func (l *Listener) Close() {
	if l.server != nil {
		_ = l.server.Close()
	}
	l.serving.Wait()
}

// Shutdown waits for the requests in progress until ctx is done, and then calls stop, which stops the
// rest of the simulator. It does nothing when Start has not succeeded.
func (l *Listener) Shutdown(ctx context.Context, stop func()) error {
	if l.server == nil {
		return nil
	}
	err := l.server.Shutdown(ctx)
	stop()
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shutting down the simulator: %w", err)
	}
	return err
}
