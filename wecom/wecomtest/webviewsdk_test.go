package wecomtest_test

import (
	"crypto/sha1" // #nosec G505 -- the JS-SDK prescribes SHA-1
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// sdkPage is a document in a web view that calls the JS-SDK.
type sdkPage struct {
	t   *testing.T
	in  *webviewFixture
	at  opened
	doc string
}

func (in *webviewFixture) sdk(t *testing.T, doc string) *sdkPage {
	t.Helper()
	return &sdkPage{t, in, in.openAs(t, "lisi", in.app.URL+"/page?a=1"), doc}
}

// call returns the reply of the client, "ask" when it requests a confirmation first.
func (p *sdkPage) call(name, params string) map[string]any {
	p.t.Helper()
	status, text := sim(p.t, p.in.Server, http.MethodPost, "webview/call",
		fmt.Sprintf(`{"view":%q,"doc":%q,"name":%q,"params":%s,"url":%q}`, p.at.View, p.doc, name, params, p.at.Address+"#part"))
	if status != http.StatusOK {
		p.t.Fatalf("%s: HTTP %d %s", name, status, text)
	}
	var out struct {
		Result map[string]any
		Ask    bool
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		p.t.Fatal(err)
	}
	if out.Ask {
		return map[string]any{"err_msg": "ask"}
	}
	return out.Result
}

func (p *sdkPage) want(name, params, message string) {
	p.t.Helper()
	if got := p.call(name, params)["err_msg"]; got != message {
		p.t.Errorf("%s %s answered %v, want %s", name, params, got, message)
	}
}

func signed(ticket, page string) string {
	sum := sha1.Sum([]byte("jsapi_ticket=" + ticket + "&noncestr=n1&timestamp=1700000000&url=" + page)) // #nosec G401 -- prescribed
	return hex.EncodeToString(sum[:])
}

func agentConfig(id int64, signature, list string) string {
	return fmt.Sprintf(`{"corpid":%q,"agentid":"%d","timestamp":"1700000000","nonceStr":"n1","signature":%q,"jsApiList":%s}`, corpID, id, signature, list)
}

func corpConfig(corp, signature, list string) string {
	return fmt.Sprintf(`{"verifyAppId":%q,"verifyTimestamp":1700000000,"verifyNonceStr":"n1","verifySignature":%q,"verifyJsApiList":%s}`, corp, signature, list)
}

func (in *webviewFixture) tickets(t *testing.T) (corp, app string) {
	t.Helper()
	tok := accessToken(t, in.Server)
	return getAPI(t, in.Server, "get_jsapi_ticket?access_token="+tok).expectCode(0).textField("ticket"),
		getAPI(t, in.Server, "ticket/get?type=agent_config&access_token="+tok).expectCode(0).textField("ticket")
}

func TestSDKSignature(t *testing.T) {
	in := webApp(t)
	p := in.sdk(t, "d1")
	page := in.app.URL + "/page?a=1"
	if got := p.call("agentConfig", agentConfig(agent, signed("", page), `[]`))["err_msg"]; got == "agentConfig:ok" {
		t.Fatal("a signature passed before there was a ticket")
	}
	corp, app := in.tickets(t)
	const why = ". more info at https://open.work.weixin.qq.com/devtool/query?e="
	p.want("agentConfig", agentConfig(agent, signed(app, page), `[]`), "agentConfig:ok")
	p.want("agentConfig", agentConfig(agent, strings.ToUpper(signed(app, p.at.Address)), `[]`), "agentConfig:ok") // as the page sees itself
	p.want("agentConfig", agentConfig(agent, signed(app, page+"#part"), `[]`), "invalid signature"+why+"40093")
	p.want("agentConfig", agentConfig(agent, signed(corp, page), `[]`), "invalid signature"+why+"40093")
	p.want("agentConfig", agentConfig(7, signed(app, page), `[]`), "invalid agentid"+why+"40056")
	p.want("agentConfig", strings.Replace(agentConfig(agent, signed(app, page), `[]`), corpID, "wwother", 1), "invalid corpid"+why+"40013")
	p.want("agentConfig", `{}`, "agentConfig:fail_invalid params")

	p.want("preVerifyJSAPI", corpConfig(corpID, signed(corp, page), `[]`), "preVerifyJSAPI:ok")
	p.want("preVerifyJSAPI", corpConfig(corpID, signed(app, page), `[]`), "preVerifyJSAPI:invalid signature")
	p.want("preVerifyJSAPI", corpConfig("wwother", signed(corp, page), `[]`), "preVerifyJSAPI:invalid corpid")
	p.want("preVerifyJSAPI", `{}`, "preVerifyJSAPI:fail")

	in.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, TrustedDomains: []string{"else.example"}})
	p.want("agentConfig", agentConfig(agent, signed(app, page), `[]`), "not match any reliable domain"+why+"80001")
	p.want("preVerifyJSAPI", corpConfig(corpID, signed(corp, page), `[]`), "preVerifyJSAPI:invalid url domain")
	in.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, HomeURL: in.app.URL})
	in.Advance(2 * time.Hour)
	p.want("agentConfig", agentConfig(agent, signed(app, page), `[]`), "invalid signature"+why+"40093")
}

func TestSDKPermissionsPerDocument(t *testing.T) {
	in := webApp(t)
	p := in.sdk(t, "d1")
	corp, app := in.tickets(t)
	page := in.app.URL + "/page?a=1"
	p.want("selectEnterpriseContact", `{}`, "selectEnterpriseContact:the permission value is offline verifying")
	p.want("closeWindow", `{}`, "ask")
	p.want("openTheDoor", `{}`, "openTheDoor:function not exist")

	p.call("preVerifyJSAPI", corpConfig(corpID, signed(corp, page), `["selectEnterpriseContact","startMeeting","menu:share:appmessage"]`))
	p.want("selectEnterpriseContact", `{}`, "ask")
	p.want("sendAppMessage", `{}`, "ask")
	p.want("scanQRCode", `{}`, "scanQRCode:fail_nopermission")
	p.want("startMeeting", `{}`, "startMeeting:the permission value is offline verifying") // needs the application's identity
	p.call("agentConfig", agentConfig(agent, signed(app, page), `["startMeeting","getContext","selectPrivilegedContact","selectExternalContact"]`))
	p.want("startMeeting", `{}`, "ask")
	p.want("selectPrivilegedContact", `{}`, "selectPrivilegedContact:permission denied")
	p.want("selectExternalContact", `{}`, "selectExternalContact:permission denied")
	if got := p.call("getContext", `{}`); got["entry"] != "normal" {
		t.Errorf("getContext answered %v", got)
	}
	check, _ := p.call("checkJsApi", `{"jsApiList":["scanQRCode","openTheDoor"]}`)["checkResult"].(map[string]any)
	if check["scanQRCode"] != true || check["openTheDoor"] != false {
		t.Errorf("checkJsApi answered %v", check)
	}
	in.sdk(t, "d2").want("startMeeting", `{}`, "startMeeting:the permission value is offline verifying") // after a reload
}

func TestSDKInWeChat(t *testing.T) {
	in := webApp(t)
	status, text := sim(t, in.Server, http.MethodPost, "outside", fmt.Sprintf(`{"corpId":%q,"name":"李思涵"}`, corpID))
	var made struct{ ExternalUserID string }
	if err := json.Unmarshal([]byte(text), &made); err != nil || status != http.StatusOK {
		t.Fatalf("HTTP %d %s", status, text)
	}
	at := in.open(t, fmt.Sprintf(`{"corpId":%q,"customer":%q,"url":%q,"phone":true}`, corpID, made.ExternalUserID, in.app.URL+"/page"))
	fetch(t, newBrowser(t), at.Address)
	if agent := in.request("/page").UserAgent(); !strings.Contains(agent, "MicroMessenger/8") || !strings.Contains(agent, "Mobile") || strings.Contains(agent, "wxwork/") {
		t.Errorf("the user agent of WeChat is %q", agent)
	}
	p := &sdkPage{t, in, at, "d1"}
	p.want("agentConfig", `{}`, "agentConfig:function not exist")
	p.want("selectEnterpriseContact", `{}`, "selectEnterpriseContact:function not exist")
	p.want("closeWindow", `{}`, "ask")
}

func TestSDKStartMeeting(t *testing.T) {
	in := webApp(t)
	p := in.sdk(t, "d1")
	body := fmt.Sprintf(`{"view":%q,"doc":"d1"}`, p.at.View)
	if status, _ := sim(t, in.Server, http.MethodPost, "webview/meeting", body); status == http.StatusOK {
		t.Error("a page without the application's identity began a meeting")
	}
	_, app := in.tickets(t)
	p.call("agentConfig", agentConfig(agent, signed(app, in.app.URL+"/page?a=1"), `["startMeeting"]`))
	if status, text := sim(t, in.Server, http.MethodPost, "webview/meeting", body); status != http.StatusOK {
		t.Fatalf("HTTP %d %s", status, text)
	}
	list := in.Meetings(corpID, "lisi")
	if len(list) != 1 || list[0].Status != wecomtest.MeetingRunning || len(list[0].Joined) != 1 {
		t.Errorf("meetings are %+v", list)
	}
}
