package webview

import (
	"html"
	"io/fs"
	"net/http"
	"strings"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/page"
)

// User agents of the clients. Their forms are those that were seen; the numbers
// of the versions are examples. The engine is that of the browser in use, so
// the phone is one with Chromium in it.
const (
	agentDesktop       = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 wxwork/5.0.0 (MicroMessenger/6.2) WindowsWechat MailPlugin_Electron WeMail"
	agentPhone         = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/138.0.0.0 Mobile Safari/537.36 wxwork/5.0.0 MicroMessenger/7.0.1 NetType/WIFI Language/zh Lang/zh ColorScheme/Light"
	agentWeChatDesktop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat/WMPF"
	agentWeChatPhone   = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/138.0.0.0 Mobile Safari/537.36 XWEB/1380000 MMWEBSDK/20250101 MicroMessenger/8.0.60.2860(0x28003C3F) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)

func (v viewer) userAgent() string {
	switch {
	case v.user == "" && v.phone:
		return agentWeChatPhone
	case v.user == "":
		return agentWeChatDesktop
	case v.phone:
		return agentPhone
	}
	return agentDesktop
}

func (v viewer) platformName() string {
	if v.phone {
		return "Linux armv81"
	}
	return "Win32"
}

// bridgeScript returns the script that emulates WeCom's client: user agent,
// WeixinJSBridge, cookies of its own. mine is the origin of the proxy.
func (p *proxy) bridgeScript(mine string) string {
	body, err := fs.ReadFile(page.Site.Files, "bridge.js")
	if err != nil {
		return "" // the folder is embedded with the file in it
	}
	host := hostOf(mine)
	if i := strings.LastIndexByte(host, ':'); i > 0 {
		host = host[:i]
	}
	settings := webpage.EncodeJSON(map[string]any{
		"view": p.id, "clientOrigin": p.clientOriginAt(host), "origin": originOf(p.origin), "cookies": p.cookiePrefix(),
		"userAgent": p.who.userAgent(), "platform": p.who.platformName(),
	})
	return "(" + strings.TrimSpace(string(body)) + ")(" + strings.ReplaceAll(string(settings), "<", `\u003c`) + ");"
}

// serveOutside serves the target of links to pages outside the applications. Its script
// reports the link to the client, which offers to open the page in the browser.
func (p *proxy) serveOutside(w http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(r.Host, ":")
	script := p.bridgeScript(p.addressAt(host))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src "+scriptHash(script)+"; frame-ancestors "+strings.Join(p.frameAncestors(), " "))
	_, _ = w.Write([]byte("<!doctype html><meta charset=\"utf-8\"><title>…</title><script>" + script + "</script><p>" +
		html.EscapeString(r.URL.Query().Get("url"))))
}
