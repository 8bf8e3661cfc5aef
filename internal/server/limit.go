package server

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/server/httpapi"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// Limits bound how much one visitor may ask for.
type Limits struct {
	Session Rate // one session, or one address that has none
	Address Rate // one address: a whole office may stand behind it
	SignIn  Rate // one address that signs in or opens candidates' links
}

// Rate is so many requests a second, and at most Burst at once.
type Rate = httpapi.Rate

// DefaultLimits are far above what people do and far below what hurts.
var DefaultLimits = Limits{
	Session: Rate{PerSecond: 20, Burst: 120},
	Address: Rate{PerSecond: 200, Burst: 2000},
	SignIn:  Rate{PerSecond: 5, Burst: 60},
}

type limiters struct{ session, address, signIn *httpapi.Limiter }

func newLimiters(l Limits, now func() time.Time) limiters {
	return limiters{httpapi.NewLimiter(l.Session, now), httpapi.NewLimiter(l.Address, now), httpapi.NewLimiter(l.SignIn, now)}
}

// limit refuses visitors who ask for too much. Files and WeCom's callbacks are
// not counted.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, address := r.URL.Path, s.address(r)
		var wait time.Duration
		switch {
		case strings.HasPrefix(path, "/auth/"), strings.HasPrefix(path, "/api/join/"):
			wait = s.limits.signIn.TakeToken(address)
		case strings.HasPrefix(path, v1.Prefix): // each token has a limit of its own there
			wait = s.limits.address.TakeToken(address)
		case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/ws/"):
			wait = max(s.limits.address.TakeToken(address), s.limits.session.TakeToken(visitor(r, address)))
		}
		if wait > 0 {
			seconds := int(wait.Seconds()) + 1
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			s.refuse(w, r, apperr.New(apperr.RateLimited, "request.too_many", "Seconds", seconds))
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
