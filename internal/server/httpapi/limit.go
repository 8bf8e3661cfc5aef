package httpapi

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is a token bucket: PerSecond requests a second, bursts of at most Burst.
type Rate struct {
	PerSecond float64
	Burst     int
}

// maxBuckets limits the memory of a limiter, at about 200 bytes per bucket.
const maxBuckets = 20_000

// Limiter is a rate limiter with one token bucket per client.
type Limiter struct {
	rate Rate
	now  func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// NewLimiter returns a limiter that allows each client the rate r.
func NewLimiter(r Rate, now func() time.Time) *Limiter {
	return &Limiter{rate: r, now: now, buckets: map[string]*rate.Limiter{}}
}

// TakeToken takes one token from the client's bucket. It returns 0, or the time
// until the next token when the bucket is empty.
func (l *Limiter) TakeToken(visitor string) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[visitor]
	if !ok {
		l.evictBuckets(now)
		b = rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)
		l.buckets[visitor] = b
	}
	if b.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - b.TokensAt(now)) / l.rate.PerSecond * float64(time.Second))
}

// Remaining returns the number of tokens in the client's bucket and the time
// until it is full.
func (l *Limiter) Remaining(visitor string) (int, time.Duration) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	tokens := float64(l.rate.Burst)
	if b, ok := l.buckets[visitor]; ok {
		tokens = max(0, b.TokensAt(now))
	}
	missing := (float64(l.rate.Burst) - tokens) / l.rate.PerSecond
	return int(tokens), time.Duration(missing * float64(time.Second))
}

// evictBuckets removes full buckets, which has no effect on their clients, and
// then arbitrary ones until a tenth is free.
func (l *Limiter) evictBuckets(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for visitor, b := range l.buckets {
		if b.TokensAt(now) >= float64(l.rate.Burst) {
			delete(l.buckets, visitor)
		}
	}
	for visitor := range l.buckets {
		if len(l.buckets) < maxBuckets*9/10 {
			return
		}
		delete(l.buckets, visitor)
	}
}
