package webview

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
)

// maxRewrite bounds the bodies that are read to be changed. What is longer
// passes unchanged.
const maxRewrite = 8 << 20

// outsidePath of a proxy is the page that reports to the client that an address
// lies outside the applications.
const outsidePath = "/.wecomsim/outside"

func (p *proxy) cookiePrefix() string { return "wv" + p.id + "." }

// proxyOrigin returns the origin of the proxy as the browser sees it.
func (p *proxy) proxyOrigin(r *http.Request) string {
	host, _ := r.Context().Value(hostKey{}).(string)
	return p.addressAt(host)
}

// rewriteRequest rewrites a request of the web view to the one that the client's own
// browser would send to the application.
func (p *proxy) rewriteRequest(pr *httputil.ProxyRequest) {
	mine, theirs := p.proxyOrigin(pr.In), originOf(p.origin)
	pr.SetURL(p.origin)
	pr.Out.Host = p.origin.Host
	pr.Out.URL.RawQuery = swapText(pr.Out.URL.RawQuery, mine, theirs)
	h := pr.Out.Header
	// Requests that change something keep the browser's headers about their origin:
	// the application's protection against other origins relies on it.
	safe := pr.In.Method == http.MethodGet || pr.In.Method == http.MethodHead
	navigation := safe && h.Get("Sec-Fetch-Mode") == "navigate"
	fromApp := strings.HasPrefix(h.Get("Referer"), mine+"/") || h.Get("Origin") == mine
	for name, values := range h {
		for i := range values {
			values[i] = swapOrigin(values[i], mine, theirs)
		}
		if strings.HasPrefix(name, "Sec-Ch-Ua") {
			h.Del(name)
		}
	}
	h.Set("User-Agent", p.who.userAgent())
	h.Del("Accept-Encoding") // so that the transport sets it and decompresses
	h["Cookie"] = p.outboundCookies(pr.In)
	if navigation {
		h.Set("Sec-Fetch-Dest", "document") // nothing frames a page in a real client
		h.Del("If-None-Match")
		h.Del("If-Modified-Since")
		if !fromApp {
			h.Set("Sec-Fetch-Site", "none")
			h.Del("Referer")
		}
	}
	swapBody(pr.Out, mine, theirs)
}

// outboundCookies returns the cookies of this proxy out of all cookies of the host,
// and the one that identifies the member to the simulator's own pages.
func (p *proxy) outboundCookies(r *http.Request) []string {
	var out []string
	for _, c := range r.Cookies() {
		if name, ok := strings.CutPrefix(c.Name, p.cookiePrefix()); ok {
			out = append(out, name+"="+c.Value)
		}
	}
	if originOf(p.origin) == p.server.URL() && p.who.user != "" {
		out = append(out, signin.ViewCookie+"="+p.server.viewFor(p))
	}
	if len(out) == 0 {
		return nil
	}
	return []string{strings.Join(out, "; ")}
}

// swapText replaces an origin, as it is and percent-encoded.
func swapText(text, from, to string) string {
	return swapOrigin(swapOrigin(text, from, to), url.QueryEscape(from), url.QueryEscape(to))
}

// swapOrigin replaces an origin that ends in a port where no digit follows,
// which would be another port.
func swapOrigin(text, from, to string) string {
	var out strings.Builder
	for {
		i := strings.Index(text, from)
		if i < 0 {
			out.WriteString(text)
			return out.String()
		}
		end := i + len(from)
		out.WriteString(text[:i])
		if end < len(text) && text[end] >= '0' && text[end] <= '9' {
			out.WriteString(from)
		} else {
			out.WriteString(to)
		}
		text = text[end:]
	}
}

// swapBody writes the application's address into the small texts that a page
// sends: an application that signs location.href must receive its own address.
func swapBody(r *http.Request, from, to string) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	text := kind == "application/json" || kind == "application/x-www-form-urlencoded" || strings.HasPrefix(kind, "text/")
	if err != nil || !text || r.Body == nil || r.ContentLength <= 0 || r.ContentLength > 1<<20 {
		return
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return // the body is at its end or broken; the transport finds out
	}
	data = []byte(swapText(string(data), from, to))
	r.Body = io.NopCloser(bytes.NewReader(data))
	r.ContentLength = int64(len(data))
	r.Header.Set("Content-Length", strconv.Itoa(len(data)))
}

// rewriteResponse adapts a response of the application to the web view.
func (p *proxy) rewriteResponse(resp *http.Response) error {
	h := resp.Header
	mine, theirs := p.proxyOrigin(resp.Request), originOf(p.origin)
	if at := h.Get("Location"); at != "" {
		h.Set("Location", p.rewriteLocation(resp.Request, at))
	}
	if allowed := h.Get("Access-Control-Allow-Origin"); allowed == theirs {
		h.Set("Access-Control-Allow-Origin", mine)
	}
	p.renameCookies(h)
	h.Del("X-Frame-Options")
	h.Del("Strict-Transport-Security")
	script := ""
	if isPage(resp) {
		script = p.bridgeScript(mine)
	}
	policies := append([]string(nil), h.Values("Content-Security-Policy")...)
	h.Del("Content-Security-Policy")
	for _, policy := range policies {
		h.Add("Content-Security-Policy", relaxPolicy(policy, scriptHash(script), p.origin, mine))
	}
	h.Add("Content-Security-Policy", "frame-ancestors "+strings.Join(p.frameAncestors(), " "))
	if script == "" {
		return nil
	}
	return injectScript(resp, script)
}

func (p *proxy) frameAncestors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.clientOrigins) == 0 {
		return []string{"'none'"}
	}
	return append([]string(nil), p.clientOrigins...)
}

// rewriteLocation returns the target of a redirect inside the web view.
func (p *proxy) rewriteLocation(r *http.Request, location string) string {
	at, err := r.URL.Parse(location)
	if err != nil || !core.IsHTTPURL(at.String()) {
		return location
	}
	mine := p.proxyOrigin(r)
	if originOf(at) == originOf(p.origin) || originOf(at) == mine {
		return signin.LocalPart(at)
	}
	if !p.server.isViewable(at) {
		return outsidePath + "?url=" + url.QueryEscape(at.String())
	}
	host, _ := r.Context().Value(hostKey{}).(string)
	next, err := p.server.openProxy(r.Context(), p.who, at, p.clientOriginAt(host))
	if err != nil {
		return location
	}
	return next.addressAt(host) + signin.LocalPart(at)
}

// clientOriginAt returns the origin of the client that a browser at this host uses.
func (p *proxy) clientOriginAt(host string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.clientOrigins {
		if u, err := url.Parse(f); err == nil && u.Hostname() == host {
			return f
		}
	}
	if len(p.clientOrigins) > 0 {
		return p.clientOrigins[0]
	}
	return ""
}

// renameCookies separates the cookies of web views, which a browser shares between the
// ports of a host. They expire with the browser session.
func (p *proxy) renameCookies(h http.Header) {
	lines := h.Values("Set-Cookie")
	h.Del("Set-Cookie")
	for _, line := range lines {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		c.Name, c.Domain, c.Secure, c.Partitioned = p.cookiePrefix()+c.Name, "", false, false
		if c.SameSite == http.SameSiteNoneMode {
			c.SameSite = http.SameSiteLaxMode // None requires HTTPS; the frame is of the same site
		}
		h.Add("Set-Cookie", c.String())
	}
}

func isPage(resp *http.Response) bool {
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	bodiless := resp.StatusCode == http.StatusNotModified || resp.StatusCode == http.StatusNoContent || resp.Request.Method == http.MethodHead
	return err == nil && kind == "text/html" && !bodiless
}

// injectScript inserts the script before everything that the page runs.
func injectScript(resp *http.Response, script string) error {
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxRewrite))
	if err != nil {
		return err
	}
	rest := resp.Body
	at := headEnd(data)
	page := append(append(append(make([]byte, 0, len(data)+len(script)+20), data[:at]...), "<script>"+script+"</script>"...), data[at:]...)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(page), rest), rest}
	resp.ContentLength = -1
	h := resp.Header
	h.Del("Content-Length")
	h.Del("ETag")
	h.Del("Last-Modified")
	h.Set("Cache-Control", "no-store")
	return nil
}

// headEnd returns the position after <head …>, else behind <html …> or the doctype.
func headEnd(page []byte) int {
	lower := bytes.ToLower(page)
	for _, tag := range []string{"<head", "<html", "<!doctype"} {
		for from := 0; ; {
			i := bytes.Index(lower[from:], []byte(tag))
			if i < 0 {
				break
			}
			end := from + i + len(tag)
			if end < len(lower) && (lower[end] == '>' || lower[end] == ' ' || lower[end] == '\n' || lower[end] == '\t' || lower[end] == '\r') {
				if j := bytes.IndexByte(lower[end:], '>'); j >= 0 {
					return end + j + 1
				}
			}
			from = end // <header, for example
		}
	}
	return 0
}
