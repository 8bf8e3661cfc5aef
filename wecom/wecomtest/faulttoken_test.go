package wecomtest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// TestFaultRevokesToken revokes the token with the third send, as can happen in the middle of a
// batch.
func TestFaultRevokesToken(t *testing.T) {
	s := newFixture(t)
	s.AddFault(wecomtest.Fault{Path: "message/send", RevokeToken: 42001, Every: 3, Times: 1})
	old := accessToken(t, s)
	body := `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"x"}}`
	for i, want := range []int{0, 0, 42001, 42001} {
		if got := callAPI(t, s, http.MethodPost, "message/send?access_token="+old, body); got.errcode() != want {
			t.Errorf("send %d: errcode %d, want %d", i+1, got.errcode(), want)
		}
	}
	if fresh := accessToken(t, s); fresh == old || callAPI(t, s, http.MethodPost, "message/send?access_token="+fresh, body).errcode() != 0 {
		t.Error("the new token does not work")
	}
}

func TestFaultByToken(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	s.AddFault(wecomtest.Fault{Token: tok, Errcode: 45009})
	getAPI(t, s, "department/list?access_token="+tok).expectCode(45009)
	s.RevokeTokens(corpID, agent, 0)
	getAPI(t, s, "department/list?access_token="+accessToken(t, s)).expectCode(0)
	if _, _, page := getPage(t, http.DefaultClient, s.URL()+"/sim/operator"); strings.Contains(page, tok) {
		t.Error("the operator's page shows the token")
	}
}

// TestVerifySuite checks that both addresses of a suite are verified with the provider's company.
func TestVerifySuite(t *testing.T) {
	s := newSuiteFixture(t)
	var paths []string
	recv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		paths = append(paths, r.URL.Path)
		plain, ok := decryptCallbackFor(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), q.Get("echostr"), "wwprovider")
		if ok {
			_, _ = w.Write(plain)
		}
	}))
	defer recv.Close()
	su := wecomtest.Suite{ID: suiteID, Secret: "suite-secret", ProviderCorpID: "wwprovider", Token: token, EncodingAESKey: aesKey,
		InstructURL: recv.URL + "/instruct", DataURL: recv.URL + "/data/$CORPID$"}
	s.AddSuite(su)
	if err := s.VerifySuite(t.Context(), suiteID); err != nil || strings.Join(paths, " ") != "/instruct /data/wwprovider" {
		t.Errorf("%v after %v", err, paths)
	}
	su.ProviderCorpID = "wwanother"
	s.AddSuite(su)
	if err := s.VerifySuite(t.Context(), suiteID); err == nil {
		t.Error("another company was accepted")
	}
	if err := s.VerifySuite(t.Context(), "wwnone"); err == nil {
		t.Error("an unknown suite was verified")
	}
}
