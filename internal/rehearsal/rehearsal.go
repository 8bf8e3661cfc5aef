// Package rehearsal runs recruiting days of a synthetic company through the assembled product,
// with the simulators of WeCom and ShowMeBug and a simulated clock, and checks that each person
// was informed once, in time, and of the right thing, whatever failed meanwhile. It is for the
// command rehearse, for tests and for the demo; production programs do not link it.
package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/huimian/huimian/internal/rehearsal/browser"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// Options describe a rehearsal. The zero value is a small one.
type Options struct {
	Seed       uint64 // the same people do the same things at the same times
	Members    int    // of the company; one in ten is a recruiter, at most 60
	Interviews int
	Days       int       // working days on which interviews are arranged
	Start      time.Time // 08:00 of the first day; zero is a fixed Monday

	DatabaseURL string // an empty database; "": a temporary SQLite file
	// LeastInterval lengthens the intervals of the product's sweeps. 0 keeps them: 30 seconds
	// to a minute.
	LeastInterval time.Duration
	NoFaults      bool

	Logger   *slog.Logger // nil discards
	Progress io.Writer    // receives a line per simulated day; may be nil
}

func (o *Options) setDefaults() {
	o.Members = max(cmp.Or(o.Members, 20), 5)
	o.Interviews = cmp.Or(o.Interviews, 30)
	o.Days = min(max(cmp.Or(o.Days, 2), 1), 5)
	if o.Start.IsZero() {
		o.Start = time.Date(2026, time.November, 23, 8, 0, 0, 0, zone)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
}

// zone is the time zone of the company, which has no daylight saving time.
var zone = time.FixedZone("CST", 8*60*60)

// afterwards is how long the simulation goes on after the last interview: until the last
// reminder of a missing scorecard.
const afterwards = 80 * time.Hour

// rehearsal is the state of one run.
type rehearsal struct {
	Options

	clock     *clock
	agenda    agenda
	world     *world
	interview []*interview // in the order of their numbers
	expected  []*expectation
	faults    []*Fault
	refused   map[string]int // attempts to double-book that the product refused, by reason
	until     time.Time
	schedules map[string][]wecomtest.Schedule // at the end, by member
}

// Run runs a rehearsal and returns its report. Violations are in the report and are no error.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	o.setDefaults()
	began := time.Now()
	dir, err := os.MkdirTemp("", "huimian-rehearsal")
	if err != nil {
		return nil, fmt.Errorf("creating a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &rehearsal{Options: o, clock: &clock{now: o.Start}, until: o.Start.AddDate(0, 0, o.Days), refused: map[string]int{}}
	if r.world, err = newWorld(ctx, &r.Options, r.clock, dir); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.world.closeAll(ctx)) }()
	if err := r.prepareCompany(ctx); err != nil {
		return nil, err
	}
	if err := r.runSimulation(ctx); err != nil {
		return nil, err
	}
	return r.writeReport(ctx, began)
}

// runSimulation performs the actions of people and the jobs of the product in the order of their
// times.
func (r *rehearsal) runSimulation(ctx context.Context) error {
	day := r.clock.Now().In(zone).YearDay()
	for ctx.Err() == nil {
		due, err := r.world.app.Queue.NextDue(ctx)
		if err != nil {
			return err
		}
		at, action := r.agenda.nextAction()
		isJob := action == nil || !due.After(at)
		if isJob {
			at = due
		}
		if at.After(r.until) || at.IsZero() {
			return nil
		}
		r.clock.advanceTo(at)
		if !isJob {
			r.agenda.popAction()
			err := action(ctx)
			if errors.Is(err, browser.ErrSignIn) && r.isDown() {
				r.agenda.planAction(at.Add(retryLater), action)
				err = nil
			}
			if err != nil {
				return fmt.Errorf("at %s: %w", at.In(zone).Format("01-02 15:04:05"), err)
			}
		}
		if err := r.runJobs(ctx); err != nil {
			return err
		}
		if today := r.clock.Now().In(zone).YearDay(); today != day {
			day = today
			fmt.Fprintf(r.Progress, "%s: %d jobs, %d expected messages\n", r.clock.Now().In(zone).Format(time.DateOnly), r.world.jobs, len(r.expected))
		}
	}
	return ctx.Err()
}

// runJobs runs the jobs that are due. A process that is killed meanwhile is started again.
func (r *rehearsal) runJobs(ctx context.Context) error {
	killed, err := r.world.runJobs(ctx)
	if err != nil || !killed {
		return err
	}
	return r.world.restartProduct(ctx)
}
