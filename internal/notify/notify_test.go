package notify_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID  = "ww_notify"
	agentID = 1000002
	secret  = "the-secret-of-the-app"
	token   = "callbacktoken"
	aesKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	public  = "https://interview.test"
)

// house is a company with a recruiter and two interviewers, the simulator that
// is its WeCom, and the services that run on one database.
type house struct {
	*parts
	t         *testing.T
	sim       *wecomtest.Server
	db        *db.DB
	recruiter actor.Actor
}

// parts are the services of one process.
type parts struct {
	queue     *job.Queue
	interview *interview.Service
	account   *account.Service
	callback  http.Handler
}

func simulate(t *testing.T) *wecomtest.Server {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	for id, name := range map[string]string{"LinYue": "林悦", "ChenMo": "陈默", "ZhouHang": "周航"} {
		sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name})
	}
	return sim
}

// addApp makes the application known, with the address of its callback.
func addApp(sim *wecomtest.Server, callbackURL string) {
	sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: public,
		CallbackURL: callbackURL, CallbackToken: token, EncodingAESKey: aesKey,
	})
}

func build(t *testing.T, sim *wecomtest.Server, d *db.DB, mailer notify.Mailer) *house {
	t.Helper()
	h := &house{
		t: t, sim: sim, db: d, parts: assemble(d, sim.URL(), mailer, time.Now),
		recruiter: actor.Actor{CorpID: corpID, UserID: "LinYue", Roles: actor.Recruiter},
	}
	srv := httptest.NewServer(h.callback)
	t.Cleanup(srv.Close)
	addApp(sim, srv.URL)
	if err := h.account.SaveCorp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.account.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// assemble makes the services of a process.
func assemble(d *db.DB, weCom string, mailer notify.Mailer, now func() time.Time) *parts {
	p, quiet := &parts{}, slog.New(slog.DiscardHandler)
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: weCom})
	if err != nil {
		panic(err)
	}
	if p.queue, err = job.New(d, quiet); err != nil {
		panic(err)
	}
	p.account = account.New(account.Config{
		DB: d, Queue: p.queue, Client: client, Logger: quiet, PublicURL: public,
		Corp: account.Corp{ID: corpID, Name: "云杉科技", TimeZone: "Asia/Shanghai"},
	})
	p.interview = &interview.Service{DB: d, Queue: p.queue, Members: p.members, Now: now}
	p.interview.Register(p.queue)
	n := notify.New(notify.Config{
		DB: d, Queue: p.queue, Interview: p.interview, Account: p.account, Client: client,
		Mailer: mailer, PublicURL: public, Logger: quiet, Now: now,
	})
	p.callback, err = callback.New(callback.Config{
		Token: token, EncodingAESKey: aesKey, ReceiveID: corpID, Handle: n.Receive,
		DedupStore: &account.CallbackStore{DB: d, CorpID: corpID, Now: time.Now},
	})
	if err != nil {
		panic(err)
	}
	return p
}

func (p *parts) members(ctx context.Context, corpID string, ids []string) (map[string]interview.Member, error) {
	found, err := p.account.MembersByID(ctx, corpID, ids)
	out := make(map[string]interview.Member, len(found))
	for id, m := range found {
		out[id] = interview.Member{UserID: id, Name: m.Name, Avatar: m.Avatar, Active: m.Active}
	}
	return out, err
}

func (h *house) start() {
	h.t.Helper()
	if err := h.queue.Start(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := h.queue.Stop(ctx); err != nil {
			h.t.Errorf("stopping: %v", err)
		}
	})
}

// schedule makes an interview with both interviewers, the day after tomorrow.
func (h *house) schedule(email string) *interview.Interview {
	h.t.Helper()
	ctx := h.t.Context()
	pos, err := h.interview.CreatePosition(ctx, h.recruiter, interview.Position{Title: "后端工程师", Headcount: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	cand, err := h.interview.CreateCandidate(ctx, h.recruiter, interview.Candidate{Name: "赵一鸣", Email: email, PositionID: pos.ID})
	if err != nil {
		h.t.Fatal(err)
	}
	i, _, err := h.interview.Schedule(ctx, h.recruiter, interview.Plan{
		Title: "后端工程师 · 赵一鸣 · 第 1 轮", PositionID: pos.ID, CandidateID: cand.ID, Round: 1,
		StartsAt: time.Now().Add(48 * time.Hour), Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"ChenMo", "ZhouHang"}, RoomKind: interview.BuiltinRoom,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

func (h *house) wait(userID, part string) wecomtest.Message {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 60*time.Second)
	defer cancel()
	m, err := h.sim.WaitMessage(ctx, corpID, userID, func(m wecomtest.Message) bool { return strings.Contains(raw(m), part) })
	if err != nil {
		h.t.Fatalf("%s got no message with %q: %v", userID, part, err)
	}
	return m
}

// A company that moves a department has WeCom tell of each of its members.
func TestChangesOfContactsAreGathered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, now := build(t, simulate(t), d, notify.Mailer{}), time.Now()
		h.account.Now = func() time.Time { return now }
		jobs := func(want int) {
			t.Helper()
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = 'account_sync'").Count(t.Context())
			if err != nil || int(n) != want {
				t.Errorf("%d jobs (%v), want %d", n, err, want)
			}
		}
		for range 3 {
			if err := d.InTx(t.Context(), h.account.ContactsChanged); err != nil {
				t.Fatal(err)
			}
		}
		jobs(1)
		now = now.Add(time.Minute) // the first may be at work: what changes now is not in its copy
		if err := d.InTx(t.Context(), h.account.ContactsChanged); err != nil {
			t.Fatal(err)
		}
		jobs(2)
	})
}

// until waits until the database says so.
func (h *house) until(what string, ok func() bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

func (h *house) response(id, userID string) interview.Response {
	h.t.Helper()
	i, err := h.interview.Get(h.t.Context(), h.recruiter, id)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, m := range i.Interviewers {
		if m.UserID == userID {
			return m.Response
		}
	}
	return ""
}

func (h *house) messages(f interview.MessageFilter) []interview.Message {
	h.t.Helper()
	list, _, err := h.interview.Messages(h.t.Context(), h.recruiter, f)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// raw is all that the member's WeCom shows of a message.
func raw(m wecomtest.Message) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		panic(err)
	}
	return b.String()
}

func count(h *house, userID, part string) int {
	n := 0
	for _, m := range h.sim.Messages(corpID, userID) {
		if strings.Contains(raw(m), part) {
			n++
		}
	}
	return n
}

func TestInviteAndAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := build(t, simulate(t), d, notify.Mailer{})
		h.start()
		i := h.schedule("")
		card := h.wait("ChenMo", "面试邀请")
		if err := h.sim.ClickButton(t.Context(), corpID, "ChenMo", card.MsgID, "accept"); err != nil {
			t.Fatal(err)
		}
		h.until("ChenMo has accepted", func() bool { return h.response(i.ID, "ChenMo") == interview.Accepted })
		h.until("the card shows it", func() bool {
			return slices.ContainsFunc(h.sim.Messages(corpID, "ChenMo"), func(m wecomtest.Message) bool { return m.ButtonText == "已接受" })
		})
		h.wait("ZhouHang", "面试邀请")
		declined := h.wait("ZhouHang", "面试邀请")
		if err := h.sim.ClickButton(t.Context(), corpID, "ZhouHang", declined.MsgID, "decline"); err != nil {
			t.Fatal(err)
		}
		told := h.wait("LinYue", "周航 无法参加面试")
		if !strings.Contains(raw(told), public+"/interviews/"+i.ID) {
			t.Errorf("the organiser's card does not lead to the interview: %s", raw(told))
		}
		h.until("all messages are sent", func() bool { return len(h.messages(interview.MessageFilter{State: interview.MessageSent})) == 3 })
		for _, m := range h.messages(interview.MessageFilter{}) {
			if m.MsgID == "" || m.SentAt == nil || m.Attempts != 1 {
				t.Errorf("row of a sent message: %+v", m)
			}
		}
	})
}

func TestAnswerOnAPageChangesTheCard(t *testing.T) {
	h := build(t, simulate(t), dbtest.Open(t, db.SQLite), notify.Mailer{})
	h.start()
	i := h.schedule("")
	h.wait("ChenMo", "面试邀请")
	h.until("the row knows the card", func() bool {
		cards, err := h.interview.OpenCards(t.Context(), corpID, i.ID, "ChenMo")
		return err == nil && len(cards) == 1
	})
	who := actor.Actor{CorpID: corpID, UserID: "ChenMo"}
	if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: interview.Declined, Reason: "出差"}); err != nil {
		t.Fatal(err)
	}
	h.wait("LinYue", "出差")
	h.until("the card shows the answer", func() bool {
		return slices.ContainsFunc(h.sim.Messages(corpID, "ChenMo"), func(m wecomtest.Message) bool { return m.ButtonText == "已回复无法参加" })
	})
}

func TestAnswerToAnOldCard(t *testing.T) {
	h := build(t, simulate(t), dbtest.Open(t, db.SQLite), notify.Mailer{})
	i := h.schedule("") // nothing is delivered yet
	h.start()
	card := h.wait("ChenMo", "面试邀请")
	if _, err := h.interview.Cancel(t.Context(), h.recruiter, i.ID, "候选人改期"); err != nil {
		t.Fatal(err)
	}
	h.wait("ChenMo", "候选人改期")
	h.until("the old card is closed", func() bool {
		return slices.ContainsFunc(h.sim.Messages(corpID, "ChenMo"), func(m wecomtest.Message) bool {
			return m.MsgID == card.MsgID && m.ButtonText == "已失效"
		})
	})
}

// WeCom away: the interview is saved, the messages wait, are seen to wait, and
// go out when it is back.
func TestWeComAway(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := build(t, simulate(t), d, notify.Mailer{})
		h.start()
		away := h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", HTTPStatus: 502})
		h.schedule("")
		h.until("both messages wait", func() bool { return len(h.messages(interview.MessageFilter{Waiting: true})) == 2 })
		for _, m := range h.messages(interview.MessageFilter{Waiting: true}) {
			if m.ErrorCode != "notify.error.waiting" || m.NextAttemptAt == nil {
				t.Errorf("row of a waiting message: %+v", m)
			}
		}
		h.sim.RemoveFaults(away)
		h.wait("ChenMo", "面试邀请")
		h.wait("ZhouHang", "面试邀请")
	})
}

func TestUnreachableMember(t *testing.T) {
	h := build(t, simulate(t), dbtest.Open(t, db.SQLite), notify.Mailer{})
	h.start()
	h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", Errcode: 81013, Times: 1})
	h.schedule("")
	h.until("one has failed for good", func() bool { return len(h.messages(interview.MessageFilter{State: interview.MessageFailed})) == 1 })
	m := h.messages(interview.MessageFilter{State: interview.MessageFailed})[0]
	if m.Errcode != 81013 || m.ErrorCode != "notify.error.recipient" {
		t.Errorf("row: errcode %d, %s", m.Errcode, m.ErrorCode)
	}
	if _, err := h.interview.RetryMessage(t.Context(), h.recruiter, m.ID); err != nil {
		t.Fatal(err)
	}
	h.until("both are sent", func() bool { return len(h.messages(interview.MessageFilter{State: interview.MessageSent})) == 2 })
}

// A message whose answer was lost is sent again with the same bytes, which
// WeCom recognises: the member sees one.
func TestAnswerLost(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := build(t, simulate(t), d, notify.Mailer{})
		h.start()
		h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", DropAfter: true, Times: 2})
		h.schedule("")
		h.until("both are sent", func() bool { return len(h.messages(interview.MessageFilter{State: interview.MessageSent})) == 2 })
		if n := h.sim.CallCount("/cgi-bin/message/send"); n < 4 {
			t.Fatalf("%d sends: the lost answers were not noticed", n)
		}
		for _, id := range []string{"ChenMo", "ZhouHang"} {
			if n := count(h, id, "面试邀请"); n != 1 {
				t.Errorf("%s sees %d invitations", id, n)
			}
		}
	})
}

func TestReplyToText(t *testing.T) {
	h := build(t, simulate(t), dbtest.Open(t, db.SQLite), notify.Mailer{})
	h.start()
	i := h.schedule("")
	if err := h.sim.SendText(t.Context(), corpID, "ChenMo", agentID, "今天有面试吗"); err != nil {
		t.Fatal(err)
	}
	h.wait("ChenMo", public+"/interviews/"+i.ID+`\"`)
}
