package smartbot_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func (f *fixture) wantReply(at wecomtest.BotChat, text string, parts ...string) {
	f.t.Helper()
	got := f.ask(at, text)
	for _, part := range parts {
		if !strings.Contains(got, part) {
			f.t.Errorf("the reply to %q of %s has no %q: %s", text, at.UserID, part, got)
		}
	}
}

// The bot answers in a single chat what the application answers, with the permissions of the member.
func TestAnswersInSingleChat(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.enable()
		i := f.scheduleInterview("后端 [资深] *C_Sharp* <一面>")
		link := "[后端 ［资深］ ＊C＿Sharp＊ ‹一面›](" + public + "/interviews/" + i.ID + ")"
		f.wantReply(single("ChenMo"), "后天的面试", "您的面试：\n- ", link)
		f.wantReply(single("ChenMo"), "赵一鸣", "候选人“赵一鸣”的面试：\n- ", link)
		f.wantReply(single("ChenMo"), "评价", "没有待您提交的评价。")
		f.wantReply(single("ChenMo"), "帮助", "我是「会面」的机器人", "\n- 候选人姓名：查看相关面试")
		f.wantReply(single("ChenMo"), strings.Repeat("长", 300), "\n- 候选人姓名：查看相关面试", link)
		f.wantReply(single("LinYue"), "后天", "全公司的面试：", link)
		for _, text := range []string{"后天", "赵一鸣", "你好"} {
			if got := f.ask(single("GaoFei"), text); strings.Contains(got, i.ID) || strings.Contains(got, "资深") {
				t.Errorf("the reply to %q of a member without a right: %s", text, got)
			}
		}
		dbtest.Exec(t, d, "UPDATE members SET language = 'en' WHERE user_id = 'ChenMo'")
		f.wantReply(single("ChenMo"), "the day after tomorrow", "Your interviews, ", link)
		dbtest.Exec(t, d, "UPDATE members SET language = 'ja' WHERE user_id = 'ChenMo'")
		f.wantReply(single("ChenMo"), "明後日の面接", "あなたの面接：", link)
	})
}

// A reply in a group has nothing about an interview or the asker, and does not depend on whether a
// candidate exists.
func TestAnswersInGroup(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.enable()
	i := f.scheduleInterview("后端工程师 · 赵一鸣 · 第 1 轮")
	for _, userID := range []string{"LinYue", "ChenMo", "GaoFei"} {
		for _, text := range []string{"后天的面试", "赵一鸣", "评价", "帮助", "你好"} {
			got := f.ask(inGroup(userID), "@"+botName+" "+text)
			for _, private := range []string{i.ID, "第 1 轮", "后端", "没有待您", "候选人“"} {
				if strings.Contains(got, private) {
					t.Errorf("the reply to %q of %s has %q: %s", text, userID, private, got)
				}
			}
		}
	}
	f.wantReply(inGroup("LinYue"), "@"+botName+" 后天", "全公司有 1 场面试。", "[在会面中查看]("+public+"/interviews)")
	f.wantReply(inGroup("LinYue"), "明天 @"+botName, "全公司没有面试。")
	f.wantReply(inGroup("ChenMo"), "@"+botName+" @高飞 后天", "这里不显示面试内容", "[在会面中查看]("+public+"/interviews)")
	exists, none := f.ask(inGroup("LinYue"), "@"+botName+" 赵一鸣"), f.ask(inGroup("LinYue"), "@"+botName+" 赵一明")
	if strings.ReplaceAll(exists, "%E9%B8%A3", "%E6%98%8E") != none || !strings.Contains(none, public+"/interviews?q=") {
		t.Errorf("the replies differ:\n%s\n%s", exists, none)
	}
	dbtest.Exec(t, f.db, "UPDATE members SET language = 'en' WHERE user_id = 'LinYue'")
	f.wantReply(inGroup("LinYue"), "@"+botName+" day after tomorrow", ": 1\n[Open in Huimian]")
}

// A sender who is not an active member of the company gets a sentence.
func TestUnknownSenders(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.enable()
	f.scheduleInterview("后端工程师")
	f.sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "new", Name: "新人"}) // after the synchronization
	dbtest.Exec(t, f.db, "UPDATE members SET active = FALSE WHERE user_id = 'GaoFei'")
	for _, userID := range []string{"new", "GaoFei"} {
		f.wantReply(single(userID), "后天", "会面的通讯录里没有您")
		if err := f.bots.Enter(t.Context(), single(userID)); err != nil {
			t.Fatal(err)
		}
		all := f.replies(single(userID))
		if m := all[len(all)-1]; m.MsgType != "text" || !strings.Contains(m.Text, "没有您") {
			t.Errorf("the welcome of %s is %+v", userID, m)
		}
	}
	f.bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: botID, Name: botName, EncryptUserIDs: true, Callback: wecomtest.Callback{URL: f.url, Token: token, EncodingAESKey: aesKey}})
	f.wantReply(single("ChenMo"), "后天", "会面的通讯录里没有您") // the id is encrypted
}

func TestWelcomeCard(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.enable()
	i := f.scheduleInterview("后端工程师")
	f.sim.Advance(48 * time.Hour) // to the day of the interview
	at := single("ChenMo")
	if err := f.bots.Enter(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	card := f.replies(at)[0]
	if card.Card == nil || card.Card.ButtonList[0].Text != "今天的面试" {
		t.Fatalf("the welcome is %+v: %s", card, f.log)
	}
	for range 2 { // the buttons remain
		if err := f.bots.ClickButton(t.Context(), at, card.MsgID, "today"); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.bots.ClickButton(t.Context(), at, card.MsgID, "scorecards"); err != nil {
		t.Fatal(err)
	}
	all := f.replies(at)
	if len(all) != 4 || !strings.Contains(all[2].Text, public+"/interviews/"+i.ID) || all[2].MsgType != "markdown" || !strings.Contains(all[3].Text, "没有待您提交的评价") {
		t.Errorf("the replies are %+v: %s", all, f.log)
	}
	if f.sim.CallCount("gettoken") > 1 { // the synchronization's
		t.Error("an active reply used an access token")
	}
}

// A callback that is delivered twice, by another replica too, is answered once; a wrong one is not.
func TestCallbacks(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		if err := f.bots.SendText(t.Context(), single("ChenMo"), "今天"); !errors.Is(err, wecomtest.ErrNotDelivered) {
			t.Errorf("before the settings: %v", err)
		}
		f.enable()
		if err := f.bots.SaveCallback(t.Context(), botID, wecomtest.Callback{URL: f.url, Token: token, EncodingAESKey: aesKey}); err != nil {
			t.Errorf("verifying the URL: %v", err)
		}
		f.sim.AddCallbackFault(wecomtest.CallbackFault{Duplicate: true, Times: 1})
		f.ask(single("ChenMo"), "今天")
		if err := f.sim.Resend(t.Context(), f.sim.Deliveries()[len(f.sim.Deliveries())-1].Seq); err != nil { // with another nonce
			t.Fatal(err)
		}
		if last := f.sim.Deliveries()[len(f.sim.Deliveries())-1]; last.Reply != "" {
			t.Errorf("a message that was sent again was answered: %s", last.Reply)
		}
		for _, fault := range []wecomtest.CallbackFault{{WrongCorp: true}, {WrongSignature: true}, {Stale: true}, {BrokenCipher: true}} {
			fault.Times = 1
			f.sim.AddCallbackFault(fault)
			if err := f.bots.SendText(t.Context(), single("ChenMo"), "今天"); !errors.Is(err, wecomtest.ErrNotDelivered) {
				t.Errorf("%+v: %v", fault, err)
			}
		}
		if c := f.settings(); c.BotID != botID || c.ReceivedAt == nil {
			t.Errorf("the settings are %+v", c)
		}
		f.bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: "aib-other", Name: "别的", Callback: wecomtest.Callback{URL: f.url, Token: token, EncodingAESKey: aesKey}})
		other := single("ChenMo")
		other.BotID = "aib-other"
		if err := f.bots.SendText(t.Context(), other, "今天"); err != nil || len(f.replies(other)) != 0 || !strings.Contains(f.log.String(), "another smart bot") {
			t.Errorf("another bot: %v, %+v", err, f.replies(other))
		}
		if strings.Contains(f.log.String(), token) || strings.Contains(f.log.String(), "response_code") {
			t.Errorf("the log has a secret: %s", f.log)
		}
		if _, err := f.service.UpdateSettings(t.Context(), admin, 0, smartbot.Edit{Name: botName}); err != nil {
			t.Fatal(err)
		}
		if err := f.bots.SendText(t.Context(), single("ChenMo"), "今天"); !errors.Is(err, wecomtest.ErrNotDelivered) {
			t.Errorf("turned off: %v", err)
		}
	})
}

func TestOtherCompany(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.enable()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.Replace(f.url, corpID, "wwother", 1), strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("the bot of another company: status %d", res.StatusCode)
	}
}

func TestSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		update := func(a actor.Actor, version int, e smartbot.Edit) (*smartbot.Settings, error) {
			return f.service.UpdateSettings(t.Context(), a, version, e)
		}
		for _, a := range []actor.Actor{recruiter, actor.ForInterviewer(corpID, "ChenMo")} {
			if _, err := update(a, 0, smartbot.Edit{}); apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%v changed the settings: %v", a.Roles, err)
			}
		}
		for _, c := range []struct {
			edit smartbot.Edit
			want string
		}{
			{smartbot.Edit{Enabled: true, EncodingAESKey: aesKey}, "callbackToken: smartbot.token_missing"},
			{smartbot.Edit{Enabled: true, Token: token}, "encodingAesKey: smartbot.key_missing"},
			{smartbot.Edit{Token: "with-a-hyphen", EncodingAESKey: aesKey}, "callbackToken: smartbot.token_invalid"},
			{smartbot.Edit{Token: wecom.Secret(strings.Repeat("x", 33)), EncodingAESKey: aesKey}, "callbackToken: smartbot.token_invalid"},
			{smartbot.Edit{Token: token, EncodingAESKey: aesKey + "x"}, "encodingAesKey: smartbot.key_invalid"},
			{smartbot.Edit{BotID: "aib/1"}, "botId: smartbot.bot_id_invalid"},
			{smartbot.Edit{Name: strings.Repeat("助", 65)}, "name: field.too_long"},
		} {
			_, err := update(admin, 0, c.edit)
			apperrtest.CheckFields(t, err, c.want)
		}
		first := f.enable()
		if first.Version != 1 || !first.HasSecrets() || strings.Contains(string(first.EncryptedSecrets), token) {
			t.Errorf("stored %+v", first)
		}
		if _, err := update(admin, 7, smartbot.Edit{}); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("an edit of another version: %v", err)
		}
		second, err := update(admin, 1, smartbot.Edit{Enabled: true, Name: "机器人"}) // without secrets: those that are stored
		if err != nil || second.Version != 2 || !slices.Equal(second.EncryptedSecrets, first.EncryptedSecrets) {
			t.Errorf("stored %+v, %v", second, err)
		}
		f.wantReply(single("ChenMo"), "帮助", "机器人")
		var data string
		if err := d.NewRaw("SELECT data FROM audit_log WHERE act = 'smart_bot.settings' ORDER BY id DESC LIMIT 1").Scan(t.Context(), &data); err != nil || strings.Contains(data, token) || !strings.Contains(data, "on") {
			t.Errorf("the audit log has %s, %v", data, err)
		}
		newBox, err := secretbox.NewBox([]byte("another secret"), "rooms", []byte("a secret"))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := smartbot.ReencryptSecrets(t.Context(), d, newBox); err != nil || n.Changed != 1 {
			t.Errorf("rotated %+v, %v", n, err)
		}
		f.service.Box = newBox
		f.wantReply(single("ChenMo"), "帮助", "机器人")
	})
}
