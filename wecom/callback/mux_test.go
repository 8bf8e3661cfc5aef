package callback

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestMux(t *testing.T) {
	var took string
	as := func(name string) Func {
		return func(context.Context, Message) (Reply, error) { took = name; return TextReply(name), nil }
	}
	var mux Mux
	mux.Kind("text", as("any text"))
	mux.Kind("event/*", as("any event"))
	mux.Kind("image", as("image"))
	mux.Text("帮助", as("help"))
	mux.TextMatching(regexp.MustCompile(`(?i)^book (\w+) (\d+)$`), func(_ context.Context, _ Message, groups []string) (Reply, error) {
		took = "book " + strings.Join(groups[1:], ",")
		return Reply{}, nil
	})
	mux.Click("today", as("today"))
	mux.View("https://x.example", as("view"))
	mux.Scan("door", as("scan"))
	mux.Card("accept", as("accept"))
	mux.BatchJob("sync_user", as("synced"))
	On(&mux, func(_ context.Context, m Message, card *TemplateCardEvent) (Reply, error) {
		took = "card " + card.Key + " of " + m.FromUserName
		return Reply{}, nil
	})
	mux.Fallback(as("fallback"))

	for _, c := range []struct{ xml, want string }{
		{"<MsgType>text</MsgType><Content> 帮助\n</Content>", "help"},
		{"<MsgType>text</MsgType><Content>Book room 7</Content>", "book room,7"},
		{"<MsgType>text</MsgType><Content>hello</Content>", "any text"},
		{"<MsgType>image</MsgType>", "image"},
		{"<MsgType>voice</MsgType>", "fallback"},
		{"<MsgType>hologram</MsgType>", "fallback"},
		{event("click", "<EventKey>today</EventKey>"), "today"},
		{event("CLICK", "<EventKey>today</EventKey>"), "today"},
		{event("click", "<EventKey>tomorrow</EventKey>"), "any event"},
		{event("view", "<EventKey>https://x.example</EventKey>"), "view"},
		{event("scancode_waitmsg", "<EventKey>door</EventKey>"), "scan"},
		{event("template_card_event", "<EventKey>accept</EventKey>"), "accept"},
		{event("template_card_menu_event", "<EventKey>accept</EventKey>"), "accept"},
		{event("batch_job_result", "<BatchJob><JobType>sync_user</JobType></BatchJob>"), "synced"},
		{event("enter_agent", ""), "any event"},
	} {
		took = ""
		if _, err := mux.Answer(t.Context(), *message(t, c.xml)); err != nil || took != c.want {
			t.Errorf("%s went to %q, want %q (%v)", c.xml, took, c.want, err)
		}
	}
}

func TestMuxOnType(t *testing.T) {
	var mux Mux
	var key string
	On(&mux, func(_ context.Context, _ Message, tap *TemplateCardEvent) (Reply, error) {
		key = tap.Key
		return Reply{}, errors.New("stop")
	})
	if _, err := mux.Answer(t.Context(), *message(t, event("template_card_event", "<EventKey>k</EventKey>"))); err == nil || key != "k" {
		t.Errorf("key is %q, %v", key, err)
	}
	if reply, err := mux.Answer(t.Context(), *message(t, event("enter_agent", ""))); err != nil || reply.msgType != "" {
		t.Errorf("an empty mux answers %+v, %v", reply, err)
	}
}

func TestMuxBehindTheHandler(t *testing.T) {
	var mux Mux
	mux.Text("hello 面试", func(context.Context, Message) (Reply, error) { return TextReply("你好"), nil })
	r := newReceiver(t, func(c *Config) { c.Handle, c.Answer = nil, mux.Answer })
	w := r.deliver(textMessage)
	if plain := openReply(t, r.codec, w.Body.String()); !strings.Contains(plain, "<Content><![CDATA[你好]]></Content>") {
		t.Errorf("reply is %s", plain)
	}
}

func ExampleMux() {
	var mux Mux
	mux.Text("帮助", func(context.Context, Message) (Reply, error) { return TextReply("写信给 HR"), nil })
	mux.TextMatching(regexp.MustCompile(`^第(\d+)轮$`), func(_ context.Context, _ Message, groups []string) (Reply, error) {
		return TextReply("第 " + groups[1] + " 轮还没有安排"), nil
	})
	On(&mux, func(_ context.Context, m Message, tap *TemplateCardEvent) (Reply, error) {
		fmt.Println(m.FromUserName, "tapped", tap.Key)
		return Reply{}, nil
	})
	mux.Fallback(func(_ context.Context, m Message) (Reply, error) {
		fmt.Println("nobody takes", m.Kind())
		return Reply{}, nil
	})
	// h, err := callback.New(callback.Config{…, Answer: mux.Answer})

	card, err := Parse([]byte(cardEvent))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = mux.Answer(context.Background(), *card)
	text, err := Parse([]byte(textMessage))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = mux.Answer(context.Background(), *text)
	// Output:
	// zhangsan tapped accept
	// nobody takes text
}
