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

	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/sendqueue"
)

// Member is one socket of a participant in a room. Receive and Next may each be
// called from one goroutine.
type Member struct {
	room         *Room
	participant  Participant
	connectionID string // identifies the socket to other members
	queue        *sendqueue.Queue
	leaveOnce    sync.Once
	accessChecks chan struct{} // see AccessChecks

	messageLimit, cursorLimit *rate.Limiter
	*budget.Rates

	// The fields below are guarded by the room's lock.
	waiting        bool // not admitted yet
	removed        bool
	lost           bool // the connection broke
	cursor         *protocol.CursorPosition
	cursorLoggedAt time.Time // time of the last cursor event in the log
	unfocused      bool

	heldDrawing int64 // seq of the last change of the drawing that the client had when it joined
}

func newMember(r *Room, who Participant, conn string) *Member {
	return &Member{
		room: r, participant: who, connectionID: conn, queue: sendqueue.New(), accessChecks: make(chan struct{}, 1),
		messageLimit: rate.NewLimiter(messageRate, messageBurst),
		cursorLimit:  rate.NewLimiter(cursorRate, cursorRate),
		Rates:        r.limits.Of(who.ID),
	}
}

// Next waits for the next message to the client. After the last message it
// returns a *CloseError with the code to close the socket with.
func (m *Member) Next(ctx context.Context) ([]byte, error) { return m.queue.Next(ctx) }

// AccessChecks receives a value when the access of the participant must be checked
// again at once; see Manager.RecheckAccess.
func (m *Member) AccessChecks() <-chan struct{} { return m.accessChecks }

// requestAccessCheck does not block: a pending request covers later ones.
func (m *Member) requestAccessCheck() {
	select {
	case m.accessChecks <- struct{}{}:
	default:
	}
}

// MarkLost records that the connection broke, before Leave: the participant did not
// leave on purpose.
func (m *Member) MarkLost() {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	m.lost = true
}

// Leave removes the member from the room. It may be called more than once.
func (m *Member) Leave() {
	r := m.room
	r.mu.Lock()
	r.removeMember(m)
	r.mu.Unlock()
	m.queue.Close(1000, "left")
	m.leaveOnce.Do(func() { r.manager.releaseRoom(r) })
}

func (m *Member) sendMessage(message any) { m.queue.Push(protocol.Encode(message)) }

// currentRights returns the rights of the member in the current phase. r.mu
// must be held.
func (m *Member) currentRights() []protocol.Right {
	return access.Rights(m.participant.Role, m.room.state.phase, !m.waiting)
}

// refusal is the error of a request that is refused while the socket stays
// open.
type refusal struct {
	code         string
	doc          string
	seq          int64
	retryAfterMs int64
}

func (e *refusal) Error() string { return "refused: " + e.code }

func newRefusal(code string) error { return &refusal{code: code} }

// handler handles one type of message.
type handler struct {
	anyOf        []protocol.Right // one of these rights is required; none: every admitted member
	stores       bool             // refused in a full room
	allowWaiting bool             // waiting members too
	handle       func(context.Context, *Member, []byte) error
}

var handlersByType = map[string]handler{
	"push":            {handle: newHandler((*Member).handlePush)}, // checks rights itself: its error must contain the push's seq, or the client waits indefinitely
	"fetch":           {handle: newHandler((*Member).handleFetch)},
	"cursor":          {handle: newHandler((*Member).handleCursor)},
	"language":        {anyOf: []protocol.Right{access.CanLanguage}, stores: true, handle: newHandler((*Member).handleLanguage)},
	"problem":         {anyOf: []protocol.Right{access.CanProblem}, stores: true, handle: newHandler((*Member).handleProblem)},
	"question_add":    {anyOf: []protocol.Right{access.CanProblem}, stores: true, handle: newHandler((*Member).handleQuestionAdd)},
	"question_done":   {anyOf: []protocol.Right{access.CanProblem}, stores: true, handle: newHandler((*Member).handleQuestionDone)},
	"file_create":     {anyOf: []protocol.Right{access.CanEdit}, stores: true, handle: newHandler((*Member).handleFileCreate)},
	"file_rename":     {anyOf: []protocol.Right{access.CanEdit}, stores: true, handle: newHandler((*Member).handleFileRename)},
	"file_delete":     {anyOf: []protocol.Right{access.CanEdit}, stores: true, handle: newHandler((*Member).handleFileDelete)},
	"file_entry":      {anyOf: []protocol.Right{access.CanEdit}, stores: true, handle: newHandler((*Member).handleFileEntry)},
	"drawing":         {anyOf: []protocol.Right{access.CanEdit}, stores: true, handle: newHandler((*Member).handleDrawing)},
	"chat":            {anyOf: []protocol.Right{access.CanChat}, stores: true, handle: newHandler((*Member).handleChat)},
	"run":             {anyOf: []protocol.Right{access.CanRun}, stores: true, handle: newHandler((*Member).handleRun)},
	"run_stop":        {anyOf: []protocol.Right{access.CanRun}, handle: newHandler((*Member).handleRunStop)},
	"terminal_input":  {anyOf: []protocol.Right{access.CanTerminal}, stores: true, handle: newHandler((*Member).handleTerminalInput)},
	"terminal_resize": {anyOf: []protocol.Right{access.CanTerminal}, stores: true, handle: newHandler((*Member).handleTerminalResize)},
	"focus":           {handle: newHandler((*Member).handleFocus)},
	"paste":           {anyOf: []protocol.Right{access.CanEdit, access.CanNotes}, handle: newHandler((*Member).handlePaste)},
	"admit":           {anyOf: []protocol.Right{access.CanAdmit}, handle: newHandler((*Member).handleAdmit)},
	"turn_away":       {anyOf: []protocol.Right{access.CanAdmit}, handle: newHandler((*Member).handleTurnAway)},
	"start":           {anyOf: []protocol.Right{access.CanAdmit}, handle: newHandler((*Member).handleStart)},
	"end":             {anyOf: []protocol.Right{access.CanEnd}, handle: newHandler((*Member).handleEnd)},
	"extend":          {anyOf: []protocol.Right{access.CanExtend}, handle: newHandler((*Member).handleExtend)},
	"reopen":          {anyOf: []protocol.Right{access.CanReopen}, handle: newHandler((*Member).handleReopen)},
	"ping":            {allowWaiting: true, handle: newHandler((*Member).handlePing)},
}

// newHandler returns a handler function that decodes a message into T.
func newHandler[T any](do func(*Member, context.Context, *T) error) func(context.Context, *Member, []byte) error {
	return func(ctx context.Context, m *Member, raw []byte) error {
		message := new(T)
		if err := decodeStrict(raw, message); err != nil {
			return err
		}
		return do(m, ctx, message)
	}
}

// decodeStrict decodes a message and rejects unknown fields.
func decodeStrict(raw []byte, message any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(message); err != nil {
		return &protocol.CloseError{Code: protocol.CloseProtocol, Reason: "a message that cannot be read"}
	}
	return nil
}

// envelope has the fields that are common to all messages.
type envelope struct {
	Type string `json:"type"`
	Ref  string `json:"ref"`
}

// Receive handles one message of the client. On an error the socket must be
// closed, with the code of a *CloseError.
func (m *Member) Receive(ctx context.Context, raw []byte) error {
	if !m.messageLimit.AllowN(m.room.manager.now(), 1) {
		return &protocol.CloseError{Code: protocol.CloseTooMany, Reason: "too many messages"}
	}
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return &protocol.CloseError{Code: protocol.CloseProtocol, Reason: "not a message"}
	}
	h, ok := handlersByType[e.Type]
	if !ok {
		return &protocol.CloseError{Code: protocol.CloseProtocol, Reason: "unknown type of message"}
	}
	err := m.authorize(&h)
	if err == nil && (len(e.Ref) > maxID || strings.ContainsRune(e.Ref, 0)) { // the ref is stored as it is, and the databases reject NUL
		err, e.Ref = newRefusal("invalid"), ""
	}
	if err == nil {
		err = h.handle(ctx, m, raw)
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		m.sendMessage(&protocol.Error{
			Type: "error", Code: r.code, Ref: e.Ref, Doc: r.doc, Seq: r.seq, RetryAfterMs: r.retryAfterMs,
		})
		return nil
	}
	if err != nil {
		return fmt.Errorf("carrying out %s: %w", e.Type, err)
	}
	return nil
}

func (m *Member) authorize(h *handler) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	rights := m.currentRights()
	switch {
	case m.removed:
		return &protocol.CloseError{Code: 1000, Reason: "left"}
	case h.allowWaiting:
		return nil
	case m.waiting:
		return newRefusal("forbidden")
	case h.stores && r.storage.IsFull(m.participant.ID) && r.state.phase != Ended:
		return newRefusal("full")
	case len(h.anyOf) == 0 || slices.ContainsFunc(h.anyOf, func(n protocol.Right) bool { return slices.Contains(rights, n) }):
		return nil
	case r.state.phase == Ended:
		return newRefusal("ended")
	}
	return newRefusal("forbidden")
}
