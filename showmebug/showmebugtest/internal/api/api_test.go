package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// fixture is an API with one endpoint, which counts its calls.
type fixture struct {
	*Service
	mux   *http.ServeMux
	team  *core.TeamState
	token string
	runs  int
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	c := core.New(func() core.Settings { return core.Settings{Seed: 1, Now: func() time.Time { return start }} })
	f := &fixture{Service: New(c, webhooks.New(c)), mux: http.NewServeMux(), team: &core.TeamState{Team: model.Team{ID: 1, ClientID: "app", ClientSecret: "s"}}}
	f.TeamStates = append(f.TeamStates, f.team)
	f.Endpoints = map[string]core.Endpoint{"POST things/{id}": {Scope: "exam", Handle: func(r *core.Request) (any, *core.APIError) {
		f.runs++
		return map[string]string{"id": r.ID, "name": r.RequiredText("name")}, nil
	}}}
	f.Routes(f.mux)
	f.token = f.newToken(f.team, nil, core.AllScopes, "").AccessToken
	return f
}

func (f *fixture) call(method, path, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if err, ok := recover().(error); ok && !errors.Is(err, http.ErrAbortHandler) {
				panic(err)
			}
		}()
		f.mux.ServeHTTP(w, r)
	}()
	return w
}

const thing = core.Prefix + "things/7"

func TestPipeline(t *testing.T) {
	for name, test := range map[string]struct {
		token, body string
		status      int
		want        string
		runs        int
	}{
		"success":             {"valid", `{"name":"n"}`, 200, `{"errcode":0,"errmsg":"请求成功","data":{"id":"7","name":"n"}}`, 1},
		"error of a field":    {"valid", `{}`, 422, `"name is missing"`, 1},
		"damaged body":        {"valid", `{`, 400, `"errcode":400`, 0},
		"large body":          {"valid", `{"name":"` + strings.Repeat("x", core.MaxBody) + `"}`, 413, `"errcode":413`, 0},
		"no token":            {"", `{"name":"n"}`, 401, `"errcode":401`, 0},
		"unknown token":       {"x", `{"name":"n"}`, 401, `"errcode":401`, 0},
		"damaged body, first": {"", `{`, 400, `"errcode":400`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			if test.token == "valid" {
				test.token = f.token
			}
			w := f.call(http.MethodPost, thing, test.token, test.body)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) || f.runs != test.runs {
				t.Errorf("HTTP %d %s; %d runs", w.Code, w.Body, f.runs)
			}
			if list := f.Calls(""); len(list) != 1 || list[0].Status != test.status || (test.token == f.token) != (list[0].ClientID == "app") {
				t.Errorf("log %+v", list)
			}
		})
	}
}

func TestScope(t *testing.T) {
	f := newFixture(t)
	for scope, status := range map[string]int{"exam": 200, "interview": 403} {
		token := f.newToken(f.team, &core.AppState{}, []string{scope}, "").AccessToken
		if w := f.call(http.MethodPost, thing, token, `{"name":"n"}`); w.Code != status {
			t.Errorf("scope %s: HTTP %d", scope, w.Code)
		}
	}
}

func TestFaultEffects(t *testing.T) {
	for name, test := range map[string]struct {
		fault  model.Fault
		status int // of the log; 0: dropped
		runs   int
		want   string
	}{
		"errcode":           {model.Fault{Errcode: 402, Errmsg: "none left"}, 402, 0, "none left"},
		"status":            {model.Fault{HTTPStatus: 502}, 502, 0, "Bad Gateway"},
		"dropped before":    {model.Fault{DropBefore: true}, 0, 0, ""},
		"dropped after":     {model.Fault{DropAfter: true}, 0, 1, ""},
		"malformed":         {model.Fault{Malformed: true}, 200, 1, "<html>"},
		"truncated":         {model.Fault{Truncated: true}, 200, 1, `{"errcode":0,"errmsg":"`},
		"token revoked":     {model.Fault{RevokeToken: true}, 401, 0, "Invalid Token"},
		"another path":      {model.Fault{Path: "others/*", HTTPStatus: 502}, 200, 1, `"id":"7"`},
		"another client":    {model.Fault{ClientID: "x", HTTPStatus: 502}, 200, 1, `"id":"7"`},
		"the second call":   {model.Fault{Every: 2, HTTPStatus: 502}, 200, 1, `"id":"7"`},
		"delayed by a tick": {model.Fault{Delay: time.Nanosecond}, 200, 1, `"id":"7"`},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.AddFault(test.fault)
			w := f.call(http.MethodPost, thing, f.token, `{"name":"n"}`)
			if f.runs != test.runs || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("%d runs: %s", f.runs, w.Body)
			}
			if list := f.Calls("POST things/*"); len(list) != 1 || list[0].Status != test.status {
				t.Errorf("log %+v", list)
			}
		})
	}
}

func TestRemoveFaults(t *testing.T) {
	f := newFixture(t)
	id := f.AddFault(model.Fault{HTTPStatus: 502})
	hook := f.Webhooks.AddWebhookFault(model.WebhookFault{Lose: true})
	if f.RemoveFaults(hook); len(f.WebhookFaults.Rules()) != 0 || len(f.Faults.Rules()) != 1 {
		t.Error("the fault of webhooks is not removed, or the other is")
	}
	if f.RemoveFaults(id); len(f.Faults.Rules()) != 0 {
		t.Error("the fault is not removed")
	}
}

func TestUnknownPath(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"accounts", "things/7"} {
		if w := f.call(http.MethodGet, core.Prefix+path, f.token, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: HTTP %d", path, w.Code)
		}
	}
}

func TestTokenLifetime(t *testing.T) {
	f := newFixture(t)
	f.Mu.Lock()
	f.Clock.Advance(7200 * time.Second)
	f.Mu.Unlock()
	if w := f.call(http.MethodPost, thing, f.token, `{"name":"n"}`); w.Code != http.StatusUnauthorized {
		t.Errorf("an expired token: HTTP %d", w.Code)
	}
	f.Clock.Advance(24*time.Hour + time.Second)
	f.Grants["old"] = &core.Grant{Expires: start}
	f.Grants["refresh"] = &core.Grant{Refresh: true}
	f.removeExpiredTokens()
	if len(f.Tokens) != 0 || len(f.Grants) != 1 {
		t.Errorf("%d tokens and %d grants are left", len(f.Tokens), len(f.Grants))
	}
}

func TestRevokeTokens(t *testing.T) {
	f := newFixture(t)
	f.newToken(f.team, &core.AppState{Platform: model.Platform{ClientID: "p"}}, core.AllScopes, "")
	if n := f.RevokeTokens("app"); n != 1 || f.RevokeTokens("app") != 0 || f.RevokeTokens("p") != 1 {
		t.Errorf("%d tokens of the application were revoked", n)
	}
}

func TestBearerToken(t *testing.T) {
	for header, want := range map[string]string{"Bearer x": "x", "bearer  x ": "x", "Basic x": "", "x": "", "": "", "Bearer": ""} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", header)
		if got := bearerToken(r); got != want {
			t.Errorf("%q: %q", header, got)
		}
	}
}

func TestPlatformGrants(t *testing.T) {
	f := newFixture(t)
	app := &core.AppState{Platform: model.Platform{ClientID: "p", ClientSecret: "ps"}}
	f.Platforms = append(f.Platforms, app, &core.AppState{Platform: model.Platform{ClientID: "q", ClientSecret: "qs"}})
	for name, test := range map[string]struct {
		grant  core.Grant
		body   string
		status int
	}{
		"code":                  {core.Grant{}, `"client_id":"p","client_secret":"ps","grant_type":"authorization_code","code":"g"`, 200},
		"code with redirect":    {core.Grant{RedirectURI: "http://a/"}, `"client_id":"p","client_secret":"ps","grant_type":"authorization_code","code":"g","redirect_uri":"http://a/"`, 200},
		"another redirect":      {core.Grant{RedirectURI: "http://a/"}, `"client_id":"p","client_secret":"ps","grant_type":"authorization_code","code":"g","redirect_uri":"http://b/"`, 400},
		"refresh token":         {core.Grant{Refresh: true}, `"client_id":"p","client_secret":"ps","grant_type":"refresh_token","refresh_token":"g"`, 200},
		"refresh token as code": {core.Grant{Refresh: true}, `"client_id":"p","client_secret":"ps","grant_type":"authorization_code","code":"g"`, 400},
		"expired code":          {core.Grant{Expires: start}, `"client_id":"p","client_secret":"ps","grant_type":"authorization_code","code":"g"`, 400},
		"of another platform":   {core.Grant{}, `"client_id":"q","client_secret":"qs","grant_type":"authorization_code","code":"g"`, 400},
		"wrong secret":          {core.Grant{}, `"client_id":"p","client_secret":"x","grant_type":"authorization_code","code":"g"`, 401},
		"unknown grant":         {core.Grant{}, `"client_id":"p","client_secret":"ps","grant_type":"authorization_code","code":"h"`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			g := test.grant
			g.App, g.Team, g.Scopes = app, f.team, core.AllScopes
			f.Grants["g"] = &g
			if w := f.call(http.MethodPost, "/oauth/token.json", "", "{"+test.body+"}"); w.Code != test.status {
				t.Errorf("HTTP %d %s", w.Code, w.Body)
			}
			if _, left := f.Grants["g"]; left == (test.status == 200) {
				t.Errorf("the grant is left: %v", left)
			}
		})
	}
}
