package room

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/budget"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/language"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/runlog"
	"github.com/huimian/huimian/internal/room/terminal"
	"github.com/huimian/huimian/internal/room/testrun"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
)

// activeRun is the running program of a room, guarded by the room's lock.
type activeRun struct {
	id          string
	cancel      context.CancelFunc
	ticket      *runqueue.Ticket
	tests       *testrun.Run      // nil for a run without test cases
	terminal    *sandbox.Terminal // nil for a run without one
	progress    protocol.RunProgress
	done        chan struct{}       // closed when the finish event is stored
	seq         int                 // seq of the last output event
	eventQueued bool                // an output or finish event is queued
	pending     []protocol.Chunk    // output that is not queued yet
	result      *protocol.RunResult // nil while the program runs
}

// maxRunTime limits a run with the limits of the sandbox, without its wait for a
// slot.
const maxRunTime = 10 * time.Minute

// handleRun runs the code at the version that the request names.
func (m *Member) handleRun(ctx context.Context, msg *protocol.RunRequest) error { //nolint:contextcheck // the program outlives the socket of the request
	r := m.room
	tty, ok := terminal.New(msg.Terminal)
	if !ok || len(msg.Stdin) > maxStdin || tty != nil && (msg.Tests || msg.Stdin != "") || tty == nil && msg.Shell != "" {
		return newRefusal("invalid")
	}
	answer, err := m.readableAnswer(msg.Doc)
	if err != nil {
		return err
	}
	program, files, err := m.newProgram(ctx, msg, answer)
	if err != nil {
		return err
	}
	program.Terminal = tty
	tests, err := m.newTestRun(ctx, msg, answer, program.Language)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.removed || r.activeRun != nil {
		return newBusyRefusal()
	}
	ticket, err := r.manager.queueOf(msg).Enqueue(r.corpID, r.id)
	if err != nil {
		return newBusyRefusal()
	}
	runCtx, cancel := context.WithCancel(r.manager.ctx)
	run := &activeRun{id: db.NewID(), cancel: cancel, done: make(chan struct{}), ticket: ticket, tests: tests, terminal: tty}
	r.activeRun = run
	r.refCount.Add(1)
	r.manager.runWait.Add(1)
	m.enqueueRequest(msg.Ref, &work{
		event: &event{kind: logevent.KindRun, subject: run.id, data: &logevent.Run{
			Doc: answer.Name, Version: msg.Version, Language: program.Language, Stdin: msg.Stdin, Ref: msg.Ref, Tests: tests.Plan(), Terminal: msg.Terminal, Shell: program.Shell, RunFiles: files,
		}},
		skipIf:   func() bool { return runlog.Find(r.state.runs, run.id) != nil }, // an earlier commit of it reported an error and succeeded
		onStored: func(err error) { go r.executeRun(runCtx, run, program, err) },
		onFailed: func(code string) { go r.executeRun(runCtx, run, program, errors.New(code)) },
	})
	return nil
}

func newBusyRefusal() error {
	return &refusal{code: "run.busy", retryAfterMs: retryAfter.Milliseconds()}
}

// newProgram returns the program of a request and the versions of its files, or a refusal. The
// text of an old version is read from the database after all other checks.
func (m *Member) newProgram(ctx context.Context, msg *protocol.RunRequest, answer *document) (sandbox.Program, logevent.RunFiles, error) {
	r := m.room
	p, entry, files, err := m.checkRun(msg, answer)
	if err != nil || entry == nil {
		return p, files, err
	}
	if !m.HistoryLimit.AllowN(r.manager.now(), 1) {
		return p, files, &refusal{code: "rate", retryAfterMs: budget.HistoryEvery.Milliseconds()}
	}
	text, err := r.store.ReadTextAt(ctx, entry.ID, msg.Version)
	if err != nil {
		r.manager.log.Warn("the text of a version could not be read", "room", r.id, "version", msg.Version, "error", err)
		return p, files, newRefusal("busy")
	}
	p.Source = text.String()
	return p, files, nil
}

// newTestRun returns the run of the test cases of the question, nil for a request
// without tests.
func (m *Member) newTestRun(ctx context.Context, msg *protocol.RunRequest, answer *document, language string) (*testrun.Run, error) {
	if !msg.Tests {
		return nil, nil //nolint:nilnil // documented
	}
	questionID, ok := strings.CutPrefix(answer.Name, answerDocument(""))
	hook := m.room.manager.hooks.TestSuite
	if !ok || hook == nil {
		return nil, newRefusal(testrun.RefusalNoTests)
	}
	suite, err := hook(ctx, m.room.corpID, m.room.id, questionID)
	if err != nil {
		return nil, err
	}
	run, code := testrun.New(suite, language)
	if code != "" {
		return nil, newRefusal(code)
	}
	return run, nil
}

// checkRun checks a request and returns its program. The version is that of the entry, whose
// document is returned when its text is to be read, because the version is not the head. The
// other files are those of the head.
func (m *Member) checkRun(msg *protocol.RunRequest, answer *document) (p sandbox.Program, entry *document, files logevent.RunFiles, err error) {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	p = sandbox.Program{Language: cmp.Or(msg.Shell, r.state.languageOf(answer.Name, r.manager.runner.Languages())), Stdin: msg.Stdin, Shell: msg.Shell != ""}
	known := func(l sandbox.Language) bool { return l.ID == p.Language && (l.Shell || !p.Shell) }
	d := r.docs[r.state.filesOf(answer.Name).Entry]
	switch {
	case p.Language == language.HTML:
		return p, nil, files, newRefusal(language.RefusalPreview)
	case r.manager.runner.Ready() != nil:
		return p, nil, files, newRefusal("run.unavailable")
	case !slices.ContainsFunc(r.manager.runner.Languages(), known):
		return p, nil, files, newRefusal("run.language")
	case msg.Version < 0 || msg.Version > d.Version() || !m.visiblePast().IncludesVersion(d.Name, msg.Version):
		return p, nil, files, newRefusal("run.version")
	case r.activeRun != nil || r.manager.queueOf(msg).IsFull():
		return p, nil, files, newBusyRefusal()
	case !r.runLimit.AllowN(r.manager.now(), 1):
		return p, nil, files, &refusal{code: "rate", retryAfterMs: runEvery.Milliseconds()}
	}
	files = addFiles(r, &p, answer.Name, msg.Version)
	if p.Shell && p.Path == "" {
		p.Path = filelist.DefaultPath(r.state.languageOf(answer.Name, r.manager.runner.Languages()))
	}
	if msg.Version == d.Version() {
		p.Source = d.Text.String()
		return p, nil, files, nil
	}
	return p, d, files, nil
}

// executeRun runs the program and queues its output and result. With err,
// storing the run event failed and the program is not run.
func (r *Room) executeRun(ctx context.Context, run *activeRun, p sandbox.Program, err error) {
	defer r.manager.runWait.Done()
	defer r.manager.releaseRoom(r)
	defer run.ticket.Release()
	defer run.cancel()
	if err != nil {
		r.mu.Lock()
		r.activeRun = nil
		r.mu.Unlock()
		return
	}
	result, err := run.runProgram(ctx, r, p)
	if err != nil && !errors.Is(err, sandbox.ErrUnavailable) && !errors.Is(err, sandbox.ErrUnknownLanguage) {
		r.manager.log.Error("a program could not be run", "room", r.id, "run", run.id, "error", err)
	}
	if err != nil {
		result = sandbox.Result{Status: sandbox.StatusUnavailable, ExitCode: -1}
	}
	r.manager.stats.runs.Add(1)
	r.mu.Lock()
	run.result = runlog.NewResult(result)
	r.enqueueOutput(run)
	r.mu.Unlock()
	<-run.done
}

// runProgram waits for a slot, reports the position in the queue and runs the
// program.
func (run *activeRun) runProgram(ctx context.Context, r *Room, p sandbox.Program) (sandbox.Result, error) {
	report := func(position, done int) { run.reportProgress(r, protocol.RunProgress{Position: position, Done: done}) }
	done := 0
	p.Company, p.Group, p.OnQueued = r.corpID, r.id, func(position int) { report(position, done) }
	if run.ticket.Wait(ctx, p.OnQueued) != nil {
		return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
	}
	report(0, 0)
	limit := maxRunTime
	if run.terminal != nil {
		limit = terminal.MaxTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	emit := func(c sandbox.Chunk) { r.receiveOutput(run, c) }
	if run.tests == nil {
		return r.manager.runner.Run(ctx, p, emit)
	}
	return run.tests.Execute(ctx, r.manager.runner, p, emit, func(n int) {
		done = n
		report(0, n)
	})
}

// reportProgress broadcasts the progress when it has changed.
func (run *activeRun) reportProgress(r *Room, p protocol.RunProgress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if run.progress == p {
		return
	}
	run.progress = p
	r.broadcast(&protocol.RunQueued{Type: "run_queued", RunID: run.id, Position: p.Position, Done: p.Done}, r.canSeeRun(run.id))
	r.manager.publishToReplicas(replicaMessage{Room: r.id, Kind: messageRunQueued, ID: run.id, RunProgress: p})
}

// receiveOutput buffers a chunk of the program's output.
func (r *Room) receiveOutput(run *activeRun, c sandbox.Chunk) {
	r.mu.Lock()
	defer r.mu.Unlock()
	run.pending = runlog.AppendChunk(run.pending, c)
	r.enqueueOutput(run)
}

// enqueueOutput queues the buffered output as one event, unless an event of the
// run is queued already; later output is collected for the next. The finish
// event follows the last output. r.mu must be held.
func (r *Room) enqueueOutput(run *activeRun) {
	switch {
	case run.eventQueued:
		return
	case len(run.pending) > 0:
		run.seq++
		e := &event{kind: logevent.KindOutput, subject: run.id, data: &logevent.Output{Seq: run.seq, Chunks: run.pending}}
		run.pending, run.eventQueued = nil, true
		r.enqueue(&work{event: e, skipIf: func() bool { return r.state.hasRunEnded(run.id) }, onStored: func(error) {
			run.eventQueued = false
			r.enqueueOutput(run)
		}})
	case run.result != nil:
		run.eventQueued = true
		e := &event{kind: logevent.KindFinish, subject: run.id, data: &logevent.Finish{Result: *run.result, Report: run.tests.Report()}}
		r.enqueue(&work{event: e, skipIf: func() bool { return r.state.hasRunEnded(run.id) }, onStored: func(error) {
			r.activeRun = nil
			close(run.done)
		}})
	}
}

// publishRunStop publishes the request to stop a run of another replica, which may not
// listen yet: the heartbeat repeats it until the run has ended. r.mu must be held.
func publishRunStop(r *Room) {
	if r.stopRequested == "" {
		return
	}
	if r.state.hasRunEnded(r.stopRequested) {
		r.stopRequested = ""
		return
	}
	r.manager.publishToReplicas(replicaMessage{Room: r.id, Kind: messageRunStop, ID: r.stopRequested})
}

// handleRunStop cancels a run, of another replica too.
func (m *Member) handleRunStop(_ context.Context, msg *protocol.RunStopRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	isOwn := r.activeRun != nil && r.activeRun.id == msg.RunID
	if !isOwn && r.state.hasRunEnded(msg.RunID) || !r.canSeeRun(msg.RunID)(m) {
		return newRefusal("not_found")
	}
	r.cancelRun(msg.RunID)
	if !isOwn {
		r.stopRequested = msg.RunID
		publishRunStop(r)
	}
	return nil
}

// cancelRun cancels a run if this replica executes it. r.mu must be held.
func (r *Room) cancelRun(id string) {
	if r.activeRun != nil && r.activeRun.id == id {
		r.activeRun.cancel()
	}
}
