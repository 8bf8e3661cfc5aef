package smartbot_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID  = "ww_smart_bot"
	public  = "https://interview.test"
	agentID = 1000002
	secret  = "the-secret-of-the-app"
	token   = "BotToken2026"
	aesKey  = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	botID   = "aib-huimian"
	botName = "会面 助手" // with a space
	groupID = "wrRecruiting"
)

var (
	admin     = actor.ForMember(corpID, "LinYue", actor.Administrator)
	recruiter = actor.ForMember(corpID, "LinYue", actor.Recruiter)
)

// fixture is a company with a smart bot in the simulator, whose callbacks the service receives by HTTP.
type fixture struct {
	t          *testing.T
	db         *db.DB
	sim        *wecomtest.Server
	bots       wecomtest.Bots
	service    *smartbot.Service
	interviews *interview.Service
	box        *secretbox.Box
	url        string
	log        *logBuffer
}

// logBuffer collects the log of concurrent requests.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	f := &fixture{t: t, db: d, sim: wecomtest.New(t), log: &logBuffer{}}
	f.sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	f.sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, SensitiveFields: true})
	for id, name := range map[string]string{"LinYue": "林悦", "ChenMo": "陈默", "GaoFei": "高飞"} {
		f.sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: name})
	}
	f.newService()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.service.ServeCallback(w, r, r.URL.Path[1:]) }))
	t.Cleanup(srv.Close)
	f.url = srv.URL + "/" + corpID
	f.bots = wecomtest.SmartBots(f.sim)
	f.bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: botID, Name: botName, Callback: wecomtest.Callback{URL: f.url, Token: token, EncodingAESKey: aesKey}})
	f.bots.AddGroup(wecomtest.BotGroup{CorpID: corpID, ID: groupID, Name: "招聘组", BotID: botID, Members: []string{"LinYue", "ChenMo", "GaoFei"}})
	dbtest.Exec(t, d, "UPDATE members SET roles = ? WHERE user_id = 'LinYue'", actor.Recruiter)
	return f
}

// now is the clock of the product and of WeCom.
func (f *fixture) now() time.Time { return f.sim.Time() }

func (f *fixture) newService() {
	f.t.Helper()
	quiet := slog.New(slog.NewTextHandler(f.log, nil))
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: f.sim.URL()})
	if err != nil {
		f.t.Fatal(err)
	}
	queue, err := job.New(f.db, quiet)
	if err != nil {
		f.t.Fatal(err)
	}
	accounts := account.New(account.Config{DB: f.db, Queue: queue, Client: client, Logger: quiet, PublicURL: public, Corp: account.Corp{ID: corpID, Name: "云杉科技", TimeZone: "Asia/Shanghai"}})
	if err := accounts.SaveCorp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	if err := accounts.Sync(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.interviews = interview.New(interview.Config{
		DB: f.db, Queue: queue, Members: findMembers, Now: f.now,
		Positions: &position.Service{DB: f.db, Queue: queue, Now: f.now}, Candidates: &candidate.Service{DB: f.db, Queue: queue, Now: f.now},
	})
	f.interviews.Appointments = interviewtest.NoAppointments{}
	f.interviews.Register(queue)
	if f.box, err = secretbox.NewBox([]byte("a secret"), "rooms"); err != nil {
		f.t.Fatal(err)
	}
	times := availability.New(availability.Config{DB: f.db, Members: findMembers, TimeZone: accounts.TimeZone, Now: f.now})
	f.service = smartbot.New(smartbot.Config{
		DB: f.db, Client: client, Box: f.box, PublicURL: public, Logger: quiet, Now: f.now,
		Answers: chatanswer.New(chatanswer.Config{Interviews: f.interviews, Accounts: accounts, Availability: times, PublicURL: public, Now: f.now}),
		DedupStore: func(corpID string) callback.DedupStore {
			return &account.CallbackStore{DB: f.db, CorpID: corpID, Now: f.now}
		},
	})
}

func findMembers(_ context.Context, _ string, ids []string) (map[string]member.Member, error) {
	out := map[string]member.Member{}
	for _, id := range ids {
		out[id] = member.Member{UserID: id, Name: "成员 " + id, Active: true}
	}
	return out, nil
}

// enable turns the bot on, with the secrets of the simulator's bot.
func (f *fixture) enable() *smartbot.Settings {
	f.t.Helper()
	c, err := f.service.UpdateSettings(f.t.Context(), admin, 0, smartbot.Edit{Enabled: true, Name: botName, Token: token, EncodingAESKey: aesKey})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) settings() *smartbot.Settings {
	f.t.Helper()
	c, err := f.service.State(f.t.Context(), corpID)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// scheduleInterview schedules one of ChenMo, in 48 hours.
func (f *fixture) scheduleInterview(title string) *interview.Interview {
	f.t.Helper()
	ctx := f.t.Context()
	pos, err := f.interviews.Positions.Create(ctx, recruiter, position.Position{Title: "后端工程师", Headcount: 1})
	if err != nil {
		f.t.Fatal(err)
	}
	cand, err := f.interviews.Candidates.Create(ctx, recruiter, candidate.Candidate{Name: "赵一鸣", PositionID: pos.ID}, true)
	if err != nil {
		f.t.Fatal(err)
	}
	i, _, err := f.interviews.Schedule(ctx, recruiter, interview.Plan{
		Title: title, PositionID: pos.ID, CandidateID: cand.ID, Round: 1, StartsAt: f.now().Add(48 * time.Hour), Duration: time.Hour, TimeZone: "Asia/Shanghai",
		Interviewers: []string{"ChenMo"}, RoomKind: interview.BuiltinRoom, OverrideWarnings: true,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func single(userID string) wecomtest.BotChat {
	return wecomtest.BotChat{CorpID: corpID, UserID: userID, BotID: botID}
}

func inGroup(userID string) wecomtest.BotChat {
	at := single(userID)
	at.ChatID = groupID
	return at
}

// ask sends a text to the bot and returns the newest reply.
func (f *fixture) ask(at wecomtest.BotChat, text string) string {
	f.t.Helper()
	before := len(f.replies(at))
	if err := f.bots.SendText(f.t.Context(), at, text); err != nil {
		f.t.Fatalf("%q: %v: %s", text, err, f.log)
	}
	all := f.replies(at)
	if len(all) != before+1 {
		f.t.Fatalf("%d replies to %q: %s", len(all)-before, text, f.log)
	}
	m := all[before]
	if m.Stream == nil || !m.Stream.Finished {
		f.t.Errorf("the reply to %q is %+v", text, m)
	}
	return m.Text
}

// replies returns the messages of the bot.
func (f *fixture) replies(at wecomtest.BotChat) (out []wecomtest.BotMessage) {
	for _, m := range f.bots.Messages(at) {
		if m.Author == "" {
			out = append(out, m)
		}
	}
	return out
}
