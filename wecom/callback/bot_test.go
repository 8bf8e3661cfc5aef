package callback

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// botFixture is a bot handler with a client that acts as WeCom.
type botFixture struct {
	handler http.Handler
	codec   *Codec
	log     bytes.Buffer
	got     []BotMessage
	reply   BotReply
}

func newBotFixture(t *testing.T) *botFixture {
	t.Helper()
	codec, err := NewCodec(localToken, localKey, "")
	if err != nil {
		t.Fatal(err)
	}
	c := &botFixture{codec: codec}
	c.handler, err = NewBot(BotConfig{Token: localToken, EncodingAESKey: localKey,
		Respond: func(_ context.Context, m BotMessage) (BotReply, error) {
			c.got = append(c.got, m)
			return c.reply, nil
		},
		Logger: slog.New(slog.NewTextHandler(&c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    func() time.Time { return atVectors }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *botFixture) deliverMessage(t *testing.T, plain, nonce string) *httptest.ResponseRecorder {
	t.Helper()
	sealed, err := c.codec.Encrypt([]byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return c.postBody(fmt.Sprintf(`{"encrypt":%q}`, sealed), sealed, nonce)
}

func (c *botFixture) postBody(body, signed, nonce string) *httptest.ResponseRecorder {
	at := strconv.FormatInt(atVectors.Unix(), 10)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest("POST", "/bot?"+signatureQuery(c.codec.Sign(at, nonce, signed), at, nonce).Encode(), strings.NewReader(body)))
	return w
}

// decryptReply decrypts a reply and checks its signature and nonce.
func (c *botFixture) decryptReply(t *testing.T, w *httptest.ResponseRecorder, nonce string) string {
	t.Helper()
	var reply struct {
		Encrypt, MsgSignature, Nonce string
		Timestamp                    int64
	}
	if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil {
		t.Fatalf("status %d, %q: %v", w.Code, w.Body, err)
	}
	if reply.Nonce != nonce || !c.codec.Verify(reply.MsgSignature, strconv.FormatInt(reply.Timestamp, 10), nonce, reply.Encrypt) {
		t.Errorf("the reply is not signed with the nonce of the request: %+v", reply)
	}
	plain, err := c.codec.Decrypt(reply.Encrypt)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

const botText = `{"msgid":"m1","aibotid":"b1","chatid":"c1","chattype":"group","from":{"userid":"zhangsan"},` +
	`"response_url":"https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC","msgtype":"text","text":{"content":"明天有面试吗"},` +
	`"quote":{"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"a"}},{"msgtype":"image","image":{"url":"u"}}]}}}`

func TestBotRespond(t *testing.T) {
	c := newBotFixture(t)
	c.reply = BotStream{ID: "s1", Content: "在查", FeedbackID: "f1"}.Reply()
	got := c.decryptReply(t, c.deliverMessage(t, botText, "n1"), "n1")
	if want := `{"msgtype":"stream","stream":{"content":"在查","feedback":{"id":"f1"},"finish":false,"id":"s1"}}`; got != want {
		t.Errorf("reply is %s, want %s", got, want)
	}
	m := c.got[0]
	if m.From.UserID != "zhangsan" || m.Text.Content != "明天有面试吗" || m.Quote.Mixed.Items[1].Image.URL != "u" || !strings.Contains(string(m.ResponseURL), "=RC") {
		t.Errorf("message is %s", m.Raw)
	}
	if log := fmt.Sprintf("%+v", m.ResponseURL) + c.log.String(); strings.Contains(log, "RC") {
		t.Errorf("the log contains the response URL: %s", log)
	}
	if again := c.deliverMessage(t, botText, "n2"); again.Code != 200 || again.Body.Len() > 0 || len(c.got) != 1 {
		t.Errorf("second delivery: status %d, body %q, handled %d times", again.Code, again.Body, len(c.got))
	}
}

func TestBotStreamRefresh(t *testing.T) {
	c := newBotFixture(t)
	const refresh = `{"msgid":"m1","aibotid":"b1","chattype":"single","from":{"userid":"zhangsan"},"msgtype":"stream","stream":{"id":"s1"}}`
	c.reply = BotStream{ID: "s1", Content: "有", Finish: true, Images: [][]byte{[]byte("png")}}.ReplyWithTemplateCard(map[string]string{"card_type": "text_notice"})
	c.deliverMessage(t, refresh, "n1")
	got := c.decryptReply(t, c.deliverMessage(t, refresh, "n2"), "n2")
	want := `{"msgtype":"stream_with_template_card","stream":{"content":"有","finish":true,"id":"s1",` +
		`"msg_item":[{"image":{"base64":"cG5n","md5":"bff139fa05ac583f685a523ab3d110a0"},"msgtype":"image"}]},"template_card":{"card_type":"text_notice"}}`
	if got != want {
		t.Errorf("reply is %s, want %s", got, want)
	}
	if len(c.got) != 2 || c.got[1].Stream.ID != "s1" {
		t.Errorf("received %+v", c.got)
	}
}

func TestBotEvents(t *testing.T) {
	c := newBotFixture(t)
	c.reply = NewBotUpdateTemplateCardReply(map[string]string{"card_type": "button_interaction", "task_id": "t1"}, "zhangsan")
	tap := `{"msgid":"e1","create_time":1700000000,"aibotid":"b1","from":{"userid":"zhangsan"},"msgtype":"event","event":{"eventtype":"template_card_event",` +
		`"template_card_event":{"card_type":"vote_interaction","event_key":"ok","task_id":"t1","selected_items":{"selected_item":[{"question_key":"q","option_ids":{"option_id":["a","b"]}}]}}}}`
	got := c.decryptReply(t, c.deliverMessage(t, tap, "n"), "n")
	if want := `{"response_type":"update_template_card","template_card":{"card_type":"button_interaction","task_id":"t1"},"userids":["zhangsan"]}`; got != want {
		t.Errorf("reply is %s, want %s", got, want)
	}
	card := c.got[0].Event.TemplateCardEvent
	if card.TaskID != "t1" || card.SelectedItems.Items[0].OptionIDs.IDs[1] != "b" || c.got[0].Kind() != "event/template_card_event" {
		t.Errorf("event is %s", c.got[0].Raw)
	}
	c.reply = BotReply{}
	feedback := `{"msgid":"e2","msgtype":"event","event":{"eventtype":"feedback_event","feedback_event":{"id":"f1","type":2,"content":"旧","inaccurate_reason_list":[2,4]}}}`
	if w := c.deliverMessage(t, feedback, "n"); w.Code != 200 || w.Body.Len() > 0 {
		t.Errorf("status %d, body %q", w.Code, w.Body)
	}
	if f := c.got[1].Event.FeedbackEvent; f.ID != "f1" || f.Reasons[1] != 4 {
		t.Errorf("feedback is %+v", f)
	}
}

func TestBotRejections(t *testing.T) {
	c := newBotFixture(t)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"not JSON":      c.postBody("<xml/>", "", "n"),
		"no text":       c.postBody("{}", "", "n"),
		"not a cipher":  c.postBody(`{"encrypt":"abcd"}`, "abcd", "n"),
		"not an object": c.deliverMessage(t, `[]`, "n"),
		"no kind":       c.deliverMessage(t, `{"msgid":"1"}`, "n"),
	} {
		if w.Code != 400 || w.Body.Len() > 0 {
			t.Errorf("%s: status %d, body %q", name, w.Code, w.Body)
		}
	}
	if w := c.postBody(`{"encrypt":"abcd"}`, "other", "n"); w.Code != 403 {
		t.Errorf("wrong signature: status %d", w.Code)
	}
	for i, s := range []BotStream{{Content: "x"}, {ID: "s", Content: strings.Repeat("x", 20481)}, {ID: "s", Images: [][]byte{{1}}},
		{ID: "s", Finish: true, Images: make([][]byte, 11)}, {ID: "s", FeedbackID: strings.Repeat("x", 257)}} {
		c.reply = s.Reply()
		if w := c.deliverMessage(t, fmt.Sprintf(`{"msgid":"r%d","msgtype":"text"}`, i), "n"); w.Code != 500 {
			t.Errorf("stream %d: status %d", i, w.Code)
		}
	}
	if len(c.got) != 5 {
		t.Errorf("received %d messages, want 5", len(c.got))
	}
}

// TestBotReplyKinds checks which replies the handler sends for which messages.
func TestBotReplyKinds(t *testing.T) {
	const (
		text     = `{"msgtype":"text","text":{"content":"x"}`
		refresh  = `{"msgtype":"stream","stream":{"id":"s"}`
		enter    = `{"msgtype":"event","event":{"eventtype":"enter_chat"}`
		tap      = `{"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"task_id":"t"}}`
		feedback = `{"msgtype":"event","event":{"eventtype":"feedback_event","feedback_event":{"id":"f"}}`
		later    = `{"msgtype":"event","event":{"eventtype":"added_in_2027"}`
	)
	card := map[string]string{"card_type": "text_notice"}
	stream := BotStream{ID: "s", Finish: true}
	replies := map[string]struct {
		reply    BotReply
		accepted []string
	}{
		"none":             {BotReply{}, []string{text, refresh, enter, tap, feedback, later}},
		"welcome":          {NewBotWelcomeReply("x"), []string{enter, later}},
		"card":             {NewBotTemplateCardReply(card), []string{text, enter, later}},
		"stream":           {stream.Reply(), []string{text, refresh, later}},
		"stream and card":  {stream.ReplyWithTemplateCard(card), []string{text, refresh, later}},
		"another stream":   {BotStream{ID: "other"}.Reply(), []string{text, later}},
		"updated card":     {NewBotUpdateTemplateCardReply(card), []string{tap, later}},
		"card, feedback":   {NewBotTemplateCardReply(card).WithCardFeedback("f"), []string{text, enter, later}},
		"no card":          {stream.Reply().WithCardFeedback("f"), nil},
		"long feedback id": {NewBotTemplateCardReply(card).WithCardFeedback(strings.Repeat("x", 257)), nil},
		"not an object":    {NewBotTemplateCardReply("card").WithCardFeedback("f"), nil},
	}
	c := newBotFixture(t)
	for name, r := range replies {
		for i, message := range []string{text, refresh, enter, tap, feedback, later} {
			c.reply = r.reply
			want := 500
			if slices.Contains(r.accepted, message) {
				want = 200
			}
			if w := c.deliverMessage(t, fmt.Sprintf(`%s,"msgid":%q}`, message, name+strconv.Itoa(i)), "n"+name); w.Code != want {
				t.Errorf("%s to %s: status %d, want %d", name, message, w.Code, want)
			}
		}
	}
	c.reply = NewBotTemplateCardReply(card).WithCardFeedback("f")
	got := c.decryptReply(t, c.deliverMessage(t, text+`,"msgid":"last"}`, "n"), "n")
	if want := `{"msgtype":"template_card","template_card":{"card_type":"text_notice","feedback":{"id":"f"}}}`; got != want {
		t.Errorf("reply is %s, want %s", got, want)
	}
}

func TestBotMedia(t *testing.T) {
	c := newBotFixture(t)
	key, err := base64.StdEncoding.DecodeString(localKey + "=")
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed := append([]byte("a picture"), bytes.Repeat([]byte{23}, 23)...)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(sealed, sealed)
	if got, err := c.codec.DecryptMedia(sealed); string(got) != "a picture" || err != nil {
		t.Errorf("media is %q, %v", got, err)
	}
	for _, bad := range [][]byte{nil, sealed[:31], make([]byte, 32)} {
		if got, err := c.codec.DecryptMedia(bad); err == nil {
			t.Errorf("%d bytes give %q", len(bad), got)
		}
	}
}

func TestUpdateTemplateCardReply(t *testing.T) {
	c := newTestCodec(t)
	card := TemplateCard{CardType: "button_interaction", MainTitle: &CardTitle{Title: "面试 <1>", Desc: "d"},
		HorizontalContentList: []CardHorizontalContent{{KeyName: "时间", Value: "明天"}, {Type: 3, KeyName: "人", UserID: "u"}},
		QuoteArea:             &CardArea{Type: 2, AppID: "wx1"}, CardAction: &CardJump{Type: 2, AppID: "wx1"},
		ButtonSelection: &CardSelection{QuestionKey: "q", OptionList: []CardOption{{ID: "1", Text: "一"}, {ID: "2", Text: "二"}}},
		ButtonList:      []CardButton{{Text: "接受", Style: 1, Key: "accept"}}, ReplaceText: "已接受"}
	out, err := NewUpdateTemplateCardReply(card).encryptReply(c, &Message{FromUserName: "zhangsan", ToUserName: localCorp}, atVectors, "n")
	if err != nil {
		t.Fatal(err)
	}
	got := decryptReply(t, c, string(out))
	want := "<MsgType><![CDATA[update_template_card]]></MsgType><TemplateCard><CardType>button_interaction</CardType>" +
		"<MainTitle><Title>面试 &lt;1&gt;</Title><Desc>d</Desc></MainTitle>" +
		"<HorizontalContentList><KeyName>时间</KeyName><Value>明天</Value></HorizontalContentList>" +
		"<HorizontalContentList><Type>3</Type><KeyName>人</KeyName><UserId>u</UserId></HorizontalContentList>" +
		"<CardAction><Type>2</Type><AppId>wx1</AppId></CardAction><QuoteArea><Type>2</Type><Appid>wx1</Appid></QuoteArea>" +
		"<ButtonList><Text>接受</Text><Style>1</Style><Key>accept</Key></ButtonList>" +
		"<ButtonSelection><QuestionKey>q</QuestionKey><OptionList><Id>1</Id><Text>一</Text></OptionList><OptionList><Id>2</Id><Text>二</Text></OptionList></ButtonSelection>" +
		"<ReplaceText>已接受</ReplaceText></TemplateCard></xml>"
	if !strings.HasSuffix(got, want) {
		t.Errorf("reply is %s, want …%s", got, want)
	}
	if _, err := NewUpdateTemplateCardReply(TemplateCard{CardType: "poster"}).encryptReply(c, &Message{}, atVectors, "n"); err == nil {
		t.Error("an unknown card type was accepted")
	}
}

// FuzzParseBotMessage sends arbitrary decrypted messages to the handler of a
// bot.
func FuzzParseBotMessage(f *testing.F) {
	f.Add([]byte(botText))
	f.Add([]byte(`{"msgid":"e","msgtype":"event","event":{"eventtype":"enter_chat"}}`))
	f.Add([]byte(`{"msgtype":"mixed","mixed":{"msg_item":[{"mixed":null}]},"quote":{}}`))
	codec, err := NewCodec(localToken, localKey, "")
	if err != nil {
		f.Fatal(err)
	}
	h, err := NewBot(BotConfig{Token: localToken, EncodingAESKey: localKey, DedupStore: NewMemoryStore(time.Minute), Now: func() time.Time { return atVectors },
		Respond: func(_ context.Context, m BotMessage) (BotReply, error) {
			switch {
			case m.Stream != nil && m.MsgType == BotMsgStream && m.Event == nil:
				return BotStream{ID: m.Stream.ID + "s", Finish: true}.Reply(), nil // another id: status 500
			case m.Kind() == "event/"+BotEventEnterChat:
				return NewBotWelcomeReply("x"), nil
			}
			return BotReply{}, nil
		}})
	if err != nil {
		f.Fatal(err)
	}
	c := &botFixture{handler: h, codec: codec}
	f.Fuzz(func(t *testing.T, plain []byte) {
		if w := c.deliverMessage(t, string(plain), "n"); w.Code != 200 && w.Code != 400 && w.Code != 500 {
			t.Errorf("status %d for %q", w.Code, plain)
		}
	})
}
