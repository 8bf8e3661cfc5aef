package notify_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/digest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/secretbox"
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

// fixture is a company with a recruiter and two interviewers, the WeCom simulator, and
// the services on one database.
type fixture struct {
	now func() time.Time
	*services
	t         *testing.T
	sim       *wecomtest.Server
	db        *db.DB
	recruiter actor.Actor
}

// services are the services of one process.
type services struct {
	bookings  *booking.Service
	queue     *job.Queue
	interview *interview.Service
	pools     *pool.Service

	lateNotices *latenotice.Service
	account     *account.Service
	callback    http.Handler

	availability  *availability.Service
	notifications *notification.Service
	digests       *digest.Service
	templates     *mailtemplate.Service
	decisionMails *decisionmail.Service
	notify        *notify.Service

	customerService *customerservice.Service
}

func newSimulator(t *testing.T) *wecomtest.Server {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	for id, name := range map[string]string{"LinYue": "林悦", "ChenMo": "陈默", "ZhouHang": "周航"} {
		sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name})
	}
	return sim
}

// addApp adds the application with its callback URL.
func addApp(sim *wecomtest.Server, callbackURL string) {
	sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: public,
		CallbackURL: callbackURL, CallbackToken: token, EncodingAESKey: aesKey, CustomerService: true,
	})
}

func newFixture(t *testing.T, sim *wecomtest.Server, d *db.DB, server mail.Sender) *fixture {
	t.Helper()
	return newFixtureAt(t, sim, d, server, time.Now)
}

// newFixtureAt returns a fixture with a clock. Jobs run by the system clock.
func newFixtureAt(t *testing.T, sim *wecomtest.Server, d *db.DB, server mail.Sender, now func() time.Time) *fixture {
	t.Helper()
	h := &fixture{
		t: t, sim: sim, db: d, now: now, services: newServices(d, sim.URL(), server, now),
		recruiter: actor.ForMember(corpID, "LinYue", actor.Recruiter),
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

// newServices creates the services of a process.
func newServices(d *db.DB, weCom string, server mail.Sender, now func() time.Time) *services {
	p, quiet := &services{}, slog.New(slog.DiscardHandler)
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
	p.interview = interview.New(interview.Config{
		DB: d, Queue: p.queue, Members: p.findMembers, Now: now,
		Positions: &position.Service{DB: d, Queue: p.queue, Now: now}, Candidates: &candidate.Service{DB: d, Queue: p.queue, Now: now},
	})
	p.interview.Register(p.queue)
	times := availability.New(availability.Config{DB: d, Members: p.findMembers, TimeZone: p.account.TimeZone, Now: now})
	p.pools = pool.New(pool.Config{DB: d, Queue: p.queue, Interviews: p.interview, Availability: times, Now: now})
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	if err != nil {
		panic(err)
	}
	p.customerService = customerservice.New(customerservice.Config{DB: d, Queue: p.queue, Interviews: p.interview, Client: client, Box: box, Logger: quiet, Now: now})
	p.interview.Appointments = p.customerService.Follow(p.pools.Follow(interviewtest.NoAppointments{}))
	p.bookings = booking.New(booking.Config{DB: d, Queue: p.queue, Interviews: p.interview, Availability: times, Box: box, Now: now})
	p.lateNotices = latenotice.New(latenotice.Config{DB: d, Interviews: p.interview, Now: now})
	p.availability = times
	p.notifications = notification.New(notification.Config{DB: d, Availability: times, Now: now})
	p.digests = digest.New(digest.Config{DB: d, Queue: p.queue, Interviews: p.interview, Availability: times, Recruiters: p.account.RecruitersOf, Logger: quiet, Now: now})
	p.templates = mailtemplate.New(mailtemplate.Config{DB: d, Members: p.findMembers, Logger: quiet, Now: now})
	p.decisionMails = decisionmail.New(decisionmail.Config{
		DB: d, Interviews: p.interview, Availability: times, Templates: p.templates, CompanyName: func(context.Context, string) (string, error) { return "云杉科技", nil }, Now: now,
	})
	p.notify = notify.New(notify.Config{
		DB: d, Queue: p.queue, Interview: p.interview, Availability: times, LateNotices: p.lateNotices, Bookings: p.bookings, Pools: p.pools, Account: p.account, Client: client,
		Notifications: p.notifications, Digests: p.digests, Templates: p.templates, DecisionMails: p.decisionMails, CustomerService: p.customerService, Calibrations: calibration.New(calibration.Config{DB: d, Interviews: p.interview, Now: now}),
		Answers: chatanswer.New(chatanswer.Config{Interviews: p.interview, Accounts: p.account, Availability: times, PublicURL: public, Now: now}),
		Mail:    server, PublicURL: public, Logger: quiet, Now: now,
	})
	p.callback, err = callback.New(callback.Config{
		Token: token, EncodingAESKey: aesKey, ReceiveID: corpID, Handle: p.notify.Receive,
		DedupStore: &account.CallbackStore{DB: d, CorpID: corpID, Now: time.Now},
	})
	if err != nil {
		panic(err)
	}
	return p
}

func (p *services) findMembers(ctx context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	found, err := p.account.MembersByID(ctx, corpID, ids)
	out := make(map[string]member.Member, len(found))
	for id, m := range found {
		out[id] = member.Member{UserID: id, Name: m.Name, Avatar: m.Avatar, Active: m.Active}
	}
	return out, err
}

func (h *fixture) startQueue() {
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

// scheduleInterview schedules an interview with both interviewers in 48 hours.
func (h *fixture) scheduleInterview(email string) *interview.Interview {
	h.t.Helper()
	ctx := h.t.Context()
	pos, err := h.interview.Positions.Create(ctx, h.recruiter, position.Position{Title: "后端工程师", Headcount: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	cand, err := h.interview.Candidates.Create(ctx, h.recruiter, candidate.Candidate{Name: "赵一鸣", Email: email, PositionID: pos.ID}, true)
	if err != nil {
		h.t.Fatal(err)
	}
	i, _, err := h.interview.Schedule(ctx, h.recruiter, interview.Plan{
		Title: "后端工程师 · 赵一鸣 · 第 1 轮", PositionID: pos.ID, CandidateID: cand.ID, Round: 1,
		StartsAt: h.now().Add(48 * time.Hour), Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"ChenMo", "ZhouHang"}, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

func (h *fixture) waitForMessage(userID, part string) wecomtest.Message {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 60*time.Second)
	defer cancel()
	m, err := h.sim.WaitMessage(ctx, corpID, userID, func(m wecomtest.Message) bool { return strings.Contains(messageJSON(m), part) })
	if err != nil {
		h.t.Fatalf("%s received no message with %q: %v", userID, part, err)
	}
	return m
}

// Contact changes within syncBatchWindow share one synchronization.
func TestContactChangesAreBatched(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, now := newFixture(t, newSimulator(t), d, nil), time.Now()
		h.account.Now = func() time.Time { return now }
		jobs := func(want int) {
			t.Helper()
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = 'account_sync'").Count(t.Context())
			if err != nil || int(n) != want {
				t.Errorf("%d jobs (%v), want %d", n, err, want)
			}
		}
		for range 3 {
			if err := d.InTx(t.Context(), h.account.ScheduleSync); err != nil {
				t.Fatal(err)
			}
		}
		jobs(1)
		now = now.Add(time.Minute) // the first job may be running already and miss later changes
		if err := d.InTx(t.Context(), h.account.ScheduleSync); err != nil {
			t.Fatal(err)
		}
		jobs(2)
	})
}

// waitUntil polls until the condition holds.
func (h *fixture) waitUntil(what string, ok func() bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("timeout waiting for: %s", what)
		case <-tick.C:
		}
	}
}

func (h *fixture) interviewerResponse(id, userID string) interview.Response {
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

func (h *fixture) listMessages(f message.Filter) []message.Message {
	h.t.Helper()
	list, _, err := h.interview.Messages.List(h.t.Context(), h.recruiter, f)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// messageJSON returns a message as JSON, for searching in it.
func messageJSON(m wecomtest.Message) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		panic(err)
	}
	return b.String()
}

func countMessages(h *fixture, userID, part string) int {
	n := 0
	for _, m := range h.sim.Messages(corpID, userID) {
		if strings.Contains(messageJSON(m), part) {
			n++
		}
	}
	return n
}

func TestInviteAndAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		i := h.scheduleInterview("")
		card := h.waitForMessage("ChenMo", "面试邀请")
		if err := h.sim.ClickButton(t.Context(), corpID, "ChenMo", card.MsgID, "accept"); err != nil {
			t.Fatal(err)
		}
		h.waitUntil("the response of ChenMo is stored", func() bool { return h.interviewerResponse(i.ID, "ChenMo") == interview.Accepted })
		h.waitUntil("the card shows the response", func() bool {
			return slices.ContainsFunc(h.sim.Messages(corpID, "ChenMo"), func(m wecomtest.Message) bool { return m.ButtonText == "已接受" })
		})
		h.waitForMessage("ZhouHang", "面试邀请")
		declined := h.waitForMessage("ZhouHang", "面试邀请")
		if err := h.sim.ClickButton(t.Context(), corpID, "ZhouHang", declined.MsgID, "decline"); err != nil {
			t.Fatal(err)
		}
		notice := h.waitForMessage("LinYue", "周航无法参加面试")
		if !strings.Contains(messageJSON(notice), public+"/interviews/"+i.ID) {
			t.Errorf("the organizer's card does not link to the interview: %s", messageJSON(notice))
		}
		h.waitUntil("all messages are sent", func() bool { return len(h.listMessages(message.Filter{State: message.Sent})) == 3 })
		for _, m := range h.listMessages(message.Filter{}) {
			if m.MsgID == "" || m.SentAt == nil || m.Attempts != 1 {
				t.Errorf("row of a sent message: %+v", m)
			}
		}
	})
}

func TestPageAnswerUpdatesCard(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	i := h.scheduleInterview("")
	h.waitForMessage("ChenMo", "面试邀请")
	h.waitUntil("the card is stored", func() bool {
		cards, err := h.interview.Messages.ListOpenCards(t.Context(), corpID, i.ID, "ChenMo")
		return err == nil && len(cards) == 1
	})
	who := actor.WithoutRoles(corpID, "ChenMo")
	if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: interview.Declined, Reason: "出差"}); err != nil {
		t.Fatal(err)
	}
	h.waitForMessage("LinYue", "出差")
	h.waitUntil("the card shows the response", func() bool {
		return slices.ContainsFunc(h.sim.Messages(corpID, "ChenMo"), func(m wecomtest.Message) bool { return m.ButtonText == "已回复无法参加" })
	})
}

func TestCancellationClosesOldCard(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	i := h.scheduleInterview("") // nothing is delivered yet
	h.startQueue()
	card := h.waitForMessage("ChenMo", "面试邀请")
	if _, err := h.interview.Cancel(t.Context(), h.recruiter, i.ID, "候选人改期"); err != nil {
		t.Fatal(err)
	}
	h.waitForMessage("ChenMo", "候选人改期")
	h.waitUntil("the old card is closed", func() bool {
		return slices.ContainsFunc(h.sim.Messages(corpID, "ChenMo"), func(m wecomtest.Message) bool {
			return m.MsgID == card.MsgID && m.ButtonText == "已失效"
		})
	})
}

// A member responds on the page while the invitation is sent: the job of the response finds no
// card, and the invitation closes its own once it is sent.
func TestResponseWhileInvitationIsSent(t *testing.T) {
	for response, label := range map[interview.Response]string{interview.Accepted: "已接受", interview.Declined: "已回复无法参加"} {
		t.Run(string(response), func(t *testing.T) {
			h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
			i := h.scheduleInterview("")
			who := h.recruiter
			who.UserID = "ChenMo"
			if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: response, Reason: "出差"}); err != nil {
				t.Fatal(err)
			}
			dbtest.Exec(t, h.db, "DELETE FROM river_job WHERE kind = ?", interview.AnsweredArgs{}.Kind()) // it has run
			h.startQueue()
			h.waitForButton("ChenMo", label)
			h.waitUntil("the other card is open", func() bool {
				cards, err := h.interview.Messages.ListOpenCards(t.Context(), corpID, i.ID, "")
				return err == nil && len(cards) == 1 && cards[0].Recipient == "ZhouHang"
			})
		})
	}
}

// The buttons of the old card are closed although WeCom could not update it when the
// cancellation was sent.
func TestCloseCardsAfterFailure(t *testing.T) {
	t.Parallel()
	for errcode, attempts := range map[int]int{-1: 3, 60020: 1} { // a passing failure, and one of the configuration
		t.Run(strconv.Itoa(errcode), func(t *testing.T) {
			h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
			h.startQueue()
			i := h.scheduleInterview("")
			cards := map[string]string{}
			for _, id := range []string{"ChenMo", "ZhouHang"} {
				cards[id] = h.waitForMessage(id, "面试邀请").MsgID
			}
			fault := h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/update_template_card", Errcode: errcode})
			if _, err := h.interview.Cancel(t.Context(), h.recruiter, i.ID, "候选人改期"); err != nil {
				t.Fatal(err)
			}
			// The client makes attempts for each of the two cards; more are of a retried job.
			h.waitUntil("the updates are retried", func() bool { return h.sim.CallCount("/cgi-bin/message/update_template_card") > 2*attempts })
			h.sim.RemoveFaults(fault)
			for id, card := range cards {
				h.waitUntil("the card of "+id+" is closed", func() bool {
					return slices.ContainsFunc(h.sim.Messages(corpID, id), func(m wecomtest.Message) bool { return m.MsgID == card && m.ButtonText == "已失效" })
				})
				if n := countMessages(h, id, "候选人改期"); n != 1 {
					t.Errorf("%s has %d cancellations", id, n)
				}
			}
		})
	}
}

// WeCom drops messages to a member beyond 30 a minute without an error: the rest waits.
func TestMessagesStayBelowQuota(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		for range 35 {
			h.scheduleInterview("")
		}
		h.startQueue()
		count := func(state message.State) int {
			return len(h.listMessages(message.Filter{State: state, Recipient: "ChenMo", Page: pagination.Page{Limit: 100}}))
		}
		h.waitUntil("messages are sent and others wait", func() bool {
			waiting := 0
			for _, m := range h.listMessages(message.Filter{State: message.Queued, Recipient: "ChenMo", Page: pagination.Page{Limit: 100}}) {
				if m.ErrorCode == "notify.error.paced" && m.NextAttemptAt.After(time.Now()) {
					waiting++
				}
			}
			return count(message.Sent)+waiting == 35
		})
		if sent, received := count(message.Sent), countMessages(h, "ChenMo", "面试邀请"); sent == 0 || sent > 30 || received != sent {
			t.Errorf("%d messages sent, %d received", sent, received)
		}
	})
}

// During an outage of WeCom the messages are stored as waiting; they are sent when
// WeCom responds again.
func TestDeliveryDuringWeComOutage(t *testing.T) {
	t.Parallel() // waits for retries
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		outage := h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", HTTPStatus: 502})
		h.scheduleInterview("")
		h.waitUntil("both messages wait", func() bool { return len(h.listMessages(message.Filter{Waiting: true})) == 2 })
		for _, m := range h.listMessages(message.Filter{Waiting: true}) {
			if m.ErrorCode != "notify.error.waiting" || m.NextAttemptAt == nil {
				t.Errorf("row of a waiting message: %+v", m)
			}
		}
		h.sim.RemoveFaults(outage)
		h.waitForMessage("ChenMo", "面试邀请")
		h.waitForMessage("ZhouHang", "面试邀请")
	})
}

func TestRetryAfterRecipientError(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", Errcode: 81013, Times: 1})
	h.scheduleInterview("")
	h.waitUntil("one message has failed", func() bool { return len(h.listMessages(message.Filter{State: message.Failed})) == 1 })
	m := h.listMessages(message.Filter{State: message.Failed})[0]
	if m.Errcode != 81013 || m.ErrorCode != "notify.error.recipient" {
		t.Errorf("row: errcode %d, %s", m.Errcode, m.ErrorCode)
	}
	if _, err := h.interview.Messages.Retry(t.Context(), h.recruiter, m.ID); err != nil {
		t.Fatal(err)
	}
	h.waitUntil("both are sent", func() bool { return len(h.listMessages(message.Filter{State: message.Sent})) == 2 })
}

// A message whose response was lost is sent again with the same body, which WeCom
// recognizes as a duplicate.
func TestLostResponseIsDeduplicated(t *testing.T) {
	t.Parallel() // waits for retries
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", DropAfter: true, Times: 2})
		h.scheduleInterview("")
		h.waitUntil("both are sent", func() bool { return len(h.listMessages(message.Filter{State: message.Sent})) == 2 })
		if n := h.sim.CallCount("/cgi-bin/message/send"); n < 4 {
			t.Fatalf("%d sends: no retry after lost responses", n)
		}
		for _, id := range []string{"ChenMo", "ZhouHang"} {
			if n := countMessages(h, id, "面试邀请"); n != 1 {
				t.Errorf("%s has %d invitations", id, n)
			}
		}
	})
}

func TestReplyToText(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	i := h.scheduleInterview("")
	if err := h.sim.SendText(t.Context(), corpID, "ChenMo", agentID, "我的面试"); err != nil {
		t.Fatal(err)
	}
	h.waitForMessage("ChenMo", public+"/interviews/"+i.ID+`\"`)
}

// A reply that an error of the configuration refused is sent after the correction.
func TestReplyAfterCorrection(t *testing.T) {
	t.Parallel() // waits for retries
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	rule := h.sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/message/send", Errcode: 60020})
	if err := h.sim.SendText(t.Context(), corpID, "ChenMo", agentID, "帮助"); err != nil {
		t.Fatal(err)
	}
	h.waitUntil("the reply waits for the configuration", func() bool {
		n, err := h.db.NewSelect().TableExpr("river_job").Where("kind = ? AND state = 'scheduled'", notify.ReplyArgs{}.Kind()).Count(t.Context())
		return err == nil && n == 1
	})
	h.sim.RemoveFaults(rule)
	dbtest.Exec(t, h.db, "UPDATE river_job SET scheduled_at = ? WHERE state = 'scheduled'", db.Time(time.Now().Add(-time.Second)))
	h.waitForMessage("ChenMo", "待提交的评价")
}

// A reply stays within WeCom's 2,048 bytes and leads to the interviews that it leaves out.
func TestReplyLength(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	for range 9 {
		i := h.scheduleInterview("")
		title := strings.Repeat("高级后端工程师（分布式存储）", 4)
		if _, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) { p.Title, p.OverrideWarnings = title, true }); err != nil {
			t.Fatal(err)
		}
	}
	h.startQueue()
	if err := h.sim.SendText(t.Context(), corpID, "ChenMo", agentID, "我的面试"); err != nil {
		t.Fatal(err)
	}
	m := h.waitForMessage("ChenMo", public+`/interviews\"`)
	var body struct{ Text struct{ Content string } }
	if err := json.Unmarshal([]byte(messageJSON(m)), &body); err != nil {
		t.Fatal(err)
	}
	if n := len(body.Text.Content); n < 1500 || n > 2048 {
		t.Errorf("%d bytes: %s", n, body.Text.Content)
	}
}

// A replaced interviewer receives a card with the time and the title that they knew, and
// a decliner none.
func TestRemovalCard(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "SunYu", Name: "孙宇"})
	if err := h.account.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	i := h.scheduleInterview("")
	who := actor.WithoutRoles(corpID, "ZhouHang")
	if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: interview.Declined}); err != nil {
		t.Fatal(err)
	}
	_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
		p.StartsAt, p.Duration = p.StartsAt.Add(3*time.Hour+7*time.Minute), 90*time.Minute
		p.Title, p.Interviewers, p.OverrideWarnings = "改期后的标题", []string{"SunYu"}, true
	})
	if err != nil {
		t.Fatal(err)
	}
	h.startQueue()
	card := messageJSON(h.waitForMessage("ChenMo", "不再担任"))
	clock := func(at time.Time) string { return at.In(i.Location()).Format("15:04") }
	if !strings.Contains(card, clock(i.StartsAt)+"–"+clock(i.EndsAt)) || !strings.Contains(card, "赵一鸣 · 第 1 轮") || strings.Contains(card, "改期后") {
		t.Errorf("card: %s", card)
	}
	h.waitForMessage("SunYu", "改期后的标题")
	if rows := h.listMessages(message.Filter{Kind: message.KindCancelled, Recipient: "ZhouHang"}); len(rows) != 0 {
		t.Errorf("messages to the decliner: %+v", rows)
	}
}

// The earlier time of a moved interview has its earlier end.
func TestEarlierTimeOfCard(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	i := h.scheduleInterview("")
	_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
		p.StartsAt, p.Duration, p.OverrideWarnings = p.StartsAt.Add(24*time.Hour), 3*time.Hour, true
	})
	if err != nil {
		t.Fatal(err)
	}
	h.startQueue()
	card := messageJSON(h.waitForMessage("ChenMo", "原时间"))
	_, earlier, _ := strings.Cut(card, "原时间")
	if want := "–" + i.EndsAt.In(i.Location()).Format("15:04"); !strings.Contains(earlier[:60], want) {
		t.Errorf("want %s: %s", want, card)
	}
}
