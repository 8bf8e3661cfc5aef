package worklist_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
)

func (f *fixture) overview(a actor.Actor) *worklist.Overview {
	f.t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	apperrtest.RequireNoError(f.t, err)
	o, err := worklist.NewOverview(f.t.Context(), f.Service, a, shanghai)
	apperrtest.RequireNoError(f.t, err)
	return o
}

// scheduleToday replaces the fixture's interview by one that starts hours after noon.
func (f *fixture) scheduleToday(hours int) {
	f.t.Helper()
	p := f.plan
	p.StartsAt, p.OverrideWarnings = clocktest.Noon().Add(time.Duration(hours)*time.Hour), true
	f.interview = f.schedule(p)
}

func TestOverview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.scheduleToday(2)
		_, err := f.Cancel(f.t.Context(), recruiter, f.interview.ID, "")
		apperrtest.RequireNoError(t, err)
		f.scheduleToday(1)
		f.respond(lin, interview.Accepted)
		o := f.overview(lin)
		if len(o.Today) != 1 || o.Today[0].ID != f.interview.ID || len(o.AwaitingResponse) != 1 || len(o.ScorecardsDue) != 0 || o.QueuedMessages != 0 {
			t.Errorf("an interviewer's overview: %+v", o)
		}
		f.hold()
		if o = f.overview(lin); len(o.ScorecardsDue) != 1 {
			t.Errorf("%d scorecards due after the end", len(o.ScorecardsDue))
		}
		f.submit(lin)
		if o = f.overview(lin); len(o.ScorecardsDue) != 0 {
			t.Errorf("%d scorecards due after submission", len(o.ScorecardsDue))
		}
		if o = f.overview(recruiter); len(o.Today) != 1 || o.QueuedMessages == 0 || len(o.ScorecardsDue) != 0 {
			t.Errorf("a recruiter's overview: %+v", o)
		}
	})
}

// wantOverview checks the numbers of interviews of today and to answer.
func (f *fixture) wantOverview(when string, a actor.Actor, today, awaitingResponse int) {
	f.t.Helper()
	if o := f.overview(a); len(o.Today) != today || len(o.AwaitingResponse) != awaitingResponse {
		f.t.Errorf("%s: %d today, %d awaiting a response, want %d and %d", when, len(o.Today), len(o.AwaitingResponse), today, awaitingResponse)
	}
}

func TestOverviewOfResponses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Cancel(t.Context(), recruiter, f.interview.ID, "")
		apperrtest.RequireNoError(t, err)
		f.scheduleToday(1)
		f.wantOverview("recruiter, no response", recruiter, 1, 0)
		f.wantOverview("interviewer, no response", mei, 1, 1)
		f.respond(mei, interview.Declined)
		f.wantOverview("recruiter, declined", recruiter, 1, 0)
		f.wantOverview("interviewer, declined", mei, 0, 0)
		f.wantOverview("interviewer, other declined", lin, 1, 1)
		f.clock.Advance(time.Hour)
		f.wantOverview("recruiter, at the start", recruiter, 1, 0)
		f.wantOverview("interviewer, at the start", lin, 1, 0)
	})
}

// A missing response is not pending after the planned start, although the interview has
// not been started.
func TestOverviewAfterStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Cancel(t.Context(), recruiter, f.interview.ID, "")
		apperrtest.RequireNoError(t, err)
		f.scheduleToday(1)
		f.clock.Advance(90 * time.Minute)
		f.wantOverview("recruiter", recruiter, 1, 0)
		f.wantOverview("interviewer", lin, 1, 0)
	})
}
