package wecom_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func ExampleRobotService() {
	inCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		const key = "webhook-key" // from the address that WeCom shows for the robot; a secret
		sim.AddRobot(wecomtest.Robot{CorpID: corpID, Key: key, Name: "面试提醒"})
		err := c.Robots.Send(ctx, key, &wecom.RobotMessage{Text: &wecom.RobotText{
			Content: "候选人已到", MentionedList: []string{"ChenMo"},
		}})
		if err != nil {
			return err
		}
		up, err := c.Robots.Upload(ctx, key, wecom.MediaFile, wecom.Upload{Name: "题目.md", Content: strings.NewReader("# 链表")})
		if err != nil {
			return err
		}
		if err := c.Robots.Send(ctx, key, &wecom.RobotMessage{File: &wecom.File{MediaID: up.MediaID}}); err != nil {
			return err
		}
		for _, m := range sim.RobotMessages(key) {
			fmt.Println(m.MsgType)
		}
		return nil
	})
	// Output:
	// text
	// file
}
