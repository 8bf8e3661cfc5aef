package customerservice_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func TestSettings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx, i := t.Context(), f.schedule()
		if link, err := f.service.LinkFor(ctx, i); link != "" || err != nil {
			t.Errorf("without settings the link is %q, %v", link, err)
		}
		for name, tc := range map[string]struct {
			actor actor.Actor
			edit  customerservice.Edit
			code  string
		}{
			"recruiter":    {recruiter, customerservice.Edit{Enabled: true, OpenKFID: f.account}, "error.forbidden"},
			"no account":   {admin, customerservice.Edit{Enabled: true}, "customer_service.account_missing"},
			"no id":        {admin, customerservice.Edit{Enabled: true, OpenKFID: "abc"}, "customer_service.account_invalid"},
			"unknown":      {admin, customerservice.Edit{Enabled: true, OpenKFID: "wkunknown"}, "customer_service.account_unknown"},
			"other person": {lin, customerservice.Edit{}, "error.forbidden"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := f.service.UpdateSettings(ctx, tc.actor, 0, tc.edit)
				apperrtest.CheckCode(t, err, tc.code)
			})
		}
		f.enable()
		c, err := f.service.Settings(ctx, admin)
		if err != nil || c.AccountName != "云杉招聘" || !c.IsActive() || c.Version != 1 {
			t.Errorf("the settings are %+v, %v", c, err)
		}
		current, err := f.service.UpdateSettings(ctx, admin, 7, customerservice.Edit{})
		apperrtest.CheckCode(t, err, "customer_service.settings_changed_meanwhile")
		if current == nil || current.OpenKFID != f.account {
			t.Errorf("an old version: %+v, %v", current, err)
		}
		if list, err := f.service.ListAccounts(ctx, admin); err != nil || len(list) != 1 || !list[0].Granted {
			t.Errorf("the accounts are %+v, %v", list, err)
		}
		if _, err := f.service.UpdateSettings(ctx, admin, 1, customerservice.Edit{OpenKFID: f.account}); err != nil {
			t.Error(err)
		}
		if link, err := f.service.LinkFor(ctx, i); link != "" || err != nil {
			t.Errorf("when it is off the link is %q, %v", link, err)
		}
	})
}

// What WeCom refuses is displayed with the remedy until a call succeeds.
func TestPermissionErrors(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for errcode, code := range map[int]string{
			48002: "customer_service.not_permitted", 48007: "customer_service.not_permitted", 60020: "customer_service.untrusted_ip", 95004: "customer_service.account_deleted",
		} {
			f.sim.AddFault(wecomtest.Fault{Path: "kf/account/list", Errcode: errcode, Times: 1})
			t.Run(strconv.Itoa(errcode), func(t *testing.T) {
				_, err := f.service.ListAccounts(t.Context(), admin)
				apperrtest.CheckCode(t, err, code)
			})
		}
		f.enable()
		i := f.schedule()
		f.sim.AddFault(wecomtest.Fault{Path: "kf/sync_msg", Errcode: 48002, Times: 1})
		f.start(f.process)
		f.waitFor(func() string {
			if c := f.conversation(i); c.Failure == nil || c.Failure.Code != "customer_service.not_permitted" {
				return "no failure"
			}
			return ""
		})
		f.enter(f.linkOf(i), "")
		f.enable() // reads at once
		f.waitForKinds(i, "wechat_welcome")
		f.waitFor(func() string {
			if c := f.conversation(i); c.Failure != nil {
				return "the failure is still displayed"
			}
			return ""
		})
	})
}

func TestLinks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		first := f.linkOf(i)
		if first != f.linkOf(i) {
			t.Error("the link changes")
		}
		u, err := url.Parse(first)
		token := u.Query().Get("scene_param")
		if err != nil || len(token) < 20 || len(token) > 128 || strings.Contains(first, i.ID) || strings.Contains(first, i.CandidateID) {
			t.Errorf("the link is %s, %v", first, err)
		}
		_, err = f.service.Renew(t.Context(), lin, i.ID)
		apperrtest.CheckForbidden(t, err)
		renewed, err := f.service.Renew(t.Context(), recruiter, i.ID)
		if err != nil || renewed.URL == first || renewed.URL == "" {
			t.Errorf("the renewed link is %+v, %v", renewed, err)
		}
		f.sim.Advance(48*time.Hour + time.Hour + 24*time.Hour + time.Minute)
		if link, err := f.service.LinkFor(t.Context(), i); link != "" || err != nil {
			t.Errorf("a day after the end the link is %q, %v", link, err)
		}
	})
}

// The first WeChat user who opens the link is the candidate; others are refused.
func TestEntry(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		link := f.linkOf(i)
		if o := f.conversation(i).Obstacle; o != customerservice.NotOpened {
			t.Errorf("before: %s", o)
		}
		user := f.enter(link, "")
		f.start(f.process)
		f.callback()
		list := f.waitForKinds(i, "wechat_welcome")
		if list[0].Recipient != user || list[0].Data.WelcomeCode == "" || list[0].Data.Candidate != i.CandidateID {
			t.Errorf("the welcome message is %+v", list[0])
		}
		if o := f.conversation(i).Obstacle; o != customerservice.NoText {
			t.Errorf("after: %s", o)
		}
		other := f.enter(link, "")
		f.enter(strings.Split(link, "scene_param=")[0]+"scene_param=unknown", "")
		f.callback()
		f.waitForNotices(2)
		f.write(other, "您好") // belongs to no interview
		f.write(user, "面试用什么语言？")
		f.callback()
		f.waitForKinds(i, "wechat_welcome candidate_question")
		f.waitForNotices(3)
		c := f.conversation(i)
		if len(c.Messages) != 1 || c.Messages[0].Text != "面试用什么语言？" || c.Obstacle != "" || c.Left != customerservice.MaxReplies {
			t.Errorf("the conversation is %+v", c)
		}
	})
}

// waitForNotices waits for the jobs of texts to WeChat users without an interview.
func (f *fixture) waitForNotices(want int) {
	f.t.Helper()
	f.waitFor(func() string {
		n, err := f.db.NewSelect().TableExpr("river_job").Where("kind = 'customer_service_notice'").Count(f.t.Context())
		if err != nil || int(n) != want {
			return "notices are missing"
		}
		return ""
	})
}

// Two processes, repeated callbacks, lost responses and a cursor that was not stored: everything is
// processed once.
func TestReadOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		user := f.enter(f.linkOf(i), "")
		for _, text := range []string{"一", "二", "三"} {
			f.write(user, text)
		}
		f.sim.AddFault(wecomtest.Fault{Path: "kf/sync_msg", DropAfter: true, Times: 1})
		second := f.newProcess()
		for range 5 {
			f.callback()
		}
		f.start(f.process)
		f.start(second)
		const want = "wechat_welcome candidate_question candidate_question candidate_question"
		f.waitForKinds(i, want)

		// As after a restore: the cursor is an old one, or one that WeCom does not know.
		for _, cursor := range []string{"", "unknown"} {
			dbtest.Exec(t, f.db, "UPDATE customer_service_accounts SET cursor = ?", cursor)
			f.write(user, "四 "+cursor)
			f.callback()
			f.waitFor(func() string {
				if c := f.conversation(i); c.Messages[len(c.Messages)-1].Text != "四 "+cursor {
					return "the last message is missing"
				}
				return ""
			})
		}
		f.waitForKinds(i, want+" candidate_question candidate_question")
		if n := len(f.conversation(i).Messages); n != 5 {
			t.Errorf("%d messages, want 5", n)
		}
	})
}

// A process dies while it reads: the claim expires, and the next one continues.
func TestReadAfterCrash(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		f.enter(f.linkOf(i), "")
		dbtest.Exec(t, f.db, "UPDATE customer_service_accounts SET claimed_at = ?", db.Time(f.now()))
		f.start(f.process)
		f.callback() // another process seems to read
		f.waitFor(func() string {
			n, err := f.db.NewSelect().TableExpr("customer_service_accounts").Where("next_attempt_at IS NOT NULL").Count(t.Context())
			if err != nil || n == 0 {
				return "the callback is not remembered"
			}
			return ""
		})
		if n := len(f.queued(i)); n != 0 {
			t.Fatalf("%d messages", n)
		}
		f.sim.Advance(2 * time.Minute)
		f.callback()
		f.waitForKinds(i, "wechat_welcome")
	})
}

func TestAnswers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		answer := func(a actor.Actor, text, id string) error {
			_, err := f.service.Answer(t.Context(), a, i.ID, customerservice.AnswerInput{Text: text, RequestID: id})
			return err
		}
		apperrtest.CheckCode(t, answer(recruiter, "好", "1"), "customer_service.not_opened") // before the link is opened
		user := f.enter(f.linkOf(i), "")
		f.write(user, "您好")
		f.start(f.process)
		f.callback()
		f.waitForKinds(i, "wechat_welcome candidate_question")
		for name, tc := range map[string]struct {
			actor          actor.Actor
			text, id, code string
		}{
			"interviewer": {lin, "好", "1", "error.forbidden"},
			"stranger":    {actor.ForMember("other", "LinYue", actor.Recruiter), "好", "1", "error.not_found"},
			"empty":       {recruiter, " ", "1", "field.required"},
			"too long":    {recruiter, strings.Repeat("好", 683), "1", "customer_service.text_too_long"},
			"no id":       {recruiter, "好", "", "field.invalid"},
		} {
			t.Run(name, func(t *testing.T) { apperrtest.CheckCode(t, answer(tc.actor, tc.text, tc.id), tc.code) })
		}
		for _, id := range []string{"1", "1", "2", "3", "4", "5"} {
			if err := answer(recruiter, "回复 "+id, id); err != nil {
				t.Errorf("answer %s: %v", id, err)
			}
		}
		apperrtest.CheckCode(t, answer(recruiter, "好", "6"), "customer_service.limit")
		f.sim.Advance(49 * time.Hour)
		apperrtest.CheckCode(t, answer(recruiter, "好", "7"), "customer_service.window")
	})
}

// Concurrent answers do not exceed the limit.
func TestConcurrentAnswers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		f.write(f.enter(f.linkOf(i), ""), "您好")
		f.start(f.process)
		f.callback()
		f.waitForKinds(i, "wechat_welcome candidate_question")
		sent := 0
		for _, err := range dbtest.Concurrently(8, func(n int) error {
			_, err := f.service.Answer(t.Context(), recruiter, i.ID, customerservice.AnswerInput{Text: "好", RequestID: string(rune('a' + n))})
			return err
		}) {
			if err == nil {
				sent++
			} else if apperrtest.CodeOf(err) != "customer_service.limit" {
				t.Error(err)
			}
		}
		if sent != customerservice.MaxReplies {
			t.Errorf("%d answers", sent)
		}
	})
}

// A candidate who has opened the link is informed of another time and of a cancellation, once.
func TestUpdates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i, unopened := f.schedule(), f.schedule()
		f.linkOf(unopened)
		f.enter(f.linkOf(i), "")
		f.start(f.process)
		f.callback()
		f.waitForKinds(i, "wechat_welcome")
		edit := func(id string, change func(*interview.Plan)) {
			t.Helper()
			_, err := f.interviews.Edit(t.Context(), recruiter, id, 0, func(p *interview.Plan) { change(p); p.OverrideWarnings = true })
			if err != nil {
				t.Fatal(err)
			}
		}
		edit(i.ID, func(p *interview.Plan) { p.Title = "二面" })
		edit(i.ID, func(p *interview.Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) })
		edit(unopened.ID, func(p *interview.Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) })
		if _, err := f.interviews.Cancel(t.Context(), recruiter, i.ID, ""); err != nil {
			t.Fatal(err)
		}
		if got := kindsOf(f.queued(i)); got != "wechat_welcome changed cancelled" {
			t.Errorf("messages are %s", got)
		}
		if got := kindsOf(f.queued(unopened)); got != "" {
			t.Errorf("without a WeChat user: %s", got)
		}
	})
}

// Another candidate has another link, and reads nothing of the former one.
func TestReplacedCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		former := f.linkOf(i)
		user := f.enter(former, "")
		f.write(user, "您好")
		f.start(f.process)
		f.callback()
		f.waitForKinds(i, "wechat_welcome candidate_question")
		next, err := f.interviews.Candidates.Create(t.Context(), recruiter, candidate.Candidate{Name: "钱二", PositionID: i.PositionID}, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.interviews.Edit(t.Context(), recruiter, i.ID, 0, func(p *interview.Plan) { p.CandidateID, p.OverrideWarnings = next.ID, true }); err != nil {
			t.Fatal(err)
		}
		c := f.conversation(i)
		if c.URL == former || len(c.Messages) != 0 || c.Obstacle != customerservice.NotOpened {
			t.Errorf("the conversation is %+v", c)
		}
		f.write(user, "还在吗？")
		f.callback()
		f.waitForNotices(1)
		if got := kindsOf(f.queued(i)); got != "wechat_welcome candidate_question" {
			t.Errorf("messages are %s", got)
		}
	})
}

// The company chooses another account: the same WeChat user opens the link there.
func TestOtherAccount(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		user := f.enter(f.linkOf(i), "")
		f.start(f.process)
		f.callback()
		f.waitForKinds(i, "wechat_welcome")
		var err error
		if f.account, err = f.sim.AddKFAccount(corpID, "校园招聘"); err != nil {
			t.Fatal(err)
		}
		f.enable()
		if o := f.conversation(i).Obstacle; o != customerservice.NotOpened {
			t.Errorf("before the link of the account is opened: %s", o)
		}
		f.enter(f.linkOf(i), user)
		f.callback()
		f.waitForKinds(i, "wechat_welcome wechat_welcome")
		f.write(user, "您好")
		f.callback()
		f.waitForKinds(i, "wechat_welcome wechat_welcome candidate_question")
	})
}

// After an erasure the WeChat user belongs to no interview, and nothing about the user is stored again.
func TestErasedCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		link := f.linkOf(i)
		user := f.enter(link, "")
		f.start(f.process)
		f.callback()
		f.waitForKinds(i, "wechat_welcome")
		dbtest.Exec(t, f.db, "DELETE FROM customer_service_links") // as package erasure does
		f.write(user, "还在吗？")
		f.callback()
		f.waitForNotices(1)
		f.enter(link, user)
		f.callback()
		f.waitFor(func() string {
			n, err := f.db.NewSelect().TableExpr("customer_service_accounts").Where("claimed_at IS NULL AND next_attempt_at > ?", db.Time(f.now().Add(time.Minute))).Count(t.Context())
			if err != nil || n == 0 {
				return "the account is still read"
			}
			return ""
		})
		for _, table := range []string{"customer_service_links", "customer_service_messages"} {
			if n, err := f.db.NewSelect().TableExpr(table).Count(t.Context()); err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
	})
}

// FindRoute uses the code of the welcome message for 20 seconds.
func TestRoute(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		user := f.enter(f.linkOf(i), "")
		f.start(f.process)
		f.callback()
		m := f.waitForKinds(i, "wechat_welcome")[0]
		route := func(m *message.Message) (customerservice.Route, customerservice.Obstacle) {
			t.Helper()
			r, o, err := f.service.FindRoute(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			return r, o
		}
		if r, o := route(&m); r.Code != m.Data.WelcomeCode || r.ExternalUserID != user || o != "" {
			t.Errorf("in time: %+v, %s", r, o)
		}
		f.sim.Advance(21 * time.Second)
		if r, o := route(&m); o != customerservice.NoText {
			t.Errorf("too late: %+v, %s", r, o)
		}
		f.write(user, "您好")
		f.callback()
		f.waitForKinds(i, "wechat_welcome candidate_question")
		if r, o := route(&m); r.Code != "" || r.OpenKFID != f.account || o != "" {
			t.Errorf("after a text: %+v, %s", r, o)
		}
		for range customerservice.MaxReplies {
			if err := f.service.CountReply(t.Context(), corpID, customerservice.Route{OpenKFID: f.account, ExternalUserID: user}); err != nil {
				t.Fatal(err)
			}
		}
		if r, o := route(&m); o != customerservice.Limit {
			t.Errorf("after five messages: %+v, %s", r, o)
		}
	})
}

// A message that did not arrive has failed, and a repetition has another msgid.
func TestUndelivered(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.schedule()
		f.enter(f.linkOf(i), "")
		f.start(f.process)
		f.callback()
		m := f.waitForKinds(i, "wechat_welcome")[0]
		first := customerservice.MsgID(&m)
		messages := f.interviews.Messages
		if _, err := messages.MarkSending(t.Context(), corpID, m.ID, message.Content{Body: "x"}); err != nil {
			t.Fatal(err)
		}
		if err := messages.MarkSent(t.Context(), corpID, m.ID, first, ""); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			err := f.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return messages.MarkUndelivered(ctx, tx, corpID, first, message.Failure{Code: "notify.wechat.window"})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		stored, err := messages.Get(t.Context(), corpID, m.ID)
		if err != nil || stored.State != message.Failed || stored.ErrorCode != "notify.wechat.window" || customerservice.MsgID(stored) == first {
			t.Errorf("the message is %+v, %v", stored, err)
		}
	})
}
