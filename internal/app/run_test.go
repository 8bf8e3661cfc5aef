package app

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// An incomplete request times out; a hijacked connection, as of a WebSocket, does not.
func TestReadTimeout(t *testing.T) {
	read := make(chan error, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /body", func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
	})
	mux.HandleFunc("GET /socket", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, err = conn.Read(make([]byte, 1))
		read <- err
	})
	srv := httptest.NewUnstartedServer(mux)
	srv.Config = newHTTPServer(mux)
	if srv.Config.ReadTimeout == 0 {
		t.Fatal("no read timeout")
	}
	srv.Config.ReadTimeout = 50 * time.Millisecond
	srv.Start()
	t.Cleanup(srv.Close)

	slow := sendRaw(t, srv, "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1")
	if err := <-read; err == nil {
		t.Error("an incomplete body was read without an error")
	}
	_ = slow.Close()

	socket := sendRaw(t, srv, "GET /socket HTTP/1.1\r\nHost: h\r\n\r\n")
	select {
	case err := <-read:
		t.Errorf("the socket was closed: %v", err)
	case <-time.After(4 * srv.Config.ReadTimeout):
	}
	if _, err := socket.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if err := <-read; err != nil {
		t.Errorf("the socket was closed: %v", err)
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
