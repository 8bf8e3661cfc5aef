package wecomtest_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestOperatorChangesAppAddresses(t *testing.T) {
	s := newFixture(t)
	set := func(body string) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/sim/apps", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for body, want := range map[string]int{
		`{"corpId":"` + corpID + `","agentId":9}`:                                    http.StatusNotFound,
		`{"corpId":"` + corpID + `","agentId":1000002,"homeUrl":"ftp://x"}`:          http.StatusBadRequest,
		`{"corpId":"` + corpID + `","agentId":1000002,"callbackUrl":"http://x.cn/"}`: http.StatusBadRequest, // no key
		`{"corpId":"` + corpID + `","agentId":1000002,"homeUrl":"http://x.cn/home"}`: http.StatusOK,
	} {
		if got := set(body); got != want {
			t.Errorf("%s: HTTP %d, want %d", body, got, want)
		}
	}
	if a := s.Apps(corpID)[0]; a.HomeURL != "http://x.cn/home" || a.CallbackURL != "" {
		t.Errorf("the application is %+v", a)
	}
}
