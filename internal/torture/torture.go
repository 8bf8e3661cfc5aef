// Package torture lets people type in rooms of the assembled product while its processes are
// killed and its connections are cut and delayed. At the end it compares what the server has
// acknowledged with what it has stored and with what each person sees. It is for the command
// torture and for tests; production programs do not link it.
package torture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options describe a run. The zero value is a small one on SQLite.
type Options struct {
	Seed     uint64
	Rooms    int
	Edits    int           // of each person; a room has two interviewers and a candidate
	Interval time.Duration // mean time between two edits of a person

	Replicas    int    // processes of the product; more than one needs PostgreSQL
	DatabaseURL string // an empty database; "": a temporary SQLite file

	Kills    int           // processes that are killed, at equal shares of the edits
	Restarts int           // processes that are stopped with SIGTERM and started again, between the kills
	CutAfter int           // mean bytes after which a connection is cut, more than those of a welcome; 0 is never
	Delay    time.Duration // maximum delay of each piece of a connection; 1 in 50 is delayed by 600 ms more

	// Replica returns the command of a process that calls ServeReplica. Its environment is set.
	Replica  func(ctx context.Context) *exec.Cmd
	Logs     io.Writer    // of the processes; nil discards
	Logger   *slog.Logger // nil discards
	Progress io.Writer    // receives a line each second; may be nil
}

func (o *Options) setDefaults() error {
	o.Rooms, o.Edits = cmp.Or(o.Rooms, 2), cmp.Or(o.Edits, 100)
	o.Interval, o.Replicas = cmp.Or(o.Interval, 20*time.Millisecond), cmp.Or(o.Replicas, 1)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if o.Logs == nil {
		o.Logs = io.Discard
	}
	if o.Replicas > 1 && !o.isPostgres() {
		return errReplicas
	}
	return nil
}

func (o *Options) isPostgres() bool { return strings.HasPrefix(o.DatabaseURL, "postgres") }

var errReplicas = errors.New("more than one process needs PostgreSQL: give the URL of an empty database")

// run is the state of one run.
type run struct {
	Options

	company  *company
	balancer *balancer
	replicas []*replica
	rooms    []*roomState
	people   []*person
	counters counters
	faults   faultCounts
	found    violations
	failed   atomic.Bool // a person cannot go on
	began    time.Time
	wroteAt  time.Time // of the progress
}

// Run runs people, faults and checks, and returns the report. Violations are in the report and
// are no error.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	if err := o.setDefaults(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "huimian-torture")
	if err != nil {
		return nil, fmt.Errorf("creating a temporary folder: %w", err)
	}
	r := &run{Options: o, began: time.Now()}
	defer func() { err = errors.Join(err, r.closeAll(), os.RemoveAll(dir)) }()
	if err := r.startProduct(ctx, dir); err != nil {
		return nil, err
	}
	if err := r.prepareRooms(ctx); err != nil {
		return nil, err
	}
	r.typeUntilSettled(ctx)
	return r.compareRooms(ctx)
}

// startProduct starts the simulator of WeCom, the balancer and the processes of the product.
func (r *run) startProduct(ctx context.Context, dir string) (err error) {
	if r.balancer, err = newBalancer(ctx, r); err != nil {
		return err
	}
	if r.company, err = newCompany(r.balancer.publicURL(), r.Rooms); err != nil {
		return err
	}
	for n := range r.Replicas {
		process, err := r.newReplica(ctx, n, dir)
		if err != nil {
			return err
		}
		r.replicas = append(r.replicas, process)
		if err := process.startProcess(ctx); err != nil { // one after the other: the first migrates the database
			return err
		}
	}
	return nil
}

func (r *run) closeAll() error {
	var errs []error
	for _, process := range r.replicas {
		errs = append(errs, process.killProcess())
	}
	if r.balancer != nil {
		errs = append(errs, r.balancer.closeConnections())
	}
	if r.company != nil {
		r.company.wecom.Close()
	}
	return errors.Join(errs...)
}

// typeUntilSettled runs the people and the faults until all edits are acknowledged and each
// person has received all, or until ctx ends.
func (r *run) typeUntilSettled(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	for _, p := range r.people {
		working.Go(func() { p.keepConnected(ctx) })
	}
	r.balancer.enableFaults(true)
	r.injectFaults(ctx)
	r.awaitState(ctx, r.areEditsStored)
	r.balancer.enableFaults(false)
	r.awaitState(ctx, r.isSettled)
	stop()
	working.Wait()
}

// checkInterval is how often states are checked, and the progress is written once a second.
const checkInterval = 20 * time.Millisecond

// awaitState returns when reached returns true, when a person cannot go on, or when ctx ends.
func (r *run) awaitState(ctx context.Context, reached func() bool) {
	ticks := time.NewTicker(checkInterval)
	defer ticks.Stop()
	for !reached() && !r.failed.Load() {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			r.writeProgress()
		}
	}
}

// areEditsStored reports whether each person has made all edits and has their acknowledgements.
func (r *run) areEditsStored() bool {
	for _, p := range r.people {
		if !p.isDone() {
			return false
		}
	}
	return true
}

// isSettled reports whether the people of each room have the same version.
func (r *run) isSettled() bool {
	for _, room := range r.rooms {
		head := room.people[0].textVersion()
		for _, p := range room.people[1:] {
			if p.textVersion() != head {
				return false
			}
		}
	}
	return true
}
