package loop_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/loop"
)

func TestCreate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create()
		if got, want := f.starts(l), "09:00 10:15 11:30"; got != want {
			t.Errorf("rounds at %s, want %s", got, want)
		}
		if p := l.Places[l.Rounds[1].ID]; p != (loop.Place{LoopID: l.ID, Number: 2, Count: 3}) {
			t.Errorf("place of the second round: %+v", p)
		}
		mail := "invite " + f.candidate.Email + " × × ×"
		if got, want := f.messages(0), []string{mail, "invite lin", "invite lin", "invite mei"}; !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("messages %q, want %q", got, want)
		}
	})
}

func TestCreateTwiceWithOneKey(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.plan()
		var all sync.WaitGroup
		ids := make([]string, 3)
		for n := range ids {
			all.Go(func() {
				q := p
				q.Rounds = slices.Clone(p.Rounds)
				l, err := f.Create(t.Context(), recruiter, q)
				if err != nil {
					t.Error(err)
					return
				}
				ids[n] = l.ID
			})
		}
		all.Wait()
		if ids[0] != ids[1] || ids[1] != ids[2] {
			t.Errorf("loops %q of one request", ids)
		}
		list, _, err := f.Interviews.List(t.Context(), recruiter, interview.Filter{})
		apperrtest.RequireNoError(t, err)
		if len(list) != 3 {
			t.Errorf("%d interviews, want 3", len(list))
		}
	})
}

// A refused round leaves no other round behind; all warnings are in one error.
func TestCreateAllOrNone(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.block("mei", f.at(10, 0), time.Hour)
		f.block("lin", f.at(11, 0), time.Hour)
		_, err := f.Create(t.Context(), recruiter, f.plan())
		apperrtest.CheckCode(t, err, "[rounds[1].interviewers[0]: interview.double_booked] [rounds[2].interviewers[0]: interview.double_booked]")
		list, _, err := f.Interviews.List(t.Context(), recruiter, interview.Filter{CandidateID: f.candidate.ID})
		apperrtest.RequireNoError(t, err)
		if len(list) != 0 || len(f.messages(2)) != 0 {
			t.Errorf("%d interviews, messages %q after a refusal", len(list), f.messages(2))
		}
		f.create(func(p *loop.Plan) { p.OverrideWarnings = true })
	})
}

func TestCreateRefusals(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for code, change := range map[string]func(*loop.Plan){
			"[key: field.invalid]":               func(p *loop.Plan) { p.Key = "" },
			"[rounds: loop.bad_count]":           func(p *loop.Plan) { p.Rounds = p.Rounds[:1] },
			"[rounds[1].startsAt: loop.overlap]": func(p *loop.Plan) { p.Rounds[1].StartsAt = f.at(9, 59) },
			"[rounds: loop.too_long]":            func(p *loop.Plan) { p.Rounds[2].StartsAt = f.at(33, 0) },
			"[positionId: field.unknown]":        func(p *loop.Plan) { p.PositionID = "none" },
			"[candidateId: field.unknown]":       func(p *loop.Plan) { p.CandidateID = "none" },
			"[rounds[0].startsAt: interview.in_past]": func(p *loop.Plan) {
				p.Rounds[0].StartsAt = f.at(-240, 0)
				p.Rounds[1].StartsAt = f.at(-239, 0)
				p.Rounds[2].StartsAt = f.at(-238, 0)
			},
			"[rounds[1].interviewers[0]: interview.not_in_company]": func(p *loop.Plan) { p.Rounds[1].Interviewers = []string{"none"} },
		} {
			_, err := f.Create(t.Context(), recruiter, f.plan(change))
			apperrtest.CheckCode(t, err, code)
		}
		_, err := f.Create(t.Context(), lin, f.plan())
		if apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer created a loop: %v", err)
		}
	})
}

// Interviewers see their own rounds and the number of all; others see no loop.
func TestGet(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create()
		own, err := f.Get(t.Context(), lin, l.ID)
		apperrtest.RequireNoError(t, err)
		if got := f.starts(own); got != "09:00 11:30" || own.Places[own.Rounds[1].ID].Number != 3 {
			t.Errorf("Lin sees %s, %+v", got, own.Places)
		}
		_, err = f.Get(t.Context(), stranger, l.ID)
		apperrtest.CheckCode(t, err, "not_found")
		other := f.block("lin", f.at(15, 0), time.Hour)
		places, err := f.FindPlaces(t.Context(), recruiter.CorpID, []string{l.Rounds[2].ID, other.ID})
		apperrtest.RequireNoError(t, err)
		if _, ok := places[other.ID]; ok || places[l.Rounds[2].ID].Number != 3 {
			t.Errorf("places %+v", places)
		}
	})
}

func TestMove(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create()
		_, err := f.Interviews.Respond(t.Context(), lin, l.Rounds[0].ID, interview.ResponseInput{Response: interview.Accepted})
		apperrtest.RequireNoError(t, err)
		for _, start := range []time.Time{f.at(10, 0), f.at(9, 0)} { // rounds move to the times of others
			before := len(f.messages(0))
			l, err = f.Move(t.Context(), recruiter, l.ID, l.Version, start, false)
			apperrtest.RequireNoError(t, err)
			want := []string{"changed " + f.candidate.Email + " × × ×", "changed lin × ×", "changed mei"}
			if got := f.messages(before); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("messages %q, want %q", got, want)
			}
		}
		if got := f.starts(l); got != "09:00 10:15 11:30" || l.Rounds[0].Interviewers[0].Response != interview.Pending {
			t.Errorf("moved to %s, response %s", got, l.Rounds[0].Interviewers[0].Response)
		}
		_, err = f.Move(t.Context(), recruiter, l.ID, 1, f.at(12, 0), false)
		apperrtest.CheckCode(t, err, "loop.changed_meanwhile")
		_, err = f.Move(t.Context(), recruiter, l.ID, 0, f.at(-240, 0), false)
		apperrtest.CheckCode(t, err, "interview.in_past")
		_, err = f.Move(t.Context(), lin, l.ID, 0, f.at(12, 0), false)
		apperrtest.CheckCode(t, err, "forbidden")
	})
}

// A round that has started keeps its time; warnings of several rounds are in one error, and no
// round moves.
func TestMoveWarnsOfAllRounds(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create()
		f.block("mei", f.at(14, 30), time.Hour)
		f.block("lin", f.at(15, 30), time.Hour)
		_, err := f.Interviews.Start(t.Context(), lin, l.Rounds[0].ID)
		apperrtest.RequireNoError(t, err)
		_, err = f.Move(t.Context(), recruiter, l.ID, 0, f.at(14, 0), false)
		apperrtest.CheckCode(t, err, "[rounds[2].interviewers[0]: interview.double_booked] [rounds[1].interviewers[0]: interview.double_booked]")
		if got := f.starts(f.get(l.ID)); got != "09:00 10:15 11:30" {
			t.Errorf("rounds at %s after a refusal", got)
		}
		l, err = f.Move(t.Context(), recruiter, l.ID, 0, f.at(14, 0), true)
		apperrtest.RequireNoError(t, err)
		if got := f.starts(l); got != "09:00 14:00 15:15" {
			t.Errorf("moved to %s", got)
		}
	})
}

func TestCancelRest(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create(func(p *loop.Plan) { p.Rounds = append(p.Rounds, f.round(4, f.at(14, 0), "mei")) })
		_, err := f.Interviews.Start(t.Context(), lin, l.Rounds[0].ID)
		apperrtest.RequireNoError(t, err)
		before := len(f.messages(0))
		l, err = f.CancelRest(t.Context(), recruiter, l.ID, l.Version, "职位已关闭")
		apperrtest.RequireNoError(t, err)
		for n, i := range l.Rounds {
			if cancelled := i.State == interview.Cancelled; cancelled != (n > 0) {
				t.Errorf("round %d is %s", n+1, i.State)
			}
		}
		want := []string{"cancelled " + f.candidate.Email + " × × ×", "cancelled lin", "cancelled mei × ×"}
		if got := f.messages(before); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("messages %q, want %q", got, want)
		}
		sent := len(f.messages(0))
		again, err := f.CancelRest(t.Context(), recruiter, l.ID, l.Version-1, "职位已关闭")
		if apperrtest.RequireNoError(t, err); again.Version != l.Version || len(f.messages(0)) != sent {
			t.Errorf("a repeated request: version %d after %d, %d messages after %d", again.Version, l.Version, len(f.messages(0)), sent)
		}
	})
}

func TestCancelRestWithoutRest(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create()
		for _, i := range l.Rounds {
			_, err := f.Interviews.Start(t.Context(), recruiter, i.ID)
			apperrtest.RequireNoError(t, err)
		}
		_, err := f.CancelRest(t.Context(), recruiter, l.ID, 0, "")
		apperrtest.CheckCode(t, err, "loop.nothing_left")
	})
}

// Of changes of one loop at the same time each person gets the messages of one.
func TestConcurrentChangesOfLoop(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		l := f.create()
		moved := func(hour int) func(int) error {
			return func(int) error {
				_, err := f.Move(t.Context(), recruiter, l.ID, l.Version, f.at(hour, 0), true)
				return err
			}
		}
		before := len(f.messages(0))
		conflicts := 0
		for _, err := range dbtest.Concurrently(2, func(n int) error { return moved(14 + n)(n) }) {
			if err != nil {
				apperrtest.CheckCode(t, err, "loop.changed_meanwhile")
				conflicts++
			}
		}
		if conflicts != 1 {
			t.Errorf("%d conflicts of two moves", conflicts)
		}
		l, err := f.Get(t.Context(), recruiter, l.ID)
		apperrtest.RequireNoError(t, err)
		perChange := len(f.messages(0)) - before
		errs := dbtest.Concurrently(4, func(int) error {
			_, err := f.CancelRest(t.Context(), recruiter, l.ID, 0, "")
			return err
		})
		apperrtest.RequireNoError(t, errors.Join(errs...))
		stored, err := f.Get(t.Context(), recruiter, l.ID)
		apperrtest.RequireNoError(t, err)
		if got := len(f.messages(before)) - perChange; stored.Version != l.Version+1 || got != perChange {
			t.Errorf("version %d after %d, %d messages of cancellations, want %d", stored.Version, l.Version, got, perChange)
		}
	})
}

// Of loops that are created or moved at once for one interviewer, one succeeds.
func TestRaces(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		const loops = 4
		candidates := make([]*candidate.Candidate, loops)
		for n := range candidates {
			candidates[n] = f.newCandidate(fmt.Sprintf("候选人%d", n))
		}
		race := func(what string, act func(n int) error) {
			errs := dbtest.Concurrently(loops, act)
			done := 0
			for _, err := range errs {
				if err == nil {
					done++
				} else {
					apperrtest.CheckCode(t, err, "interview.double_booked")
				}
			}
			if done != 1 {
				t.Errorf("%d of %d loops were %s at one time: %v", done, loops, what, errs)
			}
		}
		race("created", func(n int) error {
			_, err := f.Create(t.Context(), recruiter, f.plan(func(p *loop.Plan) { p.CandidateID = candidates[n].ID }))
			return err
		})
		ids := make([]string, loops)
		for n := range ids {
			ids[n] = f.create(func(p *loop.Plan) {
				p.CandidateID = candidates[n].ID
				for m := range p.Rounds {
					p.Rounds[m].StartsAt = p.Rounds[m].StartsAt.AddDate(0, 0, n+1)
				}
			}).ID
		}
		race("moved", func(n int) error {
			_, err := f.Move(t.Context(), recruiter, ids[n], 0, f.at(14, 0), false)
			return err
		})
	})
}
