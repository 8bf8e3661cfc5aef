package runner

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// echoTyped emits what is typed and the size of the terminal until the end of input.
func echoTyped(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	if p.Terminal == nil {
		return echo(ctx, p, emit)
	}
	emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: fmt.Sprint(p.Terminal.Size().Rows, "x", p.Terminal.Size().Cols, ";")})
	for {
		in, err := p.Terminal.Next(ctx, sandbox.MaxTerminalInput)
		if err != nil {
			return cancelledResult, nil //nolint:nilerr // the run was cancelled
		}
		if in.Size != nil {
			in.Text += fmt.Sprint(in.Size.Rows, "x", in.Size.Cols)
		}
		if before, _, ended := strings.Cut(in.Text, "\x04"); ended {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: before + ";"})
			return sandbox.Result{Status: sandbox.StatusOK}, nil
		}
		emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: in.Text + ";"})
	}
}

// awaitOutput reads output up to a text. What follows the text, perhaps in the same
// chunk, is left for the next call.
func (r *pendingRun) awaitOutput(t *testing.T, want string) {
	t.Helper()
	for {
		_, rest, found := strings.Cut(r.unread, want)
		if found {
			r.unread = rest
			return
		}
		chunk, ok := <-r.output
		if !ok {
			t.Fatalf("it ended after %q, without %q", r.unread, want)
		}
		r.unread += chunk.Text
	}
}

func newTerminalProgram(rows, cols int) sandbox.Program {
	return sandbox.Program{Source: "typed", Terminal: sandbox.NewTerminal(sandbox.TerminalSize{Rows: rows, Cols: cols})}
}

func typeText(t *testing.T, p sandbox.Program, text string) {
	t.Helper()
	if err := p.Terminal.Type(text); err != nil {
		t.Fatal(err)
	}
}

func TestTerminalOfRunner(t *testing.T) {
	f := newFixture(t)
	f.startWorker(1, echoTyped)
	c := f.newClient()
	p := newTerminalProgram(24, 80)
	typeText(t, p, "early\x00")
	r := f.startRun(c, p)
	r.awaitOutput(t, "24x80;")
	r.awaitOutput(t, "early\x00;")
	typeText(t, p, "林")
	r.awaitOutput(t, "林;")
	p.Terminal.Resize(sandbox.TerminalSize{Rows: 30, Cols: 100})
	r.awaitOutput(t, "30x100;")
	if n := f.countRows("SELECT count(*) FROM run_input"); n != 3 {
		t.Errorf("%d rows of input", n)
	}
	typeText(t, p, strings.Repeat("x", 3*maxInputRow))
	typeText(t, p, "\x04")
	if got := <-r.done; got.err != nil || got.result.Status != sandbox.StatusOK {
		t.Errorf("%+v", got)
	}
	if got := strings.Count(r.readOutput(), "x"); got != 3*maxInputRow {
		t.Errorf("%d characters arrived", got)
	}
	if n := f.countRows("SELECT count(*) FROM run_input"); n != 0 {
		t.Errorf("%d rows of input are left", n)
	}
}

// Input is delivered although a notification was missed.
func TestInputWithoutNotification(t *testing.T) {
	f := newFixture(t)
	w := f.startWorker(1, echoTyped)
	r := newRequest(db.NewID())
	r.Terminal = &sandbox.TerminalSize{Rows: 24, Cols: 80}
	if err := insertRequest(t.Context(), f.db, r); err != nil {
		t.Fatal(err)
	}
	<-w.sandbox.started
	f.execSQL("INSERT INTO run_input (request_id, seq, input) VALUES (?, 1, ?)", r.ID, []byte(`{"text":"\u0004"}`))
	for f.countRows("SELECT count(*) FROM run_requests WHERE state = 'ended'") == 0 {
	}
}

// A runner receives that the shell of the language runs.
func TestShellReachesTheRunner(t *testing.T) {
	f := newFixture(t)
	f.startWorker(1, func(_ context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: fmt.Sprint(p.Shell, " ", p.Path)})
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})
	c := f.newClient()
	for _, p := range []sandbox.Program{{Shell: true}, {Shell: true, Path: "main.go", Source: "package main"}, {}} {
		p.Terminal = sandbox.NewTerminal(sandbox.TerminalSize{Rows: 24, Cols: 80})
		if got, want := f.startRun(c, p).readOutput(), fmt.Sprint("stdout:", p.Shell, " ", p.Path, " "); got != want {
			t.Errorf("the runner received %q, not %q", got, want)
		}
	}
}

// Programs in terminals have slots of their own, on the runner and of the company.
func TestSlotsOfTerminals(t *testing.T) {
	f := newFixture(t)
	f.startWorker(1, echoTyped)
	c := f.newClient()
	p := newTerminalProgram(24, 80)
	r := f.startRun(c, p)
	r.awaitOutput(t, "24x80;")
	plain := f.startRun(c, sandbox.Program{Source: "plain"})
	if got := <-plain.done; got.result.ExitCode != 3 {
		t.Errorf("another program waits for a terminal: %+v", got)
	}
	positions := make(chan int, 10)
	second := newTerminalProgram(25, 80)
	second.OnQueued = func(n int) { positions <- n }
	waiting := f.startRun(c, second)
	if n := <-positions; n != 1 {
		t.Errorf("position %d", n)
	}
	typeText(t, p, "\x04")
	waiting.awaitOutput(t, "25x80;")
	typeText(t, second, "\x04")
	if got := <-waiting.done; got.result.Status != sandbox.StatusOK {
		t.Errorf("%+v", got)
	}
}

// A claim is for a kind of program, and the limit of a company is one for each kind.
func TestClaimOfTerminals(t *testing.T) {
	f := newFixture(t)
	for range 2 {
		for _, size := range []*sandbox.TerminalSize{nil, {Rows: 24, Cols: 80}} {
			r := newRequest(db.NewID())
			r.RoomID, r.CompanySlots, r.Terminal = r.ID, 1, size
			if err := insertRequest(t.Context(), f.db, r); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		free freeSlots
		want string
	}{
		{freeSlots{terminals: true}, "terminal"}, {freeSlots{terminals: true}, "none"},
		{freeSlots{programs: true}, "program"}, {freeSlots{programs: true, terminals: true}, "none"},
	} {
		r, err := claimRequest(t.Context(), f.db, "runner", []string{"python"}, tc.free)
		if err != nil {
			t.Fatal(err)
		}
		got := "none"
		if r != nil && r.Terminal != nil {
			got = "terminal"
		} else if r != nil {
			got = "program"
		}
		if got != tc.want {
			t.Errorf("with %+v: %s, want %s", tc.free, got, tc.want)
		}
	}
}

// The output of a terminal may be control characters for the most part.
func TestOutputLimitOfTerminal(t *testing.T) {
	f := newFixture(t)
	f.startWorker(1, func(_ context.Context, _ sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		for range 4 {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: strings.Repeat("\x1b", 256<<10)})
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})
	r := f.startRun(f.newClient(), newTerminalProgram(24, 80))
	if got := <-r.done; got.err != nil || got.result.Status != sandbox.StatusOK {
		t.Errorf("%+v", got)
	}
	if n := strings.Count(r.readOutput(), "\x1b"); n != 1<<20 {
		t.Errorf("%d of %d characters", n, 1<<20)
	}
}
