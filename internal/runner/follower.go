package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/sandbox"
)

// follower reads the output and the result of one request.
type follower struct {
	client  *Client
	id      string
	program sandbox.Program
	emit    func(sandbox.Chunk)
	wake    chan struct{}

	seq          int // of the last row of output
	position     int // last reported
	remaining    int // bytes of output until maxOutputBytes
	failingSince time.Time
	errored      bool
}

// deleteRequest deletes the request, which also cancels it.
func (f *follower) deleteRequest() {
	c := f.client
	c.mu.Lock()
	delete(c.wake, f.id)
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), writeTimeout)
	defer cancel()
	if _, err := c.cfg.DB.NewRaw("DELETE FROM run_requests WHERE id = ?", f.id).Exec(ctx); err != nil {
		c.cfg.Logger.Warn("a program that has ended could not be deleted", "request", f.id, "error", err)
	}
}

// followRequest returns when the request has ended, or some time after the end of ctx.
func (f *follower) followRequest(ctx context.Context) (sandbox.Result, error) {
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	cancelled := ctx.Done()
	for {
		result, err := f.readWithRetry(reading)
		if err != nil || result != nil {
			return f.convertResult(result, err)
		}
		select {
		case <-f.wake:
		case <-poll.C:
		case <-cancelled:
			cancelled = nil
			ended, err := cancelRequest(reading, f.client.cfg.DB, f.id)
			if ended || err != nil {
				return cancelledResult, nil // the request is deleted, which cancels it as well
			}
			defer time.AfterFunc(cancelTimeout, stop).Stop()
		case <-reading.Done():
			return cancelledResult, nil
		}
	}
}

func (f *follower) convertResult(result *runResult, err error) (sandbox.Result, error) {
	switch {
	case errors.Is(err, context.Canceled):
		return cancelledResult, nil
	case err != nil:
		return noResult, err
	case result.Error != "":
		return noResult, fmt.Errorf("the runner could not run the program: %s", result.Error)
	}
	return result.Result, nil
}

// readWithRetry passes on new output and returns the result when the request has ended.
// Errors of the database are retried for some time.
func (f *follower) readWithRetry(ctx context.Context) (*runResult, error) {
	result, err := f.readProgress(ctx)
	if err == nil || ctx.Err() != nil || errors.Is(err, sandbox.ErrUnavailable) {
		f.errored = false
		return result, err
	}
	if !f.errored {
		f.errored, f.failingSince = true, time.Now()
	}
	if time.Since(f.failingSince) > clientTTL {
		return nil, err
	}
	return nil, nil //nolint:nilnil // retried at the next poll
}

func (f *follower) readProgress(ctx context.Context) (*runResult, error) {
	d := f.client.cfg.DB
	status, err := readStatus(ctx, d, f.id)
	if err != nil {
		return nil, err
	}
	if status == nil {
		return &runResult{Result: lostResult}, nil
	}
	f.reportPosition(status.Position)
	if err := f.readOutput(ctx); err != nil {
		return nil, err
	}
	switch {
	case f.remaining < 0:
		return &runResult{Result: sandbox.Result{Status: sandbox.StatusOutputLimit, ExitCode: -1, Truncated: true}}, nil
	case status.State == stateEnded && status.Result == nil:
		return &runResult{Result: lostResult}, nil
	case status.State == stateEnded:
		return status.Result, nil
	case status.State == stateQueued && !f.client.isOffered(f.program.Language):
		return nil, sandbox.ErrNoRunner
	case status.LeaseExpired:
		defer signal(f.wake)
		return nil, recoverRequest(ctx, d, f.id)
	}
	return nil, nil //nolint:nilnil // the request has not ended
}

func (f *follower) reportPosition(position int) {
	if position != f.position && f.program.OnQueued != nil {
		f.program.OnQueued(position)
	}
	f.position = position
}

// readOutput passes on the output that was written since the last call.
func (f *follower) readOutput(ctx context.Context) error {
	for {
		rows, err := listOutput(ctx, f.client.cfg.DB, f.id, f.seq)
		if err != nil {
			return err
		}
		for _, row := range rows {
			f.seq = row.Seq
			if f.remaining -= len(row.Chunks); f.remaining < 0 {
				return nil
			}
			if err := f.emitChunks(row.Chunks); err != nil {
				return err
			}
		}
		if len(rows) < outputPage {
			return nil
		}
	}
}

func (f *follower) emitChunks(raw []byte) error {
	var chunks []sandbox.Chunk
	if err := json.Unmarshal(raw, &chunks); err != nil {
		return fmt.Errorf("reading output: %w", err)
	}
	for _, chunk := range chunks {
		switch chunk.Stream {
		case sandbox.Stdout, sandbox.Stderr, sandbox.System:
			f.emit(chunk)
		default:
			return fmt.Errorf("the runner has written to an unknown stream %q", chunk.Stream)
		}
	}
	return nil
}
