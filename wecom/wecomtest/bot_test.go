package wecomtest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	botID   = "aib-interviews"
	groupID = "wrGroup1"
)

// botFixture is a simulator with a smart bot whose receiver is the handler of package callback.
type botFixture struct {
	*wecomtest.Server
	t       *testing.T
	bots    wecomtest.Bots
	client  *wecom.Client
	mu      sync.Mutex
	got     []callback.BotMessage
	respond func(callback.BotMessage) (callback.BotReply, error)
}

func newBotFixture(t *testing.T) *botFixture {
	t.Helper()
	f := &botFixture{Server: newFixture(t), t: t}
	f.bots = wecomtest.SmartBots(f.Server)
	h, err := callback.NewBot(callback.BotConfig{Token: token, EncodingAESKey: aesKey, Now: f.Time, Respond: f.receive})
	if err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(h)
	t.Cleanup(receiver.Close)
	f.bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: botID, Name: "面试助手"})
	f.bots.AddGroup(wecomtest.BotGroup{CorpID: corpID, ID: groupID, Name: "招聘组", BotID: botID, Members: []string{"ZhangSan", "lisi"}})
	if err := f.bots.SaveCallback(t.Context(), botID, wecomtest.Callback{URL: receiver.URL, Token: token, EncodingAESKey: aesKey}); err != nil {
		t.Fatal(err)
	}
	if f.client, err = wecom.New(wecom.Config{CorpID: corpID, AgentID: agent, Secret: secret, BaseURL: f.URL()}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *botFixture) receive(_ context.Context, m callback.BotMessage) (callback.BotReply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got = append(f.got, m)
	return f.respond(m)
}

func (f *botFixture) received() []callback.BotMessage {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.got)
}

// answerWith makes the bot answer every message by respond.
func (f *botFixture) answerWith(respond func(callback.BotMessage) (callback.BotReply, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.respond = respond
}

func (f *botFixture) say(at wecomtest.BotChat, text string) {
	f.t.Helper()
	if err := f.bots.SendText(f.t.Context(), at, text); err != nil {
		f.t.Fatal(err)
	}
}

// waitFor waits for a message of the bot with a text.
func (f *botFixture) waitFor(at wecomtest.BotChat, text string) wecomtest.BotMessage {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer cancel()
	m, err := f.bots.WaitMessage(ctx, at, func(m wecomtest.BotMessage) bool { return m.Author == "" && m.Text == text })
	if err != nil {
		f.t.Fatalf("%q: %v: %+v", text, err, f.bots.Messages(at))
	}
	return m
}

func single(userID string) wecomtest.BotChat {
	return wecomtest.BotChat{CorpID: corpID, UserID: userID, BotID: botID}
}

func inGroup(userID string) wecomtest.BotChat {
	at := single(userID)
	at.ChatID = groupID
	return at
}

func finished(content string) func(callback.BotMessage) (callback.BotReply, error) {
	return func(m callback.BotMessage) (callback.BotReply, error) {
		return callback.BotStream{ID: m.MsgID, Content: content, Finish: true}.Reply(), nil
	}
}

func TestBotStreamIsRefreshed(t *testing.T) {
	f := newBotFixture(t)
	states := []string{"", "在查", "在查……", "明天有 1 场面试"}
	f.answerWith(func(m callback.BotMessage) (callback.BotReply, error) {
		if m.Event != nil {
			return callback.NewBotWelcomeReply("谢谢"), nil
		}
		id := m.MsgID
		if m.Stream != nil {
			id = m.Stream.ID
		}
		s := callback.BotStream{ID: id, Content: states[len(f.got)], Finish: len(f.got) == len(states)-1, FeedbackID: "f1"}
		if s.Finish {
			return s.ReplyWithTemplateCard(json.RawMessage(buttonCard)), nil
		}
		return s.Reply(), nil
	})
	f.say(single("zhangsan"), "明天的面试")
	m := f.waitFor(single("zhangsan"), "明天有 1 场面试")
	if m.MsgType != "stream" || m.Stream.Refreshes != 2 || !m.Stream.Finished || m.Feedback != "f1" {
		t.Errorf("the message is %+v, stream %+v", m, m.Stream)
	}
	list := f.bots.Messages(single("zhangsan"))
	if len(list) != 3 || list[0].Author != "ZhangSan" || list[2].Card == nil {
		t.Fatalf("messages are %+v", list)
	}
	if n := len(f.bots.Messages(single("lisi"))); n != 0 {
		t.Errorf("another member has %d messages", n)
	}
	first := f.received()[0]
	if first.BotID != botID || first.ChatType != callback.BotChatSingle || first.ChatID != "" || first.From.UserID != "ZhangSan" || first.ResponseURL == "" || first.MsgID != list[0].MsgID {
		t.Errorf("the callback is %s", first.Raw)
	}
	if second := f.received()[1]; second.MsgType != callback.BotMsgStream || second.Stream.ID != first.MsgID || second.ResponseURL != "" {
		t.Errorf("the refresh is %s", second.Raw)
	}
	if err := f.bots.SendFeedback(t.Context(), single("zhangsan"), m.MsgID, wecomtest.BotFeedback{Type: 2, Content: "旧", Reasons: []int{2}}); err == nil {
		t.Error("the reply to feedback was accepted")
	}
	f.answerWith(func(callback.BotMessage) (callback.BotReply, error) { return callback.BotReply{}, nil })
	if err := f.bots.SendFeedback(t.Context(), single("zhangsan"), m.MsgID, wecomtest.BotFeedback{Type: 1}); err != nil {
		t.Fatal(err)
	}
	if e := f.received()[len(f.received())-1].Event.FeedbackEvent; e.ID != "f1" || e.Type != 1 {
		t.Errorf("the feedback is %+v", e)
	}
}

func TestBotStreamExpires(t *testing.T) {
	f := newBotFixture(t)
	f.answerWith(func(m callback.BotMessage) (callback.BotReply, error) {
		if m.Stream != nil {
			return callback.BotReply{}, nil
		}
		return callback.BotStream{ID: m.MsgID, Content: "在查" + m.Text.Content}.Reply(), nil
	})
	at := single("lisi")
	for _, text := range []string{"1", "2", "3"} {
		f.say(at, text)
	}
	if err := f.bots.SendText(t.Context(), at, "4"); err == nil || !strings.Contains(err.Error(), "still replying") {
		t.Errorf("a fourth open message: %v", err)
	}
	f.say(single("zhangsan"), "5") // the limit is per member
	f.Advance(6 * time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := f.bots.WaitMessage(ctx, at, func(m wecomtest.BotMessage) bool { return m.Stream != nil && m.Stream.Expired }); err != nil {
		t.Fatal(err)
	}
	f.answerWith(finished("好"))
	f.say(at, "4")
	f.waitFor(at, "好")
}

func TestBotInGroup(t *testing.T) {
	f := newBotFixture(t)
	f.answerWith(finished("有 2 场"))
	f.say(inGroup("lisi"), "大家好")
	if n := len(f.received()); n != 0 {
		t.Fatalf("the bot received %d messages that do not mention it", n)
	}
	f.say(inGroup("lisi"), "@面试助手 明天的面试")
	got := f.received()[0]
	if got.ChatID != groupID || got.ChatType != callback.BotChatGroup || got.Text.Content != "@面试助手 明天的面试" || got.From.UserID != "lisi" {
		t.Errorf("the callback is %s", got.Raw)
	}
	for _, member := range []string{"lisi", "ZhangSan"} { // both read it
		f.waitFor(inGroup(member), "有 2 场")
	}
	f.AddMember(wecomtest.Member{CorpID: corpID, UserID: "other", Name: "钱"})
	if f.bots.Messages(inGroup("other")) != nil || f.bots.SendText(t.Context(), inGroup("other"), "@面试助手 x") == nil {
		t.Error("a member outside the group reads or writes")
	}
	for name, at := range map[string]wecomtest.BotChat{
		"left":          single("wangwu"),
		"unknown":       single("nobody"),
		"other company": {CorpID: "ww2", UserID: "lisi", BotID: botID},
		"other bot":     {CorpID: corpID, UserID: "lisi", BotID: "aib-2"},
	} {
		if err := f.bots.SendText(t.Context(), at, "x"); err == nil {
			t.Errorf("%s: sent", name)
		}
	}
}

func TestBotWelcome(t *testing.T) {
	f := newBotFixture(t)
	f.answerWith(func(callback.BotMessage) (callback.BotReply, error) {
		return callback.NewBotWelcomeReply("你好"), nil
	})
	at := single("lisi")
	for range 2 {
		if err := f.bots.Enter(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	f.waitFor(at, "你好")
	if n := len(f.received()); n != 1 {
		t.Errorf("%d events on one day", n)
	}
	f.Advance(24 * time.Hour)
	if err := f.bots.Enter(t.Context(), at); err != nil || len(f.received()) != 2 {
		t.Errorf("%d events after a day, %v", len(f.received()), err)
	}
	if e := f.received()[0]; e.Kind() != "event/enter_chat" || e.CreateTime == 0 || e.ResponseURL != "" {
		t.Errorf("the event is %s", e.Raw)
	}
}

func TestBotCards(t *testing.T) {
	f := newBotFixture(t)
	card := wecom.TemplateCard{CardType: wecom.CardButtonInteraction, MainTitle: &wecom.CardTitle{Title: "面试"}, TaskID: "task-1",
		ButtonList: []wecom.CardButton{{Text: "今天", Key: "today", Style: 1}, {Text: "评价", Key: "scorecards"}}}
	f.answerWith(func(m callback.BotMessage) (callback.BotReply, error) {
		if m.Event == nil {
			return callback.NewBotTemplateCardReply(card).WithCardFeedback("f2"), nil
		}
		tap := m.Event.TemplateCardEvent
		next := card
		next.ReplaceText, next.TaskID = "已选择 "+tap.EventKey, tap.TaskID
		return callback.NewBotUpdateTemplateCardReply(next, m.From.UserID), nil
	})
	f.say(inGroup("lisi"), "@面试助手 帮助")
	if err := f.bots.ClickButton(t.Context(), inGroup("lisi"), "task-1", "none"); err == nil {
		t.Error("a button that does not exist was clicked")
	}
	if err := f.bots.ClickButton(t.Context(), inGroup("lisi"), "task-1", "today"); err != nil {
		t.Fatal(err)
	}
	last := func(at wecomtest.BotChat) wecomtest.BotMessage { list := f.bots.Messages(at); return list[len(list)-1] }
	if m := last(inGroup("lisi")); !m.Updated || m.ButtonText != "已选择 today" || m.Feedback != "f2" {
		t.Errorf("the card of the member is %+v", m)
	}
	if m := last(inGroup("zhangsan")); m.Updated || m.ButtonText != "" {
		t.Errorf("the card of another member is %+v", m)
	}
	if err := f.bots.ClickButton(t.Context(), inGroup("lisi"), "task-1", "today"); err == nil {
		t.Error("a replaced button was clicked")
	}
	got := f.received()[1]
	if got.Event.TemplateCardEvent.CardType != wecom.CardButtonInteraction || got.ResponseURL == "" {
		t.Errorf("the event is %s", got.Raw)
	}
	card.TaskID = "task-2"
	f.answerWith(func(callback.BotMessage) (callback.BotReply, error) {
		return callback.NewBotUpdateTemplateCardReply(card), nil
	})
	if err := f.bots.ClickButton(t.Context(), inGroup("zhangsan"), "task-1", "today"); err != nil {
		t.Fatal(err)
	}
	if note := f.Deliveries()[len(f.Deliveries())-1].Note; !strings.Contains(note, `task_id "task-2" instead of "task-1"`) {
		t.Errorf("the note about a card with another task id is %q", note)
	}
}

func TestBotActiveReply(t *testing.T) {
	f := newBotFixture(t)
	f.answerWith(func(callback.BotMessage) (callback.BotReply, error) { return callback.BotReply{}, nil })
	ask := func(at wecomtest.BotChat) wecom.Secret {
		t.Helper()
		f.say(at, "@面试助手 明天的面试")
		got := f.received()
		return got[len(got)-1].ResponseURL
	}
	respond := func(url wecom.Secret, m wecom.BotResponse) error { return f.client.Bots.Respond(t.Context(), url, &m) }
	wantCode := func(name string, err error, code int) {
		t.Helper()
		if e, ok := errors.AsType[*wecom.Error](err); !ok || e.Code != code || strings.Contains(err.Error(), "response_code=") {
			t.Errorf("%s: %v, want errcode %d", name, err, code)
		}
	}
	card := &wecom.TemplateCard{CardType: wecom.CardTextNotice, MainTitle: &wecom.CardTitle{Title: "面试"}, CardAction: &wecom.CardAction{Type: 1, URL: "https://example.com"}}

	url := ask(inGroup("lisi"))
	wantCode("a card in a group", respond(url, wecom.BotResponse{TemplateCard: card}), 40008)
	if err := respond(url, wecom.BotResponse{Markdown: "有 1 场", FeedbackID: "f"}); err != nil {
		t.Fatal(err)
	}
	wantCode("twice", respond(url, wecom.BotResponse{Markdown: "again"}), 60140)
	if m := f.waitFor(inGroup("zhangsan"), "有 1 场"); m.Quote != "@面试助手 明天的面试" || m.Feedback != "f" {
		t.Errorf("the reply in the group is %+v", m)
	}

	if err := respond(ask(single("lisi")), wecom.BotResponse{TemplateCard: card}); err != nil {
		t.Fatal(err)
	}
	url = ask(single("lisi"))
	f.Advance(time.Hour)
	wantCode("after an hour", respond(url, wecom.BotResponse{Markdown: "late"}), 60140)
	wantCode("an unknown code", respond("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=x", wecom.BotResponse{Markdown: "a"}), 60140)

	for range 30 {
		if err := respond(ask(single("zhangsan")), wecom.BotResponse{Markdown: "a"}); err != nil {
			t.Fatal(err)
		}
	}
	wantCode("the 31st reply in a minute", func() error {
		c, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agent, Secret: secret, BaseURL: f.URL(), Sleep: func(context.Context, time.Duration) bool { return true }})
		if err != nil {
			return err
		}
		return c.Bots.Respond(t.Context(), ask(single("zhangsan")), &wecom.BotResponse{Markdown: "a"})
	}(), 45009)
	for _, c := range f.Calls("aibot/response") {
		if strings.Contains(c.Query, "response_code=") && !strings.Contains(c.Query, "response_code=***") {
			t.Fatalf("the log contains the code: %s", c.Query)
		}
	}
}

// TestBotIgnoredReplies sends replies that WeCom ignores. The log names the reason.
func TestBotIgnoredReplies(t *testing.T) {
	f := newBotFixture(t)
	codec, err := callback.NewCodec(token, aesKey, "")
	if err != nil {
		t.Fatal(err)
	}
	var plain, nonce string
	raw := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		encrypted, err := codec.Encrypt([]byte(plain))
		if err != nil {
			t.Error(err)
		}
		n := r.URL.Query().Get("nonce") + nonce
		_, _ = fmt.Fprintf(w, `{"encrypt":%q,"msgsignature":%q,"timestamp":1,"nonce":%q}`, encrypted, codec.Sign("1", n, encrypted), n)
	})
	receiver := httptest.NewServer(raw)
	t.Cleanup(receiver.Close)
	f.bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: botID, Name: "面试助手", Callback: wecomtest.Callback{URL: receiver.URL, Token: token, EncodingAESKey: aesKey}})
	png := base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n"))
	for name, x := range map[string]struct{ plain, nonce, note string }{
		"another nonce": {`{"msgtype":"stream","stream":{"id":"s","finish":true}}`, "1", "the nonce of the reply is not that of the callback"},
		"text":          {`{"msgtype":"text","text":{"content":"a"}}`, "", `type "text"`},
		"no stream id":  {`{"msgtype":"stream","stream":{"content":"a"}}`, "", "stream.id is empty"},
		"long":          {`{"msgtype":"stream","stream":{"id":"s","content":"` + strings.Repeat("x", 20481) + `"}}`, "", "20481 bytes"},
		"early image":   {`{"msgtype":"stream","stream":{"id":"s","msg_item":[{}]}}`, "", "only with finish"},
		"wrong md5":     {`{"msgtype":"stream","stream":{"id":"s","finish":true,"msg_item":[{"msgtype":"image","image":{"base64":"` + png + `","md5":"00"}}]}}`, "", "MD5"},
		"card without":  {`{"msgtype":"stream_with_template_card","stream":{"id":"s"}}`, "", "with its content"},
		"no task id":    {`{"msgtype":"template_card","template_card":{"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"a","key":"a"}]}}`, "", "42014"},
		"not JSON":      {`stream`, "", "not the documented JSON"},
	} {
		plain, nonce = x.plain, x.nonce
		if err := f.bots.SendText(t.Context(), single("lisi"), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		d := f.Deliveries()[len(f.Deliveries())-1]
		if !strings.Contains(d.Note, x.note) || !d.OK || d.BotID != botID {
			t.Errorf("%s: the note is %q, want %q", name, d.Note, x.note)
		}
	}
	for _, m := range f.bots.Messages(single("lisi")) {
		if m.Author == "" {
			t.Errorf("the bot wrote %+v", m)
		}
	}
}

// TestBotDeliveries checks retries, duplicates and wrong deliveries: each message is answered once.
func TestBotDeliveries(t *testing.T) {
	f := newBotFixture(t)
	failures := 2
	f.answerWith(func(m callback.BotMessage) (callback.BotReply, error) {
		if failures > 0 {
			failures--
			return callback.BotReply{}, errors.New("busy")
		}
		return finished("答")(m)
	})
	f.say(single("lisi"), "1")
	f.waitFor(single("lisi"), "答")
	f.AddCallbackFault(wecomtest.CallbackFault{Duplicate: true, Times: 1})
	f.say(single("lisi"), "2")
	if n := len(f.bots.Messages(single("lisi"))); n != 4 {
		t.Errorf("%d messages, want two and their replies", n)
	}
	before := len(f.received())
	for _, fault := range []wecomtest.CallbackFault{{WrongCorp: true}, {WrongSignature: true}, {Stale: true}, {BrokenCipher: true}} {
		fault.Times = 1
		f.AddCallbackFault(fault)
		if err := f.bots.SendText(t.Context(), single("lisi"), "3"); !errors.Is(err, wecomtest.ErrNotDelivered) {
			t.Errorf("%+v: %v", fault, err)
		}
	}
	if n := len(f.received()); n != before {
		t.Errorf("%d wrong deliveries were handled", n-before)
	}
	f.bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: "aib-2", Name: "人", EncryptUserIDs: true, Callback: wecomtest.Callback{URL: f.deliveryURL(), Token: token, EncodingAESKey: aesKey}})
	at := single("lisi")
	at.BotID = "aib-2"
	f.say(at, "4")
	if got := f.received()[before]; !strings.HasPrefix(got.From.UserID, "wo") || got.BotID != "aib-2" {
		t.Errorf("the callback is %s", got.Raw)
	}
	if err := f.Resend(t.Context(), f.Deliveries()[len(f.Deliveries())-1].Seq); err != nil {
		t.Fatal(err)
	}
	if n := len(f.received()); n != before+1 {
		t.Errorf("a message that was sent again was handled: %d", n-before)
	}
}

func (f *botFixture) deliveryURL() string {
	list := f.Deliveries()
	return list[len(list)-1].URL
}

func TestBotCallbackVerification(t *testing.T) {
	f := newBotFixture(t)
	err := f.bots.SaveCallback(t.Context(), botID, wecomtest.Callback{URL: f.URL() + "/nothing", Token: token, EncodingAESKey: aesKey})
	if err == nil {
		t.Error("an address that does not answer was saved")
	}
	app, err := callback.New(callback.Config{Token: token, EncodingAESKey: aesKey, ReceiveID: corpID, Handle: func(context.Context, callback.Message) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	ofApp := httptest.NewServer(app)
	t.Cleanup(ofApp.Close)
	if err := f.bots.SaveCallback(t.Context(), botID, wecomtest.Callback{URL: ofApp.URL, Token: token, EncodingAESKey: aesKey}); err == nil {
		t.Error("the handler of an application, which requires a receive id, was accepted")
	}
}

// TestBotsByHTTP drives a bot as tests in other languages and the browser's client do.
func TestBotsByHTTP(t *testing.T) {
	f := newBotFixture(t)
	f.answerWith(func(m callback.BotMessage) (callback.BotReply, error) {
		if m.Event != nil {
			return callback.NewBotWelcomeReply("你好"), nil
		}
		return finished("**2 场**")(m)
	})
	act(t, f.Server, "bots", `{"id":%q,"name":"助手"}`, botID)
	act(t, f.Server, "bots/groups", `{"id":"wrGroup2","corpId":%q,"botId":%q,"name":"面试官","members":["lisi"]}`, corpID, botID)
	act(t, f.Server, "bots/callback", `{"botId":%q,"url":%q,"token":%q,"encodingAesKey":%q}`, botID, f.urlOfBot(), token, aesKey)
	act(t, f.Server, "bots/enter", `{"corpId":%q,"as":"lisi","botId":%q}`, corpID, botID)
	act(t, f.Server, "bots/say", `{"corpId":%q,"as":"lisi","botId":%q,"chatId":"wrGroup2","text":"@助手 今天"}`, corpID, botID)
	query := "?corpId=" + corpID + "&as=lisi&botId=" + botID
	if _, text := sim(t, f.Server, http.MethodGet, "bots/wait"+query+"&chatId=wrGroup2", ""); !strings.Contains(text, `"text":"**2 场**"`) {
		t.Errorf("the reply is %s", text)
	}
	if _, text := sim(t, f.Server, http.MethodGet, "bots/messages"+query, ""); !strings.Contains(text, `"text":"你好"`) {
		t.Errorf("the messages are %s", text)
	}
	if _, text := sim(t, f.Server, http.MethodGet, "messages?corpId="+corpID+"&as=lisi&chat=b-"+botID+":wrGroup2", ""); !strings.Contains(text, `"markdown_v2":{"content":"**2 场**"}`) {
		t.Errorf("the client shows %s", text)
	}
	if _, text := sim(t, f.Server, http.MethodGet, "me?corpId="+corpID+"&as=lisi", ""); !strings.Contains(text, `"botId":"`+botID+`"`) || !strings.Contains(text, `"name":"面试官"`) {
		t.Errorf("the chats are %s", text)
	}
	for name, path := range map[string]string{"a stranger": "bots/messages?corpId=" + corpID + "&as=ZhangSan&botId=" + botID + "&chatId=wrGroup2", "in the client": "messages?corpId=" + corpID + "&as=ZhangSan&chat=b-" + botID + "/wrGroup2"} {
		if status, _ := sim(t, f.Server, http.MethodGet, path, ""); status != http.StatusNotFound {
			t.Errorf("%s reads a group: HTTP %d", name, status)
		}
	}
	for path, bad := range map[string]string{"bots": `{"corpId":"none","id":"x"}`, "bots/groups": `{"corpId":"` + corpID + `","id":"g","botId":"none"}`, "bots/click": `{"botId":"none"}`, "bots/feedback": `{"botId":"none"}`} {
		if status, _ := sim(t, f.Server, http.MethodPost, path, bad); status == http.StatusOK {
			t.Errorf("%s %s was accepted", path, bad)
		}
	}
}

func (f *botFixture) urlOfBot() string {
	f.t.Helper()
	f.say(single("lisi"), "x")
	return f.deliveryURL()
}
