package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestPassiveReplyTypes checks that each type of message in a passive reply reaches the member.
func TestPassiveReplyTypes(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	upload := func(kind, name, data string) string {
		return uploadFile(t, s, "media/upload?type="+kind, "media", name, data).expectCode(0).textField("media_id")
	}
	image := upload("image", "a.png", "\x89PNG\r\n\x1a\nxxxx")
	voice := upload("voice", "a.amr", "#!AMR\nxxxx")
	video := upload("video", "a.mp4", "\x00\x00\x00\x18ftypmp42xxxx")
	for name, test := range map[string]struct{ kind, body, want string }{
		"image": {"image", "<Image><MediaId>" + image + "</MediaId></Image>", image},
		"voice": {"voice", "<Voice><MediaId>" + voice + "</MediaId></Voice>", voice},
		"video": {"video", "<Video><MediaId>" + video + "</MediaId><Title>" + strings.Repeat("字", 50) + "</Title><Description>说明</Description></Video>",
			video + "|" + strings.Repeat("字", 42) + "|说明"},
		"news": {"news", "<ArticleCount>2</ArticleCount><Articles><item><Title>一</Title><Description>d</Description><PicUrl>https://p.example/1.png</PicUrl>" +
			"<Url>https://a.example</Url></item><item><Title>二</Title></item></Articles>", "一|d|https://p.example/1.png|https://a.example 二|||"},
	} {
		t.Run(name, func(t *testing.T) {
			plain := "<xml><MsgType>" + test.kind + "</MsgType>" + test.body + "</xml>"
			r.body = func() []byte { return encryptReply(t, plain) }
			if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "hi"); err != nil {
				t.Fatal(err)
			}
			list := s.Messages(corpID, "lisi")
			m := list[len(list)-1]
			var parts []string
			switch {
			case m.Image != nil:
				parts = append(parts, m.Image.MediaID)
			case m.Voice != nil:
				parts = append(parts, m.Voice.MediaID)
			case m.Video != nil:
				parts = append(parts, m.Video.MediaID+"|"+m.Video.Title+"|"+m.Video.Description)
			case m.News != nil:
				for _, a := range m.News.Articles {
					parts = append(parts, a.Title+"|"+a.Description+"|"+a.PicURL+"|"+a.URL)
				}
			}
			if got := strings.Join(parts, " "); m.FromUser || m.MsgType != test.kind || got != test.want {
				t.Errorf("message %+v: %q, want %q", m, got, test.want)
			}
		})
	}
}

// TestInvalidPassiveReplies checks that an invalid passive reply is noted in the delivery and reaches no
// member.
func TestInvalidPassiveReplies(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	for name, body := range map[string]string{
		"unknown file":          "<MsgType>image</MsgType><Image><MediaId>x</MediaId></Image>",
		"no file":               "<MsgType>voice</MsgType>",
		"no articles":           "<MsgType>news</MsgType>",
		"nine articles":         "<MsgType>news</MsgType><Articles>" + strings.Repeat("<item><Title>a</Title></item>", 9) + "</Articles>",
		"article without title": "<MsgType>news</MsgType><Articles><item></item></Articles>",
		"empty text":            "<MsgType>text</MsgType>",
		"unknown type":          "<MsgType>poem</MsgType>",
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.Messages(corpID, "lisi"))
			r.body = func() []byte { return encryptReply(t, "<xml>"+body+"</xml>") }
			if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "hi"); err != nil {
				t.Fatal(err)
			}
			list := s.Deliveries()
			if note := list[len(list)-1].Note; !strings.HasPrefix(note, "ignored a passive reply of type ") || len(s.Messages(corpID, "lisi")) != before+1 {
				t.Errorf("note %q, messages %s", note, fmt.Sprint(s.Messages(corpID, "lisi")[before:]))
			}
		})
	}
}
