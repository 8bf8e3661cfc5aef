package latenotice_test

import (
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/history"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/latenotice"
)

var (
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	mei       = interviewtest.Mei
)

// fixture is an interview with lin and mei that starts in ten minutes.
type fixture struct {
	*latenotice.Service
	t     *testing.T
	clock *clocktest.Clock
	id    string
	start time.Time
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		f := &fixture{t: t, clock: company.Clock, Service: latenotice.New(latenotice.Config{DB: d, Interviews: company.Interviews, Now: company.Clock.Now})}
		position := company.CreatePosition(t)
		plan := interviewtest.NewPlan(position.ID, company.CreateCandidate(t, "陈晨", position.ID).ID, func(p *interview.Plan) {
			p.StartsAt, p.Interviewers = company.Clock.Now().Add(10*time.Minute), []string{"lin", "mei"}
		})
		i, _, err := company.Interviews.Schedule(t.Context(), recruiter, plan)
		apperrtest.RequireNoError(t, err)
		f.id, f.start = i.ID, i.StartsAt
		body(t, f)
	})
}

func (f *fixture) report(a actor.Actor, minutes int) {
	f.t.Helper()
	_, err := f.Report(f.t.Context(), a, f.id, minutes, 0)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) wantRefused(a actor.Actor, minutes, version int, kind apperr.Kind, code string) {
	f.t.Helper()
	_, err := f.Report(f.t.Context(), a, f.id, minutes, version)
	apperrtest.Check(f.t, err, kind, code)
}

// wantDelay checks what the candidate sees; 0 minutes is nothing.
func (f *fixture) wantDelay(when string, minutes int, all bool) {
	f.t.Helper()
	i, err := f.Interviews.GetUnchecked(f.t.Context(), recruiter.CorpID, f.id)
	apperrtest.RequireNoError(f.t, err)
	d, err := f.DelayOf(f.t.Context(), i)
	apperrtest.RequireNoError(f.t, err)
	switch {
	case d == nil && minutes != 0:
		f.t.Errorf("%s: no delay, want %d minutes", when, minutes)
	case d != nil && (d.Minutes != minutes || d.All != all || !d.ExpectedAt.Equal(f.start.Add(time.Duration(minutes)*time.Minute))):
		f.t.Errorf("%s: %+v, want %d minutes, all %v", when, d, minutes, all)
	}
}

func TestReport(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.wantDelay("without a notice", 0, false)
		f.report(lin, 10)
		f.wantDelay("one of two", 10, false)
		f.report(mei, 5)
		f.wantDelay("both", 5, true)
		got, err := f.List(t.Context(), recruiter, f.id)
		apperrtest.RequireNoError(t, err)
		if len(got.List) != 2 || got.List[1].Person.Name != "林一" || got.List[1].Minutes != 10 || got.MayReport {
			t.Errorf("the organizer sees %+v", got)
		}
		if got, err = f.List(t.Context(), lin, f.id); err != nil || !got.MayReport || got.Left != 2 {
			t.Errorf("the interviewer sees %+v, %v", got, err)
		}
		apperrtest.RequireNoError(t, f.Arrive(t.Context(), f.id, "mei"))
		f.wantDelay("one has arrived", 10, false)
		f.clock.Advance(15 * time.Minute) // five minutes after the planned start
		f.report(lin, 10)
		f.wantDelay("changed after the planned start", 15, false)
		f.clock.Advance(10 * time.Minute)
		f.wantDelay("at the expected time", 0, false)
		entries, err := history.List(t.Context(), f.Interviews, recruiter, f.id)
		apperrtest.RequireNoError(t, err)
		if e := entries[0]; e.Action != "interview.late" || e.By.UserID != "lin" || !e.To.Equal(f.start.Add(15*time.Minute)) {
			t.Errorf("history %+v", e)
		}
	})
}

func TestReportLimits(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for _, minutes := range []int{0, 61} {
			_, err := f.Report(t.Context(), lin, f.id, minutes, 0)
			apperrtest.CheckFields(t, err, "minutes: late.minutes")
		}
		f.wantRefused(lin, 5, 7, apperr.Conflict, "late.moved")
		f.clock.Advance(30 * time.Minute)
		f.wantRefused(lin, 50, 0, apperr.Conflict, "late.too_long")
		for n := range latenotice.MaxNotices {
			f.report(lin, 5+n)
		}
		f.wantRefused(lin, 5, 0, apperr.Conflict, "late.too_many")
		got, err := f.List(t.Context(), lin, f.id)
		apperrtest.RequireNoError(t, err)
		if got.MayReport || got.Left != 0 {
			t.Errorf("after all notices: %+v", got)
		}
		_, err = f.Interviews.Edit(t.Context(), recruiter, f.id, 0, func(p *interview.Plan) { p.StartsAt = f.clock.Now().Add(30 * time.Minute) })
		apperrtest.RequireNoError(t, err)
		f.wantDelay("after a move", 0, false)
		f.report(lin, 5)
	})
}

// A repeated notice, such as that of a retried job, is neither counted nor logged again.
func TestReportRepeated(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for range latenotice.MaxNotices + 1 {
			n, err := f.Report(t.Context(), lin, f.id, 10, 0)
			apperrtest.RequireNoError(t, err)
			if n.Minutes != 10 {
				t.Errorf("%d minutes", n.Minutes)
			}
		}
		got, err := f.List(t.Context(), lin, f.id)
		apperrtest.RequireNoError(t, err)
		entries, err := history.List(t.Context(), f.Interviews, recruiter, f.id)
		apperrtest.RequireNoError(t, err)
		if got.Left != latenotice.MaxNotices-1 || len(entries) != 2 {
			t.Errorf("%d notices are left, and the history has %d entries, want 2", got.Left, len(entries))
		}
		apperrtest.RequireNoError(t, f.Arrive(t.Context(), f.id, "lin"))
		f.report(lin, 10)
		f.wantDelay("after the interviewer has left again", 10, false)
	})
}

// After the planned start, the expected time of a retry is some seconds later.
func TestReportRepeatedAfterStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i, err := w.Interviews.Get(t.Context(), recruiter, w.id)
		apperrtest.RequireNoError(t, err)
		w.clock.Set(i.StartsAt.Add(2 * time.Minute))
		for range latenotice.MaxNotices + 1 {
			w.clock.Advance(3 * time.Second)
			w.report(lin, 5)
		}
		got, err := w.List(t.Context(), lin, w.id)
		apperrtest.RequireNoError(t, err)
		if got.Left != latenotice.MaxNotices-1 {
			t.Errorf("%d notices are left", got.Left)
		}
		w.clock.Advance(5 * time.Minute)
		w.report(lin, 5)
		if got, err = w.List(t.Context(), lin, w.id); err != nil || got.Left != latenotice.MaxNotices-2 {
			t.Errorf("%d notices are left after another one, %v", got.Left, err)
		}
	})
}

func TestReportByState(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Report(t.Context(), recruiter, f.id, 5, 0)
		if apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter who does not take part: %v", err)
		}
		if _, err = f.Report(t.Context(), interviewtest.Stranger, f.id, 5, 0); !apperr.IsNotFound(err) {
			t.Errorf("another company: %v", err)
		}
		_, err = f.Interviews.Respond(t.Context(), mei, f.id, interview.ResponseInput{Response: interview.Declined})
		apperrtest.RequireNoError(t, err)
		if _, err = f.Report(t.Context(), mei, f.id, 5, 0); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer who has declined: %v", err)
		}
		f.report(lin, 5)
		f.wantDelay("the only one who takes part", 5, true)
		_, err = f.Interviews.Start(t.Context(), recruiter, f.id)
		apperrtest.RequireNoError(t, err)
		f.wantRefused(lin, 5, 0, apperr.Conflict, "late.started")
		f.wantDelay("after the start", 0, false)
		_, err = f.Interviews.Cancel(t.Context(), recruiter, f.id, "")
		apperrtest.RequireNoError(t, err)
		f.wantRefused(lin, 5, 0, apperr.Gone, "interview.is_cancelled")
	})
}

func TestReportTooEarly(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.Interviews.Edit(t.Context(), recruiter, f.id, 0, func(p *interview.Plan) { p.StartsAt = f.clock.Now().Add(61 * time.Minute) })
		apperrtest.RequireNoError(t, err)
		f.wantRefused(lin, 5, 0, apperr.Conflict, "late.too_early")
		f.clock.Advance(time.Minute)
		f.report(lin, 5)
	})
}

// Concurrent notices of one interviewer are counted one after the other.
func TestReportRace(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		const attempts = 8
		stored, group := make([]bool, attempts), sync.WaitGroup{}
		for n := range attempts {
			group.Go(func() {
				_, err := f.Report(t.Context(), lin, f.id, n+1, 0)
				stored[n] = err == nil
				if err != nil && apperr.KindOf(err) != apperr.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		count := 0
		for _, ok := range stored {
			if ok {
				count++
			}
		}
		if count != latenotice.MaxNotices {
			t.Errorf("%d notices were stored, want %d", count, latenotice.MaxNotices)
		}
	})
}
