package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestKFSession(t *testing.T) {
	s, _ := outward(t)
	account, link := service(t, s)
	who := enter(t, s, link, "")
	do := func(path, rest string) reply {
		t.Helper()
		return post(t, s, "kf/"+path, fmt.Sprintf(`{"open_kfid":%q,"external_userid":%q%s}`, account, who, rest))
	}
	state := func(want float64) {
		t.Helper()
		if got := do("service_state/get", "").want(0).fields["service_state"]; got != want {
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
		return post(t, s, "kf/send_msg", fmt.Sprintf(`{"touser":%q,"open_kfid":%q,"msgtype":"text","text":{"content":"您好"}}`, who, account))
	}
	event := func(code string) reply {
		t.Helper()
		return post(t, s, "kf/send_msg_on_event", fmt.Sprintf(`{"code":%q,"msgtype":"text","text":{"content":"请稍候"}}`, code))
	}
	state(4)
	do("service_state/trans", `,"service_state":1`).want(95016) // nobody has written
	say()
	state(0)
	do("service_state/trans", ``).want(40058)
	do("service_state/trans", `,"service_state":4`).want(95016)
	if code := do("service_state/trans", `,"service_state":1`).want(0).text("msg_code"); code != "" {
		t.Error("the assistant, who can write anyway, got a code")
	}
	answer().want(0)
	waiting := do("service_state/trans", `,"service_state":2`).want(0).text("msg_code")
	answer().want(95018)
	event(waiting).want(0)
	event(waiting).want(41050)
	do("service_state/trans", `,"service_state":3,"servicer_userid":"lisi"`).want(95014)
	post(t, s, "kf/servicer/add", fmt.Sprintf(`{"open_kfid":%q,"userid_list":["LISI","ghost"],"department_id_list":[2,77]}`, account)).want(0)
	if list := read(t, s, "kf/servicer/list", "open_kfid="+account).want(0); fmt.Sprint(list.fields["servicer_list"]) != "[map[status:0 userid:lisi] map[department_id:2 status:0]]" {
		t.Errorf("servicers %v", list.fields)
	}
	do("service_state/trans", `,"service_state":3,"servicer_userid":"lisi"`).want(0)
	do("service_state/trans", `,"service_state":3,"servicer_userid":"zhangsan"`).want(0) // of department 2
	if got := do("service_state/get", "").want(0); got.text("servicer_userid") != "ZhangSan" {
		t.Errorf("with %v", got.fields)
	}
	do("service_state/trans", `,"service_state":2`).want(95016)
	bye := do("service_state/trans", `,"service_state":4`).want(0).text("msg_code")
	s.Advance(21 * time.Second)
	event(bye).want(41050) // twenty seconds
	do("service_state/trans", `,"service_state":1`).want(95016)
	say()
	state(0) // begins anew
	s.Advance(48 * time.Hour)
	state(4)
	post(t, s, "kf/servicer/del", fmt.Sprintf(`{"open_kfid":%q,"userid_list":["lisi"],"department_id_list":[2]}`, account)).want(0)
	if list := read(t, s, "kf/servicer/list", "open_kfid="+account).want(0); fmt.Sprint(list.fields["servicer_list"]) != "[]" {
		t.Errorf("servicers %v", list.fields)
	}
	post(t, s, "kf/servicer/add", fmt.Sprintf(`{"open_kfid":%q}`, account)).want(40058)
	post(t, s, "kf/service_state/get", fmt.Sprintf(`{"open_kfid":%q,"external_userid":"wmx"}`, account)).want(40096)
}

func TestPeopleByOtherNames(t *testing.T) {
	s := company(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "new", Name: "新人", Status: wecomtest.StatusInactive})
	open := post(t, s, "user/convert_to_openid", `{"userid":"zhangsan"}`).want(0).text("openid")
	if back := post(t, s, "user/convert_to_userid", fmt.Sprintf(`{"openid":%q}`, open)).want(0).text("userid"); back != "ZhangSan" || !strings.HasPrefix(open, "o") {
		t.Errorf("%s is %s", open, back)
	}
	post(t, s, "user/convert_to_userid", `{"openid":"o"}`).want(46004)
	post(t, s, "user/convert_to_openid", `{"userid":"new"}`).want(43004)
	read(t, s, "user/authsucc", "userid=new").want(0)
	post(t, s, "user/convert_to_openid", `{"userid":"new"}`).want(0)
	read(t, s, "user/authsucc", "userid=ghost").want(60111)
	if post(t, s, "get_launch_code", `{"operator_userid":"lisi","single_chat":{"userid":"new"}}`).want(0).text("launch_code") == "" {
		t.Error("no launch code")
	}
	post(t, s, "get_launch_code", `{"operator_userid":"lisi","single_chat":{"userid":"ghost"}}`).want(60111)
	invited := post(t, s, "batch/invite", `{"user":["new","ghost"],"party":[2,77],"tag":[1]}`).want(0)
	if fmt.Sprint(invited.fields["invaliduser"], invited.fields["invalidparty"], invited.fields["invalidtag"]) != "[ghost] [77] [1]" {
		t.Errorf("invited %v", invited.fields)
	}
	post(t, s, "batch/invite", `{"user":["ghost"]}`).want(40031)
	post(t, s, "batch/invite", `{}`).want(40035)
}
