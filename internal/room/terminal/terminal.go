// Package terminal has the rules for the terminals of a room's runs: what may be
// typed, how it is logged, and how stored input reaches the program.
//
// Input is stored first, and then passed to the program by the replica that runs
// it. So it reaches the program from each replica, once and in the order of the
// log, before the output that it causes.
package terminal

import (
	"time"

	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

// MaxMessage is the number of bytes of one message with input, and of one event in
// the log.
const MaxMessage = 4096

// MaxTime limits a run in a terminal with the limits of the sandbox, without its wait
// for a slot.
const MaxTime = 20 * time.Minute

// Input is the data of an event with input. The actor has typed it.
type Input struct {
	Text string `json:"text"`
}

// Resize is the data of an event with a new size.
type Resize struct{ protocol.TerminalSize }

// New returns the terminal of a request, nil for a run without one. ok is false for a
// size beyond the limits.
func New(size *protocol.TerminalSize) (t *sandbox.Terminal, ok bool) {
	if size == nil {
		return nil, true
	}
	if !IsValidSize(*size) {
		return nil, false
	}
	return sandbox.NewTerminal(sandbox.TerminalSize(*size)), true
}

// IsValidSize reports whether a size is within the limits.
func IsValidSize(size protocol.TerminalSize) bool { return sandbox.TerminalSize(size).IsValid() }

// InputRefusal returns the code with which input into a run is refused, "" when it may
// be stored.
func InputRefusal(run *protocol.Run, text string) string {
	switch {
	case text == "" || len(text) > MaxMessage:
		return "invalid"
	case run.TypedBytes+len(text) > sandbox.MaxTerminalInput:
		return "terminal.full"
	}
	return ""
}

// Join appends text to input that is not stored yet, if both fit into one event.
func (i *Input) Join(text string) bool {
	if len(i.Text)+len(text) > MaxMessage {
		return false
	}
	i.Text += text
	return true
}

// ApplyEvent applies the data of a stored event to the run in the state of a room.
// Other data is ignored.
func ApplyEvent(run *protocol.Run, data any) {
	switch data := data.(type) {
	case *Input:
		run.TypedBytes += len(data.Text)
	case *Resize:
		size := data.TerminalSize
		run.Terminal = &size // not in place: messages refer to the old one
	}
}

// Deliver passes the data of a stored event to the program. t may be nil.
func Deliver(t *sandbox.Terminal, data any) {
	if t == nil {
		return
	}
	switch data := data.(type) {
	case *Input:
		_ = t.Type(data.Text) // above the limit, which InputRefusal reports, it is dropped
	case *Resize:
		t.Resize(sandbox.TerminalSize(data.TerminalSize))
	}
}
