package wecom_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// newCompany starts a simulator with one member and one app in place of the
// real WeCom.
func newCompany() (*wecomtest.Server, *wecom.Client, error) {
	sim := &wecomtest.Server{}
	if err := sim.Start("127.0.0.1:0"); err != nil {
		return nil, nil, err
	}
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "ChenMo", Name: "陈默", Position: "工程师"})
	sim.AddApp(wecomtest.App{CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: home,
		CallbackURL: home + "/wecom/callback", CallbackToken: callbackToken, EncodingAESKey: callbackKey})
	c, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: sim.URL()})
	return sim, c, err
}

func Example() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	_, err = c.Messages.Send(context.Background(), &wecom.Message{
		ToUser: wecom.IDList{"ChenMo"},
		Text:   &wecom.Text{Content: "面试十分钟后开始"},
	})
	fmt.Println(err, sim.Messages(corpID, "ChenMo")[0].Text.Content)
	// Output: <nil> 面试十分钟后开始
}

func ExampleMessageService_Send_card() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	sent, err := c.Messages.Send(context.Background(), &wecom.Message{
		ToUser: wecom.IDList{"ChenMo"},
		TemplateCard: &wecom.TemplateCard{
			CardType:  wecom.CardButtonInteraction,
			MainTitle: &wecom.CardTitle{Title: "面试邀请", Desc: "后端工程师 · 第一轮"},
			TaskID:    "interview-42", // returned when a button is tapped
			ButtonList: []wecom.CardButton{
				{Text: "接受", Style: 1, Key: "accept"},
				{Text: "拒绝", Style: 2, Key: "decline"},
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The response code updates the card once, within 72 hours. The event of a
	// tapped button contains a new code: see package callback.
	_, err = c.Messages.UpdateTemplateCard(context.Background(), &wecom.CardUpdate{
		UserIDs:      []string{"ChenMo"},
		ResponseCode: sent.ResponseCode,
		Button:       &wecom.CardButtonUpdate{ReplaceName: "面试已取消"},
	})
	fmt.Println(err, sim.Messages(corpID, "ChenMo")[0].ButtonText)
	// Output: <nil> 面试已取消
}

func ExampleClassOf() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	_, err = c.Users.Get(context.Background(), "nobody")
	switch wecom.ClassOf(err) {
	case wecom.ClassState:
		fmt.Println("left or never came:", wecom.IsCode(err, 60111))
	case wecom.ClassRetry, wecom.ClassLimit, wecom.ClassNetwork:
		fmt.Println("later")
	case wecom.ClassConfig, wecom.ClassPermission:
		fmt.Println("for an administrator:", wecom.AdminMessage(err))
	}
	// Output: left or never came: true
}

func ExampleFieldError() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	note := strings.Repeat("面试", 400)
	_, err = c.Messages.Send(context.Background(), &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: note}})
	var field *wecom.FieldError
	fmt.Println(errors.As(err, &field), err)

	short := wecom.TruncateBytes(note, 2048)
	_, err = c.Messages.Send(context.Background(), &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Text: &wecom.Text{Content: short}})
	fmt.Println(err, len(short))
	// Output:
	// true wecom: text.content has 2400 bytes, at most 2048 are allowed
	// <nil> 2046
}

func ExampleUserService_List() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	departments, err := c.Departments.List(context.Background(), 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range departments {
		members, err := c.Users.List(context.Background(), d.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, m := range members {
			fmt.Println(d.Name, m.Name, m.Position)
		}
	}
	// Output: 云杉科技 陈默 工程师
}

func ExampleOAuthService_GetUserInfo() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	// AuthorizeURL redirects the browser to WeCom, which redirects it back with a code.
	code := sim.SignInCode(corpID, "ChenMo", agentID)
	who, err := c.OAuth.GetUserInfo(context.Background(), code)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(who.UserID)
	// Output: ChenMo
}

func ExampleJSSDKService_ConfigSignature() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	s, err := c.JSSDK.ConfigSignature(context.Background(), home+"/room/42#notes")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(s.Signature), s.NonceStr != "", s.Timestamp > 0)
	// Output: 40 true true
}

func ExampleAgentService_Get() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	app, err := c.Agent.Get(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(app.Name, app.HomeURL)
	// Output: 会面 https://interview.example.com
}
