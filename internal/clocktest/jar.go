package clocktest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Jar is a cookie jar in which cookies expire by a fixture's clock. A cookie
// with Expires and without Max-Age fails the test, since its lifetime would
// depend on the clock of the candidate's computer.
type Jar struct {
	t   testing.TB
	now func() time.Time
	jar *cookiejar.Jar

	mu      sync.Mutex
	expires map[string]time.Time // by cookie name
}

// NewJar returns an empty jar.
func NewJar(t testing.TB, now func() time.Time) *Jar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Jar{t: t, now: now, jar: jar, expires: map[string]time.Time{}}
}

// SetCookies stores the cookies of a response.
func (j *Jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	kept := make([]*http.Cookie, 0, len(cookies))
	for _, c := range cookies {
		c := *c //nolint:gosec // a copy of what the server has set
		delete(j.expires, c.Name)
		switch {
		case c.MaxAge > 0:
			j.expires[c.Name] = j.now().Add(time.Duration(c.MaxAge) * time.Second)
			c.MaxAge, c.Expires = 0, time.Time{} // expires here and not in the inner jar
		case c.MaxAge == 0 && !c.Expires.IsZero():
			j.t.Errorf("cookie %s has Expires and no Max-Age", c.Name)
		}
		kept = append(kept, &c)
	}
	j.jar.SetCookies(u, kept)
}

// Cookies returns the unexpired cookies for a request.
func (j *Jar) Cookies(u *url.URL) []*http.Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	var valid []*http.Cookie
	for _, c := range j.jar.Cookies(u) {
		if end, ok := j.expires[c.Name]; !ok || j.now().Before(end) {
			valid = append(valid, c)
		}
	}
	return valid
}
