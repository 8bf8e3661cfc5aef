package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/server"
)

// openSocket opens a socket to the room of an interview with the cookies of a
// browser, and returns it after the welcome.
func (f *fixture) openSocket(b *apptest.Browser, interviewID string) *websocket.Conn {
	f.T.Helper()
	address, err := url.Parse(f.URL)
	if err != nil {
		f.T.Fatal(err)
	}
	header := http.Header{}
	for _, c := range b.Jar.Cookies(address) {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	conn, _, err := websocket.Dial(f.T.Context(), f.URL+"/ws/rooms/"+interviewID, &websocket.DialOptions{
		HTTPHeader: header, Subprotocols: []string{"huimian.room.v1"},
	})
	if err != nil {
		f.T.Fatal(err)
	}
	conn.SetReadLimit(8 << 20)
	f.T.Cleanup(func() { _ = conn.CloseNow() })
	if err := conn.Write(f.T.Context(), websocket.MessageText, []byte(`{"type":"hello","protocol":1,"documents":[]}`)); err != nil {
		f.T.Fatal(err)
	}
	for {
		_, raw, err := conn.Read(f.T.Context())
		if err != nil {
			f.T.Fatal(err)
		}
		if strings.Contains(string(raw), `"type":"welcome"`) {
			return conn
		}
	}
}

// A sign-out closes the sockets of the session; those of the member's other
// sessions remain.
func TestSignOutClosesSockets(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		server.DisablePeriodicAccessChecks(t)
		i := f.ScheduleInterview()
		phone, desktop := f.SignIn("lin"), f.SignIn("lin")
		closing, staying := f.openSocket(phone, i.ID), f.openSocket(desktop, i.ID)
		if got := phone.Call("DELETE", "/api/session", nil); got.Status/100 != 2 {
			t.Fatalf("signing out: %d", got.Status)
		}
		for {
			_, _, err := closing.Read(t.Context())
			if err == nil {
				continue
			}
			if got := websocket.CloseStatus(err); got != protocol.CloseForbidden {
				t.Errorf("closed with %d: %v", got, err)
			}
			break
		}
		if err := staying.Write(t.Context(), websocket.MessageText, []byte(`{"type":"chat","ref":"1","text":"still here"}`)); err != nil {
			t.Fatal(err)
		}
		for {
			_, raw, err := staying.Read(t.Context())
			if err != nil {
				t.Fatalf("the socket of the other session: %v", err)
			}
			if strings.Contains(string(raw), "still here") {
				break
			}
		}
	})
}
