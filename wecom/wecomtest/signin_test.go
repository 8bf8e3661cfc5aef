package wecomtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// newBrowser returns a client with cookies that does not follow redirects.
func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// getPage returns the status, the Location header and the body of a page.
func getPage(t *testing.T, b *http.Client, address string) (int, string, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(body)
}

func authorizeURL(s *wecomtest.Server, redirect, more string) string {
	return s.URL() + "/connect/oauth2/authorize?appid=" + corpID + "&response_type=code&scope=snsapi_base&redirect_uri=" +
		url.QueryEscape(redirect) + "&state=abc123" + more
}

const redirectURL = "http://product.example:8080/auth?next=%2Fx"

func codeFromRedirect(t *testing.T, location string) string {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil || u.Host != "product.example:8080" || u.Path != "/auth" {
		t.Fatalf("led to %q", location)
	}
	if u.Query().Get("state") != "abc123" || u.Query().Get("next") != "/x" {
		t.Errorf("query is %q", u.RawQuery)
	}
	return u.Query().Get("code")
}

func TestSilentSignIn(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	if status, _, text := getPage(t, b, authorizeURL(s, redirectURL, "")); status != 400 || !strings.Contains(text, "请在企业微信客户端打开链接") {
		t.Errorf("outside WeCom: %d %s", status, text)
	}
	getPage(t, b, s.URL()+"/?as=zhangsan")
	_, location, _ := getPage(t, b, authorizeURL(s, redirectURL, "&agentid=1000002#wechat_redirect"))
	code := codeFromRedirect(t, location)
	tok := accessToken(t, s)
	r := getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code="+code).expectCode(0)
	if r.textField("userid") != "ZhangSan" {
		t.Errorf("signed in as %v", r.fields)
	}
	getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code="+code).expectCode(40029) // can be used only once
	getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code=none").expectCode(40029)
	getAPI(t, s, "auth/getuserinfo?access_token="+tok).expectCode(41008)

	getPage(t, b, s.URL()+"/?as=lisi") // switches the browser to another member
	_, location, _ = getPage(t, b, authorizeURL(s, redirectURL, ""))
	code = codeFromRedirect(t, location)
	s.Advance(5 * time.Minute)
	getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code="+code).expectCode(40029)
	_, location, _ = getPage(t, b, authorizeURL(s, redirectURL, ""))
	if r = getAPI(t, s, "user/getuserinfo?access_token="+tok+"&code="+codeFromRedirect(t, location)).expectCode(0); r.textField("UserId") != "lisi" {
		t.Errorf("the older twin answers %v", r.fields)
	}
}

func TestSignInErrors(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	getPage(t, b, s.URL()+"/?as=lisi")
	for name, c := range map[string][2]string{
		"other host":   {authorizeURL(s, "http://evil.example/", ""), "redirect_uri 参数错误"},
		"other port":   {authorizeURL(s, "http://product.example/auth", ""), "redirect_uri 参数错误"},
		"no address":   {authorizeURL(s, "javascript:alert(1)", ""), "redirect_uri 参数错误"},
		"state":        {strings.Replace(authorizeURL(s, redirectURL, ""), "abc123", "a-b", 1), "state 参数错误"},
		"scope":        {strings.Replace(authorizeURL(s, redirectURL, ""), "snsapi_base", "all", 1), "scope 参数错误"},
		"type":         {strings.Replace(authorizeURL(s, redirectURL, ""), "=code", "=token", 1), "response_type 参数错误"},
		"corp":         {strings.Replace(authorizeURL(s, redirectURL, ""), corpID, "wwx", 1), "appid 参数错误"},
		"agent":        {authorizeURL(s, redirectURL, "&agentid=9"), "agentid 参数错误"},
		"login, agent": {s.URL() + "/wwlogin/sso/login?login_type=CorpApp&appid=" + corpID + "&redirect_uri=" + url.QueryEscape(redirectURL), "agentid 参数错误"},
		"in English":   {authorizeURL(s, "http://evil.example/", "&lang=en"), "Wrong redirect_uri"},
	} {
		if status, _, text := getPage(t, b, c[0]); status != 400 || !strings.Contains(text, c[1]) {
			t.Errorf("%s: HTTP %d, page %s", name, status, text)
		}
	}
}

// TestSignInCodeOfAnotherApp checks that a code for one application is invalid for another.
func TestSignInCodeOfAnotherApp(t *testing.T) {
	s := newFixture(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 9, Secret: "nine", HomeURL: "http://nine.example/"})
	tok := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=nine").textField("access_token")
	getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code="+s.SignInCode(corpID, "lisi", agent)).expectCode(40029)
	b := newBrowser(t)
	getPage(t, b, s.URL()+"/?as=lisi")
	_, location, _ := getPage(t, b, authorizeURL(s, redirectURL, ""))
	getAPI(t, s, "auth/getuserinfo?access_token="+tok+"&code="+codeFromRedirect(t, location)).expectCode(50001)
}

func loginPageURL(s *wecomtest.Server) string {
	return s.URL() + "/wwlogin/sso/login?login_type=CorpApp&agentid=1000002&appid=" + corpID + "&redirect_uri=" + url.QueryEscape(redirectURL) + "&state=abc123"
}

func TestWebLogin(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	if status, _, text := getPage(t, b, loginPageURL(s)); status != 200 || !strings.Contains(text, "login.js") {
		t.Fatalf("HTTP %d, %s", status, text)
	}
	scan := func(user string) map[string]string {
		t.Helper()
		address := strings.Replace(loginPageURL(s), "/wwlogin/sso/login?", "/sim/login?as="+user+"&", 1)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := b.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		out := map[string]string{}
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := scan("wangwu"); got["problem"] != "page.noPermission" {
		t.Errorf("a member who has left: %v", got)
	}
	code := codeFromRedirect(t, scan("lisi")["url"])
	if r := getAPI(t, s, "auth/getuserinfo?access_token="+accessToken(t, s)+"&code="+code).expectCode(0); r.textField("userid") != "lisi" {
		t.Errorf("signed in as %v", r.fields)
	}
}

// TestOpenApp checks that the login page signs in at once after a page has been opened, and not as
// the member that the browser acted as before.
func TestOpenApp(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	for _, user := range []string{"zhangsan", "lisi"} {
		status, location, _ := getPage(t, b, s.URL()+"/open?as="+user+"&agent=1000002")
		if status != 302 || location != "http://product.example:8080/home" {
			t.Fatalf("open led to %d %s", status, location)
		}
		_, location, _ = getPage(t, b, loginPageURL(s))
		r := getAPI(t, s, "auth/getuserinfo?access_token="+accessToken(t, s)+"&code="+codeFromRedirect(t, location)).expectCode(0)
		if !strings.EqualFold(r.textField("userid"), user) {
			t.Errorf("opened as %s, signed in as %s", user, r.textField("userid"))
		}
	}
	if status, _, _ := getPage(t, b, loginPageURL(s)); status != 200 {
		t.Errorf("the login page did not ask the second time: HTTP status %d", status)
	}
	for query, want := range map[string]string{"as=ghost": "没有这位成员", "as=lisi&url=javascript:1": "链接无法打开"} {
		if status, _, text := getPage(t, b, s.URL()+"/open?"+query); status != 400 || !strings.Contains(text, want) {
			t.Errorf("open?%s: %d %s", query, status, text)
		}
	}
}

func TestOpenWithSignInURL(t *testing.T) {
	s, b := newFixture(t), newBrowser(t)
	a := s.Apps(corpID)[0]
	a.SignInURL = "http://product.example:8080/auth/start?next={next}"
	s.AddApp(a)
	for page, want := range map[string]string{
		"http://product.example:8080/interviews/7?tab=a#x": "http://product.example:8080/auth/start?next=%2Finterviews%2F7%3Ftab%3Da%23x",
		"http://product.example:8080":                      "http://product.example:8080/auth/start?next=%2F",
		"https://elsewhere.example/":                       "https://elsewhere.example/",
		"http://product.example:8080/auth/start?next=%2Fy": "http://product.example:8080/auth/start?next=%2Fy",
	} {
		if _, location, _ := getPage(t, b, s.URL()+"/open?as=lisi&url="+url.QueryEscape(page)); location != want {
			t.Errorf("%s opened %s, want %s", page, location, want)
		}
	}
}

func TestJSTickets(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	corp := getAPI(t, s, "get_jsapi_ticket?access_token="+tok).expectCode(0).textField("ticket")
	app := getAPI(t, s, "ticket/get?type=agent_config&access_token="+tok).expectCode(0).textField("ticket")
	if corp == app || corp == "" {
		t.Errorf("tickets are %q and %q", corp, app)
	}
	if again := getAPI(t, s, "get_jsapi_ticket?access_token="+tok).textField("ticket"); again != corp {
		t.Error("the ticket changed within its life")
	}
	getAPI(t, s, "get_jsapi_ticket?type=x&access_token="+tok).expectCode(91040)
	getAPI(t, s, "ticket/get?access_token="+tok).expectCode(91040)
	for range 98 {
		getAPI(t, s, "get_jsapi_ticket?access_token="+tok).expectCode(0)
	}
	getAPI(t, s, "get_jsapi_ticket?access_token="+tok).expectCode(45009)
	s.Advance(2 * time.Hour)
	if fresh := getAPI(t, s, "get_jsapi_ticket?access_token="+accessToken(t, s)).expectCode(0).textField("ticket"); fresh == corp {
		t.Error("the ticket outlived its life")
	}
}
