package room

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Member is one socket of a participant in a room. Receive and Next are for
// one goroutine each.
type Member struct {
	room *Room
	who  Participant
	conn string // names the socket to others
	out  *outbox
	left sync.Once

	messages, chats, cursors, histories, updates *rate.Limiter

	// The rest is guarded by the room's lock.
	waiting   bool // at the door
	gone      bool
	cursor    *cursorView
	sampled   time.Time // last cursor in the log
	unfocused bool
}

func newMember(r *Room, who Participant, conn string) *Member {
	return &Member{
		room: r, who: who, conn: conn, out: newOutbox(),
		messages:  rate.NewLimiter(messageRate, messageBurst),
		chats:     rate.NewLimiter(rate.Every(chatEvery), chatBurst),
		cursors:   rate.NewLimiter(cursorRate, cursorRate),
		histories: rate.NewLimiter(rate.Every(historyEvery), historyBurst),
		updates:   rate.NewLimiter(updateRate, updateBurst),
	}
}

// Next waits for the next message to the client. After the last one it returns
// a *CloseError that says how to close the socket.
func (m *Member) Next(ctx context.Context) ([]byte, error) { return m.out.next(ctx) }

// Leave takes the member out of the room. It may be called more than once.
func (m *Member) Leave() {
	r := m.room
	r.mu.Lock()
	r.remove(m)
	r.mu.Unlock()
	m.out.close(1000, "left")
	m.left.Do(func() { r.m.release(r) })
}

func (m *Member) send(message any) { m.out.put(encode(message)) }

// rights are those of now. Lock held.
func (m *Member) rights() []right {
	return rights(m.who.Role, m.room.state.phase, !m.waiting)
}

// refusal is why a request is not carried out; the socket stays open.
type refusal struct {
	code    string
	doc     string
	seq     int64
	afterMs int64
}

func (e *refusal) Error() string { return "refused: " + e.code }

func refuse(code string) error { return &refusal{code: code} }

// handler carries out one type of message.
type handler struct {
	needs  []right // one of them; none: every admitted member may
	anyone bool    // also at the door
	do     func(context.Context, *Member, []byte) error
}

var handlers = map[string]handler{
	"push":      {do: on((*Member).push)}, // asks for itself: its refusal has to name the push, or the client waits for ever
	"fetch":     {do: on((*Member).fetch)},
	"cursor":    {do: on((*Member).move)},
	"language":  {needs: []right{canLanguage}, do: on((*Member).setLanguage)},
	"problem":   {needs: []right{canProblem}, do: on((*Member).setProblem)},
	"chat":      {needs: []right{canChat}, do: on((*Member).chat)},
	"run":       {needs: []right{canRun}, do: on((*Member).run)},
	"run_stop":  {needs: []right{canRun}, do: on((*Member).runStop)},
	"focus":     {do: on((*Member).focus)},
	"paste":     {needs: []right{canEdit, canNotes}, do: on((*Member).paste)},
	"admit":     {needs: []right{canAdmit}, do: on((*Member).admit)},
	"turn_away": {needs: []right{canAdmit}, do: on((*Member).turnAway)},
	"start":     {needs: []right{canAdmit}, do: on((*Member).start)},
	"end":       {needs: []right{canEnd}, do: on((*Member).end)},
	"ping":      {anyone: true, do: on((*Member).ping)},
}

// on reads a message of type T and hands it to do.
func on[T any](do func(*Member, context.Context, *T) error) func(context.Context, *Member, []byte) error {
	return func(ctx context.Context, m *Member, raw []byte) error {
		message := new(T)
		if err := decode(raw, message); err != nil {
			return err
		}
		return do(m, ctx, message)
	}
}

// decode reads a message strictly.
func decode(raw []byte, message any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(message); err != nil {
		return &CloseError{Code: CloseProtocol, Reason: "a message that cannot be read"}
	}
	return nil
}

// envelope is what all messages have.
type envelope struct {
	Type string `json:"type"`
	Ref  string `json:"ref"`
}

// Receive carries out one message of the client. An error means that the
// socket is to be closed; a *CloseError says with which code.
func (m *Member) Receive(ctx context.Context, raw []byte) error {
	if !m.messages.AllowN(m.room.m.now(), 1) {
		return &CloseError{Code: CloseTooMany, Reason: "too many messages"}
	}
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return &CloseError{Code: CloseProtocol, Reason: "not a message"}
	}
	h, ok := handlers[e.Type]
	if !ok {
		return &CloseError{Code: CloseProtocol, Reason: "unknown type of message"}
	}
	err := m.mayDo(&h)
	if err == nil && (len(e.Ref) > maxID || strings.ContainsRune(e.Ref, 0)) { // a ref is kept as it is, and no database keeps NUL
		err, e.Ref = refuse("invalid"), ""
	}
	if err == nil {
		err = h.do(ctx, m, raw)
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		m.send(&errorMessage{
			Type: "error", Code: r.code, Ref: e.Ref, Doc: r.doc, Seq: r.seq, RetryAfterMs: r.afterMs,
		})
		return nil
	}
	if err != nil {
		return fmt.Errorf("carrying out %s: %w", e.Type, err)
	}
	return nil
}

func (m *Member) mayDo(h *handler) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	rights := m.rights()
	switch {
	case m.gone:
		return &CloseError{Code: 1000, Reason: "left"}
	case h.anyone:
		return nil
	case m.waiting:
		return refuse("forbidden")
	case len(h.needs) == 0 || slices.ContainsFunc(h.needs, func(n right) bool { return has(rights, n) }):
		return nil
	case r.state.phase == Ended:
		return refuse("ended")
	}
	return refuse("forbidden")
}
