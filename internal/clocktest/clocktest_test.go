package clocktest_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/huimian/huimian/internal/clocktest"
)

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clocktest.New()
		running := c.Running()
		<-time.After(time.Second)
		if !c.Now().Equal(clocktest.Noon()) || !running().Equal(clocktest.Noon().Add(time.Second)) {
			t.Errorf("after a second: %v, running %v", c.Now(), running())
		}
		c.Advance(time.Hour)
		if !c.Now().Equal(clocktest.Noon().Add(time.Hour)) || !running().Equal(clocktest.Noon().Add(time.Hour+time.Second)) {
			t.Errorf("after an hour: %v, running %v", c.Now(), running())
		}
		c.Set(clocktest.Noon())
		if got := c.Now().Format(time.DateOnly); got != clocktest.Date(0) {
			t.Errorf("set back: %v", got)
		}
	})
}

func TestJarExpiresCookies(t *testing.T) {
	c := clocktest.New()
	jar := clocktest.NewJar(t, c.Now)
	u := &url.URL{Scheme: "http", Host: "example.com", Path: "/"}
	names := func() (list string) {
		for _, cookie := range jar.Cookies(u) {
			list += cookie.Name
		}
		return list
	}
	jar.SetCookies(u, []*http.Cookie{
		{Name: "a", Value: "1", MaxAge: 60, Expires: time.Unix(1, 0)}, // browsers prefer Max-Age
		{Name: "b", Value: "1", MaxAge: 120},
		{Name: "c", Value: "1"}, // until the browser is closed
	})
	if got := names(); got != "abc" {
		t.Errorf("at first: %q", got)
	}
	c.Advance(time.Minute)
	if got := names(); got != "bc" {
		t.Errorf("after a minute: %q", got)
	}
	jar.SetCookies(u, []*http.Cookie{{Name: "b", MaxAge: -1, Expires: time.Unix(1, 0)}, {Name: "a", Value: "2", MaxAge: 60}})
	if got := names(); got != "ac" {
		t.Errorf("after one was deleted and one was set again: %q", got)
	}
}
