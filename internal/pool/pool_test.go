package pool_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

func TestUpdatePool(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p, err := f.Get(t.Context(), recruiter, f.positionID)
		apperrtest.RequireNoError(t, err)
		if p.Version != 0 || len(p.Members) != 0 || p.ResponseHours != pool.DefaultResponseHours {
			t.Errorf("before the first change: %+v", p)
		}
		p, err = f.Update(t.Context(), recruiter, f.positionID, 0, func(p *pool.Pool) {
			p.ResponseHours = 6
			p.Members = []pool.Member{
				{UserID: "LIN", Qualification: pool.Trained, Tags: []string{" 并发 ", "并发"}, Languages: []string{"en", "en"}},
				{UserID: "mei", Qualification: pool.Shadow},
			}
		})
		apperrtest.RequireNoError(t, err)
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
			_, err := f.Update(t.Context(), recruiter, f.positionID, 0, func(p *pool.Pool) {
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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin")
		f.leave("lin")
		f.leave("mei")
		p, err := f.Update(t.Context(), recruiter, f.positionID, 1, func(p *pool.Pool) { p.ResponseHours = 2 })
		if err != nil || p.Members[0].Person.Active {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = f.Update(t.Context(), recruiter, f.positionID, 0, func(p *pool.Pool) {
			p.Members = append(slices.Clone(p.Members), pool.Member{UserID: "mei", Qualification: pool.Trained})
		})
		apperrtest.CheckCode(t, err, "interview.not_active")
	})
}

func TestPoolVersion(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin")
		_, err := f.Update(t.Context(), recruiter, f.positionID, 1, func(p *pool.Pool) { p.ResponseHours = 8 })
		apperrtest.RequireNoError(t, err)
		p, err := f.Update(t.Context(), recruiter, f.positionID, 1, func(p *pool.Pool) { p.ResponseHours = 9 })
		apperrtest.CheckCode(t, err, "pool.changed_meanwhile")
		if p == nil || p.ResponseHours != 8 || p.Version != 2 {
			t.Errorf("the stored pool: %+v", p)
		}
		p, err = f.Update(t.Context(), recruiter, f.positionID, 2, func(*pool.Pool) {})
		if err != nil || p.Version != 2 {
			t.Errorf("without a change: %+v, %v", p, err)
		}
	})
}

func TestPoolPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule(f.at(10), "lin")
		ctx := t.Context()
		for name, run := range map[string]func(a int) error{
			"get": func(n int) error { _, err := f.Get(ctx, actors[n], f.positionID); return err },
			"update": func(n int) error {
				_, err := f.Update(ctx, actors[n], f.positionID, 0, func(*pool.Pool) {})
				return err
			},
			"propose": func(n int) error {
				_, err := f.Propose(ctx, actors[n], pool.Need{PositionID: f.positionID, StartsAt: f.at(10), Duration: i.Duration()})
				return err
			},
			"list":      func(n int) error { _, err := f.ListOfInterview(ctx, actors[n], i.ID); return err },
			"automatic": func(n int) error { _, err := f.SetAutomatic(ctx, actors[n], i.ID, false); return err },
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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin")
		apperrtest.RequireNoError(t, f.Interviews.Positions.Delete(t.Context(), recruiter, f.positionID))
		_, err := f.Get(t.Context(), recruiter, f.positionID)
		if !apperr.IsNotFound(err) {
			t.Errorf("%v", err)
		}
	})
}

// order returns the proposed members, in parentheses those who are not free.
func (f *fixture) order(hour int, chosen ...string) string {
	f.t.Helper()
	list, err := f.Propose(f.t.Context(), recruiter, pool.Need{PositionID: f.positionID, StartsAt: f.at(hour), Duration: 3600e9, Chosen: chosen})
	apperrtest.RequireNoError(f.t, err)
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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei", "kai", "sun")
		if got := f.order(10); got != "kai lin mei sun" {
			t.Errorf("without any load: %s", got)
		}
		f.schedule(f.at(14), "kai")             // the same week
		f.schedule(f.at(-4*24+10), "lin")       // the week before
		f.schedule(f.at(-5*24+10), "mei")       // earlier
		busy := f.schedule(f.at(10), "sun")     // at the time
		declined := f.schedule(f.at(15), "mei") // does not count
		f.respond(declined, "mei", interview.Declined)
		if got := f.order(10); got != "mei lin kai (sun)" {
			t.Errorf("by load and fairness: %s", got)
		}
		if got := f.order(10, "mei"); got != "lin kai (sun)" {
			t.Errorf("without the chosen: %s", got)
		}
		_, err := f.Interviews.Cancel(t.Context(), recruiter, busy.ID, "")
		apperrtest.RequireNoError(t, err)
		if got := f.order(10); got != "sun mei lin kai" {
			t.Errorf("after a cancellation: %s", got)
		}
		f.leave("sun")
		if got := f.order(10); got != "mei lin kai" {
			t.Errorf("after one has left: %s", got)
		}
		list, err := f.Propose(t.Context(), recruiter, pool.Need{PositionID: f.positionID, StartsAt: f.at(10), Duration: 3600e9})
		apperrtest.RequireNoError(t, err)
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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Update(t.Context(), recruiter, f.positionID, 0, func(p *pool.Pool) {
			p.Members = []pool.Member{{UserID: "kai", Qualification: pool.Shadow}, {UserID: "mei", Qualification: pool.ReverseShadow}, {UserID: "sun", Qualification: pool.Trained}}
		})
		apperrtest.RequireNoError(t, err)
		for chosen, want := range map[string]string{"": "sun", "lin": "sun", "kai": "sun", "sun": "kai mei"} {
			if got := f.order(10, strings.Fields(chosen)...); got != want {
				t.Errorf("beside %q: %s, want %s", chosen, got, want)
			}
		}
	})
}

func TestProposalInput(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Propose(t.Context(), recruiter, pool.Need{PositionID: f.positionID})
		apperrtest.CheckCode(t, err, "field.required")
		apperrtest.CheckCode(t, err, "interview.bad_duration")
	})
}

func TestPoolRaces(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.setPool("lin", "mei")
		versioningtest.Updater[pool.Pool, pool.Pool]{
			Update: func(ctx context.Context, version int, edit func(*pool.Pool)) (*pool.Pool, error) {
				if version > 0 {
					version++ // the first version is that of setPool
				}
				return f.Update(ctx, recruiter, f.positionID, version, func(p *pool.Pool) {
					for n := range p.Members {
						if len(p.Members[n].Tags) == 0 {
							p.Members[n].Tags = []string{"无"}
						}
						p.Members[n].Tags = slices.Clone(p.Members[n].Tags)
					}
					edit(p)
				})
			},
			Texts: func(p *pool.Pool) [2]*string { return [2]*string{&p.Members[0].Tags[0], &p.Members[1].Tags[0]} },
			Fields: func(p *pool.Pool) (int, [2]string) {
				return p.Version - 1, [2]string{p.Members[0].Tags[0], p.Members[1].Tags[0]}
			},
		}.Run(t)
	})
}
