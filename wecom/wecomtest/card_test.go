package wecomtest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// setCallback configures a callback, which cards with buttons require.
func setCallback(s *wecomtest.Server, url string) {
	a := s.Apps(corpID)[0]
	a.CallbackURL, a.CallbackToken, a.EncodingAESKey = url, token, aesKey
	s.AddApp(a)
}

const buttonCard = `{"card_type":"button_interaction","main_title":{"title":"面试"},"task_id":"interview-42",` +
	`"button_list":[{"text":"接受","style":1,"key":"accept"},{"text":"拒绝","style":2,"key":"decline"}]}`

func sendCard(t *testing.T, s *wecomtest.Server, to, card string) reply {
	t.Helper()
	return sendMessage(t, s, to, `"msgtype":"template_card","template_card":`+card)
}

// setCardField returns the card with one field set to a JSON value, or without the field when the
// value is empty.
func setCardField(t *testing.T, card, field, value string) string {
	t.Helper()
	var v map[string]json.RawMessage
	if err := json.Unmarshal([]byte(card), &v); err != nil {
		t.Fatal(err)
	}
	v[field] = json.RawMessage(value)
	if value == "" {
		delete(v, field)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestCardRules(t *testing.T) {
	s := newFixture(t)
	setCallback(s, "http://127.0.0.1:1/")
	notice := `{"card_type":"text_notice","main_title":{"title":"t"},"card_action":{"type":1,"url":"https://a.example"}}`
	vote := `{"card_type":"vote_interaction","main_title":{"title":"t"},"task_id":"v","checkbox":{"question_key":"q","option_list":[{"id":"1","text":"a"}]},"submit_button":{"text":"","key":"k"}}`
	multi := `{"card_type":"multiple_interaction","main_title":{"title":"t"},"task_id":"m","select_list":[{"question_key":"q","option_list":[{"id":"1","text":"a"}]}],"submit_button":{"text":"go","key":"k"}}`
	news := `{"card_type":"news_notice","main_title":{"title":"t"},"card_image":{"url":"https://a.example/i.png"},"card_action":{"type":1,"url":"https://a.example"}}`
	row := `{"keyname":"k"}`
	for _, c := range []struct {
		name, card, field, value string
		code                     int
	}{
		{"buttons", buttonCard, "card_action", `{"type":0}`, 0},
		{"notice", notice, "sub_title_text", `"s"`, 0},
		{"vote", vote, "source", `{"desc":"x"}`, 0},
		{"multiple", multi, "source", `{"desc":"x"}`, 0},
		{"news", news, "vertical_content_list", `[{"title":"t"}]`, 0},
		{"kind", buttonCard, "card_type", `"poem"`, 42031},
		{"title", buttonCard, "main_title", "", 42033},
		{"no task id", buttonCard, "task_id", "", 42014},
		{"task id form", buttonCard, "task_id", `"a b"`, 42014},
		{"no buttons", buttonCard, "button_list", `[]`, 40058},
		{"button text", buttonCard, "button_list", `[{"key":"k"}]`, 42038},
		{"button key", buttonCard, "button_list", `[{"text":"t"}]`, 42039},
		{"same key twice", buttonCard, "button_list", `[{"text":"a","key":"k"},{"text":"b","key":"k"}]`, 42039},
		{"button link", buttonCard, "button_list", `[{"text":"a","type":1}]`, 42028},
		{"seven rows", buttonCard, "horizontal_content_list", "[" + row + "," + row + "," + row + "," + row + "," + row + "," + row + "," + row + "]", 42035},
		{"row name", buttonCard, "horizontal_content_list", `[{"value":"v"}]`, 42027},
		{"row link", buttonCard, "horizontal_content_list", `[{"keyname":"k","type":1}]`, 42028},
		{"row member", buttonCard, "horizontal_content_list", `[{"keyname":"k","type":3}]`, 42050},
		{"selection", buttonCard, "button_selection", `{"question_key":"q","option_list":[]}`, 42037},
		{"notice action", notice, "card_action", "", 42045},
		{"notice link", notice, "card_action", `{"type":1}`, 42028},
		{"mini program", notice, "card_action", `{"type":2}`, 42030},
		{"four jumps", notice, "jump_list", `[{"title":"a"},{"title":"a"},{"title":"a"},{"title":"a"}]`, 42042},
		{"menu without task", notice, "action_menu", `{"action_list":[{"text":"a","key":"k"}]}`, 42014},
		{"menu keys", buttonCard, "action_menu", `{"action_list":[{"text":"a","key":"k"},{"text":"b","key":"k"}]}`, 42051},
		{"question", vote, "checkbox", `{"option_list":[{"id":"1","text":"a"}]}`, 42043},
		{"option id", vote, "checkbox", `{"question_key":"q","option_list":[{"text":"a"}]}`, 42040},
		{"option text", vote, "checkbox", `{"question_key":"q","option_list":[{"id":"1"}]}`, 42041},
		{"submit", vote, "submit_button", "", 42046},
		{"selectors", multi, "select_list", `[]`, 42047},
		{"picture", news, "card_image", `{"url":"x"}`, 42044},
	} {
		if got := sendCard(t, s, "lisi", setCardField(t, c.card, c.field, c.value)); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", c.name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
}

func TestCardRequiresCallback(t *testing.T) {
	s := newFixture(t)
	sendCard(t, s, "lisi", buttonCard).expectCode(43012)
}

func TestUpdateCard(t *testing.T) {
	s := newFixture(t)
	setCallback(s, "http://127.0.0.1:1/")
	update := func(rest string) reply {
		t.Helper()
		return callAPI(t, s, "POST", "message/update_template_card?access_token="+accessToken(t, s), `{"agentid":1000002,`+rest+`}`)
	}
	code := sendCard(t, s, "lisi|zhangsan", buttonCard).expectCode(0).textField("response_code")
	update(`"response_code":"x","userids":["lisi"],"button":{"replace_name":"y"}`).expectCode(60140)
	update(fmt.Sprintf(`"response_code":%q,"button":{"replace_name":"y"}`, code)).expectCode(82101)
	update(fmt.Sprintf(`"response_code":%q,"userids":["ghost"],"button":{"replace_name":"y"}`, code)).expectCode(82102)
	r := update(fmt.Sprintf(`"response_code":%q,"userids":["LISI","Ghost"],"button":{"replace_name":"已接受"}`, code)).expectCode(0)
	if fmt.Sprint(r.fields["invaliduser"]) != "[ghost]" {
		t.Errorf("invaliduser is %v, want a list", r.fields["invaliduser"])
	}
	if m := s.Messages(corpID, "lisi")[0]; m.ButtonText != "已接受" || !m.Updated {
		t.Errorf("the updated card is %+v", m)
	}
	if m := s.Messages(corpID, "zhangsan")[0]; m.ButtonText != "" {
		t.Error("the card of another recipient changed")
	}
	update(fmt.Sprintf(`"response_code":%q,"atall":1,"button":{"replace_name":"y"}`, code)).expectCode(60140)

	code = sendCard(t, s, "lisi", buttonCard).expectCode(0).textField("response_code")
	update(fmt.Sprintf(`"response_code":%q,"atall":1,"template_card":{"card_type":"text_notice","main_title":{"title":"已取消"},"card_action":{"type":1,"url":"https://a.example"}}`, code)).expectCode(0)
	m := s.Messages(corpID, "lisi")[1]
	if m.Card.CardType != "text_notice" || m.Card.MainTitle.Title != "已取消" || m.Card.TaskID != "interview-42" {
		t.Errorf("the new card is %+v", m.Card)
	}

	code = sendCard(t, s, "lisi", buttonCard).expectCode(0).textField("response_code")
	s.Advance(72 * time.Hour)
	update(fmt.Sprintf(`"response_code":%q,"atall":1,"button":{"replace_name":"y"}`, code)).expectCode(60140)
}

func TestUpdateCardByAnotherApp(t *testing.T) {
	s := newFixture(t)
	setCallback(s, "http://127.0.0.1:1/")
	s.AddApp(wecomtest.App{CorpID: corpID, AgentID: 9, Secret: "nine"})
	code := sendCard(t, s, "lisi", buttonCard).expectCode(0).textField("response_code")
	tok := getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret=nine").textField("access_token")
	callAPI(t, s, "POST", "message/update_template_card?access_token="+tok, fmt.Sprintf(`{"agentid":9,"response_code":%q,"atall":1,"button":{"replace_name":"y"}}`, code)).expectCode(42015)
}
