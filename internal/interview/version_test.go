package interview

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

// pairs is how often a race is run: on PostgreSQL without the lock, each of
// these races fails within the first few.
const pairs = 20

func TestConcurrentEdits(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		versioningtest.Updater[Interview, Plan]{
			Update: func(ctx context.Context, version int, edit func(*Plan)) (*Interview, error) {
				return f.Edit(ctx, f.recruiter, i.ID, version, edit)
			},
			Texts:  func(p *Plan) [2]*string { return [2]*string{&p.Title, &p.Note} },
			Fields: func(i *Interview) (int, [2]string) { return i.Version, [2]string{i.Title, i.Note} },
		}.Run(t)
	})
}

// Two recruiters concurrently book the same interviewer for the same time: exactly
// one receives the warning.
func TestConcurrentDoubleBooking(t *testing.T) {
	for name, second := range map[string]func(f *fixture, p *Plan){
		"interviewer": func(f *fixture, p *Plan) { // another candidate, the interviewers in another order
			p.CandidateID = must(f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{Name: "王静"}, true))(f.t).ID
			p.Interviewers = []string{"mei", "lin"}
		},
		"candidate": func(_ *fixture, p *Plan) { p.Interviewers = []string{"rosa"} },
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				warned := 0
				for n := range pairs {
					at := noon.AddDate(0, 0, 2+n)
					var mu sync.Mutex
					book := func(edit func(*fixture, *Plan)) func() error {
						p := f.plan(func(p *Plan) {
							p.StartsAt = at
							edit(f, p)
						})
						return func() error {
							_, _, err := f.Schedule(f.ctx, f.recruiter, p)
							if apperr.KindOf(err) == apperr.Invalid {
								mu.Lock()
								defer mu.Unlock()
								warned++
								return nil
							}
							return err
						}
					}
					versioningtest.Race(t, book(func(*fixture, *Plan) {}), book(second))
				}
				if warned != pairs {
					t.Errorf("%d of %d pairs were warned", warned, pairs)
				}
			})
		})
	}
}

// An edit and a new interview concurrently book the same time.
func TestConcurrentEditAndSchedule(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		other := must(f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{Name: "王静"}, true))(f.t)
		for n := range pairs {
			i := f.schedule(func(p *Plan) { p.StartsAt = noon.AddDate(0, 0, 3).Add(time.Duration(n) * 2 * time.Hour) })
			at := noon.AddDate(0, 0, 100+n)
			var mu sync.Mutex
			warned := 0
			count := func(err error) error {
				if apperr.KindOf(err) == apperr.Invalid {
					mu.Lock()
					defer mu.Unlock()
					warned++
					return nil
				}
				return err
			}
			versioningtest.Race(t,
				func() error {
					_, err := f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = at })
					return count(err)
				},
				func() error {
					_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(func(p *Plan) { p.StartsAt, p.CandidateID = at, other.ID }))
					return count(err)
				})
			if warned != 1 {
				t.Fatalf("pair %d: %d warnings, want 1", n, warned)
			}
		}
	})
}
