package sandbox

import (
	"context"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"
)

// Limits of a pseudo terminal.
const (
	MaxTerminalRows  = 200
	MaxTerminalCols  = 400
	MaxTerminalInput = 64 << 10 // bytes that are typed in one run
)

// ErrTerminalFull is returned by Terminal.Type above MaxTerminalInput.
var ErrTerminalFull = errors.New("too much was typed into the terminal")

// TerminalSize is the size of a terminal in characters.
type TerminalSize struct {
	Rows int `json:"rows"`
	Cols int `json:"cols"`
}

// IsValid reports whether the size is within the limits.
func (s TerminalSize) IsValid() bool {
	return s.Rows >= 1 && s.Rows <= MaxTerminalRows && s.Cols >= 1 && s.Cols <= MaxTerminalCols
}

// Terminal is the input of a program that runs in a pseudo terminal: what is typed,
// and the size. It may be written while the program waits for its slot. Its
// methods may be called concurrently; Next from one goroutine.
type Terminal struct {
	wake chan struct{} // capacity 1

	mu      sync.Mutex
	size    TerminalSize
	resized bool // since the last Next
	pending strings.Builder
	typed   int
}

// TerminalInput is what has happened to a terminal since the last input.
type TerminalInput struct {
	Text string        `json:"text,omitempty"` // control characters too: U+0003 interrupts, U+0004 ends the input
	Size *TerminalSize `json:"size,omitempty"` // nil when the size is unchanged
}

// NewTerminal returns a terminal into which nothing was typed.
func NewTerminal(size TerminalSize) *Terminal {
	return &Terminal{size: size, wake: make(chan struct{}, 1)}
}

// Type appends text to the input.
func (t *Terminal) Type(text string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.typed+len(text) > MaxTerminalInput {
		return ErrTerminalFull
	}
	t.typed += len(text)
	t.pending.WriteString(text)
	t.notifyChange()
	return nil
}

// Resize changes the size. A size beyond the limits is ignored.
func (t *Terminal) Resize(size TerminalSize) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if size == t.size || !size.IsValid() {
		return
	}
	t.size, t.resized = size, true
	t.notifyChange()
}

// Size returns the current size.
func (t *Terminal) Size() TerminalSize {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.size
}

func (t *Terminal) notifyChange() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Next waits for input and returns at most maxBytes of it, whole characters. The
// error is that of ctx.
func (t *Terminal) Next(ctx context.Context, maxBytes int) (TerminalInput, error) {
	for {
		if in, ok := t.takeInput(maxBytes); ok {
			return in, nil
		}
		select {
		case <-t.wake:
		case <-ctx.Done():
			return TerminalInput{}, ctx.Err()
		}
	}
}

func (t *Terminal) takeInput(maxBytes int) (in TerminalInput, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.resized {
		size := t.size
		in.Size, t.resized = &size, false
	}
	in.Text = t.pending.String()
	t.pending.Reset()
	if cut := maxBytes; len(in.Text) > cut {
		for cut > 0 && !utf8.RuneStart(in.Text[cut]) {
			cut--
		}
		t.pending.WriteString(in.Text[cut:])
		in.Text = in.Text[:cut]
		t.notifyChange()
	}
	return in, in.Text != "" || in.Size != nil
}
