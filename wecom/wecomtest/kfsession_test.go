package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestKFSession(t *testing.T) {
	s, _ := newCustomerFixture(t)
	account, link := addKFAccount(t, s)
	who := enterKF(t, s, link, "")
	do := func(path, rest string) reply {
		t.Helper()
		return postAsApp(t, s, "kf/"+path, fmt.Sprintf(`{"open_kfid":%q,"external_userid":%q%s}`, account, who, rest))
	}
	state := func(want float64) {
		t.Helper()
		if got := do("service_state/get", "").expectCode(0).fields["service_state"]; got != want {
			t.Fatalf("state %v, want %v", got, want)
		}
	}
	say := func() {
		t.Helper()
		if err := s.SendKFText(t.Context(), corpID, who, account, "你好", ""); err != nil {
			t.Fatal(err)
		}
	}
	answer := func() reply {
		t.Helper()
		return postAsApp(t, s, "kf/send_msg", fmt.Sprintf(`{"touser":%q,"open_kfid":%q,"msgtype":"text","text":{"content":"您好"}}`, who, account))
	}
	event := func(code string) reply {
		t.Helper()
		return postAsApp(t, s, "kf/send_msg_on_event", fmt.Sprintf(`{"code":%q,"msgtype":"text","text":{"content":"请稍候"}}`, code))
	}
	state(4)
	do("service_state/trans", `,"service_state":1`).expectCode(95016) // the customer has not written
	say()
	state(0)
	do("service_state/trans", ``).expectCode(40058)
	do("service_state/trans", `,"service_state":4`).expectCode(95016)
	if code := do("service_state/trans", `,"service_state":1`).expectCode(0).textField("msg_code"); code != "" {
		t.Error("the transition to the assistant returned a code")
	}
	answer().expectCode(0)
	waiting := do("service_state/trans", `,"service_state":2`).expectCode(0).textField("msg_code")
	answer().expectCode(95018)
	event(waiting).expectCode(0)
	event(waiting).expectCode(41050)
	do("service_state/trans", `,"service_state":3,"servicer_userid":"lisi"`).expectCode(95014)
	postAsApp(t, s, "kf/servicer/add", fmt.Sprintf(`{"open_kfid":%q,"userid_list":["LISI","ghost"],"department_id_list":[2,77]}`, account)).expectCode(0)
	if list := getAsApp(t, s, "kf/servicer/list", "open_kfid="+account).expectCode(0); fmt.Sprint(list.fields["servicer_list"]) != "[map[status:0 userid:lisi] map[department_id:2 status:0]]" {
		t.Errorf("servicers %v", list.fields)
	}
	do("service_state/trans", `,"service_state":3,"servicer_userid":"lisi"`).expectCode(0)
	do("service_state/trans", `,"service_state":3,"servicer_userid":"zhangsan"`).expectCode(0) // a member of department 2
	if got := do("service_state/get", "").expectCode(0); got.textField("servicer_userid") != "ZhangSan" {
		t.Errorf("with %v", got.fields)
	}
	do("service_state/trans", `,"service_state":2`).expectCode(95016)
	bye := do("service_state/trans", `,"service_state":4`).expectCode(0).textField("msg_code")
	s.Advance(21 * time.Second)
	event(bye).expectCode(41050) // after 20 seconds
	do("service_state/trans", `,"service_state":1`).expectCode(95016)
	say()
	state(0) // the session restarts
	s.Advance(48 * time.Hour)
	state(4)
	postAsApp(t, s, "kf/servicer/del", fmt.Sprintf(`{"open_kfid":%q,"userid_list":["lisi"],"department_id_list":[2]}`, account)).expectCode(0)
	if list := getAsApp(t, s, "kf/servicer/list", "open_kfid="+account).expectCode(0); fmt.Sprint(list.fields["servicer_list"]) != "[]" {
		t.Errorf("servicers %v", list.fields)
	}
	postAsApp(t, s, "kf/servicer/add", fmt.Sprintf(`{"open_kfid":%q}`, account)).expectCode(40058)
	postAsApp(t, s, "kf/service_state/get", fmt.Sprintf(`{"open_kfid":%q,"external_userid":"wmx"}`, account)).expectCode(40096)
}

func TestMemberIDConversion(t *testing.T) {
	s := newFixture(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "new", Name: "新人", Status: wecomtest.StatusInactive})
	open := postAsApp(t, s, "user/convert_to_openid", `{"userid":"zhangsan"}`).expectCode(0).textField("openid")
	if back := postAsApp(t, s, "user/convert_to_userid", fmt.Sprintf(`{"openid":%q}`, open)).expectCode(0).textField("userid"); back != "ZhangSan" || !strings.HasPrefix(open, "o") {
		t.Errorf("%s is %s", open, back)
	}
	postAsApp(t, s, "user/convert_to_userid", `{"openid":"o"}`).expectCode(46004)
	postAsApp(t, s, "user/convert_to_openid", `{"userid":"new"}`).expectCode(43004)
	getAsApp(t, s, "user/authsucc", "userid=new").expectCode(0)
	postAsApp(t, s, "user/convert_to_openid", `{"userid":"new"}`).expectCode(0)
	getAsApp(t, s, "user/authsucc", "userid=ghost").expectCode(60111)
	if postAsApp(t, s, "get_launch_code", `{"operator_userid":"lisi","single_chat":{"userid":"new"}}`).expectCode(0).textField("launch_code") == "" {
		t.Error("no launch code")
	}
	postAsApp(t, s, "get_launch_code", `{"operator_userid":"lisi","single_chat":{"userid":"ghost"}}`).expectCode(60111)
	invited := postAsApp(t, s, "batch/invite", `{"user":["new","ghost"],"party":[2,77],"tag":[1]}`).expectCode(0)
	if fmt.Sprint(invited.fields["invaliduser"], invited.fields["invalidparty"], invited.fields["invalidtag"]) != "[ghost] [77] [1]" {
		t.Errorf("invited %v", invited.fields)
	}
	postAsApp(t, s, "batch/invite", `{"user":["ghost"]}`).expectCode(40031)
	postAsApp(t, s, "batch/invite", `{}`).expectCode(40035)
}
