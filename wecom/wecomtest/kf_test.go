package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// addKFAccount creates a customer service account and returns its id and a link with a scene.
func addKFAccount(t *testing.T, s *wecomtest.Server) (account, link string) {
	t.Helper()
	picture := uploadFile(t, s, "media/upload?type=image", "media", "hr.png", "\x89PNG\r\n\x1a\nxxxx").expectCode(0).textField("media_id")
	account = postAsApp(t, s, "kf/account/add", fmt.Sprintf(`{"name":"云杉招聘","media_id":%q}`, picture)).expectCode(0).textField("open_kfid")
	link = postAsApp(t, s, "kf/add_contact_way", fmt.Sprintf(`{"open_kfid":%q,"scene":"interview"}`, account)).expectCode(0).textField("url")
	return account, link
}

// enterKF opens the link of the account as a customer and returns the external_userid.
func enterKF(t *testing.T, s *wecomtest.Server, link, id string) string {
	t.Helper()
	id, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID, ExternalUserID: id, Name: "王小明"}, link)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func syncKFMessages(t *testing.T, s *wecomtest.Server, account, cursor, token string, limit int) reply {
	t.Helper()
	return postAsApp(t, s, "kf/sync_msg", fmt.Sprintf(`{"open_kfid":%q,"cursor":%q,"token":%q,"limit":%d}`, account, cursor, token, limit))
}

// lastKFEntry returns the newest entry of the account.
func lastKFEntry(t *testing.T, s *wecomtest.Server, account string) map[string]any {
	t.Helper()
	list, ok := syncKFMessages(t, s, account, "", "", 1000).expectCode(0).fields["msg_list"].([]any)
	if !ok || len(list) == 0 {
		t.Fatal("the account has no entries")
	}
	return list[len(list)-1].(map[string]any)
}

func TestKFAccounts(t *testing.T) {
	s, _ := newCustomerFixture(t)
	postAsApp(t, s, "kf/account/add", `{"name":"","media_id":"x"}`).expectCode(95006)
	postAsApp(t, s, "kf/account/add", `{"name":"`+strings.Repeat("客", 17)+`","media_id":"x"}`).expectCode(95006)
	postAsApp(t, s, "kf/account/add", `{"name":"客服","media_id":"x"}`).expectCode(40007)
	account, link := addKFAccount(t, s)
	if list := postAsApp(t, s, "kf/account/list", `{"offset":0,"limit":100}`).expectCode(0); !strings.Contains(fmt.Sprint(list.fields["account_list"]), account) {
		t.Errorf("accounts %v", list.fields)
	}
	if rest := postAsApp(t, s, "kf/account/list", `{"offset":5}`).expectCode(0); fmt.Sprint(rest.fields["account_list"]) != "[]" {
		t.Errorf("after the end: %v", rest.fields)
	}
	postAsApp(t, s, "kf/account/list", `{"limit":101}`).expectCode(40058)
	postAsApp(t, s, "kf/add_contact_way", `{"open_kfid":"x"}`).expectCode(95000)
	postAsApp(t, s, "kf/add_contact_way", `{"open_kfid":"wkx"}`).expectCode(95004)
	postAsApp(t, s, "kf/add_contact_way", fmt.Sprintf(`{"open_kfid":%q,"scene":"a b"}`, account)).expectCode(40058)
	if _, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID}, "https://work.weixin.qq.com/kf/kfcnone"); err == nil {
		t.Error("an unknown link leads to an account")
	}
	if _, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID}, link+"&scene_param="+strings.Repeat("x", 129)); err == nil {
		t.Error("a scene_param of 129 bytes was accepted")
	}
}

// An account of the admin console is usable through the API.
func TestKFAccountOfConsole(t *testing.T) {
	s, _ := newCustomerFixture(t)
	for _, name := range []string{"", strings.Repeat("客", 17)} {
		if _, err := s.AddKFAccount(corpID, name); err == nil {
			t.Errorf("the name %q was accepted", name)
		}
	}
	if _, err := s.AddKFAccount("unknown", "招聘咨询"); err == nil {
		t.Error("an unknown company was accepted")
	}
	account, err := s.AddKFAccount(corpID, "招聘咨询")
	if err != nil {
		t.Fatal(err)
	}
	postAsApp(t, s, "kf/add_contact_way", fmt.Sprintf(`{"open_kfid":%q,"scene":"x"}`, account)).expectCode(0)
}

func TestKFSync(t *testing.T) {
	s, recv := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	id := enterKF(t, s, link+"&scene_param=tok", "")
	e := recv.lastMessage(t)
	if e["Event"] != "kf_msg_or_event" || e["OpenKfId"] != account || e["Token"] == "" {
		t.Fatalf("the event is %v", e)
	}
	for _, text := range []string{"一", "二"} {
		if err := s.SendKFText(t.Context(), corpID, id, account, text, ""); err != nil {
			t.Fatal(err)
		}
	}
	syncKFMessages(t, s, account, "", "wrong", 1).expectCode(95007)
	syncKFMessages(t, s, account, "wrong", "", 1).expectCode(40058)
	syncKFMessages(t, s, account, "", "", 1001).expectCode(40058)
	first := syncKFMessages(t, s, account, "", e["Token"], 2).expectCode(0)
	if first.fields["has_more"] != 1.0 || !strings.Contains(fmt.Sprint(first.fields["msg_list"]), "scene_param:tok") {
		t.Errorf("the first page is %v", first.fields)
	}
	second := syncKFMessages(t, s, account, first.textField("next_cursor"), "", 2).expectCode(0)
	if text := fmt.Sprint(second.fields["msg_list"]); second.fields["has_more"] != 0.0 || !strings.Contains(text, "二") || strings.Contains(text, "一") {
		t.Errorf("the second page is %v", second.fields)
	}
	s.Advance(10*time.Minute + time.Second)
	syncKFMessages(t, s, account, "", e["Token"], 2).expectCode(95007)
	s.Advance(72 * time.Hour)
	gone := syncKFMessages(t, s, account, "", "", 2).expectCode(0)
	if gone.fields["has_more"] != 1.0 || fmt.Sprint(gone.fields["msg_list"]) != "[]" {
		t.Errorf("after three days: %v", gone.fields)
	}
}

func TestKFSend(t *testing.T) {
	s, _ := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	id := enterKF(t, s, link, "")
	write := func(msgID, rest string) reply {
		return postAsApp(t, s, "kf/send_msg", fmt.Sprintf(`{"touser":%q,"open_kfid":%q,"msgid":%q,%s}`, id, account, msgID, rest))
	}
	const hello = `"msgtype":"text","text":{"content":"明天十点"}`
	write("", hello).expectCode(95018) // the customer has not written
	if err := s.SendKFText(t.Context(), corpID, id, account, "你好", ""); err != nil {
		t.Fatal(err)
	}
	for rest, code := range map[string]int{
		`"msgtype":"text"`: 44004,
		`"msgtype":"text","text":{"content":"` + strings.Repeat("x", 2049) + `"}`: 40058,
		`"msgtype":"poem"`: 40008,
		`"msgtype":"file","file":{"media_id":"none"}`:                                                                       40007,
		`"msgtype":"link","link":{"title":"x","url":"https://x.example"}`:                                                   41006,
		`"msgtype":"msgmenu","msgmenu":{"list":[{"type":"dance"}]}`:                                                         95009,
		`"msgtype":"msgmenu","msgmenu":{"list":[{"type":"click","click":{"content":"x"}}]}`:                                 40058,
		`"msgtype":"msgmenu","msgmenu":{"list":[` + kfMenuJSON(11) + `]}`:                                                   95008,
		`"msgtype":"msgmenu","msgmenu":{"head_content":"` + strings.Repeat("x", 1025) + `","list":[` + kfMenuJSON(1) + `]}`: 40058,
	} {
		write("", rest).expectCode(code)
	}
	write("a b", hello).expectCode(40058)
	write("one", hello).expectCode(0)
	write("one", hello).expectCode(95033)
	write("", `"msgtype":"msgmenu","msgmenu":{"head_content":"选","list":[`+kfMenuJSON(10)+`]}`).expectCode(0)
	for range 3 {
		write("", hello).expectCode(0)
	}
	write("", hello).expectCode(95001)
	if err := s.SendKFText(t.Context(), corpID, id, account, "再问", ""); err != nil {
		t.Fatal(err)
	}
	write("", hello).expectCode(0)
	s.Advance(48 * time.Hour)
	write("", hello).expectCode(95002)
	if seen := s.CustomerMessages(corpID, id); len(seen) != 6 || seen[0].MsgID != "one" || seen[1].Text != "选" || seen[0].From != account {
		t.Errorf("the customer received %+v", seen)
	}
}

func kfMenuJSON(n int) string {
	return strings.TrimSuffix(strings.Repeat(`{"type":"click","click":{"id":"a","content":"b"}},`, n), ",")
}

func TestKFMessageOnEvent(t *testing.T) {
	s, _ := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	code := func() string {
		event, _ := lastKFEntry(t, s, account)["event"].(map[string]any)
		value, _ := event["welcome_code"].(string)
		return value
	}
	greet := func(code string) reply {
		return postAsApp(t, s, "kf/send_msg_on_event", fmt.Sprintf(`{"code":%q,"msgtype":"text","text":{"content":"欢迎"}}`, code))
	}
	greet("none").expectCode(41050)
	id := enterKF(t, s, link, "")
	late := code()
	s.Advance(20 * time.Second)
	greet(late).expectCode(41050)
	enterKF(t, s, link, id)
	fresh := code()
	postAsApp(t, s, "kf/send_msg_on_event", fmt.Sprintf(`{"code":%q,"msgtype":"image"}`, fresh)).expectCode(40008)
	greet(fresh).expectCode(0)
	greet(fresh).expectCode(41050)
	if enterKF(t, s, link, id); code() != "" {
		t.Error("a second code within 48 hours")
	}
	s.Advance(48 * time.Hour)
	if enterKF(t, s, link, id); code() == "" {
		t.Error("no code after 48 hours")
	}
	if err := s.SendKFText(t.Context(), corpID, id, account, "你好", ""); err != nil {
		t.Fatal(err)
	}
	if enterKF(t, s, link, id); code() != "" {
		t.Error("a customer who has written got a welcome code")
	}
	if err := s.SendKFText(t.Context(), corpID, "wmNobody", account, "x", ""); err == nil {
		t.Error("a customer who has not entered could write")
	}
}

func TestKFAccountChanges(t *testing.T) {
	s, _ := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	find := func() map[string]any {
		t.Helper()
		for _, a := range postAsApp(t, s, "kf/account/list", `{}`).expectCode(0).fields["account_list"].([]any) {
			if fields := a.(map[string]any); fields["open_kfid"] == account {
				return fields
			}
		}
		return nil
	}
	before := find()
	postAsApp(t, s, "kf/account/update", fmt.Sprintf(`{"open_kfid":%q,"name":"校园招聘","media_id":""}`, account)).expectCode(0)
	if after := find(); after["name"] != "校园招聘" || after["avatar"] != before["avatar"] {
		t.Errorf("after a change of the name: %v", after)
	}
	postAsApp(t, s, "kf/account/update", fmt.Sprintf(`{"open_kfid":%q,"media_id":"x"}`, account)).expectCode(40007)
	picture := uploadFile(t, s, "media/upload?type=image", "media", "new.png", "\x89PNG\r\n\x1a\nyyyy").expectCode(0).textField("media_id")
	postAsApp(t, s, "kf/account/update", fmt.Sprintf(`{"open_kfid":%q,"media_id":%q}`, account, picture)).expectCode(0)
	if after := find(); after["name"] != "校园招聘" || after["avatar"] == before["avatar"] {
		t.Errorf("after a change of the image: %v", after)
	}
	postAsApp(t, s, "kf/account/del", fmt.Sprintf(`{"open_kfid":%q}`, account)).expectCode(0)
	if find() != nil {
		t.Error("the account is listed after its deletion")
	}
	postAsApp(t, s, "kf/account/del", fmt.Sprintf(`{"open_kfid":%q}`, account)).expectCode(95004)
	if _, err := s.EnterKF(t.Context(), wecomtest.Customer{CorpID: corpID, Name: "王小明"}, link); err == nil {
		t.Error("a customer entered a deleted account")
	}
}

func TestKFCustomers(t *testing.T) {
	s, _ := newCustomerFixture(t)
	_, link := addKFAccount(t, s)
	id := enterKF(t, s, link+"&scene_param=interview-7", "")
	get := func(with int) string {
		t.Helper()
		r := postAsApp(t, s, "kf/customer/batchget", fmt.Sprintf(`{"external_userid_list":[%q,"wmOther"],"need_enter_session_context":%d}`, id, with)).expectCode(0)
		return fmt.Sprint(r.fields["customer_list"], r.fields["invalid_external_userid"])
	}
	if got, want := get(1), "[map[avatar: enter_session_context:map[scene:interview scene_param:interview-7] external_userid:"+id+" gender:0 nickname:王小明]] [wmOther]"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := get(0); strings.Contains(got, "scene") {
		t.Errorf("with a context that was not requested: %s", got)
	}
	s.Advance(48 * time.Hour)
	if got, want := get(1), "[] ["+id+" wmOther]"; got != want {
		t.Errorf("after 48 hours: %s, want %s", got, want)
	}
}
