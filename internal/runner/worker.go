package runner

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// WorkerConfig configures a Worker. All fields are required.
type WorkerConfig struct {
	DB          *db.DB // PostgreSQL
	Sandbox     sandbox.Runner
	Slots       int           // programs that run at the same time
	StopTimeout time.Duration // for running programs after the end of Run's ctx
	Logger      *slog.Logger
}

// Worker claims requests and runs their programs.
type Worker struct {
	cfg       WorkerConfig
	id        string
	host      string
	startedAt time.Time
	wake      chan struct{} // capacity 1; the queue or the number of free slots has changed

	wait        sync.WaitGroup
	isReleasing atomic.Bool // the programs that are cancelled are released

	mu      sync.Mutex
	running map[string]*execution // by request
}

// NewWorker returns a worker.
func NewWorker(cfg WorkerConfig) (*Worker, error) {
	if err := requirePostgres(cfg.DB); err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("reading the name of the host: %w", err)
	}
	return &Worker{
		cfg: cfg, id: db.NewID(), host: host, startedAt: db.Now(), wake: make(chan struct{}, 1), running: map[string]*execution{},
	}, nil
}

// Run runs programs until ctx ends. Then it claims no more, waits for the running
// programs up to StopTimeout, and releases the others. The error is that of the
// first registration.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.publishRunner(ctx); err != nil {
		return err
	}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx)) // until the programs have ended
	var background sync.WaitGroup
	background.Go(func() { w.listenForRequests(alive) })
	background.Go(func() { w.runHeartbeat(ctx, alive) })
	w.claimUntil(ctx, alive)
	w.removeRunner(alive)
	w.waitForPrograms()
	stop()
	background.Wait()
	return nil
}

// publishRunner publishes the runner and its languages.
func (w *Worker) publishRunner(ctx context.Context) error {
	row := &Runner{ID: w.id, Host: w.host, Slots: w.cfg.Slots, Languages: []sandbox.Language{}, StartedAt: w.startedAt}
	if err := w.cfg.Sandbox.Ready(); err != nil {
		row.Reason = err.Error()
	} else {
		row.Languages = w.cfg.Sandbox.Languages()
	}
	return w.cfg.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var isNew []bool
		err := tx.NewRaw(`INSERT INTO runners (id, host, slots, languages, reason, started_at, expires_at) VALUES (?, ?, ?, ?::jsonb, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET languages = EXCLUDED.languages, reason = EXCLUDED.reason, expires_at = EXCLUDED.expires_at
			RETURNING xmax = 0`,
			row.ID, row.Host, row.Slots, mustMarshal(row.Languages), row.Reason, row.StartedAt, fromNow(leaseTTL)).Scan(ctx, &isNew)
		if err != nil {
			return fmt.Errorf("registering the runner (the database must be migrated, and its role needs the privileges of docs/operations.md): %w", err)
		}
		if len(isNew) == 1 && !isNew[0] {
			return nil
		}
		return tx.Notify(ctx, eventChannel, payloadRunners)
	})
}

// removeRunner removes the runner, so that servers no longer offer its languages.
func (w *Worker) removeRunner(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	err := w.cfg.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewRaw("DELETE FROM runners WHERE id = ?", w.id).Exec(ctx); err != nil {
			return err
		}
		return tx.Notify(ctx, eventChannel, payloadRunners)
	})
	if err != nil {
		w.cfg.Logger.Warn("the runner could not be deregistered", "error", err)
	}
}

// listenForRequests receives the notifications of servers.
func (w *Worker) listenForRequests(ctx context.Context) {
	for ctx.Err() == nil {
		err := w.cfg.DB.Listen(ctx, runChannel, func() { signal(w.wake) }, func(payload string) {
			if payload == payloadQueue {
				signal(w.wake)
				return
			}
			if !w.receiveInputNotification(payload) {
				w.cancelRunning(payload)
			}
		})
		if ctx.Err() == nil {
			w.cfg.Logger.Warn("the connection that listens to servers was lost", "error", err)
		}
		backoff.Sleep(ctx, listenRetry)
	}
}

func (w *Worker) cancelRunning(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.running[id]; e != nil {
		e.cancel()
	}
}

// runHeartbeat renews the leases of the programs until alive ends, and the
// registration until ctx ends.
func (w *Worker) runHeartbeat(ctx, alive context.Context) {
	renewedAt := time.Now()
	ticker := time.NewTicker(heartbeatInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-alive.Done():
			return
		}
		began := time.Now()
		if err := w.renewLeases(alive); err == nil {
			renewedAt = began
		} else if alive.Err() == nil {
			w.cfg.Logger.Warn("the leases of programs could not be renewed", "error", err)
		}
		if time.Since(renewedAt) > leaseTTL {
			w.cancelAll() // another runner may execute them
		}
		if ctx.Err() != nil {
			continue
		}
		if err := w.publishRunner(ctx); err != nil && ctx.Err() == nil {
			w.cfg.Logger.Warn("the registration could not be renewed", "error", err)
		}
	}
}

// renewLeases renews the leases of the running programs, and cancels those that are
// cancelled, deleted or requested by a server that has stopped.
func (w *Worker) renewLeases(ctx context.Context) error {
	w.mu.Lock()
	started := make(map[string]bool, len(w.running))
	for id := range w.running {
		started[id] = true
	}
	w.mu.Unlock()
	if len(started) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	var active []struct {
		ID       string
		IsWanted bool
	}
	err := w.cfg.DB.NewRaw(`UPDATE run_requests SET lease_expires_at = ? WHERE runner_id = ? AND state = ?
		RETURNING id, NOT cancelled AND client_expires_at > clock_timestamp() AS is_wanted`, fromNow(leaseTTL), w.id, stateRunning).Scan(ctx, &active)
	if err != nil {
		return fmt.Errorf("renewing leases: %w", err)
	}
	for _, r := range active {
		if r.IsWanted {
			delete(started, r.ID)
		}
	}
	for id := range started {
		w.cancelRunning(id)
	}
	return nil
}

func (w *Worker) cancelAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.running {
		e.cancel()
	}
}

// claimUntil claims requests while slots are free, until ctx ends. The programs run
// until alive ends.
func (w *Worker) claimUntil(ctx, alive context.Context) {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		for ctx.Err() == nil && w.claimNext(alive) {
		}
		select {
		case <-w.wake:
		case <-poll.C:
		case <-ctx.Done():
			return
		}
	}
}

// claimNext starts the next program and reports whether there was one. The program
// runs until ctx ends.
func (w *Worker) claimNext(ctx context.Context) bool {
	free := w.countFreeSlots()
	if free == (freeSlots{}) || w.cfg.Sandbox.Ready() != nil {
		return false
	}
	var languages []string
	for _, l := range w.cfg.Sandbox.Languages() {
		languages = append(languages, l.ID)
	}
	claiming, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	r, err := claimRequest(claiming, w.cfg.DB, w.id, languages, free)
	if err != nil {
		w.cfg.Logger.Warn("no program could be claimed", "error", err)
	}
	if err != nil || r == nil {
		return false
	}
	w.startProgram(ctx, r)
	return true
}

// waitForPrograms waits for the programs, cancels those that still run after StopTimeout, and
// waits for their release.
func (w *Worker) waitForPrograms() {
	done := make(chan struct{})
	go func() {
		w.wait.Wait()
		close(done)
	}()
	timer := time.NewTimer(w.cfg.StopTimeout)
	defer timer.Stop()
	select {
	case <-done:
		return
	case <-timer.C:
	}
	w.isReleasing.Store(true)
	w.cancelAll()
	timer.Reset(cancelTimeout)
	select {
	case <-done:
	case <-timer.C: // their leases expire
	}
}
