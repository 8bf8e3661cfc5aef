package wecomtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestUserDetail(t *testing.T) {
	s, b := company(t), browser(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Mobile: "13800000000", Gender: "2", BizMail: "lisi@acme.example", Email: "lisi@home.example"})
	visit(t, b, s.URL()+"/?as=lisi")
	private := strings.Replace(authorize(s, back, "&agentid=1000002"), "snsapi_base", "snsapi_privateinfo", 1)
	tok := accessToken(t, s)
	ticketOf := func(address string) string {
		t.Helper()
		_, location, _ := visit(t, b, address)
		return get(t, s, "auth/getuserinfo?access_token="+tok+"&code="+codeOf(t, location)).want(0).text("user_ticket")
	}
	detail := func(ticket string) reply {
		t.Helper()
		return call(t, s, "POST", "auth/getuserdetail?access_token="+tok, `{"user_ticket":"`+ticket+`"}`)
	}
	if ticketOf(authorize(s, back, "&agentid=1000002")) != "" {
		t.Error("the silent scope gave a ticket")
	}
	if ticketOf(strings.Replace(private, "&agentid=1000002", "", 1)) != "" {
		t.Error("without an agent id a ticket was given")
	}
	ticket := ticketOf(private)
	if r := detail(ticket).want(0); r.text("userid") != "lisi" || r.text("mobile") != "13800000000" || r.text("gender") != "2" {
		t.Errorf("detail is %v", r.fields)
	}
	detail("none").want(84015)
	detail("").want(84090)
	s.Advance(30 * time.Minute)
	detail(ticket).want(84014)
}

func TestFindingMembers(t *testing.T) {
	s := company(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Mobile: "13800000000", BizMail: "lisi@acme.example", Email: "lisi@home.example"})
	tok := "?access_token=" + accessToken(t, s)
	for body, code := range map[string]int{`{"mobile":"13800000000"}`: 0, `{"mobile":"13900000000"}`: 46004, `{"mobile":"1"}`: 60103} {
		call(t, s, "POST", "user/getuserid"+tok, body).want(code)
	}
	for body, code := range map[string]int{
		`{"email":"LISI@acme.example"}`: 0, `{"email":"lisi@home.example"}`: 46004,
		`{"email":"lisi@home.example","email_type":2}`: 0, `{"email":"x"}`: 60105,
	} {
		call(t, s, "POST", "user/get_userid_by_email"+tok, body).want(code)
	}
}

func TestAgentSet(t *testing.T) {
	s := company(t)
	tok := "access_token=" + accessToken(t, s)
	for body, code := range map[string]int{
		`{"name":"x"}`: 41011, `{"agentid":9}`: 301002, `{"agentid":1000002,"description":"abc"}`: 45004,
		`{"agentid":1000002,"name":"` + strings.Repeat("长", 33) + `"}`: 45022,
		`{"agentid":1000002,"home_url":"ftp://a"}`:                     40094,
		`{"agentid":1000002,"logo_mediaid":"none"}`:                    40007,
	} {
		call(t, s, "POST", "agent/set?"+tok, body).want(code)
	}
	call(t, s, "POST", "agent/set?"+tok, `{"agentid":1000002,"name":"新名字","redirect_domain":"new.example","isreportenter":1}`).want(0)
	r := get(t, s, "agent/get?agentid=1000002&"+tok).want(0)
	if r.text("name") != "新名字" || r.text("redirect_domain") != "new.example" || r.fields["isreportenter"] != 1.0 {
		t.Errorf("application is %v", r.fields)
	}
}
