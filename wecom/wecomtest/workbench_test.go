package wecomtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

const keyDataJSON = `"type":"keydata","keydata":{"items":[{"key":"待面试","data":"3"}]}`

// newWorkbenchFixture returns a company with custom workbench mode and a function that calls the
// agent API.
func newWorkbenchFixture(t *testing.T) (*wecomtest.Server, func(path, body string) reply) {
	t.Helper()
	s := newFixture(t)
	tok := accessToken(t, s)
	do := func(path, body string) reply {
		t.Helper()
		return callAPI(t, s, "POST", "agent/"+path+"?access_token="+tok, `{"agentid":1000002`+body+`}`)
	}
	do("get_workbench_template", ``).expectCode(94000)
	app := s.Apps(corpID)[0]
	app.CustomWorkbench = true
	s.AddApp(app)
	return s, do
}

func TestWorkbenchErrors(t *testing.T) {
	s, do := newWorkbenchFixture(t)
	tok := accessToken(t, s)
	callAPI(t, s, "POST", "agent/set_workbench_template?access_token="+tok, `{"type":"normal"}`).expectCode(41011)
	callAPI(t, s, "POST", "agent/set_workbench_template?access_token="+tok, `{"agentid":7,"type":"normal"}`).expectCode(301002)
	for name, c := range map[string]struct {
		path, body string
		code       int
	}{
		"type":               {"set_workbench_template", `,"type":"poem"`, 40058},
		"five figures":       {"set_workbench_template", `,"type":"keydata","keydata":{"items":[{"data":"1"},{"data":"1"},{"data":"1"},{"data":"1"},{"data":"1"}]}`, 40058},
		"no figure":          {"set_workbench_template", `,"type":"keydata","keydata":{"items":[{"key":"x"}]}`, 40058},
		"long line":          {"set_workbench_template", `,"type":"list","list":{"items":[{"title":"` + strings.Repeat("x", 129) + `"}]}`, 40058},
		"no picture":         {"set_workbench_template", `,"type":"image","image":{"url":"x"}`, 40058},
		"height":             {"set_workbench_template", `,"type":"webview","webview":{"url":"https://example.com","height":"tall"}`, 40058},
		"not yet":            {"set_workbench_data", `,"userid":"lisi",` + keyDataJSON, 40058}, // the template has no type yet
		"unknown invitee":    {"set_workbench_data", `,"userid":"ghost",` + keyDataJSON, 60111},
		"whose":              {"get_workbench_data", ``, 60111},
		"no members":         {"batch_set_workbench_data", `,"data":{` + keyDataJSON + `}`, 40032},
		"no data":            {"batch_set_workbench_data", `,"userid_list":["lisi"]`, 40058},
		"one unknown member": {"batch_set_workbench_data", `,"userid_list":["lisi","ghost"],"data":{` + keyDataJSON + `}`, 60111},
	} {
		if got := do(c.path, c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d, want %d", name, got.errcode(), c.code)
		}
	}
}

func TestWorkbench(t *testing.T) {
	s, do := newWorkbenchFixture(t)
	do("set_workbench_template", `,`+strings.Replace(keyDataJSON, "3", "0", 1)).expectCode(0)
	if do("get_workbench_template", ``).expectCode(0).textField("type") != "keydata" {
		t.Error("the template was not kept")
	}
	for range 10 {
		do("set_workbench_data", `,"userid":"LISI",`+keyDataJSON).expectCode(0)
	}
	do("set_workbench_data", `,"userid":"lisi",`+keyDataJSON).expectCode(45009)
	s.Advance(time.Minute)
	do("set_workbench_data", `,"userid":"lisi",`+keyDataJSON).expectCode(0)
	data := func(user string) string { return s.Workbench(corpID, user, agent).KeyData.Items[0].Data }
	if data("lisi") != "3" || data("zhangsan") != "0" {
		t.Errorf("tiles show %s and %s", data("lisi"), data("zhangsan"))
	}
	do("batch_set_workbench_data", `,"userid_list":["zhangsan"],"data":{`+strings.Replace(keyDataJSON, "3", "8", 1)+`}`).expectCode(0)
	if got := do("get_workbench_data", `,"userid":"zhangsan"`).expectCode(0).fields["data"].(map[string]any); got["type"] != "keydata" || data("zhangsan") != "8" {
		t.Errorf("data are %v", got)
	}
	do("set_workbench_template", `,"replace_user_data":true,`+strings.Replace(keyDataJSON, "3", "0", 1)).expectCode(0)
	if data("lisi") != "0" {
		t.Error("a member's data survived replace_user_data")
	}
	do("set_workbench_template", `,"type":"normal"`).expectCode(0)
	if s.Workbench(corpID, "lisi", agent).Type != "normal" {
		t.Error("the tile was not switched off")
	}
}
