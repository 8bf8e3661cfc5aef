package interview

import (
	"testing"

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
