package interview

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
)

func TestHistory(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		decliner := i.Interviewers[0].UserID
		must(w.Respond(w.ctx, actor.Actor{CorpID: i.CorpID, UserID: decliner, Roles: actor.Interviewer}, i.ID, ResponseInput{Response: Declined, Reason: "出差"}))(t)
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) {
			p.StartsAt, p.OverrideWarnings = p.StartsAt.Add(time.Hour), true
			p.Interviewers = p.Interviewers[1:]
		}))(t)
		must(w.Cancel(w.ctx, w.recruiter, i.ID, "职位已招满"))(t)
		list := must(w.History(w.ctx, w.recruiter, i.ID))(t)
		var actions []string
		for _, e := range list {
			actions = append(actions, strings.TrimPrefix(e.Action, "interview."))
		}
		if want := []string{"cancel", "edit", "declined", "schedule"}; !slices.Equal(actions, want) {
			t.Fatalf("history %v, want %v", actions, want)
		}
		if cancelled := list[0]; cancelled.Reason != "职位已招满" || cancelled.By.UserID != w.recruiter.UserID {
			t.Errorf("cancellation %+v", cancelled)
		}
		edit := list[1]
		if !slices.Equal(edit.Changed, []string{"time", "interviewers"}) || edit.From == nil || !edit.From.Equal(i.StartsAt) ||
			!edit.To.Equal(i.StartsAt.Add(time.Hour)) || len(edit.Removed) != 1 || edit.Removed[0].UserID != decliner {
			t.Errorf("edit %+v", edit)
		}
		if declined := list[2]; declined.Reason != "出差" || declined.By.UserID != decliner {
			t.Errorf("decline %+v", declined)
		}
		interviewer := actor.Actor{CorpID: i.CorpID, UserID: i.Interviewers[1].UserID, Roles: actor.Interviewer}
		if _, err := w.History(w.ctx, interviewer, i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer reads the history: %v", err)
		}
		if _, err := w.History(w.ctx, actor.Actor{CorpID: "other", UserID: w.recruiter.UserID, Roles: actor.Recruiter}, i.ID); !apperr.IsNotFound(err) {
			t.Errorf("another company reads the history: %v", err)
		}
	})
}
