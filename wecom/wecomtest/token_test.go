package wecomtest_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestGetTokenErrors(t *testing.T) {
	s := newFixture(t)
	s.AddCorp(wecomtest.Corp{ID: "wwother", Name: "Other"})
	s.AddApp(wecomtest.App{CorpID: "wwother", AgentID: 1, Secret: "other-secret"})
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 9, Secret: "sleeping", Disabled: true})
	for query, code := range map[string]int{
		"":                                   41004, // the secret is checked first
		"corpsecret=x":                       41002,
		"corpid=wwnobody&corpsecret=x":       40013,
		"corpid=" + corpID + "&corpsecret=x": 40001,
		"corpid=" + corpID + "&corpsecret=other-secret": 40091,
		"corpid=" + corpID + "&corpsecret=sleeping":     50003,
	} {
		if got := getAPI(t, s, "gettoken?"+query).errcode(); got != code {
			t.Errorf("gettoken?%s answered %d, want %d", query, got, code)
		}
	}
}

func TestTokenExpiry(t *testing.T) {
	s := newFixture(t)
	first := accessToken(t, s)
	s.Advance(time.Hour)
	r := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret="+secret)
	if r.textField("access_token") != first {
		t.Error("a second gettoken within the lifetime answered another token")
	}
	if left := r.fields["expires_in"].(float64); left < 3590 || left > 3600 {
		t.Errorf("expires_in is %v an hour after the first call", left)
	}
	getAPI(t, s, "department/list?access_token="+first).expectCode(0)
	s.Advance(time.Hour + time.Second)
	getAPI(t, s, "department/list?access_token="+first).expectCode(42001)
	if accessToken(t, s) == first {
		t.Error("gettoken answered a token that had expired")
	}
}

func TestRevokedToken(t *testing.T) {
	s := newFixture(t)
	for _, code := range []int{40014, 42001} {
		tok := accessToken(t, s)
		if n := s.RevokeTokens(corpID, agent, code); n != 1 {
			t.Fatalf("revoked %d tokens, want 1", n)
		}
		getAPI(t, s, "user/get?userid=lisi&access_token="+tok).expectCode(code)
		getAPI(t, s, "user/get?userid=lisi&access_token="+accessToken(t, s)).expectCode(0)
	}
}

func TestSecretResetRevokesToken(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: "another"})
	getAPI(t, s, "department/list?access_token="+tok).expectCode(40014)
}

func TestTokenCheckOrder(t *testing.T) {
	s := newFixture(t)
	callAPI(t, s, "POST", "message/send", "").expectCode(41001)
	callAPI(t, s, "POST", "message/send?access_token=none", "").expectCode(40014)
	callAPI(t, s, "POST", "message/send?access_token="+accessToken(t, s), "").expectCode(40058)
	getAPI(t, s, "message/send?access_token="+accessToken(t, s)).expectCode(40058)
}

func TestErrorReplyFormat(t *testing.T) {
	s := newFixture(t)
	r := getAPI(t, s, "user/list?access_token="+accessToken(t, s)+"&department_id=77").expectCode(60003)
	form := regexp.MustCompile(`^department not found, hint: \[\d{25}\], from ip: 127\.0\.0\.1, more info at https://open\.work\.weixin\.qq\.com/devtool/query\?e=60003$`)
	if !form.MatchString(r.textField("errmsg")) {
		t.Errorf("errmsg %q has not WeCom's form", r.textField("errmsg"))
	}
	if r.header.Get("Error-Code") != "60003" || r.header.Get("Error-Msg") == "" {
		t.Errorf("headers are %v", r.header)
	}
	if _, ok := r.fields["userlist"]; !ok {
		t.Error("the empty list is missing in the failing reply")
	}
}

func TestTrustedIPs(t *testing.T) {
	s := newFixture(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 5, Secret: "far", TrustedIPs: []string{"203.0.113.9"}})
	tok := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=far").expectCode(0).textField("access_token")
	getAPI(t, s, "agent/get?agentid=5&access_token="+tok).expectCode(60020)
}

func TestContactSecret(t *testing.T) {
	s := newFixture(t)
	tok := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").expectCode(0).textField("access_token")
	r := callAPI(t, s, "POST", "user/list_id?access_token="+tok, `{"limit":2}`).expectCode(0)
	if len(r.fields["dept_user"].([]any)) != 2 || r.textField("next_cursor") == "" {
		t.Errorf("first page is %v", r.fields)
	}
	r = callAPI(t, s, "POST", "user/list_id?access_token="+tok, `{"limit":2,"cursor":"`+r.textField("next_cursor")+`"}`).expectCode(0)
	if len(r.fields["dept_user"].([]any)) != 1 || r.textField("next_cursor") != "" {
		t.Errorf("last page is %v", r.fields)
	}
	getAPI(t, s, "user/get?userid=lisi&access_token="+tok).expectCode(48009)
	callAPI(t, s, "POST", "message/send?access_token="+tok, "{}").expectCode(48002)
	callAPI(t, s, "POST", "user/list_id?access_token="+accessToken(t, s), "{}").expectCode(48002)
}

func TestSeedTokens(t *testing.T) {
	var tokens [2]string
	for i := range tokens {
		s := &wecomtest.Server{Seed: 7}
		if err := s.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		fillFixture(s)
		tokens[i] = accessToken(t, s)
	}
	if tokens[0] != tokens[1] {
		t.Error("the same seed gave two tokens")
	}
}
