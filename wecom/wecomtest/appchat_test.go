package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestChats(t *testing.T) {
	s := newFixture(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "zhao", Name: "赵"})
	tok := "?access_token=" + accessToken(t, s)
	post := func(path, body string) reply { t.Helper(); return callAPI(t, s, "POST", "appchat/"+path+tok, body) }
	for name, c := range map[string]struct {
		path, body string
		code       int
	}{
		"one member":      {"create", `{"userlist":["lisi","LISI"]}`, 86006},
		"unknown invitee": {"create", `{"userlist":["lisi","ghost"]}`, 86007},
		"owner":           {"create", `{"userlist":["lisi","zhangsan"],"owner":"zhao"}`, 86207},
		"id":              {"create", `{"userlist":["lisi","zhangsan"],"chatid":"a-b"}`, 86001},
		"unknown":         {"send", `{"chatid":"nope","msgtype":"text","text":{"content":"x"}}`, 86003},
		"no id":           {"update", `{}`, 86201},
	} {
		if got := post(c.path, c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d, want %d", name, got.errcode(), c.code)
		}
	}
	id := post("create", `{"name":"`+strings.Repeat("群", 51)+`","userlist":["lisi","ZHANGSAN"]}`).expectCode(0).textField("chatid")
	post("create", `{"userlist":["lisi","zhangsan"],"chatid":"`+id+`"}`).expectCode(86215)
	info := getAPI(t, s, "appchat/get"+tok+"&chatid="+id).expectCode(0).fields["chat_info"].(map[string]any)
	if info["owner"] != "lisi" || fmt.Sprint(info["userlist"]) != "[lisi ZhangSan]" || len([]rune(info["name"].(string))) != 50 {
		t.Errorf("group is %v", info)
	}
	post("update", `{"chatid":"`+id+`","del_user_list":["lisi"],"add_user_list":["zhao"]}`).expectCode(86207)
	post("update", `{"chatid":"`+id+`","name":"面试群","owner":"zhao","del_user_list":["lisi"],"add_user_list":["zhao"]}`).expectCode(0)
	if g := s.Chats(corpID); len(g) != 1 || g[0].Name != "面试群" || g[0].Owner != "zhao" || fmt.Sprint(g[0].Users) != "[ZhangSan zhao]" {
		t.Errorf("groups are %+v", g)
	}
	post("send", `{"chatid":"`+id+`","msgtype":"template_card","template_card":{}}`).expectCode(40008)
	post("send", `{"chatid":"`+id+`","msgtype":"text","text":{"content":"<@zhao> 你好","mentioned_list":["@all"]}}`).expectCode(0)
	m := s.Messages(corpID, "zhao")
	if len(m) != 1 || m[0].ChatID != id || m[0].Text.Content != "@赵 你好 @所有人" || len(s.Messages(corpID, "lisi")) != 0 {
		t.Errorf("messages are %+v", m)
	}
	var me struct {
		Apps []struct{ ChatID, Name string }
	}
	getUI(t, s, "/sim/me?as=zhao", &me)
	if len(me.Apps) != 2 || me.Apps[0].ChatID != id {
		t.Errorf("the chat list is %+v", me)
	}
	var list []wecomtest.Message
	getUI(t, s, "/sim/messages?corpId="+corpID+"&as=zhao&chat=g-"+id, &list)
	if len(list) != 1 {
		t.Errorf("the group holds %+v", list)
	}
	getUI(t, s, "/sim/messages?corpId="+corpID+"&as=zhao&chat=1000002", &list)
	if len(list) != 0 {
		t.Errorf("the chat with the application holds %+v", list)
	}
}

// TestChatAccess checks that group chats require an application visible to the whole company, and
// that only the creating application has access.
func TestChatAccess(t *testing.T) {
	s := newFixture(t)
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 8, Secret: "eight", VisibleParties: []int64{2}})
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 9, Secret: "nine"})
	of := func(secret string) string {
		return "?access_token=" + getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret="+secret).textField("access_token")
	}
	id := callAPI(t, s, "POST", "appchat/create"+of(secret), `{"userlist":["lisi","zhangsan"]}`).expectCode(0).textField("chatid")
	getAPI(t, s, "appchat/get"+of("eight")+"&chatid="+id).expectCode(48002)
	getAPI(t, s, "appchat/get"+of("nine")+"&chatid="+id).expectCode(86008)
}
