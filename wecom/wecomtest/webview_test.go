package wecomtest_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// webviewFixture is a company with an application that is opened in web views. The
// application records the last request of each path.
type webviewFixture struct {
	*wecomtest.Server
	app  *httptest.Server
	mu   sync.Mutex
	seen map[string]*http.Request
	body string
}

const strictPolicy = "default-src 'none'; script-src 'self'; connect-src 'self' wss://APP; frame-ancestors 'none'; upgrade-insecure-requests"

func webApp(t *testing.T) *webviewFixture {
	t.Helper()
	in := &webviewFixture{Server: newFixture(t), seen: map[string]*http.Request{}}
	in.app = httptest.NewServer(in)
	t.Cleanup(in.app.Close)
	in.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, HomeURL: in.app.URL + "/page"})
	return in
}

func (in *webviewFixture) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	in.mu.Lock()
	in.seen[r.URL.Path], in.body = r, string(body)
	in.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/page":
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", strings.Replace(strictPolicy, "APP", r.Host, 1))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s1", Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode})
		_, _ = io.WriteString(w, "<!doctype html><html><!-- <header> --><header></header><head data-x><script src=/own.js></script></head><body>你好</body></html>")
	case "/policy":
		h.Set("Content-Security-Policy", r.URL.Query().Get("csp"))
		_, _ = io.WriteString(w, "<p>1")
	case "/in":
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	default:
		h.Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"html":"<head></head>"}`)
	}
}

func (in *webviewFixture) request(path string) *http.Request {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.seen[path]
}

// opened is the reply to the client that opens a page.
type opened struct {
	View, Address, Page string
	Outside             bool
}

func (in *webviewFixture) open(t *testing.T, body string) opened {
	t.Helper()
	status, text := sim(t, in.Server, http.MethodPost, "webview/open", body)
	if status != http.StatusOK {
		t.Fatalf("opening %s: HTTP %d %s", body, status, text)
	}
	var out opened
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (in *webviewFixture) openAs(t *testing.T, user, page string) opened {
	t.Helper()
	return in.open(t, fmt.Sprintf(`{"corpId":%q,"as":%q,"url":%q}`, corpID, user, page))
}

// fetch requests an address as a browser does.
func fetch(t *testing.T, b *http.Client, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestWebViewPage(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	page := in.openAs(t, "lisi", in.app.URL+"/page?a=1#x")
	if page.Outside || !strings.HasSuffix(page.Address, "/page?a=1#x") || strings.HasPrefix(page.Address, in.app.URL) {
		t.Fatalf("opened %+v", page)
	}
	resp, text := fetch(t, b, page.Address, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "same-site", "Referer", in.URL()+"/")
	h := resp.Header
	if h.Get("X-Frame-Options") != "" || !strings.Contains(strings.Join(h.Values("Content-Security-Policy"), "\n"), "frame-ancestors "+in.URL()) {
		t.Errorf("the client may not frame it: %v", h)
	}
	if script, own := strings.Index(text, "WeixinJSBridge"), strings.Index(text, "/own.js"); script < 0 || own < script || !strings.HasPrefix(text, "<!doctype html><html><!-- <header> --><header></header><head data-x><script>") {
		t.Errorf("the client's script does not come first: %.300s", text)
	}
	got := in.request("/page")
	for name, want := range map[string]string{"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none", "Referer": ""} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if !strings.Contains(got.UserAgent(), "wxwork/") || !strings.Contains(got.UserAgent(), "MicroMessenger/") || "http://"+got.Host != in.app.URL {
		t.Errorf("the application sees %q at %q", got.UserAgent(), got.Host)
	}
	if other := in.openAs(t, "lisi", in.app.URL+"/page"); other.View != page.View {
		t.Error("the same member got another web view for the same origin")
	}
}

func TestWebViewCookieIsolation(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	lisi, zhangsan := in.openAs(t, "lisi", in.app.URL+"/page"), in.openAs(t, "zhangsan", in.app.URL+"/page")
	resp, _ := fetch(t, b, lisi.Address)
	set := resp.Cookies()
	if len(set) != 1 || set[0].Name == "session" || !strings.HasSuffix(set[0].Name, ".session") || set[0].Secure || set[0].SameSite == http.SameSiteNoneMode {
		t.Fatalf("cookies are %v", set)
	}
	fetch(t, b, lisi.Address)
	if c, err := in.request("/page").Cookie("session"); err != nil || c.Value != "s1" || len(in.request("/page").Cookies()) != 1 {
		t.Errorf("the application got back %v", in.request("/page").Cookies())
	}
	fetch(t, b, zhangsan.Address) // the same browser, the same host
	if got := in.request("/page").Cookies(); len(got) != 0 {
		t.Errorf("another member's web view sent %v", got)
	}
}

func TestWebViewSilentSignIn(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	back := in.app.URL + "/back?next=%2Fx"
	page := in.openAs(t, "zhangsan", in.app.URL+"/in?to="+url.QueryEscape(authorizeURL(in.Server, back, "&agentid=1000002#wechat_redirect")))
	address := page.Address
	for range 3 {
		resp, text := fetch(t, b, address)
		if resp.StatusCode != http.StatusFound {
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: HTTP %d %s", address, resp.StatusCode, text)
			}
			break
		}
		next, err := resp.Location()
		if err != nil {
			t.Fatal(err)
		}
		address = next.String()
	}
	got := in.request("/back")
	if got == nil || got.URL.Query().Get("state") != "abc123" || got.URL.Query().Get("next") != "/x" {
		t.Fatalf("never came back: at %s", address)
	}
	tok := accessToken(t, in.Server)
	if r := getAPI(t, in.Server, "auth/getuserinfo?access_token="+tok+"&code="+got.URL.Query().Get("code")).expectCode(0); r.textField("userid") != "ZhangSan" {
		t.Errorf("signed in as %v", r.fields)
	}
}

func TestWebViewRewritesOrigin(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	page := in.openAs(t, "lisi", in.app.URL+"/page")
	mine := strings.TrimSuffix(page.Address, "/page")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mine+"/api?url="+url.QueryEscape(mine+"/page"), strings.NewReader(`{"url":"`+mine+`/page"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", mine)
	req.Header.Set("Referer", mine+"/page")
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	got := in.request("/api")
	if got.URL.Query().Get("url") != in.app.URL+"/page" || in.body != `{"url":"`+in.app.URL+`/page"}` || got.Header.Get("Origin") != in.app.URL || got.Header.Get("Referer") != in.app.URL+"/page" {
		t.Errorf("the application got %s, %s, %v", got.URL, in.body, got.Header)
	}
	if other := mine + "1/x"; in.asked(t, b, mine+"/api?url="+url.QueryEscape(other)).URL.Query().Get("url") != other {
		t.Error("another port that begins with the same digits was taken for this one")
	}
	if string(text) != `{"html":"<head></head>"}` {
		t.Errorf("an answer that is no page was changed: %s", text)
	}
}

func (in *webviewFixture) asked(t *testing.T, b *http.Client, address string) *http.Request {
	t.Helper()
	fetch(t, b, address)
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return in.request(at.Path)
}

// TestWebViewCrossOriginForm checks that the application can distinguish a form of a page of another
// origin from a navigation by the member.
func TestWebViewCrossOriginForm(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	page := in.openAs(t, "lisi", in.app.URL+"/page")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page.Address, strings.NewReader("a=1"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		req.Header.Set(name, value)
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if h := in.request("/page").Header; h.Get("Sec-Fetch-Site") != "cross-site" || h.Get("Origin") != "https://evil.example" {
		t.Errorf("the application is told %v", h)
	}
}

func TestWebViewContentPolicy(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	const hash = "'sha256-…'"
	for policy, want := range map[string]string{
		strictPolicy:                              "default-src 'none'; script-src 'self' " + hash + "; connect-src 'self' ws://GATE",
		"default-src 'self' https://cdn.example":  "default-src 'self' https://cdn.example; script-src 'self' https://cdn.example " + hash,
		"script-src 'unsafe-inline' 'self'":       "script-src 'unsafe-inline' 'self'",
		"script-src 'unsafe-inline' 'nonce-abc'":  "script-src 'unsafe-inline' 'nonce-abc' " + hash,
		"script-src 'none'; script-src-elem APP":  "script-src 'none'; script-src-elem GATE " + hash,
		"img-src *; FRAME-ANCESTORS https://a.b;": "img-src *",
		"script-src http://APP:1 http://APP":      "script-src http://APP:1 http://GATE " + hash,
	} {
		host := strings.TrimPrefix(in.app.URL, "http://")
		page := in.openAs(t, "lisi", in.app.URL+"/policy?csp="+url.QueryEscape(strings.ReplaceAll(policy, "APP", host)))
		resp, _ := fetch(t, b, page.Address)
		at, _ := url.Parse(page.Address)
		got := strings.NewReplacer(host, "APP", at.Host, "GATE").Replace(resp.Header.Values("Content-Security-Policy")[0])
		if before, after, ok := strings.Cut(got, "'sha256-"); ok {
			got = before + hash + after[strings.Index(after, "'")+1:]
		}
		if got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", policy, got, want)
		}
	}
}

func TestWebViewRefusesOtherOrigins(t *testing.T) {
	in, b := webApp(t), newBrowser(t)
	if page := in.openAs(t, "lisi", "https://elsewhere.example/a"); !page.Outside || page.Address != "" || page.Page != "https://elsewhere.example/a" {
		t.Errorf("opened %+v", page)
	}
	page := in.openAs(t, "lisi", in.app.URL+"/in?to="+url.QueryEscape("https://elsewhere.example/a"))
	resp, _ := fetch(t, b, page.Address)
	at, err := resp.Location()
	if err != nil || at.Path != "/.wecomsim/outside" || at.Query().Get("url") != "https://elsewhere.example/a" {
		t.Fatalf("a redirect elsewhere led to %v, %v", at, err)
	}
	if _, text := fetch(t, b, at.String()); !strings.Contains(text, "WeixinJSBridge") {
		t.Errorf("the page outside reports nothing to the client: %s", text)
	}
	for _, body := range []string{`{"corpId":"none","as":"lisi"}`, fmt.Sprintf(`{"corpId":%q,"as":"ghost"}`, corpID), fmt.Sprintf(`{"corpId":%q,"as":"lisi","url":"javascript:1"}`, corpID), `{`} {
		if status, text := sim(t, in.Server, http.MethodPost, "webview/open", body); status == http.StatusOK {
			t.Errorf("%s opened %s", body, text)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page.Address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example:80"
	answer, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a name that somebody points at this machine is answered with HTTP %d", answer.StatusCode)
	}
}

// TestWebViewWebSocket checks that a WebSocket works in both directions with the application's
// origin, and is closed with the simulator.
func TestWebViewWebSocket(t *testing.T) {
	in := webApp(t)
	origin := make(chan string, 1)
	in.app.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin <- r.Header.Get("Origin")
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_ = rw.Flush()
		_, _ = io.Copy(conn, rw)
	})
	at, err := url.Parse(in.openAs(t, "lisi", in.app.URL+"/socket").Address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /socket HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", at.Host, at.Host)
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("no socket: %v, %v", resp, err)
	}
	defer resp.Body.Close()
	if got := <-origin; got != in.app.URL {
		t.Errorf("the application saw the origin %q", got)
	}
	fmt.Fprint(conn, "ping\n")
	if line, err := r.ReadString('\n'); line != "ping\n" {
		t.Fatalf("came back %q, %v", line, err)
	}
	in.Close()
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadString('\n'); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the socket outlived the simulator: %v", err)
	}
}
