package interview

import (
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/scorecard"
)

// isFull returns a complete draft.
func isFull(version, score int, v scorecard.Recommendation) scorecard.Draft {
	d := scorecard.Draft{Version: version, Recommendation: v, Comment: "写得清楚"}
	for _, key := range []string{"coding", "problem_solving", "communication", "fit"} {
		d.Scores = append(d.Scores, scorecard.Score{Key: key, Score: score})
	}
	return d
}

func (f *fixture) evaluate(a actor.Actor, id string, score int, v scorecard.Recommendation) {
	f.t.Helper()
	c := must(f.SaveScorecard(f.ctx, a, id, isFull(0, score, v)))(f.t)
	must(f.SubmitScorecard(f.ctx, a, id, c.Version))(f.t)
}

func TestScorecardDraft(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		_, err := f.SaveScorecard(f.ctx, f.lin, i.ID, scorecard.Draft{})
		apperrtest.Check(t, err, apperr.Conflict, "interview.wrong_state_scheduled")
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		c := must(f.Scorecard(f.ctx, f.lin, i.ID))(t)
		if c.State != scorecard.None || c.Version != 0 || len(c.Criteria) != 4 || c.Author.Name != "林一" {
			t.Errorf("before the first draft: %+v", c)
		}
		c = must(f.SaveScorecard(f.ctx, f.lin, i.ID, scorecard.Draft{Scores: []scorecard.Score{{Key: "coding", Score: 3}}}))(t)
		c = must(f.SaveScorecard(f.ctx, f.lin, i.ID, scorecard.Draft{Version: c.Version, Comment: "稳"}))(t)
		if c.Version != 2 || c.State != scorecard.Drafted || c.Comment != "稳" {
			t.Errorf("after two drafts: %+v", c)
		}
		_, err = f.SaveScorecard(f.ctx, f.lin, i.ID, scorecard.Draft{Version: 1, Comment: "另一个窗口"})
		apperrtest.Check(t, err, apperr.Conflict, "scorecard.changed_meanwhile")
		_, err = f.SaveScorecard(f.ctx, f.recruiter, i.ID, scorecard.Draft{})
		apperrtest.CheckForbidden(t, err)
		_, err = f.SaveScorecard(f.ctx, f.lin, i.ID, scorecard.Draft{Version: 2, Recommendation: "maybe", Scores: []scorecard.Score{
			{Key: "coding", Score: 5}, {Key: "coding", Score: 1}, {Key: "charm", Score: 1},
		}})
		apperrtest.CheckFields(t, err, "recommendation: field.not_one_of", "scores[0].score: field.invalid",
			"scores[1].key: field.unknown", "scores[2].key: field.unknown")
	})
}

func TestSubmitScorecard(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		_, err := f.SubmitScorecard(f.ctx, f.lin, i.ID, 0)
		apperrtest.CheckFields(t, err, "scores.coding: scorecard.score_missing", "scores.problem_solving: scorecard.score_missing",
			"scores.communication: scorecard.score_missing", "scores.fit: scorecard.score_missing",
			"recommendation: scorecard.recommendation_missing")
		c := must(f.SaveScorecard(f.ctx, f.lin, i.ID, isFull(0, 4, scorecard.StrongYes)))(t)
		_, err = f.SubmitScorecard(f.ctx, f.lin, i.ID, 0)
		apperrtest.Check(t, err, apperr.Conflict, "scorecard.changed_meanwhile")
		c = must(f.SubmitScorecard(f.ctx, f.lin, i.ID, c.Version))(t)
		if c.State != scorecard.Submitted || c.SubmittedAt == nil {
			t.Errorf("%+v", c)
		}
		_, err = f.SaveScorecard(f.ctx, f.lin, i.ID, isFull(c.Version, 1, scorecard.No))
		apperrtest.Check(t, err, apperr.Conflict, "scorecard.is_submitted")
	})
}

func TestScorecardsArePrivateUntilAllAreIn(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		f.evaluate(f.lin, i.ID, 4, scorecard.StrongYes)
		for _, a := range []actor.Actor{f.recruiter, f.lin, f.mei, actor.ForMember("corp", "x", actor.Administrator)} {
			e := must(f.Evaluation(f.ctx, a, i.ID))(t)
			if e.Visible || len(e.Cards) != 0 || e.Average != 0 || e.Submitted != 1 || e.Expected != 2 {
				t.Errorf("%s sees %+v", a.UserID, e)
			}
		}
		f.evaluate(f.mei, i.ID, 2, scorecard.No)
		for _, a := range []actor.Actor{f.recruiter, f.lin, f.mei, actor.ForMember("corp", "x", actor.Administrator)} {
			e := must(f.Evaluation(f.ctx, a, i.ID))(t)
			if !e.Visible || len(e.Cards) != 2 || e.Average != 3 || e.Recommendations[scorecard.StrongYes] != 1 || e.Recommendations[scorecard.No] != 1 ||
				e.Criteria[0].Average != 3 || e.Criteria[0].Count != 2 {
				t.Errorf("%s sees %+v", a.UserID, e)
			}
		}
		_, err := f.Evaluation(f.ctx, actor.ForMember("other", "rosa", actor.Administrator), i.ID)
		apperrtest.CheckNotFound(t, err)
		n := 0
		for _, sent := range f.messagesAbout(i.ID) {
			if sent == "summary>rosa" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d summaries for the organizer", n)
		}
	})
}

func TestDeclinedInterviewerIsNotWaitedFor(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined}))(t)
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		must(f.End(f.ctx, f.lin, i.ID))(t)
		f.evaluate(f.lin, i.ID, 3, scorecard.Yes)
		if e := must(f.Evaluation(f.ctx, f.recruiter, i.ID))(t); !e.Visible || e.Expected != 1 {
			t.Errorf("%+v", e)
		}
		if e := must(f.Evaluation(f.ctx, f.mei, i.ID))(t); e.Visible {
			t.Error("one who has not judged sees the others' judgements")
		}
	})
}
