package account_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

// cookieFixture is one installation before and after its cookies have the prefix __Host-.
type cookieFixture struct {
	t             *testing.T
	clock         *clocktest.Clock
	plain, secure *account.Service
	newSignInCode func() string
}

func newCookieFixture(t *testing.T, d *db.DB) *cookieFixture {
	t.Helper()
	w, sim := &cookieFixture{t: t, clock: clocktest.New()}, newSimulator(t)
	cfg := newService(t, sim, d).Config
	cfg.Now = w.clock.Now
	w.plain = account.New(cfg)
	cfg.SecureCookies = true
	w.secure = account.New(cfg)
	w.newSignInCode = func() string { return sim.SignInCode(corpID, "ChenMo", agentID) }
	return w
}

// call runs an action in a request with the cookies, and returns the member who is signed in
// afterwards and the cookies of the response by name; deleted ones are empty.
func (w *cookieFixture) call(s *account.Service, cookies string, action func(http.ResponseWriter, *http.Request)) (name string, set map[string]string) {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Cookie", cookies)
	response := httptest.NewRecorder()
	s.LoadSession(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if action != nil {
			action(rw, r)
		}
		p, _ := s.Profile(r.Context())
		name = p.Name
	})).ServeHTTP(response, r)
	set = map[string]string{}
	for _, c := range response.Result().Cookies() {
		if s.SecureCookies && c.Value != "" && (!strings.HasPrefix(c.Name, "__Host-") || c.Path != "/" || c.Domain != "" || !c.Secure || !c.HttpOnly) {
			w.t.Errorf("the cookie %s", c.String())
		}
		if c.Value != "" || c.Path == "/" || set[c.Name] == "" {
			set[c.Name] = c.Value
		}
	}
	return name, set
}

// signIn starts two sign-ins in one browser, and ends the first.
func (w *cookieFixture) signIn(starts, ends *account.Service) (name string, set map[string]string) {
	w.t.Helper()
	var cookies []string
	var states []string
	for range 2 {
		_, set := w.call(starts, strings.Join(cookies, "; "), func(rw http.ResponseWriter, r *http.Request) {
			to, err := starts.StartSignIn(rw, r, true, "/overview", "zh-CN")
			if err != nil {
				w.t.Fatal(err)
			}
			states = append(states, stateParameter(w.t, to))
		})
		for name, value := range set {
			cookies = append(cookies, name+"="+value)
		}
	}
	return w.call(ends, strings.Join(cookies, "; "), func(rw http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = url.Values{"code": {w.newSignInCode()}, "state": {states[0]}}.Encode()
		if next, err := ends.FinishSignIn(rw, r); err == nil && next != "/overview" {
			w.t.Errorf("the sign-in leads to %s", next)
		}
	})
}

func TestCookiePrefix(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newCookieFixture(t, d)
		name, set := w.signIn(w.secure, w.secure)
		if name != "陈默" || set["__Host-huimian_session"] == "" {
			t.Fatalf("a sign-in by https: %q, %v", name, set)
		}
		if name, _ := w.call(w.secure, "huimian_session="+set["__Host-huimian_session"], nil); name != "" {
			t.Error("a session that began with the prefix is accepted without it")
		}
		if name, set := w.signIn(w.plain, w.plain); name != "陈默" || set["huimian_session"] == "" {
			t.Errorf("a sign-in by http: %q, %v", name, set)
		}
	})
}

// A member who has signed in before the upgrade stays signed in.
func TestSessionBeforeCookiePrefix(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newCookieFixture(t, d)
		_, set := w.signIn(w.plain, w.plain)
		token := set["huimian_session"]
		for n := range 2 { // the requests of a page
			name, set := w.call(w.secure, "huimian_session="+token, nil)
			if cleared, ok := set["huimian_session"]; name != "陈默" || set["__Host-huimian_session"] != token || !ok || cleared != "" {
				t.Errorf("request %d after the upgrade: %q, %v", n+1, name, set)
			}
		}
		if name, set := w.call(w.secure, "huimian_session=made-up; __Host-huimian_session="+token, nil); name != "陈默" || len(set) != 1 {
			t.Errorf("both cookies: %q, %v", name, set)
		}
		w.clock.Advance(time.Minute + time.Second)
		if name, set := w.call(w.secure, "huimian_session="+token, nil); name != "" || set["__Host-huimian_session"] != "" {
			t.Errorf("the former cookie is accepted again: %q, %v", name, set)
		}
		if name, _ := w.call(w.secure, "__Host-huimian_session="+token, nil); name != "陈默" {
			t.Error("the session has ended")
		}
	})
}

func TestSignInBeforeCookiePrefix(t *testing.T) {
	w := newCookieFixture(t, dbtest.Open(t, db.SQLite))
	if name, set := w.signIn(w.plain, w.secure); name != "陈默" || set["__Host-huimian_session"] == "" {
		t.Errorf("a sign-in that began before the upgrade: %q, %v", name, set)
	}
	w.clock.Advance(31 * time.Minute)
	if name, _ := w.signIn(w.plain, w.secure); name != "" {
		t.Error("a state without the prefix is accepted without a limit of time")
	}
}

// The limit of pending sign-ins of a browser drops the oldest.
func TestPendingSignIns(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newCookieFixture(t, d)
		var cookies []string
		for n := range 8 {
			cookies = append(cookies, "__Host-huimian_signin_s"+strconv.Itoa(n)+"=x")
		}
		var deleted []string
		_, set := w.call(w.secure, strings.Join(cookies, "; "), func(rw http.ResponseWriter, r *http.Request) {
			if _, err := w.secure.StartSignIn(rw, r, true, "/overview", "zh-CN"); err != nil {
				t.Fatal(err)
			}
		})
		for name, value := range set {
			if value == "" {
				deleted = append(deleted, name)
			}
		}
		if !slices.Contains(deleted, "__Host-huimian_signin_s0") || slices.Contains(deleted, "__Host-huimian_signin_s1") {
			t.Errorf("dropped: %q", deleted)
		}
	})
}
