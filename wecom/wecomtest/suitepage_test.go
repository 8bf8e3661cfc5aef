package wecomtest

import (
	"encoding/xml"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/suite"
)

// lastCallback records the newest callback as it was sent.
type lastCallback struct {
	address string
	body    []byte
}

func (l *lastCallback) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	l.address, l.body = req.URL.String(), body
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("success")), Request: req}, nil
}

// newProviderFixture returns the company of the rules with a suite that encrypts ids.
func newProviderFixture(t *testing.T) (*ruleFixture, *lastCallback) {
	t.Helper()
	w, last := newRuleFixture(t), &lastCallback{}
	w.s.HTTPClient = &http.Client{Transport: last}
	w.s.AddSuite(Suite{ID: "wwsuite", Secret: "suite-secret", Name: "面试", ProviderCorpID: "wwprovider", ProviderSecret: "provider-secret", EncryptedIDs: true,
		InstructURL: "https://provider.example/instruct", DataURL: "https://provider.example/data/$CORPID$", Token: "T", EncodingAESKey: soakKey,
		HomeURL: "https://provider.example/", RedirectDomain: "provider.example"})
	return w, last
}

// visit opens a page of the simulator in a browser without a member, or as the member
// of a view.
func (w *ruleFixture) visit(path string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	for _, c := range cookies {
		req.AddCookie(c)
	}
	out := httptest.NewRecorder()
	w.s.ServeHTTP(out, req)
	return out
}

var linkForm = regexp.MustCompile(`<a href="([^"]*as=lisi[^"]*)"`)

// choose follows the link of 李四 on a page and returns its target.
func (w *ruleFixture) choose(path string) url.Values {
	w.t.Helper()
	page := w.visit(path)
	m := linkForm.FindStringSubmatch(page.Body.String())
	if page.Code != http.StatusOK || m == nil {
		w.t.Fatalf("HTTP %d: %s", page.Code, page.Body)
	}
	back := w.visit(strings.SplitN(path, "?", 2)[0] + html.UnescapeString(m[1]))
	to, err := url.Parse(back.Header().Get("Location"))
	if err != nil || back.Code != http.StatusFound || to.Host != "provider.example" {
		w.t.Fatalf("HTTP %d to %q: %s", back.Code, back.Header().Get("Location"), back.Body)
	}
	return to.Query()
}

// installed installs the suite by its page, and returns the encrypted corp id and the suite's
// token for the company.
func (w *ruleFixture) installed() (corp, token string) {
	w.t.Helper()
	q := w.choose(w.expandPlaceholders("/3rdapp/install?suite_id=wwsuite&pre_auth_code={preauth}&redirect_uri=" + url.QueryEscape("https://provider.example/done?a=1") + "&state=abc"))
	if q.Get("state") != "abc" || q.Get("a") != "1" || q.Get("expires_in") != "600" {
		w.t.Errorf("led back with %v", q)
	}
	code, answer := w.callAPI("", w.expandPlaceholders("service/v2/get_permanent_code?suite_access_token={suite}"), []byte(`{"auth_code":"`+q.Get("auth_code")+`"}`))
	if code != 0 {
		w.t.Fatal(answer)
	}
	corp = jsonField(answer, "corpid")
	if !strings.HasPrefix(corp, "wp") || jsonField(answer, "userid") != jsonField(answer, "open_userid") || jsonField(answer, "name") != jsonField(answer, "userid") {
		w.t.Errorf("the suite sees %s", answer)
	}
	_, answer = w.callAPI("", w.expandPlaceholders("service/get_corp_token?suite_access_token={suite}"), []byte(`{"auth_corpid":"`+corp+`","permanent_code":"`+jsonField(answer, "permanent_code")+`"}`))
	return corp, jsonField(answer, "access_token")
}

func TestInstallPage(t *testing.T) {
	w, _ := newProviderFixture(t)
	good := w.expandPlaceholders("/3rdapp/install?suite_id=wwsuite&pre_auth_code={preauth}&redirect_uri=https%3A%2F%2Fprovider.example%2F&state=abc")
	for name, change := range map[string][2]string{
		"no such suite":  {"suite_id=wwsuite", "suite_id=wwx"},
		"wrong code":     {"pre_auth_code=", "pre_auth_code=x"},
		"wrong redirect": {"provider.example", "elsewhere.example"},
		"wrong state":    {"state=abc", "state=a-b"},
		"no such member": {"state=abc", "state=abc&corpId=wwrules&as=ghost"},
	} {
		if page := w.visit(strings.Replace(good, change[0], change[1], 1)); page.Code != http.StatusBadRequest {
			t.Errorf("%s: HTTP %d", name, page.Code)
		}
	}
	if page := w.visit(good + "&q=lisi&lang=en"); strings.Contains(page.Body.String(), "张三") || !strings.Contains(page.Body.String(), "Install a third-party") {
		t.Errorf("the search shows %s", page.Body)
	}
	w.installed()
	if page := w.visit(w.expandPlaceholders("/3rdapp/install?suite_id=wwsuite&pre_auth_code={preauth}&redirect_uri=https%3A%2F%2Fprovider.example%2F")); !strings.Contains(page.Body.String(), "已安装") {
		t.Errorf("installed twice: %s", page.Body)
	}
	w.s.Advance(suite.PreAuthWorks)
	if page := w.visit(good); page.Code != http.StatusBadRequest {
		t.Errorf("a code that is over: HTTP %d", page.Code)
	}
}

// TestEncryptedIDs checks that a suite receives encrypted ids in replies and events, and can send
// them in requests.
func TestEncryptedIDs(t *testing.T) {
	w, last := newProviderFixture(t)
	corp, token := w.installed()
	as := func(path, body string) string {
		t.Helper()
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		code, answer := w.callAPI("", path+mark+"access_token="+token, []byte(body))
		if code != 0 {
			t.Fatalf("%s: %s", path, answer)
		}
		return answer
	}
	open := as("batch/userid_to_openuserid", `{"userid_list":["lisi","zhangsan"]}`)
	lisi := jsonField(open, "open_userid")
	if user := as("user/get?userid="+lisi, ""); jsonField(user, "userid") != lisi || jsonField(user, "name") != lisi || strings.Contains(user, "lisi") {
		t.Errorf("a member is %s", user)
	}
	if list := as("user/simplelist?department_id=2", ""); strings.Contains(list, "ZhangSan") || !strings.Contains(list, `"userid":"wo`) {
		t.Errorf("members are %s", list)
	}
	sent := as("message/send", `{"touser":"`+lisi+`|woXXXXXXXXXXXXXXXXXXXXXXXXXXXX","agentid":1000001,"msgtype":"text","text":{"content":"你好，$userName=`+lisi+`$"},"enable_id_trans":1}`)
	if got := w.s.Messages(ruleCorp, "lisi"); len(got) != 1 || got[0].Text.Content != "你好，李四" || jsonField(sent, "invaliduser") == "" {
		t.Errorf("sent %s, received %+v", sent, got)
	}
	if err := w.s.SendText(t.Context(), ruleCorp, "lisi", 1000001, "hello"); err != nil {
		t.Fatal(err)
	}
	if last.address[:len("https://provider.example/data/"+corp)] != "https://provider.example/data/"+corp {
		t.Errorf("sent to %s", last.address)
	}
	var outer struct{ ToUserName, Encrypt string }
	key, err := core.DecodeAESKey(soakKey)
	if err != nil || xml.Unmarshal(last.body, &outer) != nil || outer.ToUserName != corp {
		t.Fatalf("%v: %s", err, last.body)
	}
	plain, err := core.DecryptMessage(key, outer.Encrypt, corp)
	if err != nil || !strings.Contains(string(plain), "<FromUserName><![CDATA["+lisi+"]]>") || strings.Contains(string(plain), ruleCorp) {
		t.Errorf("%v: %s", err, plain)
	}
	back := func(path, body string) string {
		_, answer := w.callAPI("s", path, []byte(body))
		return answer
	}
	if answer := back("batch/openuserid_to_userid", `{"open_userid_list":["`+lisi+`","x"],"source_agentid":1000001}`); jsonField(answer, "userid") != "lisi" || !strings.Contains(answer, `"invalid_open_userid_list":["x"]`) {
		t.Errorf("the company is told %s", answer)
	}
	person := w.expandPlaceholders("{person}")
	seen := as("externalcontact/list?userid="+lisi, "")
	_, id, _ := strings.Cut(seen, `"external_userid":["`)
	id, _, _ = strings.Cut(id, `"`)
	if id == person || jsonField(back("externalcontact/from_service_external_userid", `{"external_userid":"`+id+`","source_agentid":1000001}`), "external_userid") != person {
		t.Errorf("somebody outside is %s", seen)
	}
	if err := w.s.Uninstall(t.Context(), "wwsuite", ruleCorp); err != nil {
		t.Fatal(err)
	}
	if sent := w.s.Deliveries(); !strings.Contains(sent[len(sent)-1].Plain, "<AuthCorpId><![CDATA["+corp+"]]>") {
		t.Errorf("cancel_auth says %s", sent[len(sent)-1].Plain)
	}
}

// TestSuiteSignInPages signs in to a suite inside WeCom and on the web.
func TestSuiteSignInPages(t *testing.T) {
	w, _ := newProviderFixture(t)
	w.installed()
	page := "/wwlogin/sso/login?login_type=ServiceApp&appid=wwsuite&state=a-b&redirect_uri=" + url.QueryEscape("https://provider.example/in")
	q := w.choose(page)
	if q.Get("state") != "a-b" {
		t.Errorf("led back with %v", q)
	}
	code, answer := w.callAPI("", w.expandPlaceholders("service/auth/getuserinfo3rd?suite_access_token={suite}&code="+q.Get("code")), nil)
	if code != 0 || !strings.HasPrefix(jsonField(answer, "corpid"), "wp") || jsonField(answer, "userid") != jsonField(answer, "open_userid") {
		t.Errorf("signed in as %s", answer)
	}
	for name, path := range map[string]string{
		"login_type": strings.Replace(page, "ServiceApp", "CorpApp", 1),
		"redirect":   strings.Replace(page, "provider.example", "elsewhere.example", 1),
		"member":     page + "&corpId=wwrules&as=ghost",
		"outside":    "/connect/oauth2/authorize?appid=wwsuite&response_type=code&scope=snsapi_base&redirect_uri=https%3A%2F%2Fprovider.example%2Fin",
	} {
		if got := w.visit(path); got.Code != http.StatusBadRequest {
			t.Errorf("%s: HTTP %d", name, got.Code)
		}
	}
	client := w.visit("/?corpId=wwrules&as=lisi").Result()
	defer client.Body.Close()
	inside := w.visit("/connect/oauth2/authorize?appid=wwsuite&response_type=code&scope=snsapi_privateinfo&state=s&redirect_uri=https%3A%2F%2Fprovider.example%2Fin", client.Cookies()...)
	to, err := url.Parse(inside.Header().Get("Location"))
	if err != nil || inside.Code != http.StatusFound {
		t.Fatalf("HTTP %d: %s", inside.Code, inside.Body)
	}
	suite := w.expandPlaceholders("{suite}")
	_, answer = w.callAPI("", "service/auth/getuserinfo3rd?suite_access_token="+suite+"&code="+to.Query().Get("code"), nil)
	ticket := jsonField(answer, "user_ticket")
	for _, path := range []string{"service/auth/getuserdetail3rd", "service/getuserdetail3rd"} {
		code, detail := w.callAPI("", path+"?suite_access_token="+suite, []byte(`{"user_ticket":"`+ticket+`"}`))
		if code != 0 || jsonField(detail, "userid") != jsonField(answer, "userid") || jsonField(detail, "name") != jsonField(answer, "userid") {
			t.Errorf("%s: %s gave %s", path, answer, detail)
		}
	}
	w.s.Advance(agents.UserTicketTTL)
	if code, _ := w.callAPI("", "service/auth/getuserdetail3rd?suite_access_token="+suite, []byte(`{"user_ticket":"`+ticket+`"}`)); code != 84014 {
		t.Errorf("a ticket that is over: %d", code)
	}
	w.s.Advance(time.Hour)
}
