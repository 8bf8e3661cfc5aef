package httpapi

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is so many requests a second, and at most Burst at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// maxBuckets bounds the memory of a limiter: about 200 bytes each.
const maxBuckets = 20_000

// Limiter has one bucket for each visitor.
type Limiter struct {
	rate Rate
	now  func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// NewLimiter returns a limiter with this rate for each visitor.
func NewLimiter(r Rate, now func() time.Time) *Limiter {
	return &Limiter{rate: r, now: now, buckets: map[string]*rate.Limiter{}}
}

// TakeToken takes one request out of the visitor's bucket. It returns zero, or how
// long until the next may come.
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

// Remaining says how many requests the visitor may make at once now, and how long it
// takes until that is Burst again.
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

// evictBuckets forgets visitors whose buckets have filled up again, which changes
// nothing for them, and when that is not enough any others.
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
