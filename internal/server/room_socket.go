package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/room"
)

// roomProtocol is the subprotocol of a room's socket: docs/room-protocol.md.
const roomProtocol = "huimian.room.v1"

// socketTimes bound how long a socket may be silent or slow.
type socketTimes struct {
	hello time.Duration // until the first message
	write time.Duration // of one message
	ping  time.Duration // between pings
	pong  time.Duration // until their answer
	still time.Duration // between questions who may be there, at the next ping
}

var roomTimes = socketTimes{
	hello: 10 * time.Second, write: 10 * time.Second, ping: 20 * time.Second, pong: 40 * time.Second, still: time.Minute,
}

// roomPump carries messages between a socket and a member of a room. The rules
// are all in package room.
type roomPump struct {
	rooms  *room.Manager
	corpID string
	roomID string
	who    room.Participant
	// still asks again whether who may be there: people leave companies and
	// links are replaced while sockets are open.
	still func(context.Context) error
	times socketTimes
	log   *slog.Logger

	conn   *websocket.Conn
	member *room.Member
}

// serve takes over the connection of a request and returns when the socket is
// closed. origins are the hosts whose pages may connect, beside the request's.
func (p *roomPump) serve(w http.ResponseWriter, r *http.Request, origins []string) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{roomProtocol}, OriginPatterns: origins})
	if err != nil { // it has been answered
		p.log.InfoContext(r.Context(), "a socket was not opened", "requestId", requestID(r.Context()), "error", err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(room.MaxFrame)
	p.conn = conn
	if err := p.join(r.Context()); err != nil {
		p.close(r.Context(), err)
		return
	}
	defer p.member.Leave()
	p.run(r.Context())
}

// join waits for the client's hello and enters the room with it.
func (p *roomPump) join(ctx context.Context) error {
	late := time.AfterFunc(p.times.hello, func() { _ = p.conn.Close(room.CloseSilent, "no hello") })
	hello, err := p.read(ctx)
	late.Stop()
	if err != nil {
		return err
	}
	p.member, err = p.rooms.Join(ctx, p.corpID, p.roomID, p.who, hello)
	return err
}

// run carries messages both ways until one way ends.
func (p *roomPump) run(ctx context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var ways sync.WaitGroup
	for _, way := range []func(context.Context) error{p.readAll, p.writeAll, p.pingAll} {
		ways.Go(func() { cancel(way(ctx)) })
	}
	<-ctx.Done()
	p.close(ctx, context.Cause(ctx))
	_ = p.conn.CloseNow() // ends the reader, if the client did not answer
	ways.Wait()
}

func (p *roomPump) readAll(ctx context.Context) error {
	for {
		raw, err := p.read(ctx)
		if err != nil {
			return err
		}
		if err := p.member.Receive(ctx, raw); err != nil {
			return err
		}
	}
}

// read returns the next message. It does not end with ctx, since the socket
// would then be cut without a closing code.
func (p *roomPump) read(ctx context.Context) ([]byte, error) {
	kind, raw, err := p.conn.Read(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		return nil, &room.CloseError{Code: room.CloseProtocol, Reason: "messages are text"}
	}
	return raw, nil
}

func (p *roomPump) writeAll(ctx context.Context) error {
	for {
		raw, err := p.member.Next(ctx)
		if err != nil {
			return err
		}
		if err := p.write(ctx, raw); err != nil {
			return err
		}
	}
}

func (p *roomPump) write(ctx context.Context, raw []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.times.write)
	defer cancel()
	return p.conn.Write(ctx, websocket.MessageText, raw)
}

// errSilent cuts the socket: there is nobody to shake hands with.
var errSilent = errors.New("no sign of life")

// pingAll asks from time to time whether the client is alive and may still be
// there.
func (p *roomPump) pingAll(ctx context.Context) error {
	ticks := time.NewTicker(p.times.ping)
	defer ticks.Stop()
	asked := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks.C:
		}
		if err := p.ping(ctx); err != nil {
			return errSilent
		}
		if time.Since(asked) < p.times.still {
			continue
		}
		asked = time.Now()
		err := p.still(ctx)
		if kind := apperr.KindOf(err); err != nil && kind != apperr.Internal && kind != apperr.Unavailable {
			return &room.CloseError{Code: room.CloseForbidden, Reason: "no longer allowed"}
		}
	}
}

func (p *roomPump) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.times.pong)
	defer cancel()
	return p.conn.Ping(ctx)
}

// close ends the socket with the code that the error asks for.
func (p *roomPump) close(ctx context.Context, err error) {
	closed, ok := errors.AsType[*room.CloseError](err)
	switch kind := apperr.KindOf(err); {
	case ok:
	case websocket.CloseStatus(err) != -1 || errors.Is(err, context.Canceled) || errors.Is(err, errSilent):
		return // the client has gone
	case kind == apperr.Unavailable:
		closed = &room.CloseError{Code: room.CloseRestart, Reason: "the server restarts"}
	case kind != apperr.Internal:
		closed = &room.CloseError{Code: room.CloseForbidden, Reason: "no such room"}
	default:
		p.log.InfoContext(ctx, "a room's socket broke", "requestId", requestID(ctx), "error", err)
		closed = &room.CloseError{Code: int(websocket.StatusInternalError), Reason: "try again"}
	}
	_ = p.conn.Close(websocket.StatusCode(closed.Code), closed.Reason) // it may be broken already
}
