package interview

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/scorecard"
)

// reported schedules an interview in a remote room that exists, and returns it
// with a report of the room as of now.
func (f *fixture) reported(edit ...func(*Plan)) (*Interview, RoomReport) {
	f.t.Helper()
	i := f.schedule(append(edit, func(p *Plan) { p.RoomKind, p.OverrideWarnings = remoteRoom, true })...)
	f.provide(i.ID)
	return i, RoomReport{Kind: remoteRoom, ExternalID: f.roomsOf(i.ID)[0].ExternalID, At: f.clock.Now()}
}

func (f *fixture) state(id string) State {
	f.t.Helper()
	return must(f.GetUnchecked(f.ctx, "corp", id))(f.t).State
}

func TestReportMovesInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		i, report := f.reported()
		apply := func(name string, want State, edit func(*RoomReport)) {
			t.Helper()
			r := report
			edit(&r)
			if _, err := f.Rooms().ApplyReport(f.ctx, "corp", r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := f.state(i.ID); got != want {
				t.Errorf("%s: the interview is %s, want %s", name, got, want)
			}
		}
		apply("neither started nor ended", Scheduled, func(*RoomReport) {})
		apply("started", InProgress, func(r *RoomReport) { r.Started = true })
		apply("started, repeated", InProgress, func(r *RoomReport) { r.Started = true })
		apply("ended", Ended, func(r *RoomReport) { r.Started, r.Ended = true, true })
		apply("started, late", Ended, func(r *RoomReport) { r.Started = true })
		if n := f.jobs("event_recorded"); n == 0 {
			t.Error("no event was recorded")
		}
	})
}

func TestReportOfEndBeforeStart(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		i, report := f.reported()
		report.Ended = true // the report of the start was lost
		roomID := must(f.Rooms().ApplyReport(f.ctx, "corp", report))(t)
		if got := f.state(i.ID); got != Ended {
			t.Errorf("the interview is %s", got)
		}
		if want := f.roomsOf(i.ID)[0].ID; roomID != want {
			t.Errorf("the report concerns room %s, want %s", roomID, want)
		}
	})
}

func TestNewestRatingIsStored(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		i, report := f.reported()
		for _, tc := range []struct {
			name   string
			after  time.Duration
			rating *float64
			want   float64
		}{
			{"first", 0, new(3.0), 3},
			{"newer", time.Minute, new(4.0), 4},
			{"late", 30 * time.Second, new(1.0), 4},
			{"of the same time", time.Minute, new(5.0), 5},
			{"without a rating", time.Hour, nil, 5},
		} {
			r := report
			r.At, r.Rating = report.At.Add(tc.after), tc.rating
			must(f.Rooms().ApplyReport(f.ctx, "corp", r))(t)
			if got := f.roomsOf(i.ID)[0].Rating; got == nil || *got != tc.want {
				t.Errorf("%s: the rating is %v, want %v", tc.name, got, tc.want)
			}
		}
	})
}

func TestReportOfUnknownRooms(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		i, report := f.reported()
		for name, tc := range map[string]struct {
			corpID string
			edit   func(*RoomReport)
		}{
			"no id":           {"corp", func(r *RoomReport) { r.ExternalID = "" }},
			"unknown id":      {"corp", func(r *RoomReport) { r.ExternalID = "other" }},
			"other kind":      {"corp", func(r *RoomReport) { r.Kind = LinkRoom }},
			"another company": {"other", func(*RoomReport) {}},
		} {
			r := report
			r.Started = true
			tc.edit(&r)
			_, err := f.Rooms().ApplyReport(f.ctx, tc.corpID, r)
			if !apperr.IsNotFound(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := f.state(i.ID); got != Scheduled {
			t.Errorf("the interview is %s", got)
		}
	})
}

// A room that the interview has left, or whose interview is cancelled, reports
// until its provider deletes it.
func TestReportOfReleasedRooms(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		moved, report := f.reported()
		must(f.Edit(f.ctx, f.recruiter, moved.ID, 0, func(p *Plan) { p.RoomKind, p.OverrideWarnings = BuiltinRoom, true }))(t)
		cancelled, other := f.reported()
		must(f.Cancel(f.ctx, f.recruiter, cancelled.ID, ""))(t)
		for _, r := range []RoomReport{report, other} {
			r.Started, r.Ended, r.Rating = true, true, new(5.0)
			roomID := must(f.Rooms().ApplyReport(f.ctx, "corp", r))(t)
			_, err := f.Rooms().FindInterview(f.ctx, "corp", roomID)
			apperrtest.Check(t, err, apperr.Gone, "provider.page_over")
		}
		for id, want := range map[string]State{moved.ID: Scheduled, cancelled.ID: Cancelled} {
			if got := f.state(id); got != want {
				t.Errorf("the interview is %s, want %s", got, want)
			}
			if r := f.roomsOf(id)[0]; r.Rating != nil {
				t.Errorf("the released room of interview %s has the rating %v", id, *r.Rating)
			}
		}
	})
}

func TestReportIsShownWithResult(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		i, report := f.reported()
		report.Ended, report.Rating = true, new(4.5)
		roomID := must(f.Rooms().ApplyReport(f.ctx, "corp", report))(t)
		facts := []RoomFact{{Name: "提交", Value: "3"}}
		if err := f.Rooms().StoreReport(f.ctx, "corp", roomID, facts); err != nil {
			t.Fatal(err)
		}
		found := must(f.Rooms().FindInterview(f.ctx, "corp", roomID))(t)
		if found.ID != i.ID || found.Candidate.Name != "陈晨" || found.Organizer.Name != "罗莎" {
			t.Errorf("the interview of the room: %+v", found)
		}
		shown := func(a actor.Actor) bool {
			t.Helper()
			v := f.Rooms().NewView(a, must(f.Get(f.ctx, a, i.ID))(t))
			if (v.Rating == nil) != (v.Report == nil) {
				t.Errorf("a rating and a report are shown apart: %+v", v)
			}
			return v.Rating != nil && *v.Rating == 4.5 && slices.Equal(v.Report, facts)
		}
		if !shown(f.recruiter) || shown(f.lin) {
			t.Error("before the scorecard, the result is for the recruiter alone")
		}
		f.evaluate(f.lin, i.ID, 3, scorecard.Yes)
		if !shown(f.lin) || shown(f.mei) {
			t.Error("the result is for interviewers who have submitted")
		}
		if err := f.Rooms().StoreReport(f.ctx, "other", roomID, nil); !apperr.IsNotFound(err) {
			t.Errorf("another company's report: %v", err)
		}
	})
}

func TestRoomsToReconcile(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		at := func(after time.Duration) func(*Plan) {
			return func(p *Plan) { p.StartsAt = f.clock.Now().Add(after).Truncate(time.Minute) }
		}
		overdue, _ := f.reported(at(time.Hour))
		later, _ := f.reported(at(24 * time.Hour))
		ended, endedReport := f.reported(at(time.Hour))
		silent, _ := f.reported(at(time.Hour)) // ended by hand, and no report yet
		cancelled, _ := f.reported(at(time.Hour))
		f.schedule(at(time.Hour), func(p *Plan) { p.OverrideWarnings = true })
		must(f.Cancel(f.ctx, f.recruiter, cancelled.ID, ""))(t)
		f.clock.Advance(90 * time.Minute)
		endedReport.Ended, endedReport.At = true, f.clock.Now()
		must(f.Rooms().ApplyReport(f.ctx, "corp", endedReport))(t)
		must(f.Start(f.ctx, f.lin, silent.ID))(t)
		must(f.End(f.ctx, f.lin, silent.ID))(t)

		list := func(corpID string, kind RoomKind) (ids []string) {
			t.Helper()
			now := f.clock.Now()
			for _, spec := range must(f.Rooms().ListToReconcile(f.ctx, corpID, kind, now.Add(-12*time.Hour), now))(t) {
				r := must(readRoom(f.ctx, f.DB.DB, spec.CorpID, spec.RoomID))(t)
				if spec.ExternalID == "" || spec.ExternalID != r.ExternalID {
					t.Errorf("the spec %+v does not match the room %+v", spec, r)
				}
				ids = append(ids, r.InterviewID)
			}
			slices.Sort(ids)
			return ids
		}
		want := []string{overdue.ID, silent.ID}
		slices.Sort(want)
		for _, corpID := range []string{"corp", ""} {
			if got := list(corpID, remoteRoom); !slices.Equal(got, want) {
				t.Errorf("rooms to reconcile of company %q: %v, want %v (later %s, ended %s)", corpID, got, want, later.ID, ended.ID)
			}
		}
		if got := append(list("other", remoteRoom), list("corp", BuiltinRoom)...); len(got) != 0 {
			t.Errorf("rooms of another company or kind: %v", got)
		}
	})
}

func TestSweepOfRooms(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.withRemoteRooms()
		lost := f.scheduleRemote()
		ready, _ := f.reported()
		if _, err := f.DB.NewRaw("DELETE FROM river_job").Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		sweep := func(want int) {
			t.Helper()
			if err := f.Rooms().sweepRooms(f.ctx); err != nil {
				t.Fatal(err)
			}
			if got := f.jobs("interview_room_provide"); got != want {
				t.Errorf("%d jobs after a sweep, want %d", got, want)
			}
		}
		sweep(0) // the room may have its job yet
		f.clock.Advance(10 * time.Minute)
		sweep(1)
		sweep(1) // a job per room
		f.provide(lost.ID)
		for _, id := range []string{lost.ID, ready.ID} {
			if r := f.roomsOf(id)[0]; r.State != RoomReady || r.ObservedGeneration != r.DesiredGeneration {
				t.Errorf("after the sweep: %+v", r)
			}
		}
	})
}
