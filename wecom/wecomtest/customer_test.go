package wecomtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// outward is a company whose application may have customers, and its receiver.
func outward(t *testing.T) (*wecomtest.Server, *receiver) {
	t.Helper()
	s, mine := company(t), receive(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent, Name: "会面", Secret: secret, Customers: true, CustomerService: true,
		CallbackURL: mine.URL, CallbackToken: token, EncodingAESKey: aesKey})
	return s, mine
}

// post calls an endpoint with the application's token.
func post(t *testing.T, s *wecomtest.Server, path, body string) reply {
	t.Helper()
	return call(t, s, http.MethodPost, path+"?access_token="+accessToken(t, s), body)
}

func read(t *testing.T, s *wecomtest.Server, path, query string) reply {
	t.Helper()
	return get(t, s, path+"?access_token="+accessToken(t, s)+"&"+query)
}

func TestCustomersNeedPermission(t *testing.T) {
	s := company(t)
	for _, path := range []string{"get_follow_user_list", "list", "get"} {
		read(t, s, "externalcontact/"+path, "").want(84074)
	}
	for _, path := range []string{"add_contact_way", "get_contact_way", "del_contact_way", "remark", "send_welcome_msg"} {
		post(t, s, "externalcontact/"+path, `{}`).want(84074)
	}
	for _, path := range []string{"account/list", "account/add", "add_contact_way", "sync_msg", "send_msg", "send_msg_on_event"} {
		post(t, s, "kf/"+path, `{}`).want(48007)
	}
}

func TestContactWay(t *testing.T) {
	s, _ := outward(t)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"type":           {`{"type":3,"scene":2,"user":["lisi"]}`, 40058},
		"scene":          {`{"type":1,"user":["lisi"]}`, 40058},
		"two for one":    {`{"type":1,"scene":2,"user":["lisi","ZhangSan"]}`, 40058},
		"nobody":         {`{"type":2,"scene":2}`, 40058},
		"unknown member": {`{"type":1,"scene":2,"user":["nobody"]}`, 60111},
		"who left":       {`{"type":1,"scene":2,"user":["wangwu"]}`, 41054},
		"no department":  {`{"type":2,"scene":2,"party":[9]}`, 60003},
		"long state":     {`{"type":1,"scene":2,"user":["lisi"],"state":"` + strings.Repeat("面", 31) + `"}`, 40058},
	} {
		t.Run(name, func(t *testing.T) { post(t, s, "externalcontact/add_contact_way", c.body).want(c.code) })
	}
	made := post(t, s, "externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["LISI"],"state":"interview-42"}`).want(0)
	id := fmt.Sprintf(`{"config_id":%q}`, made.text("config_id"))
	if made.text("qr_code") == "" {
		t.Error("no picture for scene 2")
	}
	way, ok := post(t, s, "externalcontact/get_contact_way", id).want(0).fields["contact_way"].(map[string]any)
	if !ok || way["state"] != "interview-42" || fmt.Sprint(way["user"]) != "[lisi]" || way["skip_verify"] != true {
		t.Errorf("the contact way is %v", way)
	}
	post(t, s, "externalcontact/del_contact_way", id).want(0)
	post(t, s, "externalcontact/get_contact_way", id).want(40058)
	if _, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, ConfigID: made.text("config_id")}); err == nil {
		t.Error("a code that was deleted still leads to a member")
	}
}

func TestCustomerComesAndGoes(t *testing.T) {
	s, mine := outward(t)
	read(t, s, "externalcontact/list", "userid=lisi").want(84061)
	made := post(t, s, "externalcontact/add_contact_way", `{"type":2,"scene":1,"party":[3],"state":"s7"}`).want(0)
	id, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, ConfigID: made.text("config_id"), Name: "王小明"})
	if err != nil {
		t.Fatal(err)
	}
	e := mine.last(t)
	if e["ChangeType"] != "add_external_contact" || e["UserID"] != "lisi" || e["ExternalUserID"] != id || e["State"] != "s7" || e["WelcomeCode"] == "" || e["FromUserName"] != "sys" {
		t.Errorf("the event is %v", e)
	}
	if ids := read(t, s, "externalcontact/list", "userid=lisi").want(0).fields["external_userid"]; fmt.Sprint(ids) != "["+id+"]" {
		t.Errorf("customers of lisi: %v", ids)
	}
	post(t, s, "externalcontact/remark", fmt.Sprintf(`{"userid":"lisi","external_userid":%q,"remark":"后端 王"}`, id)).want(0)
	post(t, s, "externalcontact/remark", fmt.Sprintf(`{"userid":"ZhangSan","external_userid":%q,"remark":"x"}`, id)).want(84084)
	got := read(t, s, "externalcontact/get", "external_userid="+url.QueryEscape(id)).want(0).fields
	if text := fmt.Sprint(got["follow_user"]); !strings.Contains(text, "remark:后端 王") || !strings.Contains(text, "state:s7") {
		t.Errorf("followers: %v", text)
	}
	read(t, s, "externalcontact/get", "external_userid=wmNobody").want(40096)
	if err := s.RemoveCustomer(t.Context(), corpID, "lisi", id, true); err != nil {
		t.Fatal(err)
	}
	if e := mine.last(t); e["ChangeType"] != "del_follow_user" || e["ExternalUserID"] != id {
		t.Errorf("the event is %v", e)
	}
	read(t, s, "externalcontact/get", "external_userid="+url.QueryEscape(id)).want(84061)
	if err := s.RemoveCustomer(t.Context(), corpID, "lisi", id, false); err == nil {
		t.Error("a contact was removed twice")
	}
}

func TestWelcomeCode(t *testing.T) {
	s, mine := outward(t)
	meet := func(name string) (id, code string) {
		id, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, UserID: "lisi", Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return id, mine.last(t)["WelcomeCode"]
	}
	welcome := func(code, rest string) reply {
		return post(t, s, "externalcontact/send_welcome_msg", fmt.Sprintf(`{"welcome_code":%q%s}`, code, rest))
	}
	const hello = `,"text":{"content":"你好"}`
	id, code := meet("一")
	welcome("unknown", hello).want(41050)
	welcome(code, "").want(44004)
	welcome(code, `,"attachments":[{"msgtype":"poem"}]`).want(41065)
	welcome(code, `,"attachments":[{"msgtype":"file","file":{"media_id":"none"}}]`).want(40007)
	welcome(code, `,"attachments":[{"msgtype":"link","link":{"title":"x","url":"javascript:1"}}]`).want(40094)
	welcome(code, hello+`,"attachments":[{"msgtype":"link","link":{"title":"面试","url":"https://x.example"}}]`).want(0)
	welcome(code, hello).want(41051)
	list := s.CustomerMessages(corpID, id)
	if len(list) != 1 || list[0].Text != "你好" || list[0].From != "lisi" || strings.Contains(list[0].Raw, code) {
		t.Errorf("the customer sees %+v", list)
	}
	_, late := meet("二")
	s.Advance(20 * time.Second)
	welcome(late, hello).want(41050)
}

// Of two applications that hear of a customer only one may greet.
func TestOneWelcomeForAllApplications(t *testing.T) {
	s, mine := outward(t)
	second := receive(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: agent + 1, Name: "另一个", Secret: "second", Customers: true,
		CallbackURL: second.URL, CallbackToken: token, EncodingAESKey: aesKey})
	if _, err := s.AddCustomer(t.Context(), wecomtest.Customer{CorpID: corpID, UserID: "lisi"}); err != nil {
		t.Fatal(err)
	}
	first, other := mine.last(t)["WelcomeCode"], second.last(t)["WelcomeCode"]
	if first == other {
		t.Error("both got the same code")
	}
	post(t, s, "externalcontact/send_welcome_msg", fmt.Sprintf(`{"welcome_code":%q,"text":{"content":"x"}}`, other)).want(41050)
	post(t, s, "externalcontact/send_welcome_msg", fmt.Sprintf(`{"welcome_code":%q,"text":{"content":"x"}}`, first)).want(0)
	theirs := get(t, s, "gettoken?corpid="+corpID+"&corpsecret=second").want(0).text("access_token")
	call(t, s, http.MethodPost, "externalcontact/send_welcome_msg?access_token="+theirs,
		fmt.Sprintf(`{"welcome_code":%q,"text":{"content":"x"}}`, other)).want(41051)
}
