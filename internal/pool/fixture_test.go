package pool_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pool"
)

// fixture is a company in Shanghai with a recruiter, interviewers and a position.
type fixture struct {
	*pool.Service
	t          testing.TB
	clock      *clocktest.Clock
	people     map[string]member.Member
	positionID string
	candidates int
	monday     time.Time // 00:00 in Shanghai
}

var (
	admin     = interviewtest.Ada
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	stranger  = interviewtest.Stranger
)

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

// noAppointments are interviews without calendar and meetings.
type noAppointments struct{}

func (noAppointments) Follow(context.Context, *db.Tx, *interview.Interview) error { return nil }

func (noAppointments) DefaultMeeting(context.Context, string) (interview.MeetingKind, error) {
	return interview.NoMeeting, nil
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	w := &fixture{t: t, clock: company.Clock, people: company.People}
	for id, name := range map[string]string{"sun": "孙四", "yan": "严五"} {
		w.people[id] = member.Member{UserID: id, Name: name, Active: true}
	}
	now := w.clock.Now
	w.Service = pool.New(pool.Config{
		DB: d, Queue: company.Queue, Interviews: company.Interviews, Now: now,
		Availability: company.NewAvailability(),
	})
	w.Interviews.Appointments = w.Follow(noAppointments{})
	w.monday = clocktest.FirstMonday(t, now(), interviewtest.TimeZone).AddDate(0, 0, 7)
	_, err := w.Availability.UpdateCompany(t.Context(), admin, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	check(t, err)
	w.positionID = company.CreatePosition(t).ID
	return w
}

// leave deactivates a member.
func (w *fixture) leave(id string) {
	m := w.people[id]
	m.Active = false
	w.people[id] = m
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode checks the text id of an error, or that of one of its fields.
func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("error %v, want %s", err, code)
	}
}

// at returns an hour of the Monday.
func (w *fixture) at(hour int) time.Time { return w.monday.Add(time.Duration(hour) * time.Hour) }

// setPool replaces the pool by trained members.
func (w *fixture) setPool(trained ...string) {
	w.t.Helper()
	_, err := w.Update(w.t.Context(), recruiter, w.positionID, 0, func(p *pool.Pool) {
		p.Members = nil
		for _, id := range trained {
			p.Members = append(p.Members, pool.Member{UserID: id, Qualification: pool.Trained})
		}
	})
	check(w.t, err)
}

// schedule creates an interview of another candidate.
func (w *fixture) schedule(start time.Time, interviewers ...string) *interview.Interview {
	w.t.Helper()
	w.candidates++
	i, _, err := w.Interviews.Schedule(w.t.Context(), recruiter, interview.Plan{
		Title: "一面", PositionID: w.positionID, NewCandidate: &candidate.Candidate{Name: "候选人" + string(rune('一'+w.candidates))},
		StartsAt: start, Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: interviewers, RoomKind: interview.BuiltinRoom,
	})
	check(w.t, err)
	return i
}

func (w *fixture) respond(i *interview.Interview, userID string, r interview.Response) {
	w.t.Helper()
	_, err := w.Interviews.Respond(w.t.Context(), actor.Actor{CorpID: "corp", UserID: userID, Roles: actor.Interviewer}, i.ID, interview.ResponseInput{Response: r})
	check(w.t, err)
}

// decline makes an interviewer decline, and runs the review.
func (w *fixture) decline(i *interview.Interview, userID string) {
	w.t.Helper()
	w.clock.Advance(time.Second)
	w.respond(i, userID, interview.Declined)
	w.review(i)
}

func (w *fixture) review(i *interview.Interview) {
	w.t.Helper()
	check(w.t, w.Review(w.t.Context(), "corp", i.ID))
}

// newest returns the newest substitution of an interview.
func (w *fixture) newest(i *interview.Interview) *pool.Substitution {
	w.t.Helper()
	o, err := w.ListOfInterview(w.t.Context(), recruiter, i.ID)
	check(w.t, err)
	if len(o.List) == 0 {
		w.t.Fatal("there is no substitution")
	}
	return o.List[0]
}

func (w *fixture) count(i *interview.Interview) int {
	w.t.Helper()
	o, err := w.ListOfInterview(w.t.Context(), recruiter, i.ID)
	check(w.t, err)
	return len(o.List)
}

// interviewers returns the interviewers with their responses, such as "lin:declined".
func (w *fixture) interviewers(i *interview.Interview) string {
	w.t.Helper()
	stored, err := w.Interviews.Get(w.t.Context(), recruiter, i.ID)
	check(w.t, err)
	out := []string{}
	for _, m := range stored.Interviewers {
		out = append(out, m.UserID+":"+string(m.Response))
	}
	return strings.Join(out, " ")
}

// cards returns the recipients of the cards about substitutions.
func (w *fixture) cards(i *interview.Interview) string {
	w.t.Helper()
	list, err := w.Interviews.InterviewMessages(w.t.Context(), recruiter, i.ID)
	check(w.t, err)
	out := []string{}
	for _, m := range list {
		if m.Kind == message.KindSubstitute {
			out = append([]string{m.Recipient}, out...)
		}
	}
	return strings.Join(out, " ")
}

func (w *fixture) answer(r *pool.Substitution, userID string, accept bool) pool.Outcome {
	w.t.Helper()
	out, err := w.Answer(w.t.Context(), "corp", userID, r.ID, accept)
	check(w.t, err)
	return out
}

func (w *fixture) wantState(i *interview.Interview, want pool.State) {
	w.t.Helper()
	if r := w.newest(i); r.State != want {
		w.t.Errorf("state %s, want %s", r.State, want)
	}
}
