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
func (f *fixture) events() (types []string, data map[string]interviewEvent) {
	f.t.Helper()
	rows, _, err := event.List(f.ctx, f.DB, "corp", 0, nil, event.MaxLimit)
	if err != nil {
		f.t.Fatal(err)
	}
	data = map[string]interviewEvent{}
	for _, r := range rows {
		types = append(types, r.Type)
		var e interviewEvent
		if err := json.Unmarshal(r.Data, &e); err != nil {
			f.t.Fatal(err)
		}
		data[r.Type] = e
	}
	return types, data
}

func TestWhatHappensIsRecorded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		must(f.Positions.Update(f.ctx, f.recruiter, f.position.ID, 0, func(p *position.Position) { p.Level = "P6" }))(t)
		must(f.Candidates.Update(f.ctx, f.recruiter, f.candidate.ID, 0, func(c *candidate.Candidate) { c.Note = "secret" }))(t)
		i := f.schedule(func(p *Plan) { p.RoomKind, p.RoomURL, p.Note = LinkRoom, "https://secret.example/secret", "secret" })
		must(f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Declined, Reason: "secret"}))(t)
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
			p.StartsAt, p.Interviewers = p.StartsAt.Add(time.Hour), []string{"lin"}
		}))(t)
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Note = "more secret" }))(t)
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		must(f.End(f.ctx, f.lin, i.ID))(t)
		f.evaluate(f.lin, i.ID, 4, scorecard.StrongYes)
		must(f.Decide(f.ctx, f.recruiter, i.ID, Hire, "secret"))(t)
		other := f.schedule()
		must(f.Cancel(f.ctx, f.recruiter, other.ID, "secret"))(t)
		must(f.Cancel(f.ctx, f.recruiter, other.ID, "secret"))(t) // does nothing

		types, data := f.events()
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
		f.wantNoSecrets()
	})
}

// wantNoSecrets fails the test if an event contains internal notes, contact data or
// a join URL.
func (f *fixture) wantNoSecrets() {
	f.t.Helper()
	rows, _, err := event.List(f.ctx, f.DB, "corp", 0, nil, event.MaxLimit)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, r := range rows {
		for _, secret := range []string{"secret", "example", "陈晨"} {
			if strings.Contains(string(r.Data), secret) {
				f.t.Errorf("%s gives away %q: %s", r.Type, secret, r.Data)
			}
		}
	}
}

func TestAnEditSaysWhatChanged(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
			p.Title, p.Interviewers = "二面", []string{"mei"}
		}))(t)
		_, data := f.events()
		if got := data[event.InterviewChanged].Changed; !slices.Equal(got, []string{"title", "interviewers"}) {
			t.Errorf("changed %q", got)
		}
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(*Plan) {}))(t)
		if types, _ := f.events(); len(types) != 4 {
			t.Errorf("an edit that changes nothing was recorded: %q", types)
		}
	})
}

func TestEventsHaveTheirJob(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		before := f.jobs(event.RecordedArgs{}.Kind())
		f.schedule()
		if n := f.jobs(event.RecordedArgs{}.Kind()) - before; n != 1 {
			t.Errorf("%d jobs for one event", n)
		}
	})
}
