package wecomtest_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestGetTokenRefusals(t *testing.T) {
	s := company(t)
	s.AddCorp(wecomtest.Corp{ID: "wwother", Name: "Other"})
	s.AddApp(wecomtest.App{CorpID: "wwother", AgentID: 1, Secret: "other-secret"})
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 9, Secret: "sleeping", Disabled: true})
	for query, code := range map[string]int{
		"":                                   41004, // the secret is looked for first
		"corpsecret=x":                       41002,
		"corpid=wwnobody&corpsecret=x":       40013,
		"corpid=" + corpID + "&corpsecret=x": 40001,
		"corpid=" + corpID + "&corpsecret=other-secret": 40091,
		"corpid=" + corpID + "&corpsecret=sleeping":     50003,
	} {
		if got := get(t, s, "gettoken?"+query).code(); got != code {
			t.Errorf("gettoken?%s answered %d, want %d", query, got, code)
		}
	}
}

func TestTokenLivesTwoHours(t *testing.T) {
	s := company(t)
	first := accessToken(t, s)
	s.Advance(time.Hour)
	r := get(t, s, "gettoken?corpid="+corpID+"&corpsecret="+secret)
	if r.text("access_token") != first {
		t.Error("a second gettoken within the lifetime answered another token")
	}
	if left := r.fields["expires_in"].(float64); left < 3590 || left > 3600 {
		t.Errorf("expires_in is %v an hour after the first call", left)
	}
	get(t, s, "department/list?access_token="+first).want(0)
	s.Advance(time.Hour + time.Second)
	get(t, s, "department/list?access_token="+first).want(42001)
	if accessToken(t, s) == first {
		t.Error("gettoken answered a token that had expired")
	}
}

func TestKilledToken(t *testing.T) {
	s := company(t)
	for _, code := range []int{40014, 42001} {
		tok := accessToken(t, s)
		if n := s.RevokeTokens(corpID, agent, code); n != 1 {
			t.Fatalf("killed %d tokens, want 1", n)
		}
		get(t, s, "user/get?userid=lisi&access_token="+tok).want(code)
		get(t, s, "user/get?userid=lisi&access_token="+accessToken(t, s)).want(0)
	}
}

func TestResetSecretKillsTheOldToken(t *testing.T) {
	s := company(t)
	tok := accessToken(t, s)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: "another"})
	get(t, s, "department/list?access_token="+tok).want(40014)
}

func TestTokenIsCheckedFirst(t *testing.T) {
	s := company(t)
	call(t, s, "POST", "message/send", "").want(41001)
	call(t, s, "POST", "message/send?access_token=none", "").want(40014)
	call(t, s, "POST", "message/send?access_token="+accessToken(t, s), "").want(40058)
	get(t, s, "message/send?access_token="+accessToken(t, s)).want(40058)
}

func TestFailureHasTailAndHeaders(t *testing.T) {
	s := company(t)
	r := get(t, s, "user/list?access_token="+accessToken(t, s)+"&department_id=77").want(60003)
	form := regexp.MustCompile(`^department not found, hint: \[\d{25}\], from ip: 127\.0\.0\.1, more info at https://open\.work\.weixin\.qq\.com/devtool/query\?e=60003$`)
	if !form.MatchString(r.text("errmsg")) {
		t.Errorf("errmsg %q has not WeCom's form", r.text("errmsg"))
	}
	if r.header.Get("Error-Code") != "60003" || r.header.Get("Error-Msg") == "" {
		t.Errorf("headers are %v", r.header)
	}
	if _, ok := r.fields["userlist"]; !ok {
		t.Error("the empty list is missing in the failing reply")
	}
}

func TestUntrustedAddress(t *testing.T) {
	s := company(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 5, Secret: "far", TrustedIPs: []string{"203.0.113.9"}})
	tok := get(t, s, "gettoken?corpid="+corpID+"&corpsecret=far").want(0).text("access_token")
	get(t, s, "agent/get?agentid=5&access_token="+tok).want(60020)
}

func TestContactSecret(t *testing.T) {
	s := company(t)
	tok := get(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").want(0).text("access_token")
	r := call(t, s, "POST", "user/list_id?access_token="+tok, `{"limit":2}`).want(0)
	if len(r.fields["dept_user"].([]any)) != 2 || r.text("next_cursor") == "" {
		t.Errorf("first page is %v", r.fields)
	}
	r = call(t, s, "POST", "user/list_id?access_token="+tok, `{"limit":2,"cursor":"`+r.text("next_cursor")+`"}`).want(0)
	if len(r.fields["dept_user"].([]any)) != 1 || r.text("next_cursor") != "" {
		t.Errorf("last page is %v", r.fields)
	}
	get(t, s, "user/get?userid=lisi&access_token="+tok).want(48009)
	call(t, s, "POST", "message/send?access_token="+tok, "{}").want(48002)
	call(t, s, "POST", "user/list_id?access_token="+accessToken(t, s), "{}").want(48002)
}

func TestSeedRepeats(t *testing.T) {
	var tokens [2]string
	for i := range tokens {
		s := &wecomtest.Server{Seed: 7}
		if err := s.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		fill(s)
		tokens[i] = accessToken(t, s)
	}
	if tokens[0] != tokens[1] {
		t.Error("the same seed gave two tokens")
	}
}
