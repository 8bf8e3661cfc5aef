package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/protocol"
)

// newRoomServer serves one room. The participant is given by the query
// parameters id and role.
func newRoomServer(t *testing.T, d *db.DB, times socketTimeouts) (rooms *room.Manager, url string) {
	t.Helper()
	return newRoomServerWithAccess(t, d, times, func(context.Context) error { return nil })
}

func newRoomServerWithAccess(t *testing.T, d *db.DB, times socketTimeouts, still func(context.Context) error) (rooms *room.Manager, url string) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	rooms = room.New(room.Config{DB: d, Logger: log, Hooks: room.Hooks{
		Describe: func(context.Context, string, string) (room.Description, error) {
			return room.Description{Title: "一面"}, nil
		},
	}})
	if err := rooms.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := room.Participant{PersonID: r.URL.Query().Get("id"), Name: "某人", Role: room.Role(r.URL.Query().Get("role"))}
		p := &roomPump{rooms: rooms, corpID: "corp", roomID: "room", participant: who, timeouts: times, log: log, checkAccess: still}
		p.serveSocket(w, r, nil)
	}))
	t.Cleanup(func() {
		if err := rooms.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		srv.Close()
	})
	return rooms, srv.URL
}

// socketClient is a client of one socket.
type socketClient struct {
	t    *testing.T
	conn *websocket.Conn
}

func dialRoom(t *testing.T, url string) *socketClient {
	t.Helper()
	conn, resp, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{roomProtocol}})
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Sec-WebSocket-Protocol"); got != roomProtocol {
		t.Errorf("the subprotocol is %q", got)
	}
	conn.SetReadLimit(8 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &socketClient{t: t, conn: conn}
}

const helloFrame = `{"type":"hello","protocol":1,"documents":[]}`

func (b *socketClient) sendText(text string) {
	b.t.Helper()
	if err := b.conn.Write(b.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		b.t.Fatal(err)
	}
}

// awaitType reads until a message of the type arrives.
func (b *socketClient) awaitType(kind string) map[string]any {
	b.t.Helper()
	for {
		_, raw, err := b.conn.Read(b.t.Context())
		if err != nil {
			b.t.Fatalf("waiting for %s: %v", kind, err)
		}
		var m map[string]any
		if err := json.Unmarshal(raw, &m); err != nil {
			b.t.Fatal(err)
		}
		if m["type"] == kind {
			return m
		}
	}
}

// awaitPerson reads until a message of the type arrives, and returns the id of its
// participant.
func (b *socketClient) awaitPerson(kind string) string {
	b.t.Helper()
	message, key := b.awaitType(kind), "participant"
	if kind == "welcome" {
		key = "you"
	}
	person, _ := message[key].(map[string]any)
	id, _ := person["id"].(string)
	return id
}

// awaitClose reads until the socket is closed and returns the close code.
func (b *socketClient) awaitClose() websocket.StatusCode {
	b.t.Helper()
	for {
		if _, _, err := b.conn.Read(b.t.Context()); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func TestRoomSocket(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		rooms, url := newRoomServer(t, d, roomTimeouts)
		staff, candidate := dialRoom(t, url+"?id=zhang&role=interviewer"), dialRoom(t, url+"?id=li&role=candidate")
		staff.sendText(helloFrame)
		staff.awaitType("welcome")
		candidate.sendText(helloFrame)
		candidate.awaitType("waiting")
		li := staff.awaitPerson("knock")
		staff.sendText(`{"type":"admit","participantId":"` + li + `"}`)
		candidate.awaitType("welcome")
		candidate.sendText(`{"type":"push","doc":"code","version":0,"clientId":"abcdefgh","seq":1,"updates":[{"changes":[[0,"你好 😀"]],"age":1}]}`)
		if ack := candidate.awaitType("ack"); ack["version"] != 0.0 || ack["count"] != 1.0 {
			t.Errorf("the ack is %v", ack)
		}
		if got, err := json.Marshal(staff.awaitType("updates")["updates"]); err != nil ||
			string(got) != `[{"author":"`+li+`","changes":[[0,"你好 😀"]],"clientId":"abcdefgh"}]` {
			t.Errorf("the updates are %s, %v", got, err)
		}
		if err := candidate.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Error(err)
		}
		if left := staff.awaitType("left"); left["participantId"] != li {
			t.Errorf("left: %v", left)
		}
		if n := rooms.Stats().Sockets; n != 1 {
			t.Errorf("%d sockets are left", n)
		}
	})
}

func TestSocketCloseCodes(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	_, url := newRoomServer(t, d, socketTimeouts{hello: 20 * time.Millisecond, write: time.Second, ping: time.Minute, pong: time.Minute})
	_, roomServer := newRoomServer(t, dbtest.Open(t, db.SQLite), roomTimeouts)
	for name, tc := range map[string]struct {
		url  string
		do   func(b *socketClient)
		want websocket.StatusCode
	}{
		"no hello":   {url, func(*socketClient) {}, protocol.CloseSilent},
		"not a room": {roomServer, func(b *socketClient) { b.sendText(`{"type":"push"}`) }, protocol.CloseProtocol},
		"no JSON":    {roomServer, func(b *socketClient) { b.sendText(helloFrame); b.sendText("x") }, protocol.CloseProtocol},
		"too large": {roomServer, func(b *socketClient) {
			b.sendText(helloFrame)
			b.sendText(`{"type":"ping","t":` + strings.Repeat(" ", room.MaxFrame) + `1}`)
		}, websocket.StatusMessageTooBig},
		"not text": {roomServer, func(b *socketClient) {
			b.sendText(helloFrame)
			if err := b.conn.Write(b.t.Context(), websocket.MessageBinary, []byte("{}")); err != nil {
				b.t.Fatal(err)
			}
		}, protocol.CloseProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			b := dialRoom(t, tc.url+"?id=zhang&role=interviewer")
			tc.do(b)
			if got := b.awaitClose(); got != tc.want {
				t.Errorf("closed with %d, want %d", got, tc.want)
			}
		})
	}
}

func TestSocketPingTimeout(t *testing.T) {
	rooms, url := newRoomServer(t, dbtest.Open(t, db.SQLite),
		socketTimeouts{hello: time.Minute, write: time.Second, ping: 5 * time.Millisecond, pong: 20 * time.Millisecond})
	b := dialRoom(t, url+"?id=zhang&role=interviewer")
	b.sendText(helloFrame)
	zhang := b.awaitPerson("welcome")
	other := dialRoom(t, url+"?id=wang&role=interviewer")
	other.sendText(helloFrame)
	// The first client does not read and so sends no pong. The second reads and
	// receives that the first has left.
	if left := other.awaitType("left"); left["participantId"] != zhang || rooms.Stats().Rooms != 1 {
		t.Errorf("left: %v", left)
	}
	if lost := other.awaitType("connection_lost"); lost["participantId"] != zhang {
		t.Errorf("connection lost: %v", lost)
	}
}

// A page that is left closes its socket; a page that is stopped does not.
func TestSocketConnectionLost(t *testing.T) {
	_, url := newRoomServer(t, dbtest.Open(t, db.SQLite), roomTimeouts)
	staff := dialRoom(t, url+"?id=zhang&role=interviewer")
	staff.sendText(helloFrame)
	staff.awaitType("welcome")
	join := func(id string) (c *socketClient, participantID string) {
		c = dialRoom(t, url+"?id="+id+"&role=interviewer")
		c.sendText(helloFrame)
		return c, c.awaitPerson("welcome")
	}
	wang, _ := join("wang")
	if err := wang.conn.Close(websocket.StatusGoingAway, ""); err != nil {
		t.Fatal(err)
	}
	c, li := join("li")
	if err := c.conn.CloseNow(); err != nil {
		t.Fatal(err)
	}
	if lost := staff.awaitType("connection_lost"); lost["participantId"] != li {
		t.Errorf("connection lost: %v", lost)
	}
}

func TestIsConnectionLost(t *testing.T) {
	left := websocket.CloseError{Code: websocket.StatusGoingAway}
	broken := errors.New("connection reset")
	for name, tc := range map[string]struct {
		cause, readErr error
		want           bool
	}{
		"the page was left":                      {left, left, false},
		"a write failed since the page was left": {broken, left, false},
		"the connection broke":                   {broken, broken, true},
		"no pong":                                {errPingTimeout, broken, true},
		"the room closed the socket":             {&protocol.CloseError{Code: protocol.CloseForbidden}, broken, false},
		"the server stops":                       {context.Canceled, broken, false},
	} {
		if got := isConnectionLost(tc.cause, tc.readErr); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestSocketAccessRevoked: a failing access check, such as a database that is
// unavailable, does not close the socket.
func TestSocketAccessRevoked(t *testing.T) {
	answers := make(chan error, 3)
	answers <- nil
	answers <- errors.New("the database is away")
	answers <- apperr.NewNotFound()
	times := roomTimeouts
	times.ping, times.accessCheck = time.Millisecond, time.Millisecond
	_, url := newRoomServerWithAccess(t, dbtest.Open(t, db.SQLite), times, func(context.Context) error { return <-answers })
	b := dialRoom(t, url+"?id=zhang&role=interviewer")
	b.sendText(helloFrame)
	b.awaitType("welcome")
	if got := b.awaitClose(); got != protocol.CloseForbidden || len(answers) != 0 {
		t.Errorf("closed with %d, %d answers left", got, len(answers))
	}
}

func TestEvictAllClosesSockets(t *testing.T) {
	rooms, url := newRoomServer(t, dbtest.Open(t, db.SQLite), roomTimeouts)
	staff, candidate := dialRoom(t, url+"?id=zhang&role=interviewer"), dialRoom(t, url+"?id=li&role=candidate")
	staff.sendText(helloFrame)
	staff.awaitType("welcome")
	candidate.sendText(helloFrame)
	candidate.awaitType("waiting")
	rooms.EvictAll("corp", "room")
	for _, b := range []*socketClient{staff, candidate} {
		if got := b.awaitClose(); got != protocol.CloseForbidden {
			t.Errorf("closed with %d", got)
		}
	}
}

func TestSocketsReconnectAfterStop(t *testing.T) {
	rooms, url := newRoomServer(t, dbtest.Open(t, db.SQLite), roomTimeouts)
	b := dialRoom(t, url+"?id=zhang&role=interviewer")
	b.sendText(helloFrame)
	b.awaitType("welcome")
	if err := rooms.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	b.awaitType("reconnect")
	if got := b.awaitClose(); got != protocol.CloseRestart {
		t.Errorf("closed with %d", got)
	}
	late := dialRoom(t, url+"?id=zhang&role=interviewer")
	late.sendText(helloFrame)
	if got := late.awaitClose(); got != protocol.CloseRestart {
		t.Errorf("a late one is closed with %d", got)
	}
}

func TestSocketOriginCheck(t *testing.T) {
	_, url := newRoomServer(t, dbtest.Open(t, db.SQLite), roomTimeouts)
	conn, resp, err := websocket.Dial(t.Context(), url+"?id=zhang&role=interviewer", &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"https://elsewhere.example"}},
	})
	if err == nil {
		_ = conn.CloseNow()
		t.Fatal("a foreign site has a socket")
	}
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", resp.StatusCode)
	}
}
