package customerservice_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID  = "ww_customer_service"
	agentID = 1000002
	secret  = "the-secret-of-the-app"
)

var (
	admin     = actor.ForMember(corpID, "LinYue", actor.Administrator)
	recruiter = actor.ForMember(corpID, "LinYue", actor.Recruiter)
	lin       = actor.ForInterviewer(corpID, "ChenMo")
)

// process is the services of one process.
type process struct {
	queue      *job.Queue
	interviews *interview.Service
	service    *customerservice.Service
}

// fixture is a company with an account of customer service in the simulator. Callbacks are inserted as
// jobs by the tests.
type fixture struct {
	*process
	t       *testing.T
	db      *db.DB
	sim     *wecomtest.Server
	client  *wecom.Client
	account string
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	f := &fixture{t: t, db: d, sim: wecomtest.New(t)}
	f.sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	f.sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, CustomerService: true})
	var err error
	if f.client, err = wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: f.sim.URL(), Sleep: func(context.Context, time.Duration) bool { return true }}); err != nil {
		t.Fatal(err)
	}
	if f.account, err = f.sim.AddKFAccount(corpID, "云杉招聘"); err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, '云杉科技', 'Asia/Shanghai', ?)", corpID, db.Now()).Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.process = f.newProcess()
	return f
}

// now is the clock of the product and of WeCom.
func (f *fixture) now() time.Time { return f.sim.Time() }

func (f *fixture) newProcess() *process {
	f.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	p := &process{}
	var err error
	if p.queue, err = job.New(f.db, quiet, job.WithPollInterval(20*time.Millisecond)); err != nil {
		f.t.Fatal(err)
	}
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	if err != nil {
		f.t.Fatal(err)
	}
	p.interviews = interview.New(interview.Config{
		DB: f.db, Queue: p.queue, Members: findMembers, Box: box, Now: f.now,
		Positions: &position.Service{DB: f.db, Queue: p.queue, Now: f.now}, Candidates: &candidate.Service{DB: f.db, Queue: p.queue, Now: f.now},
	})
	p.interviews.Register(p.queue)
	p.service = customerservice.New(customerservice.Config{
		DB: f.db, Queue: p.queue, Interviews: p.interviews, Client: f.client, Box: box, Logger: quiet, Now: f.now,
	})
	p.interviews.Appointments = p.service.Follow(interviewtest.NoAppointments{})
	return p
}

func findMembers(_ context.Context, _ string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		out[id] = member.Member{UserID: id, Name: "成员 " + id, Active: true}
	}
	return out, nil
}

// enable turns customer service on.
func (f *fixture) enable() {
	f.t.Helper()
	if _, err := f.service.UpdateSettings(f.t.Context(), admin, 0, customerservice.Edit{Enabled: true, OpenKFID: f.account}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) start(p *process) {
	f.t.Helper()
	if err := p.queue.Start(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := p.queue.Stop(ctx); err != nil {
			f.t.Error(err)
		}
	})
}

// callback inserts the job of a callback, which has no token.
func (f *fixture) callback() {
	f.t.Helper()
	err := f.db.InTx(f.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return f.queue.Insert(ctx, tx, customerservice.ReadArgs{CorpID: corpID, OpenKFID: f.account})
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// schedule schedules an interview for the day after tomorrow.
func (f *fixture) schedule() *interview.Interview {
	f.t.Helper()
	i, _, err := f.interviews.Schedule(f.t.Context(), recruiter, interview.Plan{
		Title: "一面", StartsAt: f.now().Add(48 * time.Hour).Truncate(time.Minute), Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: []string{"ChenMo"},
		NewPosition: &position.Position{Title: "后端工程师"}, NewCandidate: &candidate.Candidate{Name: "赵一鸣"}, OverrideWarnings: true, RoomKind: interview.BuiltinRoom,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func (f *fixture) linkOf(i *interview.Interview) string {
	f.t.Helper()
	link, err := f.service.LinkFor(f.t.Context(), i)
	if err != nil || link == "" {
		f.t.Fatalf("the link is %q, %v", link, err)
	}
	return link
}

// enter opens a link as a WeChat user, a new one without an id.
func (f *fixture) enter(link, id string) string {
	f.t.Helper()
	id, err := f.sim.EnterKF(f.t.Context(), wecomtest.Customer{CorpID: corpID, ExternalUserID: id, Name: "赵一鸣"}, link)
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *fixture) write(id, text string) {
	f.t.Helper()
	if err := f.sim.SendKFText(f.t.Context(), corpID, id, f.account, text, ""); err != nil {
		f.t.Fatal(err)
	}
}

// queued returns the messages about an interview of the channel WeChat, and the questions, the oldest
// first.
func (f *fixture) queued(i *interview.Interview) []message.Message {
	f.t.Helper()
	list, err := f.interviews.InterviewMessages(f.t.Context(), recruiter, i.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	list = slices.DeleteFunc(list, func(m message.Message) bool {
		return m.Channel != message.WeChat && m.Kind != message.KindCandidateQuestion
	})
	slices.Reverse(list)
	return list
}

func kindsOf(list []message.Message) string {
	var kinds []string
	for _, m := range list {
		kinds = append(kinds, string(m.Kind))
	}
	return strings.Join(kinds, " ")
}

func (f *fixture) waitFor(check func() string) {
	f.t.Helper()
	dbtest.WaitFor(f.t, check)
}

func (f *fixture) waitForKinds(i *interview.Interview, want string) []message.Message {
	f.t.Helper()
	var list []message.Message
	f.waitFor(func() string {
		list = f.queued(i)
		if got := kindsOf(list); got != want {
			return "messages are " + got + ", want " + want
		}
		return ""
	})
	return list
}

func (f *fixture) conversation(i *interview.Interview) *customerservice.Conversation {
	f.t.Helper()
	c, err := f.service.Get(f.t.Context(), recruiter, i.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}
