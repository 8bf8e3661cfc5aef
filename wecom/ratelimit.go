package wecom

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// RateLimit is a token bucket: PerMinute calls a minute on average, Burst at
// once. PerMinute of 0 or below means no limit.
type RateLimit struct {
	PerMinute int
	Burst     int // 1 when 0
}

// RateLimits are the client-side rate limits. They keep a client below WeCom's
// own limits: beyond those, WeCom returns 45009 and refuses calls of the whole
// company for a minute or an hour.
// See https://developer.work.weixin.qq.com/document/path/90312
type RateLimits struct {
	// PerAPI applies to each API path separately. The zero value stays below
	// WeCom's base limit of 10,000 calls a minute: a burst of 2,000, then 8,000
	// a minute. PerMinute -1 disables it.
	PerAPI RateLimit
	// ByPath overrides PerAPI for single paths: "/cgi-bin/user/get".
	ByPath map[string]RateLimit
}

// defaultRateLimit stays below 10,000 calls in any one minute: the burst plus
// the refill of that minute.
var defaultRateLimit = RateLimit{PerMinute: 8000, Burst: 2000}

// messageSendPath has quotas of its own, per member and day, and does not count
// towards the base limit.
const messageSendPath = "/cgi-bin/message/send"

// webhookSendPath accepts 20 messages a minute per webhook. Its bucket is keyed
// by path and webhook key.
const webhookSendPath = "/cgi-bin/webhook/send"

var webhookRateLimit = RateLimit{PerMinute: 15, Burst: 5}

// rateLimiter has one bucket per API path.
type rateLimiter struct {
	limits  RateLimits
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newRateLimiter(limits RateLimits) *rateLimiter {
	limits.PerAPI = cmp.Or(limits.PerAPI, defaultRateLimit)
	return &rateLimiter{limits: limits, buckets: map[string]*rate.Limiter{}}
}

// waitForPath blocks until a call to the path is allowed. It fails when ctx
// ends first, or when its deadline is before the next free slot.
func (l *rateLimiter) waitForPath(ctx context.Context, path string) error {
	bucket := l.bucketFor(path)
	if bucket == nil {
		return ctx.Err()
	}
	return bucket.Wait(ctx)
}

func (l *rateLimiter) bucketFor(path string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, known := l.buckets[path]; known {
		return b
	}
	limit, own := l.limits.ByPath[path]
	switch {
	case own || path == messageSendPath:
	case strings.HasPrefix(path, webhookSendPath):
		limit = webhookRateLimit
	default:
		limit = l.limits.PerAPI
	}
	var b *rate.Limiter
	if limit.PerMinute > 0 {
		b = rate.NewLimiter(rate.Every(time.Minute/time.Duration(limit.PerMinute)), max(limit.Burst, 1))
	}
	l.buckets[path] = b
	return b
}
