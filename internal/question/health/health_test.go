package health

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/testcase"
)

func TestCheck(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(solved("echo 7\nx = 3\n"))
		if h := f.get(rosa, q.ID); h.Check != nil || h.Refusal != "" || h.Version != 1 || len(h.Usage) != 0 {
			t.Errorf("before a check: %+v", h)
		}
		f.request(q.ID)
		f.wantState(q.ID, Queued, "")
		f.runQueued()
		c := f.wantState(q.ID, Done, "")
		if c.By.Name != "罗莎" || c.EndedAt == nil || c.Failing != 0 {
			t.Errorf("check %+v", c)
		}
		r := c.Report
		if len(r.Solutions) != 1 || r.Solutions[0].State != Passed || r.Solutions[0].Passed != 2 || r.Solutions[0].CPUMs != 20 {
			t.Errorf("solutions %+v", r.Solutions)
		}
		// The variants: "echo 8" fails; x = 4 and the removed assignment have no effect.
		if v := r.Variants; v == nil || v.Language != "python" || v.Count != 3 || v.PassVisible != 2 || len(v.Surviving) != 2 || c.Surviving != 2 {
			t.Errorf("variants %+v", v)
		}
		want := SurvivingVariant{Kind: "constant", Line: 2, Before: "x = 3", After: "x = 4"}
		if !slices.Contains(r.Variants.Surviving, want) {
			t.Errorf("variants %+v", r.Variants.Surviving)
		}
	})
}

func TestFailingSolutions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		content := solved("echo 8\n")
		content.Solutions = append(content.Solutions, question.Source{Language: "go", Code: "fail\n"}, question.Source{Language: "ruby", Code: "echo 7\n"})
		q := f.create(content)
		f.request(q.ID)
		f.runQueued()
		c := f.wantState(q.ID, Done, "")
		var states []SolutionState
		for _, s := range c.Report.Solutions {
			states = append(states, s.State)
		}
		if !slices.Equal(states, []SolutionState{Failed, Failed, NotInstalled}) || c.Failing != 2 || c.Report.Variants != nil {
			t.Fatalf("check %+v", c)
		}
		wrong, failed := c.Report.Solutions[0].Cases, c.Report.Solutions[1].Cases
		if d := wrong[0].Difference; d == nil || d.Expected != "7" || d.Actual != "8" || wrong[0].Verdict != testcase.Failed || wrong[1].Difference != nil {
			t.Errorf("cases %+v", wrong)
		}
		if failed[0].Verdict != testcase.Error || failed[0].Output != "failed" || !failed[1].Hidden || failed[0].Name != "第一" {
			t.Errorf("cases %+v", failed)
		}
	})
}

// The cases of a function cannot be run in each language.
func TestUnsupportedLanguage(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		content := solved("echo 7\n")
		content.Solutions[0].Language = "go"
		content.Tests = testcase.Suite{Mode: testcase.Function, Function: "seven", Cases: []testcase.Case{{Input: "[]", Expected: "7"}}}
		q := f.create(content)
		f.request(q.ID)
		f.runQueued()
		if s := f.wantState(q.ID, Done, "").Report.Solutions[0]; s.State != Unsupported || f.runner.ran != 0 {
			t.Errorf("solution %+v", s)
		}
	})
}

func TestRights(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(solved("echo 7\n"))
		acts := map[string]func(actor.Actor) error{
			"get":     func(a actor.Actor) error { _, err := f.Get(t.Context(), a, q.ID); return err },
			"request": func(a actor.Actor) error { return f.Request(t.Context(), a, q.ID) },
			"cancel":  func(a actor.Actor) error { return f.Cancel(t.Context(), a, q.ID) },
			"review":  func(a actor.Actor) error { return f.questions.SetReviewDate(t.Context(), a, q.ID, "2030-01-01") },
		}
		for name, act := range acts {
			for a, want := range map[actor.Actor]apperr.Kind{lin: apperr.Forbidden, interviewtest.Stranger: apperr.NotFound} {
				if err := act(a); apperr.KindOf(err) != want {
					t.Errorf("%s by %s: %v", name, a.UserID, err)
				}
			}
			if err := act(rosa); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestRefusals(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		content := solved("echo 7\n")
		content.Solutions = nil
		empty, full := f.create(content), f.create(solved("echo 7\n"))
		want := func(id string, refusal Refusal) {
			t.Helper()
			var refused *apperr.Error
			if err := f.Request(t.Context(), rosa, id); !errors.As(err, &refused) || refused.Code != "question_check."+string(refusal) || f.get(rosa, id).Refusal != refusal {
				t.Errorf("%v, want %s", err, refusal)
			}
		}
		want(empty.ID, NothingToRun)
		f.runner.off = true
		want(full.ID, Unavailable)
	})
}

// Members' checks precede those of the night, and an edited question is not checked.
func TestOrder(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		night := clocktest.Noon().Add(14 * time.Hour) // 2:00 in Shanghai
		f.company.Clock.Set(night)
		first, second, edited := f.create(solved("echo 7\n")), f.create(solved("echo 7\n")), f.create(solved("echo 7\n"))
		f.create(question.Content{Title: "无", Body: "…"})
		apperrtest.RequireNoError(f.t, f.QueueNight(t.Context()))
		f.company.Clock.Advance(time.Minute)
		f.request(second.ID)
		_, err := f.questions.Update(t.Context(), rosa, edited.ID, 0, func(q *question.Question) { q.Title = "新" })
		apperrtest.RequireNoError(f.t, err)
		var order []string
		for {
			c, q, err := f.claimNext(t.Context(), interviewtest.CorpID)
			apperrtest.RequireNoError(f.t, err)
			if c == nil {
				break
			}
			order = append(order, q.ID)
			apperrtest.RequireNoError(f.t, f.runCheck(t.Context(), c, q))
		}
		if !slices.Equal(order, []string{second.ID, first.ID}) {
			t.Errorf("order %q", order)
		}
		var state, reason string
		apperrtest.RequireNoError(f.t, f.DB.NewRaw("SELECT state, stop_reason FROM question_checks WHERE question_id = ?", edited.ID).Scan(t.Context(), &state, &reason))
		if State(state) != Stopped || StopReason(reason) != Outdated {
			t.Errorf("the check of the edited question is %s %s", state, reason)
		}
	})
}

func TestNight(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(solved("echo 7\n"))
		queueAt := func(at time.Time) State {
			t.Helper()
			f.company.Clock.Set(at)
			apperrtest.RequireNoError(f.t, f.QueueNight(t.Context()))
			if c := f.get(rosa, q.ID).Check; c != nil {
				return c.State
			}
			return ""
		}
		midnight := clocktest.Noon().Add(12 * time.Hour)
		if state := queueAt(midnight); state != "" {
			t.Errorf("at midnight it is %s", state)
		}
		f.runner.off = true
		if state := queueAt(midnight.Add(time.Hour)); state != "" {
			t.Errorf("without a sandbox it is %s", state)
		}
		f.runner.off = false
		if state := queueAt(midnight.Add(time.Hour)); state != Queued {
			t.Errorf("at night it is %s", state)
		}
		f.runQueued()
		if state := queueAt(midnight.Add(4 * time.Hour)); state != Done {
			t.Errorf("in the same night it is %s", state)
		}
		if state := queueAt(midnight.Add(25 * time.Hour)); state != Queued {
			t.Errorf("in the next night it is %s", state)
		}
	})
}

// A program that runs is cancelled when a member cancels the check, or the question is deleted.
func TestCancel(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, cancel := range map[string]func(id string){
			"cancelled": func(id string) { apperrtest.RequireNoError(f.t, f.Cancel(t.Context(), rosa, id)) },
			"deleted": func(id string) {
				apperrtest.RequireNoError(f.t, f.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.NewRaw("DELETE FROM question_versions WHERE question_id = ?", id).Exec(ctx)
					return err
				}))
			},
		} {
			q := f.create(solved("echo 7\n"))
			f.runner.hold = make(chan struct{}) // never closed
			f.request(q.ID)
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := f.RunQueued(t.Context(), interviewtest.CorpID); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
			<-f.runner.started
			cancel(q.ID)
			wg.Wait()
			f.runner.hold = nil
			if name == "cancelled" {
				f.wantState(q.ID, Stopped, Cancelled)
			}
		}
	})
}

// A company runs one check at a time, and that of a process that has died is repeated.
func TestOneCheckAtATime(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first, second := f.create(solved("echo 7\n")), f.create(solved("echo 7\n"))
		f.request(first.ID)
		f.request(second.ID)
		replica := f.newReplica()
		claims := make(chan *Check, 2)
		var wg sync.WaitGroup
		for _, s := range []*Service{f.Service, replica} {
			wg.Go(func() {
				c, _, err := s.claimNext(t.Context(), interviewtest.CorpID)
				if err != nil {
					t.Error(err)
				}
				claims <- c
			})
		}
		wg.Wait()
		if a, b := <-claims, <-claims; (a == nil) == (b == nil) {
			t.Fatalf("claims %v and %v, want one", a, b)
		}
		apperrtest.RequireNoError(f.t, f.insertJobs(t.Context()))
		f.company.Clock.Advance(lease + time.Second)
		for range maxAttempts - 1 {
			c, _, err := replica.claimNext(t.Context(), interviewtest.CorpID)
			apperrtest.RequireNoError(f.t, err)
			if c == nil || c.QuestionID != first.ID {
				t.Fatalf("claim %+v, want that of the process that has died", c)
			}
			f.company.Clock.Advance(lease + time.Second)
		}
		f.runQueued()
		f.wantState(first.ID, Stopped, Interrupted)
		f.wantState(second.ID, Done, "")
	})
}

// The result of an attempt is not stored after another one has begun.
func TestLateResult(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(solved("echo 7\n"))
		f.request(q.ID)
		late, _, err := f.claimNext(t.Context(), interviewtest.CorpID)
		apperrtest.RequireNoError(f.t, err)
		f.company.Clock.Advance(lease + time.Second)
		f.runQueued()
		apperrtest.RequireNoError(f.t, f.storeResult(t.Context(), late, &Report{Solutions: []SolutionResult{}}, TimeLimit))
		f.wantState(q.ID, Done, "")
	})
}

// A check that is repeated keeps its report until it ends, and a version has its own.
func TestRepeatedCheck(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		q := f.create(solved("echo 8\n"))
		f.request(q.ID)
		f.runQueued()
		f.request(q.ID)
		f.request(q.ID) // has no effect
		if c := f.wantState(q.ID, Queued, ""); c.Failing != 1 || len(c.Report.Solutions) != 1 {
			t.Errorf("while it waits: %+v", c)
		}
		f.runner.off = true
		_, err := f.questions.Update(t.Context(), rosa, q.ID, 0, func(q *question.Question) { q.Solutions[0].Code = "echo 7\n" })
		apperrtest.RequireNoError(f.t, err)
		if h := f.get(rosa, q.ID); h.Check != nil || h.Version != 2 {
			t.Errorf("of the new version: %+v", h)
		}
	})
}
