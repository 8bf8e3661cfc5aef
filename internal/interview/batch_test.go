package interview

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
)

// errTried rolls a transaction back after Batch.Try.
var errTried = errors.New("tried")

// newBatch returns a batch of the recruiter.
func (f *fixture) newBatch(entries ...*Entry) *Batch {
	f.t.Helper()
	return must(f.NewBatch(f.ctx, f.recruiter, entries))(f.t)
}

// try runs Try in a transaction that is rolled back.
func (f *fixture) try(b *Batch) {
	f.t.Helper()
	err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := b.Try(ctx, tx); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		f.t.Fatal(err)
	}
}

// makeBatch runs Make in a transaction that commits.
func (f *fixture) makeBatch(b *Batch, acceptWarnings bool) {
	f.t.Helper()
	f.inTx(func(ctx context.Context, tx *db.Tx) error { return b.Create(ctx, tx, acceptWarnings) })
}

// outcomes describes each entry as "created", "skipped" or the issues that stop it; notices follow.
func outcomes(b *Batch) []string {
	var out []string
	for _, e := range b.Entries {
		s := "skipped"
		if e.ID != "" {
			s = "created"
		}
		if f, ok := errors.AsType[*apperr.Error](e.Err); ok {
			s = ""
			for _, field := range f.Fields {
				if s += field.Path + " " + field.Code; field.Warning {
					s += "!"
				}
				s += ";"
			}
		}
		for _, note := range e.Notes {
			s += " + " + note.Code
		}
		out = append(out, s)
	}
	return out
}

func wantOutcomes(t *testing.T, step string, b *Batch, want ...string) {
	t.Helper()
	if got := outcomes(b); !slices.Equal(got, want) {
		t.Errorf("%s:\n  %q\nwant\n  %q", step, got, want)
	}
}

// count returns the number of rows of a table.
func (f *fixture) count(table string) int {
	f.t.Helper()
	n, err := f.DB.NewSelect().TableExpr(table).Count(f.ctx)
	if err != nil {
		f.t.Fatal(err)
	}
	return int(n)
}

func person(name, email, positionTitle string) *Entry {
	return &Entry{Candidate: candidate.Candidate{Name: name, Email: email}, PositionTitle: positionTitle}
}

// booking returns an entry that schedules an interview of a candidate with lin.
func (f *fixture) booking(name, email string, startsAt time.Time) *Entry {
	p := f.plan(func(p *Plan) {
		p.PositionID, p.CandidateID, p.StartsAt, p.Interviewers = "", "", startsAt, []string{"lin"}
	})
	e := person(name, email, "Go 工程师")
	e.Plan = &p
	return e
}

func TestBatchOfCandidates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		b := f.newBatch(
			person("王静", "jing@example.com", "Go 工程师"),
			person("陈晨", "chen@example.com", ""),      // exists
			person("陈晨", "", "前端工程师"),                 // a namesake of another position
			person("李雷", "not an address", ""),        // an error
			person("王静二", "JING@example.com", "前端 "),  // the address of the first entry, and a new position
			person("韩梅梅", "han@example.com", "前端工程师"), // the position of the third entry
			person("韩梅梅", "han@example.com", ""),      // the entry before, if that is accepted
		)
		exists, namesake, newPosition := "name interview.candidate_exists!;", "name interview.candidate_namesake!;", "position interview.new_position!;"
		before := []int{f.count("candidates"), f.count("positions")}
		f.try(b)
		wantOutcomes(t, "tried", b, "created", exists, newPosition+namesake, "email field.not_email;", newPosition+exists, newPosition, exists)
		if after := []int{f.count("candidates"), f.count("positions")}; !slices.Equal(after, before) {
			t.Errorf("a trial stored rows: %v, before %v", after, before)
		}

		f.makeBatch(b, false)
		wantOutcomes(t, "created without warnings", b, "created", exists, newPosition+namesake, "email field.not_email;", newPosition+exists, newPosition, "created")
		if got := f.count("candidates") - before[0]; got != 2 || f.count("positions") != before[1] {
			t.Errorf("%d candidates and %d positions, want two more and no more", got, f.count("positions"))
		}

		again := f.newBatch(b.Entries...)
		f.makeBatch(again, true)
		wantOutcomes(t, "created with warnings", again, "created", "created", "created", "email field.not_email;", "created", "created", "created")
		if got := f.count("positions") - before[1]; got != 2 {
			t.Errorf("%d new positions, want 前端工程师 and 前端", got)
		}
	})
}

func TestBatchOfInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		at := noon.AddDate(0, 0, 3)
		b := f.newBatch(
			f.booking("陈晨", "chen@example.com", at),
			f.booking("王静", "jing@example.com", at.Add(2*time.Hour)),    // a new candidate
			f.booking("王静", "JING@example.com", at.Add(4*time.Hour)),    // the one of the entry before
			f.booking("赵敏", "min@example.com", at.Add(30*time.Minute)),  // lin has the first interview
			f.booking("周周", "zhou@example.com", noon.AddDate(0, 0, -1)), // in the past
		)
		candidates, interviews := f.count("candidates"), f.count("interviews")
		booked := "interviewers[0] interview.double_booked!;"
		withCandidate := "created + interview.new_candidate"
		f.try(b)
		wantOutcomes(t, "tried", b, "created", withCandidate, "created", booked, "startsAt interview.in_past;")
		if f.count("candidates") != candidates || f.count("interviews") != interviews {
			t.Error("a trial stored rows")
		}
		f.makeBatch(b, false)
		wantOutcomes(t, "created", b, "created", withCandidate, "created", booked, "startsAt interview.in_past;")
		if got := f.count("interviews") - interviews; got != 3 {
			t.Errorf("%d interviews, want 3", got)
		}
		if got := f.count("candidates") - candidates; got != 1 {
			t.Errorf("%d new candidates: an entry that is refused leaves its candidate", got)
		}
		first := must(f.Get(f.ctx, f.recruiter, b.Entries[0].ID))(t)
		second, third := must(f.Get(f.ctx, f.recruiter, b.Entries[1].ID))(t), must(f.Get(f.ctx, f.recruiter, b.Entries[2].ID))(t)
		if first.CandidateID != f.candidate.ID || second.CandidateID != third.CandidateID || second.CandidateID == f.candidate.ID {
			t.Errorf("candidates %s, %s and %s", first.CandidateID, second.CandidateID, third.CandidateID)
		}
		wantMessages(t, f, first.ID, "invite>chen@example.com", "invite>lin")
	})
}

func TestBatchOfDoubtfulEntries(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		entries := func() []*Entry {
			unfit, doubtful := person("李雷", "lei@example.com", ""), person("韩梅梅", "mei@example.com", "")
			unfit.Unfit, doubtful.Doubtful = true, true
			invalid := person("", "", "")
			invalid.Unfit = true
			return []*Entry{unfit, doubtful, invalid}
		}
		b := f.newBatch(entries()...)
		f.try(b)
		wantOutcomes(t, "tried", b, "skipped", "skipped", "name field.required;")
		f.makeBatch(b, false)
		wantOutcomes(t, "created without warnings", b, "skipped", "skipped", "skipped")
		b = f.newBatch(entries()...)
		f.makeBatch(b, true)
		wantOutcomes(t, "created with warnings", b, "skipped", "created", "skipped")
	})
}

func TestBatchOfSeveralFittingCandidates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for range 2 {
			must(f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{Name: "王静", PositionID: f.position.ID}, true))(t)
		}
		at := noon.AddDate(0, 0, 3)
		other := f.booking("另一个名字", "chen@example.com", at.Add(2*time.Hour))
		b := f.newBatch(f.booking("王静", "", at), other)
		f.try(b)
		wantOutcomes(t, "tried", b, "candidate.name interview.candidate_ambiguous;", "candidate.name interview.candidate_other_name!;")
		f.makeBatch(b, true)
		wantOutcomes(t, "created with warnings", b, "candidate.name interview.candidate_ambiguous;", "created")
		if i := must(f.Get(f.ctx, f.recruiter, other.ID))(t); i.CandidateID != f.candidate.ID || i.Candidate.Name != "陈晨" {
			t.Errorf("the interview of another name has the candidate %+v", i.Candidate)
		}
	})
}

func TestBatchPermission(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.NewBatch(f.ctx, f.lin, []*Entry{person("王静", "", "")})
		apperrtest.CheckForbidden(t, err)
	})
}
