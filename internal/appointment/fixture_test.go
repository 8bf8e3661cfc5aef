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
	h := &fixture{
		t: t, db: d, sim: wecomtest.New(t),
		recruiter: actor.Actor{CorpID: corpID, UserID: "LinYue", Roles: actor.Recruiter | actor.Interviewer},
		admin:     actor.Actor{CorpID: corpID, UserID: "LinYue", Roles: actor.Administrator},
	}
	h.sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", AdvancedMeetings: advanced})
	for id, name := range names {
		h.sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name})
	}
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: h.sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	if h.queue, err = job.New(d, quiet, job.WithPollInterval(20*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	h.interviews = interview.New(interview.Config{
		DB: d, Queue: h.queue, Members: findMembers,
		Positions: &position.Service{DB: d, Queue: h.queue}, Candidates: &candidate.Service{DB: d, Queue: h.queue},
	})
	h.interviews.Register(h.queue)
	h.appointments = appointment.New(appointment.Config{
		DB: d, Queue: h.queue, Interviews: h.interviews, Client: client, FindActor: h.findActor, PublicURL: public, Logger: quiet,
	})
	h.interviews.Appointments = h.appointments
	h.addApp()
	return h
}

// addApp adds the application, whose callbacks become jobs.
func (h *fixture) addApp() {
	receive, err := callback.New(callback.Config{
		Token: token, EncodingAESKey: aesKey, ReceiveID: corpID, Handle: h.receive,
		DedupStore: &account.CallbackStore{DB: h.db, CorpID: corpID, Now: time.Now},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	srv := httptest.NewServer(receive)
	h.t.Cleanup(srv.Close)
	h.sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: public,
		CallbackURL: srv.URL, CallbackToken: token, EncodingAESKey: aesKey,
	})
}

func (h *fixture) receive(ctx context.Context, m callback.Message) error {
	args := appointment.JobFor(m)
	if args == nil {
		return nil
	}
	return h.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return h.queue.Insert(ctx, tx, args) })
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

func (h *fixture) findActor(_ context.Context, corp, userID string) (actor.Actor, error) {
	if userID == h.recruiter.UserID {
		return h.recruiter, nil
	}
	return actor.Actor{CorpID: corp, UserID: userID, Roles: actor.Interviewer}, nil
}

func (h *fixture) start() {
	h.t.Helper()
	if err := h.queue.Start(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := h.queue.Stop(ctx); err != nil {
			h.t.Error(err)
		}
	})
}

// schedule schedules an interview of two interviewers for tomorrow; edit changes its
// plan.
func (h *fixture) schedule(edit func(*interview.Plan)) *interview.Interview {
	h.t.Helper()
	p := interview.Plan{
		Title: "沈知远 · 高级后端工程师 · 第 1 轮", StartsAt: time.Now().Add(24 * time.Hour).Truncate(time.Minute), Duration: time.Hour,
		TimeZone: "Asia/Shanghai", Interviewers: []string{"ChenMo", "ZhouHang"},
		NewPosition:  &position.Position{Title: "高级后端工程师"},
		NewCandidate: &candidate.Candidate{Name: "沈知远"}, OverrideWarnings: true,
	}
	if edit != nil {
		edit(&p)
	}
	i, _, err := h.interviews.Schedule(h.t.Context(), h.recruiter, p)
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

// waitFor waits until check returns no reason to wait any longer.
func (h *fixture) waitFor(check func() string) {
	h.t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	timeout := time.After(time.Minute)
	for {
		reason := check()
		if reason == "" {
			return
		}
		select {
		case <-poll.C:
		case <-timeout:
			h.t.Fatalf("timed out: %s", reason)
		}
	}
}

// views returns the appointments of an interview by kind.
func (h *fixture) views(id string) map[appointment.Kind]appointment.View {
	h.t.Helper()
	list, err := h.appointments.List(h.t.Context(), h.recruiter, id)
	if err != nil {
		h.t.Fatal(err)
	}
	views := map[appointment.Kind]appointment.View{}
	for _, v := range list {
		views[v.Kind] = v
	}
	return views
}

// waitForState waits until the appointment of the kind has the state.
func (h *fixture) waitForState(id string, kind appointment.Kind, want appointment.State) appointment.View {
	h.t.Helper()
	var v appointment.View
	h.waitFor(func() string {
		if v = h.views(id)[kind]; v.State != want {
			return string(kind) + " is " + string(v.State)
		}
		return ""
	})
	return v
}

func (h *fixture) get(id string) *interview.Interview {
	h.t.Helper()
	i, err := h.interviews.Get(h.t.Context(), h.recruiter, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

// openSchedules returns the schedules of a member that are not cancelled.
func (h *fixture) openSchedules(userID string) []wecomtest.Schedule {
	var out []wecomtest.Schedule
	for _, e := range h.sim.Calendar(corpID, userID).Schedules() {
		if e.Status == 0 {
			out = append(out, e)
		}
	}
	return out
}

// openMeetings returns the meetings of a member that have not begun.
func (h *fixture) openMeetings(userID string) []wecomtest.Meeting {
	var out []wecomtest.Meeting
	for _, m := range h.sim.Meetings(corpID, userID) {
		if m.Status == 1 {
			out = append(out, m)
		}
	}
	return out
}
