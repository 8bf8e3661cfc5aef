package wecom

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func loginClient(t *testing.T) *Client {
	t.Helper()
	c, err := New(Config{CorpID: "wwcorp0000000001", AgentID: 1000002, Secret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAuthorizeURL(t *testing.T) {
	redirect := "https://interview.example.com/auth/wecom/callback?next=/a b&x=面#frag"
	got := loginClient(t).OAuth.AuthorizeURL(redirect, "state123", "")
	if !strings.HasPrefix(got, "https://open.weixin.qq.com/connect/oauth2/authorize?") || !strings.HasSuffix(got, "#wechat_redirect") {
		t.Errorf("URL is %s", got)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"appid": {"wwcorp0000000001"}, "redirect_uri": {redirect}, "response_type": {"code"},
		"scope": {"snsapi_base"}, "state": {"state123"}, "agentid": {"1000002"}}
	if u.Query().Encode() != want.Encode() || u.Fragment != "wechat_redirect" {
		t.Errorf("query is %v", u.Query())
	}
	if got := loginClient(t).OAuth.AuthorizeURL("https://a.example", "s", ScopePrivateInfo); !strings.Contains(got, "scope=snsapi_privateinfo") {
		t.Errorf("URL is %s", got)
	}
}

func TestLoginURL(t *testing.T) {
	u, err := url.Parse(loginClient(t).OAuth.LoginURL("https://a.example/x?y=z", "s t", "en"))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"login_type": {"CorpApp"}, "appid": {"wwcorp0000000001"}, "agentid": {"1000002"},
		"redirect_uri": {"https://a.example/x?y=z"}, "state": {"s t"}, "lang": {"en"}}
	if u.Host != "login.work.weixin.qq.com" || u.Path != "/wwlogin/sso/login" || u.Query().Encode() != want.Encode() {
		t.Errorf("URL is %s", u)
	}
}

func TestUserInfo(t *testing.T) {
	for body, want := range map[string]string{
		`{"errcode":0,"userid":"zhangsan","user_ticket":"T"}`:          "zhangsan",
		`{"errcode":0,"openid":"o1","external_userid":"e1"}`:           "o1",
		`{"errcode":0,"errmsg":"ok"}`:                                  "error",
		`{"errcode":40029,"errmsg":"invalid code, hint: [1], from x"}`: "error",
	} {
		c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/auth/getuserinfo": respondWith(body)})
		info, err := c.OAuth.GetUserInfo(t.Context(), "CODE")
		switch {
		case want == "error":
			if err == nil {
				t.Errorf("%s was accepted", body)
			}
		case err != nil || info.UserID+info.OpenID != want:
			t.Errorf("%s gave %+v, %v", body, info, err)
		case info.UserID != "" && string(info.UserTicket) != "T":
			t.Error("the ticket is lost")
		}
	}
}

func TestPageSignatures(t *testing.T) {
	const official = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
	home := "https://interview.example.com/wecom/home?room=42"
	cases := []struct {
		ticket, nonce string
		at            int64
		page, want    string
	}{
		{official, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value", "0f9de62fce790f9a083d5c99e95740ceb90c27ed"},
		{"TICKET_CORP_0001", "nonce123", 1700000000, home, "6121cd1d52ecfd9d8cac74d3f6a727260a37eb6c"},
		{"TICKET_AGENT_0001", "nonce123", 1700000000, home, "6938aaa079038a355f6ce3483563ac79caf5a42c"},
		{"TICKET_CORP_0001", "nonce123", 1700000000, "https://interview.example.com/wecom/home?name=%E5%BC%A0%E4%B8%89&a=b%20c", "d47526dbbde72518434f5b4079bdb14d66baf8f8"},
		{"TICKET_CORP_0001", "nonce123", 1700000000, home + "#/x", "6121cd1d52ecfd9d8cac74d3f6a727260a37eb6c"},
	}
	for _, c := range cases {
		if got := jsapiSignature(Secret(c.ticket), c.nonce, c.at, c.page); got != c.want {
			t.Errorf("signature of %s is %s, want %s", c.page, got, c.want)
		}
	}
}

func TestSignatureUsesMatchingTicket(t *testing.T) {
	c := newTestClient(t, map[string]http.HandlerFunc{
		"/cgi-bin/get_jsapi_ticket": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("type") {
				t.Error("the corp ticket must not have a type (91040)")
			}
			respondWith(`{"errcode":0,"ticket":"CORP","expires_in":7200}`)(w, r)
		},
		"/cgi-bin/ticket/get": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("type") != "agent_config" {
				t.Errorf("type is %q", r.URL.Query().Get("type"))
			}
			respondWith(`{"errcode":0,"ticket":"AGENT","expires_in":7200}`)(w, r)
		},
	})
	page := "https://interview.example.com/room/1?a=b"
	corp, err := c.JSSDK.ConfigSignature(t.Context(), page)
	if err != nil || corp.Signature != jsapiSignature("CORP", corp.NonceStr, corp.Timestamp, page) {
		t.Errorf("config signature %+v, %v", corp, err)
	}
	agent, err := c.JSSDK.AgentConfigSignature(t.Context(), page)
	if err != nil || agent.Signature != jsapiSignature("AGENT", agent.NonceStr, agent.Timestamp, page) {
		t.Errorf("agent config signature %+v, %v", agent, err)
	}
	if corp.NonceStr == agent.NonceStr || len(corp.NonceStr) < 16 {
		t.Errorf("nonces are %q and %q", corp.NonceStr, agent.NonceStr)
	}
}

func TestInvalidConfig(t *testing.T) {
	good := Config{CorpID: "ww", Secret: "s"}
	if _, err := New(good); err != nil {
		t.Errorf("minimal config: %v", err)
	}
	for name, cfg := range map[string]Config{
		"no corp":         {Secret: "s"},
		"no secret":       {CorpID: "ww"},
		"no scheme":       {CorpID: "ww", Secret: "s", BaseURL: "qyapi.weixin.qq.com"},
		"other scheme":    {CorpID: "ww", Secret: "s", BaseURL: "ftp://x"},
		"with query":      {CorpID: "ww", Secret: "s", BaseURL: "https://x?y=z"},
		"with password":   {CorpID: "ww", Secret: "s", BaseURL: "https://u:p@x"},
		"not an address":  {CorpID: "ww", Secret: "s", BaseURL: "http://[::1"},
		"with a fragment": {CorpID: "ww", Secret: "s", BaseURL: "https://x/#y"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
