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
)

// Limits are the rate limits of unauthenticated and signed-in clients.
type Limits struct {
	Session httpapi.Rate // per member or candidate's browser, or per IP address without a session
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

// limitAddress responds with 429 and Retry-After to IP addresses over their rate
// limit, before a session is read. Static files and WeCom's callbacks are not
// limited.
func (s *Server) limitAddress(next http.Handler) http.Handler {
	return s.limitRate(next, func(r *http.Request) time.Duration {
		switch path := r.URL.Path; {
		case isSignIn(path):
			return s.limits.signIn.TakeToken(s.clientAddress(r))
		case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/ws/"), strings.HasPrefix(path, "/go/"):
			return s.limits.address.TakeToken(s.clientAddress(r))
		}
		return 0
	})
}

// limitSession responds with 429 and Retry-After to sessions over their rate
// limit, and to IP addresses without a session. It runs behind the session
// middleware. Package v1 limits API tokens.
func (s *Server) limitSession(next http.Handler) http.Handler {
	return s.limitRate(next, func(r *http.Request) time.Duration {
		if isSignIn(r.URL.Path) {
			return 0
		}
		return s.limits.session.TakeToken(s.sessionKey(r))
	})
}

func isSignIn(path string) bool {
	return strings.HasPrefix(path, "/auth/") || strings.HasPrefix(path, "/api/book") || path == "/api/join" || path == "/api/join/lookup"
}

func (s *Server) limitRate(next http.Handler, takeToken func(*http.Request) time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := takeToken(r); wait > 0 {
			seconds := int(wait.Seconds()) + 1
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			httpapi.WriteProblem(w, r, s.Logger, apperr.New(apperr.RateLimited, "request.too_many", "Seconds", seconds))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sessionKey returns the key of the member or the candidate's browser whose
// session is valid, or else of the IP address: a cookie that a client has made up
// brings no allowance.
func (s *Server) sessionKey(r *http.Request) string {
	if corpID, userID := s.Accounts.SignedInUser(r.Context()); userID != "" {
		return "member " + corpID + " " + userID
	}
	if session := candidateSessionOf(r.Context()); session != nil {
		if _, err := session.readInterview(); err == nil {
			return "candidate " + session.device
		}
	}
	return s.clientAddress(r)
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
		if strings.Trim(entry, " \t") == "" { // an empty element of a list: RFC 9110, 5.6.1
			continue
		}
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
