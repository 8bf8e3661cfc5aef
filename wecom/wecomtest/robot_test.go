package wecomtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func newRobotFixture(t *testing.T) *wecomtest.Server {
	t.Helper()
	s := newFixture(t)
	s.AddRobot(wecomtest.Robot{CorpID: corpID, Key: "key-1", Name: "面试提醒"})
	s.AddRobot(wecomtest.Robot{CorpID: corpID, Key: "key-2"})
	s.AddRobot(wecomtest.Robot{CorpID: corpID, Key: "stopped", Stopped: true})
	s.AddRobot(wecomtest.Robot{CorpID: corpID, Key: "removed", Removed: true})
	return s
}

func TestRobotErrors(t *testing.T) {
	s := newRobotFixture(t)
	s.NoQuotas = true
	const text = `{"msgtype":"text","text":{"content":"x"}}`
	for name, c := range map[string]struct {
		key, body string
		code      int
	}{
		"no key":           {"", text, 93000},
		"wrong key":        {"nope", text, 93000},
		"stopped":          {"stopped", text, 93004},
		"removed":          {"removed", text, 93008},
		"type":             {"key-1", `{"msgtype":"textcard"}`, 40008},
		"empty":            {"key-1", `{"msgtype":"text","text":{"content":""}}`, 44004},
		"absent":           {"key-1", `{"msgtype":"markdown_v2"}`, 44004},
		"long text":        {"key-1", `{"msgtype":"text","text":{"content":"` + strings.Repeat("x", 2049) + `"}}`, 40058},
		"long markdown":    {"key-1", `{"msgtype":"markdown","markdown":{"content":"` + strings.Repeat("x", 4097) + `"}}`, 40058},
		"long markdown_v2": {"key-1", `{"msgtype":"markdown_v2","markdown_v2":{"content":"` + strings.Repeat("x", 4097) + `"}}`, 40058},
		"md5":              {"key-1", `{"msgtype":"image","image":{"base64":"iVBORw0KGgo=","md5":"00"}}`, 40058},
		"no picture":       {"key-1", `{"msgtype":"image","image":{"base64":"eHh4eHh4","md5":"dad3a37aa9d50688b5157698acfd7aee"}}`, 40004},
		"base64":           {"key-1", `{"msgtype":"image","image":{"base64":"!","md5":""}}`, 40058},
		"nine articles":    {"key-1", `{"msgtype":"news","news":{"articles":[{},{},{},{},{},{},{},{},{}]}}`, 45008},
		"no file":          {"key-1", `{"msgtype":"file","file":{}}`, 41006},
		"buttons":          {"key-1", `{"msgtype":"template_card","template_card":` + buttonCard + `}`, 42031},
		"task": {"key-1", `{"msgtype":"template_card","template_card":{"card_type":"text_notice","task_id":"t",` +
			`"main_title":{"title":"x"},"card_action":{"type":1,"url":"https://example.com"}}}`, 40058},
		"news without picture": {"key-1", `{"msgtype":"template_card","template_card":{"card_type":"news_notice",` +
			`"main_title":{"title":"x"},"card_action":{"type":1,"url":"https://example.com"}}}`, 42044},
	} {
		if got := callAPI(t, s, "POST", "webhook/send?key="+c.key, c.body); got.errcode() != c.code {
			t.Errorf("%s: errcode %d (%s), want %d", name, got.errcode(), got.textField("errmsg"), c.code)
		}
	}
	if n := len(s.RobotMessages("key-1")); n != 0 {
		t.Errorf("%d rejected messages were stored", n)
	}
}

func TestRobotMessages(t *testing.T) {
	s := newRobotFixture(t)
	s.AddMember(wecomtest.Member{CorpID: corpID, UserID: "zhao", Name: "赵", Mobile: "13800000009"})
	write := func(body string) { t.Helper(); callAPI(t, s, "POST", "webhook/send?key=key-1", body).expectCode(0) }
	write(`{"msgtype":"text","text":{"content":"<@lisi> 请看","mentioned_list":["@all"],"mentioned_mobile_list":["13800000009","1"]}}`)
	write(`{"msgtype":"markdown","markdown":{"content":"**<@zhao>**"}}`)
	write(`{"msgtype":"markdown_v2","markdown_v2":{"content":"# <@zhao>"}}`)
	write(`{"msgtype":"image","image":{"base64":"iVBORw0KGgo=","md5":"e9dd2797018cad79186e03e8c5aec8dc"}}`)
	write(`{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"面试"},"card_action":{"type":1,"url":"https://example.com"}}}`)
	got := s.RobotMessages("key-1")
	if len(got) != 5 || got[0].Text.Content != "@李四 请看 @所有人 @赵" || got[1].Markdown.Content != "**@赵**" ||
		got[2].MarkdownV2.Content != "# <@zhao>" || len(got[3].Image) != 8 || got[4].Card.MainTitle.Title != "面试" {
		t.Errorf("messages are %+v", got)
	}
	if len(s.RobotMessages("key-2"))+len(s.RobotMessages("nope")) != 0 {
		t.Error("another robot has messages, too")
	}
	for _, c := range s.Calls("webhook/send") {
		if strings.Contains(c.Query, "key-1") {
			t.Fatalf("the log holds the key: %s", c.Query)
		}
	}
}

func TestRobotRateLimit(t *testing.T) {
	s := newRobotFixture(t)
	write := func(key string) reply {
		return callAPI(t, s, "POST", "webhook/send?key="+key, `{"msgtype":"text","text":{"content":"x"}}`)
	}
	for range 20 {
		write("key-1").expectCode(0)
	}
	write("key-1").expectCode(45009)
	write("key-2").expectCode(0)
	s.Advance(time.Minute)
	write("key-1").expectCode(0)
	if n := len(s.RobotMessages("key-1")); n != 21 {
		t.Errorf("%d messages arrived, want 21", n)
	}
}

func TestRobotFiles(t *testing.T) {
	s := newRobotFixture(t)
	for name, c := range map[string]struct {
		query, data string
		code        int
	}{
		"empty":     {"key=nope&type=file", "", 44001},
		"no key":    {"type=file", "123456", 40058},
		"key":       {"key=nope&type=file", "123456", 93000},
		"type":      {"key=key-1&type=image", "123456", 40005},
		"too small": {"key=key-1&type=file", "12345", 40006},
		"not AMR":   {"key=key-1&type=voice", "123456", 40004},
		"voice":     {"key=key-1&type=voice", "#!AMR\n123", 0},
		"stopped":   {"key=stopped&type=file", "123456", 93004},
	} {
		if got := uploadFile(t, s, "webhook/upload_media?"+c.query, "media", "a.txt", c.data); got.errcode() != c.code {
			t.Errorf("%s: errcode %d, want %d", name, got.errcode(), c.code)
		}
	}
	id := uploadFile(t, s, "webhook/upload_media?key=key-1&type=file", "media", "简历.txt", "123456").expectCode(0).textField("media_id")
	file := `{"msgtype":"file","file":{"media_id":"` + id + `"}}`
	callAPI(t, s, "POST", "webhook/send?key=key-1", file).expectCode(0)
	callAPI(t, s, "POST", "webhook/send?key=key-2", file).expectCode(40007)
	sendMessage(t, s, "lisi", file[1:len(file)-1]).expectCode(40007) // only the robot can use its files
	if got := s.RobotMessages("key-1"); len(got) != 1 || got[0].File.Name != "简历.txt" || got[0].File.Size != 6 {
		t.Errorf("messages are %+v", got)
	}
	s.Advance(72 * time.Hour)
	callAPI(t, s, "POST", "webhook/send?key=key-1", file).expectCode(40007)
}
