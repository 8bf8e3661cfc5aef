package wecom_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
}

// Only ToAll addresses every member; a list that is empty by mistake does not.
func TestRecipients(t *testing.T) {
	sim, c := newSimulator(t)
	for name, to := range map[string]wecom.IDList{
		"no userid": wecom.ToUsers(), "nil": wecom.ToUsers([]string(nil)...), "empty userid": wecom.ToUsers("ChenMo", ""), "blank userid": wecom.ToUsers(" "),
		"@all as a userid": wecom.ToUsers("@all"), "@ALL as a userid": wecom.ToUsers(" @ALL"), "@all among userids": wecom.ToUsers("ChenMo", "@all"),
		"several userids in one": wecom.ToUsers("ChenMo|LinYue"),
	} {
		_, err := c.Messages.Send(t.Context(), wecom.NewTextNoticeCard(to, "t", "d", home))
		if field, ok := errors.AsType[*wecom.FieldError](err); !ok || !strings.HasPrefix(field.Field, "touser") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, m := range []wecom.Message{{ToParty: wecom.IDList{"@all"}}, {ToTag: wecom.IDList{""}}} {
		m.Text = &wecom.Text{Content: "x"}
		if _, err := c.Messages.Send(t.Context(), &m); wecom.ClassOf(err) != wecom.ClassArgument {
			t.Errorf("%v %v: %v", m.ToParty, m.ToTag, err)
		}
	}
	if n := sim.CallCount("message/send"); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	if _, err := c.Messages.Send(t.Context(), wecom.NewTextMessage(wecom.ToAll(), "全员通知")); err != nil {
		t.Error(err)
	}
	for _, member := range sim.Members(corpID) {
		if len(sim.Messages(corpID, member.UserID)) > 1 {
			t.Errorf("%s received more than one message", member.UserID)
		}
	}
}

func TestCardUpdateWithoutRecipients(t *testing.T) {
	sim, c := newSimulator(t)
	if _, err := c.Messages.UpdateTemplateCard(t.Context(), wecom.DisableButtons("code", "已取消")); err == nil || !strings.Contains(err.Error(), "set AtAll") {
		t.Errorf("an update without recipients: %v", err)
	}
	if n := sim.CallCount("message/update_template_card"); n != 0 {
		t.Errorf("%d updates were sent", n)
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

	var reply struct {
		Agents []struct {
			AgentID int64 `json:"agentid"`
		} `json:"agentlist"`
	}
	err = c.Call(context.Background(), "GET", "/cgi-bin/agent/list", nil, nil, &reply)
	fmt.Println(len(reply.Agents) > 0, err)
	// Output: true <nil>
}
