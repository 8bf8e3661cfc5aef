package wecom_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// listen gives the example's application an address for callbacks and the right
// to customers, and hands each decrypted event to handle.
func listen(sim *wecomtest.Server, handle func(ctx context.Context, data any) error) (*httptest.Server, error) {
	h, err := callback.New(callback.Config{Token: callbackToken, EncodingAESKey: callbackKey, ReceiveID: corpID,
		Handle: func(ctx context.Context, m callback.Message) error { return handle(ctx, m.Body) }})
	if err != nil {
		return nil, err
	}
	mine := httptest.NewServer(h)
	sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: home, Customers: true, CustomerService: true,
		CallbackURL: mine.URL, CallbackToken: callbackToken, EncodingAESKey: callbackKey})
	return mine, nil
}

// A candidate scans the code in the invitation, and is welcomed by the link to
// the interview that the state of the code names.
func ExampleExternalService() {
	inCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		welcomed := make(chan error, 1)
		mine, err := listen(sim, func(ctx context.Context, data any) error {
			if e, ok := data.(*callback.ChangeExternalContact); ok && e.ChangeType == "add_external_contact" {
				welcomed <- c.External.SendWelcome(ctx, e.WelcomeCode, wecom.Welcome{Text: "你好，我是 HR 林悦",
					Attachments: []wecom.Attachment{{Link: &wecom.AttachmentLink{Title: "进入面试", URL: home + "/join/" + e.State}}}})
			}
			return nil
		})
		if err != nil {
			return err
		}
		defer mine.Close()

		way, _, err := c.External.CreateContactWay(ctx, wecom.ContactWay{Type: 1, Scene: 2, State: "interview-42", Users: []string{"LinYue"}})
		if err != nil {
			return err
		}
		id, err := sim.AddCustomer(ctx, wecomtest.Customer{CorpID: corpID, ConfigID: way, Name: "王小明"}) // scans the code
		if err != nil {
			return err
		}
		if err := <-welcomed; err != nil {
			return err
		}
		contact, _, err := c.External.Get(ctx, id, "")
		if err != nil {
			return err
		}
		fmt.Println(contact.Name, contact.Followers[0].UserID, contact.Followers[0].State)
		fmt.Println(sim.CustomerMessages(corpID, id)[0].Text)
		return nil
	})
	// Output:
	// 王小明 LinYue interview-42
	// 你好，我是 HR 林悦
}

// A candidate opens the customer service account by a link with a token of
// ours, is greeted, and asks something.
func ExampleKFService() {
	inCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		events := make(chan *callback.KFMsgOrEvent, 2)
		mine, err := listen(sim, func(_ context.Context, data any) error {
			if e, ok := data.(*callback.KFMsgOrEvent); ok {
				events <- e
			}
			return nil
		})
		if err != nil {
			return err
		}
		defer mine.Close()

		face, err := c.Media.Upload(ctx, wecom.MediaImage, wecom.Upload{Name: "hr.png", Content: bytes.NewReader([]byte("\x89PNG\r\n\x1a\n…"))})
		if err != nil {
			return err
		}
		account, err := c.KF.CreateAccount(ctx, "云杉招聘", face.MediaID)
		if err != nil {
			return err
		}
		link, err := c.KF.Link(ctx, account, "interview")
		if err != nil {
			return err
		}
		id, err := sim.EnterKF(ctx, wecomtest.Customer{CorpID: corpID, Name: "王小明"}, link+"&scene_param="+url.QueryEscape("token-42"))
		if err != nil {
			return err
		}

		entered := <-events
		batch, err := c.KF.Sync(ctx, account, "", wecom.Secret(entered.Token))
		if err != nil {
			return err
		}
		event := batch.Messages[0].Event
		fmt.Println(event.Type, event.SceneParam)
		if _, err := c.KF.SendOnEvent(ctx, event.WelcomeCode, wecom.KFReply{Menu: &wecom.KFMenu{Head: "明天 10:00 的面试", Items: []wecom.KFMenuItem{
			{ID: "yes", Content: "我会参加"}, {ID: "no", Content: "换个时间"}}}}); err != nil {
			return err
		}

		if err := sim.SayKF(ctx, corpID, id, account, "我会参加", "yes"); err != nil {
			return err
		}
		said := <-events
		if batch, err = c.KF.Sync(ctx, account, batch.Cursor, wecom.Secret(said.Token)); err != nil {
			return err
		}
		fmt.Println(batch.Messages[0].Text.Content, batch.Messages[0].Text.MenuID)
		_, err = c.KF.Send(ctx, account, id, wecom.KFReply{Text: &wecom.Text{Content: "好的，明天见"}})
		fmt.Println(len(sim.CustomerMessages(corpID, id)))
		return err
	})
	// Output:
	// enter_session token-42
	// 我会参加 yes
	// 2
}

// A company installs a provider's application, which then speaks for it.
func ExampleSuite() {
	inCompany(func(ctx context.Context, sim *wecomtest.Server, _ *wecom.Client) error {
		const suiteID = "wwsuite000000001"
		// The instruct address: here the newest ticket and the code of an
		// installation go through channels, elsewhere into a database.
		tickets, codes := make(chan wecom.Secret, 1), make(chan wecom.Secret, 1)
		h, err := callback.New(callback.Config{Token: callbackToken, EncodingAESKey: callbackKey, ReceiveID: suiteID, Success: true,
			Handle: func(_ context.Context, m callback.Message) error {
				switch e := m.Body.(type) {
				case *callback.SuiteTicket:
					tickets <- wecom.Secret(e.Ticket)
				case *callback.CreateAuth:
					codes <- wecom.Secret(e.AuthCode)
				}
				return nil
			}})
		if err != nil {
			return err
		}
		mine := httptest.NewServer(h)
		defer mine.Close()
		sim.AddSuite(wecomtest.Suite{ID: suiteID, Secret: "suite-secret", Name: "会面", ProviderCorpID: "wwprovider000001", ProviderSecret: "provider-secret",
			InstructURL: mine.URL, Token: callbackToken, EncodingAESKey: callbackKey})

		if err := sim.PushTicket(ctx, suiteID); err != nil { // every ten minutes
			return err
		}
		ticket := <-tickets
		suite, err := wecom.NewSuite(wecom.SuiteConfig{SuiteID: suiteID, SuiteSecret: "suite-secret", BaseURL: sim.URL(),
			ProviderCorpID: "wwprovider000001", ProviderSecret: "provider-secret",
			Ticket: func(context.Context) (wecom.Secret, error) { return ticket, nil }})
		if err != nil {
			return err
		}
		if err := sim.Install(ctx, suiteID, corpID, "LinYue", 1000009); err != nil { // from the market
			return err
		}
		installed, err := suite.Install(ctx, <-codes)
		if err != nil {
			return err
		}
		info, err := suite.AuthInfo(ctx, installed.Corp.CorpID, installed.PermanentCode)
		if err != nil {
			return err
		}
		c, err := suite.Corp(installed.Corp.CorpID, info.Info.Agents[0].AgentID, installed.PermanentCode)
		if err != nil {
			return err
		}
		_, err = c.Messages.Send(ctx, &wecom.Message{ToUser: wecom.List{"ChenMo"}, Text: &wecom.Text{Content: "会面已安装"}})
		if err != nil {
			return err
		}
		fmt.Println(installed.Corp.Name, sim.Messages(corpID, "ChenMo")[0].Text.Content)
		user, err := suite.UserInfo(ctx, sim.SuiteSignInCode(suiteID, corpID, "ChenMo"))
		if err != nil {
			return err
		}
		fmt.Println(user.UserID)
		return nil
	})
	// Output:
	// 云杉科技 会面已安装
	// ChenMo
}
