// Package load puts the assembled product under the load of a working day: people read pages,
// recruiters schedule interviews, interviewers accept them, and people type in rooms, each at a
// fixed rate. At the end it checks that nothing that was confirmed is lost. It is for the command
// load and for tests; production programs do not link it.
package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/typing"
)

// Options describe a run. The zero value is a small one on SQLite.
type Options struct {
	Seed      uint64
	People    int           // signed-in members, without those in rooms; one in 50, at least one, is a recruiter
	Reads     float64       // requests for pages, a second
	Schedules float64       // interviews that are scheduled, a minute; half of their interviewers accept
	Rooms     int           // each has two interviewers and a candidate
	Interval  time.Duration // mean time between two edits of a person in a room
	Duration  time.Duration
	Restart   time.Duration // interval at which all processes are restarted, one after the other; 0 is never

	Replicas    int    // processes of the product; more than one needs PostgreSQL
	DatabaseURL string // an empty database; "": a temporary SQLite file
	Nginx       string // path of nginx in front of the processes; "": the built-in load balancer

	// Replica returns the command of a process that calls cluster.ServeReplica. Its environment is set.
	Replica  func(ctx context.Context) *exec.Cmd
	Logs     io.Writer    // of the processes; nil discards
	Logger   *slog.Logger // nil discards
	Progress io.Writer    // receives a line every ten seconds; may be nil
}

func (o *Options) setDefaults() {
	o.People, o.Rooms = cmp.Or(o.People, 50), cmp.Or(o.Rooms, 2)
	o.Reads, o.Schedules = cmp.Or(o.Reads, 20), cmp.Or(o.Schedules, 60)
	o.Interval, o.Duration = cmp.Or(o.Interval, time.Second), cmp.Or(o.Duration, 10*time.Second)
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
	office  *office
	rooms   *typing.Rooms
	routes  routeTimes
	memory  memory
	found   cluster.Violations
	began   time.Time // of the load

	restarts atomic.Int64
	inFlight chan struct{} // a slot for each request in flight
	skipped  atomic.Int64  // requests without a slot

	cardDelays []time.Duration // see checkCards
}

// maxInFlight bounds the requests in flight. Those beyond it are not sent, which is a violation.
const maxInFlight = 1000

// maxRamp limits the time within which all people enter their rooms: a fifth of a shorter run.
const maxRamp = 2 * time.Minute

// settleTimeout is how long edits and cards may need after the load.
const settleTimeout = 2 * time.Minute

// Run puts the product under load, checks it and returns the report. Violations are in the report
// and are no error.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	o.setDefaults()
	r := &run{Options: o, inFlight: make(chan struct{}, maxInFlight)}
	r.office = newOffice(r)
	r.cluster, err = cluster.Start(ctx, cluster.Options{
		Replica: o.Replica, Replicas: o.Replicas, DatabaseURL: o.DatabaseURL, Nginx: o.Nginx, Logs: o.Logs,
		Recruiters: r.office.recruiters, Members: append(typing.Interviewers(o.Rooms), r.office.interviewers...),
	})
	defer func() { err = errors.Join(err, r.cluster.Close()) }()
	if err != nil {
		return nil, err
	}
	if err := r.preparePeople(ctx); err != nil {
		return nil, fmt.Errorf("preparing the load: %w", err)
	}
	if err := r.keepUnderLoad(ctx); err != nil {
		return nil, err
	}
	stored, err := r.checkResults(ctx)
	if err != nil {
		return nil, err
	}
	return r.newReport(stored), nil
}

// preparePeople signs all people in and prepares the rooms.
func (r *run) preparePeople(ctx context.Context) (err error) {
	fmt.Fprintf(r.Progress, "signing in %d people, preparing %d rooms\n", r.People, r.Rooms)
	if err := r.office.signIn(ctx); err != nil {
		return err
	}
	r.rooms, err = typing.Prepare(ctx, r.cluster, r.office.recruiterDesk(0), typing.Options{
		Seed: r.Seed, Rooms: r.Rooms, Interval: r.Interval, Ramp: min(r.Duration/5, maxRamp), Logger: r.Logger,
	}, &r.found)
	return err
}

// keepUnderLoad runs all people until the duration is over, and those in rooms until they have
// received all edits.
func (r *run) keepUnderLoad(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var typists sync.WaitGroup
	typists.Go(func() { r.rooms.Run(ctx) })
	defer typists.Wait()
	defer stop()

	r.began = time.Now()
	working, cancel := context.WithTimeout(ctx, r.Duration)
	defer cancel()
	var loops sync.WaitGroup
	loops.Go(func() { r.repeatCalls(working, r.Reads, r.office.readPage) })
	loops.Go(func() { r.repeatCalls(working, r.Schedules/60, r.office.scheduleInterview) })
	loops.Go(func() { r.restartProcesses(working) })
	loops.Go(func() { r.measureMemory(working) })
	loops.Go(func() { r.writeProgress(working) })
	loops.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	r.rooms.StopTyping()
	if !r.awaitState(ctx, func() bool { return r.rooms.HasFailed() || r.rooms.AreEditsStored() && r.rooms.IsSettled() }) {
		r.found.Addf("unfinished", "edits are not acknowledged and received by all after %v", settleTimeout)
	}
	return ctx.Err()
}

// repeatCalls calls do at a rate per second, without waiting for earlier calls, until ctx ends, and
// returns when all calls have returned. due is when a call was to begin: a request that waits for
// others has waited from then on.
func (r *run) repeatCalls(ctx context.Context, rate float64, do func(ctx context.Context, n int, due time.Time)) {
	if rate <= 0 {
		return
	}
	var calls sync.WaitGroup
	defer calls.Wait()
	begin := time.Now()
	for n := 0; ; n++ {
		due := begin.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		timer := time.NewTimer(time.Until(due))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		select {
		case r.inFlight <- struct{}{}:
		default:
			r.skipped.Add(1)
			continue
		}
		calls.Go(func() {
			do(context.WithoutCancel(ctx), n, due) // a request is not cut off when the time is over
			<-r.inFlight
		})
	}
}

// restartProcesses restarts all processes, one after the other, at each interval.
func (r *run) restartProcesses(ctx context.Context) {
	if r.Restart <= 0 {
		return
	}
	ticks := time.NewTicker(r.Restart)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		for _, process := range r.cluster.Processes {
			if err := r.cluster.Replace(context.WithoutCancel(ctx), process, false); err != nil {
				r.found.Addf("process", "%s: %v", process.Name, err)
				return
			}
			r.restarts.Add(1)
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// awaitState returns true when reached returns true, and false when it does not within settleTimeout.
func (r *run) awaitState(ctx context.Context, reached func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	return cluster.AwaitState(ctx, checkInterval, reached) == nil
}

const checkInterval = 100 * time.Millisecond

// writeProgress writes a line every ten seconds.
func (r *run) writeProgress(ctx context.Context) {
	ticks := time.NewTicker(10 * time.Second)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		count := r.rooms.Count()
		fmt.Fprintf(r.Progress, "%5.0f s: %d requests, %d in flight, %d interviews, %d edits, %d of %d connected, %d restarts, %s\n",
			time.Since(r.began).Seconds(), r.routes.countRequests(), len(r.inFlight), r.office.scheduledCount(), count.Acknowledged,
			count.Connected, count.People, r.restarts.Load(), r.memory.latestText())
	}
}
