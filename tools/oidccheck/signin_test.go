package oidccheck

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
)

// installation is the product with a provider.
type installation struct {
	*apptest.Fixture
	provider *provider
}

func newInstallation(t *testing.T, d *db.DB) *installation {
	t.Helper()
	p := startProvider(t)
	f := &installation{apptest.New(t, d, func(c *server.Config) { c.Accounts.OIDC = p.newClient(nil) }), p}
	f.ConnectSimulator()
	return f
}

func (f *installation) link(email, previous string, want int) {
	f.T.Helper()
	body := `{"email":"` + email + `","previous":"` + previous + `"}`
	if got := f.SignIn("ada").Call("PUT", "/api/members/lin/identity", body); got.Status != want {
		f.T.Fatalf("the account %q: %d %s", email, got.Status, got.Body)
	}
}

// start begins a sign-in and returns the path with which the provider answers.
func (f *installation) start(b *apptest.Browser, username string) string {
	f.T.Helper()
	started := b.Call("GET", "/auth/oidc/start?next=/interviews/7", nil)
	return f.provider.signIn(started.Header.Get("Location"), username).RequestURI()
}

func (f *installation) requireRedirect(b *apptest.Browser, path, want string) {
	f.T.Helper()
	if got := b.Call("GET", path, nil); got.Status != http.StatusFound || got.Header.Get("Location") != want {
		f.T.Errorf("%d to %s, want %s", got.Status, got.Header.Get("Location"), want)
	}
}

// A member signs in with the account that an administrator has entered, and with no other.
func TestSignIn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newInstallation(t, d)
		b := f.NewBrowser()
		f.requireRedirect(b, f.start(b, "lin"), "/signin?error=signin.not_linked")
		f.link("lin@example.org", "", http.StatusUnprocessableEntity) // another domain
		f.link("LIN@example.com", "", http.StatusOK)
		f.link("other@example.com", "", http.StatusConflict) // entered meanwhile
		f.requireRedirect(b, f.start(b, "unsure"), "/signin?error=signin.oidc_unverified")
		f.requireRedirect(b, f.start(b, "guest"), "/signin?error=signin.oidc_domain")
		f.requireRedirect(b, f.start(b, "nobody"), "/signin?error=signin.not_linked")

		first, second := f.start(b, "lin"), f.start(b, "lin") // two windows
		f.requireRedirect(f.NewBrowser(), first, "/signin?error=signin.state")
		f.requireRedirect(b, strings.Replace(first, "/auth/oidc/", "/auth/wecom/", 1), "/signin?error=signin.state")
		f.requireRedirect(b, first, "/interviews/7")
		f.requireRedirect(b, first, "/") // opened once more
		f.requireRedirect(b, second, "/interviews/7")
		s := apptest.DecodeBody[server.Session](b.Call("GET", "/api/session", nil), http.StatusOK)
		if s.User.UserID != "lin" || len(s.Roles) != 1 || s.Roles[0] != "interviewer" {
			t.Errorf("signed in as %+v with %v", s.User, s.Roles)
		}
		entries, err := audit.ListByObject(t.Context(), d.DB, "acme", "lin", 10)
		if err != nil || len(entries) != 3 || entries[0].Action != "member.sign_in" || entries[0].Data["method"] != "oidc" || entries[2].Action != "member.link_identity" {
			t.Errorf("audit log %+v, %v", entries, err)
		}

		later := f.NewBrowser() // another employee gets the address
		f.requireRedirect(later, f.start(later, "later"), "/signin?error=signin.other_account")
		f.provider.users["lin"].Email = "married@example.com" // the account keeps its link
		f.requireRedirect(later, f.start(later, "lin"), "/interviews/7")

		code, _, _ := strings.Cut(first[strings.Index(first, "code=")+len("code="):], "&")
		for _, word := range []string{clientSecret, code} {
			if strings.Contains(f.Log.String(), word) {
				t.Errorf("the log contains %s", word)
			}
		}
	})
}

// The sessions of an account end with it. Other sessions of the member do not.
func TestRemoveAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newInstallation(t, d)
		f.link("lin@example.com", "", http.StatusOK)
		b, weCom := f.NewBrowser(), f.SignIn("lin")
		f.requireRedirect(b, f.start(b, "lin"), "/interviews/7")
		f.link("", "lin@example.com", http.StatusOK)
		if got := b.Call("GET", "/api/session", nil).Status; got != http.StatusUnauthorized {
			t.Errorf("the session of the account: %d", got)
		}
		if got := weCom.Call("GET", "/api/session", nil).Status; got != http.StatusOK {
			t.Errorf("a session through WeCom: %d", got)
		}
		f.requireRedirect(b, f.start(b, "lin"), "/signin?error=signin.not_linked")
		f.link("lin@example.com", "", http.StatusOK) // another account may have it now
		f.requireRedirect(b, f.start(b, "later"), "/interviews/7")
		if got := b.Call("DELETE", "/api/session", nil).Status; got != http.StatusNoContent {
			t.Errorf("sign-out: %d", got)
		}
	})
}

// A provider that is down, or refuses, leads to a sentence on the sign-in page.
func TestProviderFails(t *testing.T) {
	f := newInstallation(t, dbtest.Open(t, db.SQLite))
	b := f.NewBrowser()
	back := f.start(b, "lin")
	state := back[strings.Index(back, "state="):]
	f.requireRedirect(b, "/auth/oidc/callback?error=access_denied&"+state, "/signin?error=signin.oidc_refused")
	back = f.start(b, "lin")
	f.requireRedirect(b, back+"&iss=https://login.example.org", "/signin?error=signin.oidc_token")
	back = f.start(b, "lin")
	f.provider.Close()
	f.requireRedirect(b, back, "/signin?error=signin.oidc_away")
	f.Fixture = apptest.New(t, dbtest.Open(t, db.SQLite), func(c *server.Config) { c.Accounts.OIDC = f.provider.newClient(nil) })
	f.requireRedirect(f.NewBrowser(), "/auth/oidc/start", "/signin?error=signin.oidc_away")
	f.Fixture = apptest.New(t, dbtest.Open(t, db.SQLite), func(c *server.Config) { c.Accounts.OIDC = nil })
	f.requireRedirect(f.NewBrowser(), "/auth/oidc/start", "/signin?error=account.oidc_unconfigured")
}
