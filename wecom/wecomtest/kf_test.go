package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// service makes an account and gives its id and its link with a scene.
func service(t *testing.T, s *wecomtest.Server) (account, link string) {
	t.Helper()
	picture := upload(t, s, "media/upload?type=image", "media", "hr.png", "\x89PNG\r\n\x1a\nxxxx").want(0).text("media_id")
	account = post(t, s, "kf/account/add", fmt.Sprintf(`{"name":"云杉招聘","media_id":%q}`, picture)).want(0).text("open_kfid")
	link = post(t, s, "kf/add_contact_way", fmt.Sprintf(`{"open_kfid":%q,"scene":"interview"}`, account)).want(0).text("url")
	return account, link
}

// enter opens the account and returns who did.
func enter(t *testing.T, s *wecomtest.Server, link, id string) string {
	t.Helper()
	id, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID, ExternalUserID: id, Name: "王小明"}, link)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func pull(t *testing.T, s *wecomtest.Server, account, cursor, token string, limit int) reply {
	t.Helper()
	return post(t, s, "kf/sync_msg", fmt.Sprintf(`{"open_kfid":%q,"cursor":%q,"token":%q,"limit":%d}`, account, cursor, token, limit))
}

// last is the newest entry of the account.
func last(t *testing.T, s *wecomtest.Server, account string) map[string]any {
	t.Helper()
	list, ok := pull(t, s, account, "", "", 1000).want(0).fields["msg_list"].([]any)
	if !ok || len(list) == 0 {
		t.Fatal("the account has nothing to read")
	}
	return list[len(list)-1].(map[string]any)
}

func TestKFAccounts(t *testing.T) {
	s, _ := outward(t)
	post(t, s, "kf/account/add", `{"name":"","media_id":"x"}`).want(95006)
	post(t, s, "kf/account/add", `{"name":"`+strings.Repeat("客", 17)+`","media_id":"x"}`).want(95006)
	post(t, s, "kf/account/add", `{"name":"客服","media_id":"x"}`).want(40007)
	account, link := service(t, s)
	if list := post(t, s, "kf/account/list", `{"offset":0,"limit":100}`).want(0); !strings.Contains(fmt.Sprint(list.fields["account_list"]), account) {
		t.Errorf("accounts %v", list.fields)
	}
	if rest := post(t, s, "kf/account/list", `{"offset":5}`).want(0); fmt.Sprint(rest.fields["account_list"]) != "[]" {
		t.Errorf("behind the end: %v", rest.fields)
	}
	post(t, s, "kf/account/list", `{"limit":101}`).want(40058)
	post(t, s, "kf/add_contact_way", `{"open_kfid":"x"}`).want(95000)
	post(t, s, "kf/add_contact_way", `{"open_kfid":"wkx"}`).want(95004)
	post(t, s, "kf/add_contact_way", fmt.Sprintf(`{"open_kfid":%q,"scene":"a b"}`, account)).want(40058)
	if _, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID}, "https://work.weixin.qq.com/kf/kfcnone"); err == nil {
		t.Error("a link that nobody made leads to an account")
	}
	if _, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID}, link+"&scene_param="+strings.Repeat("x", 129)); err == nil {
		t.Error("a scene_param of 129 bytes was taken")
	}
}

func TestKFSync(t *testing.T) {
	s, mine := outward(t)
	account, link := service(t, s)
	id := enter(t, s, link+"&scene_param=tok", "")
	e := mine.last(t)
	if e["Event"] != "kf_msg_or_event" || e["OpenKfId"] != account || e["Token"] == "" {
		t.Fatalf("the event is %v", e)
	}
	for _, text := range []string{"一", "二"} {
		if err := s.SendKFText(t.Context(), corpID, id, account, text, ""); err != nil {
			t.Fatal(err)
		}
	}
	pull(t, s, account, "", "wrong", 1).want(95007)
	pull(t, s, account, "wrong", "", 1).want(40058)
	pull(t, s, account, "", "", 1001).want(40058)
	first := pull(t, s, account, "", e["Token"], 2).want(0)
	if first.fields["has_more"] != 1.0 || !strings.Contains(fmt.Sprint(first.fields["msg_list"]), "scene_param:tok") {
		t.Errorf("the first page is %v", first.fields)
	}
	second := pull(t, s, account, first.text("next_cursor"), "", 2).want(0)
	if text := fmt.Sprint(second.fields["msg_list"]); second.fields["has_more"] != 0.0 || !strings.Contains(text, "二") || strings.Contains(text, "一") {
		t.Errorf("the second page is %v", second.fields)
	}
	s.Advance(10*time.Minute + time.Second)
	pull(t, s, account, "", e["Token"], 2).want(95007)
	s.Advance(72 * time.Hour)
	gone := pull(t, s, account, "", "", 2).want(0)
	if gone.fields["has_more"] != 1.0 || fmt.Sprint(gone.fields["msg_list"]) != "[]" {
		t.Errorf("after three days: %v", gone.fields)
	}
}

func TestKFSend(t *testing.T) {
	s, _ := outward(t)
	account, link := service(t, s)
	id := enter(t, s, link, "")
	write := func(msgID, rest string) reply {
		return post(t, s, "kf/send_msg", fmt.Sprintf(`{"touser":%q,"open_kfid":%q,"msgid":%q,%s}`, id, account, msgID, rest))
	}
	const hello = `"msgtype":"text","text":{"content":"明天十点"}`
	write("", hello).want(95018) // they have not written
	if err := s.SendKFText(t.Context(), corpID, id, account, "你好", ""); err != nil {
		t.Fatal(err)
	}
	for rest, code := range map[string]int{
		`"msgtype":"text"`: 44004,
		`"msgtype":"text","text":{"content":"` + strings.Repeat("x", 2049) + `"}`: 40058,
		`"msgtype":"poem"`: 40008,
		`"msgtype":"file","file":{"media_id":"none"}`:                                                                 40007,
		`"msgtype":"link","link":{"title":"x","url":"https://x.example"}`:                                             41006,
		`"msgtype":"msgmenu","msgmenu":{"list":[{"type":"dance"}]}`:                                                   95009,
		`"msgtype":"msgmenu","msgmenu":{"list":[{"type":"click","click":{"content":"x"}}]}`:                           40058,
		`"msgtype":"msgmenu","msgmenu":{"list":[` + menu(11) + `]}`:                                                   95008,
		`"msgtype":"msgmenu","msgmenu":{"head_content":"` + strings.Repeat("x", 1025) + `","list":[` + menu(1) + `]}`: 40058,
	} {
		write("", rest).want(code)
	}
	write("a b", hello).want(40058)
	write("one", hello).want(0)
	write("one", hello).want(95033)
	write("", `"msgtype":"msgmenu","msgmenu":{"head_content":"选","list":[`+menu(10)+`]}`).want(0)
	for range 3 {
		write("", hello).want(0)
	}
	write("", hello).want(95001)
	if err := s.SendKFText(t.Context(), corpID, id, account, "再问", ""); err != nil {
		t.Fatal(err)
	}
	write("", hello).want(0)
	s.Advance(48 * time.Hour)
	write("", hello).want(95002)
	if seen := s.CustomerMessages(corpID, id); len(seen) != 6 || seen[0].MsgID != "one" || seen[1].Text != "选" || seen[0].From != account {
		t.Errorf("the customer sees %+v", seen)
	}
}

func menu(n int) string {
	return strings.TrimSuffix(strings.Repeat(`{"type":"click","click":{"id":"a","content":"b"}},`, n), ",")
}

func TestKFGreeting(t *testing.T) {
	s, _ := outward(t)
	account, link := service(t, s)
	code := func() string {
		event, _ := last(t, s, account)["event"].(map[string]any)
		value, _ := event["welcome_code"].(string)
		return value
	}
	greet := func(code string) reply {
		return post(t, s, "kf/send_msg_on_event", fmt.Sprintf(`{"code":%q,"msgtype":"text","text":{"content":"欢迎"}}`, code))
	}
	greet("none").want(41050)
	id := enter(t, s, link, "")
	late := code()
	s.Advance(20 * time.Second)
	greet(late).want(41050)
	enter(t, s, link, id)
	fresh := code()
	post(t, s, "kf/send_msg_on_event", fmt.Sprintf(`{"code":%q,"msgtype":"image"}`, fresh)).want(40008)
	greet(fresh).want(0)
	greet(fresh).want(41050)
	if enter(t, s, link, id); code() != "" {
		t.Error("a second code within 48 hours")
	}
	s.Advance(48 * time.Hour)
	if enter(t, s, link, id); code() == "" {
		t.Error("no code after 48 hours")
	}
	if err := s.SendKFText(t.Context(), corpID, id, account, "你好", ""); err != nil {
		t.Fatal(err)
	}
	if enter(t, s, link, id); code() != "" {
		t.Error("a code for somebody who has written")
	}
	if err := s.SendKFText(t.Context(), corpID, "wmNobody", account, "x", ""); err == nil {
		t.Error("somebody wrote who never entered")
	}
}
