package runner

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// execution is a running program of a Worker.
type execution struct {
	worker  *Worker
	request *request
	cancel  context.CancelFunc

	seq     int           // of the last stored row of output
	changed chan struct{} // capacity 1; pending has grown

	terminal    *sandbox.Terminal // nil without one
	inputStored chan struct{}     // capacity 1; there may be more input of terminal

	mu      sync.Mutex
	pending []sandbox.Chunk // not stored yet; bounded by the limits of the sandbox
}

// outcome is the return value of sandbox.Runner.Run.
type outcome struct {
	result sandbox.Result
	err    error
}

// startProgram runs a claimed request in the background.
func (w *Worker) startProgram(ctx context.Context, r *request) {
	ctx, cancel := context.WithCancel(ctx)
	e := &execution{worker: w, request: r, cancel: cancel, changed: make(chan struct{}, 1), inputStored: make(chan struct{}, 1)}
	if r.Terminal != nil {
		e.terminal = sandbox.NewTerminal(*r.Terminal)
		w.wait.Go(func() { e.typeStoredInput(ctx) })
	}
	w.mu.Lock()
	w.running[r.ID] = e
	w.mu.Unlock()
	w.wait.Go(func() {
		defer cancel()
		e.runProgram(ctx)
		w.mu.Lock()
		delete(w.running, r.ID)
		w.mu.Unlock()
		signal(w.wake)
	})
}

// runProgram runs the program and stores its output at most once per outputInterval.
func (e *execution) runProgram(ctx context.Context) {
	done := make(chan outcome, 1)
	go func() {
		p, err := e.request.program(e.terminal)
		if err != nil {
			done <- outcome{noResult, err}
			return
		}
		result, err := e.worker.cfg.Sandbox.Run(ctx, p, e.appendOutput)
		done <- outcome{result, err}
	}()
	changed := e.changed
	var paused <-chan time.Time
	for {
		select {
		case <-changed:
			e.storeOutput(ctx)
			changed, paused = nil, time.After(outputInterval)
		case <-paused:
			changed, paused = e.changed, nil
		case o := <-done:
			e.storeResult(ctx, o)
			return
		}
	}
}

func (e *execution) appendOutput(c sandbox.Chunk) {
	e.mu.Lock()
	if n := len(e.pending); n > 0 && e.pending[n-1].Stream == c.Stream {
		e.pending[n-1].Text += c.Text
	} else {
		e.pending = append(e.pending, c)
	}
	e.mu.Unlock()
	signal(e.changed)
}

func (e *execution) takeOutput() []sandbox.Chunk {
	e.mu.Lock()
	defer e.mu.Unlock()
	chunks := e.pending
	e.pending = nil
	return chunks
}

// restoreOutput returns output that could not be stored.
func (e *execution) restoreOutput(chunks []sandbox.Chunk) {
	e.mu.Lock()
	e.pending = append(chunks, e.pending...)
	e.mu.Unlock()
	signal(e.changed)
}

// storeOutput stores the pending output. It cancels the program when the request is
// no longer executed by this worker.
func (e *execution) storeOutput(ctx context.Context) {
	chunks := e.takeOutput()
	if len(chunks) == 0 {
		return
	}
	err := e.updateRequest(ctx, func(ctx context.Context, tx *db.Tx) error {
		return insertOutput(ctx, tx, e.request.ID, e.seq+1, chunks)
	})
	switch {
	case err == nil:
		e.seq++
	case errors.Is(err, errNotOwner):
		e.cancel()
	default:
		e.worker.cfg.Logger.Warn("output could not be stored and is stored again", "request", e.request.ID, "error", err)
		e.restoreOutput(chunks)
	}
}

// updateRequest changes the request in a transaction that outlives ctx.
func (e *execution) updateRequest(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return updateOwned(ctx, e.worker.cfg.DB, e.request.ID, e.worker.id, fn)
}

// storeResult stores the pending output and the result. Errors are retried until
// the lease has expired.
func (e *execution) storeResult(ctx context.Context, o outcome) {
	result := runResult{Result: o.result}
	if o.err != nil {
		result.Error = o.err.Error()
		e.worker.cfg.Logger.Error("a program could not be run", "request", e.request.ID, "error", o.err)
	}
	chunks := e.takeOutput()
	isReleased := e.worker.isReleasing.Load() && o.result.Status == sandbox.StatusCancelled
	if isReleased {
		result = runResult{Result: lostResult}
	}
	for begin := time.Now(); ; backoff.Sleep(ctx, listenRetry) {
		err := e.updateRequest(ctx, func(ctx context.Context, tx *db.Tx) error {
			if isReleased && e.seq == 0 && len(chunks) == 0 && e.request.Attempts < maxAttempts {
				return requeueRequest(ctx, tx, e.request.ID)
			}
			if err := insertOutput(ctx, tx, e.request.ID, e.seq+1, chunks); err != nil {
				return err
			}
			return endRequest(ctx, tx, e.request.ID, result)
		})
		if err == nil || errors.Is(err, errNotOwner) {
			return
		}
		e.worker.cfg.Logger.Warn("the result of a program could not be stored", "request", e.request.ID, "error", err)
		if time.Since(begin) > leaseTTL || ctx.Err() != nil {
			return // the lease expires
		}
	}
}
