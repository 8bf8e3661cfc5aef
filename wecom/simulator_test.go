package wecom_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID  = "wwcorp0000000001"
	agentID = 1000002
	secret  = "the-secret-of-the-interview-app"
	home    = "https://interview.example.com"

	callbackToken = "InterviewToken2026"
	callbackKey   = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

// newSimulator starts a simulator with a company of two departments, three
// members and one app.
func newSimulator(t *testing.T) (*wecomtest.Server, *wecom.Client) {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	sim.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 2, ParentID: 1, Name: "研发部", NameEn: "R&D", Order: 9, Leaders: []string{"ChenMo"}})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "LinYue", Name: "林悦", Departments: []int64{1}, Position: "招聘"})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "ChenMo", Name: "陈默", Departments: []int64{2}, Leads: []int64{2}})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "Outside", Name: "外人", Departments: []int64{1}})
	sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Description: "技术面试", Secret: secret, HomeURL: home,
		CallbackURL: home + "/wecom/callback", CallbackToken: callbackToken, EncodingAESKey: callbackKey,
		VisibleParties: []int64{2}, VisibleUsers: []string{"LinYue"}})
	return sim, newClient(t, sim, nil)
}

func newClient(t *testing.T, sim *wecomtest.Server, change func(*wecom.Config)) *wecom.Client {
	t.Helper()
	cfg := wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret,
		BaseURL: sim.URL(), OAuthURL: sim.URL(), LoginURL: sim.URL()}
	if change != nil {
		change(&cfg)
	}
	c, err := wecom.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func invitation() *wecom.Message {
	return &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, TemplateCard: &wecom.TemplateCard{
		CardType:  wecom.CardButtonInteraction,
		MainTitle: &wecom.CardTitle{Title: "面试邀请", Desc: "后端工程师 · 第一轮"},
		HorizontalContentList: []wecom.CardHorizontalContent{
			{KeyName: "候选人", Value: "王小明"},
			{KeyName: "招聘", Value: "林悦", Type: 3, UserID: "LinYue"},
		},
		TaskID:     "interview-42",
		ButtonList: []wecom.CardButton{{Text: "接受", Style: 1, Key: "accept"}, {Text: "拒绝", Style: 2, Key: "decline"}},
	}}
}

func TestCardLifecycle(t *testing.T) {
	sim, c := newSimulator(t)
	events := make(chan callback.Message, 1)
	h, err := callback.New(callback.Config{Token: callbackToken, EncodingAESKey: callbackKey, ReceiveID: corpID, Now: sim.Time,
		Handle: func(_ context.Context, m callback.Message) error { events <- m; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(h)
	t.Cleanup(receiver.Close)
	ctx := t.Context()
	if err := sim.SaveCallback(ctx, corpID, agentID, wecomtest.Callback{URL: receiver.URL, Token: callbackToken, EncodingAESKey: callbackKey}); err != nil {
		t.Fatalf("WeCom does not accept our callback address: %v", err)
	}

	sent, err := c.Messages.Send(ctx, invitation())
	if err != nil || sent.MsgID == "" || sent.ResponseCode == "" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	if err := sim.ClickButton(ctx, corpID, "ChenMo", sent.MsgID, "accept"); err != nil {
		t.Fatal(err)
	}
	m := <-events
	tap, ok := m.Body.(*callback.TemplateCardEvent)
	if !ok || tap.Key != "accept" || tap.TaskID != "interview-42" || m.FromUserName != "ChenMo" || m.AgentID != agentID {
		t.Fatalf("event is %+v", m)
	}
	update := &wecom.CardUpdate{UserIDs: []string{m.FromUserName}, ResponseCode: tap.ResponseCode, Button: &wecom.CardButtonUpdate{ReplaceName: "已接受"}}
	if _, err := c.Messages.UpdateTemplateCard(ctx, update); err != nil {
		t.Fatal(err)
	}
	if shown := sim.Messages(corpID, "ChenMo"); len(shown) != 1 || shown[0].ButtonText != "已接受" {
		t.Errorf("the member sees %+v", shown)
	}
	if _, err := c.Messages.UpdateTemplateCard(ctx, update); !wecom.IsCode(err, 60140) || wecom.ClassOf(err) != wecom.ClassState {
		t.Errorf("the code worked twice: %v", err)
	}
}

func TestMessageTypes(t *testing.T) {
	sim, c := newSimulator(t)
	action := &wecom.CardAction{Type: 1, URL: home}
	title := &wecom.CardTitle{Title: "改期", Desc: "明天 10:00"}
	choices := []wecom.CardOption{{ID: "a", Text: "A"}, {ID: "b", Text: "B"}}
	submit := &wecom.CardSubmitButton{Text: "提交", Key: "send"}
	messages := []wecom.Message{
		{Text: &wecom.Text{Content: "你好 <a href=\"" + home + "\">面试</a>"}},
		{News: &wecom.News{Articles: []wecom.Article{{Title: "t", URL: home, PicURL: home + "/x.png"}}}},
		{Markdown: &wecom.Markdown{Content: "# 面试\n> **王小明**"}},
		{TextCard: &wecom.TextCard{Title: "t", Description: "d", URL: home, ButtonText: "查看"}},
		{TemplateCard: &wecom.TemplateCard{CardType: wecom.CardTextNotice, MainTitle: title, CardAction: action,
			JumpList: []wecom.CardJump{{Type: 1, Title: "日程", URL: home}}, EmphasisContent: &wecom.CardTitle{Title: "10:00"}}},
		{TemplateCard: &wecom.TemplateCard{CardType: wecom.CardNewsNotice, MainTitle: title, CardAction: action,
			CardImage: &wecom.CardImage{URL: home + "/x.png", AspectRatio: 1.5}}},
		*invitation(),
		{TemplateCard: &wecom.TemplateCard{CardType: wecom.CardVoteInteraction, MainTitle: title, TaskID: "v",
			Checkbox: &wecom.CardCheckbox{QuestionKey: "q", OptionList: choices}, SubmitButton: submit}},
		{TemplateCard: &wecom.TemplateCard{CardType: wecom.CardMultipleInteraction, MainTitle: title, TaskID: "m",
			SelectList: []wecom.CardSelection{{QuestionKey: "q", OptionList: choices}}, SubmitButton: submit}},
	}
	for i, m := range messages {
		m.ToUser = wecom.IDList{"LinYue"}
		if _, err := c.Messages.Send(t.Context(), &m); err != nil {
			t.Errorf("message %d: %v", i, err)
		}
	}
	if shown := sim.Messages(corpID, "LinYue"); len(shown) != len(messages) {
		t.Errorf("%d of %d messages arrived", len(shown), len(messages))
	}
}

func TestRecipientsOutsideVisibleRange(t *testing.T) {
	_, c := newSimulator(t)
	hello := &wecom.Text{Content: "hello"}
	r, err := c.Messages.Send(t.Context(), &wecom.Message{ToUser: wecom.IDList{"ChenMo", "Outside", "nobody"}, Text: hello})
	if err != nil || strings.Join(r.InvalidUser, ",") != "outside,nobody" {
		t.Errorf("result is %+v, %v", r, err)
	}
	r, err = c.Messages.Send(t.Context(), &wecom.Message{ToUser: wecom.IDList{"Outside"}, Text: hello})
	if !wecom.IsCode(err, 81013) || wecom.ClassOf(err) != wecom.ClassPermission || r == nil {
		t.Errorf("result is %+v, %v", r, err)
	}
	if _, err := c.Users.Get(t.Context(), "nobody"); wecom.ClassOf(err) != wecom.ClassState && wecom.ClassOf(err) != wecom.ClassPermission {
		t.Errorf("unknown member: %v", err)
	}
}

func TestRecall(t *testing.T) {
	sim, c := newSimulator(t)
	sent, err := c.Messages.Send(t.Context(), &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: "oops"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Messages.Recall(t.Context(), sent.MsgID); err != nil {
		t.Fatal(err)
	}
	if shown := sim.Messages(corpID, "ChenMo"); !shown[0].Recalled {
		t.Error("the recalled message is still shown")
	}
	if err := c.Messages.Recall(t.Context(), "no such message"); err == nil {
		t.Error("an unknown message was recalled")
	}
}

func TestContacts(t *testing.T) {
	_, c := newSimulator(t)
	ctx := t.Context()
	departments, err := c.Departments.List(ctx, 0)
	if err != nil || len(departments) == 0 {
		t.Fatalf("departments are %+v, %v", departments, err)
	}
	d, err := c.Departments.Get(ctx, 2)
	if err != nil || d.Name != "研发部" || d.ParentID != 1 || d.NameEN != "R&D" || d.Order != 9 || len(d.Leaders) != 1 {
		t.Errorf("department is %+v, %v", d, err)
	}
	ids, err := c.Departments.SimpleList(ctx, 0)
	if err != nil || len(ids) != len(departments) {
		t.Errorf("ids are %+v, %v", ids, err)
	}
	members, err := c.Users.List(ctx, 2)
	if err != nil || len(members) != 1 || members[0].Name != "陈默" || !bool(members[0].IsLeaderInDept[0]) || members[0].Status != wecom.UserActive {
		t.Errorf("members are %+v, %v", members, err)
	}
	names, err := c.Users.SimpleList(ctx, 2)
	if err != nil || len(names) != 1 || names[0].UserID != "ChenMo" {
		t.Errorf("names are %+v, %v", names, err)
	}
	u, err := c.Users.Get(ctx, "LinYue")
	if err != nil || u.Name != "林悦" || u.Position != "招聘" {
		t.Errorf("member is %+v, %v", u, err)
	}
}

func TestAgentAndServerIPs(t *testing.T) {
	_, c := newSimulator(t)
	a, err := c.Agent.Get(t.Context())
	if err != nil || a.AgentID != agentID || a.Name != "会面" || len(a.AllowUsers) != 1 || len(a.AllowParties) != 1 || a.HomeURL != home || a.Closed {
		t.Errorf("app is %+v, %v", a, err)
	}
	for name, call := range map[string]func(context.Context) ([]string, error){"callback": c.Server.GetCallbackIPs, "api": c.Server.GetAPIDomainIPs} {
		if ips, err := call(t.Context()); err != nil || len(ips) == 0 {
			t.Errorf("%s addresses are %v, %v", name, ips, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	sim, c := newSimulator(t)
	code := sim.SignInCode(corpID, "ChenMo", agentID)
	info, err := c.OAuth.GetUserInfo(t.Context(), code)
	if err != nil || info.UserID != "ChenMo" {
		t.Fatalf("signed in as %+v, %v", info, err)
	}
	if _, err := c.OAuth.GetUserInfo(t.Context(), code); !wecom.IsCode(err, 40029) || wecom.ClassOf(err) != wecom.ClassState {
		t.Errorf("the code worked twice: %v", err)
	}
}

func TestAuthorizeRedirect(t *testing.T) {
	sim, c := newSimulator(t)
	target := c.OAuth.AuthorizeURL(home+"/auth/wecom/callback?next=%2Finterviews", "state42", wecom.ScopeBase)
	open := sim.URL() + "/open?" + url.Values{"as": {"ChenMo"}, "url": {target}}.Encode()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), home) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := browser.Get(open)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	back, err := res.Location()
	if err != nil {
		t.Fatalf("the page returned %s", res.Status)
	}
	if back.Query().Get("state") != "state42" || back.Query().Get("next") != "/interviews" {
		t.Errorf("redirects to %s", back)
	}
	info, err := c.OAuth.GetUserInfo(t.Context(), back.Query().Get("code"))
	if err != nil || info.UserID != "ChenMo" {
		t.Errorf("signed in as %+v, %v", info, err)
	}
}

func TestWrongSecret(t *testing.T) {
	sim, _ := newSimulator(t)
	c := newClient(t, sim, func(cfg *wecom.Config) { cfg.Secret = "the-secret-of-another-app" })
	for range 20 {
		if _, err := c.Users.Get(t.Context(), "ChenMo"); !wecom.IsCode(err, 40001) || wecom.ClassOf(err) != wecom.ClassConfig {
			t.Errorf("error is %v", err)
		}
	}
	if n := sim.CallCount("/cgi-bin/gettoken"); n != 1 {
		t.Errorf("gettoken was called %d times with a wrong secret", n)
	}
	other := newClient(t, sim, func(cfg *wecom.Config) { cfg.AgentID = 1000009 })
	if _, err := other.Messages.Send(t.Context(), invitation()); !wecom.IsCode(err, 301002) {
		t.Errorf("agent id of another app: %v", err)
	}
}

// sendConcurrently sends n messages over real connections and counts the
// failures.
func sendConcurrently(t *testing.T, n, atOnce int, c *wecom.Client, after func(i int)) (failed int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i := range n {
		after(i)
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if _, err := c.Messages.Send(t.Context(), &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: "x"}}); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if failed++; failed == 1 {
					t.Logf("first failure: %v", err)
				}
			}
		})
	}
	wg.Wait()
	return failed
}

func TestConcurrentSendsFetchOneToken(t *testing.T) {
	sim, c := newSimulator(t)
	if failed := sendConcurrently(t, 1000, 1000, c, func(int) {}); failed != 0 {
		t.Errorf("%d sends failed", failed)
	}
	if n := sim.CallCount("/cgi-bin/gettoken"); n != 1 {
		t.Errorf("gettoken was called %d times", n)
	}
}

func TestRejectedTokenUnderConcurrentSends(t *testing.T) {
	for _, code := range []int{42001, 40014} {
		sim, c := newSimulator(t)
		failed := sendConcurrently(t, 1000, 200, c, func(i int) {
			if i == 300 {
				sim.RevokeTokens(corpID, agentID, code)
			}
		})
		if failed != 0 {
			t.Errorf("errcode %d: %d sends were lost", code, failed)
		}
		if n := sim.CallCount("/cgi-bin/gettoken"); n != 2 {
			t.Errorf("errcode %d: gettoken was called %d times", code, n)
		}
	}
}

func TestFaults(t *testing.T) {
	cases := []struct {
		rule      wecomtest.Fault
		class     wecom.Class // of the error; ClassUnknown means success
		uncertain bool
		arrived   int
	}{
		{wecomtest.Fault{Errcode: -1, Times: 2}, wecom.ClassUnknown, false, 1},
		{wecomtest.Fault{Errcode: 45033, Times: 1}, wecom.ClassUnknown, false, 1},
		{wecomtest.Fault{Errcode: 60020}, wecom.ClassConfig, false, 0},
		{wecomtest.Fault{HTTPStatus: 502}, wecom.ClassNetwork, true, 0},
		{wecomtest.Fault{DropBefore: true}, wecom.ClassNetwork, true, 0},
		{wecomtest.Fault{DropAfter: true}, wecom.ClassNetwork, true, 1},
		{wecomtest.Fault{Malformed: true}, wecom.ClassNetwork, true, 1},
		{wecomtest.Fault{Truncated: true}, wecom.ClassNetwork, true, 1},
	}
	for _, tc := range cases {
		sim, c := newSimulator(t)
		tc.rule.Path = "message/send"
		sim.AddFault(tc.rule)
		_, err := c.Messages.Send(t.Context(), &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: "x"}})
		var e *wecom.Error
		if wecom.ClassOf(err) != tc.class || errors.As(err, &e) && e.Uncertain != tc.uncertain {
			t.Errorf("%+v: %+v", tc.rule, err)
		}
		if n := len(sim.Messages(corpID, "ChenMo")); n != tc.arrived {
			t.Errorf("%+v: %d messages arrived", tc.rule, n)
		}
	}
}

func TestDuplicateCheckAfterLostResponse(t *testing.T) {
	sim, c := newSimulator(t)
	sim.AddFault(wecomtest.Fault{Path: "message/send", DropAfter: true, Times: 1})
	m := &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: "once"}, EnableDuplicateCheck: true}
	var e *wecom.Error
	if _, err := c.Messages.Send(t.Context(), m); !errors.As(err, &e) || !e.Uncertain {
		t.Fatalf("error is %v", err)
	}
	if _, err := c.Messages.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if n := len(sim.Messages(corpID, "ChenMo")); n != 1 {
		t.Errorf("the member received the message %d times", n)
	}
}

func TestReadsAreRetried(t *testing.T) {
	sim, c := newSimulator(t)
	sim.AddFault(wecomtest.Fault{Path: "user/get", DropAfter: true, Times: 2})
	if _, err := c.Users.Get(t.Context(), "ChenMo"); err != nil {
		t.Error(err)
	}
}

func TestPageSignature(t *testing.T) {
	sim, c := newSimulator(t)
	for range 5 {
		for _, sign := range []func(context.Context, string) (*wecom.JSSDKSignature, error){c.JSSDK.ConfigSignature, c.JSSDK.AgentConfigSignature} {
			if s, err := sign(t.Context(), home+"/room/1"); err != nil || len(s.Signature) != 40 {
				t.Fatalf("signature is %+v, %v", s, err)
			}
		}
	}
	for _, path := range []string{"/cgi-bin/get_jsapi_ticket", "/cgi-bin/ticket/get"} {
		if n := sim.CallCount(path); n != 1 {
			t.Errorf("%s was called %d times", path, n)
		}
	}
}
