package worklist_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
)

func (w *fixture) overview(a actor.Actor) *worklist.Overview {
	w.t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	check(w.t, err)
	o, err := worklist.NewOverview(w.t.Context(), w.Service, a, shanghai)
	check(w.t, err)
	return o
}

// scheduleToday replaces the fixture's interview by one that starts hours after noon.
func (w *fixture) scheduleToday(hours int) {
	w.t.Helper()
	p := w.plan
	p.StartsAt, p.OverrideWarnings = clocktest.Noon().Add(time.Duration(hours)*time.Hour), true
	w.interview = w.schedule(p)
}

func TestOverview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.scheduleToday(2)
		_, err := w.Cancel(w.t.Context(), recruiter, w.interview.ID, "")
		check(t, err)
		w.scheduleToday(1)
		w.respond(lin, interview.Accepted)
		o := w.overview(lin)
		if len(o.Today) != 1 || o.Today[0].ID != w.interview.ID || len(o.AwaitingResponse) != 1 || len(o.ScorecardsDue) != 0 || o.QueuedMessages != 0 {
			t.Errorf("an interviewer's overview: %+v", o)
		}
		w.hold()
		if o = w.overview(lin); len(o.ScorecardsDue) != 1 {
			t.Errorf("%d scorecards due after the end", len(o.ScorecardsDue))
		}
		w.submit(lin)
		if o = w.overview(lin); len(o.ScorecardsDue) != 0 {
			t.Errorf("%d scorecards due after submission", len(o.ScorecardsDue))
		}
		if o = w.overview(recruiter); len(o.Today) != 1 || o.QueuedMessages == 0 || len(o.ScorecardsDue) != 0 {
			t.Errorf("a recruiter's overview: %+v", o)
		}
	})
}

// wantOverview checks the numbers of interviews of today and to answer.
func (w *fixture) wantOverview(when string, a actor.Actor, today, awaitingResponse int) {
	w.t.Helper()
	if o := w.overview(a); len(o.Today) != today || len(o.AwaitingResponse) != awaitingResponse {
		w.t.Errorf("%s: %d today, %d awaiting a response, want %d and %d", when, len(o.Today), len(o.AwaitingResponse), today, awaitingResponse)
	}
}

func TestOverviewOfResponses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		_, err := w.Cancel(t.Context(), recruiter, w.interview.ID, "")
		check(t, err)
		w.scheduleToday(1)
		w.wantOverview("recruiter, no response", recruiter, 1, 0)
		w.wantOverview("interviewer, no response", mei, 1, 1)
		w.respond(mei, interview.Declined)
		w.wantOverview("recruiter, declined", recruiter, 1, 0)
		w.wantOverview("interviewer, declined", mei, 0, 0)
		w.wantOverview("interviewer, other declined", lin, 1, 1)
		w.clock.Advance(time.Hour)
		w.wantOverview("recruiter, at the start", recruiter, 1, 0)
		w.wantOverview("interviewer, at the start", lin, 1, 0)
	})
}

// A missing response is not pending after the planned start, although the interview has
// not been started.
func TestOverviewAfterStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		_, err := w.Cancel(t.Context(), recruiter, w.interview.ID, "")
		check(t, err)
		w.scheduleToday(1)
		w.clock.Advance(90 * time.Minute)
		w.wantOverview("recruiter", recruiter, 1, 0)
		w.wantOverview("interviewer", lin, 1, 0)
	})
}
