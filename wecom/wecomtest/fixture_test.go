package wecomtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID = "wwcorp0000000001"
	agent  = int64(1000002)
	secret = "app-secret"
	token  = "InterviewToken2026"
	aesKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

// newFixture returns a simulator with two departments, three members and an application visible to
// the whole company.
func newFixture(t *testing.T) *wecomtest.Server {
	t.Helper()
	s := wecomtest.New(t)
	fillFixture(s)
	return s
}

func fillFixture(s *wecomtest.Server) {
	s.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技", ContactSecret: "contact-secret"})
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 2, Name: "研发部", Order: 2})
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 3, Name: "人力资源部", Order: 3})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "ZhangSan", Name: "张三", Departments: []int64{2}, Position: "工程师"})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Departments: []int64{3}})
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "wangwu", Name: "王五", Departments: []int64{2}, Status: wecomtest.StatusLeft})
	s.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, HomeURL: "http://product.example:8080/home",
	})
}

// reply is a reply of the API.
type reply struct {
	t      *testing.T
	header http.Header
	fields map[string]any
}

func (r reply) errcode() int {
	n, ok := r.fields["errcode"].(float64)
	if !ok {
		r.t.Fatalf("reply without errcode: %v", r.fields)
	}
	return int(n)
}

func (r reply) textField(name string) string {
	v, _ := r.fields[name].(string)
	return v
}

func (r reply) expectCode(code int) reply {
	r.t.Helper()
	if r.errcode() != code {
		r.t.Fatalf("errcode %d (%s), want %d", r.errcode(), r.textField("errmsg"), code)
	}
	return r
}

func callAPI(t *testing.T, s *wecomtest.Server, method, path, body string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/cgi-bin/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := reply{t: t, header: resp.Header}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&out.fields); err != nil {
		t.Fatalf("%s: HTTP status %d without JSON: %q", path, resp.StatusCode, data)
	}
	return out
}

func getAPI(t *testing.T, s *wecomtest.Server, path string) reply {
	t.Helper()
	return callAPI(t, s, http.MethodGet, path, "")
}

func accessToken(t *testing.T, s *wecomtest.Server) string {
	t.Helper()
	return getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret="+secret).expectCode(0).textField("access_token")
}

// sendMessage calls message/send; rest is the remainder of the JSON body.
func sendMessage(t *testing.T, s *wecomtest.Server, to, rest string) reply {
	t.Helper()
	body := fmt.Sprintf(`{"touser":%q,"agentid":%d,%s}`, to, agent, rest)
	return callAPI(t, s, http.MethodPost, "message/send?access_token="+accessToken(t, s), body)
}

func contextWithTimeout(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
