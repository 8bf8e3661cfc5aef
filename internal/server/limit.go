package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/server/httpapi"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// Limits are the rate limits of unauthenticated and signed-in clients.
type Limits struct {
	Session httpapi.Rate // per session, or per IP address without one
	Address httpapi.Rate // per IP address: an office may share one
	SignIn  httpapi.Rate // per IP address, for sign-in and candidate links
}

// DefaultLimits are well above interactive use and well below the server's capacity.
var DefaultLimits = Limits{
	Session: httpapi.Rate{PerSecond: 20, Burst: 120},
	Address: httpapi.Rate{PerSecond: 200, Burst: 2000},
	SignIn:  httpapi.Rate{PerSecond: 5, Burst: 60},
}

type limiters struct{ session, address, signIn *httpapi.Limiter }

func newLimiters(l Limits, now func() time.Time) limiters {
	return limiters{httpapi.NewLimiter(l.Session, now), httpapi.NewLimiter(l.Address, now), httpapi.NewLimiter(l.SignIn, now)}
}

// limitRate responds with 429 and Retry-After to clients over their rate limit.
// Static files and WeCom's callbacks are not limited.
func (s *Server) limitRate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, address := r.URL.Path, s.clientAddress(r)
		var wait time.Duration
		switch {
		case strings.HasPrefix(path, "/auth/"), strings.HasPrefix(path, "/api/join/"):
			wait = s.limits.signIn.TakeToken(address)
		case strings.HasPrefix(path, v1.Prefix): // package v1 limits each token
			wait = s.limits.address.TakeToken(address)
		case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/ws/"):
			wait = max(s.limits.address.TakeToken(address), s.limits.session.TakeToken(rateLimitKey(r, address)))
		}
		if wait > 0 {
			seconds := int(wait.Seconds()) + 1
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			httpapi.WriteProblem(w, r, s.Logger, apperr.New(apperr.RateLimited, "request.too_many", "Seconds", seconds))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// rateLimitKey returns the session cookie, or the IP address without one. Forged
// session cookies do not help: the limit of the IP address applies too.
func rateLimitKey(r *http.Request, address string) string {
	for _, c := range r.Cookies() {
		if c.Name == sessionCookie || strings.HasPrefix(c.Name, candidateCookie) {
			return c.Value[:min(len(c.Value), 64)]
		}
	}
	return address
}

// clientAddress returns the key of the client's IP address for rate limits. It
// reads X-Forwarded-For from the right, because each proxy appends the address of
// its client, and the client may have forged the entries on the left. A proxy may
// send its entry as a separate header line.
//
// With TrustedProxies, the header of any other peer is ignored, and the client is
// the last entry that is not a trusted proxy. With TrustProxy alone, it is the
// last entry.
func (s *Server) clientAddress(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	client := peer.Addr()
	if !s.TrustProxy && !s.isTrustedProxy(client) {
		return networkPrefix(client)
	}
	entries := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, entry := range slices.Backward(entries) {
		address, err := parseForwarded(entry)
		if err != nil {
			break
		}
		client = address
		if !s.isTrustedProxy(client) {
			break
		}
	}
	return networkPrefix(client)
}

func (s *Server) isTrustedProxy(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(s.TrustedProxies, func(network netip.Prefix) bool { return network.Contains(address) })
}

// parseForwarded parses an entry of X-Forwarded-For: an address, with or without
// a port, brackets and quotation marks.
func parseForwarded(entry string) (netip.Addr, error) {
	entry = strings.Trim(strings.TrimSpace(entry), `"`)
	if withPort, err := netip.ParseAddrPort(entry); err == nil {
		return withPort.Addr(), nil
	}
	return netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(entry, "["), "]"))
}

// networkPrefix returns the key of an address for rate limits: an IPv4 address,
// or the /64 of an IPv6 address, from which a client can choose any address.
func networkPrefix(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil { // unreachable: an IPv6 address has 128 bits
		return a.String()
	}
	return p.String()
}
