package wecomtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// controls maps each method of Server to the request that replaces it for other languages. Methods
// with an empty request belong to the Go process or to the program wecomsim.
var controls = map[string]string{
	"Start": "", "Close": "", "Shutdown": "", "ServeHTTP": "", "URL": "", "AllowUnknown": "", "RunSuites": "",

	"AddCorp": "POST companies", "AddCompany": "POST companies", "Load": "POST companies", "AddDepartment": "POST companies", "AddMember": "POST companies",
	"AddApp": "POST apps", "Apps": "GET operator", "Corps": "GET corps", "Members": "GET members",
	"ChangeMember": "POST members", "RemoveMember": "POST members/remove",
	"ChangeDepartment": "POST departments", "RemoveDepartment": "POST departments/remove",
	"SaveCallback": "POST callbacks/save", "VerifyCallback": "POST callbacks/verify",

	"AddFault": "POST faults", "RemoveFaults": "POST faults/remove", "RevokeTokens": "POST tokens/revoke",
	"AddCallbackFault": "POST callbacks/faults", "ReleaseCallbacks": "POST callbacks/release", "Resend": "POST callbacks/resend",
	"Time": "GET operator", "Advance": "POST clock",
	"Calls": "GET calls", "CallCount": "GET operator", "Deliveries": "GET callbacks", "WriteHAR": "GET har",

	"Messages": "GET messages", "WaitMessage": "GET messages/wait", "Chats": "GET chats", "Forwards": "GET forwards",
	"ClickButton": "POST click", "SendText": "POST say", "EnterApp": "POST enter", "ClickMenu": "POST menu",
	"AddRobot": "POST robots", "RobotMessages": "GET robots/messages", "AddVoice": "POST voice",
	"SignInCode": "POST codes", "Workbench": "GET workbench",

	"AddApprovalTemplate": "POST approvals/templates", "DecideApproval": "POST approvals/decide", "WithdrawApproval": "POST approvals/withdraw",
	"CommentOnApproval": "POST approvals/comment", "DeleteApproval": "POST approvals/delete",
	"Meetings": "GET meetings", "JoinMeeting": "POST meetings", "LeaveMeeting": "POST meetings", "EndMeeting": "POST meetings", "CancelMeeting": "POST meetings", "MoveMeeting": "POST meetings",
	"Calendar": "GET schedules", "Mails": "GET mails",

	"AddCustomer": "POST customers", "RemoveCustomer": "POST customers/remove", "CustomerMessages": "GET customers/messages",
	"AddKFAccount": "POST kf/accounts", "EnterKF": "POST kf/enter", "SendKFText": "POST kf/say", "SendKFImage": "POST kf/show",

	"AddSuite": "POST suites", "Suites": "GET suites", "VerifySuite": "POST suites/verify",
	"SuiteTicket": "GET suites/ticket", "PushTicket": "POST suites/ticket", "PushDueTickets": "POST clock",
	"Install": "POST suites/install", "FollowInstall": "POST suites/follow", "Uninstall": "POST suites/uninstall",
	"SuiteSignInCode": "POST codes", "RevokeSuiteTokens": "POST suites/tokens/revoke", "ChangeRange": "POST suites/range",
}

// botControls does the same for the methods of Bots.
var botControls = map[string]string{
	"AddBot": "POST bots", "AddGroup": "POST bots/groups", "SaveCallback": "POST bots/callback",
	"SendText": "POST bots/say", "Enter": "POST bots/enter", "ClickButton": "POST bots/click", "SendFeedback": "POST bots/feedback",
	"Messages": "GET bots/messages", "WaitMessage": "GET bots/wait",
}

// TestControlsAreServed checks that each control of Go is served, and in docs/simulator.md.
func TestControlsAreServed(t *testing.T) {
	served := []string{"GET har"} // not JSON
	for _, route := range simRoutes(t) {
		served = append(served, route[0]+" "+route[1])
	}
	page, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	for typ, table := range map[reflect.Type]map[string]string{reflect.TypeFor[*wecomtest.Server](): controls, reflect.TypeFor[wecomtest.Bots](): botControls} {
		for method := range typ.Methods() {
			request, known := table[method.Name]
			if !known {
				t.Errorf("%s has no request in the table", method.Name)
			}
			if request == "" {
				continue
			}
			if !slices.Contains(served, request) {
				t.Errorf("%s: %s is not served", method.Name, request)
			}
			if verb, path, _ := strings.Cut(request, " "); !strings.Contains(string(page), "`"+verb+" /sim/"+path) {
				t.Errorf("%s: %s is not in docs/simulator.md", method.Name, request)
			}
		}
		if len(table) != typ.NumMethod() {
			t.Errorf("the table of %s has %d methods, want %d", typ, len(table), typ.NumMethod())
		}
	}
}

// act sends a request below /sim/ and fails the test unless it succeeds.
func act(t *testing.T, s *wecomtest.Server, path, body string, args ...any) string {
	t.Helper()
	status, text := sim(t, s, http.MethodPost, path, fmt.Sprintf(body, args...))
	if status != http.StatusOK {
		t.Fatalf("%s: HTTP %d %s", path, status, text)
	}
	return text
}

func TestContactChangesByHTTP(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	setContactCallback(t, s, r.URL)
	last := func(kind string) {
		t.Helper()
		if got := r.lastMessage(t); got["ChangeType"] != kind {
			t.Errorf("received %v, want %s", got, kind)
		}
	}
	act(t, s, "departments", `{"corpId":%q,"id":7,"name":"测试部","parentId":2}`, corpID)
	last("create_party")
	act(t, s, "departments", `{"corpId":%q,"id":7,"name":"质量部"}`, corpID)
	last("update_party")
	act(t, s, "members", `{"corpId":%q,"userId":"wu","name":"吴","departments":[7],"mobile":"13800000007"}`, corpID)
	if list := s.Deliveries(); !slices.ContainsFunc(list, func(d wecomtest.Delivery) bool { return strings.Contains(d.Plain, "create_user") }) {
		t.Errorf("%d callbacks, none is create_user", len(list))
	}
	act(t, s, "members", `{"corpId":%q,"userId":"wu","position":"测试工程师"}`, corpID)
	last("update_user")
	if m := memberByID(t, s, "wu"); m.Name != "吴" || m.Mobile != "13800000007" || m.Position != "测试工程师" || !slices.Equal(m.Departments, []int64{7}) {
		t.Errorf("the member is %+v", m)
	}
	if status, text := sim(t, s, http.MethodPost, "departments/remove", `{"corpId":"`+corpID+`","id":7}`); status != http.StatusBadRequest {
		t.Errorf("a department with a member: HTTP %d %s", status, text)
	}
	act(t, s, "members/remove", `{"corpId":%q,"userId":"WU"}`, corpID)
	act(t, s, "departments/remove", `{"corpId":%q,"id":7}`, corpID)
	last("delete_party")
	for path, bodies := range map[string][]string{
		"members":            {`{"corpId":"none","userId":"x"}`, `{"corpId":"` + corpID + `"}`, `{"userid":"x","corp":"y"}`},
		"members/remove":     {`{"corpId":"` + corpID + `","userId":"ghost"}`},
		"departments":        {`{"corpId":"` + corpID + `"}`, `{"corpId":"none","id":3}`},
		"departments/remove": {`{"corpId":"` + corpID + `","id":99}`},
	} {
		for _, body := range bodies {
			if status, text := sim(t, s, http.MethodPost, path, body); status < 400 || status >= 500 {
				t.Errorf("%s %s: HTTP %d %s", path, body, status, text)
			}
		}
	}
}

func memberByID(t *testing.T, s *wecomtest.Server, userID string) wecomtest.Member {
	t.Helper()
	for _, m := range s.Members(corpID) {
		if m.UserID == userID {
			return m
		}
	}
	t.Fatalf("there is no member %s", userID)
	return wecomtest.Member{}
}

// setContactCallback sets the callback of the contact sync helper.
func setContactCallback(t *testing.T, s *wecomtest.Server, url string) {
	t.Helper()
	act(t, s, "callbacks/save", `{"corpId":%q,"agentId":0,"url":%q,"token":%q,"encodingAesKey":%q}`, corpID, url, token, aesKey)
	if got := s.Corps()[0].ContactCallback; got.URL != url || got.Token != token {
		t.Fatalf("the callback is %+v", got)
	}
}

func TestCompaniesByHTTP(t *testing.T) {
	s := newFixture(t)
	act(t, s, "companies", `[{"id":"wwnew","name":"新公司","members":[{"userId":"a","name":"甲"}],"apps":[{"agentId":5,"secret":"s"}]}]`)
	act(t, s, "apps", `{"corpId":"wwnew","agentId":6,"secret":"s6","name":"第二","homeUrl":"http://x.cn/","menu":[{"name":"扫码","type":"scancode_push","key":"k"}]}`)
	if list := s.Apps("wwnew"); len(list) != 2 || list[1].Name != "第二" || list[1].Menu[0].Key != "k" || len(s.Members("wwnew")) != 1 {
		t.Errorf("the applications are %+v", list)
	}
	act(t, s, "robots", `{"corpId":"wwnew","key":"rk","name":"提醒"}`)
	act(t, s, "robots", `{"key":"rk","stopped":true}`)
	callAPI(t, s, http.MethodPost, "webhook/send?key=rk", `{"msgtype":"text","text":{"content":"a"}}`).expectCode(93004)
	act(t, s, "robots", `{"key":"rk","stopped":false}`)
	callAPI(t, s, http.MethodPost, "webhook/send?key=rk", `{"msgtype":"text","text":{"content":"a"}}`).expectCode(0)
	if _, text := sim(t, s, http.MethodGet, "robots/messages?key=rk", ""); !strings.Contains(text, `"msgtype":"text","text":{"content":"a"}`) {
		t.Errorf("the robot's messages are %s", text)
	}
	for path, bodies := range map[string][]string{
		"companies":           {`[{"name":"ohne"}]`, `[{"id":"x","extra":1}]`, `{`},
		"robots":              {`{"corpId":"wwnew"}`, `{"corpId":"none","key":"k"}`, `{"colour":1}`},
		"apps":                {`{"corpId":"none","agentId":1,"secret":"s"}`, `{"corpId":"wwnew","agentId":6,"secret":""}`},
		"approvals/templates": {`{"corpId":"wwnew"}`, `{"corpId":"none","id":"t"}`},
		"callbacks/save":      {`{"corpId":"none"}`, `{"corpId":"wwnew","agentId":5,"url":"http://127.0.0.1:1/"}`},
		"voice":               {`{"corpId":"none"}`},
		"codes":               {`{"corpId":"wwnew","as":"ghost"}`, `{"suiteId":"none","as":"a"}`},
		"suites":              {`{"id":"x"}`},
		"suites/install":      {`{"suiteId":"none"}`},
		"suites/verify":       {`{"suiteId":"none"}`},
		"suites/ticket":       {`{"suiteId":"none"}`},
		"suites/follow":       {`{"url":"x"}`},
		"suites/uninstall":    {`{"suiteId":"none"}`},
		"suites/range":        {`{"suiteId":"none"}`},
	} {
		for _, body := range bodies {
			if status, text := sim(t, s, http.MethodPost, path, body); status < 400 || status >= 500 {
				t.Errorf("%s %s: HTTP %d %s", path, body, status, text)
			}
		}
	}
}

func TestMemberControlsByHTTP(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	serverID := fieldOf(t, act(t, s, "voice", `{"corpId":%q,"data":"c3BlZXg="}`, corpID), "serverId")
	if _, _, got := getPage(t, http.DefaultClient, s.URL()+"/cgi-bin/media/get/jssdk?access_token="+accessToken(t, s)+"&media_id="+serverID); got != "speex" {
		t.Errorf("the recording is %s", got)
	}
	code := fieldOf(t, act(t, s, "codes", `{"corpId":%q,"as":"lisi","agentId":1000002}`, corpID), "code")
	if got := getAPI(t, s, "auth/getuserinfo?access_token="+accessToken(t, s)+"&code="+code).expectCode(0); got.textField("userid") != "lisi" {
		t.Errorf("signed in: %v", got.fields)
	}
	for path, want := range map[string]string{
		"workbench?agentId=1000002&as=lisi&corpId=": `{"type":"normal"}`,
		"chats?corpId=":    `[]`,
		"forwards?corpId=": `[]`,
	} {
		if status, text := sim(t, s, http.MethodGet, path+corpID, ""); status != http.StatusOK || text != want {
			t.Errorf("%s: HTTP %d %s", path, status, text)
		}
	}
}

// fieldOf returns a text field of a JSON object.
func fieldOf(t *testing.T, object, name string) string {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(object), &out); err != nil {
		t.Fatal(err)
	}
	text, _ := out[name].(string)
	return text
}

func TestApprovalsByHTTP(t *testing.T) {
	s, do := newApprovalFixture(t)
	act(t, s, "approvals/templates", `{"corpId":%q,"id":"T2","name":"第二"}`, corpID)
	do("gettemplatedetail", `{"template_id":"T2"}`).expectCode(0)
	status := func(no string) any {
		return do("getapprovaldetail", `{"sp_no":"`+no+`"}`).expectCode(0).fields["info"].(map[string]any)["sp_status"]
	}
	no := do("applyevent", applyEventJSON).expectCode(0).textField("sp_no")
	act(t, s, "approvals/decide", `{"corpId":%q,"as":"zhangsan","number":%q,"agree":false,"speech":"不"}`, corpID, no)
	if status(no) != 3.0 {
		t.Errorf("the approval has the status %v", status(no))
	}
	no = do("applyevent", applyEventJSON).expectCode(0).textField("sp_no")
	act(t, s, "approvals/withdraw", `{"corpId":%q,"as":"lisi","number":%q}`, corpID, no)
	if status(no) != 4.0 {
		t.Errorf("the approval has the status %v", status(no))
	}
	act(t, s, "approvals/comment", `{"corpId":%q,"as":"zhangsan","number":%q,"text":"稍后再议"}`, corpID, no)
	act(t, s, "approvals/delete", `{"corpId":%q,"number":%q}`, corpID, no)
	info := do("getapprovaldetail", `{"sp_no":"`+no+`"}`).expectCode(0).fields["info"].(map[string]any)
	if comments := info["comments"].([]any); info["sp_status"] != 7.0 || len(comments) != 1 || comments[0].(map[string]any)["commentcontent"] != "稍后再议" {
		t.Errorf("the deleted approval is %v", info)
	}
}

func TestSuitesByHTTP(t *testing.T) {
	s := newSuiteFixture(t)
	act(t, s, "suites", `{"id":%q,"name":"新名"}`, suiteID)
	if _, text := sim(t, s, http.MethodGet, "suites", ""); !strings.Contains(text, "新名") || strings.Contains(text, "suite-secret") || strings.Contains(text, aesKey) {
		t.Errorf("the suites are %s", text)
	}
	ticket := s.SuiteTicket(suiteID)
	act(t, s, "suites/ticket", `{"suiteId":%q}`, suiteID)
	_, text := sim(t, s, http.MethodGet, "suites/ticket?suiteId="+suiteID, "")
	if got := fieldOf(t, text, "ticket"); got != s.SuiteTicket(suiteID) || got == ticket {
		t.Errorf("the ticket is %q, the first was %q", got, ticket)
	}
	if status, _ := sim(t, s, http.MethodGet, "suites/ticket?suiteId=none", ""); status != http.StatusNotFound {
		t.Errorf("the ticket of no suite: HTTP %d", status)
	}
	pre := getAPI(t, s, "service/get_pre_auth_code?suite_access_token="+suiteToken(t, s)).expectCode(0).textField("pre_auth_code")
	page := "https://open.work.weixin.qq.com/3rdapp/install?" + url.Values{"suite_id": {suiteID}, "pre_auth_code": {pre},
		"redirect_uri": {"https://mine.example/done"}, "state": {"abc"}}.Encode()
	back := fieldOf(t, act(t, s, "suites/follow", `{"url":%q,"corpId":%q,"as":"lisi","agentId":1000009}`, page, corpID), "url")
	if !strings.HasPrefix(back, "https://mine.example/done?") {
		t.Errorf("led back to %q", back)
	}
	act(t, s, "suites/range", `{"suiteId":%q,"corpId":%q,"parties":[3]}`, suiteID, corpID)
	if code := fieldOf(t, act(t, s, "codes", `{"suiteId":%q,"corpId":%q,"as":"lisi"}`, suiteID, corpID), "code"); code == "" {
		t.Error("no sign-in code")
	}
	old := suiteToken(t, s)
	if got := act(t, s, "suites/tokens/revoke", `{"suiteId":%q}`, suiteID); got == `{"revoked":0}` {
		t.Errorf("no token was revoked")
	}
	getAPI(t, s, "service/get_pre_auth_code?suite_access_token="+old).expectCode(40082)
	act(t, s, "suites/uninstall", `{"suiteId":%q,"corpId":%q}`, suiteID, corpID)
	act(t, s, "suites/install", `{"suiteId":%q,"corpId":%q,"as":"lisi","agentId":1000009}`, suiteID, corpID)
}

func TestWaitMessageByHTTP(t *testing.T) {
	s := newFixture(t)
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"一"}`).expectCode(0)
	var m wecomtest.Message
	getClientJSON(t, s, "messages/wait?corpId="+corpID+"&as=lisi", &m)
	if m.Text.Content != "一" {
		t.Errorf("the message is %+v", m)
	}
	act(t, s, "forward", `{"corpId":%q,"as":"zhangsan","to":["u-zhangsan"],"text":"二"}`, corpID)
	var all []wecomtest.Message
	if getClientJSON(t, s, "messages?corpId="+corpID+"&as=lisi", &all); len(all) != 1 || all[0].Text.Content != "一" {
		t.Errorf("all messages are %+v", all)
	}
	if status, text := sim(t, s, http.MethodGet, fmt.Sprintf("messages/wait?corpId=%s&as=lisi&seconds=0.01&after=%d", corpID, m.Seq), ""); status != http.StatusGatewayTimeout {
		t.Errorf("without a message: HTTP %d %s", status, text)
	}
	if status, _ := sim(t, s, http.MethodGet, "messages/wait?corpId="+corpID+"&as=ghost", ""); status != http.StatusNotFound {
		t.Errorf("an unknown member: HTTP %d", status)
	}
}
