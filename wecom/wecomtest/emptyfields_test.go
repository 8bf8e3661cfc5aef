package wecomtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// TestEmptyFields checks that empty texts and zeros in optional fields count as absent, and that in
// required fields they return the error of the field.
func TestEmptyFields(t *testing.T) {
	for name, test := range map[string]struct {
		contact    bool // with the token of the contact sync helper
		path, body string
		code       int
	}{
		"neither mobile nor email":      {true, "user/create", `{"userid":"a1","name":"a","mobile":"","email":""}`, 60129},
		"empty email":                   {true, "user/create", `{"userid":"a1","name":"a","mobile":"13911112222","email":"","gender":"","main_department":0,"enable":""}`, 0},
		"empty name of a member":        {true, "user/create", `{"userid":"a1","name":"","mobile":"13911112222"}`, 60112},
		"department with id 0":          {true, "department/create", `{"name":"新","parentid":1,"id":0,"name_en":"","order":0}`, 0},
		"department with an empty id":   {true, "department/create", `{"name":"新","parentid":"1","id":""}`, 0},
		"department without a parent":   {true, "department/create", `{"name":"新","parentid":0}`, 60004},
		"empty name of a department":    {true, "department/create", `{"name":"","parentid":1}`, 60001},
		"department keeps its parent":   {true, "department/update", `{"id":2,"parentid":0,"name":"新"}`, 0},
		"list_id with limit 0":          {true, "user/list_id", `{"limit":0}`, 0},
		"list_id with an empty limit":   {true, "user/list_id", `{"limit":"","cursor":""}`, 0},
		"tag with an empty id":          {false, "tag/create", `{"tagname":"新","tagid":""}`, 0},
		"tag without an id":             {false, "tag/update", `{"tagname":"新","tagid":""}`, 41017},
		"application with empty fields": {false, "agent/set", fmt.Sprintf(`{"agentid":%d,"name":"","description":"","redirect_domain":"","logo_mediaid":"","home_url":"","isreportenter":"","report_location_flag":""}`, agent), 0},
		"application with id 0":         {false, "agent/set", `{"agentid":0}`, 41011},
		"message of application 0":      {false, "message/send", `{"touser":"lisi","agentid":0,"msgtype":"text","text":{"content":"a"}}`, 41011},
		"message with empty numbers":    {false, "message/send", fmt.Sprintf(`{"touser":"lisi","toparty":"","agentid":%d,"safe":"","msgtype":"text","text":{"content":"a"}}`, agent), 0},
		"message with null":             {false, "message/send", fmt.Sprintf(`{"touser":"lisi","toparty":null,"agentid":%d,"safe":null,"enable_id_trans":null,"duplicate_check_interval":null,"msgtype":"text","text":{"content":"a"}}`, agent), 0},
		"message of application null":   {false, "message/send", `{"touser":"lisi","agentid":null,"msgtype":"text","text":{"content":"a"}}`, 41011},
		"member with null":              {true, "user/create", `{"userid":"a1","name":"a","mobile":"13911112222","email":null,"gender":null,"department":null,"main_department":null,"enable":null}`, 0},
		"accounts with limit null":      {false, "kf/account/list", `{"limit":null,"offset":null}`, 0},
		"accounts with limit 0":         {false, "kf/account/list", `{"limit":0,"offset":0}`, 0},
		"meetings with limit 0":         {false, "meeting/get_user_meetingid", `{"userid":"lisi","limit":0,"cursor":""}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newCustomerFixture(t)
			tok := accessToken(t, s)
			if test.contact {
				tok = getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").expectCode(0).textField("access_token")
			}
			callAPI(t, s, http.MethodPost, test.path+"?access_token="+tok, test.body).expectCode(test.code)
		})
	}
}

// TestEmptyFieldsKeepValues checks that agent/set and user/update with empty fields change nothing.
func TestEmptyFieldsKeepValues(t *testing.T) {
	s := newFixture(t)
	a := s.Apps(corpID)[0]
	a.ReportEnter, a.TrustedDomains = true, []string{"product.example"}
	s.AddApp(a)
	callAPI(t, s, http.MethodPost, "agent/set?access_token="+accessToken(t, s),
		fmt.Sprintf(`{"agentid":%d,"name":"","home_url":"","redirect_domain":"","isreportenter":""}`, agent)).expectCode(0)
	if got := s.Apps(corpID)[0]; got.Name != a.Name || got.HomeURL != a.HomeURL || !got.ReportEnter || fmt.Sprint(got.TrustedDomains) != "[product.example]" {
		t.Errorf("the application is now %+v", got)
	}
	contact := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").expectCode(0).textField("access_token")
	callAPI(t, s, http.MethodPost, "user/update?access_token="+contact, `{"userid":"lisi","enable":"","gender":"","main_department":0}`).expectCode(0)
	u := getAPI(t, s, "user/get?userid=lisi&access_token="+accessToken(t, s)).expectCode(0)
	if u.fields["status"] != float64(wecomtest.StatusActive) || u.fields["main_department"] != 3.0 {
		t.Errorf("the member is now %v", u.fields)
	}
}

// TestTagEvents checks the change_contact events of tags and of departments that applications change.
func TestTagEvents(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	s.AddCorp(wecomtest.Corp{ID: corpID, ContactSecret: "contact-secret", ContactCallback: wecomtest.Callback{URL: r.URL, Token: token, EncodingAESKey: aesKey}})
	tok := accessToken(t, s)
	post := func(path, body string) {
		t.Helper()
		callAPI(t, s, http.MethodPost, path+"?access_token="+tok, body).expectCode(0)
	}
	post("tag/create", `{"tagname":"面试官","tagid":7}`)
	post("tag/addtagusers", `{"tagid":7,"userlist":["lisi","ZhangSan"],"partylist":[3]}`)
	post("tag/addtagusers", `{"tagid":7,"userlist":["lisi"]}`) // no change, no event
	post("tag/deltagusers", `{"tagid":7,"userlist":["lisi"],"partylist":[3]}`)
	getAPI(t, s, "tag/delete?tagid=7&access_token="+tok).expectCode(0)
	s.Close()
	var got []string
	for _, d := range s.Deliveries() {
		f := parseXMLFields([]byte(d.Plain))
		if !d.OK || f["Event"] != "change_contact" || f["ChangeType"] != "update_tag" || f["TagId"] != "7" || f["FromUserName"] != "sys" {
			t.Errorf("delivered %+v", d)
		}
		got = append(got, strings.Join([]string{f["AddUserItems"], f["DelUserItems"], f["AddPartyItems"], f["DelPartyItems"]}, "|"))
	}
	want := map[string]bool{"lisi,ZhangSan||3|": true, "|lisi||3": true, "|ZhangSan||": true}
	for _, event := range got {
		delete(want, event)
	}
	if len(got) != 3 || len(want) > 0 {
		t.Errorf("events %q, missing %v", got, want)
	}
}

// TestTagEventsOfConsole checks the events of a member whose tags an administrator changes, and that the
// contact sync helper's own changes of departments are sent to others only.
func TestTagEventsOfConsole(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	s.AddCorp(wecomtest.Corp{ID: corpID, ContactSecret: "contact-secret", ContactCallback: wecomtest.Callback{URL: r.URL, Token: token, EncodingAESKey: aesKey}})
	if err := s.ChangeMember(contextWithTimeout(t), wecomtest.Member{CorpID: corpID, UserID: "lisi", Name: "李四", Departments: []int64{3}, Tags: []int64{5}}); err != nil {
		t.Fatal(err)
	}
	if f := r.lastMessage(t); f["ChangeType"] != "update_tag" || f["TagId"] != "5" || f["AddUserItems"] != "lisi" {
		t.Errorf("received %v", f)
	}
	a := s.Apps(corpID)[0]
	a.ContactEvents = true
	s.AddApp(a)
	setCallback(s, r.URL)
	sent := len(s.Deliveries())
	contact := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=contact-secret").expectCode(0).textField("access_token")
	callAPI(t, s, http.MethodPost, "department/create?access_token="+contact, `{"name":"新","parentid":1,"id":9}`).expectCode(0)
	callAPI(t, s, http.MethodPost, "department/update?access_token="+contact, `{"id":9,"name":"更新"}`).expectCode(0) // the same parent, no event
	callAPI(t, s, http.MethodPost, "department/update?access_token="+contact, `{"id":9,"parentid":2}`).expectCode(0)
	getAPI(t, s, "department/delete?id=9&access_token="+contact).expectCode(0)
	s.Close()
	kinds := map[string]int{}
	for _, d := range s.Deliveries()[sent:] {
		f := parseXMLFields([]byte(d.Plain))
		kinds[f["ChangeType"]+" "+f["Id"]+" "+f["AgentID"]]++
	}
	if want := "map[create_party 9 1000002:1 delete_party 9 1000002:1 update_party 9 1000002:1]"; fmt.Sprint(kinds) != want {
		t.Errorf("events %v, want %s", kinds, want)
	}
}
