package webview

import (
	"crypto/sha1" // #nosec G505 -- the JS-SDK prescribes SHA-1
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/agents"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// maxPages bounds the documents of one web view whose rights are remembered.
const maxPages = 16

// sdkPage is a document in a web view with what config and agentConfig gave it.
type sdkPage struct {
	corp   map[string]bool // functions by the company's identity
	agent  map[string]bool // functions by the application's
	app    *core.AppState  // of agentConfig
	corpOK bool
}

// sdkRule is what a function of the JS-SDK requires.
type sdkRule struct {
	free   bool // callable without config
	agent  bool // needs the application's identity
	suite  bool // only for third-party applications
	wechat bool // also in WeChat
	as     string
}

// sdkRules are the functions that the client answers, by the names that
// @wecom/jssdk uses towards it.
//
// https://developer.work.weixin.qq.com/document/path/94313
var sdkRules = map[string]sdkRule{
	"closeWindow": {free: true, wechat: true}, "hideOptionMenu": {free: true, wechat: true}, "showOptionMenu": {free: true, wechat: true},
	"checkJsApi": {free: true, wechat: true}, "getNetworkType": {free: true, wechat: true},
	"hideMenuItems": {wechat: true}, "showMenuItems": {wechat: true}, "hideAllNonBaseMenuItem": {wechat: true}, "showAllNonBaseMenuItem": {wechat: true},
	"scanQRCode": {wechat: true}, "imagePreview": {wechat: true}, "geoLocation": {wechat: true}, "openLocation": {wechat: true},
	"sendAppMessage": {as: "menu:share:appmessage", wechat: true}, "shareTimeline": {as: "menu:share:timeline", wechat: true},
	"shareWechat": {as: "menu:share:wechat"}, "previewFile": {}, "getContext": {}, "selectEnterpriseContact": {},
	"openEnterpriseChat": {}, "openUserProfile": {}, "shareAppMessage": {}, "shareWechatMessage": {}, "openDefaultBrowser": {},
	"setKeepScreenOn": {}, "setClipboardData": {}, "getClipboardData": {},
	"selectExternalContact": {agent: true}, "selectPrivilegedContact": {agent: true, suite: true}, "openExistedChatWithMsg": {agent: true},
	"sendChatMessage": {agent: true}, "getCurExternalContact": {agent: true}, "startMeeting": {agent: true}, "checkSchedule": {agent: true},
	"setShareAttr": {agent: true}, "getShareInfo": {agent: true}, "launchMiniprogram": {agent: true},
}

// sdkCall is a function that a page calls.
type sdkCall struct {
	View   string          `json:"view"`
	Doc    string          `json:"doc"`
	Name   string          `json:"name"`
	Params json.RawMessage `json:"params"`
	URL    string          `json:"url"` // of the page, as it sees itself
}

// sdkAnswer is the client's answer to a page. Ask means that the client needs an
// action of the person first.
type sdkAnswer struct {
	Result map[string]any `json:"result,omitempty"`
	Ask    bool           `json:"ask,omitempty"`
}

func sdkResult(message string, more ...any) sdkAnswer {
	result := map[string]any{"err_msg": message}
	for i := 0; i+1 < len(more); i += 2 {
		result[fmt.Sprint(more[i])] = more[i+1]
	}
	return sdkAnswer{Result: result}
}

// sdkFailure answers in the form of the client's newer errors, which carry no
// name of a function but the address of their explanation.
func sdkFailure(text string, code int) sdkAnswer {
	return sdkResult(fmt.Sprintf("%s. more info at https://open.work.weixin.qq.com/devtool/query?e=%d", text, code))
}

// findPage finds the document that calls, a new one when it has not called before.
func findPage(p *proxy, doc string) *sdkPage {
	page, ok := p.pages[doc]
	if !ok {
		page = &sdkPage{}
		p.pages[doc] = page
		if p.order = append(p.order, doc); len(p.order) > maxPages {
			delete(p.pages, p.order[0])
			p.order = p.order[1:]
		}
	}
	return page
}

// call answers a function of the JS-SDK as far as no person is needed. Mu
// must be held, and p.mu.
func (s *Service) sdkCall(p *proxy, in sdkCall) sdkAnswer {
	page := findPage(p, in.Doc)
	switch in.Name {
	case "preVerifyJSAPI", "preVerifyJsApi":
		return s.sdkConfig(p, page, in)
	case "agentConfig":
		return s.sdkAgentConfig(p, page, in)
	}
	rule, known := sdkRules[in.Name]
	if !known || p.who.user == "" && !rule.wechat {
		return sdkResult(in.Name + ":function not exist")
	}
	if refused := page.refusalOf(in.Name, rule); refused != "" {
		return sdkResult(in.Name + ":" + refused)
	}
	switch in.Name {
	case "checkJsApi":
		return checkJSAPI(p, in)
	case "getContext":
		return sdkResult("getContext:ok", "entry", "normal")
	case "getNetworkType":
		return sdkResult("network_type:wifi")
	case "sendChatMessage", "getCurExternalContact": // only from the tools of a chat, which the simulator has not
		return sdkResult(in.Name + ":fail_nopermission")
	case "setKeepScreenOn", "setShareAttr":
		return sdkResult(in.Name + ":ok")
	}
	return sdkAnswer{Ask: true}
}

// refusalOf returns the reason why a page may not call a function, or "".
func (p *sdkPage) refusalOf(name string, rule sdkRule) string {
	listed := name
	if rule.as != "" {
		listed = rule.as
	}
	switch {
	case rule.free:
		return ""
	case rule.agent && p.app == nil, !p.corpOK && p.app == nil:
		return "the permission value is offline verifying"
	case !p.agent[listed] && (rule.agent || !p.corp[listed]):
		return "fail_nopermission"
	case rule.suite && p.app.Suite == nil, name == "selectExternalContact" && !p.app.Customers:
		return "permission denied"
	}
	return ""
}

func checkJSAPI(p *proxy, in sdkCall) sdkAnswer {
	var params struct {
		List []string `json:"jsApiList"`
	}
	_ = json.Unmarshal(in.Params, &params) // what cannot be read names nothing
	found := map[string]bool{}
	for _, name := range params.List {
		rule, ok := sdkRules[name]
		found[name] = ok && (rule.wechat || p.who.user != "") || strings.HasPrefix(name, "menu:share:")
	}
	return sdkResult("checkJsApi:ok", "checkResult", found)
}

// sdkText takes numbers and texts alike, as the client does.
type sdkText string

func (t *sdkText) UnmarshalJSON(b []byte) error {
	*t = sdkText(strings.Trim(string(b), `"`))
	return nil
}

// sdkConfig verifies the signature with the company's ticket.
//
// https://developer.work.weixin.qq.com/document/path/90506
func (s *Service) sdkConfig(p *proxy, page *sdkPage, in sdkCall) sdkAnswer {
	var params struct {
		AppID     string   `json:"verifyAppId"`
		Timestamp sdkText  `json:"verifyTimestamp"`
		Nonce     string   `json:"verifyNonceStr"`
		Signature string   `json:"verifySignature"`
		List      []string `json:"verifyJsApiList"`
	}
	if err := json.Unmarshal(in.Params, &params); err != nil || params.AppID == "" || params.Timestamp == "" || params.Nonce == "" || params.Signature == "" {
		return sdkResult(in.Name + ":fail")
	}
	c, ok := s.CorpStates[params.AppID]
	if !ok || c.ID != p.who.corp {
		return sdkResult(in.Name + ":invalid corpid")
	}
	trusted, signed := false, false
	for _, a := range c.Apps {
		trusted = trusted || core.TrustsHost(a.App, p.origin.Host)
		signed = signed || s.sdkSigned(p, agents.FindJSTicket(a, "corp"), in.URL, string(params.Timestamp), params.Nonce, params.Signature)
	}
	switch {
	case !trusted:
		return sdkResult(in.Name + ":invalid url domain")
	case !signed:
		return sdkResult(in.Name + ":invalid signature")
	}
	page.corpOK, page.corp = true, listSet(params.List)
	return sdkResult(in.Name + ":ok")
}

// sdkAgentConfig verifies the signature with the application's ticket.
//
// https://developer.work.weixin.qq.com/document/path/94325
func (s *Service) sdkAgentConfig(p *proxy, page *sdkPage, in sdkCall) sdkAnswer {
	var params struct {
		CorpID    string   `json:"corpid"`
		AgentID   sdkText  `json:"agentid"`
		Timestamp sdkText  `json:"timestamp"`
		Nonce     string   `json:"nonceStr"`
		Signature string   `json:"signature"`
		List      []string `json:"jsApiList"`
	}
	if p.who.user == "" {
		return sdkResult("agentConfig:function not exist")
	}
	if err := json.Unmarshal(in.Params, &params); err != nil || params.Timestamp == "" || params.Nonce == "" || params.Signature == "" {
		return sdkResult("agentConfig:fail_invalid params")
	}
	c, ok := s.CorpStates[params.CorpID]
	if !ok || c.ID != p.who.corp {
		return sdkFailure("invalid corpid", 40013)
	}
	id, _ := strconv.ParseInt(string(params.AgentID), 10, 64)
	a, ok := c.Apps[id]
	switch {
	case !ok:
		return sdkFailure("invalid agentid", 40056)
	case !c.SeesMember(a, c.Members[core.FoldUserID(p.who.user)]):
		return sdkFailure("no privilege to access/modify contact/party/agent", 60011)
	case !core.TrustsHost(a.App, p.origin.Host):
		return sdkFailure("not match any reliable domain", 80001)
	case !s.sdkSigned(p, agents.FindJSTicket(a, "agent_config"), in.URL, string(params.Timestamp), params.Nonce, params.Signature):
		return sdkFailure("invalid signature", 40093)
	}
	page.app, page.agent = a, listSet(params.List)
	return sdkResult("agentConfig:ok")
}

// sdkSigned reports whether a signature was made with a valid ticket. The signed
// address is the application's, or the web view's when the proxy did not rewrite
// location.href in the page's request to its server.
func (s *Service) sdkSigned(p *proxy, t *core.JSTicket, page, timestamp, nonce, signature string) bool {
	if t.Value == "" || !s.CurrentTime().Before(t.Expires) {
		return false
	}
	page, _, _ = strings.Cut(page, "#")
	addresses := []string{page}
	if u, err := url.Parse(page); err == nil {
		addresses = append(addresses, originOf(p.origin)+strings.TrimPrefix(page, originOf(u)))
	}
	return slices.ContainsFunc(addresses, func(address string) bool {
		sum := sha1.Sum([]byte("jsapi_ticket=" + t.Value + "&noncestr=" + nonce + "&timestamp=" + timestamp + "&url=" + address)) // #nosec G401 -- prescribed
		return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(signature))) == 1
	})
}

func listSet(list []string) map[string]bool {
	out := map[string]bool{}
	for _, name := range list {
		out[name] = true
	}
	return out
}
