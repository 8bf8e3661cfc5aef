package interview

import (
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/scorecard"
)

func listIDs(t *testing.T, f *fixture, a actor.Actor, filter Filter) []string {
	t.Helper()
	list, _, err := f.List(f.ctx, a, filter)
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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		lists := func(a actor.Actor, mine bool) bool { return len(listIDs(t, f, a, Filter{Mine: mine})) == 1 }
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined}))(t)
		if lists(f.mei, true) || !lists(f.mei, false) || !lists(f.lin, true) || !lists(f.recruiter, true) {
			t.Error("a declined interview is listed as the interviewer's own, or is not visible")
		}
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Accepted}))(t)
		if !lists(f.mei, true) {
			t.Error("not listed after accepting again")
		}
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined}))(t)
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		must(f.SaveScorecard(f.ctx, f.mei, i.ID, scorecard.Draft{}))(t)
		if !lists(f.mei, true) {
			t.Error("not listed although the interviewer took part and has a scorecard")
		}
	})
}

// The organizer's own interviews stay when the organizer, as interviewer, declines.
func TestMineOfOrganizer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule(func(p *Plan) { p.Interviewers = []string{"rosa", "lin"} })
		i = must(f.Respond(f.ctx, f.recruiter, i.ID, ResponseInput{Response: Declined}))(t)
		if ids := listIDs(t, f, f.recruiter, Filter{Mine: true}); len(ids) != 1 || !i.HasDeclined("rosa") || i.HasDeclined("lin") || i.HasDeclined("mei") {
			t.Errorf("%v, %+v", ids, i.Interviewers)
		}
	})
}
