package loop_test

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/loop"
)

const hour = time.Hour

func roundOf(interviewers ...string) loop.Round {
	return loop.Round{Title: "轮次", Duration: hour, Interviewers: interviewers}
}

func TestPropose(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.block("mei", f.at(9, 0), 2*hour)  // Mei is free from 11:00
		f.block("kai", f.at(13, 0), 5*hour) // Kai is free until 13:00
		f.block("lin", f.at(14, 0), hour)   // Lin is not free at 14:00
		given := f.query(roundOf("lin"), roundOf("mei"))
		for _, tc := range []struct {
			name string
			q    loop.Query
			want string
			fits bool
		}{
			{"the first time without a wait", given, "lin 09:45, mei 11:00", true},
			{"no order of these fits, and the nearest time is proposed", f.query(roundOf("mei"), roundOf("kai"), roundOf("lin")), "mei 09:00, kai 10:15, lin 11:30", false},
			{"another order", func() loop.Query {
				q := f.query(roundOf("mei"), roundOf("kai"), roundOf("lin"))
				q.Reorder = true
				return q
			}(), "kai 09:00, lin 10:15, mei 11:30", true},
		} {
			list := f.propose(tc.q)
			if len(list) == 0 || f.times(list[0]) != tc.want || list[0].Fits != tc.fits || list[0].Reordered != (tc.q.Reorder) {
				for _, p := range list {
					t.Logf("%s: %s fits=%v reordered=%v", tc.name, f.times(p), p.Fits, p.Reordered)
				}
				t.Errorf("%s: want %s", tc.name, tc.want)
			}
		}
		missed := f.propose(f.query(roundOf("mei"), roundOf("kai"), roundOf("lin")))[0]
		if r := missed.Slots[0].Refusals; len(r) != 1 || r[0].UserID != "mei" || r[0].Reason.Code != availability.ReasonBusy {
			t.Errorf("reasons %+v", r)
		}
	})
}

func TestProposeFromPool(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("sun", "yan")
		fromPool := loop.Round{Title: "轮次", Duration: hour, FromPool: 1}
		list := f.propose(f.query(fromPool, fromPool))
		if len(list) == 0 || !list[0].Fits {
			t.Fatalf("proposals %+v", list)
		}
		if got := f.times(list[0]); got != "sun 09:00, yan 10:15" { // the members of the pool take turns
			t.Errorf("proposed %s", got)
		}
		f.block("sun", f.at(9, 0), 8*hour)
		f.block("yan", f.at(9, 0), 4*hour)
		two := fromPool
		two.FromPool = 2
		missed := f.propose(f.query(two, fromPool))
		if len(missed) == 0 || missed[0].Fits || missed[0].Slots[0].Refusals[0].Reason.Code != loop.ReasonPoolBusy {
			t.Errorf("proposals %+v", missed)
		}
	})
}

// Limits and the buffer between two interviews consider the other rounds of the loop.
func TestProposeBesideOtherRounds(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setCompany(func(c *availability.Company) { c.Holidays, c.BufferMinutes = availability.NoHolidays, 30 })
		if got := f.times(f.propose(f.query(roundOf("lin"), roundOf("lin"), roundOf("mei")))[0]); got != "lin 09:00, lin 10:30, mei 11:45" {
			t.Errorf("with a buffer: %s", got)
		}
		f.setCompany(func(c *availability.Company) { c.Holidays, c.DailyLimit = availability.NoHolidays, 1 })
		list := f.propose(f.query(roundOf("lin"), roundOf("lin")))
		if len(list) == 0 || list[0].Fits || list[0].Slots[0].Refusals[0].Reason.Code != availability.ReasonDailyLimit {
			t.Errorf("with a limit: %+v", list)
		}
	})
}

func TestProposeDays(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.block("lin", f.at(9, 0), 8*hour)
		f.block("lin", f.at(17, 0), hour)
		q := f.query(roundOf("lin"), roundOf("mei"))
		if list := f.propose(q); len(list) != 1 || list[0].Fits {
			t.Errorf("on a full day: %+v", list)
		}
		q.Days = 3
		list := f.propose(q)
		for _, p := range list {
			if !p.Fits || p.Slots[0].Start.Before(f.at(24, 0)) {
				t.Errorf("proposed %s %s", p.Slots[0].Start, f.times(p))
			}
		}
		if len(list) != 6 {
			t.Errorf("%d proposals, want 3 for each of two days", len(list))
		}
		q.From, q.Days = availability.Date(f.monday.AddDate(0, 0, -2).Format(time.DateOnly)), 2
		if list := f.propose(q); len(list) != 0 {
			t.Errorf("on a weekend: %+v", list)
		}
	})
}

// What is proposed as fitting can be created without a warning.
func TestProposalsCanBeCreated(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("sun", "yan")
		f.block("lin", f.at(10, 0), hour)
		f.block("sun", f.at(9, 0), 3*hour)
		q := f.query(roundOf("lin", "mei"), loop.Round{Title: "轮次", Duration: 45 * time.Minute, FromPool: 1}, roundOf("kai"))
		q.Reorder = true
		for n, p := range f.propose(q) {
			plan := loop.Plan{Key: db.NewID(), PositionID: f.positionID, CandidateID: f.newCandidate("候选人" + string(rune('一'+n))).ID}
			for m, slot := range p.Slots {
				var ids []string
				for _, person := range slot.People {
					ids = append(ids, person.UserID)
				}
				r := f.round(m+1, slot.Start, ids...)
				r.Duration = slot.End.Sub(slot.Start)
				plan.Rounds = append(plan.Rounds, r)
			}
			l, err := f.Create(t.Context(), recruiter, plan)
			if err != nil {
				t.Fatalf("proposal %d, %s: %v", n+1, f.times(p), err)
			}
			_, err = f.CancelRest(t.Context(), recruiter, l.ID, 0, "")
			apperrtest.RequireNoError(t, err)
		}
	})
}

func TestProposeRefusals(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for code, change := range map[string]func(*loop.Query){
			"rounds: loop.bad_count":                            func(q *loop.Query) { q.Rounds = q.Rounds[:1] },
			"breakMinutes: loop.bad_break":                      func(q *loop.Query) { q.Break = 61 * time.Minute },
			"days: availability.bad_period":                     func(q *loop.Query) { q.Days = 15 },
			"from: field.invalid":                               func(q *loop.Query) { q.From = "2026-02-30" },
			"rounds[1].durationMinutes":                         func(q *loop.Query) { q.Rounds[1].Duration = 0 },
			"rounds[1].interviewers: interview.no_interviewers": func(q *loop.Query) { q.Rounds[1].Interviewers = nil },
			"rounds[0].interviewers[0]: interview.not_in":       func(q *loop.Query) { q.Rounds[0].Interviewers = []string{"none"} },
			"rounds[0].fromPool":                                func(q *loop.Query) { q.Rounds[0].FromPool = 4 },
			"candidateId":                                       func(q *loop.Query) { q.CandidateID = "none" },
		} {
			q := f.query(roundOf("lin"), roundOf("mei"))
			q.Rounds = slices.Clone(q.Rounds)
			change(&q)
			_, err := f.Propose(t.Context(), recruiter, q)
			apperrtest.CheckCode(t, err, code)
		}
		_, err := f.Propose(t.Context(), lin, f.query(roundOf("lin"), roundOf("mei")))
		apperrtest.CheckCode(t, err, "forbidden")
		_, err = f.Interviews.Cancel(t.Context(), recruiter, f.block("lin", f.at(9, 0), hour).ID, "")
		apperrtest.RequireNoError(t, err)
		if got := f.propose(f.query(roundOf("lin"), roundOf("mei"))); !got[0].Fits {
			t.Errorf("a cancelled interview takes time: %+v", got)
		}
	})
}

// PostgreSQL has no year 0.
func TestProposeOnImpossibleDays(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for _, day := range []availability.Date{"0000-01-01", "0000-12-31", "2026-02-30", ""} {
			q := f.query(roundOf("lin"), roundOf("mei"))
			q.From = day
			_, err := f.Propose(t.Context(), recruiter, q)
			apperrtest.CheckFields(t, err, "from: field.invalid")
		}
	})
}
