package account

import (
	"strconv"
	"testing"
	"time"
)

// Misses are rate-limited, because WeCom blocks companies after too many of them, and
// results are cached.
func TestContactCacheLimitsMisses(t *testing.T) {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	var k contactCache
	for n := range missBurst {
		if delay := k.retryAfter(now); delay != 0 {
			t.Fatalf("miss %d: retry after %s", n, delay)
		}
		k.store(Contact{Mobile: strconv.Itoa(n)}, "", now)
	}
	if delay := k.retryAfter(now); delay != missInterval {
		t.Errorf("after the burst: retry after %s", delay)
	}
	if delay := k.retryAfter(now.Add(missInterval)); delay != 0 {
		t.Errorf("after the interval: retry after %s", delay)
	}
	k.store(Contact{Email: "lin@example.com"}, "lin", now)
	if userID, ok := k.lookUp(Contact{Email: "lin@example.com"}, now); !ok || userID != "lin" {
		t.Errorf("cached member: %q, %v", userID, ok)
	}
	if userID, ok := k.lookUp(Contact{Mobile: "1"}, now); !ok || userID != "" {
		t.Errorf("cached miss: %q, %v", userID, ok)
	}
	if _, ok := k.lookUp(Contact{Email: "lin@example.com"}, now.Add(contactTTL)); ok {
		t.Error("an expired entry is returned")
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
