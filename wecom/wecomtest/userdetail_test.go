package wecomtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestUserDetail(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Mobile: "13800000000", Gender: "2", BizMail: "lisi@acme.example", Email: "lisi@home.example"})
	getPage(t, b, s.URL()+"/?as=lisi")
	private := strings.Replace(authorizeURL(s, redirectURL, "&agentid=1000002"), "snsapi_base", "snsapi_privateinfo", 1)
	tok := accessToken(t, s)
	ticketOf := func(address string) string {
		t.Helper()
		_, location, _ := getPage(t, b, address)
		return getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code="+codeFromRedirect(t, location)).expectCode(0).textField("user_ticket")
	}
	detail := func(ticket string) reply {
		t.Helper()
		return callAPI(t, s, "POST", "auth/getuserdetail?access_token="+tok, `{"user_ticket":"`+ticket+`"}`)
	}
	if ticketOf(authorizeURL(s, redirectURL, "&agentid=1000002")) != "" {
		t.Error("the silent scope gave a ticket")
	}
	if ticketOf(strings.Replace(private, "&agentid=1000002", "", 1)) != "" {
		t.Error("without an agent id a ticket was given")
	}
	ticket := ticketOf(private)
	if r := detail(ticket).expectCode(0); r.textField("userid") != "lisi" || r.textField("mobile") != "13800000000" || r.textField("gender") != "2" {
		t.Errorf("detail is %v", r.fields)
	}
	detail("none").expectCode(84015)
	detail("").expectCode(84090)
	s.Advance(30 * time.Minute)
	detail(ticket).expectCode(84014)
}

func TestFindMembers(t *testing.T) {
	s := newFixture(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Mobile: "13800000000", BizMail: "lisi@acme.example", Email: "lisi@home.example"})
	tok := "?access_token=" + accessToken(t, s)
	for body, code := range map[string]int{`{"mobile":"13800000000"}`: 0, `{"mobile":"13900000000"}`: 46004, `{"mobile":"1"}`: 60103} {
		callAPI(t, s, "POST", "user/getuserid"+tok, body).expectCode(code)
	}
	for body, code := range map[string]int{
		`{"email":"LISI@acme.example"}`: 0, `{"email":"lisi@home.example"}`: 46004,
		`{"email":"lisi@home.example","email_type":2}`: 0, `{"email":"x"}`: 60105,
	} {
		callAPI(t, s, "POST", "user/get_userid_by_email"+tok, body).expectCode(code)
	}
}

func TestSetAgent(t *testing.T) {
	s := newFixture(t)
	tok := "access_token=" + accessToken(t, s)
	for body, code := range map[string]int{
		`{"name":"x"}`: 41011, `{"agentid":9}`: 301002, `{"agentid":1000002,"description":"abc"}`: 45004,
		`{"agentid":1000002,"name":"` + strings.Repeat("长", 33) + `"}`: 45022,
		`{"agentid":1000002,"home_url":"ftp://a"}`:                     40094,
		`{"agentid":1000002,"logo_mediaid":"none"}`:                    40007,
	} {
		callAPI(t, s, "POST", "agent/set?"+tok, body).expectCode(code)
	}
	callAPI(t, s, "POST", "agent/set?"+tok, `{"agentid":1000002,"name":"新名字","redirect_domain":"new.example","isreportenter":1}`).expectCode(0)
	r := getAPI(t, s, "agent/get?agentid=1000002&"+tok).expectCode(0)
	if r.textField("name") != "新名字" || r.textField("redirect_domain") != "new.example" || r.fields["isreportenter"] != 1.0 {
		t.Errorf("application is %v", r.fields)
	}
}
