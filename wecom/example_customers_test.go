package wecom_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// serveCallbacks sets the app's callback URL, grants it customer contact, and
// passes each decrypted event to handle.
func serveCallbacks(sim *wecomtest.Server, handle func(ctx context.Context, data any) error) (*httptest.Server, error) {
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

// A candidate scans the QR code of the invitation. The welcome message contains
// the link of the interview that the code's state identifies.
func ExampleExternalContactService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		welcomed := make(chan error, 1)
		mine, err := serveCallbacks(sim, func(ctx context.Context, data any) error {
			if e, ok := data.(*callback.ChangeExternalContact); ok && e.ChangeType == "add_external_contact" {
				welcomed <- c.ExternalContacts.SendWelcomeMessage(ctx, e.WelcomeCode, wecom.WelcomeMessage{Text: "你好，我是 HR 林悦",
					Attachments: []wecom.Attachment{{Link: &wecom.AttachmentLink{Title: "进入面试", URL: home + "/join/" + e.State}}}})
			}
			return nil
		})
		if err != nil {
			return err
		}
		defer mine.Close()

		way, _, err := c.ExternalContacts.CreateContactWay(ctx, wecom.ContactWay{Type: 1, Scene: 2, State: "interview-42", Users: []string{"LinYue"}})
		if err != nil {
			return err
		}
		id, err := sim.AddCustomer(ctx, wecomtest.Customer{CorpID: corpID, ConfigID: way, Name: "王小明"}) // the candidate scans the code
		if err != nil {
			return err
		}
		if err := <-welcomed; err != nil {
			return err
		}
		contact, _, err := c.ExternalContacts.Get(ctx, id, "")
		if err != nil {
			return err
		}
		fmt.Println(contact.Name, contact.FollowUsers[0].UserID, contact.FollowUsers[0].State)
		fmt.Println(sim.CustomerMessages(corpID, id)[0].Text)
		return nil
	})
	// Output:
	// 王小明 LinYue interview-42
	// 你好，我是 HR 林悦
}

// createKFAccount creates a customer service account and a link to it.
func createKFAccount(ctx context.Context, c *wecom.Client) (account, link string, err error) {
	face, err := c.Media.Upload(ctx, wecom.MediaImage, wecom.FileUpload{Name: "hr.png", Content: bytes.NewReader([]byte("\x89PNG\r\n\x1a\n…"))})
	if err != nil {
		return "", "", err
	}
	if account, err = c.KF.CreateAccount(ctx, "云杉招聘", face.MediaID); err != nil {
		return "", "", err
	}
	link, err = c.KF.GetAccountLink(ctx, account, "interview")
	return account, link, err
}

// A candidate opens the customer service account through a link with a scene
// parameter, receives a welcome message, and replies.
func ExampleKFService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		cursor := ""
		mine, err := serveCallbacks(sim, func(ctx context.Context, data any) error {
			e, ok := data.(*callback.KFMsgOrEvent)
			if !ok {
				return nil
			}
			batch, err := c.KF.SyncMessages(ctx, e.OpenKFID, cursor, e.Token)
			if err != nil {
				return err
			}
			cursor = batch.NextCursor // store it in a real program
			for _, m := range batch.Messages {
				if err := replyToKFMessage(ctx, c, m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		defer mine.Close()
		account, link, err := createKFAccount(ctx, c)
		if err != nil {
			return err
		}
		id, err := sim.EnterKF(ctx, wecomtest.Customer{CorpID: corpID, Name: "王小明"}, link+"&scene_param="+url.QueryEscape("token-42"))
		if err != nil {
			return err
		}
		err = sim.SendKFText(ctx, corpID, id, account, "我会参加", "yes")
		fmt.Println(len(sim.CustomerMessages(corpID, id)), "messages")
		return err
	})
	// Output:
	// enter_session token-42
	// 我会参加 yes
	// 2 messages
}

// replyToKFMessage welcomes a customer who opens the account, and thanks for a
// message.
func replyToKFMessage(ctx context.Context, c *wecom.Client, m wecom.KFMessage) (err error) {
	switch {
	case m.Event != nil && m.Event.WelcomeCode != "":
		fmt.Println(m.Event.Type, m.Event.SceneParam)
		_, err = c.KF.SendOnEvent(ctx, m.Event.WelcomeCode, wecom.KFReply{Menu: &wecom.KFMenu{Head: "明天 10:00 的面试", Items: []wecom.KFMenuItem{
			{ID: "yes", Content: "我会参加"}, {ID: "no", Content: "换个时间"}}}})
	case m.Text != nil:
		fmt.Println(m.Text.Content, m.Text.MenuID)
		_, err = c.KF.Send(ctx, m.OpenKFID, m.ExternalUserID, wecom.KFReply{Text: &wecom.Text{Content: "好的，明天见"}})
	}
	return err
}

const suiteID = "wwsuite000000001"

// newProviderServer starts a provider's instruction callback server and returns
// the suite tickets and auth codes that it receives.
func newProviderServer(sim *wecomtest.Server) (mine *httptest.Server, tickets, codes chan wecom.Secret, err error) {
	tickets, codes = make(chan wecom.Secret, 1), make(chan wecom.Secret, 1)
	h, err := callback.New(callback.Config{Token: callbackToken, EncodingAESKey: callbackKey, ReceiveID: suiteID, ReplySuccess: true,
		Handle: func(_ context.Context, m callback.Message) error {
			switch e := m.Body.(type) {
			case *callback.SuiteTicket:
				tickets <- e.Ticket
			case *callback.CreateAuth:
				codes <- e.AuthCode
			}
			return nil
		}})
	if err != nil {
		return nil, nil, nil, err
	}
	mine = httptest.NewServer(h)
	sim.AddSuite(wecomtest.Suite{ID: suiteID, Secret: "suite-secret", Name: "会面", ProviderCorpID: "wwprovider000001", ProviderSecret: "provider-secret",
		InstructURL: mine.URL, Token: callbackToken, EncodingAESKey: callbackKey})
	return mine, tickets, codes, nil
}

// A company installs a provider's app, which then calls the API for the company.
func ExampleSuite() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, _ *wecom.Client) error {
		mine, tickets, codes, err := newProviderServer(sim)
		if err != nil {
			return err
		}
		defer mine.Close()
		if err := errors.Join(
			sim.PushTicket(ctx, suiteID),                                       // every ten minutes
			sim.Install(ctx, suiteID, corpID, "LinYue", 1000009)); err != nil { // from the app market
			return err
		}
		ticket := <-tickets // a real program stores the latest one in its database
		suite, err := wecom.NewSuite(wecom.SuiteConfig{SuiteID: suiteID, SuiteSecret: "suite-secret", BaseURL: sim.URL(),
			SuiteTicket: func(context.Context) (wecom.Secret, error) { return ticket, nil }})
		if err != nil {
			return err
		}
		installed, err := suite.GetPermanentCode(ctx, <-codes)
		if err != nil {
			return err
		}
		info, err := suite.GetAuthInfo(ctx, installed.Corp.CorpID, installed.PermanentCode)
		if err != nil {
			return err
		}
		c, err := suite.NewCorpClient(installed.Corp.CorpID, info.Info.Agents[0].AgentID, installed.PermanentCode)
		if err != nil {
			return err
		}
		_, err = c.Messages.Send(ctx, &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: "会面已安装"}})
		fmt.Println(installed.Corp.Name, sim.Messages(corpID, "ChenMo")[0].Text.Content)
		return err
	})
	// Output: 云杉科技 会面已安装
}

// A member of any company signs in on the provider's site. Ids are converted with
// the provider's own secret.
func ExampleSuite_GetUserInfo() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, _ *wecom.Client) error {
		mine, tickets, _, err := newProviderServer(sim)
		if err != nil {
			return err
		}
		defer mine.Close()
		if err := sim.PushTicket(ctx, suiteID); err != nil {
			return err
		}
		ticket := <-tickets
		suite, err := wecom.NewSuite(wecom.SuiteConfig{SuiteID: suiteID, SuiteSecret: "suite-secret", BaseURL: sim.URL(),
			ProviderCorpID: "wwprovider000001", ProviderSecret: "provider-secret",
			SuiteTicket: func(context.Context) (wecom.Secret, error) { return ticket, nil }})
		if err != nil {
			return err
		}
		user, err := suite.GetUserInfo(ctx, sim.SuiteSignInCode(suiteID, corpID, "ChenMo"))
		if err != nil {
			return err
		}
		open, err := suite.ConvertToOpenCorpID(ctx, corpID)
		fmt.Println(user.UserID == user.OpenUserID, user.CorpID == open) // not installed there: encrypted
		return err
	})
	// Output: true true
}
