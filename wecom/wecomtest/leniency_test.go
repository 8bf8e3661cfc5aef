package wecomtest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// TestTicketTypeOfCompany checks that the ticket of the company is returned with type=jsapi, which
// clients send although only the ticket of the application has a type.
func TestTicketTypeOfCompany(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	getAPI(t, s, "get_jsapi_ticket?type=jsapi&access_token="+tok).expectCode(0)
	getAPI(t, s, "get_jsapi_ticket?type=&access_token="+tok).expectCode(0)
	getAPI(t, s, "get_jsapi_ticket?type=agent_config&access_token="+tok).expectCode(91040)
}

// TestOptionalBodies checks that calls without required fields accept an empty body.
func TestOptionalBodies(t *testing.T) {
	s, _ := newCustomerFixture(t)
	tok := accessToken(t, s)
	getAPI(t, s, "kf/account/list?access_token="+tok).expectCode(0)
	callAPI(t, s, http.MethodPost, "kf/account/list?access_token="+tok, "").expectCode(0)
	callAPI(t, s, http.MethodPost, "kf/account/list?access_token="+tok, "{").expectCode(40058)
	contact := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").expectCode(0).textField("access_token")
	callAPI(t, s, http.MethodPost, "user/list_id?access_token="+contact, " \n").expectCode(0)
}

// TestDoubleSlashes checks that paths with double slashes are served without a redirect, which would
// turn a POST into a GET.
func TestDoubleSlashes(t *testing.T) {
	s := newFixture(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"//cgi-bin/gettoken", "/cgi-bin//gettoken", "///cgi-bin///gettoken"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path+"?corpid="+corpID+"&corpsecret="+secret, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "access_token") {
			t.Errorf("%s: %s %s, %v", path, resp.Status, body, err)
		}
	}
}

// TestSecretsInLog checks that a secret is masked whatever the name of its field.
func TestSecretsInLog(t *testing.T) {
	s := newFixture(t)
	const odd = "odd+secret/123="
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 7, Name: "odd", Secret: odd})
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 8, Name: "short", Secret: "corpid"})
	for _, name := range []string{"secret", "key2", "password"} {
		for _, value := range []string{secret, "contact-secret", "odd%2Bsecret%2F123%3D"} {
			getAPI(t, s, "gettoken?corpid="+corpID+"&"+name+"="+value)
			callAPI(t, s, http.MethodPost, "gettoken", fmt.Sprintf(`{%q:%q}`, name, value))
		}
	}
	for _, call := range s.Calls("gettoken") {
		text := call.Query + call.Request + call.Response
		for _, value := range []string{secret, "contact-secret", odd, "odd%2Bsecret%2F123%3D"} {
			if strings.Contains(text, value) {
				t.Errorf("the log contains the secret %q: %s", value, text)
			}
		}
	}
	if call := s.Calls("gettoken")[0]; !strings.Contains(call.Query, "corpid=") {
		t.Errorf("a short secret is masked in %q", call.Query)
	}
	_, har := sim(t, s, http.MethodGet, "har", "")
	if strings.Contains(har, secret) || !strings.Contains(har, "gettoken") {
		t.Errorf("the HAR file contains the secret or no call: %.300s", har)
	}
}

// TestListsOfSubtree checks user/list and user/simplelist with fetch_child=1.
func TestListsOfSubtree(t *testing.T) {
	s := newFixture(t)
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 21, ParentID: 2, Name: "前端"})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "both", Name: "周七", Departments: []int64{2, 21}})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "deep", Name: "吴八", Departments: []int64{21}})
	tok := accessToken(t, s)
	for query, want := range map[string]string{
		"department_id=1&fetch_child=1": "both deep lisi wangwu ZhangSan",
		"department_id=2&fetch_child=1": "both deep wangwu ZhangSan",
		"department_id=2&fetch_child=0": "both wangwu ZhangSan",
		"department_id=1":               "",
	} {
		for _, path := range []string{"user/simplelist", "user/list"} {
			list, _ := getAPI(t, s, path+"?"+query+"&access_token="+tok).expectCode(0).fields["userlist"].([]any)
			ids := make([]string, len(list))
			for i, u := range list {
				ids[i] = fmt.Sprint(u.(map[string]any)["userid"])
			}
			if got := strings.Join(ids, " "); got != want {
				t.Errorf("%s?%s: %q, want %q", path, query, got, want)
			}
		}
	}
}
