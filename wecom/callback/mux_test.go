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
	as := func(name string) HandlerFunc {
		return func(context.Context, Message) (Reply, error) { took = name; return NewTextReply(name), nil }
	}
	var mux Mux
	mux.HandleKind("text", as("any text"))
	mux.HandleKind("event/*", as("any event"))
	mux.HandleKind("image", as("image"))
	mux.HandleText("帮助", as("help"))
	mux.HandleTextPattern(regexp.MustCompile(`(?i)^book (\w+) (\d+)$`), func(_ context.Context, _ Message, groups []string) (Reply, error) {
		took = "book " + strings.Join(groups[1:], ",")
		return Reply{}, nil
	})
	mux.HandleClick("today", as("today"))
	mux.HandleView("https://x.example", as("view"))
	mux.HandleScanCode("door", as("scan"))
	mux.HandleTemplateCard("accept", as("accept"))
	mux.HandleBatchJob("sync_user", as("synced"))
	HandleType(&mux, func(_ context.Context, m Message, card *TemplateCardEvent) (Reply, error) {
		took = "card " + card.Key + " of " + m.FromUserName
		return Reply{}, nil
	})
	mux.HandleDefault(as("fallback"))

	for _, c := range []struct{ xml, want string }{
		{"<MsgType>text</MsgType><Content> 帮助\n</Content>", "help"},
		{"<MsgType>text</MsgType><Content>Book room 7</Content>", "book room,7"},
		{"<MsgType>text</MsgType><Content>hello</Content>", "any text"},
		{"<MsgType>image</MsgType>", "image"},
		{"<MsgType>voice</MsgType>", "fallback"},
		{"<MsgType>hologram</MsgType>", "fallback"},
		{eventXML("click", "<EventKey>today</EventKey>"), "today"},
		{eventXML("CLICK", "<EventKey>today</EventKey>"), "today"},
		{eventXML("click", "<EventKey>tomorrow</EventKey>"), "any event"},
		{eventXML("view", "<EventKey>https://x.example</EventKey>"), "view"},
		{eventXML("scancode_waitmsg", "<EventKey>door</EventKey>"), "scan"},
		{eventXML("template_card_event", "<EventKey>accept</EventKey>"), "accept"},
		{eventXML("template_card_menu_event", "<EventKey>accept</EventKey>"), "accept"},
		{eventXML("batch_job_result", "<BatchJob><JobType>sync_user</JobType></BatchJob>"), "synced"},
		{eventXML("enter_agent", ""), "any event"},
	} {
		took = ""
		if _, err := mux.Respond(t.Context(), *parseMessage(t, c.xml)); err != nil || took != c.want {
			t.Errorf("%s went to %q, want %q (%v)", c.xml, took, c.want, err)
		}
	}
}

func TestMuxHandleType(t *testing.T) {
	var mux Mux
	var key string
	HandleType(&mux, func(_ context.Context, _ Message, tap *TemplateCardEvent) (Reply, error) {
		key = tap.Key
		return Reply{}, errors.New("stop")
	})
	if _, err := mux.Respond(t.Context(), *parseMessage(t, eventXML("template_card_event", "<EventKey>k</EventKey>"))); err == nil || key != "k" {
		t.Errorf("key is %q, %v", key, err)
	}
	if reply, err := mux.Respond(t.Context(), *parseMessage(t, eventXML("enter_agent", ""))); err != nil || reply.msgType != "" {
		t.Errorf("an empty mux answers %+v, %v", reply, err)
	}
}

func TestMuxWithHandler(t *testing.T) {
	var mux Mux
	mux.HandleText("hello 面试", func(context.Context, Message) (Reply, error) { return NewTextReply("你好"), nil })
	r := newFixture(t, func(c *Config) { c.Handle, c.Respond = nil, mux.Respond })
	w := r.deliverMessage(textMessage)
	if plain := decryptReply(t, r.codec, w.Body.String()); !strings.Contains(plain, "<Content><![CDATA[你好]]></Content>") {
		t.Errorf("reply is %s", plain)
	}
}

func ExampleMux() {
	var mux Mux
	mux.HandleText("帮助", func(context.Context, Message) (Reply, error) { return NewTextReply("写信给 HR"), nil })
	mux.HandleTextPattern(regexp.MustCompile(`^第(\d+)轮$`), func(_ context.Context, _ Message, groups []string) (Reply, error) {
		return NewTextReply("第 " + groups[1] + " 轮还没有安排"), nil
	})
	HandleType(&mux, func(_ context.Context, m Message, tap *TemplateCardEvent) (Reply, error) {
		fmt.Println(m.FromUserName, "tapped", tap.Key)
		return Reply{}, nil
	})
	mux.HandleDefault(func(_ context.Context, m Message) (Reply, error) {
		fmt.Println("no route for", m.Kind())
		return Reply{}, nil
	})
	// h, err := callback.New(callback.Config{…, Respond: mux.Respond})

	card, err := ParseMessage([]byte(cardEvent))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = mux.Respond(context.Background(), *card)
	text, err := ParseMessage([]byte(textMessage))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = mux.Respond(context.Background(), *text)
	// Output:
	// zhangsan tapped accept
	// no route for text
}
