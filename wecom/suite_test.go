package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

// fakeProvider is a fake WeCom with one suite; it records the bodies of calls.
type fakeProvider struct {
	t      *testing.T
	bodies map[string]string
	calls  map[string]int
	dead   bool // whether the next call rejects the suite token
}

func (p *fakeProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, basePath+"/cgi-bin/")
	data, _ := io.ReadAll(r.Body)
	p.bodies[path] = string(data)
	p.calls[path]++
	if token := r.URL.Query().Get("suite_access_token"); p.dead && token == "suite-1" {
		p.dead = false
		_, _ = io.WriteString(w, `{"errcode":40082,"errmsg":"invalid suite_token"}`)
		return
	}
	answers := map[string]string{
		"service/get_suite_token":       `{"suite_access_token":"suite-` + string(rune('0'+p.calls[path])) + `","expires_in":7200}`,
		"service/get_provider_token":    `{"provider_access_token":"provider-1","expires_in":7200}`,
		"service/get_corp_token":        `{"access_token":"corp-1","expires_in":7200}`,
		"service/get_pre_auth_code":     `{"errcode":0,"errmsg":"ok","pre_auth_code":"PRE","expires_in":1200}`,
		"service/set_session_info":      `{"errcode":0}`,
		"service/v2/get_permanent_code": `{"errcode":0,"permanent_code":"PERM","auth_corp_info":{"corpid":"wpcorp","corp_name":"Acme"},"auth_user_info":{"userid":"woadmin"}}`,
		"service/v2/get_auth_info":      `{"errcode":0,"auth_corp_info":{"corpid":"wpcorp","corp_name":"Acme"},"auth_info":{"agent":[{"agentid":1000003,"privilege":{"level":1,"allow_party":[1]}}]}}`,
		"service/auth/getuserinfo3rd":   `{"errcode":0,"corpid":"wpcorp","userid":"woA","open_userid":"woA"}`,
		"service/corpid_to_opencorpid":  `{"errcode":0,"open_corpid":"wpcorp"}`,
		"message/send":                  `{"errcode":0,"msgid":"m1"}`,
		"batch/userid_to_openuserid":    `{"errcode":0,"open_userid_list":[{"userid":"a","open_userid":"woA"}],"invalid_userid_list":["x"]}`,
		"agent/get_admin_list":          `{"errcode":0,"admin":[{"userid":"woA","auth_type":1}]}`,
	}
	answer, known := answers[path]
	if !known {
		p.t.Errorf("unexpected call of %s", path)
	}
	_, _ = io.WriteString(w, answer)
}

func newProvider(t *testing.T) (*fakeProvider, *Suite) {
	t.Helper()
	p := &fakeProvider{t: t, bodies: map[string]string{}, calls: map[string]int{}}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	s, err := NewSuite(SuiteConfig{SuiteID: "wwsuite", SuiteSecret: testSecret, ProviderCorpID: "wwprovider", ProviderSecret: "provider-secret",
		SuiteTicket: func(context.Context) (Secret, error) { return "TICKET", nil }, BaseURL: srv.URL + basePath})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func (p *fakeProvider) expectBody(path, want string) {
	p.t.Helper()
	var a, b any
	if json.Unmarshal([]byte(p.bodies[path]), &a) != nil || json.Unmarshal([]byte(want), &b) != nil || !reflect.DeepEqual(a, b) {
		p.t.Errorf("%s was sent %s, want %s", path, p.bodies[path], want)
	}
}

func TestSuiteInstallAndSend(t *testing.T) {
	p, s := newProvider(t)
	ctx := t.Context()
	code, err := s.GetPreAuthCode(ctx)
	if err != nil || code != "PRE" {
		t.Fatalf("code %q, %v", string(code), err)
	}
	p.expectBody("service/get_suite_token", `{"suite_id":"wwsuite","suite_secret":"`+testSecret+`","suite_ticket":"TICKET"}`)
	if err := s.SetSessionInfo(ctx, code, true); err != nil {
		t.Error(err)
	}
	p.expectBody("service/set_session_info", `{"pre_auth_code":"PRE","session_info":{"auth_type":1}}`)
	u, err := url.Parse(s.InstallURL(code, "https://x.example/back?a=b", "state1"))
	if err != nil || u.Host != "open.work.weixin.qq.com" || u.Query().Get("suite_id") != "wwsuite" ||
		u.Query().Get("pre_auth_code") != "PRE" || u.Query().Get("redirect_uri") != "https://x.example/back?a=b" {
		t.Errorf("address is %s, %v", u, err)
	}
	in, err := s.GetPermanentCode(ctx, "AUTH")
	if err != nil || in.PermanentCode != "PERM" || in.Corp.CorpID != "wpcorp" || in.Installer.UserID != "woadmin" {
		t.Fatalf("installation %+v, %v", in, err)
	}
	p.expectBody("service/v2/get_permanent_code", `{"auth_code":"AUTH"}`)
	info, err := s.GetAuthInfo(ctx, in.Corp.CorpID, in.PermanentCode)
	if err != nil || len(info.Info.Agents) != 1 || info.Info.Agents[0].AgentID != 1000003 {
		t.Fatalf("granted %+v, %v", info, err)
	}
	c, err := s.NewCorpClient(in.Corp.CorpID, info.Info.Agents[0].AgentID, in.PermanentCode)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := c.Messages.Send(ctx, &Message{ToUser: IDList{"woA"}, Text: &Text{"hi"}}); err != nil {
			t.Fatal(err)
		}
	}
	p.expectBody("service/get_corp_token", `{"auth_corpid":"wpcorp","permanent_code":"PERM"}`)
	p.expectBody("message/send", `{"touser":"woA","msgtype":"text","agentid":1000003,"text":{"content":"hi"}}`)
	for _, path := range []string{"service/get_suite_token", "service/get_corp_token"} {
		if p.calls[path] != 1 {
			t.Errorf("%s was called %d times", path, p.calls[path])
		}
	}
	if p.calls["gettoken"] != 0 {
		t.Error("a third-party app requested a token of a company's own app")
	}
}

func TestSuiteCalls(t *testing.T) {
	p, s := newProvider(t)
	ctx := t.Context()
	if who, err := s.GetUserInfo(ctx, "CODE"); err != nil || who.CorpID != "wpcorp" || who.UserID != "woA" {
		t.Errorf("signed in %+v, %v", who, err)
	}
	if id, err := s.ConvertToOpenCorpID(ctx, "wwplain"); err != nil || id != "wpcorp" {
		t.Errorf("id %q, %v", id, err)
	}
	p.expectBody("service/get_provider_token", `{"corpid":"wwprovider","provider_secret":"provider-secret"}`)
	c, err := s.NewCorpClient("wpcorp", 3, "PERM")
	if err != nil {
		t.Fatal(err)
	}
	open, invalid, err := c.Users.ConvertToOpenUserIDs(ctx, "a", "x")
	if err != nil || open["a"] != "woA" || len(invalid) != 1 {
		t.Errorf("ids %v, %v, %v", open, invalid, err)
	}
	if admins, err := c.Agent.ListAdmins(ctx); err != nil || len(admins) != 1 || admins[0].AuthType != 1 {
		t.Errorf("administrators %v, %v", admins, err)
	}
	if err := s.RefreshToken(ctx); err != nil {
		t.Error(err)
	}
	if got := s.AuthorizeURL("https://x.example", "s", ""); !strings.Contains(got, "appid=wwsuite") || !strings.HasSuffix(got, "#wechat_redirect") {
		t.Errorf("URL is %s", got)
	}
	if got := s.LoginURL("https://x.example", "s", "en"); !strings.Contains(got, "login_type=ServiceApp") || !strings.Contains(got, "lang=en") {
		t.Errorf("URL is %s", got)
	}
}

func TestSuiteRefreshesRejectedToken(t *testing.T) {
	p, s := newProvider(t)
	p.dead = true
	if _, err := s.GetPreAuthCode(t.Context()); err != nil {
		t.Error(err)
	}
	if n := p.calls["service/get_suite_token"]; n != 2 {
		t.Errorf("suite token was fetched %d times", n)
	}
}

func TestSuiteWithoutTicket(t *testing.T) {
	for _, ticket := range []func(context.Context) (Secret, error){
		func(context.Context) (Secret, error) { return "", nil },
		func(context.Context) (Secret, error) { return "", errors.New("store is away") },
	} {
		_, s := newProvider(t)
		s.config.SuiteTicket = ticket
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := s.GetPreAuthCode(ctx); ClassOf(err) != ClassState || !strings.Contains(err.Error(), "no suite_ticket") {
			t.Errorf("error is %v", err)
		}
	}
}

func TestInvalidSuiteConfig(t *testing.T) {
	ticket := func(context.Context) (Secret, error) { return "t", nil }
	for name, cfg := range map[string]SuiteConfig{
		"nothing":   {},
		"no secret": {SuiteID: "s", SuiteTicket: ticket},
		"no ticket": {SuiteID: "s", SuiteSecret: "x"},
		"address":   {SuiteID: "s", SuiteSecret: "x", SuiteTicket: ticket, BaseURL: "x"},
	} {
		if _, err := NewSuite(cfg); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	_, s := newProvider(t)
	if _, err := s.NewCorpClient("ww", 1, ""); err == nil {
		t.Error("a missing permanent code was accepted")
	}
}
