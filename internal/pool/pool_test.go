package pool_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
)

func TestUpdatePool(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p, err := w.Get(t.Context(), recruiter, w.positionID)
		check(t, err)
		if p.Version != 0 || len(p.Members) != 0 || p.ResponseHours != pool.DefaultResponseHours {
			t.Errorf("before the first change: %+v", p)
		}
		p, err = w.Update(t.Context(), recruiter, w.positionID, 0, func(p *pool.Pool) {
			p.ResponseHours = 6
			p.Members = []pool.Member{
				{UserID: "LIN", Qualification: pool.Trained, Tags: []string{" 并发 ", "并发"}, Languages: []string{"en", "en"}},
				{UserID: "mei", Qualification: pool.Shadow},
			}
		})
		check(t, err)
		m := p.Members[0]
		if p.Version != 1 || m.UserID != "lin" || m.Person.Name != "林一" || !slices.Equal(m.Tags, []string{"并发"}) || !slices.Equal(m.Languages, []string{"en"}) {
			t.Errorf("stored: %+v", p)
		}
		for name, tc := range map[string]struct {
			edit func(*pool.Pool)
			code string
		}{
			"unknown":       {func(p *pool.Pool) { p.Members[0].UserID = "eve" }, "interview.not_in_company"},
			"twice":         {func(p *pool.Pool) { p.Members[0].UserID = "mei" }, "pool.member_twice"},
			"qualification": {func(p *pool.Pool) { p.Members[0].Qualification = "boss" }, "field.not_one_of"},
			"tags":          {func(p *pool.Pool) { p.Members[0].Tags = make([]string, pool.MaxTags+1) }, "field.too_many"},
			"a long tag":    {func(p *pool.Pool) { p.Members[0].Tags = []string{strings.Repeat("长", 31)} }, "field.too_long"},
			"language":      {func(p *pool.Pool) { p.Members[0].Languages = []string{"tlh"} }, "field.not_one_of"},
			"hours":         {func(p *pool.Pool) { p.ResponseHours = 0 }, "field.invalid"},
			"members":       {func(p *pool.Pool) { p.Members = make([]pool.Member, pool.MaxMembers+1) }, "field.too_many"},
		} {
			_, err := w.Update(t.Context(), recruiter, w.positionID, 0, func(p *pool.Pool) {
				p.Members = slices.Clone(p.Members)
				tc.edit(p)
			})
			if err == nil || !strings.Contains(err.Error(), tc.code) {
				t.Errorf("%s: %v, want %s", name, err, tc.code)
			}
		}
	})
}

// A member who has left stays in a pool, and is not added to one.
func TestPoolOfLeavers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin")
		w.leave("lin")
		w.leave("mei")
		p, err := w.Update(t.Context(), recruiter, w.positionID, 1, func(p *pool.Pool) { p.ResponseHours = 2 })
		if err != nil || p.Members[0].Person.Active {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = w.Update(t.Context(), recruiter, w.positionID, 0, func(p *pool.Pool) {
			p.Members = append(slices.Clone(p.Members), pool.Member{UserID: "mei", Qualification: pool.Trained})
		})
		wantCode(t, err, "interview.not_active")
	})
}

func TestPoolVersion(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin")
		_, err := w.Update(t.Context(), recruiter, w.positionID, 1, func(p *pool.Pool) { p.ResponseHours = 8 })
		check(t, err)
		p, err := w.Update(t.Context(), recruiter, w.positionID, 1, func(p *pool.Pool) { p.ResponseHours = 9 })
		wantCode(t, err, "pool.changed_meanwhile")
		if p == nil || p.ResponseHours != 8 || p.Version != 2 {
			t.Errorf("the stored pool: %+v", p)
		}
		p, err = w.Update(t.Context(), recruiter, w.positionID, 2, func(*pool.Pool) {})
		if err != nil || p.Version != 2 {
			t.Errorf("without a change: %+v, %v", p, err)
		}
	})
}

func TestPoolPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule(w.at(10), "lin")
		ctx := t.Context()
		for name, run := range map[string]func(a int) error{
			"get": func(n int) error { _, err := w.Get(ctx, actors[n], w.positionID); return err },
			"update": func(n int) error {
				_, err := w.Update(ctx, actors[n], w.positionID, 0, func(*pool.Pool) {})
				return err
			},
			"propose": func(n int) error {
				_, err := w.Propose(ctx, actors[n], pool.Need{PositionID: w.positionID, StartsAt: w.at(10), Duration: i.Duration()})
				return err
			},
			"list":      func(n int) error { _, err := w.ListOfInterview(ctx, actors[n], i.ID); return err },
			"automatic": func(n int) error { _, err := w.SetAutomatic(ctx, actors[n], i.ID, false); return err },
		} {
			if kind := apperr.KindOf(run(0)); kind != apperr.Forbidden {
				t.Errorf("%s by an interviewer: kind %d", name, kind)
			}
			if kind := apperr.KindOf(run(1)); kind != apperr.NotFound {
				t.Errorf("%s by another company: kind %d", name, kind)
			}
		}
	})
}

var actors = []actor.Actor{lin, stranger}

// A position with a pool can be deleted.
func TestDeletePositionWithPool(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin")
		check(t, w.Interviews.Positions.Delete(t.Context(), recruiter, w.positionID))
		_, err := w.Get(t.Context(), recruiter, w.positionID)
		if !apperr.IsNotFound(err) {
			t.Errorf("%v", err)
		}
	})
}

// order returns the proposed members, in parentheses those who are not free.
func (w *fixture) order(hour int, chosen ...string) string {
	w.t.Helper()
	list, err := w.Propose(w.t.Context(), recruiter, pool.Need{PositionID: w.positionID, StartsAt: w.at(hour), Duration: 3600e9, Chosen: chosen})
	check(w.t, err)
	out := []string{}
	for _, p := range list {
		if p.Fits {
			out = append(out, p.UserID)
		} else {
			out = append(out, "("+p.UserID+")")
		}
	}
	return strings.Join(out, " ")
}

func TestProposalOrder(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.setPool("lin", "mei", "kai", "sun")
		if got := w.order(10); got != "kai lin mei sun" {
			t.Errorf("without any load: %s", got)
		}
		w.schedule(w.at(14), "kai")             // the same week
		w.schedule(w.at(-4*24+10), "lin")       // the week before
		w.schedule(w.at(-5*24+10), "mei")       // earlier
		busy := w.schedule(w.at(10), "sun")     // at the time
		declined := w.schedule(w.at(15), "mei") // does not count
		w.respond(declined, "mei", interview.Declined)
		if got := w.order(10); got != "mei lin kai (sun)" {
			t.Errorf("by load and fairness: %s", got)
		}
		if got := w.order(10, "mei"); got != "lin kai (sun)" {
			t.Errorf("without the chosen: %s", got)
		}
		_, err := w.Interviews.Cancel(t.Context(), recruiter, busy.ID, "")
		check(t, err)
		if got := w.order(10); got != "sun mei lin kai" {
			t.Errorf("after a cancellation: %s", got)
		}
		w.leave("sun")
		if got := w.order(10); got != "mei lin kai" {
			t.Errorf("after one has left: %s", got)
		}
		list, err := w.Propose(t.Context(), recruiter, pool.Need{PositionID: w.positionID, StartsAt: w.at(10), Duration: 3600e9})
		check(t, err)
		codes := []string{}
		for _, r := range list[0].Reasons {
			codes = append(codes, r.Code)
		}
		if got := strings.Join(codes, " "); got != "pool.free pool.qualification_trained pool.load pool.last" || list[0].LastMonth != 1 || list[0].ThisWeek != 0 {
			t.Errorf("reasons %s of %+v", got, list[0])
		}
	})
}

// Shadows are proposed beside a trained interviewer only.
func TestProposalOfShadows(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		_, err := w.Update(t.Context(), recruiter, w.positionID, 0, func(p *pool.Pool) {
			p.Members = []pool.Member{{UserID: "kai", Qualification: pool.Shadow}, {UserID: "mei", Qualification: pool.ReverseShadow}, {UserID: "sun", Qualification: pool.Trained}}
		})
		check(t, err)
		for chosen, want := range map[string]string{"": "sun", "lin": "sun", "kai": "sun", "sun": "kai mei"} {
			if got := w.order(10, strings.Fields(chosen)...); got != want {
				t.Errorf("beside %q: %s, want %s", chosen, got, want)
			}
		}
	})
}

func TestProposalInput(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		_, err := w.Propose(t.Context(), recruiter, pool.Need{PositionID: w.positionID})
		wantCode(t, err, "field.required")
		wantCode(t, err, "interview.bad_duration")
	})
}
