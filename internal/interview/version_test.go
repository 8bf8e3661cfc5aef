package interview

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
)

// pairs is how often a race is run: on PostgreSQL without the lock, each of
// these races fails within the first few.
const pairs = 20

// race runs both functions at once and fails the test on an error.
func race(t *testing.T, a, b func() error) {
	t.Helper()
	var wg sync.WaitGroup
	for _, fn := range []func() error{a, b} {
		wg.Go(func() {
			if err := fn(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// updater is an Update* method over texts: set writes field n of two, get reads
// both, and the result of an update is returned as it came.
type updater struct {
	update func(ctx context.Context, version int, field int, value string) (version2 int, fields [2]string, err error)
	read   func(ctx context.Context) (version int, fields [2]string)
}

func updaters(f *fixture) map[string]updater {
	q := must(f.CreateQuestion(f.ctx, f.recruiter, Question{Title: "两数之和", Body: "题面"}))(f.t)
	i := f.schedule()
	candidate := func(c *Candidate) (int, [2]string) { return c.Version, [2]string{c.Note, c.Source} }
	position := func(p *Position) (int, [2]string) { return p.Version, [2]string{p.Department, p.Level} }
	question := func(q *Question) (int, [2]string) { return q.Version, [2]string{q.Body, q.InterviewerNotes} }
	interview := func(i *Interview) (int, [2]string) { return i.Version, [2]string{i.Title, i.Note} }
	return map[string]updater{
		"candidate": updaterOf(candidate,
			func(ctx context.Context, version int, edit func(*Candidate)) (*Candidate, error) {
				return f.UpdateCandidate(ctx, f.recruiter, f.candidate.ID, version, edit)
			},
			func(c *Candidate, n int) *string { return []*string{&c.Note, &c.Source}[n] }),
		"position": updaterOf(position,
			func(ctx context.Context, version int, edit func(*Position)) (*Position, error) {
				return f.UpdatePosition(ctx, f.recruiter, f.position.ID, version, edit)
			},
			func(p *Position, n int) *string { return []*string{&p.Department, &p.Level}[n] }),
		"question": updaterOf(question,
			func(ctx context.Context, version int, edit func(*Question)) (*Question, error) {
				return f.UpdateQuestion(ctx, f.recruiter, q.ID, version, edit)
			},
			func(q *Question, n int) *string { return []*string{&q.Body, &q.InterviewerNotes}[n] }),
		"interview": updaterOf(interview,
			func(ctx context.Context, version int, edit func(*Plan)) (*Interview, error) {
				return f.Edit(ctx, f.recruiter, i.ID, version, edit)
			},
			func(p *Plan, n int) *string { return []*string{&p.Title, &p.Note}[n] }),
	}
}

// updaterOf returns an updater for an Update* method on rows R edited as E.
func updaterOf[R, E any](fields func(*R) (int, [2]string),
	update func(ctx context.Context, version int, edit func(*E)) (*R, error), field func(*E, int) *string,
) updater {
	u := updater{}
	u.update = func(ctx context.Context, version, n int, value string) (int, [2]string, error) {
		row, err := update(ctx, version, func(e *E) { *field(e, n) = value })
		if row == nil {
			return 0, [2]string{}, err
		}
		stored, texts := fields(row)
		return stored, texts, err
	}
	u.read = func(ctx context.Context) (int, [2]string) {
		row, err := update(ctx, 0, func(*E) {}) // an edit that changes nothing
		if err != nil {
			return 0, [2]string{err.Error()}
		}
		return fields(row)
	}
	return u
}

// Two concurrent requests change different fields: both changes are stored.
func TestConcurrentUpdatesKeepBothChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, u := range updaters(f) {
			for n := range pairs {
				want := [2]string{fmt.Sprintf("左 %d", n), fmt.Sprintf("右 %d", n)}
				set := func(field int) func() error {
					return func() error {
						_, _, err := u.update(f.ctx, 0, field, want[field])
						return err
					}
				}
				race(t, set(0), set(1))
				if _, got := u.read(f.ctx); got != want {
					t.Fatalf("%s, pair %d: stored %q, want %q", name, n, got, want)
				}
			}
		}
	})
}

// Two requests edit the same version: one is stored, the other fails with a
// conflict that contains the stored row.
func TestConcurrentUpdatesOfOneVersion(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, u := range updaters(f) {
			for n := range pairs {
				version, _ := u.read(f.ctx)
				var mu sync.Mutex
				var stored, refused []string
				set := func(value string) func() error {
					return func() error {
						_, got, err := u.update(f.ctx, version, 0, value)
						mu.Lock()
						defer mu.Unlock()
						switch apperr.KindOf(err) {
						case apperr.Conflict:
							refused = append(refused, got[0])
						default:
							if err != nil {
								return err
							}
							stored = append(stored, value)
						}
						return nil
					}
				}
				race(t, set(fmt.Sprintf("甲 %d", n)), set(fmt.Sprintf("乙 %d", n)))
				if len(stored) != 1 || !slices.Equal(refused, stored) {
					t.Fatalf("%s, pair %d: stored %q, refused with %q; want one of each, with the same text", name, n, stored, refused)
				}
			}
		}
	})
}

func TestUpdateVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, u := range updaters(f) {
			first, _ := u.read(f.ctx)
			if first != 1 {
				t.Errorf("%s: version %d after an edit that changes nothing, want 1", name, first)
			}
			second, _, err := u.update(f.ctx, first, 0, "改过的内容")
			if err != nil || second != 2 {
				t.Errorf("%s: version %d, %v after an edit, want 2", name, second, err)
			}
			stored, fields, err := u.update(f.ctx, first, 1, "别的内容")
			if apperr.KindOf(err) != apperr.Conflict || stored != 2 || fields[0] != "改过的内容" {
				t.Errorf("%s: an edit of an old version: version %d, %q, %v; want a conflict with the stored object", name, stored, fields, err)
			}
			if _, _, err := u.update(f.ctx, 0, 1, "别的内容"); err != nil {
				t.Errorf("%s: an edit of any version: %v", name, err)
			}
		}
		var edits int
		err := f.DB.NewRaw("SELECT COUNT(*) FROM audit_log WHERE act IN ('candidate.update', 'position.update', 'question.update', 'interview.edit')").Scan(f.ctx, &edits)
		if err != nil || edits != 8 {
			t.Errorf("%d edits in the audit log (%v), want two of each of the four", edits, err)
		}
	})
}

// Two recruiters concurrently book the same interviewer for the same time: exactly
// one receives the warning.
func TestConcurrentDoubleBooking(t *testing.T) {
	for name, second := range map[string]func(f *fixture, p *Plan){
		"interviewer": func(f *fixture, p *Plan) { // another candidate, the interviewers in another order
			p.CandidateID = must(f.CreateCandidate(f.ctx, f.recruiter, Candidate{Name: "王静"}))(f.t).ID
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
					race(t, book(func(*fixture, *Plan) {}), book(second))
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
		other := must(f.CreateCandidate(f.ctx, f.recruiter, Candidate{Name: "王静"}))(f.t)
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
			race(t,
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
