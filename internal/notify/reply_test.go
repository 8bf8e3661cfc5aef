package notify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/chatintent"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// ask sends a text to the application and returns the reply.
func (h *fixture) ask(userID, text string) string {
	h.t.Helper()
	return h.replyTo(userID, func() error { return h.sim.SendText(h.t.Context(), corpID, userID, agentID, text) })
}

// replyTo returns the text that the member receives after send.
func (h *fixture) replyTo(userID string, send func() error) string {
	h.t.Helper()
	texts := func() (out []string) {
		for _, m := range h.sim.Messages(corpID, userID) {
			if m.MsgType == "text" && !m.FromUser {
				out = append(out, messageJSON(m))
			}
		}
		return out
	}
	before := len(texts())
	if err := send(); err != nil {
		h.t.Fatal(err)
	}
	h.waitUntil("a reply to "+userID, func() bool { return len(texts()) > before })
	return texts()[before]
}

func (h *fixture) wantReply(userID, text string, parts ...string) {
	h.t.Helper()
	got := h.ask(userID, text)
	for _, part := range parts {
		if !strings.Contains(got, part) {
			h.t.Errorf("the reply to %q of %s has no %q: %s", text, userID, part, got)
		}
	}
}

// setMember changes a member as a synchronization or an administrator does.
func (h *fixture) setMember(userID, language string, roles actor.Roles) {
	h.t.Helper()
	_, err := h.db.NewUpdate().Model((*account.Member)(nil)).Set("language = ?, roles = ?", language, roles).
		Where("corp_id = ? AND user_id = ?", corpID, userID).Exec(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
}

func newReplyFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	sim := newSimulator(t)
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "GaoFei", Name: "高飞"})
	h := newFixture(t, sim, d, nil)
	h.startQueue()
	return h
}

func TestReplyByIntent(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newReplyFixture(t, d)
		i := h.scheduleInterview("") // in 48 hours
		page := public + "/interviews/" + i.ID
		h.wantReply("ChenMo", "后天的面试", "您的面试：", page, "第 1 轮")
		h.wantReply("ChenMo", "明天", "没有您的面试。")
		h.wantReply("ChenMo", "赵一鸣的面试", "候选人“赵一鸣”的面试：", page)
		h.wantReply("ChenMo", "zhaoyiming", "候选人“zhaoyiming”的面试：", page)
		h.wantReply("ChenMo", "评价", "没有待您提交的评价。")
		h.wantReply("ChenMo", "帮助", "候选人姓名：查看相关面试")
		h.wantReply("ChenMo", "哈哈哈", "候选人姓名：查看相关面试", page)
		h.wantReply("ChenMo", strings.Repeat("今天", 600), "候选人姓名：查看相关面试", page)
		h.setMember("ChenMo", "en", 0)
		h.wantReply("ChenMo", "the day after tomorrow", "Your interviews, ", page)
		h.wantReply("ChenMo", "help", "a candidate's name: their interviews")
		h.setMember("ChenMo", "ja", 0)
		h.wantReply("ChenMo", "明後日の面接", "あなたの面接：", page)
		h.hold(i)
		h.wantReply("ChenMo", "評価", "提出が必要な評価：", page+"/scorecard")
		h.wantReply("ZhouHang", "赵一鸣", page, "（已结束）")
	})
}

// hold starts and ends an interview.
func (h *fixture) hold(i *interview.Interview) {
	h.t.Helper()
	_, err := h.interview.Start(h.t.Context(), h.recruiter, i.ID)
	if err == nil {
		_, err = h.interview.End(h.t.Context(), h.recruiter, i.ID)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// A member who does not take part finds no interview of the candidate; a recruiter finds those of
// the company.
func TestReplyByPermission(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newReplyFixture(t, d)
		i := h.scheduleInterview("")
		page := public + "/interviews/" + i.ID
		for _, text := range []string{"赵一鸣", "后天", "评价", "面试"} {
			if got := h.ask("GaoFei", text); strings.Contains(got, i.ID) || strings.Contains(got, "第 1 轮") {
				t.Errorf("the reply to %q of a stranger: %s", text, got)
			}
		}
		h.setMember("GaoFei", "", actor.Recruiter)
		h.wantReply("GaoFei", "赵一鸣", "候选人“赵一鸣”的面试：", page)
		h.wantReply("GaoFei", "后天", "全公司的面试：", page)
		h.wantReply("GaoFei", "面试", "近期没有您的面试。")
	})
}

func TestReplyLimits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newReplyFixture(t, d)
		for range 10 {
			h.scheduleInterview("")
		}
		got := h.ask("ChenMo", "赵一鸣")
		if n := strings.Count(got, "第 1 轮"); n != 8 {
			t.Errorf("%d interviews, want 8: %s", n, got)
		}
		if !strings.Contains(got, "还有 2 场，查看全部") || !strings.Contains(got, "/interviews?q=%E8%B5%B5") {
			t.Errorf("no link to the others: %s", got)
		}
	})
}

// The application without a menu gets one; its buttons are answered by the roles of the
// member.
func TestMenu(t *testing.T) {
	t.Parallel() // waits for jobs
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newReplyFixture(t, d)
		menu := func() []wecomtest.MenuButton { return h.sim.Apps(corpID)[0].Menu }
		h.waitUntil("the menu is created", func() bool { return len(menu()) == 3 })
		keys := []string{menu()[0].Key, menu()[1].Key, menu()[2].URL}
		if want := []string{chatintent.MenuToday, chatintent.MenuScorecards, public + "/interviews/new"}; !slices.Equal(keys, want) {
			t.Errorf("menu %v, want %v", keys, want)
		}
		click := func(userID, key string) string {
			return h.replyTo(userID, func() error { return h.sim.ClickMenu(t.Context(), corpID, userID, agentID, key) })
		}
		if got := click("GaoFei", chatintent.MenuToday); !strings.Contains(got, "没有您的面试。") {
			t.Errorf("today of an interviewer: %s", got)
		}
		h.setMember("LinYue", "", actor.Recruiter)
		if got := click("LinYue", chatintent.MenuToday); !strings.Contains(got, "全公司没有面试。") {
			t.Errorf("today of a recruiter: %s", got)
		}
		if got := click("GaoFei", chatintent.MenuScorecards); !strings.Contains(got, "没有待您提交的评价。") {
			t.Errorf("scorecards: %s", got)
		}
	})
}

// A menu that exists remains.
func TestMenuOfAdministrator(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	own := []wecomtest.MenuButton{{Name: "自己的", Type: "click", Key: "own"}}
	app := h.sim.Apps(corpID)[0]
	app.Menu = own
	h.sim.AddApp(app)
	h.startQueue()
	h.waitUntil("the menu is read", func() bool { return h.sim.CallCount("menu/get") > 0 })
	h.ask("ChenMo", "帮助")
	if app = h.sim.Apps(corpID)[0]; len(app.Menu) != 1 || app.Menu[0].Key != "own" || h.sim.CallCount("menu/create") != 0 {
		t.Errorf("menu %+v", app.Menu)
	}
}

func TestReplyWithoutDeclined(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	i := h.scheduleInterview("")
	h.waitForMessage("ChenMo", "面试邀请")
	who := actor.WithoutRoles(corpID, "ChenMo")
	if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: interview.Declined}); err != nil {
		t.Fatal(err)
	}
	h.wantReply("ChenMo", "面试", "近期没有您的面试")
}

// An interview that the sender organizes and, as an interviewer, has declined is marked.
func TestReplyMarksDeclined(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	i := h.scheduleInterview("")
	_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
		p.Interviewers, p.OverrideWarnings = []string{"LinYue", "ChenMo"}, true
	})
	if err == nil {
		_, err = h.interview.Respond(t.Context(), h.recruiter, i.ID, interview.ResponseInput{Response: interview.Declined})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.wantReply("LinYue", "面试", "</a>（您已回复无法参加）")
}
