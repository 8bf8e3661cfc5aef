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
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// roomProtocol is the subprotocol of a room's socket: docs/room-protocol.md.
const roomProtocol = "huimian.room.v1"

// socketTimeouts are the timeouts and intervals of a socket.
type socketTimeouts struct {
	hello       time.Duration // until the first message
	write       time.Duration // of one message
	ping        time.Duration // between pings
	pong        time.Duration // until the pong
	accessCheck time.Duration // between access checks, at the next ping
}

var roomTimeouts = socketTimeouts{
	hello: 10 * time.Second, write: 10 * time.Second, ping: 5 * time.Second, pong: 10 * time.Second, accessCheck: time.Minute,
}

// roomPump copies messages between a socket and a member of a room. The rules
// are in package room.
type roomPump struct {
	rooms       *room.Manager
	corpID      string
	roomID      string
	participant room.Participant
	// checkAccess repeats the access check while the socket is open, since
	// members leave companies and links are replaced.
	checkAccess func(context.Context) error
	// joined is called after the participant has joined; nil for nothing. The socket stays
	// open after an error.
	joined   func(context.Context) error
	timeouts socketTimeouts
	log      *slog.Logger

	conn   *websocket.Conn
	member *room.Member
}

// serveSocket upgrades the connection of a request and returns when the socket
// is closed. origins are the hosts whose pages may connect, in addition to the
// request's host.
func (p *roomPump) serveSocket(w http.ResponseWriter, r *http.Request, origins []string) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{roomProtocol}, OriginPatterns: origins})
	if err != nil { // Accept has written the response
		p.log.InfoContext(r.Context(), "a socket was not opened", "requestId", httpapi.RequestID(r.Context()), "error", err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(room.MaxFrame)
	p.conn = conn
	if err := p.joinRoom(r.Context()); err != nil {
		p.closeSocket(r.Context(), err)
		return
	}
	defer p.member.Leave()
	if p.joined != nil {
		if err := p.joined(r.Context()); err != nil {
			p.log.WarnContext(r.Context(), "a late notice was not ended", "room", p.roomID, "error", err)
		}
	}
	p.pumpMessages(r.Context())
}

// joinRoom waits for the client's hello and joins the room.
func (p *roomPump) joinRoom(ctx context.Context) error {
	late := time.AfterFunc(p.timeouts.hello, func() { _ = p.conn.Close(protocol.CloseSilent, "no hello") })
	hello, err := p.readMessage(ctx)
	late.Stop()
	if err != nil {
		return err
	}
	p.member, err = p.rooms.Join(ctx, p.corpID, p.roomID, p.participant, hello)
	return err
}

// pumpMessages copies messages in both directions until one of them ends.
func (p *roomPump) pumpMessages(ctx context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var ways sync.WaitGroup
	var readErr error
	ways.Go(func() {
		readErr = p.readLoop(ctx)
		cancel(readErr)
	})
	for _, way := range []func(context.Context) error{p.writeLoop, p.pingLoop} {
		ways.Go(func() { cancel(way(ctx)) })
	}
	<-ctx.Done()
	p.closeSocket(ctx, context.Cause(ctx))
	_ = p.conn.CloseNow() // ends the read loop when the client does not answer the close
	ways.Wait()
	if isConnectionLost(context.Cause(ctx), readErr) {
		p.member.MarkLost()
	}
}

func (p *roomPump) readLoop(ctx context.Context) error {
	for {
		raw, err := p.readMessage(ctx)
		if err != nil {
			return err
		}
		if err := p.member.Receive(ctx, raw); err != nil {
			return err
		}
	}
}

// readMessage returns the next message. It does not end with ctx, which would
// close the connection without a close code.
func (p *roomPump) readMessage(ctx context.Context) ([]byte, error) {
	kind, raw, err := p.conn.Read(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		return nil, &protocol.CloseError{Code: protocol.CloseProtocol, Reason: "messages are text"}
	}
	return raw, nil
}

func (p *roomPump) writeLoop(ctx context.Context) error {
	for {
		raw, err := p.member.Next(ctx)
		if err != nil {
			return err
		}
		if err := p.writeMessage(ctx, raw); err != nil {
			return err
		}
	}
}

func (p *roomPump) writeMessage(ctx context.Context, raw []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.timeouts.write)
	defer cancel()
	return p.conn.Write(ctx, websocket.MessageText, raw)
}

// errPingTimeout closes the connection without a close handshake, since the
// client does not respond.
var errPingTimeout = errors.New("ping timeout")

// pingLoop sends pings and repeats the access check, at once when the room requests
// it.
func (p *roomPump) pingLoop(ctx context.Context) error {
	ticks := time.NewTicker(p.timeouts.ping)
	defer ticks.Stop()
	checkedAt := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.member.AccessChecks():
			checkedAt = time.Time{}
		case <-ticks.C:
			if err := p.sendPing(ctx); err != nil {
				return errPingTimeout
			}
		}
		if time.Since(checkedAt) < p.timeouts.accessCheck {
			continue
		}
		checkedAt = time.Now()
		err := p.checkAccess(ctx)
		if kind := apperr.KindOf(err); err != nil && kind != apperr.Internal && kind != apperr.Unavailable {
			return &protocol.CloseError{Code: protocol.CloseForbidden, Reason: "no longer allowed"}
		}
	}
}

func (p *roomPump) sendPing(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.timeouts.pong)
	defer cancel()
	return p.conn.Ping(ctx)
}

// isConnectionLost reports whether the client went away without closing the socket:
// it sends no pongs, or the network or its operating system closed the connection.
// A page that is left closes its socket, which the read loop receives; a write may
// fail by that first.
func isConnectionLost(cause, readErr error) bool {
	_, closedByRoom := errors.AsType[*protocol.CloseError](cause)
	return !closedByRoom && websocket.CloseStatus(readErr) == -1 && !errors.Is(cause, context.Canceled)
}

// closeSocket closes the socket with the close code for the error.
func (p *roomPump) closeSocket(ctx context.Context, err error) {
	closed, ok := errors.AsType[*protocol.CloseError](err)
	switch kind := apperr.KindOf(err); {
	case ok:
	case websocket.CloseStatus(err) != -1 || errors.Is(err, context.Canceled) || errors.Is(err, errPingTimeout):
		return // the client has disconnected
	case kind == apperr.Unavailable:
		closed = &protocol.CloseError{Code: protocol.CloseRestart, Reason: "the server restarts"}
	case kind != apperr.Internal:
		closed = &protocol.CloseError{Code: protocol.CloseForbidden, Reason: "no such room"}
	default:
		p.log.InfoContext(ctx, "a room socket failed", "requestId", httpapi.RequestID(ctx), "error", err)
		closed = &protocol.CloseError{Code: int(websocket.StatusInternalError), Reason: "try again"}
	}
	_ = p.conn.Close(websocket.StatusCode(closed.Code), closed.Reason) // the connection may be broken already
}
