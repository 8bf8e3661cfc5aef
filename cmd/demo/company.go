package main

import (
	"net/url"
	"strings"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// The sample company.
const (
	corpID        = "ww5f1a2b3c4d5e6f70"
	agentID       = 1000002
	companyName   = "云杉科技"
	timeZone      = "Asia/Shanghai"
	administrator = "LinYue"
	recruiter     = "HeJing"

	customerService = "云杉招聘" // name of the account in WeChat

	approvalTemplate = "HuimianDemoOffer" // id of the template in WeCom; approvals are off

	botID   = "aib-huimian-demo"
	botName = "面试助手"
)

var departments = []wecomtest.Department{
	{ID: 2, ParentID: 1, Name: "研发部"},
	{ID: 3, ParentID: 1, Name: "产品部"},
	{ID: 4, ParentID: 1, Name: "人力资源部"},
}

var members = []wecomtest.Member{
	{UserID: "LinYue", Name: "林悦", Position: "招聘经理", Departments: []int64{4}, Gender: "2"},
	{UserID: "HeJing", Name: "何静", Position: "招聘专员", Departments: []int64{4}, Gender: "2"},
	{UserID: "ChenMo", Name: "陈默", Position: "后端架构师", Departments: []int64{2}, Gender: "1"},
	{UserID: "ZhouHang", Name: "周航", Position: "后端工程师", Departments: []int64{2}, Gender: "1"},
	{UserID: "SunWei", Name: "孙薇", Position: "前端负责人", Departments: []int64{2}, Gender: "2"},
	{UserID: "LiuYang", Name: "刘洋", Position: "前端工程师", Departments: []int64{2}, Gender: "1"},
	{UserID: "WuHao", Name: "吴昊", Position: "SRE 工程师", Departments: []int64{2}, Gender: "1"},
	{UserID: "ZhaoLei", Name: "赵磊", Position: "算法工程师", Departments: []int64{2}, Gender: "1"},
	{UserID: "GaoFei", Name: "高飞", Position: "测试开发工程师", Departments: []int64{2}, Gender: "1"},
	{UserID: "MaChao", Name: "马超", Position: "数据工程师", Departments: []int64{2}, Gender: "1"},
	{UserID: "XuQing", Name: "徐晴", Position: "产品经理", Departments: []int64{3}, Gender: "2"},
	{UserID: "TangYi", Name: "唐毅", Position: "产品总监", Departments: []int64{3}, Gender: "1"},
}

// addCompany adds the sample company and the application to the simulator.
func addCompany(sim *wecomtest.Server, cfg app.Config) {
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: companyName})
	for _, d := range departments {
		d.CorpID = corpID
		sim.AddDepartment(d)
	}
	for _, m := range members {
		m.CorpID, m.Email = corpID, emailOf(m.UserID)
		sim.AddMember(m)
	}
	sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Description: "技术面试", Secret: string(cfg.WeCom.Secret),
		HomeURL:         cfg.PublicURL + "/",
		SignInURL:       cfg.PublicURL + "/auth/wecom/start?next={next}",
		CallbackURL:     cfg.PublicURL + "/wecom/callback/" + corpID + "/1000002",
		CallbackToken:   string(cfg.WeCom.Token),
		EncodingAESKey:  string(cfg.WeCom.EncodingAESKey),
		TrustedDomains:  []string{hostOf(cfg.PublicURL)},
		SensitiveFields: true, // responses contain avatars and e-mail addresses
		CustomerService: true,
		ApprovalEvents:  true,
	})
	sim.AddApprovalTemplate(wecomtest.ApprovalTemplate{
		CorpID: corpID, ID: approvalTemplate, Name: "录用审批", Approvers: []string{recruiter}, Controls: []wecomtest.ApprovalControl{
			{Control: "Text", ID: "Text-01", Title: "候选人", Required: true},
			{Control: "Text", ID: "Text-02", Title: "应聘职位", Required: true},
			{Control: "Textarea", ID: "Textarea-03", Title: "录用理由"},
			{Control: "Text", ID: "Text-04", Title: "面试链接", Required: true},
			{Control: "Selector", ID: "Selector-05", Title: "招聘类型", Options: []wecomtest.ApprovalOption{{Key: "option-social", Value: "社会招聘"}, {Key: "option-campus", Value: "校园招聘"}}},
			{Control: "Money", ID: "Money-06", Title: "月薪"},
		},
	})
	if _, err := sim.AddKFAccount(corpID, customerService); err != nil {
		panic(err) // the name of the account is a constant
	}
}

// addSmartBot adds the smart bot of the sample company, and a group of recruiters with it.
func addSmartBot(sim *wecomtest.Server, publicURL string, secrets botSecrets) {
	bots := wecomtest.SmartBots(sim)
	bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: botID, Name: botName, Callback: wecomtest.Callback{
		URL: publicURL + "/wecom/bot/" + corpID, Token: string(secrets.token), EncodingAESKey: string(secrets.aesKey),
	}})
	bots.AddGroup(wecomtest.BotGroup{CorpID: corpID, ID: "wrRecruiting", Name: "招聘协作群", BotID: botID, Members: []string{administrator, recruiter, "ChenMo", "SunWei"}})
}

// botSecrets are the values of the bot's page in WeCom, random in each run.
type botSecrets struct{ token, aesKey wecom.Secret }

// emailOf returns a member's e-mail address, which ShowMeBug requires. GaoFei has none
// in WeCom, so that an administrator must enter it.
func emailOf(userID string) string {
	if userID == "GaoFei" {
		return ""
	}
	return strings.ToLower(userID) + "@yunshan.example"
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
