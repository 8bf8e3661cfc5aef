package wecom

import (
	"context"
	"encoding/json"
	"testing"
	"time"
)

func TestExternalContactCalls(t *testing.T) {
	met := NewTimestamp(time.Unix(1700000000, 0).UTC())
	runAPICases(t, []apiCase{
		{"members", func(ctx context.Context, c *Client) (any, error) { return c.ExternalContacts.ListFollowUsers(ctx) },
			"GET externalcontact/get_follow_user_list", "", `{"errcode":0,"follow_user":["a","b"]}`, []string{"a", "b"}},
		{"list", func(ctx context.Context, c *Client) (any, error) { return c.ExternalContacts.List(ctx, "a") },
			"GET externalcontact/list?userid=a", "", `{"errcode":0,"external_userid":["wmX","wmY"]}`, []string{"wmX", "wmY"}},
		{"get", func(ctx context.Context, c *Client) (any, error) {
			contact, next, err := c.ExternalContacts.Get(ctx, "wmX", "")
			return []any{contact, next}, err
		}, "GET externalcontact/get?external_userid=wmX", "",
			`{"errcode":0,"external_contact":{"external_userid":"wmX","name":"王小明","type":1},"follow_user":[{"userid":"a","createtime":1700000000,"state":"candidate-7","add_way":1}]}`,
			[]any{&ExternalContact{ExternalUserID: "wmX", Name: "王小明", Type: ExternalTypeWeChat,
				FollowUsers: []FollowUser{{UserID: "a", CreateTime: met, State: "candidate-7", AddWay: 1}}}, ""}},
		{"create contact way", func(ctx context.Context, c *Client) (any, error) {
			id, qr, err := c.ExternalContacts.CreateContactWay(ctx, ContactWay{Type: 1, Scene: 2, State: "candidate-7", Users: []string{"a"}})
			return []any{id, qr}, err
		}, "POST externalcontact/add_contact_way", `{"type":1,"scene":2,"state":"candidate-7","user":["a"]}`,
			`{"errcode":0,"config_id":"42","qr_code":"https://p.example"}`, []any{"42", "https://p.example"}},
		{"contact way", func(ctx context.Context, c *Client) (any, error) { return c.ExternalContacts.GetContactWay(ctx, "42") },
			"POST externalcontact/get_contact_way", `{"config_id":"42"}`,
			`{"errcode":0,"contact_way":{"config_id":"42","type":1,"scene":2,"state":"s","user":["a"],"qr_code":"q"}}`,
			&ContactWay{ConfigID: "42", Type: 1, Scene: 2, State: "s", Users: []string{"a"}, QRCode: "q"}},
		{"contacts of members", func(ctx context.Context, c *Client) (any, error) {
			return c.ExternalContacts.ListByUsers(ctx, []string{"a", "b"}, "c1", 10)
		}, "POST externalcontact/batch/get_by_user", `{"userid_list":["a","b"],"cursor":"c1","limit":10}`,
			`{"errcode":0,"external_contact_list":[{"external_contact":{"external_userid":"wmX","name":"王小明","type":1},` +
				`"follow_info":{"userid":"a","remark":"王","createtime":1700000000,"tag_id":["et1"],"add_way":1}}],` +
				`"next_cursor":"c2","fail_info":{"unlicensed_userid_list":["b"]}}`,
			&ExternalContactPage{NextCursor: "c2", UnlicensedUserIDs: []string{"b"}, Contacts: []ExternalContact{{
				ExternalUserID: "wmX", Name: "王小明", Type: ExternalTypeWeChat,
				FollowUsers: []FollowUser{{UserID: "a", Remark: "王", CreateTime: met, AddWay: 1, Tags: []ContactTag{{TagID: "et1"}}}}}}}},
		{"update contact way", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.ExternalContacts.UpdateContactWay(ctx, "42", ContactWayUpdate{State: new("candidate-8"), SkipVerify: new(false), Users: []string{"b"}}))
		}, "POST externalcontact/update_contact_way", `{"config_id":"42","state":"candidate-8","skip_verify":false,"user":["b"]}`, ok, nil},
		{"delete contact way", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.ExternalContacts.DeleteContactWay(ctx, "42"))
		},
			"POST externalcontact/del_contact_way", `{"config_id":"42"}`, ok, nil},
		{"welcome", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.ExternalContacts.SendWelcomeMessage(ctx, "CODE", WelcomeMessage{"你好", []Attachment{
				{Link: &AttachmentLink{Title: "面试", URL: "https://x.example"}}, {File: &File{"m"}}}}))
		}, "POST externalcontact/send_welcome_msg", `{"welcome_code":"CODE","text":{"content":"你好"},"attachments":[` +
			`{"msgtype":"link","link":{"title":"面试","url":"https://x.example"}},{"msgtype":"file","file":{"media_id":"m"}}]}`, ok, nil},
	})
}

func TestKFCalls(t *testing.T) {
	text := `{"msgid":"1","open_kfid":"wk","external_userid":"wmX","send_time":1700000000,"origin":3,"msgtype":"text","text":{"content":"hi"}}`
	enter := `{"msgid":"2","send_time":1700000000,"origin":4,"msgtype":"event","event":{"event_type":"enter_session","open_kfid":"wk","external_userid":"wmX","scene_param":"tok","welcome_code":"W"}}`
	at := NewTimestamp(time.Unix(1700000000, 0).UTC())
	runAPICases(t, []apiCase{
		{"accounts", func(ctx context.Context, c *Client) (any, error) { return c.KF.ListAccounts(ctx, 0, 0) },
			"POST kf/account/list", `{"offset":0,"limit":100}`, `{"errcode":0,"account_list":[{"open_kfid":"wk","name":"面试","manage_privilege":true}]}`,
			[]KFAccount{{OpenKFID: "wk", Name: "面试", ManagePrivilege: true}}},
		{"create account", func(ctx context.Context, c *Client) (any, error) { return c.KF.CreateAccount(ctx, "面试", "m") },
			"POST kf/account/add", `{"name":"面试","media_id":"m"}`, `{"errcode":0,"open_kfid":"wk"}`, "wk"},
		{"update account", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.KF.UpdateAccount(ctx, "wk", "招聘", ""))
		},
			"POST kf/account/update", `{"open_kfid":"wk","name":"招聘"}`, ok, nil},
		{"delete account", func(ctx context.Context, c *Client) (any, error) { return noResult(c.KF.DeleteAccount(ctx, "wk")) },
			"POST kf/account/del", `{"open_kfid":"wk"}`, ok, nil},
		{"customers", func(ctx context.Context, c *Client) (any, error) {
			customers, invalid, err := c.KF.GetCustomers(ctx, []string{"wmX", "wmY"}, true)
			return []any{customers, invalid}, err
		}, "POST kf/customer/batchget", `{"external_userid_list":["wmX","wmY"],"need_enter_session_context":1}`,
			`{"errcode":0,"customer_list":[{"external_userid":"wmX","nickname":"王小明","gender":1,"enter_session_context":{"scene":"interview","scene_param":"tok"}}],"invalid_external_userid":["wmY"]}`,
			[]any{[]KFCustomer{{ExternalUserID: "wmX", Nickname: "王小明", Gender: 1, EnterSession: &KFEnterSession{Scene: "interview", SceneParam: "tok"}}}, []string{"wmY"}}},
		{"link", func(ctx context.Context, c *Client) (any, error) { return c.KF.GetAccountLink(ctx, "wk", "interview") },
			"POST kf/add_contact_way", `{"open_kfid":"wk","scene":"interview"}`, `{"errcode":0,"url":"https://work.weixin.qq.com/kf/kfc1?enc_scene=E"}`,
			"https://work.weixin.qq.com/kf/kfc1?enc_scene=E"},
		{"sync", func(ctx context.Context, c *Client) (any, error) { return c.KF.SyncMessages(ctx, "wk", "c1", "T") },
			"POST kf/sync_msg", `{"open_kfid":"wk","cursor":"c1","token":"T","limit":1000}`,
			`{"errcode":0,"next_cursor":"c2","has_more":1,"msg_list":[` + text + `,` + enter + `]}`,
			&KFMessagePage{[]KFMessage{
				{MsgID: "1", OpenKFID: "wk", ExternalUserID: "wmX", SendTime: at, Origin: 3, MsgType: "text", Text: &KFText{Content: "hi"}, Raw: json.RawMessage(text)},
				{MsgID: "2", SendTime: at, Origin: 4, MsgType: "event", Raw: json.RawMessage(enter),
					Event: &KFEvent{Type: "enter_session", OpenKFID: "wk", ExternalUserID: "wmX", SceneParam: "tok", WelcomeCode: "W"}},
			}, "c2", true}},
		{"send", func(ctx context.Context, c *Client) (any, error) {
			return c.KF.Send(ctx, "wk", "wmX", KFReply{MsgID: "interview-42_1", Text: &Text{"明天 10:00"}})
		}, "POST kf/send_msg", `{"touser":"wmX","open_kfid":"wk","msgid":"interview-42_1","msgtype":"text","text":{"content":"明天 10:00"}}`,
			`{"errcode":0,"msgid":"interview-42_1"}`, "interview-42_1"},
		{"greet", func(ctx context.Context, c *Client) (any, error) {
			return c.KF.SendOnEvent(ctx, "W", KFReply{Menu: &KFMenu{Head: "面试", Items: []KFMenuItem{
				{ID: "yes", Content: "确认"}, {URL: "https://x.example", Content: "查看"}}, Tail: "谢谢"}})
		}, "POST kf/send_msg_on_event", `{"code":"W","msgtype":"msgmenu","msgmenu":{"head_content":"面试","list":[` +
			`{"type":"click","click":{"id":"yes","content":"确认"}},{"type":"view","view":{"url":"https://x.example","content":"查看"}}],"tail_content":"谢谢"}}`,
			`{"errcode":0,"msgid":"2"}`, "2"},
		{"session", func(ctx context.Context, c *Client) (any, error) {
			state, servicer, err := c.KF.GetSessionState(ctx, "wk", "wmX")
			return []any{state, servicer}, err
		}, "POST kf/service_state/get", `{"open_kfid":"wk","external_userid":"wmX"}`, `{"errcode":0,"service_state":3,"servicer_userid":"HeJing"}`, []any{KFSessionServicer, "HeJing"}},
		{"transfer", func(ctx context.Context, c *Client) (any, error) {
			return c.KF.ChangeSessionState(ctx, "wk", "wmX", KFSessionServicer, "HeJing")
		}, "POST kf/service_state/trans", `{"open_kfid":"wk","external_userid":"wmX","service_state":3,"servicer_userid":"HeJing"}`, `{"errcode":0,"msg_code":"C"}`, "C"},
	})
}

func TestApprovalCalls(t *testing.T) {
	template := &ApprovalTemplate{Names: []LangText{{"录用", "zh_CN"}}}
	control := ApprovalControl{Config: json.RawMessage(`{}`)}
	control.Property.Control, control.Property.ID, control.Property.Require = "Text", "Text-1", true
	template.Content.Controls = []ApprovalControl{control}
	approval := &Approval{Number: "202612010001", Status: ApprovalApproved, ApplyTime: nineAM(1)}
	approval.Applicant.UserID = "a"
	approval.Process.Nodes = []ApprovalNodeResult{{NodeType: ApprovalNodeApprover, Status: 2, Relation: ApprovalRelationAll}}
	approval.Data.Contents = []ApprovalValue{{Control: "Text", ID: "Text-1", Value: json.RawMessage(`{"text":"王小明"}`)}}
	runAPICases(t, []apiCase{
		{"template", func(ctx context.Context, c *Client) (any, error) { return c.Approvals.GetTemplate(ctx, "T") },
			"POST oa/gettemplatedetail", `{"template_id":"T"}`,
			`{"errcode":0,"template_names":[{"text":"录用","lang":"zh_CN"}],"template_content":{"controls":[{"property":{"control":"Text","id":"Text-1","require":1,"un_print":0},"config":{}}]}}`, template},
		{"apply", func(ctx context.Context, c *Client) (any, error) {
			return c.Approvals.Submit(ctx, ApprovalRequest{CreatorUserID: "a", TemplateID: "T", Summary: []string{"录用 王小明"},
				Nodes: []ApprovalNode{{ApprovalNodeApprover, ApprovalRelationAny, []string{"b", "c"}}, {Type: ApprovalNodeCC, UserIDs: []string{"d"}}},
				Contents: []ApprovalContent{ApprovalText("Text", "Text-1", "王小明"), ApprovalMoney("Money-1", "30000"), ApprovalNumber("Number-1", "3"),
					ApprovalSelector("Selector-1", false, "k1"), ApprovalContact("Contact-1", SimpleUser{UserID: "b", Name: "B"}), ApprovalFile("File-1", "m")}})
		}, "POST oa/applyevent", `{"creator_userid":"a","template_id":"T","use_template_approver":0,` +
			`"process":{"node_list":[{"type":1,"apv_rel":2,"userid":["b","c"]},{"type":2,"userid":["d"]}]},` +
			`"apply_data":{"contents":[{"control":"Text","id":"Text-1","value":{"text":"王小明"}},{"control":"Money","id":"Money-1","value":{"new_money":"30000"}},` +
			`{"control":"Number","id":"Number-1","value":{"new_number":"3"}},{"control":"Selector","id":"Selector-1","value":{"selector":{"type":"single","options":[{"key":"k1"}]}}},` +
			`{"control":"Contact","id":"Contact-1","value":{"members":[{"userid":"b","name":"B"}]}},{"control":"File","id":"File-1","value":{"files":[{"file_id":"m"}]}}]},` +
			`"summary_list":[{"summary_info":[{"text":"录用 王小明","lang":"zh_CN"}]}]}`, `{"errcode":0,"sp_no":"202612010001"}`, "202612010001"},
		{"numbers", func(ctx context.Context, c *Client) (any, error) {
			numbers, next, err := c.Approvals.ListNumbers(ctx, ApprovalFilter{From: nineAM(1).Time, To: nineAM(2).Time, TemplateID: "T", Status: ApprovalApproved}, "")
			return []any{numbers, next}, err
		}, "POST oa/getapprovalinfo", `{"starttime":"1796086800","endtime":"1796173200","new_cursor":"","size":100,` +
			`"filters":[{"key":"template_id","value":"T"},{"key":"sp_status","value":"2"}]}`,
			`{"errcode":0,"sp_no_list":["202612010001"],"new_next_cursor":"202612010001"}`, []any{[]string{"202612010001"}, "202612010001"}},
		{"get", func(ctx context.Context, c *Client) (any, error) { return c.Approvals.Get(ctx, "202612010001") },
			"POST oa/getapprovaldetail", `{"sp_no":"202612010001"}`,
			`{"errcode":0,"info":{"sp_no":"202612010001","sp_status":2,"apply_time":1796086800,"applyer":{"userid":"a"},` +
				`"process_list":{"node_list":[{"node_type":1,"sp_status":2,"apv_rel":1}]},"apply_data":{"contents":[{"control":"Text","id":"Text-1","value":{"text":"王小明"}}]}}}`, approval},
	})
}

func TestInvalidExternalContactArguments(t *testing.T) {
	for name, call := range map[string]func(context.Context, *Client) error{
		"way of nobody": func(ctx context.Context, c *Client) error {
			_, _, err := c.ExternalContacts.CreateContactWay(ctx, ContactWay{Type: 1, Scene: 2})
			return err
		},
		"long state": func(ctx context.Context, c *Client) error {
			_, _, err := c.ExternalContacts.CreateContactWay(ctx, ContactWay{Type: 2, Scene: 2, State: repeatText(31, "x")})
			return err
		},
		"no scene": func(ctx context.Context, c *Client) error {
			_, _, err := c.ExternalContacts.CreateContactWay(ctx, ContactWay{Type: 2})
			return err
		},
		"contacts of no members": func(ctx context.Context, c *Client) error {
			_, err := c.ExternalContacts.ListByUsers(ctx, nil, "", 0)
			return err
		},
		"long page of contacts": func(ctx context.Context, c *Client) error {
			_, err := c.ExternalContacts.ListByUsers(ctx, []string{"a"}, "", 101)
			return err
		},
		"update of no way": func(ctx context.Context, c *Client) error {
			return c.ExternalContacts.UpdateContactWay(ctx, "", ContactWayUpdate{})
		},
		"update with a long remark": func(ctx context.Context, c *Client) error {
			return c.ExternalContacts.UpdateContactWay(ctx, "42", ContactWayUpdate{Remark: new(repeatText(31, "x"))})
		},
		"update of no account": func(ctx context.Context, c *Client) error { return c.KF.UpdateAccount(ctx, "", "n", "") },
		"long account name": func(ctx context.Context, c *Client) error {
			return c.KF.UpdateAccount(ctx, "wk", repeatText(17, "x"), "")
		},
		"state of no customer": func(ctx context.Context, c *Client) error {
			_, _, err := c.KF.GetSessionState(ctx, "wk", "")
			return err
		},
		"transfer without a servicer": func(ctx context.Context, c *Client) error {
			_, err := c.KF.ChangeSessionState(ctx, "wk", "wmX", KFSessionServicer, "")
			return err
		},
		"deletion of nothing": func(ctx context.Context, c *Client) error { return c.KF.DeleteAccount(ctx, "") },
		"too many customers": func(ctx context.Context, c *Client) error {
			_, _, err := c.KF.GetCustomers(ctx, make([]string, 101), false)
			return err
		},
		"approvals of 32 days": func(ctx context.Context, c *Client) error {
			_, _, err := c.Approvals.ListNumbers(ctx, ApprovalFilter{From: nineAM(1).Time, To: nineAM(1).AddDate(0, 0, 32)}, "")
			return err
		},
		"size of a join code": func(ctx context.Context, c *Client) error {
			_, err := c.Users.GetJoinQRCode(ctx, 0)
			return err
		},
		"empty welcome": func(ctx context.Context, c *Client) error {
			return c.ExternalContacts.SendWelcomeMessage(ctx, "c", WelcomeMessage{})
		},
		"two attachments in one": func(ctx context.Context, c *Client) error {
			return c.ExternalContacts.SendWelcomeMessage(ctx, "c", WelcomeMessage{Attachments: []Attachment{{Image: &Image{"m"}, File: &File{"m"}}}})
		},
		"kf name": func(ctx context.Context, c *Client) error {
			_, err := c.KF.CreateAccount(ctx, repeatText(17, "x"), "m")
			return err
		},
		"kf scene": func(ctx context.Context, c *Client) error {
			_, err := c.KF.GetAccountLink(ctx, "wk", "a b")
			return err
		},
		"kf msgid": func(ctx context.Context, c *Client) error {
			_, err := c.KF.Send(ctx, "wk", "wm", KFReply{MsgID: "a b", Text: &Text{"x"}})
			return err
		},
		"kf nothing": func(ctx context.Context, c *Client) error {
			_, err := c.KF.Send(ctx, "wk", "wm", KFReply{})
			return err
		},
		"kf link": func(ctx context.Context, c *Client) error {
			_, err := c.KF.Send(ctx, "wk", "wm", KFReply{Link: &KFLink{Title: "t", URL: "https://x.example"}})
			return err
		},
		"kf eleven choices": func(ctx context.Context, c *Client) error {
			_, err := c.KF.Send(ctx, "wk", "wm", KFReply{Menu: &KFMenu{Items: make([]KFMenuItem, 11)}})
			return err
		},
		"picture as greeting": func(ctx context.Context, c *Client) error {
			_, err := c.KF.SendOnEvent(ctx, "W", KFReply{Image: &Image{"m"}})
			return err
		},
		"approval without summary": func(ctx context.Context, c *Client) error {
			_, err := c.Approvals.Submit(ctx, ApprovalRequest{CreatorUserID: "a", TemplateID: "t"})
			return err
		},
		"approval of nobody": func(ctx context.Context, c *Client) error {
			_, err := c.Approvals.Submit(ctx, ApprovalRequest{CreatorUserID: "a", TemplateID: "t", Summary: []string{"s"}, Nodes: []ApprovalNode{{Type: 1}}})
			return err
		},
	} {
		if err := call(t.Context(), newTestClient(t, nil)); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}
