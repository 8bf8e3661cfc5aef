package showmebug_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// Ids and credentials of the company in WeCom and at ShowMeBug.
const (
	corp         = "acme"
	clientID     = "application-key"
	clientSecret = "application-secret"
)

// fixture is a company with interviews, and a ShowMeBug over HTTP. Its jobs run.
type fixture struct {
	*showmebug.Service
	t           *testing.T
	ctx         context.Context
	db          *db.DB
	interviews  *interview.Service
	queue       *job.Queue
	sim         *showmebugtest.Server
	team        int64
	public      *httptest.Server
	clockOffset atomic.Int64 // how far our clocks are ahead
	admin       actor.Actor
	rosa        actor.Actor // a recruiter
	position    *position.Position
	candidate   *candidate.Candidate

	mu        sync.Mutex
	contacts  map[string]string // e-mail by userid, as WeCom returns it
	examMails []showmebug.ExamMail
	mailSkip  string // text id
}

var people = map[string]member.Member{
	"ada": {UserID: "ada", Name: "阿达", Active: true}, "rosa": {UserID: "rosa", Name: "罗莎", Active: true},
	"lin": {UserID: "lin", Name: "林一", Active: true}, "mei": {UserID: "mei", Name: "梅二", Active: true},
	"shy": {UserID: "shy", Name: "佘三", Active: true}, "p4": {UserID: "p4", Name: "四", Active: true},
	"p5": {UserID: "p5", Name: "五", Active: true}, "p6": {UserID: "p6", Name: "六", Active: true},
}

func runWithFixture(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.connectTeam()
		body(t, f)
	})
}

// newFixture starts it all; no company is connected yet. change may edit the
// configuration.
func newFixture(t *testing.T, d *db.DB, change ...func(*showmebug.Config)) *fixture {
	t.Helper()
	f := &fixture{
		t: t, ctx: t.Context(), db: d, sim: showmebugtest.New(t),
		admin: actor.ForMember(corp, "ada", actor.Administrator|actor.Recruiter),
		rosa:  actor.ForMember(corp, "rosa", actor.Recruiter),
		contacts: map[string]string{
			"lin": "lin@acme.example", "mei": "mei@acme.example", "rosa": "rosa@acme.example",
			"p4": "p4@acme.example", "p5": "p5@acme.example", "p6": "p6@acme.example",
		},
	}
	f.public = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		f.ServeCallback(rw, r, strings.TrimPrefix(r.URL.Path, "/showmebug/callback/"))
	}))
	t.Cleanup(f.public.Close)
	f.team = f.sim.AddTeam(showmebugtest.Team{
		Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, CallbackURL: f.public.URL + "/showmebug/callback/" + corp, Quota: 100,
	})
	f.startServices("a secret", change...)
	t.Cleanup(f.stopServices)
	f.position = must(f.interviews.Positions.Create(f.ctx, f.rosa, position.Position{Title: "Go 工程师"}))(t)
	f.candidate = must(f.interviews.Candidates.Create(f.ctx, f.rosa, candidate.Candidate{
		Name: "陈晨", Email: "chen@example.com", PositionID: f.position.ID,
	}, false))(t)
	return f
}

// startServices creates the parts, with keys derived from the secret, and starts the
// job queue.
func (f *fixture) startServices(secret string, change ...func(*showmebug.Config)) {
	f.t.Helper()
	log := slog.New(slog.DiscardHandler)
	f.queue = must(job.New(f.db, log))(f.t)
	box := must(secretbox.NewBox([]byte(secret), "test"))(f.t)
	f.interviews = interview.New(interview.Config{
		DB: f.db, Queue: f.queue, Members: f.lookUpMembers, Now: f.now, Box: box,
		Positions: &position.Service{DB: f.db, Queue: f.queue, Now: f.now}, Candidates: &candidate.Service{DB: f.db, Queue: f.queue, Now: f.now},
	})
	f.interviews.Register(f.queue)
	job.AddWorker(f.queue, f.deliverMail)
	cfg := showmebug.Config{
		DB: f.db, Queue: f.queue, Interviews: f.interviews, Box: box, Signer: must(secretbox.NewSigner([]byte(secret), "test"))(f.t),
		PublicURL: f.public.URL, Logger: log, BaseURL: f.sim.URL(), LookUpContact: f.lookUpContact, Now: f.now,
	}
	for _, fn := range change {
		fn(&cfg)
	}
	f.Service = showmebug.New(cfg)
	f.interviews.RoomProviders = interview.NewRoomRegistry(showmebug.Rooms{Service: f.Service})
	if err := f.queue.Start(f.ctx); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) stopServices() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := f.queue.Stop(ctx); err != nil {
		f.t.Error(err)
	}
}

func (f *fixture) now() time.Time { return time.Now().Add(time.Duration(f.clockOffset.Load())) }

func (f *fixture) lookUpMembers(_ context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		if m, ok := people[id]; ok && corpID == corp {
			out[id] = m
		}
	}
	return out, nil
}

// lookUpContact returns the contact that the test has set for WeCom.
func (f *fixture) lookUpContact(_ context.Context, _, userID string) (email, mobile string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.contacts[userID], "", nil
}

// deliverMail implements the delivery of messages, for mails with written tests.
func (f *fixture) deliverMail(ctx context.Context, args message.DeliverArgs, _ job.Attempt) error {
	messages := f.interviews.Messages
	m, err := messages.Get(ctx, args.CorpID, args.MessageID)
	if err != nil || m.Kind != message.KindWrittenTest {
		return err
	}
	l, err := f.ReadExamMail(ctx, m)
	if err != nil || l == nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.mailSkip != "" {
		return messages.MarkSkipped(ctx, m.CorpID, m.ID, f.mailSkip)
	}
	f.examMails = append(f.examMails, *l)
	return messages.MarkSent(ctx, m.CorpID, m.ID, "", "")
}

// sentMails returns the mails that were sent.
func (f *fixture) sentMails() []showmebug.ExamMail {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.examMails)
}

// skipMails sets the reason for which all further mails are skipped; "" for none.
func (f *fixture) skipMails(code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mailSkip = code
}

func (f *fixture) connectTeam() {
	f.t.Helper()
	must(f.Connect(f.ctx, f.admin, clientID, clientSecret))(f.t)
}

// interviewPlan returns a valid plan for an interview at ShowMeBug.
func (f *fixture) interviewPlan(edit ...func(*interview.Plan)) interview.Plan {
	p := interview.Plan{
		Title: "一面", PositionID: f.position.ID, CandidateID: f.candidate.ID, StartsAt: f.now().Add(48 * time.Hour),
		Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: []string{"lin", "mei"},
		RoomKind: showmebug.RoomKind, OverrideWarnings: true,
	}
	for _, fn := range edit {
		fn(&p)
	}
	return p
}

func (f *fixture) scheduleInterview(edit ...func(*interview.Plan)) *interview.Interview {
	f.t.Helper()
	i, _, err := f.interviews.Schedule(f.ctx, f.rosa, f.interviewPlan(edit...))
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

// scheduleWithRoom schedules an interview and waits for its room.
func (f *fixture) scheduleWithRoom(edit ...func(*interview.Plan)) (*interview.Interview, showmebugtest.Interview) {
	f.t.Helper()
	i := f.scheduleInterview(edit...)
	f.waitForRoomState(i.ID, interview.RoomReady)
	return i, f.sim.Interviews()[0]
}

func (f *fixture) roomView(id string) interview.RoomView {
	f.t.Helper()
	return f.interviews.Rooms().NewView(f.admin, f.getInterview(id))
}

func (f *fixture) getInterview(id string) *interview.Interview {
	f.t.Helper()
	return must(f.interviews.Get(f.ctx, f.rosa, id))(f.t)
}

func (f *fixture) waitForRoomState(id string, state interview.RoomState) {
	f.t.Helper()
	f.waitUntil("the room is "+string(state), func() bool { return f.roomView(id).State == state })
}

// waitForRoomFailure waits until the room has failed for the reason.
func (f *fixture) waitForRoomFailure(id, code string) {
	f.t.Helper()
	f.waitUntil("the room has failed by "+code, func() bool {
		v := f.roomView(id)
		return v.State == interview.RoomFailed && v.Failure != nil && v.Failure.Code == code
	})
}

// waitUntil waits for something that happens in the background.
func (f *fixture) waitUntil(what string, done func() bool) {
	f.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			f.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// messagesAbout lists the messages about an interview as "kind>recipient".
func (f *fixture) messagesAbout(id string) []string {
	f.t.Helper()
	var out []string
	for _, m := range must(f.interviews.InterviewMessages(f.ctx, f.rosa, id))(f.t) {
		out = append(out, string(m.Kind)+">"+m.Recipient)
	}
	slices.Sort(out)
	return out
}

// wantMessages fails the test unless these messages are among those about an
// interview, each once.
func (f *fixture) wantMessages(id string, want ...string) {
	f.t.Helper()
	queued := f.messagesAbout(id)
	for _, one := range want {
		n := 0
		for _, m := range queued {
			if m == one {
				n++
			}
		}
		if n != 1 {
			f.t.Errorf("%s is queued %d times: %v", one, n, queued)
		}
	}
}

// inTx runs fn in a transaction that must commit.
func (f *fixture) inTx(fn func(ctx context.Context, tx *db.Tx) error) {
	f.t.Helper()
	if err := f.db.InTx(f.ctx, fn); err != nil {
		f.t.Fatal(err)
	}
}

// enqueueJob runs a job as soon as may be.
func (f *fixture) enqueueJob(args job.Args) {
	f.t.Helper()
	f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.queue.Insert(ctx, tx, args) })
}

// runJobUntil runs a job until something has happened: one that meets a busy
// machine leaves it to its next turn, as it does every few minutes.
func (f *fixture) runJobUntil(args job.Args, what string, done func() bool) {
	f.t.Helper()
	f.waitUntil(what, func() bool {
		if done() {
			return true
		}
		n, err := f.db.NewSelect().TableExpr("river_job").Where("kind LIKE ?", args.Kind()+"%").
			Where("state NOT IN ('completed', 'cancelled', 'discarded')").Count(f.ctx)
		if err == nil && n == 0 {
			f.enqueueJob(args)
		}
		return false
	})
}

// waitForJobs waits until no job of the kind waits or runs.
func (f *fixture) waitForJobs(kind string) {
	f.t.Helper()
	f.waitUntil("jobs of kind "+kind+" are done", func() bool {
		n, err := f.db.NewSelect().TableExpr("river_job").Where("kind = ?", kind).
			Where("state NOT IN ('completed', 'cancelled', 'discarded')").Count(f.ctx)
		if err != nil {
			f.t.Fatal(err)
		}
		return n == 0
	})
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantAppError fails the test unless err is a fault with the code, or about a
// field "path: code".
func wantAppError(t *testing.T, err error, code string) {
	t.Helper()
	f, ok := errors.AsType[*apperr.Error](err)
	if ok && f.Code == code {
		return
	}
	if ok {
		for _, field := range f.Fields {
			if field.Path+": "+field.Code == code {
				return
			}
		}
	}
	t.Fatalf("got error %v, want %s", err, code)
}

func memberFilter(state showmebug.MemberState) showmebug.MemberFilter {
	return showmebug.MemberFilter{State: state}
}
