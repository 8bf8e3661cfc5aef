package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// errAddress is returned for a destination that is not on the public Internet.
var errAddress = errors.New("the address is not one of the public Internet")

// Address ranges that are not public: IANA's special-purpose registries
// (https://www.iana.org/assignments/iana-ipv4-special-registry and
// …/iana-ipv6-special-registry), and the metadata addresses of clouds. net/netip
// covers only some of them.
var (
	special = mustParsePrefixes(
		"0.0.0.0/8",         // this network
		"10.0.0.0/8",        // private
		"100.64.0.0/10",     // behind carriers' NAT; Alibaba Cloud's metadata
		"127.0.0.0/8",       // loopback
		"168.63.129.16/32",  // Azure's own services
		"169.254.0.0/16",    // link-local; metadata of most clouds
		"172.16.0.0/12",     // private
		"192.0.0.0/24",      // protocol assignments; Oracle Cloud's metadata
		"192.0.2.0/24",      // documentation
		"192.88.99.0/24",    // 6to4 relays
		"192.168.0.0/16",    // private
		"198.18.0.0/15",     // benchmarks
		"198.51.100.0/24",   // documentation
		"203.0.113.0/24",    // documentation
		"224.0.0.0/4",       // multicast
		"240.0.0.0/4",       // reserved, broadcast
		"2001::/23",         // protocol assignments, Teredo
		"2001:db8::/32",     // documentation
		"2002::/16",         // 6to4: an IPv4 address inside
		"3fff::/20",         // documentation
		"2620:4f:8000::/48", // AS112: answers for private zones
	)
	global6 = netip.MustParsePrefix("2000::/3") // all that was ever given to the public
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
)

func mustParsePrefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for n, p := range list {
		out[n] = netip.MustParsePrefix(p)
	}
	return out
}

// isPublicAddress reports whether an address belongs to the public Internet. An
// IPv4 address embedded in an IPv6 one is checked itself.
func isPublicAddress(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if a.Is6() && !global6.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast()
}

// dialPublicOnly, a net.Dialer.Control function, checks the resolved address just
// before the connection, so that DNS cannot change between check and use.
func dialPublicOnly(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !isPublicAddress(ap.Addr()) {
		return errAddress
	}
	return nil
}

// newHTTPClient returns a client that follows no redirect, uses no proxy,
// connects to public addresses only, and gives up after the timeout.
func newHTTPClient(allowPrivate bool, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: timeout / 2}
	if !allowPrivate {
		dialer.Control = dialPublicOnly
	}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    timeout / 2,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: 16 << 10,
		},
	}
}
