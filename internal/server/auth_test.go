package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
)

func TestSignInThroughWeCom(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.ConnectSimulator()
	b := f.NewBrowser()
	b.Headers["User-Agent"] = "Mozilla/5.0 (iPhone) wxwork/4.1.30 MicroMessenger/7.0.1"
	start := b.Call("GET", "/auth/wecom/start?next=/interviews/7", nil)
	to := start.Header.Get("Location")
	if start.Status != http.StatusFound || !strings.Contains(to, "/connect/oauth2/authorize?") {
		t.Fatalf("sign-in begins with %d to %s", start.Status, to)
	}
	back := f.confirmSignIn(to, "rosa")
	done := b.Call("GET", "/auth/wecom/callback?"+back.RawQuery, nil)
	if done.Status != http.StatusFound || done.Header.Get("Location") != "/interviews/7" {
		t.Fatalf("sign-in ends with %d to %s", done.Status, done.Header.Get("Location"))
	}
	if s := apptest.DecodeBody[server.Session](b.Call("GET", "/api/session", nil), http.StatusOK); s.User.UserID != "rosa" || s.Features.WeCom.State != "ok" {
		t.Errorf("signed in as %+v", s)
	}
	again := b.Call("GET", "/auth/wecom/callback?"+back.RawQuery, nil)
	if to := again.Header.Get("Location"); to != "/" {
		t.Errorf("the return once more, signed in, leads to %s", to)
	}
	stolen := f.NewBrowser().Call("GET", "/auth/wecom/callback?"+back.RawQuery, nil)
	if to := stolen.Header.Get("Location"); to != "/signin?error=signin.state" {
		t.Errorf("in another browser it leads to %s", to)
	}
	if strings.Contains(f.Log.String(), back.Query().Get("code")) {
		t.Error("the log holds the code")
	}
}

func TestSignInRejectsForeignRedirect(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.ConnectSimulator()
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)"} {
		b := f.NewBrowser()
		start := b.Call("GET", "/auth/wecom/start?next="+url.QueryEscape(next), nil)
		to := start.Header.Get("Location")
		if !strings.Contains(to, "/wwlogin/sso/login?") {
			t.Fatalf("outside WeCom sign-in goes to %s", to)
		}
		done := b.Call("GET", "/auth/wecom/callback?"+f.confirmSignIn(to, "rosa").RawQuery, nil)
		if to := done.Header.Get("Location"); to != "/" {
			t.Errorf("next=%s leads to %s", next, to)
		}
	}
}

// confirmSignIn confirms the sign-in at WeCom and returns the URL to which WeCom
// redirects the browser.
func (f *fixture) confirmSignIn(authorize, userID string) *url.URL {
	f.T.Helper()
	u, err := url.Parse(authorize)
	if err != nil {
		f.T.Fatal(err)
	}
	q := u.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		f.T.Fatal(err)
	}
	code := f.Sim.SignInCode("acme", userID, 1000002)
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	return back
}
