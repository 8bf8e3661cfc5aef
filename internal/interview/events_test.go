package interview

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/scorecard"
)

// events lists the events recorded after the fixture was created.
func (w *fixture) events() (types []string, data map[string]interviewEvent) {
	w.t.Helper()
	rows, _, err := event.List(w.ctx, w.DB, "corp", 0, nil, event.MaxLimit)
	if err != nil {
		w.t.Fatal(err)
	}
	data = map[string]interviewEvent{}
	for _, r := range rows {
		types = append(types, r.Type)
		var e interviewEvent
		if err := json.Unmarshal(r.Data, &e); err != nil {
			w.t.Fatal(err)
		}
		data[r.Type] = e
	}
	return types, data
}

func TestWhatHappensIsRecorded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		must(w.Positions.Update(w.ctx, w.recruiter, w.position.ID, 0, func(p *position.Position) { p.Level = "P6" }))(t)
		must(w.Candidates.Update(w.ctx, w.recruiter, w.candidate.ID, 0, func(c *candidate.Candidate) { c.Note = "secret" }))(t)
		i := w.schedule(func(p *Plan) { p.RoomKind, p.RoomURL, p.Note = LinkRoom, "https://secret.example/secret", "secret" })
		must(w.Respond(w.ctx, w.lin, i.ID, ResponseInput{Response: Declined, Reason: "secret"}))(t)
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) {
			p.StartsAt, p.Interviewers = p.StartsAt.Add(time.Hour), []string{"lin"}
		}))(t)
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Note = "more secret" }))(t)
		must(w.Start(w.ctx, w.lin, i.ID))(t)
		must(w.End(w.ctx, w.lin, i.ID))(t)
		w.evaluate(w.lin, i.ID, 4, scorecard.StrongYes)
		must(w.Decide(w.ctx, w.recruiter, i.ID, Hire, "secret"))(t)
		other := w.schedule()
		must(w.Cancel(w.ctx, w.recruiter, other.ID, "secret"))(t)
		must(w.Cancel(w.ctx, w.recruiter, other.ID, "secret"))(t) // does nothing

		types, data := w.events()
		want := []string{
			event.PositionCreated, event.CandidateCreated, event.PositionChanged, event.CandidateChanged,
			event.InterviewScheduled, event.InterviewResponse, event.InterviewChanged, event.InterviewChanged,
			event.InterviewStarted, event.InterviewEnded, event.ScorecardSubmitted, event.InterviewDecided,
			event.InterviewScheduled, event.InterviewCancelled,
		}
		if !slices.Equal(types, want) {
			t.Errorf("recorded\n  %s\nwant\n  %s", strings.Join(types, "\n  "), strings.Join(want, "\n  "))
		}
		if e := data[event.InterviewResponse]; e.UserID != "lin" || e.Response != Declined {
			t.Errorf("response %+v", e)
		}
		if e := data[event.ScorecardSubmitted]; e.UserID != "lin" || e.Submitted != 1 || e.Expected != 1 {
			t.Errorf("scorecard %+v", e)
		}
		if e := data[event.InterviewDecided]; e.Decision != Hire || e.State != Ended || e.InterviewID != i.ID {
			t.Errorf("decision %+v", e)
		}
		w.wantNoSecrets()
	})
}

// wantNoSecrets fails the test if an event contains internal notes, contact data or
// a join URL.
func (w *fixture) wantNoSecrets() {
	w.t.Helper()
	rows, _, err := event.List(w.ctx, w.DB, "corp", 0, nil, event.MaxLimit)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		for _, secret := range []string{"secret", "example", "陈晨"} {
			if strings.Contains(string(r.Data), secret) {
				w.t.Errorf("%s gives away %q: %s", r.Type, secret, r.Data)
			}
		}
	}
}

func TestAnEditSaysWhatChanged(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) {
			p.Title, p.Interviewers = "二面", []string{"mei"}
		}))(t)
		_, data := w.events()
		if got := data[event.InterviewChanged].Changed; !slices.Equal(got, []string{"title", "interviewers"}) {
			t.Errorf("changed %q", got)
		}
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(*Plan) {}))(t)
		if types, _ := w.events(); len(types) != 4 {
			t.Errorf("an edit that changes nothing was recorded: %q", types)
		}
	})
}

func TestEventsHaveTheirJob(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		before := w.jobs(event.RecordedArgs{}.Kind())
		w.schedule()
		if n := w.jobs(event.RecordedArgs{}.Kind()) - before; n != 1 {
			t.Errorf("%d jobs for one event", n)
		}
	})
}
