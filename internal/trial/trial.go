// Package trial is a page that runs rehearsals and torture runs beside the demo, one at a time,
// and shows their counters and results. It is for the demo; production programs do not link it.
package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/rehearsal"
	"github.com/huimian/huimian/internal/torture"
)

// Service runs trials. Stop ends the running one.
type Service struct {
	ctx     context.Context
	replica func(ctx context.Context) *exec.Cmd

	mu      sync.Mutex
	stopped bool
	current *run // the running one, or the last
}

// New returns a service whose trials end with ctx. The command of replica calls cluster.ServeReplica.
func New(ctx context.Context, replica func(ctx context.Context) *exec.Cmd) *Service {
	return &Service{ctx: ctx, replica: replica}
}

// Kind is what a trial does.
type Kind string

const (
	Rehearsal Kind = "rehearsal" // recruiting days of a synthetic company in simulated time
	Torture   Kind = "torture"   // people who type while processes are killed and connections are cut
)

// maxDuration ends a trial that does not end by itself.
const maxDuration = 15 * time.Minute

// run is one trial.
type run struct {
	kind   Kind
	began  time.Time
	output output
	cancel context.CancelFunc
	done   chan struct{} // closed at the end; the fields below are set before

	ended      time.Time
	violations int
	stopped    bool // by a person, or with the demo
	err        error
	report     []byte // HTML of a rehearsal
}

func (r *run) isRunning() bool {
	select {
	case <-r.done:
		return false
	default:
		return true
	}
}

var (
	errRunning = errors.New("a trial is running")
	errStopped = errors.New("the demo is stopping")
)

// startTrial begins a trial unless one is running.
func (s *Service) startTrial(p params) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return errStopped
	}
	if s.current != nil && s.current.isRunning() {
		return errRunning
	}
	ctx, cancel := context.WithTimeout(s.ctx, maxDuration)
	r := &run{kind: p.kind, began: time.Now(), cancel: cancel, done: make(chan struct{})}
	s.current = r
	go func() {
		defer close(r.done)
		defer cancel()
		if p.kind == Rehearsal {
			r.violations, r.report, r.err = rehearseDays(ctx, p, &r.output)
		} else {
			r.violations, r.err = s.typeUnderFaults(ctx, p, &r.output)
		}
		r.stopped = errors.Is(ctx.Err(), context.Canceled)
		r.ended = time.Now()
	}()
	return nil
}

func rehearseDays(ctx context.Context, p params, out io.Writer) (violations int, page []byte, err error) {
	report, err := rehearsal.Run(ctx, rehearsal.Options{Seed: p.seed, Interviews: p.interviews, Days: p.days, Progress: out})
	if err != nil {
		return 0, nil, fmt.Errorf("rehearsing: %w", err)
	}
	report.WriteSummary(out)
	var body bytes.Buffer
	err = report.WriteHTML(&body)
	return len(report.Violations), body.Bytes(), err
}

func (s *Service) typeUnderFaults(ctx context.Context, p params, out io.Writer) (violations int, err error) {
	report, err := torture.Run(ctx, torture.Options{
		Seed: p.seed, Rooms: p.rooms, Edits: p.edits, Kills: p.kills, Restarts: 1, Interval: 50 * time.Millisecond, CutAfter: 50_000, Delay: 20 * time.Millisecond,
		Replica: s.replica, Progress: out,
	})
	if err != nil {
		return 0, fmt.Errorf("typing under faults: %w", err)
	}
	report.WriteSummary(out)
	return len(report.Violations), nil
}

// cancelRun ends the running trial. It does not wait for its processes.
func (s *Service) cancelRun() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		s.current.cancel()
	}
}

// Stop ends the running trial and waits for its processes, or until ctx is done. No other one can
// be started.
func (s *Service) Stop(ctx context.Context) error {
	s.mu.Lock()
	s.stopped = true
	r := s.current
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	r.cancel()
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stopping a trial: %w", ctx.Err())
	}
}

const (
	maxLines     = 200
	maxLineBytes = 500
)

// output keeps the last maxLines lines that were written.
type output struct {
	mu    sync.Mutex
	lines []string
	rest  []byte // the line in progress
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range p {
		switch {
		case b == '\n':
			o.lines = append(o.lines, string(bytes.ToValidUTF8(o.rest, nil)))
			o.lines = o.lines[max(0, len(o.lines)-maxLines):]
			o.rest = o.rest[:0]
		case len(o.rest) < maxLineBytes:
			o.rest = append(o.rest, b)
		}
	}
	return len(p), nil
}

func (o *output) copyLines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string{}, o.lines...)
}
