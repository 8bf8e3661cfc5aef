package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// plainIDs implements the translation of ids for companies without suites.
type plainIDs struct{}

func (plainIDs) DecryptRequestIDs(*core.Request)                    {}
func (plainIDs) EncryptReplyIDs(_ *core.Request, out []byte) []byte { return out }
func (plainIDs) EncryptEventIDs(_ *model.Suite, _ *core.CorpState, o *core.PendingCallback) *core.PendingCallback {
	return o
}

// fixture is an API with the endpoints things (POST) and helper (of the contact sync helper).
type fixture struct {
	*Service
	mux  *http.ServeMux
	runs int
}

func newFixture(settings core.Settings) *fixture {
	settings.Seed, settings.Now = 1, func() time.Time { return time.Unix(1700000000, 0) }
	f := &fixture{Service: New(core.New(func() core.Settings { return settings })), mux: http.NewServeMux()}
	f.IDs = plainIDs{}
	f.AddCorp(model.Corp{ID: "ww1", Name: "a", ContactSecret: "contact"})
	f.AddCorp(model.Corp{ID: "ww2", Name: "b"})
	f.AddApp(model.App{CorpID: "ww1", AgentID: 1, Secret: "s"})
	f.AddApp(model.App{CorpID: "ww1", AgentID: 2, Secret: "off", Disabled: true})
	f.AddApp(model.App{CorpID: "ww1", AgentID: 3, Secret: "ip", TrustedIPs: []string{"10.0.0.1"}})
	f.AddApp(model.App{CorpID: "ww2", AgentID: 1, Secret: "other"})
	f.Endpoints = f.TokenEndpoints()
	f.Endpoints["things"] = core.Endpoint{Post: true, TokenKind: core.AppToken, EmptyReply: struct {
		List []int `json:"list"`
	}{[]int{}}, Handle: func(r *core.Request) (any, *core.APIError) {
		f.runs++
		var in struct{ ID int }
		return in, r.DecodeBody(&in)
	}}
	f.Endpoints["helper"] = core.Endpoint{TokenKind: core.ContactToken, Handle: func(*core.Request) (any, *core.APIError) { return nil, nil }}
	f.Routes(f.mux)
	return f
}

type result struct {
	ReplyHeader
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
	text        string
	status      int
}

func (f *fixture) call(method, path, body string) result {
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, httptest.NewRequest(method, "/cgi-bin/"+path, strings.NewReader(body)))
	out := result{text: w.Body.String(), status: w.Code}
	_ = json.Unmarshal(w.Body.Bytes(), &out)
	return out
}

func (f *fixture) token(secret string) string {
	return f.call(http.MethodGet, "gettoken?corpid=ww1&corpsecret="+secret, "").AccessToken
}

func TestGetToken(t *testing.T) {
	f := newFixture(core.Settings{})
	for query, want := range map[string]int{
		"":                                41004,
		"corpid=ww1":                      41004,
		"corpsecret=s":                    41002,
		"corpid=ww9&corpsecret=s":         40013,
		"corpid=ww1&corpsecret=x":         40001,
		"corpid=ww1&corpsecret=other":     40091,
		"corpid=ww1&corpsecret=off":       50003,
		"corpid=ww1&corpsecret=s":         0,
		"corpid=ww1&corpsecret=contact":   0,
		"corpid=ww2&corpsecret=other&a=b": 0,
	} {
		if got := f.call(http.MethodGet, "gettoken?"+query, ""); got.Errcode != want || (got.AccessToken != "") != (want == 0) {
			t.Errorf("%s: %s", query, got.text)
		}
	}
}

func TestTokenIsReused(t *testing.T) {
	f := newFixture(core.Settings{})
	first := f.call(http.MethodGet, "gettoken?corpid=ww1&corpsecret=s", "")
	f.Advance(1000*time.Second + time.Millisecond)
	second := f.call(http.MethodGet, "gettoken?corpid=ww1&corpsecret=s", "")
	if first.AccessToken != second.AccessToken || first.ExpiresIn != 7200 || second.ExpiresIn != 6200 {
		t.Errorf("expires_in is %d, then %d", first.ExpiresIn, second.ExpiresIn)
	}
	f.Advance(6200 * time.Second)
	if third := f.token("s"); third == first.AccessToken {
		t.Error("an expired token is returned")
	}
}

func TestAuthentication(t *testing.T) {
	for name, test := range map[string]struct {
		secret string
		before func(*fixture)
		want   int
	}{
		"valid":              {"s", nil, 0},
		"expired":            {"s", func(f *fixture) { f.Advance(core.TokenTTL) }, 42001},
		"revoked":            {"s", func(f *fixture) { f.RevokeTokens("ww1", 1, 0) }, 40014},
		"revoked as expired": {"s", func(f *fixture) { f.RevokeTokens("ww1", 1, 42001) }, 42001},
		"secret reset":       {"s", func(f *fixture) { f.AddApp(model.App{CorpID: "ww1", AgentID: 1, Secret: "new"}) }, 40014},
		"disabled":           {"s", func(f *fixture) { f.AddApp(model.App{CorpID: "ww1", AgentID: 1, Secret: "s", Disabled: true}) }, 50003},
		"untrusted address":  {"ip", nil, 60020},
		"contact helper":     {"contact", nil, 48002},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(core.Settings{})
			token := f.token(test.secret)
			if test.before != nil {
				test.before(f)
			}
			got := f.call(http.MethodPost, "things?access_token="+token, `{}`)
			if got.Errcode != test.want || (f.runs == 1) != (test.want == 0) {
				t.Errorf("%s; %d runs", got.text, f.runs)
			}
		})
	}
}

func TestPipelineOrder(t *testing.T) {
	f := newFixture(core.Settings{})
	token := f.token("s")
	for name, test := range map[string]struct {
		method, path, body string
		want               int
	}{
		"the token before the method": {http.MethodGet, "things", "", 41001},
		"the token before the body":   {http.MethodPost, "things?access_token=x", "{", 40014},
		"the size before the method":  {http.MethodGet, "things?access_token=" + token, strings.Repeat("x", maxBody+1), 40206},
		"the method":                  {http.MethodGet, "things?access_token=" + token, "{}", 40058},
		"the kind of token":           {http.MethodGet, "helper?access_token=" + token, "", 48002},
		"the body":                    {http.MethodPost, "things?access_token=" + token, "{", 40058},
		"an empty body":               {http.MethodPost, "things?access_token=" + token, " ", 40058},
		"success":                     {http.MethodPost, "things?access_token=" + token, `{"ID":1}`, 0},
	} {
		if got := f.call(test.method, test.path, test.body); got.Errcode != test.want {
			t.Errorf("%s: %s", name, got.text)
		}
	}
}

func TestErrorReply(t *testing.T) {
	f := newFixture(core.Settings{})
	got := f.call(http.MethodPost, "things", `{}`)
	if !strings.HasSuffix(got.text, `,"list":[]}`) || !strings.Contains(got.Errmsg, "hint: [1700000000") || !strings.Contains(got.Errmsg, "from ip: 192.0.2.1") {
		t.Errorf("reply %s", got.text)
	}
	if got := f.call(http.MethodGet, "nothing", ""); got.status != http.StatusNotFound || got.text != "" {
		t.Errorf("unknown path: HTTP %d %q", got.status, got.text)
	}
}

func TestMergeJSONObjects(t *testing.T) {
	for name, test := range map[string]struct {
		tail any
		want string
	}{
		"nothing":         {nil, `{"errcode":0,"errmsg":"ok"}`},
		"an empty object": {struct{}{}, `{"errcode":0,"errmsg":"ok"}`},
		"fields": {struct {
			A string `json:"a"`
		}{"<b>"}, `{"errcode":0,"errmsg":"ok","a":"<b>"}`},
	} {
		if got := string(mergeJSONObjects(ReplyHeader{Errmsg: "ok"}, test.tail)); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestCallQuota(t *testing.T) {
	for noQuotas, want := range map[bool]int{false: 45009, true: 0} {
		f := newFixture(core.Settings{NoQuotas: noQuotas})
		token := f.token("s")
		f.Mu.Lock()
		for range core.CallsCorpMinute {
			f.Quotas.AllowCall("things", "ww1", "192.0.2.1", f.CurrentTime())
		}
		f.Mu.Unlock()
		if got := f.call(http.MethodPost, "things?access_token="+token, `{}`); got.Errcode != want {
			t.Errorf("NoQuotas %v: %s", noQuotas, got.text)
		}
	}
}

func TestRevokeTokens(t *testing.T) {
	f := newFixture(core.Settings{})
	f.token("s")
	f.token("contact")
	if n := f.RevokeTokens("ww1", 1, 0); n != 1 || f.RevokeTokens("ww1", 1, 0) != 0 || f.RevokeTokens("ww1", 0, 42001) != 1 || f.RevokeTokens("ww2", 1, 0) != 0 {
		t.Errorf("%d tokens revoked", n)
	}
}
