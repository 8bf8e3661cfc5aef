package health

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/scorecard"
)

// meeting is an interview that has used a question.
type meeting struct {
	version  int
	minutes  int   // for which the question was shown
	passed   []int // cases that passed in the runs of the test cases, of two
	decision interview.Decision
	scores   []int
}

// addMeeting stores an interview that began at noon and has ended.
func (f *fixture) addMeeting(plan interview.Plan, questionID string, m meeting) {
	f.t.Helper()
	i, _, err := f.company.Interviews.Schedule(f.t.Context(), rosa, plan)
	apperrtest.RequireNoError(f.t, err)
	apperrtest.RequireNoError(f.t, f.DB.InTx(f.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		apperrtest.RequireNoError(f.t, question.RecordUse(ctx, tx, question.Use{InterviewID: i.ID, QuestionID: questionID, CorpID: interviewtest.CorpID, Version: m.version, ShownAt: clocktest.Noon()}))
		exec := func(query string, args ...any) {
			f.t.Helper()
			_, err := tx.NewRaw(query, args...).Exec(ctx)
			apperrtest.RequireNoError(f.t, err)
		}
		exec("UPDATE interviews SET state = 'ended', decision = ? WHERE id = ?", m.decision, i.ID)
		exec("INSERT INTO rooms (id, corp_id, state, created_at) VALUES (?, 'corp', 'ended', ?)", i.ID, clocktest.Noon())
		seq := 0
		add := func(minute int, kind, subject string, data any) {
			f.t.Helper()
			seq++
			body, err := json.Marshal(data)
			apperrtest.RequireNoError(f.t, err)
			exec("INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data) VALUES (?, ?, 'corp', ?, 'lin', ?, ?, 0, ?)",
				i.ID, seq, clocktest.Noon().Add(time.Duration(minute)*time.Minute), kind, subject, string(body))
		}
		add(0, logevent.KindProblem, questionID, logevent.Problem{})
		add(5, logevent.KindStart, "", logevent.Phase{})
		for n, passed := range m.passed {
			id := string(rune('a' + n))
			add(6, logevent.KindRun, id, logevent.Run{Doc: "code:" + questionID, Tests: &protocol.TestPlan{Visible: 2}})
			add(6, logevent.KindFinish, id, logevent.Finish{Report: &protocol.TestReport{Visible: protocol.TestCount{Passed: passed, Total: 2}}})
		}
		add(6, logevent.KindRun, "plain", logevent.Run{Doc: "code:" + questionID})
		add(5+m.minutes, logevent.KindEnd, "", logevent.Phase{})
		for n, score := range m.scores {
			now := clocktest.Noon()
			c := scorecard.Scorecard{CorpID: interviewtest.CorpID, InterviewID: i.ID, UserID: []string{"lin", "mei"}[n], State: scorecard.Submitted, Version: 1, Scores: []scorecard.Score{{Key: "a", Score: score}, {Key: "b"}}, UpdatedAt: now, SubmittedAt: &now}
			_, err := tx.NewInsert().Model(&c).Exec(ctx)
			apperrtest.RequireNoError(f.t, err)
		}
		return nil
	}))
}

func TestUsage(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(solved("echo 7\n"))
		_, err := f.questions.Update(t.Context(), rosa, q.ID, 0, func(q *question.Question) { q.Title = "八" })
		apperrtest.RequireNoError(f.t, err)
		p := f.company.CreatePosition(t)
		plan := interviewtest.NewPlan(p.ID, f.company.CreateCandidate(t, "陈晨", p.ID).ID, func(p *interview.Plan) { p.OverrideWarnings = true })
		for _, m := range []meeting{
			{version: 1, minutes: 20, passed: []int{2, 1}, decision: interview.Hire, scores: []int{4, 3}},
			{version: 1, minutes: 40, passed: []int{2}, decision: interview.NoHire, scores: []int{1}},
			{version: 1, minutes: 30, decision: interview.Hold, scores: []int{2}},
			{version: 1, scores: []int{4}},
			{version: 2, minutes: 10, decision: interview.NextRound, scores: []int{4, 4}},
		} {
			f.addMeeting(plan, q.ID, m)
		}
		got := f.get(rosa, q.ID).Usage
		want := []Usage{
			{Version: 2, Interviews: 1, LastShown: clocktest.Noon(), Timed: 1, MedianMinutes: 10, Passed: 1, Scored: 1},
			{Version: 1, Interviews: 4, LastShown: clocktest.Noon(), Timed: 3, MedianMinutes: 30, Tested: 2, Solved: 1, Passed: 1, Failed: 1, Scored: 3, AverageScore: 2.5},
		}
		for n := range got {
			got[n].LastShown = got[n].LastShown.UTC()
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("usage %+v\nwant  %+v", got, want)
		}
	})
}
