package hostcookie_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/huimian/huimian/internal/hostcookie"
)

func TestCookies(t *testing.T) {
	for _, c := range []struct {
		secure                          bool
		set, cleared, value, unprefixed string
	}{
		{true, "__Host-a=1; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax", "a=; Path=/old/; Max-Age=0; HttpOnly; Secure; SameSite=Lax", "new", "old"},
		{false, "a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", "a=; Path=/old/; Max-Age=0; HttpOnly; SameSite=Lax", "old", ""},
	} {
		cookies := hostcookie.Cookies{Secure: c.secure}
		if got := cookies.New("a", "1", 60).String(); got != c.set {
			t.Errorf("set: %s, want %s", got, c.set)
		}
		w := httptest.NewRecorder()
		cookies.ClearUnprefixed(w, "a", "/old/")
		if got := w.Header().Get("Set-Cookie"); got != c.cleared {
			t.Errorf("cleared: %s, want %s", got, c.cleared)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Cookie", "a=old; __Host-a=new")
		if value, unprefixed := cookies.Value(r, "a"), cookies.Unprefixed(r, "a"); value != c.value || unprefixed != c.unprefixed {
			t.Errorf("secure %v: value %q, without the prefix %q", c.secure, value, unprefixed)
		}
		if got := cookies.Value(r, "b"); got != "" {
			t.Errorf("a cookie that is absent: %q", got)
		}
	}
}
