package wecomtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

const applyEventJSON = `{"creator_userid":"LISI","template_id":"T1","use_template_approver":0,` +
	`"process":{"node_list":[{"type":1,"apv_rel":3,"userid":["zhangsan","lisi"]},{"type":2,"userid":["lisi"]}]},` +
	`"apply_data":{"contents":[{"control":"Text","id":"Text-1","value":{"text":"王小明"}},` +
	`{"control":"Money","id":"Money-1","value":{"new_money":"30000.50"}},` +
	`{"control":"Selector","id":"Selector-1","value":{"selector":{"type":"single","options":[{"key":"senior"}]}}}]},` +
	`"summary_list":[{"summary_info":[{"text":"录用王小明","lang":"zh_CN"}]}]}`

func newApprovalFixture(t *testing.T) (*wecomtest.Server, func(path, body string) reply) {
	t.Helper()
	s := newFixture(t)
	s.AddApprovalTemplate(wecomtest.ApprovalTemplate{CorpID: corpID, ID: "T1", Name: "录用审批", Approvers: []string{"zhangsan"},
		Controls: []wecomtest.ApprovalControl{
			{Control: "Text", ID: "Text-1", Title: "候选人", Required: true}, {Control: "Money", ID: "Money-1", Title: "月薪"},
			{Control: "Selector", ID: "Selector-1", Title: "级别", Options: []wecomtest.ApprovalOption{{Key: "senior", Value: "高级"}}},
			{Control: "Contact", ID: "Contact-1", Title: "主管"}, {Control: "File", ID: "File-1", Title: "简历"},
			{Control: "Date", ID: "Date-1", Title: "入职"}, {Control: "Number", ID: "Number-1"}, {Control: "Textarea", ID: "Textarea-1"},
		}})
	tok := accessToken(t, s)
	return s, func(path, body string) reply {
		t.Helper()
		return callAPI(t, s, "POST", "oa/"+path+"?access_token="+tok, body)
	}
}

func TestApprovalErrors(t *testing.T) {
	_, do := newApprovalFixture(t)
	do("gettemplatedetail", `{"template_id":"no"}`).expectCode(301026)
	do("getapprovaldetail", `{"sp_no":"1"}`).expectCode(301025)
	for name, c := range map[string]struct {
		old, now string
		code     int
	}{
		"creator":    {"LISI", "ghost", 60111},
		"template":   {"T1", "T2", 301026},
		"approver":   {`["zhangsan","lisi"]`, `["ghost"]`, 60111},
		"no members": {`["zhangsan","lisi"]`, `[]`, 301025},
		"relation":   {`"apv_rel":3`, `"apv_rel":4`, 301025},
		"unknown":    {"Text-1", "Text-9", 301025},
		"control":    {`"control":"Money"`, `"control":"Number"`, 301025},
		"break":      {`{"text":"王小明"}`, `{"text":"a\nb"}`, 301025},
		"required":   {`{"control":"Text","id":"Text-1","value":{"text":"王小明"}},`, ``, 301025},
		"amount":     {"30000.50", "many", 301025},
		"option":     {`{"key":"senior"}`, `{"key":"x"}`, 301025},
		"summary":    {"录用王小明", strings.Repeat("录", 21), 301025},
		"language":   {`"lang":"zh_CN"`, `"lang":"fr"`, 301025},
		"contact":    {`{"control":"Money","id":"Money-1","value":{"new_money":"30000.50"}}`, `{"control":"Contact","id":"Contact-1","value":{"members":[{"userid":"ghost"}]}}`, 301025},
		"file":       {`{"control":"Money","id":"Money-1","value":{"new_money":"30000.50"}}`, `{"control":"File","id":"File-1","value":{"files":[{"file_id":"x"}]}}`, 301025},
		"date":       {`{"control":"Money","id":"Money-1","value":{"new_money":"30000.50"}}`, `{"control":"Date","id":"Date-1","value":{"date":{"type":"hour"}}}`, 301025},
	} {
		body := strings.Replace(applyEventJSON, c.old, c.now, 1)
		if got := do("applyevent", body); got.errcode() != c.code || body == applyEventJSON {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
}

func TestApprovalDecision(t *testing.T) {
	s, do := newApprovalFixture(t)
	r := newReceiver(t)
	ctx := contextWithTimeout(t)
	no := do("applyevent", applyEventJSON).expectCode(0).textField("sp_no")
	app := s.Apps(corpID)[0] // enabled only now: the event of the submission would arrive in the background
	app.CallbackURL, app.CallbackToken, app.EncodingAESKey, app.ApprovalEvents = r.URL, token, aesKey, true
	s.AddApp(app)
	if err := s.DecideApproval(ctx, corpID, "lisi", no, true, ""); err == nil {
		t.Error("the second approver decided before the first")
	}
	if err := s.DecideApproval(ctx, corpID, "zhangsan", no, true, "很好"); err != nil {
		t.Fatal(err)
	}
	if info := do("getapprovaldetail", `{"sp_no":"`+no+`"}`).expectCode(0).fields["info"].(map[string]any); info["sp_status"] != 1.0 {
		t.Errorf("after one decision, the approval is %v", info)
	}
	if err := s.DecideApproval(ctx, corpID, "lisi", no, true, ""); err != nil {
		t.Fatal(err)
	}
	info := do("getapprovaldetail", `{"sp_no":"`+no+`"}`).expectCode(0).fields["info"].(map[string]any)
	step := info["process_list"].(map[string]any)["node_list"].([]any)[0].(map[string]any)
	if info["sp_status"] != 2.0 || step["sp_status"] != 2.0 || step["sub_node_list"].([]any)[0].(map[string]any)["speech"] != "很好" {
		t.Errorf("approval is %v", info)
	}
	if got := r.lastMessage(t); got["Event"] != "sys_approval_change" {
		t.Errorf("event is %v", got)
	}
	if s.DecideApproval(ctx, corpID, "lisi", no, false, "") == nil || s.WithdrawApproval(ctx, corpID, "zhangsan", no) == nil || s.DeleteApproval(corpID, "x") == nil {
		t.Error("a decided approval changed")
	}
	if err := s.CommentOnApproval(ctx, corpID, "zhangsan", no, "恭喜"); err != nil {
		t.Fatal(err)
	}
	if got := r.lastMessage(t); got["Event"] != "sys_approval_change" {
		t.Errorf("event is %v", got)
	}
	if err := s.WithdrawApproval(ctx, corpID, "lisi", no); err != nil {
		t.Fatal(err)
	}
	info = do("getapprovaldetail", `{"sp_no":"`+no+`"}`).expectCode(0).fields["info"].(map[string]any)
	if info["sp_status"] != 6.0 || len(info["comments"].([]any)) != 1 || s.WithdrawApproval(ctx, corpID, "lisi", no) == nil {
		t.Errorf("the revoked approval is %v", info)
	}
}

func TestApprovalByTemplateApprovers(t *testing.T) {
	s, do := newApprovalFixture(t)
	ctx := contextWithTimeout(t)
	body := strings.Replace(applyEventJSON, `"use_template_approver":0`, `"use_template_approver":1`, 1)
	status := func(no string) any {
		return do("getapprovaldetail", `{"sp_no":"`+no+`"}`).expectCode(0).fields["info"].(map[string]any)["sp_status"]
	}
	rejected := do("applyevent", body).expectCode(0).textField("sp_no")
	if err := s.DecideApproval(ctx, corpID, "ZhangSan", rejected, false, "名额已满"); err != nil || status(rejected) != 3.0 {
		t.Errorf("rejecting: %v, status %v", err, status(rejected))
	}
	withdrawn := do("applyevent", body).expectCode(0).textField("sp_no")
	if err := s.WithdrawApproval(ctx, corpID, "lisi", withdrawn); err != nil || status(withdrawn) != 4.0 {
		t.Errorf("withdrawing: %v, status %v", err, status(withdrawn))
	}
}

func TestLoadRobotsAndTemplates(t *testing.T) {
	s := wecomtest.New(t)
	const file = `[{"id":"ww9","robots":[{"key":"k9"}],"templates":[{"id":"T9","controls":[{"control":"Text","id":"Text-1"}]}]}]`
	if err := s.Load(strings.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	callAPI(t, s, "POST", "webhook/send?key=k9", `{"msgtype":"text","text":{"content":"x"}}`).expectCode(0)
	for _, bad := range []string{strings.Replace(file, "k9", "", 1), strings.Replace(file, "T9", "", 1)} {
		if s.Load(strings.NewReader(bad)) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestApprovalNumbers(t *testing.T) {
	s, _ := newApprovalFixture(t)
	tok := accessToken(t, s)
	do := func(path, body string) reply {
		t.Helper()
		return callAPI(t, s, "POST", "oa/"+path+"?access_token="+tok, body)
	}
	var all []string
	for range 5 {
		all = append(all, do("applyevent", applyEventJSON).expectCode(0).textField("sp_no"))
		s.Advance(time.Minute)
	}
	now := s.Time()
	list := func(rest string) (numbers []string, next string) {
		t.Helper()
		r := do("getapprovalinfo", fmt.Sprintf(`{"starttime":"%d","endtime":"%d",%s}`, now.Add(-time.Hour).Unix(), now.Unix(), rest)).expectCode(0)
		for _, n := range r.fields["sp_no_list"].([]any) {
			numbers = append(numbers, n.(string))
		}
		next, _ = r.fields["new_next_cursor"].(string)
		return numbers, next
	}
	var got []string
	for cursor := ""; ; {
		page, next := list(`"size":2,"new_cursor":"` + cursor + `"`)
		if got = append(got, page...); next == "" {
			break
		}
		cursor = next
	}
	if !slices.Equal(got, all) {
		t.Errorf("pages of %v, want %v", got, all)
	}
	if err := s.DecideApproval(t.Context(), corpID, "zhangsan", all[0], false, ""); err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string][]string{
		`{"key":"template_id","value":"T1"}`:                                   all,
		`{"key":"template_id","value":"T2"}`:                                   nil,
		`{"key":"creator","value":"lisi"}`:                                     all,
		`{"key":"sp_status","value":"3"}`:                                      all[:1],
		`{"key":"sp_status","value":"1"},{"key":"template_id","value":"T1"}`:   all[1:],
		`{"key":"sp_status","value":"3"},{"key":"creator","value":"zhangsan"}`: nil,
	} {
		if got, _ := list(`"size":100,"filters":[` + filter + `]`); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", filter, got, want)
		}
	}
	before := do("getapprovalinfo", fmt.Sprintf(`{"starttime":"%d","endtime":"%d"}`, now.Add(-24*time.Hour).Unix(), now.Add(-12*time.Hour).Unix())).expectCode(0)
	if fmt.Sprint(before.fields["sp_no_list"]) != "[]" {
		t.Errorf("before the period: %v", before.fields)
	}
	do("getapprovalinfo", `{"starttime":"1","endtime":"2","new_cursor":"x"}`).expectCode(40058)
	do("getapprovalinfo", `{"starttime":"1","endtime":"2","filters":[{"key":"x","value":"y"}]}`).expectCode(40058)
}
