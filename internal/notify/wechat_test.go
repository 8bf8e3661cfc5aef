package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// weChatFixture is a fixture with an account of customer service.
type weChatFixture struct {
	*fixture
	account string
}

func newWeChatFixture(t *testing.T, d *db.DB) *weChatFixture {
	t.Helper()
	return newWeChatFixtureOf(newFixture(t, newSimulator(t), d, nil))
}

// newWeChatFixtureOf turns customer service on.
func newWeChatFixtureOf(f *fixture) *weChatFixture {
	f.t.Helper()
	h := &weChatFixture{fixture: f}
	var err error
	if h.account, err = h.sim.AddKFAccount(corpID, "云杉招聘"); err != nil {
		f.t.Fatal(err)
	}
	_, err = h.customerService.UpdateSettings(f.t.Context(), actor.ForMember(corpID, "LinYue", actor.Administrator), 0, customerservice.Edit{Enabled: true, OpenKFID: h.account})
	if err != nil {
		f.t.Fatal(err)
	}
	return h
}

// enter opens the link of an interview as a new WeChat user.
func (h *weChatFixture) enter(i *interview.Interview) string {
	h.t.Helper()
	link, err := h.customerService.LinkFor(h.t.Context(), i)
	if err != nil {
		h.t.Fatal(err)
	}
	id, err := h.sim.EnterKF(h.t.Context(), wecomtest.Customer{CorpID: corpID, Name: "赵一鸣"}, link)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *weChatFixture) write(user, text string) {
	h.t.Helper()
	if err := h.sim.SendKFText(h.t.Context(), corpID, user, h.account, text, ""); err != nil {
		h.t.Fatal(err)
	}
}

// waitForWeChat waits until a WeChat user has received a number of messages, and returns the newest.
func (h *weChatFixture) waitForWeChat(user string, count int) wecomtest.CustomerMessage {
	h.t.Helper()
	var list []wecomtest.CustomerMessage
	h.waitUntil("messages in WeChat", func() bool {
		list = h.sim.CustomerMessages(corpID, user)
		return len(list) >= count
	})
	if len(list) != count {
		h.t.Fatalf("%d messages, want %d: %+v", len(list), count, list)
	}
	return list[count-1]
}

// waitForLog waits until the newest message of a kind in the log has a state and a reason.
func (h *weChatFixture) waitForLog(i *interview.Interview, kind message.Kind, state message.State, code string) {
	h.t.Helper()
	h.waitUntil(string(kind)+" "+string(state)+" "+code, func() bool {
		list, err := h.interview.InterviewMessages(h.t.Context(), h.recruiter, i.ID)
		n := slices.IndexFunc(list, func(m message.Message) bool {
			return m.Kind == kind && (m.Channel == message.WeChat || kind == message.KindCandidateQuestion)
		})
		return err == nil && n >= 0 && list[n].State == state && list[n].ErrorCode == code
	})
}

func (h *weChatFixture) answer(i *interview.Interview, text string) {
	h.t.Helper()
	if _, err := h.customerService.Answer(h.t.Context(), h.recruiter, i.ID, customerservice.AnswerInput{Text: text, RequestID: text}); err != nil {
		h.t.Fatal(err)
	}
}

// A candidate opens the link, is welcomed with the card of the interview, asks, and gets an answer and
// the new time.
func TestWeChatConversation(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newWeChatFixture(t, d)
		h.startQueue()
		i := h.scheduleInterview("")
		user := h.enter(i)
		welcome := h.waitForWeChat(user, 1)
		_, token, found := strings.Cut(welcome.Raw, public+interview.CandidateLinkPath(""))
		if welcome.MsgType != "msgmenu" || !strings.Contains(welcome.Text, "后端工程师") || !strings.Contains(welcome.Text, "赵一鸣") || !found {
			t.Fatalf("the welcome message is %+v", welcome)
		}
		token, _, _ = strings.Cut(token, `"`)
		if opened, err := h.interview.ResolveCandidateLink(t.Context(), token); err != nil || opened.ID != i.ID {
			t.Errorf("the link of the card leads to %v, %v", opened, err)
		}
		h.waitForLog(i, message.KindWelcome, message.Sent, "")

		h.write(user, "面试用什么语言？")
		h.waitForMessage("LinYue", "面试用什么语言？")
		h.answer(i, "Go 或 Python 都可以")
		if got := h.waitForWeChat(user, 2); got.Text != "Go 或 Python 都可以" {
			t.Errorf("the answer is %+v", got)
		}
		_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
			p.StartsAt, p.OverrideWarnings = p.StartsAt.Add(time.Hour), true
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.waitForWeChat(user, 3); !strings.Contains(got.Text, "新时间") {
			t.Errorf("the update is %+v", got)
		}
		h.waitForLog(i, message.KindChanged, message.Sent, "")
		if _, err := h.interview.Cancel(t.Context(), h.recruiter, i.ID, ""); err != nil {
			t.Fatal(err)
		}
		if got := h.waitForWeChat(user, 4); !strings.Contains(got.Text, "已取消") || got.MsgType != "text" {
			t.Errorf("the cancellation is %+v", got)
		}
	})
}

// Responses of WeCom are lost: each message arrives once.
func TestWeChatLostResponses(t *testing.T) {
	t.Parallel() // waits for retries
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newWeChatFixture(t, d)
		for _, path := range []string{"kf/send_msg_on_event", "kf/send_msg", "kf/sync_msg"} {
			h.sim.AddFault(wecomtest.Fault{Path: path, CorpID: corpID, DropAfter: true, Times: 1})
		}
		i := h.scheduleInterview("")
		user := h.enter(i)
		h.write(user, "您好")
		h.startQueue()
		h.waitForLog(i, message.KindWelcome, message.Sent, "")
		h.waitForLog(i, message.KindCandidateQuestion, message.Sent, "")
		h.answer(i, "您好！")
		h.waitForLog(i, message.KindAnswer, message.Sent, "")
		if list := h.sim.CustomerMessages(corpID, user); len(list) != 2 {
			t.Errorf("%d messages arrived, want 2: %+v", len(list), list)
		}
	})
}

// What WeCom does not allow now is in the log with the reason.
func TestWeChatRefusals(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newWeChatFixture(t, d)
		h.startQueue()
		i := h.scheduleInterview("")
		h.sim.AddFault(wecomtest.Fault{Path: "kf/send_msg_on_event", CorpID: corpID, Errcode: 41050, Times: 1})
		user := h.enter(i)
		h.waitForLog(i, message.KindWelcome, message.Skipped, "notify.wechat.no_text")
		h.write(user, "您好")
		h.waitForLog(i, message.KindCandidateQuestion, message.Sent, "")
		for errcode, code := range map[int]string{95001: "notify.wechat.limit", 95002: "notify.wechat.window"} {
			h.sim.AddFault(wecomtest.Fault{Path: "kf/send_msg", CorpID: corpID, Errcode: errcode, Times: 1})
			h.answer(i, code)
			h.waitForLog(i, message.KindAnswer, message.Failed, code)
		}
		h.sim.AddFault(wecomtest.Fault{Path: "kf/send_msg", CorpID: corpID, Errcode: 48002, Times: 1})
		h.answer(i, "一会儿见")
		h.waitForLog(i, message.KindAnswer, message.Queued, "notify.error.configuration")
		c, err := h.customerService.Get(t.Context(), h.recruiter, i.ID)
		if err != nil || c.Failure == nil || c.Failure.Code != "customer_service.not_permitted" {
			t.Errorf("the conversation is %+v, %v", c, err)
		}
	})
}

// A WeChat user without a valid link gets a text that explains it.
func TestWeChatNotices(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newWeChatFixture(t, d)
		h.startQueue()
		i := h.scheduleInterview("")
		h.enter(i)
		other := h.enter(i)
		if got := h.waitForWeChat(other, 1); !strings.Contains(got.Text, "另一个微信号") {
			t.Errorf("the text is %+v", got)
		}
		h.write(other, "您好")
		h.write(other, "您好？")
		if got := h.waitForWeChat(other, 2); !strings.Contains(got.Text, "在微信里联系我们") {
			t.Errorf("the text is %+v", got)
		}
	})
}

// Mails and the text to copy contain the link.
func TestWeChatLinkInMail(t *testing.T) {
	h, relay := newMailFixture(t, dbtest.Open(t, db.SQLite))
	newWeChatFixtureOf(h)
	i := h.scheduleInterview("zhao@example.com")
	link, err := h.customerService.LinkFor(t.Context(), i)
	if err != nil || link == "" {
		t.Fatalf("the link is %q, %v", link, err)
	}
	h.startQueue()
	if _, parts := parseMail(t, <-relay.Mails()); !strings.Contains(parts["text/plain"].body, link) {
		t.Errorf("the mail has no link: %s", parts["text/plain"].body)
	}
	text, err := h.templates.Find(t.Context(), corpID, mailtemplate.Invite, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	if got := notify.InvitationText(text, i, "云杉科技", public+"/join#x", link); !strings.Contains(got, link) {
		t.Errorf("the text is %s", got)
	}
	if got := notify.InvitationText(text, i, "云杉科技", public+"/join#x", ""); strings.Contains(got, "微信") {
		t.Errorf("without customer service: %s", got)
	}
}
