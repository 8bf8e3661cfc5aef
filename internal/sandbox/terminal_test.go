package sandbox

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestTerminalInputIsBounded(t *testing.T) {
	terminal := NewTerminal(TerminalSize{Rows: 24, Cols: 80})
	if err := terminal.Type(strings.Repeat("林", MaxTerminalInput/3)); err != nil {
		t.Fatal(err)
	}
	if err := terminal.Type("abc"); !errors.Is(err, ErrTerminalFull) {
		t.Errorf("above the limit: %v", err)
	}
	total := 0
	for total < MaxTerminalInput/3 {
		in, err := terminal.Next(t.Context(), 1000)
		if err != nil || len(in.Text) > 1000 || strings.Trim(in.Text, "林") != "" {
			t.Fatalf("%d bytes, %v: %q", len(in.Text), err, in.Text)
		}
		total += len(in.Text) / 3
	}
	if err := terminal.Type("abc"); !errors.Is(err, ErrTerminalFull) {
		t.Errorf("what was read counts no more: %v", err)
	}
}

func TestTerminalNext(t *testing.T) {
	terminal := NewTerminal(TerminalSize{Rows: 24, Cols: 80})
	for _, ignored := range []TerminalSize{{24, 80}, {0, 80}, {24, 0}, {MaxTerminalRows + 1, 80}, {24, MaxTerminalCols + 1}} {
		terminal.Resize(ignored)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if in, err := terminal.Next(ended, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", in, err)
	}
	terminal.Resize(TerminalSize{Rows: 30, Cols: 90})
	terminal.Resize(TerminalSize{Rows: 40, Cols: 100})
	if err := terminal.Type("ls\r"); err != nil {
		t.Fatal(err)
	}
	in, err := terminal.Next(t.Context(), 10)
	if err != nil || in.Text != "ls\r" || in.Size == nil || *in.Size != (TerminalSize{Rows: 40, Cols: 100}) || terminal.Size() != *in.Size {
		t.Errorf("%+v, %v", in, err)
	}
}

// Ctrl-S is input like other keys, and does not stop the output.
func TestTerminalWithoutFlowControl(t *testing.T) {
	p, err := openPTY(NewTerminal(TerminalSize{Rows: 24, Cols: 80}), io.Discard)
	if err != nil {
		t.Skip(err)
	}
	defer func() {
		p.closeChildEnds()
		_ = p.closeStreams()
	}()
	if _, err := p.master.WriteString("\x13\n"); err != nil {
		t.Fatal(err)
	}
	in := make([]byte, 10)
	if n, err := p.slave.Read(in); err != nil || string(in[:n]) != "\x13\n" {
		t.Fatalf("the program reads %q, %v", in[:n], err)
	}
}
