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
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/runlog"
	"github.com/huimian/huimian/internal/sandbox"
)

// scriptedRunner is a runner with a scripted result.
type scriptedRunner struct {
	programs  chan sandbox.Program
	languages []sandbox.Language // nil: Python
	runFunc   func(ctx context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error)
}

func (s *scriptedRunner) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	s.programs <- p
	return s.runFunc(ctx, emit)
}

func (s *scriptedRunner) Languages() []sandbox.Language {
	if s.languages != nil {
		return s.languages
	}
	return []sandbox.Language{{ID: "python", Name: "Python", Version: "3.11"}}
}

func (s *scriptedRunner) MissingLanguages() []sandbox.MissingLanguage { return nil }

func (s *scriptedRunner) Ready() error { return nil }

func newPrintingRunner(texts ...string) *scriptedRunner {
	return &scriptedRunner{programs: make(chan sandbox.Program, 8), runFunc: func(_ context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		for _, text := range texts {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: text})
		}
		return sandbox.Result{Status: sandbox.StatusOK, Wall: 180 * time.Millisecond, MemoryBytes: 9 << 20}, nil
	}}
}

func newBlockingRunner() *scriptedRunner {
	return &scriptedRunner{programs: make(chan sandbox.Program, 8), runFunc: func(ctx context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		emit(sandbox.Chunk{Stream: sandbox.Stderr, Text: "waiting"})
		<-ctx.Done()
		return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
	}}
}

func selectPython(p *testClient) {
	p.sendMessage(protocol.LanguageRequest{Type: "language", Language: "python"})
	p.receiveType("language")
}

// TestRun: all members receive the output of the requested version.
func TestRun(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		runner := newPrintingRunner("a", "b\n", "c")
		m := startManager(t, d, func(c *Config) { c.Runner = runner })
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		selectPython(a)
		a.editAndPush(docCode, 0, 0, "print(1)")
		a.editAndPush(docCode, 6, 7, "2")
		a.sendMessage(protocol.RunRequest{Type: "run", Version: 1, Stdin: "in", Ref: "r"})
		if p := <-runner.programs; p.Source != "print(1)" || p.Language != "python" || p.Stdin != "in" || p.Company == "" || p.Group == "" || p.OnQueued == nil {
			t.Errorf("ran %+v", p)
		}
		started := awaitMessage[protocol.RunStarted](b, "run_started").Run
		if started.By != zhang.ID || started.Version != 1 || started.Ref != "r" {
			t.Errorf("%+v", started)
		}
		var out strings.Builder
		for seq := 1; ; seq++ {
			kind := b.receiveNext()
			if kind == "run_finished" {
				break
			}
			msg := decodeFrame[protocol.RunOutput](t, b.frames[len(b.frames)-1])
			if msg.Seq != seq || msg.RunID != started.ID {
				t.Errorf("%+v", msg)
			}
			for _, c := range msg.Chunks {
				out.WriteString(c.Text)
			}
		}
		finished := decodeFrame[protocol.RunFinished](t, b.frames[len(b.frames)-1])
		if out.String() != "ab\nc" || finished.Result.Status != "ok" || finished.Result.WallMs != 180 {
			t.Errorf("%q and %+v", out.String(), finished)
		}
		a.receiveType("run_finished")
		a.sendMessage(protocol.RunRequest{Type: "run", Version: 2}) // the head
		if p := <-runner.programs; p.Source != "print(2)" {
			t.Errorf("ran %q", p.Source)
		}
		a.receiveType("run_finished")
		sum, err := m.Summary(t.Context(), testCorpID, testRoomID)
		if err != nil || len(sum.Answers) != 1 || sum.Answers[0].Code != "print(2)" || sum.Answers[0].Language != "python" || len(sum.Runs) != 2 || joinChunks(sum.Runs[0].Chunks) != "ab\nc" || sum.Names[sum.Runs[0].By] != zhang.Name {
			t.Errorf("summary %+v, %v", sum, err)
		}
		late := joinRoom(t, m, watcher).welcome.Runs
		m.killForTest()
		for _, runs := range [][]protocol.Run{late, joinRoom(t, startManager(t, d), watcher).welcome.Runs} {
			if len(runs) != 2 || runs[0].ID != started.ID || runs[0].Result == nil || joinChunks(runs[0].Chunks) != "ab\nc" {
				t.Errorf("a late member received %+v", runs)
			}
		}
	})
}

func joinChunks(chunks []protocol.Chunk) (s string) {
	for _, c := range chunks {
		s += c.Text
	}
	return s
}

// TestRunRefused: no sandbox, no such language, no such version, no free slot.
func TestRunRefused(t *testing.T) {
	refused := func(p *testClient, message protocol.RunRequest) *protocol.Error {
		message.Type = "run"
		p.sendMessage(message)
		return awaitMessage[protocol.Error](p, "error")
	}
	a := joinRoom(t, startManager(t, dbtest.Open(t, db.SQLite)), zhang)
	if e := refused(a, protocol.RunRequest{}); e.Code != "run.unavailable" || a.welcome.Room.Sandbox.Ready || a.welcome.Room.Sandbox.Reason == "" {
		t.Errorf("%+v, %+v", e, a.welcome.Room.Sandbox)
	}
	if offered := a.welcome.Room.Languages; len(offered) != 1 || offered[0].ID != "html" {
		t.Errorf("without a sandbox %+v is offered", offered)
	}
	a.sendMessage(protocol.LanguageRequest{Type: "language", Language: "html"})
	a.receiveType("language")
	for _, message := range []protocol.RunRequest{{}, {Tests: true}} {
		if e := refused(a, message); e.Code != "run.preview" {
			t.Errorf("a page: %+v", e)
		}
	}
	li := joinRoom(t, a.member.room.manager, lilei)
	a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
	if w := awaitMessage[protocol.Welcome](li, "welcome"); w.Room.Sandbox.Ready || w.Room.Sandbox.Reason != "" {
		t.Errorf("a candidate received the reason: %+v", w.Room.Sandbox)
	}
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner, c.RunSlots = newBlockingRunner(), 1 })
	a = joinRoom(t, m, zhang)
	a.sendMessage(protocol.LanguageRequest{Type: "language", Language: "cobol"})
	a.receiveType("language")
	if e := refused(a, protocol.RunRequest{Ref: "x"}); e.Code != "run.language" || e.Ref != "x" {
		t.Errorf("%+v", e)
	}
	selectPython(a)
	if e := refused(a, protocol.RunRequest{Version: 1}); e.Code != "run.version" {
		t.Errorf("%+v", e)
	}
	if e := refused(a, protocol.RunRequest{Stdin: strings.Repeat("x", maxStdin+1)}); e.Code != "invalid" {
		t.Errorf("%+v", e)
	}
	a.sendMessage(protocol.RunRequest{Type: "run"})
	id := awaitMessage[protocol.RunStarted](a, "run_started").Run.ID
	if e := refused(a, protocol.RunRequest{}); e.Code != "run.busy" || e.RetryAfterMs == 0 {
		t.Errorf("one more in the room: %+v", e)
	}
	a.sendMessage(protocol.RunStopRequest{Type: "run_stop", RunID: "other"})
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "not_found" {
		t.Errorf("%+v", e)
	}
	a.sendMessage(protocol.RunStopRequest{Type: "run_stop", RunID: id})
	if f := awaitMessage[protocol.RunFinished](a, "run_finished"); f.Result.Status != "cancelled" {
		t.Errorf("%+v", f)
	}
}

// TestRunCancelledByRoomAndServer: the end of the room and Stop cancel a run. A
// run that was interrupted by a crash is ended when the room is loaded.
func TestRunCancelledByRoomAndServer(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	m := startManager(t, d, func(c *Config) { c.Runner = newBlockingRunner() })
	a := joinRoom(t, m, zhang)
	selectPython(a)
	run := func(p *testClient) {
		p.sendMessage(protocol.RunRequest{Type: "run"})
		p.receiveType("run_output")
	}
	run(a)
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	m = startManager(t, d, func(c *Config) { c.Runner = newBlockingRunner() })
	a = joinRoom(t, m, zhang)
	if runs := a.welcome.Runs; len(runs) != 1 || runs[0].Result == nil || runs[0].Result.Status != "cancelled" {
		t.Errorf("after the stop: %+v", runs)
	}
	run(a)
	m.killForTest()
	m = startManager(t, d, func(c *Config) { c.Runner = newBlockingRunner() })
	a = joinRoom(t, m, zhang)
	if run := a.welcome.Runs[1]; run.Result == nil { // it may have been ended before the welcome
		if f := awaitMessage[protocol.RunFinished](a, "run_finished"); f.Result.Status != "lost" || f.RunID != run.ID {
			t.Errorf("after the crash: %+v", f)
		}
	} else if run.Result.Status != "lost" {
		t.Errorf("after the crash: %+v", run)
	}
	run(a)
	a.sendMessage(protocol.PhaseRequest{Type: "end"})
	if f := awaitMessage[protocol.RunFinished](a, "run_finished"); f.Result.Status != "cancelled" {
		t.Errorf("after the end: %+v", f)
	}
}

func newRunnerWithLanguages(ids ...string) *scriptedRunner {
	s := newPrintingRunner()
	for _, id := range ids {
		s.languages = append(s.languages, sandbox.Language{ID: id, Name: id})
	}
	return s
}

// TestDefaultLanguage: Python where it is offered or where the sandbox offers
// none.
func TestDefaultLanguage(t *testing.T) {
	for _, tc := range []struct {
		runner sandbox.Runner
		want   string
	}{
		{nil, "python"}, {newRunnerWithLanguages("go", "c"), "go"}, {newRunnerWithLanguages("c", "python"), "python"},
	} {
		a := joinRoom(t, startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = tc.runner }), zhang)
		if got := a.welcome.Room.Language; got != tc.want {
			t.Errorf("it begins with %s, want %s", got, tc.want)
		}
	}
}

// TestSandboxFailure: a failing sandbox is not reported as an error of the
// program, and the next run works.
func TestSandboxFailure(t *testing.T) {
	runner := newPrintingRunner("x")
	works := runner.runFunc
	runner.runFunc = func(context.Context, func(sandbox.Chunk)) (sandbox.Result, error) {
		return sandbox.Result{}, errors.New("no cgroups")
	}
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = runner })
	a := joinRoom(t, m, zhang)
	selectPython(a)
	for _, want := range []string{"unavailable", "ok"} {
		a.sendMessage(protocol.RunRequest{Type: "run"})
		if f := awaitMessage[protocol.RunFinished](a, "run_finished"); f.Result.Status != want {
			t.Errorf("%+v, want %s", f, want)
		}
		runner.runFunc = works
	}
}

func TestOutputAndRunLimits(t *testing.T) {
	s := newState()
	s.applyEvent(&event{kind: logevent.KindRun, subject: "r", data: &logevent.Run{}})
	for i := range 200 {
		s.applyEvent(&event{kind: logevent.KindOutput, subject: "r", data: &logevent.Output{Chunks: []protocol.Chunk{{Stream: "stdout", Text: strings.Repeat("会", 300) + fmt.Sprint(i)}}}})
	}
	got := joinChunks(s.runs[0].Chunks)
	if len(got) > runlog.MaxOutput || len(got) < runlog.MaxOutput-3 || !strings.HasSuffix(got, "199") || strings.ContainsRune(got, '�') {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-9:])
	}
	for i := range runlog.MaxRuns + 2 {
		s.applyEvent(&event{kind: logevent.KindRun, subject: fmt.Sprint(i), data: &logevent.Run{}})
	}
	if len(s.runs) != runlog.MaxRuns || s.runs[0].ID != "2" {
		t.Errorf("%+v", s.runs)
	}
}
