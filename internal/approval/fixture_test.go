package approval_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID     = "ww_approval"
	agentID    = 1000002
	secret     = "the-secret-of-the-app"
	templateID = "TemplateOffer"
)

var (
	admin     = actor.ForMember(corpID, "LinYue", actor.Administrator)
	recruiter = actor.ForMember(corpID, "HeJing", actor.Recruiter)
	chen      = actor.ForInterviewer(corpID, "ChenMo")
)

// fixture is a company with an approval template in the simulator. Jobs run when the test says so, by the
// clock of the simulator.
type fixture struct {
	t          *testing.T
	db         *db.DB
	sim        *wecomtest.Server
	queue      *job.Queue
	interviews *interview.Service
	service    *approval.Service
	released   int // calls of Approved
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func offerTemplate() wecomtest.ApprovalTemplate {
	return wecomtest.ApprovalTemplate{CorpID: corpID, ID: templateID, Name: "录用审批", Approvers: []string{"WangLei"}, Controls: []wecomtest.ApprovalControl{
		{Control: "Text", ID: "Text-1", Title: "候选人", Required: true},
		{Control: "Text", ID: "Text-2", Title: "职位"},
		{Control: "Textarea", ID: "Textarea-3", Title: "录用理由", Required: true},
		{Control: "Text", ID: "Text-4", Title: "面试链接"},
		{Control: "Selector", ID: "Selector-5", Title: "类型", Required: true, Options: []wecomtest.ApprovalOption{{Key: "option-1", Value: "社招"}, {Key: "option-2", Value: "校招"}}},
		{Control: "Contact", ID: "Contact-6", Title: "经办人"},
		{Control: "Money", ID: "Money-7", Title: "薪资"},
	}}
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	f := &fixture{t: t, db: d, sim: wecomtest.New(t)}
	f.sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	for id, name := range names {
		f.sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name, Departments: []int64{1}})
	}
	f.sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, VisibleParties: []int64{1}})
	f.sim.AddApprovalTemplate(offerTemplate())
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: f.sim.URL(), Sleep: func(context.Context, time.Duration) bool { return true }})
	apperrtest.RequireNoError(t, err)
	quiet := slog.New(slog.DiscardHandler)
	f.queue, err = job.New(d, quiet, job.WithSteps(f.sim.Time))
	apperrtest.RequireNoError(t, err)
	apperrtest.RequireNoError(t, d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, '云杉科技', 'Asia/Shanghai', ?)", corpID, db.Now()).Exec(ctx)
		return err
	}))
	f.interviews = interview.New(interview.Config{
		DB: d, Queue: f.queue, Members: findMembers, Now: f.sim.Time, Appointments: interviewtest.NoAppointments{},
		Positions: &position.Service{DB: d, Queue: f.queue, Now: f.sim.Time}, Candidates: &candidate.Service{DB: d, Queue: f.queue, Now: f.sim.Time},
	})
	f.service = approval.New(approval.Config{
		DB: d, Queue: f.queue, Interviews: f.interviews, Client: client, PublicURL: "https://interview.test", Logger: quiet, Now: f.sim.Time,
		Approved: func(context.Context, *db.Tx, *interview.Interview) error {
			f.released++
			return nil
		},
	})
	return f
}

var names = map[string]string{"LinYue": "林悦", "HeJing": "何静", "ChenMo": "陈默", "WangLei": "王磊", "ZhaoMin": "赵敏"}

func findMembers(_ context.Context, _ string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		if name, ok := names[id]; ok {
			out[id] = member.Member{UserID: id, Name: name, Active: true}
		}
	}
	return out, nil
}

func values() []approval.Value {
	return []approval.Value{
		{ControlID: "Text-1", Source: approval.Candidate}, {ControlID: "Text-2", Source: approval.Position}, {ControlID: "Textarea-3", Source: approval.Reason},
		{ControlID: "Text-4", Source: approval.Link}, {ControlID: "Selector-5", Source: approval.Option, Option: "option-2"}, {ControlID: "Contact-6", Source: approval.Applicant},
	}
}

// enable turns approvals on.
func (f *fixture) enable(change ...func(*approval.Edit)) {
	f.t.Helper()
	edit := approval.Edit{Enabled: true, TemplateID: templateID, Values: values(), Relation: approval.All}
	for _, fn := range change {
		fn(&edit)
	}
	_, err := f.service.UpdateSettings(f.t.Context(), admin, 0, edit)
	apperrtest.RequireNoError(f.t, err)
}

func required(e *approval.Edit)  { e.Required = true }
func holdsMail(e *approval.Edit) { e.HoldsMail = true }

// newInterview returns an interview that has ended.
func (f *fixture) newInterview() *interview.Interview {
	f.t.Helper()
	i, _, err := f.interviews.Schedule(f.t.Context(), recruiter, interview.Plan{
		Title: "终面", StartsAt: f.sim.Time().Add(time.Hour).Truncate(time.Minute), Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: []string{"ChenMo"},
		NewPosition: &position.Position{Title: "后端工程师"}, NewCandidate: &candidate.Candidate{Name: "赵一鸣"}, OverrideWarnings: true, RoomKind: interview.BuiltinRoom,
	})
	apperrtest.RequireNoError(f.t, err)
	_, err = f.interviews.Start(f.t.Context(), chen, i.ID)
	apperrtest.RequireNoError(f.t, err)
	i, err = f.interviews.End(f.t.Context(), chen, i.ID)
	apperrtest.RequireNoError(f.t, err)
	return i
}

func (f *fixture) decide(i *interview.Interview, d interview.Decision) {
	f.t.Helper()
	_, err := f.interviews.Decide(f.t.Context(), recruiter, i.ID, d, "基础扎实\n沟通清楚")
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) apply(i *interview.Interview) {
	f.t.Helper()
	_, err := f.service.Apply(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) view(i *interview.Interview) *approval.View {
	f.t.Helper()
	v, err := f.service.Get(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
	return v
}

// run runs the jobs that are due. Messages are not sent: their worker is in package notify.
func (f *fixture) run() {
	f.t.Helper()
	_, err := f.queue.RunDue(f.t.Context())
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) advance(d time.Duration) {
	f.t.Helper()
	f.sim.Advance(d)
	f.run()
}

// callback inserts the job of a callback.
func (f *fixture) callback(args approval.ChangedArgs) {
	f.t.Helper()
	apperrtest.RequireNoError(f.t, f.db.InTx(f.t.Context(), func(ctx context.Context, tx *db.Tx) error { return f.queue.Insert(ctx, tx, args) }))
	f.run()
}

// current returns the newest request and checks its state.
func (f *fixture) current(i *interview.Interview, want approval.State) *approval.Request {
	f.t.Helper()
	v := f.view(i)
	if len(v.Requests) == 0 {
		f.t.Fatalf("there is no request, want one that is %s", want)
	}
	r := &v.Requests[0]
	if r.State != want {
		f.t.Fatalf("the request is %s (%v), want %s", r.State, r.Failure(), want)
	}
	return r
}

// submitted decides, applies and submits.
func (f *fixture) submitted() (*interview.Interview, *approval.Request) {
	f.t.Helper()
	i := f.newInterview()
	f.decide(i, interview.Hire)
	f.apply(i)
	f.run()
	return i, f.current(i, approval.Pending)
}

// submissions returns the number of requests in WeCom.
func (f *fixture) submissions() int {
	f.t.Helper()
	now := f.sim.Time()
	numbers, _, err := f.service.Client.Approvals.ListNumbers(f.t.Context(), wecom.ApprovalFilter{From: now.Add(-30 * 24 * time.Hour), To: now.Add(time.Hour)}, "")
	apperrtest.RequireNoError(f.t, err)
	return len(numbers)
}

// notices returns the messages of a kind about an interview.
func (f *fixture) notices(i *interview.Interview, kind message.Kind) (out []message.Message) {
	f.t.Helper()
	list, err := f.interviews.InterviewMessages(f.t.Context(), recruiter, i.ID)
	apperrtest.RequireNoError(f.t, err)
	for _, m := range list {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}
