package server

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/huimian/huimian/internal/fault"
)

// Limits bound how much one visitor may ask for.
type Limits struct {
	Session Rate // one session, or one address that has none
	Address Rate // one address: a whole office may stand behind it
	SignIn  Rate // one address that signs in or opens candidates' links
}

// Rate is so many requests a second, and at most Burst at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// DefaultLimits are far above what people do and far below what hurts.
var DefaultLimits = Limits{
	Session: Rate{20, 120},
	Address: Rate{200, 2000},
	SignIn:  Rate{5, 60},
}

// maxVisitors bounds the memory of a limiter: about 200 bytes each.
const maxVisitors = 20_000

type limiters struct{ session, address, signIn *limiter }

func newLimiters(l Limits, now func() time.Time) limiters {
	return limiters{newLimiter(l.Session, now), newLimiter(l.Address, now), newLimiter(l.SignIn, now)}
}

// limiter has one bucket for each visitor.
type limiter struct {
	rate Rate
	now  func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimiter(r Rate, now func() time.Time) *limiter {
	return &limiter{rate: r, now: now, buckets: map[string]*rate.Limiter{}}
}

// wait takes one request out of the visitor's bucket. It returns zero, or how
// long until the next may come.
func (l *limiter) wait(visitor string) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[visitor]
	if !ok {
		l.makeRoom(now)
		b = rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)
		l.buckets[visitor] = b
	}
	if b.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - b.TokensAt(now)) / l.rate.PerSecond * float64(time.Second))
}

// makeRoom forgets visitors whose buckets have filled up again, which changes
// nothing for them, and when that is not enough any others.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.buckets) < maxVisitors {
		return
	}
	for visitor, b := range l.buckets {
		if b.TokensAt(now) >= float64(l.rate.Burst) {
			delete(l.buckets, visitor)
		}
	}
	for visitor := range l.buckets {
		if len(l.buckets) < maxVisitors*9/10 {
			return
		}
		delete(l.buckets, visitor)
	}
}

// limit refuses visitors who ask for too much. Files and WeCom's callbacks are
// not counted.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, address := r.URL.Path, s.address(r)
		var wait time.Duration
		switch {
		case strings.HasPrefix(path, "/auth/"), strings.HasPrefix(path, "/api/join/"):
			wait = s.limits.signIn.wait(address)
		case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/ws/"):
			wait = max(s.limits.address.wait(address), s.limits.session.wait(visitor(r, address)))
		}
		if wait > 0 {
			seconds := int(wait.Seconds()) + 1
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			s.refuse(w, r, fault.New(fault.Limited, "request.too_many", "Seconds", seconds))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// visitor names the session, or the address of one who has none. Made-up
// sessions are caught by the limit for the address.
func visitor(r *http.Request, address string) string {
	for _, c := range r.Cookies() {
		if c.Name == sessionCookie || strings.HasPrefix(c.Name, candidateCookie) {
			return c.Value[:min(len(c.Value), 64)]
		}
	}
	return address
}

// address is the visitor's IP address. Of X-Forwarded-For the last entry
// counts: our proxy has written that one, and the visitor the others. A proxy
// may write it on a line of its own.
func (s *Server) address(r *http.Request) string {
	if s.TrustProxy {
		entries := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if last, err := netip.ParseAddr(strings.TrimSpace(entries[len(entries)-1])); err == nil {
			return network(last)
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return network(peer.Addr())
}

// network is an address as the limits count it. Every visitor with IPv6 has
// a whole /64 to choose addresses from.
func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil { // cannot be: it has 128 bits
		return a.String()
	}
	return p.String()
}
