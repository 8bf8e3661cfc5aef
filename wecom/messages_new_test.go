package wecom_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/huimian/huimian/wecom"
)

func TestMessageConstructors(t *testing.T) {
	sim, c := newSimulator(t)
	to := wecom.ToUsers("ChenMo")
	messages := []*wecom.Message{
		wecom.NewTextMessage(to, "你好"),
		wecom.NewMarkdownMessage(to, "**你好**"),
		wecom.NewTextCard(to, "t", "d", home),
		wecom.NewTextNoticeCard(to, "改期", "明天 10:00", home, wecom.HorizontalText("候选人", "王小明"), wecom.HorizontalLink("简历", "打开", home), wecom.HorizontalMember("招聘", "林悦", "LinYue")),
		wecom.NewButtonInteractionCard(to, "q1", "面试邀请", "明天 10:00", wecom.NewCardButton("接受", "accept", 1), wecom.NewCardButton("拒绝", "decline", 2)),
		wecom.NewVoteInteractionCard(to, "v1", "时间", "when", true, wecom.CardOption{ID: "am", Text: "上午"}, wecom.CardOption{ID: "pm", Text: "下午"}),
	}
	for i, m := range messages {
		for range 2 { // the duplicate is not delivered
			if _, err := c.Messages.Send(t.Context(), m.WithDuplicateCheck()); err != nil {
				t.Errorf("message %d: %v", i, err)
			}
		}
	}
	if shown := sim.Messages(corpID, "ChenMo"); len(shown) != len(messages) {
		t.Errorf("%d of %d messages arrived", len(shown), len(messages))
	}
	if all := wecom.ToUsers(); len(all) != 1 || all[0] != wecom.AllMembers {
		t.Errorf("ToUsers() is %v", all)
	}
}

func ExampleNewButtonInteractionCard() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	ctx := context.Background()

	sent, err := c.Messages.Send(ctx, wecom.NewButtonInteractionCard(wecom.ToUsers("ChenMo"), "interview-42", "面试邀请", "明天 10:00",
		wecom.NewCardButton("接受", "accept", 1), wecom.NewCardButton("拒绝", "decline", 2)).WithDuplicateCheck())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Messages.UpdateTemplateCard(ctx, wecom.DisableButtons(sent.ResponseCode, "已取消", "ChenMo"))
	fmt.Println(err, sim.Messages(corpID, "ChenMo")[0].ButtonText)
	// Output: <nil> 已取消
}

func ExampleMenuService_Create() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	ctx := context.Background()

	err = c.Menu.Create(ctx,
		wecom.MenuButton{Name: "面试", Type: wecom.MenuView, URL: home},
		wecom.MenuButton{Name: "更多", SubButton: []wecom.MenuButton{{Name: "帮助", Type: wecom.MenuClick, Key: "help"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	menu, err := c.Menu.Get(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(menu[0].Name, menu[1].SubButton[0].Key)
	// Output: 面试 help
}

func ExampleClient_Call() {
	sim, c, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	answer, err := c.Call(context.Background(), "GET", "/cgi-bin/agent/list", nil, nil)
	fmt.Println(len(answer) > 0, err)
	// Output: true <nil>
}
