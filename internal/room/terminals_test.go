package room

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/language"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/terminal"
	"github.com/huimian/huimian/internal/sandbox"
)

// echoRunner runs programs that print what is typed and the size of the terminal. An
// interrupt ends them with SIGINT, and the end of input without an error.
type echoRunner struct{ *scriptedRunner }

func newEchoRunner() echoRunner { return echoRunner{newPrintingRunner("plain")} }

func (r echoRunner) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	if p.Terminal == nil {
		return r.scriptedRunner.Run(ctx, p, emit)
	}
	emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: "ready>"})
	for {
		in, err := p.Terminal.Next(ctx, 100)
		switch {
		case err != nil:
			return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil //nolint:nilerr // the run was cancelled
		case in.Text == "\x03":
			return sandbox.Result{Status: sandbox.StatusExitError, ExitCode: 130, Signal: "SIGINT"}, nil
		case in.Text == "\x04":
			return sandbox.Result{Status: sandbox.StatusOK}, nil
		case in.Size != nil:
			in.Text = fmt.Sprintf(`{"rows":%d,"cols":%d}`, in.Size.Rows, in.Size.Cols) + in.Text
		}
		emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: in.Text + ";"})
	}
}

var testTerminal = &protocol.TerminalSize{Rows: 24, Cols: 80}

// startTerminal starts a program in a terminal and returns the id of the run.
func (p *testClient) startTerminal() string {
	p.t.Helper()
	p.sendMessage(protocol.RunRequest{Type: "run", Terminal: testTerminal})
	id := awaitMessage[protocol.RunStarted](p, "run_started").Run.ID
	p.awaitOutput("ready>")
	return id
}

func (p *testClient) typeText(run, text string) {
	p.t.Helper()
	p.sendMessage(protocol.TerminalInputRequest{Type: "terminal_input", RunID: run, Text: text, Ref: "t"})
}

// awaitOutput receives output until it ends with a text.
func (p *testClient) awaitOutput(want string) {
	p.t.Helper()
	for all := ""; !strings.HasSuffix(all, want); {
		all += joinChunks(awaitMessage[protocol.RunOutput](p, "run_output").Chunks)
	}
}

// TestTerminal: two participants type into a program, from different replicas on
// PostgreSQL, and all see the output. Who joins later receives what was printed.
func TestTerminal(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d, func(c *Config) { c.Runner = newEchoRunner() })
		other := m
		if d.Dialect() == db.Postgres {
			other = startManager(t, d, func(c *Config) { c.Runner = newEchoRunner() })
		}
		a, li := joinRoom(t, m, zhang), joinRoom(t, other, lilei)
		selectPython(a)
		a.receiveUntil("the candidate waits", func() bool {
			return slices.ContainsFunc(a.frames, func(f string) bool { return strings.Contains(f, `"knock"`) })
		})
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		run := a.startTerminal()
		if started := awaitMessage[protocol.RunStarted](li, "run_started").Run; *started.Terminal != *testTerminal {
			t.Errorf("%+v", started)
		}
		li.awaitOutput("ready>")

		li.typeText(run, "林")
		a.awaitOutput("林;")
		a.typeText(run, "\x1b[A")
		li.awaitOutput("\x1b[A;")
		a.sendMessage(protocol.TerminalResizeRequest{Type: "terminal_resize", RunID: run, TerminalSize: protocol.TerminalSize{Rows: 30, Cols: 100}})
		if size := awaitMessage[protocol.TerminalResized](li, "terminal_resized"); size.Rows != 30 || size.Cols != 100 || size.RunID != run {
			t.Errorf("%+v", size)
		}
		li.awaitOutput(`{"rows":30,"cols":100};`)

		li.leaveRoom()
		li.joinRoom()
		back := li.welcome.Runs[0]
		if joinChunks(back.Chunks) != "ready>林;\x1b[A;"+`{"rows":30,"cols":100};` || back.Terminal.Rows != 30 || back.Result != nil {
			t.Errorf("a returning participant received %+v", back)
		}
		li.typeText(run, "\x03")
		if f := awaitMessage[protocol.RunFinished](a, "run_finished"); f.Result.Signal != "SIGINT" {
			t.Errorf("%+v", f)
		}
		requireTerminalLog(t, m, run)
		m.killForTest()
		if late := joinRoom(t, startManager(t, d), watcher).welcome.Runs[0]; late.Terminal.Rows != 30 || !strings.HasPrefix(joinChunks(late.Chunks), "ready>林;") {
			t.Errorf("from the log: %+v", late)
		}
	})
}

// requireTerminalLog requires the input with its authors before the output that it has caused.
func requireTerminalLog(t *testing.T, m *Manager, run string) {
	t.Helper()
	log, err := m.OpenReplay(t.Context(), testCorpID, testRoomID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range log.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Subject == run && e.Kind != logevent.KindOutput && e.Kind != logevent.KindFinish {
			got = append(got, e.Kind+" "+map[string]string{zhang.ID: "zhang", lilei.ID: "li"}[e.Actor]+" "+e.Data)
		}
	}
	want := []string{
		`run zhang {"doc":"code","version":0,"language":"python","terminal":{"rows":24,"cols":80}}`,
		`input li {"text":"林"}`, `input zhang {"text":"\u001b[A"}`, `resize zhang {"rows":30,"cols":100}`, `input li {"text":"\u0003"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("the log has\n%s", strings.Join(got, "\n"))
	}
}

// TestShell: the shell of another language runs beside the file of the answer, and participants
// who join later receive it as a shell.
func TestShell(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		echo := newEchoRunner()
		echo.languages = []sandbox.Language{{ID: "go", Name: "Go"}, {ID: "bash", Name: "Bash 5", Shell: true}}
		programs := make(chan sandbox.Program, 1)
		m := startManager(t, d, func(c *Config) { c.Runner = recordingRunner{echo, programs} })
		a := joinRoom(t, m, zhang)
		if list := a.welcome.Room.Languages; len(list) != 3 || list[0].Shell || !list[1].Shell || list[2].ID != language.HTML || list[2].Shell {
			t.Errorf("the languages are %+v", list)
		}
		a.sendMessage(protocol.LanguageRequest{Type: "language", Language: "go"})
		a.receiveType("language")
		a.sendMessage(protocol.RunRequest{Type: "run", Terminal: testTerminal, Shell: "bash"})
		started := awaitMessage[protocol.RunStarted](a, "run_started").Run
		if started.Language != "bash" || !started.Shell || started.Terminal == nil {
			t.Errorf("%+v", started)
		}
		if p := <-programs; p.Language != "bash" || !p.Shell || p.Terminal == nil || p.Path != "main.go" {
			t.Errorf("the program is %+v", p)
		}
		a.awaitOutput("ready>")
		if late := joinRoom(t, m, watcher).welcome.Runs[0]; late.Language != "bash" || !late.Shell {
			t.Errorf("a later participant received %+v", late)
		}
		a.typeText(started.ID, "\x04")
		a.receiveType("run_finished")
		m.killForTest()
		if stored := joinRoom(t, startManager(t, d), watcher).welcome.Runs[0]; stored.Language != "bash" || !stored.Shell {
			t.Errorf("from the log: %+v", stored)
		}
	})
}

// recordingRunner reports the programs that it runs.
type recordingRunner struct {
	echoRunner

	programs chan<- sandbox.Program
}

func (r recordingRunner) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	r.programs <- p
	return r.echoRunner.Run(ctx, p, emit)
}

// TestTerminalRefusals: each request that may not be carried out, and its code.
func TestTerminalRefusals(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = newEchoRunner() })
	a, w, o, li := joinRoom(t, m, zhang), joinRoom(t, m, wang), joinRoom(t, m, watcher), joinRoom(t, m, lilei)
	selectPython(a)
	a.sendMessage(protocol.RunRequest{Type: "run"})
	plain := awaitMessage[protocol.RunFinished](a, "run_finished").RunID
	run := a.startTerminal()
	input := func(id, text string) any {
		return protocol.TerminalInputRequest{Type: "terminal_input", RunID: id, Text: text, Ref: "x"}
	}
	resize := func(rows, cols int) any {
		return protocol.TerminalResizeRequest{Type: "terminal_resize", RunID: run, TerminalSize: protocol.TerminalSize{Rows: rows, Cols: cols}, Ref: "x"}
	}
	requireRefused := func(name string, p *testClient, message any, want string) {
		t.Helper()
		p.sendMessage(message)
		if e := awaitMessage[protocol.Error](p, "error"); e.Code != want || e.Ref != "x" {
			t.Errorf("%s: %+v, want %s", name, e, want)
		}
	}
	requireRefused("size beyond the limits", a, protocol.RunRequest{Type: "run", Terminal: &protocol.TerminalSize{Rows: 24, Cols: sandbox.MaxTerminalCols + 1}, Ref: "x"}, "invalid")
	requireRefused("with test cases", a, protocol.RunRequest{Type: "run", Terminal: testTerminal, Tests: true, Ref: "x"}, "invalid")
	requireRefused("with standard input", a, protocol.RunRequest{Type: "run", Terminal: testTerminal, Stdin: "1", Ref: "x"}, "invalid")
	requireRefused("shell without a terminal", a, protocol.RunRequest{Type: "run", Shell: "python", Ref: "x"}, "invalid")
	requireRefused("language without a shell", a, protocol.RunRequest{Type: "run", Terminal: testTerminal, Shell: "python", Ref: "x"}, "run.language")
	requireRefused("unknown shell", a, protocol.RunRequest{Type: "run", Terminal: testTerminal, Shell: "fish", Ref: "x"}, "run.language")
	requireRefused("shell by an observer", o, protocol.RunRequest{Type: "run", Terminal: testTerminal, Shell: "python", Ref: "x"}, "forbidden")
	requireRefused("second program of the room", w, protocol.RunRequest{Type: "run", Terminal: testTerminal, Ref: "x"}, "run.busy")
	requireRefused("observer", o, input(run, "x"), "forbidden")
	requireRefused("size by an observer", o, resize(9, 9), "forbidden")
	requireRefused("candidate in the lobby", li, input(run, "x"), "forbidden")
	requireRefused("no such run", a, input("other", "x"), "not_found")
	requireRefused("run without a terminal", a, input(plain, "x"), "not_found")
	requireRefused("no text", a, input(run, ""), "invalid")
	requireRefused("too long", a, input(run, strings.Repeat("x", terminal.MaxMessage+1)), "invalid")
	requireRefused("size by another", w, resize(9, 9), "forbidden")
	requireRefused("no rows", a, resize(0, 80), "invalid")
	requireRefused("too many columns", a, resize(24, sandbox.MaxTerminalCols+1), "invalid")
	a.sendMessage(protocol.RunStopRequest{Type: "run_stop", RunID: run})
	a.receiveType("run_finished")
	requireRefused("run that has ended", a, input(run, "x"), "run.ended")
}

// TestTerminalInputIsBounded: what is typed into one run, and how often.
func TestTerminalInputIsBounded(t *testing.T) {
	at := time.Now()
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner, c.Now = newEchoRunner(), func() time.Time { return at } })
	a := joinRoom(t, m, zhang)
	selectPython(a)
	run := a.startTerminal()
	for range sandbox.MaxTerminalInput / terminal.MaxMessage {
		a.typeText(run, strings.Repeat("x", terminal.MaxMessage-1)+"\n")
		a.awaitOutput("\n;")
	}
	a.typeText(run, "x")
	if e := awaitMessage[protocol.Error](a, "error"); e.Code != "terminal.full" {
		t.Errorf("%+v", e)
	}
	for range 100 {
		if e := a.typeAndAwaitError(run); e.Code == "rate" {
			return
		}
	}
	t.Error("the rate is not limited")
}

func (p *testClient) typeAndAwaitError(run string) *protocol.Error {
	p.sendMessage(protocol.TerminalResizeRequest{Type: "terminal_resize", RunID: run, TerminalSize: protocol.TerminalSize{Rows: 5 + len(p.frames)%100, Cols: 9}})
	for {
		switch kind := p.receiveNext(); kind {
		case "error":
			return decodeFrame[protocol.Error](p.t, p.frames[len(p.frames)-1])
		case "terminal_resized":
			return &protocol.Error{}
		}
	}
}

// Input that waits for the committer is one event.
func TestQueuedInputIsJoined(t *testing.T) {
	w := &work{event: &event{kind: logevent.KindInput, actor: "li", subject: "run", data: &terminal.Input{Text: "a"}}}
	for _, tc := range []struct {
		work         *work
		author, run  string
		text, want   string
		wantAccepted bool
	}{
		{w, "li", "run", "b", "ab", true},
		{w, "zhang", "run", "c", "ab", false},
		{w, "li", "other", "c", "ab", false},
		{w, "li", "run", strings.Repeat("x", terminal.MaxMessage), "ab", false},
	} {
		got := tc.work.joinInput(tc.author, &protocol.TerminalInputRequest{RunID: tc.run, Text: tc.text})
		if text := tc.work.event.data.(*terminal.Input).Text; got != tc.wantAccepted || text != tc.want {
			t.Errorf("%s types %.3q: %v, %q", tc.author, tc.text, got, text)
		}
	}
	if (&work{push: &push{}}).joinInput("li", &protocol.TerminalInputRequest{}) {
		t.Error("a push was joined")
	}
}

// TestInputIsStoredOnce: the connection to the database breaks while input is committed,
// and the commit has succeeded. On PostgreSQL the notification of the commit would wake the
// committer, which the test replaces.
func TestInputIsStoredOnce(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = newEchoRunner() })
	a := joinRoom(t, m, zhang)
	selectPython(a)
	run := a.startTerminal()
	r := roomInMemory(m)
	input := &work{event: &event{kind: logevent.KindInput, actor: zhang.ID, subject: run, data: &terminal.Input{Text: "rm\r"}}}
	r.mu.Lock()
	r.queue = append(r.queue, input) // the committer is idle
	r.mu.Unlock()
	p := r.preparePlan(m.now())
	if err := r.committer.storePlans(t.Context(), []*plan{p}); err != nil {
		t.Fatal(err)
	}
	r.requeuePlan(p)
	if input.joinInput(zhang.ID, &protocol.TerminalInputRequest{RunID: run, Text: "x"}) {
		t.Error("input is joined to input that may be stored")
	}
	if err := r.refreshFromLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := r.preparePlan(m.now())
	if len(p.events) != 1 || len(again.events) != 0 {
		t.Errorf("%d events are planned, and %d after the commit", len(p.events), len(again.events))
	}
	r.installPlan(again)
	a.awaitOutput("rm\r;")
	a.typeText(run, "\x04")
	a.receiveType("run_finished")
}

// TestTerminalOfKilledReplica: the run ends as lost, and takes no more input.
func TestTerminalOfKilledReplica(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		now, advance := newOffsetClock()
		killed := startManager(t, d, func(c *Config) { c.Runner = newEchoRunner() })
		other := startManager(t, d, func(c *Config) { c.Runner, c.Now = newEchoRunner(), now })
		a, b := joinRoom(t, killed, zhang), joinRoom(t, other, wang)
		selectPython(a)
		run := a.startTerminal()
		b.awaitOutput("ready>")
		killed.killForTest()
		advance(runLease + time.Second)
		endLostRuns(other)
		if f := awaitMessage[protocol.RunFinished](b, "run_finished"); f.RunID != run || f.Result.Status != "lost" {
			t.Errorf("%+v", f)
		}
		b.typeText(run, "x")
		if e := awaitMessage[protocol.Error](b, "error"); e.Code != "run.ended" {
			t.Errorf("%+v", e)
		}
		again := b.startTerminal()
		b.typeText(again, "\x04")
		b.receiveType("run_finished")
	})
}

// TestRunStopFromAnotherReplica: each participant stops a program, whatever replica
// executes it.
func TestRunStopFromAnotherReplica(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		a := joinRoom(t, startManager(t, d, func(c *Config) { c.Runner = newEchoRunner() }), zhang)
		b := joinRoom(t, startManager(t, d, func(c *Config) { c.Runner = newEchoRunner() }), wang)
		selectPython(a)
		run := a.startTerminal()
		b.awaitOutput("ready>")
		stop := protocol.RunStopRequest{Type: "run_stop", RunID: run, Ref: "s"}
		b.sendMessage(stop)
		if f := awaitMessage[protocol.RunFinished](b, "run_finished"); f.RunID != run || f.Result.Status != string(sandbox.StatusCancelled) {
			t.Errorf("%+v", f)
		}
		b.sendMessage(stop)
		if e := awaitMessage[protocol.Error](b, "error"); e.Code != "not_found" {
			t.Errorf("a run that has ended: %+v", e)
		}
	})
}

// TestTerminalTakesNoSlotOfOtherRuns: rooms with terminals that wait for input do not
// delay the programs of other rooms.
func TestTerminalTakesNoSlotOfOtherRuns(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner, c.RunSlots = newEchoRunner(), 1 })
	a := joinRoom(t, m, zhang)
	selectPython(a)
	run := a.startTerminal()
	b := newTestClient(t, m, wang)
	b.roomID = "0199aa00-0000-7000-8000-000000000001"
	b.joinRoom()
	selectPython(b)
	b.sendMessage(protocol.RunRequest{Type: "run"})
	b.receiveType("run_finished")
	b.sendMessage(protocol.RunRequest{Type: "run", Terminal: testTerminal})
	if q := awaitMessage[protocol.RunQueued](b, "run_queued"); q.Position != 1 {
		t.Errorf("%+v", q)
	}
	if s := m.Stats(); s.Running != 1 || s.Waiting != 1 {
		t.Errorf("%+v", s)
	}
	a.typeText(run, "\x04")
	b.awaitOutput("ready>")
}
