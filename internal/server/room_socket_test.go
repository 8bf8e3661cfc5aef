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
)

// roomServer serves one room to whoever names themselves in the address.
func roomServer(t *testing.T, d *db.DB, times socketTimes) (rooms *room.Manager, url string) {
	t.Helper()
	return roomServerFor(t, d, times, func(context.Context) error { return nil })
}

func roomServerFor(t *testing.T, d *db.DB, times socketTimes, still func(context.Context) error) (rooms *room.Manager, url string) {
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
		who := room.Participant{ID: r.URL.Query().Get("id"), Name: "某人", Role: room.Role(r.URL.Query().Get("role"))}
		p := &roomPump{rooms: rooms, corpID: "corp", roomID: "room", who: who, times: times, log: log, still: still}
		p.serve(w, r, nil)
	}))
	t.Cleanup(func() {
		if err := rooms.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		srv.Close()
	})
	return rooms, srv.URL
}

// browser is one socket.
type browser struct {
	t    *testing.T
	conn *websocket.Conn
}

func dial(t *testing.T, url string) *browser {
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
	return &browser{t: t, conn: conn}
}

const hello = `{"type":"hello","protocol":1,"documents":[]}`

func (b *browser) say(text string) {
	b.t.Helper()
	if err := b.conn.Write(b.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		b.t.Fatal(err)
	}
}

// await reads until a message of the type comes.
func (b *browser) await(kind string) map[string]any {
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

// closed reads until the socket is closed.
func (b *browser) closed() websocket.StatusCode {
	b.t.Helper()
	for {
		if _, _, err := b.conn.Read(b.t.Context()); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func TestSocketsCarryTheRoom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		rooms, url := roomServer(t, d, roomTimes)
		staff, candidate := dial(t, url+"?id=zhang&role=interviewer"), dial(t, url+"?id=li&role=candidate")
		staff.say(hello)
		staff.await("welcome")
		candidate.say(hello)
		candidate.await("waiting")
		staff.await("knock")
		staff.say(`{"type":"admit","participantId":"li"}`)
		candidate.await("welcome")
		candidate.say(`{"type":"push","doc":"code","version":0,"clientId":"abcdefgh","seq":1,"updates":[{"changes":[[0,"你好 😀"]],"age":1}]}`)
		if ack := candidate.await("ack"); ack["version"] != 0.0 || ack["count"] != 1.0 {
			t.Errorf("the ack is %v", ack)
		}
		if got, err := json.Marshal(staff.await("updates")["updates"]); err != nil ||
			string(got) != `[{"author":"li","changes":[[0,"你好 😀"]],"clientId":"abcdefgh"}]` {
			t.Errorf("the updates are %s, %v", got, err)
		}
		if err := candidate.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Error(err)
		}
		if left := staff.await("left"); left["participantId"] != "li" {
			t.Errorf("left: %v", left)
		}
		if n := rooms.Stats().Sockets; n != 1 {
			t.Errorf("%d sockets are left", n)
		}
	})
}

func TestSocketsAreClosedWithTheirCodes(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	_, url := roomServer(t, d, socketTimes{hello: 20 * time.Millisecond, write: time.Second, ping: time.Minute, pong: time.Minute})
	_, patient := roomServer(t, dbtest.Open(t, db.SQLite), roomTimes)
	for name, tc := range map[string]struct {
		url  string
		do   func(b *browser)
		want websocket.StatusCode
	}{
		"no hello":   {url, func(*browser) {}, room.CloseSilent},
		"not a room": {patient, func(b *browser) { b.say(`{"type":"push"}`) }, room.CloseProtocol},
		"no JSON":    {patient, func(b *browser) { b.say(hello); b.say("x") }, room.CloseProtocol},
		"too large": {patient, func(b *browser) {
			b.say(hello)
			b.say(`{"type":"ping","t":` + strings.Repeat(" ", room.MaxFrame) + `1}`)
		}, websocket.StatusMessageTooBig},
		"not text": {patient, func(b *browser) {
			b.say(hello)
			if err := b.conn.Write(b.t.Context(), websocket.MessageBinary, []byte("{}")); err != nil {
				b.t.Fatal(err)
			}
		}, room.CloseProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			b := dial(t, tc.url+"?id=zhang&role=interviewer")
			tc.do(b)
			if got := b.closed(); got != tc.want {
				t.Errorf("closed with %d, want %d", got, tc.want)
			}
		})
	}
}

func TestSilentSocketsAreClosed(t *testing.T) {
	rooms, url := roomServer(t, dbtest.Open(t, db.SQLite),
		socketTimes{hello: time.Minute, write: time.Second, ping: 5 * time.Millisecond, pong: 20 * time.Millisecond})
	b := dial(t, url+"?id=zhang&role=interviewer")
	b.say(hello)
	b.await("welcome")
	other := dial(t, url+"?id=wang&role=interviewer")
	other.say(hello)
	// The first does not read any more and so answers no ping; the second
	// does, and sees it leave.
	if left := other.await("left"); left["participantId"] != "zhang" || rooms.Stats().Rooms != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestSocketsAreClosedToThoseWhoMayNoLonger: a database that does not answer is
// no reason to throw anybody out.
func TestSocketsAreClosedToThoseWhoMayNoLonger(t *testing.T) {
	answers := make(chan error, 3)
	answers <- nil
	answers <- errors.New("the database is away")
	answers <- apperr.New(apperr.NotFound, "fault.not_found")
	times := roomTimes
	times.ping, times.still = time.Millisecond, time.Millisecond
	_, url := roomServerFor(t, dbtest.Open(t, db.SQLite), times, func(context.Context) error { return <-answers })
	b := dial(t, url+"?id=zhang&role=interviewer")
	b.say(hello)
	b.await("welcome")
	if got := b.closed(); got != room.CloseForbidden || len(answers) != 0 {
		t.Errorf("closed with %d, %d answers left", got, len(answers))
	}
}

func TestEverybodyIsPutOut(t *testing.T) {
	rooms, url := roomServer(t, dbtest.Open(t, db.SQLite), roomTimes)
	staff, candidate := dial(t, url+"?id=zhang&role=interviewer"), dial(t, url+"?id=li&role=candidate")
	staff.say(hello)
	staff.await("welcome")
	candidate.say(hello)
	candidate.await("waiting")
	rooms.RemoveAll("corp", "room")
	for _, b := range []*browser{staff, candidate} {
		if got := b.closed(); got != room.CloseForbidden {
			t.Errorf("closed with %d", got)
		}
	}
}

func TestSocketsAreSentHome(t *testing.T) {
	rooms, url := roomServer(t, dbtest.Open(t, db.SQLite), roomTimes)
	b := dial(t, url+"?id=zhang&role=interviewer")
	b.say(hello)
	b.await("welcome")
	if err := rooms.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	b.await("reconnect")
	if got := b.closed(); got != room.CloseRestart {
		t.Errorf("closed with %d", got)
	}
	late := dial(t, url+"?id=zhang&role=interviewer")
	late.say(hello)
	if got := late.closed(); got != room.CloseRestart {
		t.Errorf("a late one is closed with %d", got)
	}
}

func TestForeignSitesOpenNoSocket(t *testing.T) {
	_, url := roomServer(t, dbtest.Open(t, db.SQLite), roomTimes)
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
