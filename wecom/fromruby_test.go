package wecom_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// The functions of this file contain the Go blocks of docs/from-ruby.md.
// TestFromRubyPage checks that they are the same.

const rubyCorp, rubySecret = "wwruby0000000001", wecom.Secret("the-secret-of-the-app")

func newRubyFixture(t *testing.T) (*wecomtest.Server, *wecom.Client) {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: rubyCorp, Name: "云杉科技"})
	sim.AddMember(wecomtest.Member{CorpID: rubyCorp, UserID: "LinYue", Name: "林悦", Departments: []int64{1}})
	sim.AddApp(wecomtest.App{CorpID: rubyCorp, AgentID: 1000002, Name: "会面", Secret: string(rubySecret), VisibleParties: []int64{1}})
	corpID, secret, baseURL := rubyCorp, rubySecret, sim.URL()
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: 1000002, Secret: secret, BaseURL: baseURL})
	if err != nil {
		t.Fatal(err)
	}
	return sim, client
}

func sendFromRuby(ctx context.Context, client *wecom.Client, userIDs ...string) (string, error) {
	sent, err := client.Messages.Send(ctx, wecom.NewTextMessage(wecom.ToUsers(userIDs...), "面试改到三点"))
	if err != nil {
		return "", err
	}
	if len(sent.InvalidUser) > 0 { // errcode is 0, but these members got nothing
		return sent.MsgID, fmt.Errorf("not delivered to %v", sent.InvalidUser)
	}
	return sent.MsgID, nil
}

func describeFailure(err error) string {
	var e *wecom.Error
	switch {
	case errors.As(err, &e) && e.Uncertain:
		return "WeCom may have executed the call: do not repeat it blindly"
	case wecom.ClassOf(err) == wecom.ClassRetry, wecom.ClassOf(err) == wecom.ClassNetwork:
		return "try again later"
	default:
		return wecom.AdminMessage(err)
	}
}

func callFromRuby(ctx context.Context, client *wecom.Client) (string, error) {
	body := map[string]any{"touser": "LinYue", "msgtype": "text", "agentid": 1000002, "text": map[string]string{"content": "你好"}}
	var reply struct {
		MsgID string `json:"msgid"`
	}
	err := client.Call(ctx, "POST", "/cgi-bin/message/send", nil, body, &reply)
	return reply.MsgID, err
}

func newRubyMux() *callback.Mux {
	var mux callback.Mux
	mux.HandleText("帮助", func(context.Context, callback.Message) (callback.Reply, error) {
		return callback.NewTextReply("请写信给 HR"), nil
	})
	mux.HandleTextPattern(regexp.MustCompile(`^第(\d+)轮$`), func(_ context.Context, _ callback.Message, groups []string) (callback.Reply, error) {
		return callback.NewTextReply("第 " + groups[1] + " 轮还没有安排"), nil
	})
	mux.HandleEventPattern(regexp.MustCompile(`^(un)?subscribe$`), func(_ context.Context, m callback.Message, _ []string) (callback.Reply, error) {
		return callback.NewTextReply(m.FromUserName + ": " + m.Event), nil
	})
	mux.HandleClick("today", func(context.Context, callback.Message) (callback.Reply, error) {
		return callback.NewTextReply("今天没有面试"), nil
	})
	mux.HandleDefault(func(context.Context, callback.Message) (callback.Reply, error) {
		return callback.NewTextReply("请发送“帮助”"), nil
	})
	return &mux
}

func addRubySessions(mux *callback.Mux) {
	type dialogue struct{ Count int }
	sessions := callback.NewSessions[dialogue](callback.NewMemorySessionStore(time.Hour))
	mux.HandleText("下一个", sessions.Wrap(func(_ context.Context, _ callback.Message, d *dialogue) (callback.Reply, error) {
		d.Count++ // stored when the handler succeeds
		return callback.NewTextReply(fmt.Sprint("第 ", d.Count, " 个")), nil
	}))
}

func TestFromRubyCalls(t *testing.T) {
	sim, client := newRubyFixture(t)
	if id, err := sendFromRuby(t.Context(), client, "LinYue"); err != nil || id == "" {
		t.Errorf("sent %q, %v", id, err)
	}
	if _, err := sendFromRuby(t.Context(), client, "LinYue", "nobody"); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("an invalid recipient gave %v", err)
	}
	if id, err := callFromRuby(t.Context(), client); err != nil || id == "" {
		t.Errorf("called %q, %v", id, err)
	}
	sim.AddFault(wecomtest.Fault{Path: "message/send", Errcode: 60020})
	if _, err := sendFromRuby(t.Context(), client, "LinYue"); !strings.Contains(describeFailure(err), "企业可信IP") {
		t.Errorf("60020 is described as %q", describeFailure(err))
	}
}

func TestFromRubyResponder(t *testing.T) {
	mux := newRubyMux()
	addRubySessions(mux)
	event := func(name, key string) string {
		return "<MsgType>event</MsgType><Event>" + name + "</Event><EventKey>" + key + "</EventKey>"
	}
	text := func(content string) string { return "<MsgType>text</MsgType><Content>" + content + "</Content>" }
	for _, c := range []struct{ xml, want string }{
		{text("帮助"), "HR"}, {text("第2轮"), "第 2 轮"}, {event("subscribe", ""), "subscribe"}, {event("click", "today"), "今天"},
		{text("?"), "请发送"}, {text("下一个"), "第 1 个"}, {text("下一个"), "第 2 个"},
	} {
		m, err := callback.ParseMessage([]byte("<xml><ToUserName>" + rubyCorp + "</ToUserName><FromUserName>LinYue</FromUserName>" + c.xml + "</xml>"))
		if err != nil {
			t.Fatal(err)
		}
		if reply, err := mux.Respond(t.Context(), *m); err != nil || !strings.Contains(fmt.Sprintf("%+v", reply), c.want) {
			t.Errorf("%s: %+v, want %q, %v", c.xml, reply, c.want, err)
		}
	}
}

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// TestFromRubyPage checks that every Go block of the page is part of this file.
func TestFromRubyPage(t *testing.T) {
	page, err := os.ReadFile("../docs/from-ruby.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("fromruby_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := trimIndentation(string(source))
	blocks := goBlock.FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 6 {
		t.Errorf("only %d blocks were found", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(code, "\n"+trimIndentation(block[1])) {
			t.Errorf("no test runs this block:\n%s", block[1])
		}
	}
}

func trimIndentation(code string) string {
	lines := strings.Split(code, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, "\t ")
	}
	return strings.Join(lines, "\n")
}
