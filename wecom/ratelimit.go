package wecom

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// RateLimit is a token bucket: PerMinute calls a minute in the long run, Burst at
// once. A PerMinute of 0 or below means no limit.
type RateLimit struct {
	PerMinute int
	Burst     int // 1 when 0
}

// RateLimits holds a client back before WeCom does: WeCom answers 45009 and then
// refuses the whole company for a minute or an hour.
// See https://developer.work.weixin.qq.com/document/path/90312
type RateLimits struct {
	// PerAPI applies to every API by itself. The zero value keeps within WeCom's
	// base limit of 10,000 calls a minute: 2,000 at once, 8,000 a minute.
	// PerMinute -1 switches it off.
	PerAPI RateLimit
	// ByPath overrides Each for single APIs: "/cgi-bin/user/get".
	ByPath map[string]RateLimit
}

// defaultRateLimit stays under 10,000 in any one minute: the burst and what flows in
// during that minute add up to it.
var defaultRateLimit = RateLimit{PerMinute: 8000, Burst: 2000}

// messageSendPath has quotas of its own, by person and day, and does not count
// against the base limit.
const messageSendPath = "/cgi-bin/message/send"

// A robot's webhook takes 20 messages a minute. Its bucket is named by path
// and key.
const webhookSendPath = "/cgi-bin/webhook/send"

var webhookRateLimit = RateLimit{PerMinute: 15, Burst: 5}

// rateLimiter keeps one bucket for each API that was called.
type rateLimiter struct {
	limits  RateLimits
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newRateLimiter(limits RateLimits) *rateLimiter {
	limits.PerAPI = cmp.Or(limits.PerAPI, defaultRateLimit)
	return &rateLimiter{limits: limits, buckets: map[string]*rate.Limiter{}}
}

// waitForPath blocks until the API may be called. It fails when ctx ends first or is
// known to end before the turn comes.
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
