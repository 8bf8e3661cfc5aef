package wecomtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// newCustomerFixture returns a company whose application has access to external contacts, and the
// application's receiver.
func newCustomerFixture(t *testing.T) (*wecomtest.Server, *receiver) {
	t.Helper()
	s, recv := newFixture(t), newReceiver(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, Customers: true, CustomerService: true,
		CallbackURL: recv.URL, CallbackToken: token, EncodingAESKey: aesKey})
	return s, recv
}

// postAsApp calls an endpoint with the application's access token.
func postAsApp(t *testing.T, s *wecomtest.Server, path, body string) reply {
	t.Helper()
	return callAPI(t, s, http.MethodPost, path+"?access_token="+accessToken(t, s), body)
}

func getAsApp(t *testing.T, s *wecomtest.Server, path, query string) reply {
	t.Helper()
	return getAPI(t, s, path+"?access_token="+accessToken(t, s)+"&"+query)
}

func TestCustomerPermission(t *testing.T) {
	s := newFixture(t)
	for _, path := range []string{"get_follow_user_list", "list", "get"} {
		getAsApp(t, s, "externalcontact/"+path, "").expectCode(84074)
	}
	for _, path := range []string{"add_contact_way", "get_contact_way", "del_contact_way", "remark", "send_welcome_msg"} {
		postAsApp(t, s, "externalcontact/"+path, `{}`).expectCode(84074)
	}
	for _, path := range []string{"account/list", "account/add", "add_contact_way", "sync_msg", "send_msg", "send_msg_on_event"} {
		postAsApp(t, s, "kf/"+path, `{}`).expectCode(48007)
	}
}

func TestContactWay(t *testing.T) {
	s, _ := newCustomerFixture(t)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"type":                   {`{"type":3,"scene":2,"user":["lisi"]}`, 40058},
		"scene":                  {`{"type":1,"user":["lisi"]}`, 40058},
		"two members for type 1": {`{"type":1,"scene":2,"user":["lisi","ZhangSan"]}`, 40058},
		"no members":             {`{"type":2,"scene":2}`, 40058},
		"unknown member":         {`{"type":1,"scene":2,"user":["nobody"]}`, 60111},
		"member who left":        {`{"type":1,"scene":2,"user":["wangwu"]}`, 41054},
		"no department":          {`{"type":2,"scene":2,"party":[9]}`, 60003},
		"long state":             {`{"type":1,"scene":2,"user":["lisi"],"state":"` + strings.Repeat("面", 31) + `"}`, 40058},
	} {
		t.Run(name, func(t *testing.T) { postAsApp(t, s, "externalcontact/add_contact_way", c.body).expectCode(c.code) })
	}
	made := postAsApp(t, s, "externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["LISI"],"state":"interview-42"}`).expectCode(0)
	id := fmt.Sprintf(`{"config_id":%q}`, made.textField("config_id"))
	if made.textField("qr_code") == "" {
		t.Error("no picture for scene 2")
	}
	way, ok := postAsApp(t, s, "externalcontact/get_contact_way", id).expectCode(0).fields["contact_way"].(map[string]any)
	if !ok || way["state"] != "interview-42" || fmt.Sprint(way["user"]) != "[lisi]" || way["skip_verify"] != true {
		t.Errorf("the contact way is %v", way)
	}
	postAsApp(t, s, "externalcontact/del_contact_way", id).expectCode(0)
	postAsApp(t, s, "externalcontact/get_contact_way", id).expectCode(40058)
	if _, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, ConfigID: made.textField("config_id")}); err == nil {
		t.Error("a deleted contact way still adds a member")
	}
}

func TestCustomerLifecycle(t *testing.T) {
	s, recv := newCustomerFixture(t)
	getAsApp(t, s, "externalcontact/list", "userid=lisi").expectCode(84061)
	made := postAsApp(t, s, "externalcontact/add_contact_way", `{"type":2,"scene":1,"party":[3],"state":"s7"}`).expectCode(0)
	id, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, ConfigID: made.textField("config_id"), Name: "王小明"})
	if err != nil {
		t.Fatal(err)
	}
	e := recv.lastMessage(t)
	if e["ChangeType"] != "add_external_contact" || e["UserID"] != "lisi" || e["ExternalUserID"] != id || e["State"] != "s7" || e["WelcomeCode"] == "" || e["FromUserName"] != "sys" {
		t.Errorf("the event is %v", e)
	}
	if ids := getAsApp(t, s, "externalcontact/list", "userid=lisi").expectCode(0).fields["external_userid"]; fmt.Sprint(ids) != "["+id+"]" {
		t.Errorf("customers of lisi: %v", ids)
	}
	postAsApp(t, s, "externalcontact/remark", fmt.Sprintf(`{"userid":"lisi","external_userid":%q,"remark":"后端 王"}`, id)).expectCode(0)
	postAsApp(t, s, "externalcontact/remark", fmt.Sprintf(`{"userid":"ZhangSan","external_userid":%q,"remark":"x"}`, id)).expectCode(84084)
	got := getAsApp(t, s, "externalcontact/get", "external_userid="+url.QueryEscape(id)).expectCode(0).fields
	if text := fmt.Sprint(got["follow_user"]); !strings.Contains(text, "remark:后端 王") || !strings.Contains(text, "state:s7") {
		t.Errorf("followers: %v", text)
	}
	getAsApp(t, s, "externalcontact/get", "external_userid=wmNobody").expectCode(40096)
	if err := s.RemoveCustomer(t.Context(), corpID, "lisi", id, true); err != nil {
		t.Fatal(err)
	}
	if e := recv.lastMessage(t); e["ChangeType"] != "del_follow_user" || e["ExternalUserID"] != id {
		t.Errorf("the event is %v", e)
	}
	getAsApp(t, s, "externalcontact/get", "external_userid="+url.QueryEscape(id)).expectCode(84061)
	if err := s.RemoveCustomer(t.Context(), corpID, "lisi", id, false); err == nil {
		t.Error("a contact was removed twice")
	}
}

func TestWelcomeCode(t *testing.T) {
	s, recv := newCustomerFixture(t)
	meet := func(name string) (id, code string) {
		id, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, UserID: "lisi", Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return id, recv.lastMessage(t)["WelcomeCode"]
	}
	welcome := func(code, rest string) reply {
		return postAsApp(t, s, "externalcontact/send_welcome_msg", fmt.Sprintf(`{"welcome_code":%q%s}`, code, rest))
	}
	const hello = `,"text":{"content":"你好"}`
	id, code := meet("一")
	welcome("unknown", hello).expectCode(41050)
	welcome(code, "").expectCode(44004)
	welcome(code, `,"attachments":[{"msgtype":"poem"}]`).expectCode(41065)
	welcome(code, `,"attachments":[{"msgtype":"file","file":{"media_id":"none"}}]`).expectCode(40007)
	welcome(code, `,"attachments":[{"msgtype":"link","link":{"title":"x","url":"javascript:1"}}]`).expectCode(40094)
	welcome(code, hello+`,"attachments":[{"msgtype":"link","link":{"title":"面试","url":"https://x.example"}}]`).expectCode(0)
	welcome(code, hello).expectCode(41051)
	list := s.CustomerMessages(corpID, id)
	if len(list) != 1 || list[0].Text != "你好" || list[0].From != "lisi" || strings.Contains(list[0].Raw, code) {
		t.Errorf("the customer received %+v", list)
	}
	_, late := meet("二")
	s.Advance(20 * time.Second)
	welcome(late, hello).expectCode(41050)
}

// TestWelcomeCodeSharedByApps checks that only one of two applications can send the welcome
// message.
func TestWelcomeCodeSharedByApps(t *testing.T) {
	s, recv := newCustomerFixture(t)
	second := newReceiver(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent + 1, Name: "另一个", Secret: "second", Customers: true,
		CallbackURL: second.URL, CallbackToken: token, EncodingAESKey: aesKey})
	if _, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, UserID: "lisi"}); err != nil {
		t.Fatal(err)
	}
	first, other := recv.lastMessage(t)["WelcomeCode"], second.lastMessage(t)["WelcomeCode"]
	if first == other {
		t.Error("both applications got the same code")
	}
	postAsApp(t, s, "externalcontact/send_welcome_msg", fmt.Sprintf(`{"welcome_code":%q,"text":{"content":"x"}}`, other)).expectCode(41050)
	postAsApp(t, s, "externalcontact/send_welcome_msg", fmt.Sprintf(`{"welcome_code":%q,"text":{"content":"x"}}`, first)).expectCode(0)
	theirs := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=second").expectCode(0).textField("access_token")
	callAPI(t, s, http.MethodPost, "externalcontact/send_welcome_msg?access_token="+theirs,
		fmt.Sprintf(`{"welcome_code":%q,"text":{"content":"x"}}`, other)).expectCode(41051)
}

func TestCustomersByUsers(t *testing.T) {
	s, _ := newCustomerFixture(t)
	var ids []string
	for _, userID := range []string{"lisi", "lisi", "zhangsan"} {
		id, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, UserID: userID, Name: "王小明"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids[:2])
	list := func(cursor string) (got []string, next string) {
		t.Helper()
		page := postAsApp(t, s, "externalcontact/batch/get_by_user", `{"userid_list":["LISI","zhangsan"],"limit":2,"cursor":"`+cursor+`"}`).expectCode(0)
		for _, entry := range page.fields["external_contact_list"].([]any) {
			fields := entry.(map[string]any)
			follow := fields["follow_info"].(map[string]any)
			if _, ok := follow["tag_id"].([]any); !ok || follow["tags"] != nil {
				t.Errorf("follow_info %v", follow)
			}
			got = append(got, follow["userid"].(string)+" "+fields["external_contact"].(map[string]any)["external_userid"].(string))
		}
		return got, page.textField("next_cursor")
	}
	first, next := list("")
	second, last := list(next)
	want := []string{"lisi " + ids[0], "lisi " + ids[1], "ZhangSan " + ids[2]}
	if got := slices.Concat(first, second); !slices.Equal(got, want) || len(first) != 2 || last != "" {
		t.Errorf("pages %v and %v until %q, want %v", first, second, last, want)
	}
	postAsApp(t, s, "externalcontact/batch/get_by_user", `{"userid_list":["lisi"],"cursor":"x"}`).expectCode(40058)
	postAsApp(t, s, "externalcontact/batch/get_by_user", `{"userid_list":["ghost"]}`).expectCode(60111)
}

func TestContactWayUpdate(t *testing.T) {
	s, _ := newCustomerFixture(t)
	id := postAsApp(t, s, "externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["lisi"],"remark":"一","state":"candidate-7"}`).expectCode(0).textField("config_id")
	get := func() map[string]any {
		t.Helper()
		return postAsApp(t, s, "externalcontact/get_contact_way", `{"config_id":"`+id+`"}`).expectCode(0).fields["contact_way"].(map[string]any)
	}
	before := get()
	postAsApp(t, s, "externalcontact/update_contact_way", `{"config_id":"`+id+`","state":"candidate-8","user":["ghost"]}`).expectCode(60111)
	if after := get(); !reflect.DeepEqual(after, before) {
		t.Errorf("a rejected update changed %v to %v", before, after)
	}
	postAsApp(t, s, "externalcontact/update_contact_way", `{"config_id":"`+id+`","type":2,"state":"candidate-8","skip_verify":false,"user":["zhangsan"]}`).expectCode(0)
	before["state"], before["skip_verify"], before["user"] = "candidate-8", false, []any{"ZhangSan"}
	if after := get(); !reflect.DeepEqual(after, before) {
		t.Errorf("after the update %v, want %v", after, before)
	}
	postAsApp(t, s, "externalcontact/update_contact_way", `{"config_id":"x"}`).expectCode(40058)
}
