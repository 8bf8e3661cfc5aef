package wecomtest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestTextTruncation(t *testing.T) {
	s := newFixture(t)
	long := strings.Repeat("面", 800) // 2,400 bytes
	r := sendMessage(t, s, "ZHANGSAN", fmt.Sprintf(`"msgtype":"text","text":{"content":%q}`, long)).expectCode(0)
	m, err := s.WaitMessage(contextWithTimeout(t), corpID, "zhangsan", nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.MsgID != r.textField("msgid") || m.AgentID != agent || m.FromUser {
		t.Errorf("message is %+v", m)
	}
	if len(m.Text.Content) != 2046 || strings.Trim(m.Text.Content, "面") != "" {
		t.Errorf("%d bytes arrived, want 2,046: whole characters within 2,048 bytes", len(m.Text.Content))
	}
}

func TestRecipients(t *testing.T) {
	s := newFixture(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "free", Name: "无许可", Unlicensed: true})
	const text = `"msgtype":"text","text":{"content":"x"}`
	r := sendMessage(t, s, "lisi|NoBody| wangwu", text).expectCode(0)
	if r.textField("invaliduser") != "nobody|wangwu" {
		t.Errorf("invaliduser is %q", r.textField("invaliduser"))
	}
	r = sendMessage(t, s, "nobody", text).expectCode(81013)
	if r.textField("invaliduser") != "nobody" {
		t.Errorf("81013 with invaliduser %q", r.textField("invaliduser"))
	}
	if r = sendMessage(t, s, "free|lisi", text).expectCode(0); r.textField("unlicenseduser") != "free" {
		t.Errorf("unlicenseduser is %q", r.textField("unlicenseduser"))
	}
	if n := len(s.Messages(corpID, "free")); n != 0 {
		t.Errorf("an unlicensed member received %d messages", n)
	}
	r = callAPI(t, s, "POST", "message/send?access_token="+accessToken(t, s), `{"toparty":"2 | 77","agentid":"1000002",`+text+`}`).expectCode(0)
	if r.textField("invalidparty") != "77" || len(s.Messages(corpID, "zhangsan")) != 1 {
		t.Errorf("to a department: %v", r.fields)
	}
	before := len(s.Messages(corpID, "lisi"))
	sendMessage(t, s, "@all", text).expectCode(0)
	if len(s.Messages(corpID, "lisi")) != before+1 || len(s.Messages(corpID, "wangwu")) != 0 {
		t.Error("@all did not reach exactly the active members")
	}
}

func TestVisibleRange(t *testing.T) {
	s := newFixture(t)
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 21, ParentID: 2, Name: "平台组"})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "deep", Name: "深", Departments: []int64{21, 3}})
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, VisibleParties: []int64{2}})
	tok := accessToken(t, s)
	getAPI(t, s, "user/get?userid=lisi&access_token="+tok).expectCode(60011)
	getAPI(t, s, "user/get?userid=ghost&access_token="+tok).expectCode(60111)
	r := getAPI(t, s, "user/get?userid=DEEP&access_token="+tok).expectCode(0)
	if fmt.Sprint(r.fields["department"]) != "[21]" {
		t.Errorf("departments outside the range are shown: %v", r.fields["department"])
	}
	if _, ok := r.fields["mobile"]; ok {
		t.Error("a sensitive field is shown to a new application")
	}
	if d := getAPI(t, s, "department/list?access_token="+tok).expectCode(0); len(d.fields["department"].([]any)) != 2 {
		t.Errorf("departments are %v", d.fields["department"])
	}
	getAPI(t, s, "user/list?department_id=3&access_token="+tok).expectCode(0) // deep is in it and visible
	getAPI(t, s, "department/list?id=3&access_token="+tok).expectCode(60011)
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"x"}`).expectCode(81013)
}

func TestContentRules(t *testing.T) {
	s := newFixture(t)
	long := strings.Repeat("x", 2049)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"no type":           {`"msgtype":"poem"`, 40008},
		"empty text":        {`"msgtype":"text","text":{"content":""}`, 44004},
		"long markdown":     {`"msgtype":"markdown","markdown":{"content":"` + long + `"}`, 40058},
		"card title":        {`"msgtype":"textcard","textcard":{"description":"d","url":"https://a"}`, 41016},
		"card description":  {`"msgtype":"textcard","textcard":{"title":"t","url":"https://a"}`, 41033},
		"card address":      {`"msgtype":"textcard","textcard":{"title":"t","description":"d"}`, 41010},
		"card address form": {`"msgtype":"textcard","textcard":{"title":"t","description":"d","url":"a.example"}`, 40094},
		"card address size": {`"msgtype":"textcard","textcard":{"title":"t","description":"d","url":"https://` + long + `"}`, 40058},
		"unknown media":     {`"msgtype":"file","file":{"media_id":"x"}`, 40007},
		"no media":          {`"msgtype":"image","image":{}`, 41006},
		"safe news":         {`"msgtype":"news","safe":1,"news":{"articles":[{"title":"t","url":"https://a"}]}`, 40074},
		"nine articles":     {`"msgtype":"news","news":{"articles":[{},{},{},{},{},{},{},{},{}]}`, 45008},
		"long interval":     {`"msgtype":"text","duplicate_check_interval":14401,"text":{"content":"x"}`, 40058},
	} {
		if got := sendMessage(t, s, "lisi", c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
	tok := accessToken(t, s)
	callAPI(t, s, "POST", "message/send?access_token="+tok, `{"touser":"lisi","agentid":7,"msgtype":"text","text":{"content":"x"}}`).expectCode(301002)
	callAPI(t, s, "POST", "message/send?access_token="+tok, `{"touser":"lisi","msgtype":"text","text":{"content":"x"}}`).expectCode(41011)
	callAPI(t, s, "POST", "message/send?access_token="+tok, `{"agentid":1000002,"msgtype":"text","text":{"content":"x"}}`).expectCode(82001)
	callAPI(t, s, "POST", "message/send?access_token="+tok, `{"agentid":1000002,`).expectCode(40058)
	if n := len(s.Messages(corpID, "lisi")); n != 0 {
		t.Errorf("%d rejected messages were delivered", n)
	}
}

func TestTextCardTruncation(t *testing.T) {
	s := newFixture(t)
	sendMessage(t, s, "lisi", fmt.Sprintf(`"msgtype":"textcard","enable_id_trans":1,"textcard":{"title":%q,"description":"$userName=zhangsan$ / $departmentName=2$ / $userName=ghost$","url":"https://a.example","btntxt":"一二三四五"}`,
		strings.Repeat("题", 129))).expectCode(0)
	m := s.Messages(corpID, "lisi")[0]
	if n := len([]rune(m.TextCard.Title)); n != 128 {
		t.Errorf("title has %d characters", n)
	}
	if m.TextCard.BtnTxt != "一二三四" || m.TextCard.Description != "张三 / 研发部 / $userName=ghost$" {
		t.Errorf("card is %+v", m.TextCard)
	}
}

func TestDuplicateCheck(t *testing.T) {
	s := newFixture(t)
	const body = `"enable_duplicate_check":1,"msgtype":"text","text":{"content":"once"}`
	sendMessage(t, s, "lisi", body).expectCode(0)
	sendMessage(t, s, "lisi", body).expectCode(0)
	if n := len(s.Messages(corpID, "lisi")); n != 1 {
		t.Fatalf("%d messages after a repeated request, want 1", n)
	}
	sendMessage(t, s, "lisi", strings.Replace(body, "once", "twice", 1)).expectCode(0)
	s.Advance(31 * time.Minute)
	sendMessage(t, s, "lisi", body).expectCode(0)
	if n := len(s.Messages(corpID, "lisi")); n != 3 {
		t.Errorf("%d messages, want 3: another text, and the same one after the interval", n)
	}
}

func TestMemberQuota(t *testing.T) {
	s := newFixture(t)
	const body = `"msgtype":"text","text":{"content":"x"}`
	for range 35 {
		sendMessage(t, s, "lisi", body).expectCode(0)
	}
	if n := len(s.Messages(corpID, "lisi")); n != 30 {
		t.Errorf("%d messages within a minute, want 30: the rest is dropped without an error", n)
	}
	s.Advance(time.Minute)
	sendMessage(t, s, "lisi", body).expectCode(0)
	if n := len(s.Messages(corpID, "lisi")); n != 31 {
		t.Errorf("%d messages after the minute, want 31", n)
	}
}

func TestRecall(t *testing.T) {
	s := newFixture(t)
	id := sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"oops"}`).expectCode(0).textField("msgid")
	tok := accessToken(t, s)
	callAPI(t, s, http.MethodPost, "message/recall?access_token="+tok, `{"msgid":"nope"}`).expectCode(40058)
	callAPI(t, s, http.MethodPost, "message/recall?access_token="+tok, `{"msgid":"`+id+`"}`).expectCode(0)
	if m := s.Messages(corpID, "lisi")[0]; !m.Recalled || m.Text != nil {
		t.Errorf("message after the recall is %+v", m)
	}
	s.Advance(25 * time.Hour)
	callAPI(t, s, http.MethodPost, "message/recall?access_token="+accessToken(t, s), `{"msgid":"`+id+`"}`).expectCode(42052)
}

func TestWaitMessageContext(t *testing.T) {
	s := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.WaitMessage(ctx, corpID, "lisi", nil); err == nil {
		t.Error("WaitMessage returned neither a message nor an error")
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.WaitMessage(contextWithTimeout(t), corpID, "lisi", func(m wecomtest.Message) bool { return m.MsgType == "text" })
		done <- err
	}()
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"x"}`).expectCode(0)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
