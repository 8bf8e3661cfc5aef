package account

import (
	"strconv"
	"testing"
	"time"
)

// WeCom bars a company that asks for too many who are not there: misses are
// rationed, and what is known is not asked for again.
func TestContactCacheLimitsMisses(t *testing.T) {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	var k contactCache
	for n := range missBurst {
		if wait := k.retryAfter(now); wait != 0 {
			t.Fatalf("miss %d waits %s", n, wait)
		}
		k.store(Contact{Mobile: strconv.Itoa(n)}, "", now)
	}
	if wait := k.retryAfter(now); wait != missInterval {
		t.Errorf("after the last it waits %s", wait)
	}
	if wait := k.retryAfter(now.Add(missInterval)); wait != 0 {
		t.Errorf("later it waits %s", wait)
	}
	k.store(Contact{Email: "lin@example.com"}, "lin", now)
	if userID, ok := k.lookUp(Contact{Email: "lin@example.com"}, now); !ok || userID != "lin" {
		t.Errorf("known is %q, %v", userID, ok)
	}
	if userID, ok := k.lookUp(Contact{Mobile: "1"}, now); !ok || userID != "" {
		t.Errorf("nobody is %q, %v", userID, ok)
	}
	if _, ok := k.lookUp(Contact{Email: "lin@example.com"}, now.Add(contactTTL)); ok {
		t.Error("what was known an hour ago is known")
	}
}

func TestNormalizeMobile(t *testing.T) {
	for written, want := range map[string]string{
		" +86 138-0000-0001 ": "13800000001", "138 0000 0001": "13800000001", "+81 (90) 1234.5678": "+819012345678", "": "",
	} {
		if got := normalizeMobile(written); got != want {
			t.Errorf("%q is %q", written, got)
		}
	}
}
