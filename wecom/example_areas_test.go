package wecom_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// runInCompany runs an example in a new company and prints its error.
func runInCompany(example func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error) {
	sim, c, err := newCompany()
	if err == nil {
		defer sim.Close()
		sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "LinYue", Name: "林悦", Mobile: "13800000001", Email: "linyue@example.com"})
		err = example(context.Background(), sim, c)
	}
	if err != nil {
		fmt.Println(err)
	}
}

func ExampleMediaService() {
	runInCompany(func(ctx context.Context, _ *wecomtest.Server, c *wecom.Client) error {
		// Content is any io.ReadSeeker, such as an *os.File; it is streamed.
		up, err := c.Media.Upload(ctx, wecom.MediaFile, wecom.FileUpload{Name: "简历.txt", Content: strings.NewReader("十年 Go")})
		if err != nil {
			return err
		}
		if _, err := c.Messages.Send(ctx, &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, File: &wecom.File{MediaID: up.MediaID}}); err != nil {
			return err
		}
		file, err := c.Media.Get(ctx, up.MediaID)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(file)
		fmt.Println(file.Name, string(text), file.Close())
		return err
	})
	// Output: 简历.txt 十年 Go <nil>
}

func ExampleMessageService_Recall() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		sent, err := c.Messages.Send(ctx, &wecom.Message{ToUser: wecom.IDList{"ChenMo"}, Markdown: &wecom.Markdown{Content: "**面试** 改期"}})
		if err != nil {
			return err
		}
		err = c.Messages.Recall(ctx, sent.MsgID)
		fmt.Println(sim.Messages(corpID, "ChenMo")[0].Recalled)
		return err
	})
	// Output: true
}

func ExampleUserService_GetUserIDByMobile() {
	runInCompany(func(ctx context.Context, _ *wecomtest.Server, c *wecom.Client) error {
		byMobile, err := c.Users.GetUserIDByMobile(ctx, "13800000001")
		if err != nil {
			return err
		}
		fmt.Println(byMobile)
		return nil
	})
	// Output: LinYue
}

// Contacts are changed with the secret of the contact sync helper, not with that
// of an app.
func ExampleUserService_Create() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, _ *wecom.Client) error {
		sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", ContactSecret: "helper"})
		helper, err := wecom.New(wecom.Config{CorpID: corpID, Secret: "helper", BaseURL: sim.URL()})
		if err != nil {
			return err
		}
		team, err := helper.Departments.Create(ctx, wecom.DepartmentFields{Name: "平台组", ParentID: 1})
		if err != nil {
			return err
		}
		if err := helper.Users.Create(ctx, wecom.UserFields{UserID: "SunWei", Name: "孙巍", Mobile: "13800000002", Department: []int64{team}}); err != nil {
			return err
		}
		for _, m := range sim.Members(corpID) {
			fmt.Println(m.UserID, m.Name)
		}
		return nil
	})
	// Output:
	// ChenMo 陈默
	// LinYue 林悦
	// SunWei 孙巍
}

func ExampleTagService() {
	runInCompany(func(ctx context.Context, _ *wecomtest.Server, c *wecom.Client) error {
		id, err := c.Tags.Create(ctx, "面试官", 0)
		if err != nil {
			return err
		}
		if _, err := c.Tags.AddMembers(ctx, id, []string{"ChenMo", "LinYue"}, nil); err != nil {
			return err
		}
		tag, err := c.Tags.GetMembers(ctx, id)
		if err != nil {
			return err
		}
		fmt.Println(tag.Name, len(tag.Users))
		return nil
	})
	// Output: 面试官 2
}

func ExampleAgentService_Set() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		yes := wecom.Flag(true)
		err := c.Agent.Set(ctx, wecom.AgentSettings{HomeURL: home + "/start", ReportEnter: &yes})
		fmt.Println(sim.Apps(corpID)[0].HomeURL)
		return err
	})
	// Output: https://interview.example.com/start
}

func ExampleAppChatService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		id, err := c.AppChats.Create(ctx, wecom.AppChat{Name: "王小明 · 第一轮", Owner: "LinYue", Users: []string{"LinYue", "ChenMo"}})
		if err != nil {
			return err
		}
		err = c.AppChats.Send(ctx, &wecom.AppChatMessage{ChatID: id, Text: &wecom.AppChatText{Content: "明天十点，请准备"}})
		fmt.Println(sim.Chats(corpID)[0].Name)
		return err
	})
	// Output: 王小明 · 第一轮
}

func ExampleScheduleService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		calendar, _, err := c.Calendars.Create(ctx, wecom.Calendar{Summary: "面试", Color: "#3B7DDD",
			Shares: []wecom.CalendarShare{{UserID: "LinYue"}, {UserID: "ChenMo"}}})
		if err != nil {
			return err
		}
		start := sim.Time().Add(24 * time.Hour)
		id, err := c.Schedules.Create(ctx, &wecom.Schedule{CalID: calendar, Summary: "面试：王小明", Location: home + "/room/42",
			StartTime: wecom.NewTimestamp(start), EndTime: wecom.NewTimestamp(start.Add(time.Hour)), Attendees: wecom.NewAttendees("LinYue", "ChenMo")})
		if err != nil {
			return err
		}
		if err := c.Schedules.RemoveAttendees(ctx, id, "LinYue"); err != nil {
			return err
		}
		read, err := c.Schedules.Get(ctx, id)
		if err != nil {
			return err
		}
		fmt.Println(read[0].Summary, read[0].Attendees[0].UserID, read[0].Attendees[0].ResponseStatus == wecom.ResponseStatusNone)
		return nil
	})
	// Output: 面试：王小明 ChenMo true
}
