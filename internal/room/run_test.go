package room

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/sandbox"
)

// script is a runner whose programs do what a test says.
type script struct {
	programs  chan sandbox.Program
	languages []sandbox.Language // nil: Python
	do        func(ctx context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error)
}

func (s *script) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	s.programs <- p
	return s.do(ctx, emit)
}

func (s *script) Languages() []sandbox.Language {
	if s.languages != nil {
		return s.languages
	}
	return []sandbox.Language{{ID: "python", Name: "Python", Version: "3.11"}}
}

func (s *script) Ready() error { return nil }

func prints(texts ...string) *script {
	return &script{programs: make(chan sandbox.Program, 8), do: func(_ context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		for _, text := range texts {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: text})
		}
		return sandbox.Result{Status: sandbox.StatusOK, Wall: 180 * time.Millisecond, MemoryBytes: 9 << 20}, nil
	}}
}

func waits() *script {
	return &script{programs: make(chan sandbox.Program, 8), do: func(ctx context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		emit(sandbox.Chunk{Stream: sandbox.Stderr, Text: "waiting"})
		<-ctx.Done()
		return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
	}}
}

func python(p *peer) {
	p.say(languageRequest{Type: "language", Language: "python"})
	p.expect("language")
}

// TestRun: everybody sees what the text of exactly that version printed.
func TestRun(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		runner := prints("a", "b\n", "c")
		m := start(t, d, func(c *Config) { c.Runner = runner })
		a, b := enter(t, m, zhang), enter(t, m, wang)
		python(a)
		a.typed(docCode, 0, 0, "print(1)")
		a.typed(docCode, 6, 7, "2")
		a.say(runRequest{Type: "run", Version: 1, Stdin: "in", Ref: "r"})
		if p := <-runner.programs; p.Source != "print(1)" || p.Language != "python" || p.Stdin != "in" {
			t.Errorf("ran %+v", p)
		}
		started := await[runStartedMessage](b, "run_started").Run
		if started.By != zhang.ID || started.Version != 1 || started.Ref != "r" {
			t.Errorf("%+v", started)
		}
		var out strings.Builder
		for seq := 1; ; seq++ {
			kind := b.take()
			if kind == "run_finished" {
				break
			}
			msg := read[runOutputMessage](t, b.frames[len(b.frames)-1])
			if msg.Seq != seq || msg.RunID != started.ID {
				t.Errorf("%+v", msg)
			}
			for _, c := range msg.Chunks {
				out.WriteString(c.Text)
			}
		}
		finished := read[runFinishedMessage](t, b.frames[len(b.frames)-1])
		if out.String() != "ab\nc" || finished.Result.Status != "ok" || finished.Result.WallMs != 180 {
			t.Errorf("%q and %+v", out.String(), finished)
		}
		a.expect("run_finished")
		a.say(runRequest{Type: "run", Version: 2}) // the newest text
		if p := <-runner.programs; p.Source != "print(2)" {
			t.Errorf("ran %q", p.Source)
		}
		a.expect("run_finished")
		late := enter(t, m, watcher).welcome.Runs
		m.kill()
		for _, runs := range [][]runView{late, enter(t, start(t, d), watcher).welcome.Runs} {
			if len(runs) != 2 || runs[0].ID != started.ID || runs[0].Result == nil || text(runs[0].Chunks) != "ab\nc" {
				t.Errorf("who comes later sees %+v", runs)
			}
		}
	})
}

func text(chunks []chunk) (s string) {
	for _, c := range chunks {
		s += c.Text
	}
	return s
}

// TestRunIsRefused: no sandbox, no such language, no such version, no room.
func TestRunIsRefused(t *testing.T) {
	refused := func(p *peer, message runRequest) *errorMessage {
		message.Type = "run"
		p.say(message)
		return await[errorMessage](p, "error")
	}
	a := enter(t, start(t, dbtest.Open(t, db.SQLite)), zhang)
	if e := refused(a, runRequest{}); e.Code != "run.unavailable" || a.welcome.Room.Sandbox.Ready || a.welcome.Room.Sandbox.Reason == "" {
		t.Errorf("%+v, %+v", e, a.welcome.Room.Sandbox)
	}
	li := enter(t, a.m.room.m, lilei)
	a.say(doorRequest{Type: "admit", ParticipantID: lilei.ID})
	if w := await[welcomeMessage](li, "welcome"); w.Room.Sandbox.Ready || w.Room.Sandbox.Reason != "" {
		t.Errorf("a candidate hears of the machine: %+v", w.Room.Sandbox)
	}
	m := start(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner, c.RunSlots = waits(), 1 })
	a = enter(t, m, zhang)
	a.say(languageRequest{Type: "language", Language: "cobol"})
	a.expect("language")
	if e := refused(a, runRequest{Ref: "x"}); e.Code != "run.language" || e.Ref != "x" {
		t.Errorf("%+v", e)
	}
	python(a)
	if e := refused(a, runRequest{Version: 1}); e.Code != "run.version" {
		t.Errorf("%+v", e)
	}
	if e := refused(a, runRequest{Stdin: strings.Repeat("x", maxStdin+1)}); e.Code != "invalid" {
		t.Errorf("%+v", e)
	}
	a.say(runRequest{Type: "run"})
	id := await[runStartedMessage](a, "run_started").Run.ID
	if e := refused(a, runRequest{}); e.Code != "run.busy" || e.RetryAfterMs == 0 {
		t.Errorf("one more in the room: %+v", e)
	}
	other, err := m.Join(t.Context(), corp, "another-room", wang, []byte(`{"type":"hello","protocol":1,"documents":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Leave()
	b := newPeer(t, m, wang)
	b.m = other
	python(b)
	if e := refused(b, runRequest{}); e.Code != "run.busy" {
		t.Errorf("one more on the server: %+v", e)
	}
	a.say(runStopRequest{Type: "run_stop", RunID: "other"})
	if e := await[errorMessage](a, "error"); e.Code != "not_found" {
		t.Errorf("%+v", e)
	}
	a.say(runStopRequest{Type: "run_stop", RunID: id})
	if f := await[runFinishedMessage](a, "run_finished"); f.Result.Status != "cancelled" {
		t.Errorf("%+v", f)
	}
}

// TestRunsEndWithTheirRoomAndServer: a run is cancelled by the end of the room
// and by the server's stop, and one that died with its server is ended later.
func TestRunsEndWithTheirRoomAndServer(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := start(t, d, func(c *Config) { c.Runner = waits() })
	a := enter(t, m, zhang)
	python(a)
	run := func(p *peer) {
		p.say(runRequest{Type: "run"})
		p.expect("run_output")
	}
	run(a)
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	m = start(t, d, func(c *Config) { c.Runner = waits() })
	a = enter(t, m, zhang)
	if runs := a.welcome.Runs; len(runs) != 1 || runs[0].Result == nil || runs[0].Result.Status != "cancelled" {
		t.Errorf("after the stop: %+v", runs)
	}
	run(a)
	m.kill()
	m = start(t, d, func(c *Config) { c.Runner = waits() })
	a = enter(t, m, zhang)
	if run := a.welcome.Runs[1]; run.Result == nil { // it may have been ended before the welcome
		if f := await[runFinishedMessage](a, "run_finished"); f.Result.Status != "cancelled" || f.RunID != run.ID {
			t.Errorf("after the crash: %+v", f)
		}
	} else if run.Result.Status != "cancelled" {
		t.Errorf("after the crash: %+v", run)
	}
	run(a)
	a.say(plainRequest{Type: "end"})
	if f := await[runFinishedMessage](a, "run_finished"); f.Result.Status != "cancelled" {
		t.Errorf("after the end: %+v", f)
	}
}

func offers(ids ...string) *script {
	s := prints()
	for _, id := range ids {
		s.languages = append(s.languages, sandbox.Language{ID: id, Name: id})
	}
	return s
}

// TestRoomsBeginWithALanguage: Python where it is offered, or nothing is.
func TestRoomsBeginWithALanguage(t *testing.T) {
	for _, tc := range []struct {
		runner sandbox.Runner
		want   string
	}{
		{nil, "python"}, {offers("go", "c"), "go"}, {offers("c", "python"), "python"},
	} {
		a := enter(t, start(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = tc.runner }), zhang)
		if got := a.welcome.Room.Language; got != tc.want {
			t.Errorf("it begins with %s, want %s", got, tc.want)
		}
	}
}

// TestSandboxFails: a broken sandbox is not the program's fault, and the next
// run works.
func TestSandboxFails(t *testing.T) {
	runner := prints("x")
	works := runner.do
	runner.do = func(context.Context, func(sandbox.Chunk)) (sandbox.Result, error) {
		return sandbox.Result{}, errors.New("no cgroups")
	}
	m := start(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = runner })
	a := enter(t, m, zhang)
	python(a)
	for _, want := range []string{"unavailable", "ok"} {
		a.say(runRequest{Type: "run"})
		if f := await[runFinishedMessage](a, "run_finished"); f.Result.Status != want {
			t.Errorf("%+v, want %s", f, want)
		}
		runner.do = works
	}
}

func TestOutputIsShortened(t *testing.T) {
	var s state
	s.fold(&event{kind: kindRun, subject: "r", data: &runData{}})
	for i := range 200 {
		s.fold(&event{kind: kindOutput, subject: "r", data: &outputData{Chunks: []chunk{{"stdout", strings.Repeat("会", 300) + fmt.Sprint(i)}}}})
	}
	got := text(s.runs[0].Chunks)
	if len(got) > maxRunOutput || len(got) < maxRunOutput-3 || !strings.HasSuffix(got, "199") || strings.ContainsRune(got, '�') {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-9:])
	}
	for i := range maxRunsSent + 2 {
		s.fold(&event{kind: kindRun, subject: fmt.Sprint(i), data: &runData{}})
	}
	if len(s.runs) != maxRunsSent || s.runs[0].ID != "2" {
		t.Errorf("%+v", s.runs)
	}
}
