package pool_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
)

// The first to accept replaces the interviewer who has declined.
func TestSubstitute(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei", "kai", "sun")
		i := w.schedule(w.at(10), "lin", "yan")
		w.schedule(w.at(10), "sun") // busy
		w.decline(i, "lin")
		r := w.newest(i)
		if got := w.cards(i); got != "kai mei" || r.State != pool.Open || r.UserID != "lin" || r.Cause != pool.CauseDeclined {
			t.Fatalf("cards to %q about %+v", got, r)
		}
		w.review(i) // repeated
		if n := w.count(i); n != 1 {
			t.Errorf("%d substitutions", n)
		}
		if out := w.answer(r, "mei", true); out != pool.Assigned {
			t.Errorf("mei: %s", out)
		}
		if got := w.interviewers(i); got != "mei:accepted yan:pending" {
			t.Errorf("interviewers: %s", got)
		}
		if r := w.newest(i); r.State != pool.Taken || r.TakenBy != "mei" || r.Taker.Name != "梅二" {
			t.Errorf("%+v", r)
		}
		for user, want := range map[string]pool.Outcome{"kai": pool.Late, "mei": pool.Assigned} {
			if out := w.answer(r, user, true); out != want {
				t.Errorf("%s again: %s", user, out)
			}
		}
		w.review(i)
		if got := w.interviewers(i); got != "mei:accepted yan:pending" || w.count(i) != 1 {
			t.Errorf("after the review: %s, %d substitutions", got, w.count(i))
		}
		w.decline(i, "mei") // the others are invited
		if r := w.newest(i); r.State != pool.Open || r.UserID != "mei" {
			t.Errorf("after the substitute has declined: %+v", r)
		}
	})
}

// Two members accept at once: one is assigned, the other is late.
func TestTwoAcceptAtOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei", "kai")
		for n := range 5 {
			i := w.schedule(w.at(9+n), "lin")
			w.decline(i, "lin")
			r := w.newest(i)
			outcomes := make([]pool.Outcome, 2)
			var wg sync.WaitGroup
			for k, user := range []string{"mei", "kai"} {
				wg.Go(func() {
					out, err := w.Answer(t.Context(), "corp", user, r.ID, true)
					if err != nil {
						t.Error(err)
					}
					outcomes[k] = out
				})
			}
			wg.Wait()
			want := map[string]string{"mei": "mei:accepted", "kai": "kai:accepted"}[w.newest(i).TakenBy]
			slices.Sort(outcomes)
			if got := w.interviewers(i); got != want || !slices.Equal(outcomes, []pool.Outcome{pool.Assigned, pool.Late}) {
				t.Errorf("interviewers %q, outcomes %v", got, outcomes)
			}
		}
	})
}

// A member accepts two requests at the same time: the second is refused.
func TestAcceptWhileBusy(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("mei")
		first, second := w.schedule(w.at(10), "lin"), w.schedule(w.at(10), "yan")
		w.decline(first, "lin")
		w.decline(second, "yan")
		rs := []*pool.Substitution{w.newest(first), w.newest(second)}
		outcomes := make([]pool.Outcome, 2)
		var wg sync.WaitGroup
		for k := range rs {
			wg.Go(func() {
				out, err := w.Answer(t.Context(), "corp", "mei", rs[k].ID, true)
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
		change func(w *fixture, i *interview.Interview)
		want   pool.Outcome
		state  pool.State
	}{
		"the deadline has passed": {func(w *fixture, _ *interview.Interview) { w.clock.Advance(w.at(9).Sub(w.clock.Now())) }, pool.Expired, pool.Open},
		"expired": {func(w *fixture, _ *interview.Interview) {
			w.clock.Advance(w.at(9).Sub(w.clock.Now()))
			check(w.t, w.ExpireSubstitutions(w.t.Context()))
		}, pool.Expired, pool.Unfilled},
		"cancelled": {func(w *fixture, i *interview.Interview) {
			_, err := w.Interviews.Cancel(w.t.Context(), recruiter, i.ID, "")
			check(w.t, err)
		}, pool.Obsolete, pool.Closed},
		"moved": {func(w *fixture, i *interview.Interview) {
			_, err := w.Interviews.Edit(w.t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) })
			check(w.t, err)
		}, pool.Obsolete, pool.Closed},
		"attends after all": {func(w *fixture, i *interview.Interview) { w.respond(i, "lin", interview.Accepted) }, pool.Obsolete, pool.Closed},
		"replaced by the recruiter, before the review": {func(w *fixture, i *interview.Interview) {
			_, err := w.Interviews.Edit(w.t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"yan"} })
			check(w.t, err)
		}, pool.Obsolete, pool.Open},
		"replaced by the recruiter": {func(w *fixture, i *interview.Interview) {
			_, err := w.Interviews.Edit(w.t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"yan"} })
			check(w.t, err)
			w.review(i)
		}, pool.Obsolete, pool.Closed},
		"started": {func(w *fixture, i *interview.Interview) {
			_, err := w.Interviews.Start(w.t.Context(), recruiter, i.ID)
			check(w.t, err)
		}, pool.Obsolete, pool.Open},
		"left the pool":    {func(w *fixture, _ *interview.Interview) { w.setPool("kai") }, pool.Outside, pool.Open},
		"left the company": {func(w *fixture, _ *interview.Interview) { w.leave("mei") }, pool.Outside, pool.Open},
		"switched off": {func(w *fixture, i *interview.Interview) {
			o, err := w.SetAutomatic(w.t.Context(), recruiter, i.ID, false)
			if err != nil || o.Automatic {
				w.t.Errorf("%+v, %v", o, err)
			}
		}, pool.Obsolete, pool.Closed},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				w.setPool("lin", "mei", "kai")
				i := w.schedule(w.at(10), "lin")
				w.decline(i, "lin")
				r := w.newest(i)
				tc.change(w, i)
				before := w.interviewers(i)
				if out := w.answer(r, "mei", true); out != tc.want {
					t.Errorf("answer %s, want %s", out, tc.want)
				}
				if got := w.interviewers(i); got != before {
					t.Errorf("interviewers %s, before %s", got, before)
				}
				w.wantState(i, tc.state)
			})
		})
	}
}

// A member who was not invited, and a substitution that does not exist.
func TestAnswerOfOthers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei")
		i := w.schedule(w.at(10), "lin")
		w.decline(i, "lin")
		r := w.newest(i)
		if out := w.answer(r, "yan", true); out != pool.Outside {
			t.Errorf("not invited: %s", out)
		}
		if out := w.answer(&pool.Substitution{ID: "unknown"}, "mei", true); out != pool.Obsolete {
			t.Errorf("unknown: %s", out)
		}
		out, err := w.Answer(t.Context(), "other", "mei", r.ID, true)
		if out != pool.Obsolete || err != nil {
			t.Errorf("another company: %s, %v", out, err)
		}
	})
}

// When all have declined, the substitution is unfilled, and the recruiter is notified with the
// next times.
func TestAllDecline(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei", "kai")
		i := w.schedule(w.at(10), "lin")
		w.decline(i, "lin")
		r := w.newest(i)
		for _, user := range []string{"mei", "mei"} { // repeated
			if out := w.answer(r, user, false); out != pool.Refused {
				t.Errorf("%s: %s", user, out)
			}
		}
		w.wantState(i, pool.Open)
		if out := w.answer(r, "kai", false); out != pool.Refused {
			t.Errorf("kai: %s", out)
		}
		w.wantState(i, pool.Unfilled)
		n, err := w.ReadNotice(t.Context(), pool.NoticeArgs{CorpID: "corp", SubstitutionID: r.ID})
		check(t, err)
		if n == nil || len(n.NextTimes) != 3 || n.Person.Name != "林一" {
			t.Fatalf("notice %+v", n)
		}
		for _, user := range []string{"mei", "kai"} { // the end, which closes the cards, shows their answers
			if out := w.OutcomeFor(w.newest(i), user); out != pool.Refused {
				t.Errorf("the card of %s shows %s", user, out)
			}
		}
		if out := w.answer(r, "mei", true); out != pool.Refused {
			t.Errorf("after all have declined: %s", out)
		}
		w.review(i)
		if n := w.count(i); n != 1 {
			t.Errorf("%d substitutions", n)
		}
		_, err = w.Interviews.Edit(t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"yan"} })
		check(t, err)
		if n, err := w.ReadNotice(t.Context(), pool.NoticeArgs{CorpID: "corp", SubstitutionID: r.ID}); n != nil || err != nil {
			t.Errorf("after the recruiter has acted: %+v, %v", n, err)
		}
	})
}

// The deadline leaves half an hour before the interview, and lies within working hours.
func TestDeadline(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei")
		w.clock.Advance(w.monday.Add(-62 * time.Hour).Add(17 * time.Hour).Sub(w.clock.Now())) // Saturday, 03:00
		for hour, want := range map[int]time.Duration{16: 13 * time.Hour, 12: 11*time.Hour + 30*time.Minute} {
			i := w.schedule(w.at(hour), "lin")
			w.decline(i, "lin")
			if got := w.newest(i).Deadline.Sub(w.monday); got != want {
				t.Errorf("of an interview at %d: %s, want %s", hour, got, want)
			}
		}
		w.clock.Advance(w.at(10).Sub(w.clock.Now()))
		soon := w.schedule(w.at(10).Add(20*time.Minute), "lin")
		w.decline(soon, "lin")
		if n := w.count(soon); n != 0 {
			t.Errorf("%d substitutions of an interview in 20 minutes", n)
		}
	})
}

// Without a free member the substitution is unfilled at once; without a pool there is none.
func TestNoFreeMember(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule(w.at(10), "lin")
		w.decline(i, "lin")
		if n := w.count(i); n != 0 {
			t.Errorf("%d substitutions without a pool", n)
		}
		w.setPool("lin")
		w.review(i)
		w.wantState(i, pool.Unfilled)
	})
}

// An interviewer who has left the company is replaced.
func TestSubstituteOfLeaver(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei")
		i := w.schedule(w.at(10), "lin")
		check(t, w.ReviewLeavers(t.Context()))
		if n := w.count(i); n != 0 {
			t.Fatalf("%d substitutions before", n)
		}
		w.leave("lin")
		check(t, w.ReviewLeavers(t.Context()))
		check(t, w.ReviewLeavers(t.Context()))
		r := w.newest(i)
		if w.count(i) != 1 || r.Cause != pool.CauseLeft {
			t.Fatalf("%d substitutions, %+v", w.count(i), r)
		}
		if out := w.answer(r, "mei", true); out != pool.Assigned {
			t.Errorf("%s", out)
		}
		if got := w.interviewers(i); got != "mei:accepted" {
			t.Errorf("interviewers: %s", got)
		}
	})
}

// A substitution opens again after the interviewer has accepted and declined once more.
func TestDeclineAgain(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei")
		i := w.schedule(w.at(10), "lin")
		w.decline(i, "lin")
		w.clock.Advance(time.Second)
		w.respond(i, "lin", interview.Accepted)
		w.review(i)
		w.wantState(i, pool.Closed)
		w.decline(i, "lin")
		if w.wantState(i, pool.Open); w.count(i) != 2 {
			t.Errorf("%d substitutions", w.count(i))
		}
	})
}

// Nothing opens while automatic substitution is off; a substitution of the interviewer who declined opens once it is
// on.
func TestAutomaticOff(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei")
		i := w.schedule(w.at(10), "lin")
		_, err := w.SetAutomatic(t.Context(), recruiter, i.ID, false)
		check(t, err)
		w.decline(i, "lin")
		if n := w.count(i); n != 0 {
			t.Errorf("%d substitutions while off", n)
		}
		o, err := w.SetAutomatic(t.Context(), recruiter, i.ID, true)
		if err != nil || !o.Automatic || len(o.List) != 1 {
			t.Errorf("on: %+v, %v", o, err)
		}
	})
}
