package wecomtest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// BenchmarkPages50000 measures the pages and endpoints in a company with 50,000 members.
func BenchmarkPages50000(b *testing.B) {
	var s wecomtest.Server
	s.AddCorp(wecomtest.Corp{ID: corpID, Name: "large"})
	for i := range 500 {
		s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: int64(i + 2), Name: fmt.Sprintf("部门%d", i)})
	}
	for i := range 50000 {
		s.AddMember(wecomtest.Member{CorpID: corpID, UserID: fmt.Sprintf("user%d", i), Name: fmt.Sprintf("成员%d", i), Departments: []int64{int64(i%500 + 2)}})
	}
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, HomeURL: "http://product.example/"})
	s.AddSuite(wecomtest.Suite{ID: "wwsuite", Secret: "s", HomeURL: "http://product.example/"})
	back := url.QueryEscape("http://product.example/in")
	for name, path := range map[string]string{
		"contacts":        "/sim/members?corpId=" + corpID,
		"search":          "/sim/members?corpId=" + corpID + "&q=user4999",
		"chats":           "/sim/me?corpId=" + corpID + "&as=user4999",
		"calendar":        "/sim/schedules?corpId=" + corpID + "&as=user4999",
		"web login":       "/sim/login?login_type=CorpApp&appid=" + corpID + "&agentid=1000002&redirect_uri=" + back,
		"login of suites": "/wwlogin/sso/login?login_type=ServiceApp&appid=wwsuite&redirect_uri=" + back,
		"operator":        "/sim/operator",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
