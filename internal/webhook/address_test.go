package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestIsPublicAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"1.1.1.1": true, "8.8.8.8": true, "119.29.29.29": true, "2606:4700:4700::1111": true, "64:ff9b::101:101": true,
		"::ffff:1.1.1.1": true,

		"0.0.0.0": false, "0.1.2.3": false, "127.0.0.1": false, "127.255.255.254": false, "10.1.2.3": false,
		"172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "169.254.169.254": false, "169.254.0.23": false,
		"100.64.0.1": false, "100.100.100.200": false, "192.0.0.192": false, "192.0.2.1": false, "198.18.0.1": false,
		"198.51.100.7": false, "203.0.113.7": false, "224.0.0.1": false, "239.1.1.1": false, "240.0.0.1": false,
		"255.255.255.255": false, "168.63.129.16": false, "192.88.99.1": false,

		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"::ffff:169.254.169.254": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false,
		"fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "fec0::1": false, "ff02::1": false,
		"2001:db8::1": false, "2001::1": false, "2002:7f00:1::": false, "100::1": false, "3fff::1": false, "5f00::1": false,
	} {
		if got := isPublicAddress(netip.MustParseAddr(address)); got != want {
			t.Errorf("isPublicAddress(%s) = %v", address, got)
		}
	}
	if isPublicAddress(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}

// The dialer checks the resolved address, not the host name.
func TestClientRefusesPrivateAddresses(t *testing.T) {
	reached := make(chan struct{}, 10)
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{} }))
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client := newHTTPClient(false, 5*time.Second)
	for _, host := range []string{"127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "127.1", "2130706433"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+net.JoinHostPort(strings.Trim(host, "[]"), port), nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err == nil {
			_ = res.Body.Close()
			t.Errorf("%s was reached", host)
		}
		if parsed := net.ParseIP(strings.Trim(host, "[]")); parsed != nil && !errors.Is(err, errAddress) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if len(reached) > 0 {
		t.Error("a private address was reached")
	}
}

func TestClientIgnoresRedirectsAndProxies(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/there" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := newHTTPClient(true, 5*time.Second).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if got := classifyResponse(res, time.Now()); got.code != "webhook.error.redirect" || got.status != http.StatusTemporaryRedirect {
		t.Errorf("%+v", got)
	}
}

func TestSlotWaitGrowsWithQueue(t *testing.T) {
	var b endpointSlots
	for range perEndpoint {
		if b.acquireSlot("a") != 0 {
			t.Fatal("no slot is free")
		}
	}
	first := b.acquireSlot("a")
	var last time.Duration
	for range 1000 {
		last = b.acquireSlot("a")
	}
	if first != busyWait || last != longestBusy {
		t.Errorf("waits %s and %s", first, last)
	}
	if b.acquireSlot("b") != 0 {
		t.Error("another endpoint waits too")
	}
	b.releaseSlot("a", true)
	if b.acquireSlot("a") != 0 {
		t.Error("a released slot is not reused")
	}
	if got := b.acquireSlot("a"); got != busyWait {
		t.Errorf("after a success the wait is %s", got)
	}
}
