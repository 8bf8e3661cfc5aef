package showmebugtest_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

func tokenCall(t *testing.T, s *showmebugtest.Server, kind, body string) reply {
	t.Helper()
	return sendRequest(t, http.MethodPost, s.URL()+"/oauth/token.json", kind, "", body)
}

func TestTokenInBothEncodings(t *testing.T) {
	s, _ := newTeam(t)
	form := url.Values{"client_id": {clientID}, "client_secret": {secret}, "grant_type": {"client_credentials"}}.Encode()
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded": form,
		"application/json":                  fmt.Sprintf(`{"client_id":%q,"client_secret":%q,"grant_type":"client_credentials"}`, clientID, secret),
	} {
		r := tokenCall(t, s, kind, body)
		if r.status != 200 || r.fields["access_token"] == "" || r.fields["expires_in"] != 7200.0 || r.fields["errcode"] != nil || r.fields["refresh_token"] != nil {
			t.Errorf("%s: HTTP %d %s", kind, r.status, r.text)
		}
	}
	for _, c := range s.Calls("/oauth/token.json") {
		if strings.Contains(c.Request+c.Response, secret) || strings.Contains(c.Response, `"access_token":"`) && !strings.Contains(c.Response, `"access_token":"***"`) {
			t.Errorf("a secret is in the log: %+v", c)
		}
	}
}

func TestTokenErrors(t *testing.T) {
	s, _ := newTeam(t)
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"wrong secret":  {`{"client_id":"app-key","client_secret":"x","grant_type":"client_credentials"}`, 401, "invalid_client"},
		"unknown":       {`{"client_id":"who","client_secret":"x","grant_type":"client_credentials"}`, 401, "invalid_client"},
		"no grant type": {`{"client_id":"app-key","client_secret":"x"}`, 400, "invalid_request"},
		"password":      {`{"client_id":"app-key","client_secret":"x","grant_type":"password"}`, 400, "unsupported_grant_type"},
	} {
		r := tokenCall(t, s, "application/json", c.body)
		if r.status != c.status || r.fields["error"] != c.code {
			t.Errorf("%s: HTTP %d %s", name, r.status, r.text)
		}
	}
}

func TestTokenExpiry(t *testing.T) {
	s, _ := newTeam(t)
	c := signIn(t, s)
	s.Advance(2*time.Hour - time.Second)
	c.doCall("GET", "me", "").wantOK()
	s.Advance(time.Second)
	if r := c.doCall("GET", "me", "").wantStatus(401, showmebugtest.CodeInvalidToken); r.header.Get("WWW-Authenticate") == "" {
		t.Error("no WWW-Authenticate")
	}
	c, old := signIn(t, s), signIn(t, s)
	c.doCall("GET", "me", "").wantOK()
	old.doCall("GET", "me", "").wantOK() // both live
	if n := s.RevokeTokens(clientID); n != 2 {
		t.Errorf("%d tokens revoked", n)
	}
	c.doCall("GET", "me", "").wantStatus(401, showmebugtest.CodeInvalidToken)
	caller{t, s, "nonsense"}.doCall("GET", "me", "").wantStatus(401, showmebugtest.CodeInvalidToken)
	caller{t, s, ""}.doCall("GET", "me", "").wantStatus(401, showmebugtest.CodeInvalidToken)
}

func TestErrorStyles(t *testing.T) {
	s, _ := newTeam(t)
	s.Errors = showmebugtest.ErrorsInEnvelope
	caller{t, s, "x"}.doCall("GET", "me", "").wantStatus(200, showmebugtest.CodeInvalidToken)
	s.Errors = showmebugtest.ErrorsByStatus
	if r := (caller{t, s, "x"}).doCall("GET", "me", ""); r.status != 401 || strings.Contains(r.text, "errcode") {
		t.Errorf("HTTP %d %s", r.status, r.text)
	}
}

// newPlatform returns a simulator whose team has consented to a platform, and the code.
func newPlatform(t *testing.T, scopes ...string) (s *showmebugtest.Server, code string) {
	t.Helper()
	s, id := newTeam(t)
	s.AddPlatform(showmebugtest.Platform{Name: "ATS", ClientID: "ats", ClientSecret: "ats-secret", RedirectURI: "https://ats.example/back?a=1"})
	code, err := s.Authorize(id, "ats", scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return s, code
}

func exchangeGrant(t *testing.T, s *showmebugtest.Server, grant, name, value string) reply {
	t.Helper()
	return tokenCall(t, s, "application/json", fmt.Sprintf(`{"client_id":"ats","client_secret":"ats-secret","grant_type":%q,%q:%q}`, grant, name, value))
}

func TestPlatformMode(t *testing.T) {
	s, code := newPlatform(t)
	first := exchangeGrant(t, s, "authorization_code", "code", code)
	access, _ := first.fields["access_token"].(string)
	refresh, _ := first.fields["refresh_token"].(string)
	caller{t, s, access}.doCall("GET", "me", "").wantOK()
	if r := exchangeGrant(t, s, "authorization_code", "code", code); r.status != 400 || r.fields["error"] != "invalid_grant" {
		t.Errorf("a code worked twice: %s", r.text)
	}
	if r := exchangeGrant(t, s, "authorization_code", "code", refresh); r.status != 400 {
		t.Errorf("a refresh token is no code: %s", r.text)
	}
	next := exchangeGrant(t, s, "refresh_token", "refresh_token", refresh)
	if next.status != 200 || next.fields["refresh_token"] == refresh {
		t.Errorf("refresh: %s", next.text)
	}
	if r := exchangeGrant(t, s, "refresh_token", "refresh_token", refresh); r.status != 400 {
		t.Errorf("a refresh token worked twice: %s", r.text)
	}
}

func TestCodeExpiryAndScopes(t *testing.T) {
	s, code := newPlatform(t, "exam")
	access, _ := exchangeGrant(t, s, "authorization_code", "code", code).fields["access_token"].(string)
	c := caller{t, s, access}
	c.doCall("GET", "exams", "").wantOK()
	c.doCall("GET", "interviews", "").wantStatus(403, showmebugtest.CodeForbidden)
	s, code = newPlatform(t)
	s.Advance(10 * time.Minute)
	if r := exchangeGrant(t, s, "authorization_code", "code", code); r.status != 400 {
		t.Errorf("an old code worked: %s", r.text)
	}
}

func TestConsentPage(t *testing.T) {
	s, _ := newPlatform(t)
	query := url.Values{"client_id": {"ats"}, "redirect_uri": {"https://ats.example/back?a=1"}, "response_type": {"code"}, "scope": {"exam interview"}, "state": {"s"}}
	if r := sendRequest(t, "GET", s.URL()+"/oauth/authorize?"+query.Encode(), "", "", ""); r.status != 200 {
		t.Errorf("consent page: HTTP %d", r.status)
	}
	info := sendRequest(t, "GET", s.URL()+"/sim/consent?"+query.Encode(), "", "", "")
	teams, _ := info.fields["teams"].([]any)
	if len(teams) != 1 {
		t.Fatalf("consent: %s", info.text)
	}
	id := teams[0].(map[string]any)["id"].(float64)
	back := sendRequest(t, "POST", s.URL()+"/sim/consent?"+query.Encode(), "application/json", "", fmt.Sprintf(`{"teamId":%v}`, id))
	u, err := url.Parse(back.fields["url"].(string))
	if err != nil || u.Query().Get("code") == "" || u.Query().Get("state") != "s" || u.Query().Get("a") != "1" {
		t.Errorf("back to %s", back.text)
	}
	back = sendRequest(t, "POST", s.URL()+"/sim/consent?"+query.Encode(), "application/json", "", `{}`)
	if !strings.Contains(back.text, "access_denied") {
		t.Errorf("refused: %s", back.text)
	}
	for name, value := range map[string]string{"client_id": "x", "redirect_uri": "https://evil.example/", "response_type": "token", "scope": "all"} {
		bad := url.Values{}
		maps.Copy(bad, query)
		bad.Set(name, value)
		if r := sendRequest(t, "GET", s.URL()+"/oauth/authorize?"+bad.Encode(), "", "", ""); r.status != 400 {
			t.Errorf("%s=%s: HTTP %d", name, value, r.status)
		}
	}
}
