package questionlist_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/history"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/interview/questionlist"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
)

var (
	rosa = interviewtest.Rosa
	lin  = interviewtest.Lin // an interviewer
	kai  = interviewtest.Kai // of no interview
)

type fixture struct {
	questionlist.Service
	t       *testing.T
	company *interviewtest.Company
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		questions := &question.Service{DB: d, Now: company.Clock.Now, Members: company.Interviews.Members, Assigned: interview.AssignedQuestions}
		body(t, &fixture{questionlist.Service{Interviews: company.Interviews, Questions: questions}, t, company})
	})
}

func (f *fixture) createQuestion(title string) string {
	f.t.Helper()
	q, err := f.Questions.Create(f.t.Context(), rosa, question.Question{Content: question.Content{Title: title, Body: "…"}})
	if err != nil {
		f.t.Fatal(err)
	}
	return q.ID
}

func (f *fixture) schedule(change ...func(*interview.Plan)) *interview.Interview {
	f.t.Helper()
	plan := interviewtest.NewPlan("", "", append(change, func(p *interview.Plan) {
		p.NewPosition, p.NewCandidate = &position.Position{Title: "Go 工程师"}, &candidate.Candidate{Name: "陈晨"}
		p.OverrideWarnings = true
	})...)
	i, _, err := f.Interviews.Schedule(f.t.Context(), rosa, plan)
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func (f *fixture) add(a actor.Actor, interviewID, questionID string) error {
	_, step, err := f.PrepareAdd(f.t.Context(), a, interviewID, questionID)
	if err != nil {
		return err
	}
	return f.company.DB.InTx(f.t.Context(), step)
}

func (f *fixture) questionIDs(interviewID string) []string {
	f.t.Helper()
	i, err := f.Interviews.Get(f.t.Context(), rosa, interviewID)
	if err != nil {
		f.t.Fatal(err)
	}
	return i.QuestionIDs
}

func TestAdd(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first, second := f.createQuestion("两数之和"), f.createQuestion("LRU 缓存")
		i := f.schedule(func(p *interview.Plan) { p.QuestionIDs = []string{first} })
		f.schedule(func(p *interview.Plan) { p.QuestionIDs, p.Interviewers = []string{second}, []string{"lin"} }) // by which lin may read it
		if _, err := f.Interviews.Start(t.Context(), lin, i.ID); err != nil {
			t.Fatal(err)
		}
		q, step, err := f.PrepareAdd(t.Context(), lin, i.ID, second)
		if err != nil || q.Title != "LRU 缓存" || q.Version != 1 {
			t.Fatalf("%+v, %v", q, err)
		}
		if err := f.company.DB.InTx(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		if got := f.questionIDs(i.ID); !slices.Equal(got, []string{first, second}) {
			t.Errorf("questions %q", got)
		}
		version := f.version(i.ID)
		if err := f.add(rosa, i.ID, second); err != nil {
			t.Errorf("added again: %v", err)
		}
		if got := f.version(i.ID); got != version || len(f.questionIDs(i.ID)) != 2 {
			t.Errorf("version %d after %d, questions %q", got, version, f.questionIDs(i.ID))
		}
		list, err := history.List(t.Context(), f.Interviews, rosa, i.ID)
		if err != nil || list[0].Action != "interview.add_question" || list[0].Question != "LRU 缓存" || list[0].By.UserID != "lin" {
			t.Errorf("history %+v, %v", list, err)
		}
	})
}

func (f *fixture) version(interviewID string) int {
	f.t.Helper()
	i, err := f.Interviews.Get(f.t.Context(), rosa, interviewID)
	if err != nil {
		f.t.Fatal(err)
	}
	return i.Version
}

// An interviewer adds what the bank lets the interviewer read, to an interview of their own.
func TestAddIsRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		unread := f.createQuestion("两数之和")
		i := f.schedule()
		ended := f.schedule()
		if _, err := f.Interviews.Cancel(t.Context(), rosa, ended.ID, ""); err != nil {
			t.Fatal(err)
		}
		full := f.schedule(func(p *interview.Plan) {
			for n := range questionlist.MaxQuestions {
				p.QuestionIDs = append(p.QuestionIDs, f.createQuestion(fmt.Sprint("题目 ", n)))
			}
		})
		elsewhere := f.schedule(func(p *interview.Plan) { p.RoomKind, p.RoomURL = interview.LinkRoom, "https://meet.example.com/1" })
		for name, tc := range map[string]struct {
			by          actor.Actor
			interviewID string
			want        apperr.Kind
		}{
			"a question of no interview of theirs": {lin, i.ID, apperr.NotFound},
			"an interviewer of no interview":       {kai, i.ID, apperr.NotFound},
			"another company":                      {interviewtest.Stranger, i.ID, apperr.NotFound},
			"without a role":                       {actor.WithoutRoles(interviewtest.CorpID, "lin"), i.ID, apperr.Forbidden},
			"cancelled":                            {rosa, ended.ID, apperr.Conflict},
			"a full list":                          {rosa, full.ID, apperr.Conflict},
			"in another room":                      {rosa, elsewhere.ID, apperr.Conflict},
		} {
			if err := f.add(tc.by, tc.interviewID, unread); apperr.KindOf(err) != tc.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(f.questionIDs(i.ID)) != 0 || len(f.questionIDs(full.ID)) != questionlist.MaxQuestions {
			t.Error("a refused question was added")
		}
	})
}

// Steps that were prepared before another addition decide by the list as it is then.
func TestAddAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one writer")
		}
		company := interviewtest.New(t, d)
		questions := &question.Service{DB: d, Now: company.Clock.Now, Members: company.Interviews.Members, Assigned: interview.AssignedQuestions}
		f := &fixture{questionlist.Service{Interviews: company.Interviews, Questions: questions}, t, company}
		same := f.createQuestion("两数之和")
		i := f.schedule(func(p *interview.Plan) {
			for n := range questionlist.MaxQuestions - 2 {
				p.QuestionIDs = append(p.QuestionIDs, f.createQuestion(fmt.Sprint("题目 ", n)))
			}
		})
		var steps []func(context.Context, *db.Tx) error
		for n := range 8 {
			id := same
			if n%2 == 1 {
				id = f.createQuestion(fmt.Sprint("另一题 ", n))
			}
			_, step, err := f.PrepareAdd(t.Context(), []actor.Actor{rosa, interviewtest.Ada}[n/2%2], i.ID, id)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, step)
		}
		var all sync.WaitGroup
		errs := make([]error, len(steps))
		for n, step := range steps {
			all.Go(func() { errs[n] = d.InTx(t.Context(), step) })
		}
		all.Wait()
		for n, err := range errs {
			if err != nil && apperr.KindOf(err) != apperr.Conflict {
				t.Errorf("step %d: %v", n, err)
			}
		}
		got := f.questionIDs(i.ID)
		if slices.Sort(got); len(got) != questionlist.MaxQuestions || len(slices.Compact(got)) != questionlist.MaxQuestions {
			t.Errorf("%d questions", len(got))
		}
	})
}
