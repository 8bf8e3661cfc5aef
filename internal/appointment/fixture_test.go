package appointment_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID  = "ww_appointment"
	agentID = 1000002
	secret  = "the-secret-of-the-app"
	token   = "callbacktoken"
	aesKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	public  = "https://interview.test"
)

var names = map[string]string{"LinYue": "林悦", "ChenMo": "陈默", "ZhouHang": "周航"}

// fixture is a company with a recruiter and two interviewers, its application in the
// simulator, and the services on one database.
type fixture struct {
	t            *testing.T
	db           *db.DB
	sim          *wecomtest.Server
	queue        *job.Queue
	interviews   *interview.Service
	appointments *appointment.Service
	recruiter    actor.Actor
	admin        actor.Actor
}

func newFixture(t *testing.T, d *db.DB, advanced bool) *fixture {
	t.Helper()
	f := &fixture{
		t: t, db: d, sim: wecomtest.New(t),
		recruiter: actor.ForMember(corpID, "LinYue", actor.Recruiter|actor.Interviewer),
		admin:     actor.ForMember(corpID, "LinYue", actor.Administrator),
	}
	f.sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", AdvancedMeetings: advanced})
	for id, name := range names {
		f.sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name})
	}
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: f.sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	if f.queue, err = job.New(d, quiet, job.WithPollInterval(20*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	f.interviews = interview.New(interview.Config{
		DB: d, Queue: f.queue, Members: findMembers,
		Positions: &position.Service{DB: d, Queue: f.queue}, Candidates: &candidate.Service{DB: d, Queue: f.queue},
	})
	f.interviews.Register(f.queue)
	f.appointments = appointment.New(appointment.Config{
		DB: d, Queue: f.queue, Interviews: f.interviews, Client: client, FindActor: f.findActor, PublicURL: public, Logger: quiet,
	})
	f.interviews.Appointments = f.appointments
	f.addApp()
	return f
}

// addApp adds the application, whose callbacks become jobs.
func (f *fixture) addApp() {
	receive, err := callback.New(callback.Config{
		Token: token, EncodingAESKey: aesKey, ReceiveID: corpID, Handle: f.receive,
		DedupStore: &account.CallbackStore{DB: f.db, CorpID: corpID, Now: time.Now},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	srv := httptest.NewServer(receive)
	f.t.Cleanup(srv.Close)
	f.sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: public,
		CallbackURL: srv.URL, CallbackToken: token, EncodingAESKey: aesKey,
	})
}

func (f *fixture) receive(ctx context.Context, m callback.Message) error {
	args := appointment.JobFor(m)
	if args == nil {
		return nil
	}
	return f.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return f.queue.Insert(ctx, tx, args) })
}

func findMembers(_ context.Context, _ string, userIDs []string) (map[string]member.Member, error) {
	found := map[string]member.Member{}
	for _, id := range userIDs {
		if name := names[id]; name != "" {
			found[id] = member.Member{UserID: id, Name: name, Active: true}
		}
	}
	return found, nil
}

func (f *fixture) findActor(_ context.Context, corp, userID string) (actor.Actor, error) {
	if userID == f.recruiter.UserID {
		return f.recruiter, nil
	}
	return actor.ForInterviewer(corp, userID), nil
}

func (f *fixture) start() {
	f.t.Helper()
	if err := f.queue.Start(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := f.queue.Stop(ctx); err != nil {
			f.t.Error(err)
		}
	})
}

// schedule schedules an interview of two interviewers for tomorrow; edit changes its
// plan.
func (f *fixture) schedule(edit func(*interview.Plan)) *interview.Interview {
	f.t.Helper()
	p := interview.Plan{
		Title: "沈知远 · 高级后端工程师 · 第 1 轮", StartsAt: time.Now().Add(24 * time.Hour).Truncate(time.Minute), Duration: time.Hour,
		TimeZone: "Asia/Shanghai", Interviewers: []string{"ChenMo", "ZhouHang"},
		NewPosition:  &position.Position{Title: "高级后端工程师"},
		NewCandidate: &candidate.Candidate{Name: "沈知远"}, OverrideWarnings: true,
	}
	if edit != nil {
		edit(&p)
	}
	i, _, err := f.interviews.Schedule(f.t.Context(), f.recruiter, p)
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func (f *fixture) waitFor(check func() string) {
	f.t.Helper()
	dbtest.WaitFor(f.t, check)
}

// views returns the appointments of an interview by kind.
func (f *fixture) views(id string) map[appointment.Kind]appointment.View {
	f.t.Helper()
	list, err := f.appointments.List(f.t.Context(), f.recruiter, id)
	if err != nil {
		f.t.Fatal(err)
	}
	views := map[appointment.Kind]appointment.View{}
	for _, v := range list {
		views[v.Kind] = v
	}
	return views
}

// waitForState waits until the appointment of the kind has the state.
func (f *fixture) waitForState(id string, kind appointment.Kind, want appointment.State) appointment.View {
	f.t.Helper()
	var v appointment.View
	f.waitFor(func() string {
		if v = f.views(id)[kind]; v.State != want {
			return string(kind) + " is " + string(v.State)
		}
		return ""
	})
	return v
}

func (f *fixture) get(id string) *interview.Interview {
	f.t.Helper()
	i, err := f.interviews.Get(f.t.Context(), f.recruiter, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

// openSchedules returns the schedules of a member that are not cancelled.
func (f *fixture) openSchedules(userID string) []wecomtest.Schedule {
	var out []wecomtest.Schedule
	for _, e := range f.sim.Calendar(corpID, userID).Schedules() {
		if e.Status == 0 {
			out = append(out, e)
		}
	}
	return out
}

// openMeetings returns the meetings of a member that have not begun.
func (f *fixture) openMeetings(userID string) []wecomtest.Meeting {
	var out []wecomtest.Meeting
	for _, m := range f.sim.Meetings(corpID, userID) {
		if m.Status == 1 {
			out = append(out, m)
		}
	}
	return out
}
