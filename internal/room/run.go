package room

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// running is the one program that runs in a room. The room's lock guards it.
type running struct {
	id      string
	cancel  context.CancelFunc
	done    chan struct{} // closed when its end is in the log
	seq     int           // of the last output event
	writing bool          // an output event is queued
	pending []chunk       // output since
	result  *runResult    // when the program has ended
}

// maxRunTime bounds a run with its wait for a free place.
const maxRunTime = 2 * time.Minute

// run runs the text of the code at exactly the version that the client sees.
func (m *Member) run(ctx context.Context, msg *runRequest) error { //nolint:contextcheck // the program outlives the socket that asked for it
	r := m.room
	if err := r.m.runner.Ready(); err != nil {
		return refuse("run.unavailable")
	}
	if len(msg.Stdin) > maxStdin {
		return refuse("invalid")
	}
	program, code := r.program(ctx, msg)
	if code != "" {
		return refuse(code)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.gone || r.run != nil || !r.m.takeSlot() {
		return &refusal{code: "run.busy", afterMs: retryAfter.Milliseconds()}
	}
	runCtx, cancel := context.WithTimeout(r.m.ctx, maxRunTime)
	run := &running{id: db.NewID(), cancel: cancel, done: make(chan struct{})}
	r.run = run
	r.refs.Add(1)
	r.m.programs.Add(1)
	m.request(msg.Ref, &work{
		event: &event{kind: kindRun, subject: run.id, data: &runData{
			Version: msg.Version, Language: program.Language, Stdin: msg.Stdin, Ref: msg.Ref,
		}},
		unless: func() bool { return r.state.run(run.id) != nil }, // its commit was not known to have worked
		stored: func(err error) { go r.execute(runCtx, run, program, err) },
		failed: func(code string) { go r.execute(runCtx, run, program, errors.New(code)) },
	})
	return nil
}

// program is what a request asks to run, or the code of why it cannot be.
func (r *Room) program(ctx context.Context, msg *runRequest) (sandbox.Program, string) {
	d := r.docs[docCode]
	r.mu.Lock()
	p := sandbox.Program{Language: r.language(), Stdin: msg.Stdin}
	head, now := d.version(), ""
	if head == msg.Version {
		now = d.text.String()
	}
	r.mu.Unlock()
	known := func(l sandbox.Language) bool { return l.ID == p.Language }
	switch {
	case !slices.ContainsFunc(r.m.runner.Languages(), known):
		return p, "run.language"
	case msg.Version < 0 || msg.Version > head:
		return p, "run.version"
	case msg.Version == head:
		p.Source = now
		return p, ""
	}
	text, err := r.m.store.textAt(ctx, d.id, msg.Version)
	if err != nil {
		r.m.log.Warn("the text of a version could not be read", "room", r.id, "version", msg.Version, "error", err)
		return p, "busy"
	}
	p.Source = text.String()
	return p, ""
}

// execute runs the program and sees its output and end into the log. With an
// error the run has not begun.
func (r *Room) execute(ctx context.Context, run *running, p sandbox.Program, err error) {
	defer r.m.programs.Done()
	defer r.m.release(r)
	defer r.m.freeSlot()
	defer run.cancel()
	if err != nil {
		r.mu.Lock()
		r.run = nil
		r.mu.Unlock()
		return
	}
	result, err := r.m.runner.Run(ctx, p, func(c sandbox.Chunk) { r.output(run, c) })
	if err != nil && !errors.Is(err, sandbox.ErrUnavailable) && !errors.Is(err, sandbox.ErrLanguage) {
		r.m.log.Error("a program could not be run", "room", r.id, "run", run.id, "error", err)
	}
	if err != nil {
		result = sandbox.Result{Status: sandbox.StatusUnavailable, ExitCode: -1}
	}
	r.m.stats.runs.Add(1)
	r.mu.Lock()
	run.result = resultOf(result)
	r.writeOutput(run)
	r.mu.Unlock()
	<-run.done
}

func resultOf(res sandbox.Result) *runResult {
	return &runResult{
		Status: string(res.Status), ExitCode: res.ExitCode, Signal: res.Signal,
		WallMs: res.Wall.Milliseconds(), CPUMs: res.CPU.Milliseconds(), MemoryBytes: res.MemoryBytes, Truncated: res.Truncated,
	}
}

// output takes in what a program prints.
func (r *Room) output(run *running, c sandbox.Chunk) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(run.pending); n > 0 && run.pending[n-1].Stream == c.Stream {
		run.pending[n-1].Text += c.Text
	} else {
		run.pending = append(run.pending, chunk{Stream: c.Stream, Text: c.Text})
	}
	r.writeOutput(run)
}

// writeOutput queues what has been printed as one event, unless one is under
// way: what comes meanwhile goes into the next. After the last output comes
// the end. Lock held.
func (r *Room) writeOutput(run *running) {
	switch {
	case run.writing:
		return
	case len(run.pending) > 0:
		run.seq++
		e := &event{kind: kindOutput, subject: run.id, data: &outputData{Seq: run.seq, Chunks: run.pending}}
		run.pending, run.writing = nil, true
		r.add(&work{event: e, stored: func(error) {
			run.writing = false
			r.writeOutput(run)
		}})
	case run.result != nil:
		run.writing = true
		e := &event{kind: kindFinish, subject: run.id, data: &finishData{Result: *run.result}}
		r.add(&work{event: e, stored: func(error) {
			r.run = nil
			close(run.done)
		}})
	}
}

// runStop ends the program that is running.
func (m *Member) runStop(_ context.Context, msg *runStopRequest) error {
	r := m.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.run == nil || r.run.id != msg.RunID {
		return refuse("not_found")
	}
	r.run.cancel()
	return nil
}
