package apptest

import (
	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// ApprovalTemplate is the id of the approval template in the simulator, whose controls Text-1 and Text-2 are
// for the candidate and the link.
const ApprovalTemplate = "TemplateOffer"

// ConnectSimulator connects the product to a WeCom in which rosa works for acme.
func (w *Fixture) ConnectSimulator() {
	w.T.Helper()
	sim := wecomtest.New(w.T)
	sim.AddCorp(wecomtest.Corp{ID: "acme", Name: "云杉科技"})
	sim.AddMember(wecomtest.Member{CorpID: "acme", UserID: "rosa", Name: "罗莎", Departments: []int64{1}})
	sim.AddApp(wecomtest.App{
		CorpID: "acme", AgentID: 1000002, Name: "会面", Secret: "a-secret", HomeURL: "https://interview.test", VisibleUsers: []string{"rosa"}, CustomerService: true,
	})
	sim.AddApprovalTemplate(wecomtest.ApprovalTemplate{CorpID: "acme", ID: ApprovalTemplate, Name: "录用审批", Approvers: []string{"rosa"}, Controls: []wecomtest.ApprovalControl{
		{Control: "Text", ID: "Text-1", Title: "候选人", Required: true}, {Control: "Text", ID: "Text-2", Title: "面试链接", Required: true},
	}})
	c, err := wecom.New(wecom.Config{
		CorpID: "acme", AgentID: 1000002, Secret: "a-secret", BaseURL: sim.URL(), OAuthURL: sim.URL(), LoginURL: sim.URL(),
	})
	if err != nil {
		w.T.Fatal(err)
	}
	w.Accounts.Client, w.CustomerService.Client, w.Approvals.Client = c, c, c
	w.Accounts.Corp = account.Corp{ID: "acme", Name: "云杉科技", TimeZone: "Asia/Shanghai"}
	w.Sim = sim
}
