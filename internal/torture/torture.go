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
	"os/exec"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/typing"
)

// recruiter is the userid of the one who schedules the interviews.
const recruiter = "recruiter"

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

	// Replica returns the command of a process that calls cluster.ServeReplica. Its environment is set.
	Replica  func(ctx context.Context) *exec.Cmd
	Logs     io.Writer    // of the processes; nil discards
	Logger   *slog.Logger // nil discards
	Progress io.Writer    // receives a line each second; may be nil
}

func (o *Options) setDefaults() {
	o.Rooms, o.Edits = cmp.Or(o.Rooms, 2), cmp.Or(o.Edits, 100)
	o.Interval = cmp.Or(o.Interval, 20*time.Millisecond)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
}

// run is the state of one run.
type run struct {
	Options

	cluster *cluster.Cluster
	rooms   *typing.Rooms
	faults  faultCounts
	found   cluster.Violations
	began   time.Time
	wroteAt time.Time // of the progress
}

// Run runs people, faults and checks, and returns the report. Violations are in the report and
// are no error.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	o.setDefaults()
	r := &run{Options: o, began: time.Now()}
	r.cluster, err = cluster.Start(ctx, cluster.Options{
		Replica: o.Replica, Replicas: o.Replicas, DatabaseURL: o.DatabaseURL, Logs: o.Logs,
		Recruiters: []string{recruiter}, Members: typing.Interviewers(o.Rooms),
		Faults: cluster.Faults{Seed: o.Seed, CutAfter: o.CutAfter, Delay: o.Delay},
	})
	defer func() { err = errors.Join(err, r.cluster.Close()) }()
	if err != nil {
		return nil, err
	}
	desk, err := r.cluster.SignIn(ctx, recruiter)
	if err != nil {
		return nil, err
	}
	if r.rooms, err = typing.Prepare(ctx, r.cluster, desk, typing.Options{
		Seed: o.Seed, Rooms: o.Rooms, Edits: o.Edits, Interval: o.Interval, Logger: o.Logger,
	}, &r.found); err != nil {
		return nil, fmt.Errorf("preparing the rooms: %w", err)
	}
	r.typeUntilSettled(ctx)
	typed := time.Since(r.began)
	stored, err := r.rooms.Compare(ctx, desk)
	if err != nil {
		return nil, err
	}
	return r.newReport(typed, stored), nil
}

// typeUntilSettled runs the people and the faults until all edits are acknowledged and each
// person has received all, or until ctx ends.
func (r *run) typeUntilSettled(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { r.rooms.Run(ctx) })
	r.cluster.Balancer.EnableFaults(true)
	r.injectFaults(ctx)
	r.awaitState(ctx, r.rooms.AreEditsStored)
	r.cluster.Balancer.EnableFaults(false)
	r.awaitState(ctx, r.rooms.IsSettled)
	stop()
	working.Wait()
}

// checkInterval is how often states are checked, and the progress is written once a second.
const checkInterval = 20 * time.Millisecond

// awaitState returns when reached returns true, when a person cannot go on, or when ctx ends.
func (r *run) awaitState(ctx context.Context, reached func() bool) {
	_ = cluster.AwaitState(ctx, checkInterval, func() bool { // the report has what is unfinished
		r.writeProgress()
		return reached() || r.rooms.HasFailed()
	})
}
