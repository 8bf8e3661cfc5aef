package wecom_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func ExampleRobotService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		const key = "webhook-key" // from the webhook URL that WeCom shows for the robot; a secret
		sim.AddRobot(wecomtest.Robot{CorpID: corpID, Key: key, Name: "面试提醒"})
		err := c.Robots.Send(ctx, key, &wecom.RobotMessage{Text: &wecom.RobotText{
			Content: "候选人已到", MentionedList: []string{"ChenMo"},
		}})
		if err != nil {
			return err
		}
		up, err := c.Robots.UploadMedia(ctx, key, wecom.MediaFile, wecom.FileUpload{Name: "题目.md", Content: strings.NewReader("# 链表")})
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

func ExampleMeetingService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		made, err := c.Meetings.Create(ctx, &wecom.Meeting{
			AdminUserID: "LinYue", Title: wecom.TruncateMeetingTitle("王小明 · 后端工程师 · 第一轮"),
			Start: wecom.NewTimestamp(sim.Time().Add(24 * time.Hour)), Duration: 3600,
			Invitees: wecom.MeetingUsers{UserID: []string{"ChenMo"}},
		})
		if err != nil {
			return err
		}
		// Without the advanced feature only Get returns the link.
		info, err := c.Meetings.Get(ctx, made.MeetingID)
		if err != nil {
			return err
		}
		fmt.Println(info.Title, len(info.Code), info.Link != "", info.Status == wecom.MeetingNotStarted)
		if err := c.Meetings.Cancel(ctx, made.MeetingID); err != nil {
			return err
		}
		ids, _, err := c.Meetings.ListByUser(ctx, "ChenMo", "", sim.Time(), time.Time{})
		fmt.Println(len(ids), sim.Meetings(corpID, "ChenMo")[0].Status == wecom.MeetingCancelled)
		return err
	})
	// Output:
	// 王小明 · 后端工程师 · 第一轮 9 true true
	// 1 true
}

func ExampleApprovalService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		const form = "C4RTB" // from the URL of the form in the admin console
		sim.AddApprovalTemplate(wecomtest.ApprovalTemplate{CorpID: corpID, ID: form, Name: "录用审批",
			Controls: []wecomtest.ApprovalControl{{Control: "Text", ID: "Text-1", Title: "候选人", Required: true}}})
		template, err := c.Approvals.GetTemplate(ctx, form)
		if err != nil {
			return err
		}
		field := template.Content.Controls[0].Property
		number, err := c.Approvals.Submit(ctx, wecom.ApprovalRequest{
			CreatorUserID: "LinYue", TemplateID: form, Summary: []string{"录用王小明"},
			Nodes:    []wecom.ApprovalNode{{Type: wecom.ApprovalNodeApprover, Relation: wecom.ApprovalRelationAny, UserIDs: []string{"ChenMo"}}},
			Contents: []wecom.ApprovalContent{wecom.ApprovalText(field.Control, field.ID, "王小明")},
		})
		if err != nil {
			return err
		}
		if err := sim.DecideApproval(ctx, corpID, "ChenMo", number, true, "同意"); err != nil { // the approver approves
			return err
		}
		approval, err := c.Approvals.Get(ctx, number)
		if err != nil {
			return err
		}
		fmt.Println(approval.Name, approval.Status == wecom.ApprovalApproved, approval.Process.Nodes[0].Members[0].Speech)
		return nil
	})
	// Output: 录用审批 true 同意
}

// Batch jobs require the secret of the contact sync helper. The admin console
// offers a template file.
func ExampleBatchService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, _ *wecom.Client) error {
		sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", ContactSecret: "helper"})
		helper, err := wecom.New(wecom.Config{CorpID: corpID, Secret: "helper", BaseURL: sim.URL()})
		if err != nil {
			return err
		}
		const members = "姓名,帐号,手机号,所在部门\n孙巍,SunWei,13800000002,1\n周航,ZhouHang,,1\n"
		up, err := helper.Media.Upload(ctx, wecom.MediaFile, wecom.FileUpload{Name: "members.csv", Content: strings.NewReader(members)})
		if err != nil {
			return err
		}
		job, err := helper.Batch.SyncUsers(ctx, up.MediaID, wecom.BatchOptions{SkipInvitation: true})
		if err != nil {
			return err
		}
		result, err := helper.Batch.GetResult(ctx, job) // poll until Status is BatchJobCompleted
		if err != nil {
			return err
		}
		for _, line := range result.Results {
			fmt.Println(line.UserID, line.ErrCode)
		}
		return nil
	})
	// Output:
	// SunWei 0
	// ZhouHang 60129
}

func ExampleWorkbenchService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		app := sim.Apps(corpID)[0]
		app.CustomWorkbench = true // switched on by an administrator
		sim.AddApp(app)
		show := func(n string) wecom.Workbench {
			return wecom.Workbench{Type: wecom.WorkbenchTypeKeyData, KeyData: &wecom.WorkbenchKeyData{
				Items: []wecom.WorkbenchKeyDataItem{{Key: "今天的面试", Data: n, JumpURL: home}}}}
		}
		if err := c.Workbench.SetTemplate(ctx, show("0")); err != nil {
			return err
		}
		if err := c.Workbench.SetData(ctx, "ChenMo", show("3")); err != nil {
			return err
		}
		mine, err := c.Workbench.GetData(ctx, "ChenMo")
		if err != nil {
			return err
		}
		others, err := c.Workbench.GetData(ctx, "LinYue")
		if err != nil {
			return err
		}
		fmt.Println(mine.KeyData.Items[0].Data, others.KeyData.Items[0].Data)
		return nil
	})
	// Output: 3 0
}
