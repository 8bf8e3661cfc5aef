package interview

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/scorecard"
)

func listIDs(t *testing.T, w *fixture, a actor.Actor, f Filter) []string {
	t.Helper()
	list, _, err := w.List(w.ctx, a, f)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, i := range list {
		ids = append(ids, i.ID)
	}
	return ids
}

func TestMineWithoutDeclined(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		lists := func(a actor.Actor, mine bool) bool { return len(listIDs(t, w, a, Filter{Mine: mine})) == 1 }
		must(w.Respond(w.ctx, w.mei, i.ID, ResponseInput{Response: Declined}))(t)
		if lists(w.mei, true) || !lists(w.mei, false) || !lists(w.lin, true) || !lists(w.recruiter, true) {
			t.Error("a declined interview is listed as the interviewer's own, or is not visible")
		}
		must(w.Respond(w.ctx, w.mei, i.ID, ResponseInput{Response: Accepted}))(t)
		if !lists(w.mei, true) {
			t.Error("not listed after accepting again")
		}
		must(w.Respond(w.ctx, w.mei, i.ID, ResponseInput{Response: Declined}))(t)
		must(w.Start(w.ctx, w.lin, i.ID))(t)
		must(w.SaveScorecard(w.ctx, w.mei, i.ID, scorecard.Draft{}))(t)
		if !lists(w.mei, true) {
			t.Error("not listed although the interviewer took part and has a scorecard")
		}
	})
}

// The organizer's own interviews stay when the organizer, as interviewer, declines.
func TestMineOfOrganizer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule(func(p *Plan) { p.Interviewers = []string{"rosa", "lin"} })
		i = must(w.Respond(w.ctx, w.recruiter, i.ID, ResponseInput{Response: Declined}))(t)
		if ids := listIDs(t, w, w.recruiter, Filter{Mine: true}); len(ids) != 1 || !i.HasDeclined("rosa") || i.HasDeclined("lin") || i.HasDeclined("mei") {
			t.Errorf("%v, %+v", ids, i.Interviewers)
		}
	})
}

// overviewOf returns the numbers of interviews of today, to answer, declined and waiting.
func overviewOf(t *testing.T, w *fixture, a actor.Actor) [2]int {
	t.Helper()
	shanghai := must(time.LoadLocation("Asia/Shanghai"))(t)
	o := must(w.Overview(w.ctx, a, shanghai))(t)
	return [2]int{len(o.Today), len(o.ToAnswer)}
}

func TestOverviewOfResponses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule(func(p *Plan) { p.StartsAt = noon.Add(time.Hour) })
		check := func(when string, a actor.Actor, want [2]int) {
			t.Helper()
			if got := overviewOf(t, w, a); got != want {
				t.Errorf("%s: %v, want %v", when, got, want)
			}
		}
		check("recruiter, no response", w.recruiter, [2]int{1, 0})
		check("interviewer, no response", w.mei, [2]int{1, 1})
		must(w.Respond(w.ctx, w.mei, i.ID, ResponseInput{Response: Declined, Reason: "出差"}))(t)
		check("recruiter, declined", w.recruiter, [2]int{1, 0})
		check("interviewer, declined", w.mei, [2]int{0, 0})
		check("interviewer, other declined", w.lin, [2]int{1, 1})
		w.clock.Advance(time.Hour)
		check("recruiter, at the start", w.recruiter, [2]int{1, 0})
		check("interviewer, at the start", w.lin, [2]int{1, 0})
	})
}

// A missing response is not pending after the planned start, although the interview has
// not been started.
func TestOverviewAfterStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.schedule(func(p *Plan) { p.StartsAt = noon.Add(time.Hour) })
		w.clock.Advance(90 * time.Minute)
		if got := overviewOf(t, w, w.recruiter); got != [2]int{1, 0} {
			t.Errorf("recruiter: %v", got)
		}
		if got := overviewOf(t, w, w.lin); got != [2]int{1, 0} {
			t.Errorf("interviewer: %v", got)
		}
	})
}
