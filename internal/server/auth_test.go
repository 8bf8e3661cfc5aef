package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// connectSimulator connects the product to a WeCom in which rosa works for acme.
func (w *fixture) connectSimulator() {
	w.t.Helper()
	sim := wecomtest.New(w.t)
	sim.AddCorp(wecomtest.Corp{ID: "acme", Name: "云杉科技"})
	sim.AddMember(wecomtest.Member{CorpID: "acme", UserID: "rosa", Name: "罗莎", Departments: []int64{1}})
	sim.AddApp(wecomtest.App{
		CorpID: "acme", AgentID: 1000002, Name: "会面", Secret: "a-secret", HomeURL: "https://interview.test", VisibleUsers: []string{"rosa"},
	})
	c, err := wecom.New(wecom.Config{
		CorpID: "acme", AgentID: 1000002, Secret: "a-secret", BaseURL: sim.URL(), OAuthURL: sim.URL(), LoginURL: sim.URL(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.accounts.Client = c
	w.accounts.Corp = account.Corp{ID: "acme", Name: "云杉科技", TimeZone: "Asia/Shanghai"}
	w.sim = sim
}

func TestSignInThroughWeCom(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	w.connectSimulator()
	b := w.newBrowser()
	b.headers["User-Agent"] = "Mozilla/5.0 (iPhone) wxwork/4.1.30 MicroMessenger/7.0.1"
	start := b.do("GET", "/auth/wecom/start?next=/interviews/7", nil)
	to := start.header.Get("Location")
	if start.status != http.StatusFound || !strings.Contains(to, "/connect/oauth2/authorize?") {
		t.Fatalf("sign-in begins with %d to %s", start.status, to)
	}
	back := w.confirmSignIn(to, "rosa")
	done := b.do("GET", "/auth/wecom/callback?"+back.RawQuery, nil)
	if done.status != http.StatusFound || done.header.Get("Location") != "/interviews/7" {
		t.Fatalf("sign-in ends with %d to %s", done.status, done.header.Get("Location"))
	}
	if s := decodeBody[server.Session](b.do("GET", "/api/session", nil), http.StatusOK); s.User.UserID != "rosa" || s.Features.WeCom.State != "ok" {
		t.Errorf("signed in as %+v", s)
	}
	again := b.do("GET", "/auth/wecom/callback?"+back.RawQuery, nil)
	if to := again.header.Get("Location"); to != "/signin?error=signin.state" {
		t.Errorf("the same return twice leads to %s", to)
	}
	stolen := w.newBrowser().do("GET", "/auth/wecom/callback?"+back.RawQuery, nil)
	if to := stolen.header.Get("Location"); to != "/signin?error=signin.state" {
		t.Errorf("in another browser it leads to %s", to)
	}
	if strings.Contains(w.log.String(), back.Query().Get("code")) {
		t.Error("the log holds the code")
	}
}

func TestSignInRejectsForeignRedirect(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	w.connectSimulator()
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)"} {
		b := w.newBrowser()
		start := b.do("GET", "/auth/wecom/start?next="+url.QueryEscape(next), nil)
		to := start.header.Get("Location")
		if !strings.Contains(to, "/wwlogin/sso/login?") {
			t.Fatalf("outside WeCom sign-in goes to %s", to)
		}
		done := b.do("GET", "/auth/wecom/callback?"+w.confirmSignIn(to, "rosa").RawQuery, nil)
		if to := done.header.Get("Location"); to != "/" {
			t.Errorf("next=%s leads to %s", next, to)
		}
	}
}

// confirmSignIn is what WeCom does when the member agrees: the address that it sends
// the browser back to.
func (w *fixture) confirmSignIn(authorize, userID string) *url.URL {
	w.t.Helper()
	u, err := url.Parse(authorize)
	if err != nil {
		w.t.Fatal(err)
	}
	q := u.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		w.t.Fatal(err)
	}
	code := w.sim.SignInCode("acme", userID, 1000002)
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	return back
}
