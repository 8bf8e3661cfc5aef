package pool_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
)

// The first to accept replaces the interviewer who has declined.
func TestSubstitute(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei", "kai", "sun")
		i := f.schedule(f.at(10), "lin", "yan")
		f.schedule(f.at(10), "sun") // busy
		f.decline(i, "lin")
		r := f.newest(i)
		if got := f.cards(i); got != "kai mei" || r.State != pool.Open || r.UserID != "lin" || r.Cause != pool.CauseDeclined {
			t.Fatalf("cards to %q about %+v", got, r)
		}
		f.review(i) // repeated
		if n := f.count(i); n != 1 {
			t.Errorf("%d substitutions", n)
		}
		if out := f.answer(r, "mei", true); out != pool.Assigned {
			t.Errorf("mei: %s", out)
		}
		if got := f.interviewers(i); got != "mei:accepted yan:pending" {
			t.Errorf("interviewers: %s", got)
		}
		if r := f.newest(i); r.State != pool.Taken || r.TakenBy != "mei" || r.Taker.Name != "梅二" {
			t.Errorf("%+v", r)
		}
		for user, want := range map[string]pool.Outcome{"kai": pool.Late, "mei": pool.Assigned} {
			if out := f.answer(r, user, true); out != want {
				t.Errorf("%s again: %s", user, out)
			}
		}
		f.review(i)
		if got := f.interviewers(i); got != "mei:accepted yan:pending" || f.count(i) != 1 {
			t.Errorf("after the review: %s, %d substitutions", got, f.count(i))
		}
		f.decline(i, "mei") // the others are invited
		if r := f.newest(i); r.State != pool.Open || r.UserID != "mei" {
			t.Errorf("after the substitute has declined: %+v", r)
		}
	})
}

// Two members accept at once: one is assigned, the other is late.
func TestTwoAcceptAtOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei", "kai")
		for n := range 5 {
			i := f.schedule(f.at(9+n), "lin")
			f.decline(i, "lin")
			r := f.newest(i)
			outcomes := make([]pool.Outcome, 2)
			var wg sync.WaitGroup
			for k, user := range []string{"mei", "kai"} {
				wg.Go(func() {
					out, err := f.Answer(t.Context(), "corp", user, r.ID, true)
					if err != nil {
						t.Error(err)
					}
					outcomes[k] = out
				})
			}
			wg.Wait()
			want := map[string]string{"mei": "mei:accepted", "kai": "kai:accepted"}[f.newest(i).TakenBy]
			slices.Sort(outcomes)
			if got := f.interviewers(i); got != want || !slices.Equal(outcomes, []pool.Outcome{pool.Assigned, pool.Late}) {
				t.Errorf("interviewers %q, outcomes %v", got, outcomes)
			}
		}
	})
}

// A member accepts two requests at the same time: the second is refused.
func TestAcceptWhileBusy(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("mei")
		first, second := f.schedule(f.at(10), "lin"), f.schedule(f.at(10), "yan")
		f.decline(first, "lin")
		f.decline(second, "yan")
		rs := []*pool.Substitution{f.newest(first), f.newest(second)}
		outcomes := make([]pool.Outcome, 2)
		var wg sync.WaitGroup
		for k := range rs {
			wg.Go(func() {
				out, err := f.Answer(t.Context(), "corp", "mei", rs[k].ID, true)
				if err != nil {
					t.Error(err)
				}
				outcomes[k] = out
			})
		}
		wg.Wait()
		slices.Sort(outcomes)
		if !slices.Equal(outcomes, []pool.Outcome{pool.Assigned, pool.Busy}) {
			t.Errorf("outcomes %v", outcomes)
		}
	})
}

// What ends a substitution before it is answered, and what the answer is then.
func TestAnswerTooLate(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(f *fixture, i *interview.Interview)
		want   pool.Outcome
		state  pool.State
	}{
		"the deadline has passed": {func(f *fixture, _ *interview.Interview) { f.clock.Advance(f.at(9).Sub(f.clock.Now())) }, pool.Expired, pool.Open},
		"expired": {func(f *fixture, _ *interview.Interview) {
			f.clock.Advance(f.at(9).Sub(f.clock.Now()))
			apperrtest.RequireNoError(f.t, f.ExpireSubstitutions(f.t.Context()))
		}, pool.Expired, pool.Unfilled},
		"cancelled": {func(f *fixture, i *interview.Interview) {
			_, err := f.Interviews.Cancel(f.t.Context(), recruiter, i.ID, "")
			apperrtest.RequireNoError(f.t, err)
		}, pool.Obsolete, pool.Closed},
		"moved": {func(f *fixture, i *interview.Interview) {
			_, err := f.Interviews.Edit(f.t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) })
			apperrtest.RequireNoError(f.t, err)
		}, pool.Obsolete, pool.Closed},
		"attends after all": {func(f *fixture, i *interview.Interview) { f.respond(i, "lin", interview.Accepted) }, pool.Obsolete, pool.Closed},
		"replaced by the recruiter, before the review": {func(f *fixture, i *interview.Interview) {
			_, err := f.Interviews.Edit(f.t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"yan"} })
			apperrtest.RequireNoError(f.t, err)
		}, pool.Obsolete, pool.Open},
		"replaced by the recruiter": {func(f *fixture, i *interview.Interview) {
			_, err := f.Interviews.Edit(f.t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"yan"} })
			apperrtest.RequireNoError(f.t, err)
			f.review(i)
		}, pool.Obsolete, pool.Closed},
		"started": {func(f *fixture, i *interview.Interview) {
			_, err := f.Interviews.Start(f.t.Context(), recruiter, i.ID)
			apperrtest.RequireNoError(f.t, err)
		}, pool.Obsolete, pool.Open},
		"left the pool":    {func(f *fixture, _ *interview.Interview) { f.setPool("kai") }, pool.Outside, pool.Open},
		"left the company": {func(f *fixture, _ *interview.Interview) { f.leave("mei") }, pool.Outside, pool.Open},
		"switched off": {func(f *fixture, i *interview.Interview) {
			o, err := f.SetAutomatic(f.t.Context(), recruiter, i.ID, false)
			if err != nil || o.Automatic {
				f.t.Errorf("%+v, %v", o, err)
			}
		}, pool.Obsolete, pool.Closed},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				f.setPool("lin", "mei", "kai")
				i := f.schedule(f.at(10), "lin")
				f.decline(i, "lin")
				r := f.newest(i)
				tc.change(f, i)
				before := f.interviewers(i)
				if out := f.answer(r, "mei", true); out != tc.want {
					t.Errorf("answer %s, want %s", out, tc.want)
				}
				if got := f.interviewers(i); got != before {
					t.Errorf("interviewers %s, before %s", got, before)
				}
				f.wantState(i, tc.state)
			})
		})
	}
}

// A member who was not invited, and a substitution that does not exist.
func TestAnswerOfOthers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei")
		i := f.schedule(f.at(10), "lin")
		f.decline(i, "lin")
		r := f.newest(i)
		if out := f.answer(r, "yan", true); out != pool.Outside {
			t.Errorf("not invited: %s", out)
		}
		if out := f.answer(&pool.Substitution{ID: "unknown"}, "mei", true); out != pool.Obsolete {
			t.Errorf("unknown: %s", out)
		}
		out, err := f.Answer(t.Context(), "other", "mei", r.ID, true)
		if out != pool.Obsolete || err != nil {
			t.Errorf("another company: %s, %v", out, err)
		}
	})
}

// When all have declined, the substitution is unfilled, and the recruiter is notified with the
// next times.
func TestAllDecline(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei", "kai")
		i := f.schedule(f.at(10), "lin")
		f.decline(i, "lin")
		r := f.newest(i)
		for _, user := range []string{"mei", "mei"} { // repeated
			if out := f.answer(r, user, false); out != pool.Refused {
				t.Errorf("%s: %s", user, out)
			}
		}
		f.wantState(i, pool.Open)
		if out := f.answer(r, "kai", false); out != pool.Refused {
			t.Errorf("kai: %s", out)
		}
		f.wantState(i, pool.Unfilled)
		n, err := f.ReadNotice(t.Context(), pool.NoticeArgs{CorpID: "corp", SubstitutionID: r.ID})
		apperrtest.RequireNoError(t, err)
		if n == nil || len(n.NextTimes) != 3 || n.Person.Name != "林一" {
			t.Fatalf("notice %+v", n)
		}
		for _, user := range []string{"mei", "kai"} { // the end, which closes the cards, shows their answers
			if out := f.OutcomeFor(f.newest(i), user); out != pool.Refused {
				t.Errorf("the card of %s shows %s", user, out)
			}
		}
		if out := f.answer(r, "mei", true); out != pool.Refused {
			t.Errorf("after all have declined: %s", out)
		}
		f.review(i)
		if n := f.count(i); n != 1 {
			t.Errorf("%d substitutions", n)
		}
		_, err = f.Interviews.Edit(t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"yan"} })
		apperrtest.RequireNoError(t, err)
		if n, err := f.ReadNotice(t.Context(), pool.NoticeArgs{CorpID: "corp", SubstitutionID: r.ID}); n != nil || err != nil {
			t.Errorf("after the recruiter has acted: %+v, %v", n, err)
		}
	})
}

// The deadline leaves half an hour before the interview, and lies within working hours.
func TestDeadline(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei")
		f.clock.Advance(f.monday.Add(-62 * time.Hour).Add(17 * time.Hour).Sub(f.clock.Now())) // Saturday, 03:00
		for hour, want := range map[int]time.Duration{16: 13 * time.Hour, 12: 11*time.Hour + 30*time.Minute} {
			i := f.schedule(f.at(hour), "lin")
			f.decline(i, "lin")
			if got := f.newest(i).Deadline.Sub(f.monday); got != want {
				t.Errorf("of an interview at %d: %s, want %s", hour, got, want)
			}
		}
		f.clock.Advance(f.at(10).Sub(f.clock.Now()))
		soon := f.schedule(f.at(10).Add(20*time.Minute), "lin")
		f.decline(soon, "lin")
		if n := f.count(soon); n != 0 {
			t.Errorf("%d substitutions of an interview in 20 minutes", n)
		}
	})
}

// Without a free member the substitution is unfilled at once; without a pool there is none.
func TestNoFreeMember(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule(f.at(10), "lin")
		f.decline(i, "lin")
		if n := f.count(i); n != 0 {
			t.Errorf("%d substitutions without a pool", n)
		}
		f.setPool("lin")
		f.review(i)
		f.wantState(i, pool.Unfilled)
	})
}

// An interviewer who has left the company is replaced.
func TestSubstituteOfLeaver(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei")
		i := f.schedule(f.at(10), "lin")
		apperrtest.RequireNoError(t, f.ReviewLeavers(t.Context()))
		if n := f.count(i); n != 0 {
			t.Fatalf("%d substitutions before", n)
		}
		f.leave("lin")
		apperrtest.RequireNoError(t, f.ReviewLeavers(t.Context()))
		apperrtest.RequireNoError(t, f.ReviewLeavers(t.Context()))
		r := f.newest(i)
		if f.count(i) != 1 || r.Cause != pool.CauseLeft {
			t.Fatalf("%d substitutions, %+v", f.count(i), r)
		}
		if out := f.answer(r, "mei", true); out != pool.Assigned {
			t.Errorf("%s", out)
		}
		if got := f.interviewers(i); got != "mei:accepted" {
			t.Errorf("interviewers: %s", got)
		}
	})
}

// A substitution opens again after the interviewer has accepted and declined once more.
func TestDeclineAgain(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei")
		i := f.schedule(f.at(10), "lin")
		f.decline(i, "lin")
		f.clock.Advance(time.Second)
		f.respond(i, "lin", interview.Accepted)
		f.review(i)
		f.wantState(i, pool.Closed)
		f.decline(i, "lin")
		if f.wantState(i, pool.Open); f.count(i) != 2 {
			t.Errorf("%d substitutions", f.count(i))
		}
	})
}

// Nothing opens while automatic substitution is off; a substitution of the interviewer who declined opens once it is
// on.
func TestAutomaticOff(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei")
		i := f.schedule(f.at(10), "lin")
		_, err := f.SetAutomatic(t.Context(), recruiter, i.ID, false)
		apperrtest.RequireNoError(t, err)
		f.decline(i, "lin")
		if n := f.count(i); n != 0 {
			t.Errorf("%d substitutions while off", n)
		}
		o, err := f.SetAutomatic(t.Context(), recruiter, i.ID, true)
		if err != nil || !o.Automatic || len(o.List) != 1 {
			t.Errorf("on: %+v, %v", o, err)
		}
	})
}
