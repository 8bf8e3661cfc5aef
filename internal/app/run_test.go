package app

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// deadlineConn records the deadline of its reads.
type deadlineConn struct {
	net.Conn

	mu   sync.Mutex
	read time.Time
}

func (c *deadlineConn) SetDeadline(at time.Time) error {
	c.record(at)
	return c.Conn.SetDeadline(at)
}

func (c *deadlineConn) SetReadDeadline(at time.Time) error {
	c.record(at)
	return c.Conn.SetReadDeadline(at)
}

func (c *deadlineConn) record(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = at
}

func (c *deadlineConn) readDeadline() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read
}

type deadlineListener struct{ net.Listener }

func (l deadlineListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &deadlineConn{Conn: conn}, nil
}

type connKey struct{}

// The body of a request is read until a deadline; a hijacked connection, as of a WebSocket, has none.
func TestReadTimeout(t *testing.T) {
	deadlineOf := func(r *http.Request) time.Time {
		conn, _ := r.Context().Value(connKey{}).(*deadlineConn)
		return conn.readDeadline()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /body", func(_ http.ResponseWriter, r *http.Request) {
		if at := deadlineOf(r); at.IsZero() || at.After(time.Now().Add(readTimeout)) {
			t.Errorf("the body may be read until %s", at)
		}
	})
	mux.HandleFunc("GET /socket", func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if at := deadlineOf(r); !at.IsZero() {
			t.Errorf("the socket is closed at %s", at)
		}
		_ = conn.Close()
	})
	srv := httptest.NewUnstartedServer(mux)
	srv.Config = newHTTPServer(mux)
	srv.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	srv.Listener = deadlineListener{srv.Listener}
	srv.Start()
	t.Cleanup(srv.Close)
	for _, request := range []string{"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n12", "GET /socket HTTP/1.1\r\nHost: h\r\n\r\n"} {
		conn := sendRaw(t, srv, request)
		if _, err := conn.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) { // the handler has returned
			t.Error(err)
		}
	}
}

func sendRaw(t *testing.T, srv *httptest.Server, text string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}
