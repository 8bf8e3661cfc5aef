package wecomtest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

const suiteID = "wwsuite000000001"

// newSuiteFixture returns a simulator with a suite that has its first ticket.
func newSuiteFixture(t *testing.T) *wecomtest.Server {
	t.Helper()
	s := newFixture(t)
	s.AddSuite(wecomtest.Suite{ID: suiteID, Secret: "suite-secret", Name: "会面", ProviderCorpID: "wwprovider", ProviderSecret: "provider-secret",
		Token: token, EncodingAESKey: aesKey, RedirectDomain: "mine.example"})
	if err := s.PushTicket(t.Context(), suiteID); err != nil {
		t.Fatal(err)
	}
	return s
}

func suiteToken(t *testing.T, s *wecomtest.Server) string {
	t.Helper()
	r := callAPI(t, s, http.MethodPost, "service/get_suite_token",
		fmt.Sprintf(`{"suite_id":%q,"suite_secret":"suite-secret","suite_ticket":%q}`, suiteID, s.SuiteTicket(suiteID)))
	if _, has := r.fields["errcode"]; has {
		t.Errorf("WeCom leaves errcode out with a suite token: %v", r.fields)
	}
	return r.textField("suite_access_token")
}

func bySuite(t *testing.T, s *wecomtest.Server, path, body string) reply {
	t.Helper()
	return callAPI(t, s, http.MethodPost, "service/"+path+"?suite_access_token="+suiteToken(t, s), body)
}

func TestSuiteToken(t *testing.T) {
	s := newSuiteFixture(t)
	ask := func(id, secret, ticket string) reply {
		return callAPI(t, s, http.MethodPost, "service/get_suite_token", fmt.Sprintf(`{"suite_id":%q,"suite_secret":%q,"suite_ticket":%q}`, id, secret, ticket))
	}
	old := s.SuiteTicket(suiteID)
	ask("wwother", "suite-secret", old).expectCode(40083)
	ask(suiteID, "wrong", old).expectCode(40080)
	ask(suiteID, "suite-secret", "wrong").expectCode(40085)
	first := suiteToken(t, s)
	if second := suiteToken(t, s); first == "" || second != first {
		t.Errorf("tokens %q and %q, want the same while it lives", first, second)
	}
	s.Advance(9 * time.Minute)
	if err := s.PushDueTickets(t.Context()); err != nil || s.SuiteTicket(suiteID) != old {
		t.Errorf("a ticket came after nine minutes (%v)", err)
	}
	s.Advance(time.Minute)
	if err := s.PushDueTickets(t.Context()); err != nil || s.SuiteTicket(suiteID) == old {
		t.Errorf("no ticket came after ten minutes (%v)", err)
	}
	s.Advance(20 * time.Minute)
	ask(suiteID, "suite-secret", old).expectCode(40085) // thirty minutes old
	getAPI(t, s, "service/get_pre_auth_code?suite_access_token="+first).expectCode(0)
	if n := s.RevokeSuiteTokens(suiteID); n != 1 {
		t.Errorf("%d tokens died", n)
	}
	getAPI(t, s, "service/get_pre_auth_code?suite_access_token="+first).expectCode(40082)
	getAPI(t, s, "service/get_pre_auth_code").expectCode(41001)
}

// TestInstructAddress checks that the instruct address must reply "success", and that its receive
// id is that of the suite.
func TestInstructAddress(t *testing.T) {
	s := newSuiteFixture(t)
	tries, answer := 0, ""
	mine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		tries++
		_, _ = w.Write([]byte(answer))
	}))
	defer mine.Close()
	s.AddSuite(wecomtest.Suite{ID: suiteID, Secret: "suite-secret", InstructURL: mine.URL, Token: token, EncodingAESKey: aesKey})
	if err := s.PushTicket(t.Context(), suiteID); err == nil || tries != 3 {
		t.Errorf("an empty answer was taken (%v) after %d tries", err, tries)
	}
	answer = "success"
	if err := s.PushTicket(t.Context(), suiteID); err != nil || tries != 4 {
		t.Errorf("success was not taken (%v) after %d tries", err, tries)
	}
	sent := s.Deliveries()
	if last := sent[len(sent)-1]; last.CorpID != suiteID || !strings.Contains(last.Plain, s.SuiteTicket(suiteID)) {
		t.Errorf("sent %+v", last)
	}
}

// installFromSite installs a suite from the provider's site and returns the auth_code.
func installFromSite(t *testing.T, s *wecomtest.Server) string {
	t.Helper()
	pre := getAPI(t, s, "service/get_pre_auth_code?suite_access_token="+suiteToken(t, s)).expectCode(0).textField("pre_auth_code")
	bySuite(t, s, "set_session_info", fmt.Sprintf(`{"pre_auth_code":%q,"session_info":{"auth_type":1}}`, pre)).expectCode(0)
	page := "https://open.work.weixin.qq.com/3rdapp/install?" + url.Values{"suite_id": {suiteID}, "pre_auth_code": {pre},
		"redirect_uri": {"https://mine.example/done"}, "state": {"abc"}}.Encode()
	back, err := s.FollowInstall(page, corpID, "lisi", 1000009)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil || u.Host != "mine.example" || u.Query().Get("state") != "abc" {
		t.Fatalf("led back to %q (%v)", back, err)
	}
	return u.Query().Get("auth_code")
}

func TestInstallation(t *testing.T) {
	s := newSuiteFixture(t)
	bySuite(t, s, "set_session_info", `{"pre_auth_code":"none","session_info":{"auth_type":0}}`).expectCode(40058)
	code := installFromSite(t, s)
	bySuite(t, s, "v2/get_permanent_code", `{"auth_code":"none"}`).expectCode(40029)
	got := bySuite(t, s, "v2/get_permanent_code", fmt.Sprintf(`{"auth_code":%q}`, code)).expectCode(0)
	bySuite(t, s, "v2/get_permanent_code", fmt.Sprintf(`{"auth_code":%q}`, code)).expectCode(40029)
	permanent := got.textField("permanent_code")
	mine := fmt.Sprintf(`{"auth_corpid":%q,"permanent_code":%q}`, corpID, permanent)
	if info := bySuite(t, s, "v2/get_auth_info", mine).expectCode(0); !strings.Contains(fmt.Sprint(info.fields["auth_info"]), "agentid:1.000009e+06") {
		t.Errorf("auth_info %v", info.fields)
	}
	bySuite(t, s, "get_corp_token", fmt.Sprintf(`{"auth_corpid":%q,"permanent_code":"wrong"}`, corpID)).expectCode(40084)
	bySuite(t, s, "get_corp_token", `{"auth_corpid":"wwnone","permanent_code":"x"}`).expectCode(40013)
	getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret="+permanent).expectCode(40001)
	corp := bySuite(t, s, "get_corp_token", mine).textField("access_token")
	if admins := callAPI(t, s, http.MethodPost, "agent/get_admin_list?access_token="+corp, `{}`).expectCode(0); !strings.Contains(fmt.Sprint(admins.fields), "lisi") {
		t.Errorf("administrators %v", admins.fields)
	}
	open := callAPI(t, s, http.MethodPost, "batch/userid_to_openuserid?access_token="+corp, `{"userid_list":["lisi","nobody"]}`).expectCode(0)
	if fmt.Sprint(open.fields["invalid_userid_list"]) != "[nobody]" {
		t.Errorf("open ids %v", open.fields)
	}
	callAPI(t, s, http.MethodPost, "batch/userid_to_openuserid?access_token="+accessToken(t, s), `{"userid_list":["lisi"]}`).expectCode(48002)
	if err := s.ChangeRange(t.Context(), suiteID, corpID, nil, []int64{3}, nil); err != nil {
		t.Fatal(err)
	}
	callAPI(t, s, http.MethodGet, "user/get?userid=ZhangSan&access_token="+corp, "").expectCode(60011)
	if err := s.Uninstall(t.Context(), suiteID, corpID); err != nil {
		t.Fatal(err)
	}
	bySuite(t, s, "get_corp_token", mine).expectCode(40084)
	callAPI(t, s, http.MethodPost, "agent/get_admin_list?access_token="+corp, `{}`).expectCode(40014)
}

// TestSuiteCallsOfVersion1 checks the calls that existing clients make to install a suite and to sign
// in.
func TestSuiteCallsOfVersion1(t *testing.T) {
	s := newSuiteFixture(t)
	got := bySuite(t, s, "get_permanent_code", fmt.Sprintf(`{"auth_code":%q}`, installFromSite(t, s))).expectCode(0)
	permanent, corp := got.textField("permanent_code"), got.textField("access_token")
	if text := fmt.Sprint(got.fields); permanent == "" || !strings.Contains(text, "agentid:1.000009e+06") || !strings.Contains(text, "corp_type:verified") || got.fields["expires_in"] == nil {
		t.Errorf("get_permanent_code: %v", got.fields)
	}
	getAPI(t, s, "user/get?userid=lisi&access_token="+corp).expectCode(0)
	mine := fmt.Sprintf(`{"auth_corpid":%q,"permanent_code":%q}`, corpID, permanent)
	if info := bySuite(t, s, "get_auth_info", mine).expectCode(0); !strings.Contains(fmt.Sprint(info.fields["auth_info"]), "agentid:1.000009e+06") {
		t.Errorf("get_auth_info: %v", info.fields)
	}
	admins := bySuite(t, s, "get_admin_list", fmt.Sprintf(`{"auth_corpid":%q,"agentid":1000009}`, corpID)).expectCode(0)
	if text := fmt.Sprint(admins.fields["admin"]); !strings.Contains(text, "userid:lisi") || !strings.Contains(text, "auth_type:1") {
		t.Errorf("get_admin_list: %v", admins.fields)
	}
	bySuite(t, s, "get_admin_list", fmt.Sprintf(`{"auth_corpid":%q,"agentid":1}`, corpID)).expectCode(40058)
	who := getAPI(t, s, "service/getuserinfo3rd?suite_access_token="+suiteToken(t, s)+"&code="+s.SuiteSignInCode(suiteID, corpID, "lisi")).expectCode(0)
	if who.textField("CorpId") != corpID || who.textField("UserId") != "lisi" || !strings.HasPrefix(who.textField("open_userid"), "wo") {
		t.Errorf("getuserinfo3rd: %v", who.fields)
	}
}

func TestExpiredInstallation(t *testing.T) {
	s := newSuiteFixture(t)
	code := installFromSite(t, s)
	s.Advance(10 * time.Minute)
	bySuite(t, s, "v2/get_permanent_code", fmt.Sprintf(`{"auth_code":%q}`, code)).expectCode(40029)
	if err := s.Install(t.Context(), suiteID, corpID, "lisi", 1000010); err == nil {
		t.Error("it was installed twice")
	}
	if _, err := s.FollowInstall("https://open.work.weixin.qq.com/3rdapp/install?suite_id="+suiteID+"&redirect_uri=https://evil.example/", corpID, "lisi", 1); err == nil {
		t.Error("an installation led to another domain")
	}
}

func TestSuiteSignIn(t *testing.T) {
	s := newSuiteFixture(t)
	info := func(code string) reply {
		return getAPI(t, s, "service/auth/getuserinfo3rd?suite_access_token="+suiteToken(t, s)+"&code="+code)
	}
	info("").expectCode(41008)
	code := s.SuiteSignInCode(suiteID, corpID, "lisi")
	if who := info(code).expectCode(0); who.textField("userid") == "lisi" || who.textField("userid") != who.textField("open_userid") {
		t.Errorf("without an authorization the ids are plain: %v", who.fields)
	}
	info(code).expectCode(40029)
	installFromSite(t, s)
	if who := info(s.SuiteSignInCode(suiteID, corpID, "lisi")).expectCode(0); who.textField("userid") != "lisi" || who.textField("corpid") != corpID {
		t.Errorf("signed in: %v", who.fields)
	}
	late := s.SuiteSignInCode(suiteID, corpID, "lisi")
	s.Advance(5 * time.Minute)
	info(late).expectCode(40029)
}

func TestProviderToken(t *testing.T) {
	s := newSuiteFixture(t)
	ask := func(corp, secret string) reply {
		return callAPI(t, s, http.MethodPost, "service/get_provider_token", fmt.Sprintf(`{"corpid":%q,"provider_secret":%q}`, corp, secret))
	}
	ask("wwnone", "x").expectCode(40013)
	ask("wwprovider", "x").expectCode(40001)
	value := ask("wwprovider", "provider-secret").textField("provider_access_token")
	open := callAPI(t, s, http.MethodPost, "service/corpid_to_opencorpid?provider_access_token="+value, fmt.Sprintf(`{"corpid":%q}`, corpID)).expectCode(0)
	if id := open.textField("open_corpid"); !strings.HasPrefix(id, "wp") {
		t.Errorf("open_corpid %q", id)
	}
	callAPI(t, s, http.MethodPost, "service/corpid_to_opencorpid?provider_access_token=wrong", `{}`).expectCode(40014)
	s.Advance(2 * time.Hour)
	callAPI(t, s, http.MethodPost, "service/corpid_to_opencorpid?provider_access_token="+value, `{}`).expectCode(42001)
	for _, c := range s.Calls("service/get_provider_token") {
		if strings.Contains(c.Request+c.Response, "provider-secret") || strings.Contains(c.Request+c.Response, value) {
			t.Errorf("the log shows a secret: %s %s", c.Request, c.Response)
		}
	}
}
