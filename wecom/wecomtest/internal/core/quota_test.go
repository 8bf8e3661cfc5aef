package core

import (
	"strconv"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

var start = time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)

// newFixture returns a core with one company, whose clock starts at start.
func newFixture(settings Settings) (*Core, *CorpState) {
	settings.Now = func() time.Time { return start }
	if settings.Seed == 0 {
		settings.Seed = 1
	}
	s := New(func() Settings { return settings })
	s.AddCorp(model.Corp{ID: "ww1", Name: "云杉科技"})
	return s, s.CorpStates["ww1"]
}

func TestWindow(t *testing.T) {
	var w Window
	for i, test := range []struct {
		at   time.Duration
		want bool
	}{{0, true}, {time.Second, true}, {59 * time.Second, false}, {time.Minute, true}, {time.Minute, true}, {time.Minute, false}, {3 * time.Minute, true}} {
		if got := w.CountEvent(start.Add(test.at), time.Minute, 2); got != test.want {
			t.Errorf("event %d after %s: %v", i+1, test.at, got)
		}
	}
}

func TestAllowEvents(t *testing.T) {
	for name, test := range map[string]struct {
		counts []int
		want   bool // of the last
	}{
		"below the limit":     {[]int{3, 6}, true},
		"at the limit":        {[]int{3, 7}, true},
		"above the limit":     {[]int{3, 8}, false},
		"more than the limit": {[]int{11}, false},
		"after a refused one": {[]int{11, 1}, false},
		"one at a time":       {[]int{1, 1, 1}, true},
		"the limit in one":    {[]int{10}, true},
		"nothing after it":    {[]int{10, 1}, false},
	} {
		var q Quotas
		q.Init()
		got := false
		for _, n := range test.counts {
			got = q.AllowEvents("x", start, time.Hour, 10, n)
		}
		if got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAllowMessage(t *testing.T) {
	var q Quotas
	q.Init()
	lisi, wangwu := MemberKey{"ww1", 1, "lisi"}, MemberKey{"ww1", 1, "wangwu"}
	for i := range PerMemberMinute {
		if !q.AllowMessage(lisi, start) {
			t.Fatalf("message %d is dropped", i+1)
		}
	}
	if q.AllowMessage(lisi, start.Add(59*time.Second)) || !q.AllowMessage(wangwu, start) || !q.AllowMessage(lisi, start.Add(time.Minute)) {
		t.Error("the limit of a minute is wrong")
	}
	sent := PerMemberMinute + 2
	for m := 2; sent < PerMemberHour && m < 60; m++ {
		for range 25 {
			q.AllowMessage(lisi, start.Add(time.Duration(m)*time.Minute))
			sent++
		}
	}
	if sent < PerMemberHour || q.AllowMessage(lisi, start.Add(59*time.Minute+59*time.Second)) || !q.AllowMessage(lisi, start.Add(time.Hour)) {
		t.Errorf("the limit of an hour is wrong after %d messages", sent)
	}
}

func TestAllowCall(t *testing.T) {
	var q Quotas
	q.Init()
	for range CallsCorpMinute {
		q.AllowCall("user/get", "ww1", "10.0.0.1", start)
	}
	for name, test := range map[string]struct {
		path, corp, ip string
		want           bool
	}{
		"the same":         {"user/get", "ww1", "10.0.0.1", false},
		"another address":  {"user/get", "ww1", "10.0.0.2", false},
		"another endpoint": {"user/list", "ww1", "10.0.0.1", true},
		"another company":  {"user/get", "ww2", "10.0.0.1", true},
		"no company":       {"user/get", "", "10.0.0.1", true},
		"a free endpoint":  {"message/send", "ww1", "10.0.0.1", true},
		"another free one": {"webhook/send", "ww1", "10.0.0.1", true},
	} {
		if got := q.AllowCall(test.path, test.corp, test.ip, start); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWrongSecrets(t *testing.T) {
	var q Quotas
	q.Init()
	for range WrongSecretsHour - 1 {
		q.CountWrongSecret("10.0.0.1", start)
	}
	if q.IsAddressBlocked("10.0.0.1", start) {
		t.Error("blocked before the limit")
	}
	q.CountWrongSecret("10.0.0.1", start)
	if !q.IsAddressBlocked("10.0.0.1", start.Add(59*time.Minute)) || q.IsAddressBlocked("10.0.0.1", start.Add(time.Hour)) || q.IsAddressBlocked("10.0.0.2", start) {
		t.Error("the block is wrong")
	}
}

func TestExpiredWindowsAreRemoved(t *testing.T) {
	var q Quotas
	q.Init()
	for i := range 100 {
		q.AllowMessage(MemberKey{"ww1", 1, strconv.Itoa(i)}, start)
		q.AllowEvents(strconv.Itoa(i), start, time.Minute, 1, 1)
		q.CountWrongSecret(strconv.Itoa(i), start)
	}
	q.AllowEvents("day", start, 24*time.Hour, 1, 1)
	q.AllowEvents("new", start.Add(2*time.Hour), time.Minute, 1, 1)
	if len(q.Members) != 0 || len(q.WrongSecrets) != 0 || len(q.named) != 2 {
		t.Errorf("%d members, %d addresses and %d names are left", len(q.Members), len(q.WrongSecrets), len(q.named))
	}
}

func TestChinaDate(t *testing.T) {
	s, _ := newFixture(Settings{})
	if got := s.ChinaDate(); got != "2026-03-03" {
		t.Errorf("ChinaDate() = %s", got)
	}
}

func TestLimitDefaults(t *testing.T) {
	got := limitsWithDefaults(model.Limits{Messages: 7, Chat: -1})
	want := model.Limits{Messages: 7, Chat: 2000, Codes: 100000, Records: 10000, MediaBytes: 128 << 20, TextBytes: 64 << 20}
	if got != want {
		t.Errorf("limits %+v, want %+v", got, want)
	}
}

func TestClock(t *testing.T) {
	s, _ := newFixture(Settings{})
	changed := s.Changed.Changed()
	s.Advance(-time.Hour)
	select {
	case <-changed:
		t.Error("an ignored advance is reported as a change")
	default:
	}
	s.Advance(time.Hour)
	<-changed
	if !s.Time().Equal(start.Add(time.Hour)) {
		t.Errorf("the time is %s", s.Time())
	}
}

func TestErrorHint(t *testing.T) {
	s, _ := newFixture(Settings{})
	if hint := s.NewErrorHint(); len(hint) != 25 || hint[:10] != strconv.FormatInt(start.Unix(), 10) {
		t.Errorf("hint %s", hint)
	}
}

func TestSeed(t *testing.T) {
	a, _ := newFixture(Settings{Seed: 5})
	b, _ := newFixture(Settings{Seed: 5})
	c, _ := newFixture(Settings{Seed: 6})
	first := a.RandomText(33)
	if first != b.RandomText(33) || first == c.RandomText(33) {
		t.Error("the seed does not determine the ids")
	}
	if _, nonce := a.randomEnvelopeText(); nonce == "" || a.RandomText(33) != b.RandomText(33) {
		t.Error("background work changes the ids of calls")
	}
}
