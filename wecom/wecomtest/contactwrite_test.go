package wecomtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// newContactCaller returns a function that calls the API as the contact sync helper.
func newContactCaller(t *testing.T, s *wecomtest.Server) func(path, body string) reply {
	t.Helper()
	tok := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").expectCode(0).textField("access_token")
	return func(path, body string) reply {
		t.Helper()
		glue := "?"
		if strings.Contains(path, "?") {
			glue = "&"
		}
		if body == "" {
			return getAPI(t, s, path+glue+"access_token="+tok)
		}
		return callAPI(t, s, "POST", path+glue+"access_token="+tok, body)
	}
}

func TestMemberWrites(t *testing.T) {
	s := newFixture(t)
	do := newContactCaller(t, s)
	if r := do("user/create", `{"userid":"Neo","name":"尼奥","mobile":"13800000000","department":[2,3],"is_leader_in_dept":[0,1]}`).expectCode(0); r.textField("errmsg") != "created" {
		t.Errorf("errmsg is %q", r.textField("errmsg"))
	}
	for name, c := range map[string]struct {
		path, body string
		code       int
	}{
		"exists":             {"user/create", `{"userid":"neo","name":"n","mobile":"1"}`, 60102},
		"form":               {"user/create", `{"userid":"_x","name":"n","mobile":"1"}`, 40003},
		"no name":            {"user/create", `{"userid":"a1","mobile":"1"}`, 60112},
		"no address":         {"user/create", `{"userid":"a1","name":"n"}`, 60129},
		"same mobile":        {"user/create", `{"userid":"a1","name":"n","mobile":"13800000000"}`, 60104},
		"department":         {"user/create", `{"userid":"a1","name":"n","mobile":"1","department":[99]}`, 60003},
		"leaders":            {"user/update", `{"userid":"neo","is_leader_in_dept":[1]}`, 60132},
		"two direct leaders": {"user/update", `{"userid":"neo","direct_leader":["lisi","wangwu"]}`, 60257},
		"unknown":            {"user/update", `{"userid":"ghost"}`, 60111},
		"duplicate id":       {"user/update", `{"userid":"neo","new_userid":"lisi"}`, 60102},
		"one invalid id":     {"user/batchdelete", `{"useridlist":["neo","ghost"]}`, 60111},
		"no members":         {"user/batchdelete", `{"useridlist":[]}`, 40032},
		"delete":             {"user/delete?userid=ghost", "", 60111},
	} {
		if got := do(c.path, c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
	callAPI(t, s, "POST", "user/create?access_token="+accessToken(t, s), `{}`).expectCode(48002)
	sendMessage(t, s, "neo", `"msgtype":"text","text":{"content":"hello"}`).expectCode(0)
	do("user/update", `{"userid":"NEO","new_userid":"Thomas","position":"黑客"}`).expectCode(0)
	r := getAPI(t, s, "user/get?userid=thomas&access_token="+accessToken(t, s)).expectCode(0)
	if r.textField("position") != "黑客" || r.textField("name") != "尼奥" || fmt.Sprint(r.fields["is_leader_in_dept"]) != "[0 1]" {
		t.Errorf("member is %v", r.fields)
	}
	if m := s.Messages(corpID, "Thomas"); len(m) != 1 || m[0].UserID != "Thomas" {
		t.Errorf("the chats of a renamed member are %+v", m)
	}
	do("user/delete?userid=thomas", "").expectCode(0)
	do("user/batchdelete", `{"useridlist":["lisi","LISI"]}`).expectCode(0)
	if n := len(s.Members(corpID)); n != 2 {
		t.Errorf("%d members are left", n)
	}
}

// TestMemberWriteEvents checks that applications receive the events of a write and the contact sync
// helper that made it does not.
func TestMemberWriteEvents(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	s.AddCorp(wecomtest.Corp{ID: corpID, ContactSecret: "contact-secret", ContactCallback: wecomtest.Callback{URL: r.URL, Token: token, EncodingAESKey: aesKey}})
	setCallback(s, r.URL)
	newContactCaller(t, s)("user/create", `{"userid":"neo","name":"n","mobile":"1"}`).expectCode(0)
	s.Close() // waits for the pending callbacks
	list := s.Deliveries()
	if len(list) != 1 || list[0].Event != "subscribe" || list[0].From != "neo" {
		t.Errorf("callbacks are %+v", list)
	}
}

func TestDepartmentWrites(t *testing.T) {
	s := newFixture(t)
	do := newContactCaller(t, s)
	id := do("department/create", `{"name":"平台组","parentid":2}`).expectCode(0).fields["id"]
	if id != 4.0 {
		t.Fatalf("id is %v", id)
	}
	for name, c := range map[string]struct {
		path, body string
		code       int
	}{
		"no name":            {"department/create", `{"parentid":1}`, 60001},
		"characters":         {"department/create", `{"name":"a:b","parentid":1}`, 60009},
		"parent":             {"department/create", `{"name":"x","parentid":99}`, 60004},
		"sibling":            {"department/create", `{"name":"平台组","parentid":2}`, 60008},
		"id":                 {"department/create", `{"name":"x","parentid":2,"id":4}`, 60008},
		"loop":               {"department/update", `{"id":2,"parentid":4}`, 60010},
		"unknown":            {"department/update", `{"id":99}`, 60003},
		"root":               {"department/delete?id=1", "", 60007},
		"has members":        {"department/delete?id=3", "", 60005},
		"long name":          {"department/update", `{"id":4,"name":"` + strings.Repeat("长", 65) + `"}`, 60001},
		"unknown department": {"department/delete?id=99", "", 60003},
	} {
		if got := do(c.path, c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
	do("department/update", `{"id":4,"name":"基础平台组","order":7}`).expectCode(0)
	parent := 4
	for level := 4; level <= 15; level++ {
		parent = int(do("department/create", fmt.Sprintf(`{"name":"层%d","parentid":%d}`, level, parent)).expectCode(0).fields["id"].(float64))
	}
	do("department/create", fmt.Sprintf(`{"name":"太深","parentid":%d}`, parent)).expectCode(81002)
	do("department/delete?id=4", "").expectCode(60006)
	do(fmt.Sprintf("department/delete?id=%d", parent), "").expectCode(0)
}

func TestTags(t *testing.T) {
	s := newFixture(t)
	tok := "access_token=" + accessToken(t, s)
	post := func(path, body string) reply { t.Helper(); return callAPI(t, s, "POST", path+"?"+tok, body) }
	if id := post("tag/create", `{"tagname":"面试官"}`).expectCode(0).fields["tagid"]; id != 1.0 {
		t.Errorf("tagid is %v", id)
	}
	post("tag/create", `{"tagname":"其他","tagid":12}`).expectCode(0)
	post("tag/create", `{"tagname":"面试官"}`).expectCode(40071)
	post("tag/create", `{"tagname":"`+strings.Repeat("长", 33)+`"}`).expectCode(40072)
	post("tag/create", `{"tagname":"新","tagid":12}`).expectCode(40068)
	post("tag/addtagusers", `{"tagid":1,"userlist":[],"partylist":[]}`).expectCode(40035)
	post("tag/addtagusers", `{"tagid":1,"userlist":"lisi"}`).expectCode(40035)
	post("tag/addtagusers", `{"tagid":1,"userlist":["ghost"]}`).expectCode(40070)
	post("tag/deltagusers", `{"tagid":1,"userlist":["ghost"]}`).expectCode(40031)
	r := post("tag/addtagusers", `{"tagid":1,"userlist":["LISI","Ghost"],"partylist":[2,99]}`).expectCode(0)
	if r.textField("invalidlist") != "ghost" || fmt.Sprint(r.fields["invalidparty"]) != "[99]" {
		t.Errorf("reply is %v", r.fields)
	}
	r = getAPI(t, s, "tag/get?tagid=1&"+tok).expectCode(0)
	if r.textField("tagname") != "面试官" || len(r.fields["userlist"].([]any)) != 1 || fmt.Sprint(r.fields["partylist"]) != "[2]" {
		t.Errorf("tag is %v", r.fields)
	}
	callAPI(t, s, "POST", "message/send?"+tok, `{"totag":"1","agentid":1000002,"msgtype":"text","text":{"content":"x"}}`).expectCode(0)
	for _, user := range []string{"lisi", "zhangsan"} { // by the tag itself and by its department
		if len(s.Messages(corpID, user)) != 1 {
			t.Errorf("%s received %d messages", user, len(s.Messages(corpID, user)))
		}
	}
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 9, Secret: "nine"})
	other := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=nine").textField("access_token")
	callAPI(t, s, "POST", "tag/update?access_token="+other, `{"tagid":1,"tagname":"我的"}`).expectCode(81011)
	post("tag/update", `{"tagid":1,"tagname":"主面试官"}`).expectCode(0)
	post("tag/deltagusers", `{"tagid":1,"userlist":["lisi"]}`).expectCode(0)
	getAPI(t, s, "tag/delete?tagid=1&"+tok).expectCode(0)
	getAPI(t, s, "tag/get?tagid=1&"+tok).expectCode(40068)
	if r = getAPI(t, s, "tag/list?"+tok).expectCode(0); len(r.fields["taglist"].([]any)) != 1 {
		t.Errorf("tags are %v", r.fields)
	}
	if slices.ContainsFunc(s.Members(corpID), func(m wecomtest.Member) bool { return len(m.Tags) > 0 }) {
		t.Error("a member has a deleted tag")
	}
}
