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
	mailErr   error
}

var people = map[string]member.Member{
	"ada": {UserID: "ada", Name: "阿达", Active: true}, "rosa": {UserID: "rosa", Name: "罗莎", Active: true},
	"lin": {UserID: "lin", Name: "林一", Active: true}, "mei": {UserID: "mei", Name: "梅二", Active: true},
	"shy": {UserID: "shy", Name: "佘三", Active: true}, "p4": {UserID: "p4", Name: "四", Active: true},
	"p5": {UserID: "p5", Name: "五", Active: true}, "p6": {UserID: "p6", Name: "六", Active: true},
}

func runWithFixture(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newFixture(t, d)
		w.connectTeam()
		body(t, w)
	})
}

// newFixture starts it all; no company is connected yet. change may edit the
// configuration.
func newFixture(t *testing.T, d *db.DB, change ...func(*showmebug.Config)) *fixture {
	t.Helper()
	w := &fixture{
		t: t, ctx: t.Context(), db: d, sim: showmebugtest.New(t),
		admin: actor.Actor{CorpID: corp, UserID: "ada", Roles: actor.Administrator | actor.Recruiter},
		rosa:  actor.Actor{CorpID: corp, UserID: "rosa", Roles: actor.Recruiter},
		contacts: map[string]string{
			"lin": "lin@acme.example", "mei": "mei@acme.example", "rosa": "rosa@acme.example",
			"p4": "p4@acme.example", "p5": "p5@acme.example", "p6": "p6@acme.example",
		},
	}
	w.public = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.ServeCallback(rw, r, strings.TrimPrefix(r.URL.Path, "/showmebug/callback/"))
	}))
	t.Cleanup(w.public.Close)
	w.team = w.sim.AddTeam(showmebugtest.Team{
		Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, CallbackURL: w.public.URL + "/showmebug/callback/" + corp, Quota: 100,
	})
	w.startServices("a secret", change...)
	t.Cleanup(w.stopServices)
	w.position = must(w.interviews.Positions.Create(w.ctx, w.rosa, position.Position{Title: "Go 工程师"}))(t)
	w.candidate = must(w.interviews.Candidates.Create(w.ctx, w.rosa, candidate.Candidate{
		Name: "陈晨", Email: "chen@example.com", PositionID: w.position.ID,
	}, false))(t)
	return w
}

// startServices creates the parts, with keys derived from the secret, and starts the
// job queue.
func (w *fixture) startServices(secret string, change ...func(*showmebug.Config)) {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	w.queue = must(job.New(w.db, log))(w.t)
	box := must(secretbox.NewBox([]byte(secret), "test"))(w.t)
	w.interviews = interview.New(interview.Config{
		DB: w.db, Queue: w.queue, Members: w.lookUpMembers, Now: w.now, Box: box,
		Positions: &position.Service{DB: w.db, Queue: w.queue, Now: w.now}, Candidates: &candidate.Service{DB: w.db, Queue: w.queue, Now: w.now},
	})
	w.interviews.Register(w.queue)
	cfg := showmebug.Config{
		DB: w.db, Queue: w.queue, Interviews: w.interviews, Box: box, Signer: must(secretbox.NewSigner([]byte(secret), "test"))(w.t),
		PublicURL: w.public.URL, Logger: log, BaseURL: w.sim.URL(), LookUpContact: w.lookUpContact, SendExamMail: w.receiveMail, Now: w.now,
	}
	for _, fn := range change {
		fn(&cfg)
	}
	w.Service = showmebug.New(cfg)
	w.interviews.RoomProviders = interview.NewRoomRegistry(showmebug.Rooms{Service: w.Service})
	if err := w.queue.Start(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *fixture) stopServices() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := w.queue.Stop(ctx); err != nil {
		w.t.Error(err)
	}
}

func (w *fixture) now() time.Time { return time.Now().Add(time.Duration(w.clockOffset.Load())) }

func (w *fixture) lookUpMembers(_ context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		if m, ok := people[id]; ok && corpID == corp {
			out[id] = m
		}
	}
	return out, nil
}

// lookUpContact returns the contact that the test has set for WeCom.
func (w *fixture) lookUpContact(_ context.Context, _, userID string) (email, mobile string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.contacts[userID], "", nil
}

// receiveMail implements the mail server.
func (w *fixture) receiveMail(_ context.Context, l showmebug.ExamMail) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mailErr != nil {
		return w.mailErr
	}
	w.examMails = append(w.examMails, l)
	return nil
}

// sentMails returns the mails that were sent.
func (w *fixture) sentMails() []showmebug.ExamMail {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.examMails)
}

// setMailError sets the error of all further mails; nil for none.
func (w *fixture) setMailError(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mailErr = err
}

func (w *fixture) connectTeam() {
	w.t.Helper()
	must(w.Connect(w.ctx, w.admin, clientID, clientSecret))(w.t)
}

// interviewPlan returns a valid plan for an interview at ShowMeBug.
func (w *fixture) interviewPlan(edit ...func(*interview.Plan)) interview.Plan {
	p := interview.Plan{
		Title: "一面", PositionID: w.position.ID, CandidateID: w.candidate.ID, StartsAt: w.now().Add(48 * time.Hour),
		Duration: time.Hour, TimeZone: "Asia/Shanghai", Interviewers: []string{"lin", "mei"},
		RoomKind: showmebug.RoomKind, OverrideWarnings: true,
	}
	for _, fn := range edit {
		fn(&p)
	}
	return p
}

func (w *fixture) scheduleInterview(edit ...func(*interview.Plan)) *interview.Interview {
	w.t.Helper()
	i, _, err := w.interviews.Schedule(w.ctx, w.rosa, w.interviewPlan(edit...))
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// scheduleWithRoom schedules an interview and waits for its room.
func (w *fixture) scheduleWithRoom(edit ...func(*interview.Plan)) (*interview.Interview, showmebugtest.Interview) {
	w.t.Helper()
	i := w.scheduleInterview(edit...)
	w.waitForRoomState(i.ID, interview.RoomReady)
	return i, w.sim.Interviews()[0]
}

func (w *fixture) roomView(id string) interview.RoomView {
	w.t.Helper()
	return w.interviews.Rooms().NewView(w.admin, w.getInterview(id))
}

func (w *fixture) getInterview(id string) *interview.Interview {
	w.t.Helper()
	return must(w.interviews.Get(w.ctx, w.rosa, id))(w.t)
}

func (w *fixture) waitForRoomState(id string, state interview.RoomState) {
	w.t.Helper()
	w.waitUntil("the room is "+string(state), func() bool { return w.roomView(id).State == state })
}

// waitForRoomFailure waits until the room has failed for the reason.
func (w *fixture) waitForRoomFailure(id, code string) {
	w.t.Helper()
	w.waitUntil("the room has failed by "+code, func() bool {
		v := w.roomView(id)
		return v.State == interview.RoomFailed && v.Failure != nil && v.Failure.Code == code
	})
}

// waitUntil waits for something that happens in the background.
func (w *fixture) waitUntil(what string, done func() bool) {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// messagesAbout lists the messages about an interview as "kind>recipient".
func (w *fixture) messagesAbout(id string) []string {
	w.t.Helper()
	var out []string
	for _, m := range must(w.interviews.InterviewMessages(w.ctx, w.rosa, id))(w.t) {
		out = append(out, string(m.Kind)+">"+m.Recipient)
	}
	slices.Sort(out)
	return out
}

// wantMessages fails the test unless these messages are among those about an
// interview, each once.
func (w *fixture) wantMessages(id string, want ...string) {
	w.t.Helper()
	queued := w.messagesAbout(id)
	for _, one := range want {
		n := 0
		for _, m := range queued {
			if m == one {
				n++
			}
		}
		if n != 1 {
			w.t.Errorf("%s is queued %d times: %v", one, n, queued)
		}
	}
}

// inTx runs fn in a transaction that must commit.
func (w *fixture) inTx(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.InTx(w.ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

// enqueueJob runs a job as soon as may be.
func (w *fixture) enqueueJob(args job.Args) {
	w.t.Helper()
	w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.queue.Insert(ctx, tx, args) })
}

// runJobUntil runs a job until something has happened: one that meets a busy
// machine leaves it to its next turn, as it does every few minutes.
func (w *fixture) runJobUntil(args job.Args, what string, done func() bool) {
	w.t.Helper()
	w.waitUntil(what, func() bool {
		if done() {
			return true
		}
		n, err := w.db.NewSelect().TableExpr("river_job").Where("kind LIKE ?", args.Kind()+"%").
			Where("state NOT IN ('completed', 'cancelled', 'discarded')").Count(w.ctx)
		if err == nil && n == 0 {
			w.enqueueJob(args)
		}
		return false
	})
}

// waitForJobs waits until no job of the kind waits or runs.
func (w *fixture) waitForJobs(kind string) {
	w.t.Helper()
	w.waitUntil("jobs of kind "+kind+" are done", func() bool {
		n, err := w.db.NewSelect().TableExpr("river_job").Where("kind = ?", kind).
			Where("state NOT IN ('completed', 'cancelled', 'discarded')").Count(w.ctx)
		if err != nil {
			w.t.Fatal(err)
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
	return showmebug.MemberFilter{State: state, Limit: 50}
}
