package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fixture is a handler with its clock, its log and the received messages.
type fixture struct {
	handler http.Handler
	codec   *Codec
	log     bytes.Buffer
	now     time.Time
	mu      sync.Mutex
	got     []Message
	fail    error
}

var atVectors = time.Unix(1700000000, 0)

func newFixture(t testing.TB, change func(*Config)) *fixture {
	t.Helper()
	r := &fixture{codec: newTestCodec(t), now: atVectors}
	cfg := Config{Token: localToken, EncodingAESKey: localKey, ReceiveID: localCorp,
		Handle: func(_ context.Context, m Message) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.got = append(r.got, m)
			return r.fail
		},
		Logger: slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    func() time.Time { return r.now },
	}
	if change != nil {
		change(&cfg)
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.handler = h
	return r
}

func (r *fixture) serveRequest(method, target, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	return w
}

func signatureQuery(signature, timestamp, nonce string) url.Values {
	return url.Values{"msg_signature": {signature}, "timestamp": {timestamp}, "nonce": {nonce}}
}

func xmlEnvelope(encrypted string) string {
	return "<xml><ToUserName><![CDATA[" + localCorp + "]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>"
}

// deliverMessage sends a message as WeCom does.
func (r *fixture) deliverMessage(plain string) *httptest.ResponseRecorder {
	sealed, err := r.codec.Encrypt([]byte(plain))
	if err != nil {
		panic(err)
	}
	timestamp := strconv.FormatInt(r.now.Unix(), 10)
	q := signatureQuery(r.codec.Sign(timestamp, "n", sealed), timestamp, "n")
	return r.serveRequest("POST", "/wecom/callback?"+q.Encode(), xmlEnvelope(sealed))
}

func TestURLVerification(t *testing.T) {
	for _, v := range []officialVector{officialEcho, officialVectors()[2]} {
		at, err := parseUnixTime(v.timestamp)
		if err != nil {
			t.Fatal(err)
		}
		r := newFixture(t, func(c *Config) {
			c.Token, c.EncodingAESKey, c.ReceiveID = Secret(v.token), Secret(v.key), v.receiveID
			c.Now = func() time.Time { return at.Add(2 * time.Second) }
		})
		q := signatureQuery(v.signature, v.timestamp, v.nonce)
		q.Set("echostr", v.encrypted)
		q.Set("extra", "parameters are fine")
		w := r.serveRequest("GET", "/wecom/callback?"+q.Encode(), "")
		if w.Code != 200 || w.Body.String() != v.plain {
			t.Errorf("%s: status %d, body %q", v.name, w.Code, w.Body)
		}
		// A gateway that decodes twice turns a plus sign into a space.
		q.Set("echostr", strings.ReplaceAll(v.encrypted, "+", " ")+"\n")
		if w := r.serveRequest("GET", "/wecom/callback?"+q.Encode(), ""); w.Body.String() != v.plain {
			t.Errorf("%s with spaces: status %d, body %q", v.name, w.Code, w.Body)
		}
	}
}

func TestDelivery(t *testing.T) {
	for _, v := range officialVectors() {
		if v.token != localToken || !strings.HasPrefix(v.plain, "<xml>") || v.receiveID == "" {
			continue
		}
		r := newFixture(t, nil)
		w := r.serveRequest("POST", "/wecom/callback?"+signatureQuery(v.signature, v.timestamp, v.nonce).Encode(), xmlEnvelope(v.encrypted))
		if w.Code != 200 || w.Body.Len() != 0 || len(r.got) != 1 || string(r.got[0].Raw) != v.plain {
			t.Errorf("%s: status %d, body %q, got %d messages; %s", v.name, w.Code, w.Body, len(r.got), &r.log)
		}
	}
}

func TestRejections(t *testing.T) {
	v := officialVectors()[3] // L2, a text
	good := signatureQuery(v.signature, v.timestamp, v.nonce)
	c := newTestCodec(t)
	signed := func(encrypted string) (string, string) {
		return signatureQuery(c.Sign("1700000000", "n", encrypted), "1700000000", "n").Encode(), xmlEnvelope(encrypted)
	}
	sealed := func(plain string) (string, string) {
		encrypted, err := c.Encrypt([]byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		return signed(encrypted)
	}
	foreign := func() (string, string) {
		other, err := NewCodec(localToken, localKey, "wwother")
		if err != nil {
			t.Fatal(err)
		}
		encrypted, err := other.Encrypt([]byte(textMessage))
		if err != nil {
			t.Fatal(err)
		}
		return signed(encrypted)
	}
	otherKey := func() (string, string) {
		encrypted, err := newTestCodecWithKey(t, officialKey).Encrypt([]byte(textMessage))
		if err != nil {
			t.Fatal(err)
		}
		return signed(encrypted)
	}
	cases := []struct {
		name    string
		request func() (query, body string)
		stage   Stage
		status  int
	}{
		{"no query", func() (string, string) { return "", xmlEnvelope(v.encrypted) }, StageParameters, 400},
		{"empty body", func() (string, string) { return good.Encode(), "" }, StageEnvelope, 400},
		{"not XML", func() (string, string) { return good.Encode(), `{"encrypt":"x"}` }, StageEnvelope, 400},
		{"document type", func() (string, string) { return good.Encode(), "<!DOCTYPE x>" + xmlEnvelope(v.encrypted) }, StageEnvelope, 400},
		{"no Encrypt", func() (string, string) { return good.Encode(), "<xml></xml>" }, StageParameters, 400},
		{"too large", func() (string, string) { return good.Encode(), xmlEnvelope(strings.Repeat("A", maxBodyBytes)) }, StageParameters, 400},
		{"wrong signature", func() (string, string) {
			return signatureQuery(strings.Repeat("0", 40), v.timestamp, v.nonce).Encode(), xmlEnvelope(v.encrypted)
		}, StageSignature, 403},
		{"another nonce", func() (string, string) {
			return signatureQuery(v.signature, v.timestamp, "x").Encode(), xmlEnvelope(v.encrypted)
		}, StageSignature, 403},
		{"changed text", func() (string, string) { return good.Encode(), xmlEnvelope("A" + v.encrypted[1:]) }, StageSignature, 403},
		{"timestamp no number", func() (string, string) {
			return signatureQuery(c.Sign("soon", "n", v.encrypted), "soon", "n").Encode(), xmlEnvelope(v.encrypted)
		}, StageTimestamp, 403},
		{"old", func() (string, string) {
			return signatureQuery(c.Sign("1699999399", "n", v.encrypted), "1699999399", "n").Encode(), xmlEnvelope(v.encrypted)
		}, StageTimestamp, 403},
		{"from the future", func() (string, string) {
			return signatureQuery(c.Sign("1700000601", "n", v.encrypted), "1700000601", "n").Encode(), xmlEnvelope(v.encrypted)
		}, StageTimestamp, 403},
		{"broken cipher text", func() (string, string) { return signed(v.encrypted[:44] + v.encrypted[64:]) }, StageDecrypt, 400},
		{"not base64", func() (string, string) { return signed("***") }, StageDecrypt, 400},
		{"another key", otherKey, StageDecrypt, 400},
		{"another company", foreign, StageReceiveID, 403},
		{"no message", func() (string, string) { return sealed("hello") }, StageMessage, 400},
		{"message without type", func() (string, string) { return sealed("<xml></xml>") }, StageMessage, 400},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			r := newFixture(t, nil)
			q, body := tc.request()
			w := r.serveRequest("POST", "/wecom/callback?"+q, body)
			if w.Code != tc.status || w.Body.Len() != 0 || len(r.got) != 0 {
				t.Errorf("status %d, body %q, %d messages", w.Code, w.Body, len(r.got))
			}
			log := r.log.String()
			if !strings.Contains(log, "stage="+string(tc.stage)+" ") {
				t.Errorf("log does not name stage %s: %s", tc.stage, log)
			}
			for _, secret := range []string{localToken, localKey, "hello", v.signature, c.Sign("1700000000", "n", v.encrypted)} {
				if strings.Contains(log, secret) {
					t.Errorf("log holds %q: %s", secret, log)
				}
			}
		})
	}
	if w := newFixture(t, nil).serveRequest("PUT", "/wecom/callback", ""); w.Code != 405 || w.Header().Get("Allow") != "GET, POST" {
		t.Errorf("PUT: status %d", w.Code)
	}
	if w := newFixture(t, nil).serveRequest("GET", "/wecom/callback?"+good.Encode(), ""); w.Code != 400 {
		t.Errorf("GET without echostr: status %d", w.Code)
	}
}

func TestRepeatedDeliveryIsHandledOnce(t *testing.T) {
	r := newFixture(t, nil)
	for i := range 3 {
		if w := r.deliverMessage(cardEvent); w.Code != 200 {
			t.Errorf("delivery %d: status %d", i, w.Code)
		}
	}
	if len(r.got) != 1 {
		t.Errorf("handled %d times", len(r.got))
	}
	r.now = r.now.Add(21 * time.Minute) // a replay after the entry was evicted
	v := officialVectors()[7]
	if w := r.serveRequest("POST", "/?"+signatureQuery(v.signature, v.timestamp, v.nonce).Encode(), xmlEnvelope(v.encrypted)); w.Code != 403 {
		t.Errorf("replay after %s: status %d", 21*time.Minute, w.Code)
	}
}

func TestFailedMessageIsRedelivered(t *testing.T) {
	r := newFixture(t, nil)
	r.fail = errors.New("database is away")
	if w := r.deliverMessage(cardEvent); w.Code != 500 {
		t.Errorf("status %d", w.Code)
	}
	if !strings.Contains(r.log.String(), "stage=handle") {
		t.Errorf("log is %s", &r.log)
	}
	r.fail = nil
	if w := r.deliverMessage(cardEvent); w.Code != 200 || len(r.got) != 2 {
		t.Errorf("status %d after %d deliveries", w.Code, len(r.got))
	}
}

func TestPanicReleasesClaim(t *testing.T) {
	first := true
	r := newFixture(t, func(c *Config) {
		c.Handle = func(context.Context, Message) error {
			if first {
				first = false
				panic("a bug in the application")
			}
			return nil
		}
	})
	if w := r.deliverMessage(cardEvent); w.Code != 500 {
		t.Errorf("status %d", w.Code)
	}
	if w := r.deliverMessage(cardEvent); w.Code != 200 {
		t.Errorf("status %d afterwards", w.Code)
	}
}

func TestConcurrentDelivery(t *testing.T) {
	inside, goOn := make(chan bool), make(chan bool)
	handled := 0
	r := newFixture(t, func(c *Config) {
		c.Handle = func(context.Context, Message) error { handled++; inside <- true; <-goOn; return nil }
	})
	first := make(chan int)
	go func() { first <- r.deliverMessage(cardEvent).Code }()
	<-inside
	if w := r.deliverMessage(cardEvent); w.Code != 503 {
		t.Errorf("second delivery: status %d", w.Code)
	}
	close(goOn)
	if code := <-first; code != 200 {
		t.Errorf("first delivery: status %d", code)
	}
	if w := r.deliverMessage(cardEvent); w.Code != 200 || handled != 1 {
		t.Errorf("third delivery: status %d, handled %d times", w.Code, handled)
	}
}

func TestHandlerOutlivesConnection(t *testing.T) {
	r := newFixture(t, func(c *Config) {
		c.Handle = func(ctx context.Context, _ Message) error {
			if _, limited := ctx.Deadline(); !limited {
				t.Error("the context has no deadline")
			}
			return ctx.Err()
		}
	})
	sealed, err := r.codec.Encrypt([]byte(cardEvent))
	if err != nil {
		t.Fatal(err)
	}
	q := signatureQuery(r.codec.Sign("1700000000", "n", sealed), "1700000000", "n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, httptest.NewRequest("POST", "/?"+q.Encode(), strings.NewReader(xmlEnvelope(sealed))).WithContext(ctx))
	if w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
}

type brokenStore struct{ begin, end error }

func (s brokenStore) Claim(context.Context, string) (ClaimState, error) { return StateNew, s.begin }
func (s brokenStore) Finish(context.Context, string, bool) error        { return s.end }

func TestFailingDedupStore(t *testing.T) {
	r := newFixture(t, func(c *Config) { c.DedupStore = brokenStore{begin: errors.New("away")} })
	if w := r.deliverMessage(cardEvent); w.Code != 503 || len(r.got) != 0 || !strings.Contains(r.log.String(), "stage=dedup") {
		t.Errorf("status %d, %d messages", w.Code, len(r.got))
	}
	r = newFixture(t, func(c *Config) { c.DedupStore = brokenStore{end: errors.New("away")} })
	if w := r.deliverMessage(cardEvent); w.Code != 200 || len(r.got) != 1 || !strings.Contains(r.log.String(), "finishing the claim failed") {
		t.Errorf("status %d, %d messages", w.Code, len(r.got))
	}
}

func TestReplies(t *testing.T) {
	cases := []struct {
		reply Reply
		want  string // part of the reply; empty for none, "!" for an error
	}{
		{Reply{}, ""},
		{NewTextReply("收到 & <ok> ]]> \x00\x0b"), "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到 & <ok> ]]]]><![CDATA[> ]]></Content>"},
		{NewTextReply(strings.Repeat("x", 2049)), "!"},
		{NewImageReply("m"), "<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m]]></MediaId></Image>"},
		{NewVoiceReply("m"), "<MsgType><![CDATA[voice]]></MsgType><Voice><MediaId><![CDATA[m]]></MediaId></Voice>"},
		{NewVideoReply("m", "t", "d"), "<Video><MediaId><![CDATA[m]]></MediaId><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description></Video>"},
		{NewVideoReply("m", strings.Repeat("t", 129), ""), "!"},
		{NewNewsReply(Article{"t", "d", "p", "u"}), "<ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><PicUrl><![CDATA[p]]></PicUrl><Url><![CDATA[u]]></Url></item></Articles>"},
		{NewNewsReply(), "!"},
		{NewNewsReply(make([]Article, 9)...), "!"},
		{NewUpdateButtonReply("已接受"), "<MsgType><![CDATA[update_button]]></MsgType><Button><ReplaceName><![CDATA[已接受]]></ReplaceName></Button>"},
	}
	for i, tc := range cases {
		r := newFixture(t, func(c *Config) {
			c.Handle = nil
			c.Respond = func(context.Context, Message) (Reply, error) { return tc.reply, nil }
		})
		w := r.deliverMessage(textMessage)
		switch tc.want {
		case "!":
			if w.Code != 500 {
				t.Errorf("reply %d: status %d", i, w.Code)
			}
			continue
		case "":
			if w.Code != 200 || w.Body.Len() != 0 {
				t.Errorf("reply %d: status %d, body %q", i, w.Code, w.Body)
			}
			continue
		}
		plain := decryptReply(t, r.codec, w.Body.String())
		head := "<xml><ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName><![CDATA[wwcorp0000000001]]></FromUserName><CreateTime>1700000000</CreateTime>"
		if !strings.HasPrefix(plain, head) || !strings.HasSuffix(plain, tc.want+"</xml>") {
			t.Errorf("reply %d is %s", i, plain)
		}
	}
}

// decryptReply decrypts a response as WeCom does.
func decryptReply(t *testing.T, c *Codec, body string) string {
	t.Helper()
	root, err := parseXML([]byte(body))
	if err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	encrypted := root.firstChild("Encrypt").text
	if !c.Verify(root.firstChild("MsgSignature").text, root.firstChild("TimeStamp").text, root.firstChild("Nonce").text, encrypted) {
		t.Error("the reply is not signed")
	}
	plain, err := c.Decrypt(encrypted)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestAcceptReceiveID(t *testing.T) {
	r := newFixture(t, func(c *Config) {
		c.ReceiveID, c.Handle = "", nil
		c.AcceptReceiveID = func(id string) bool { return id == localCorp || id == "wwsecond" }
		c.Respond = func(context.Context, Message) (Reply, error) { return NewTextReply("ok"), nil }
	})
	for _, corp := range []string{localCorp, "wwsecond", "wwthird"} {
		codec, err := NewCodec(localToken, localKey, corp)
		if err != nil {
			t.Fatal(err)
		}
		r.codec = codec
		w := r.deliverMessage(strings.ReplaceAll(textMessage, localCorp, corp))
		if corp == "wwthird" {
			if w.Code != 403 || !strings.Contains(r.log.String(), "stage=receiveid") {
				t.Errorf("a company that did not install the app: status %d", w.Code)
			}
			continue
		}
		if w.Code != 200 {
			t.Errorf("%s: status %d", corp, w.Code)
		}
		decryptReply(t, codec, w.Body.String())
	}
}

func TestReplySuccess(t *testing.T) {
	r := newFixture(t, func(c *Config) { c.ReplySuccess = true })
	for i := range 2 {
		w := r.deliverMessage("<xml><SuiteId>wwsuite</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>1700000000</TimeStamp><SuiteTicket>T</SuiteTicket></xml>")
		if w.Code != 200 || w.Body.String() != "success" {
			t.Errorf("delivery %d: status %d, body %q", i, w.Code, w.Body)
		}
	}
	if len(r.got) != 1 || r.got[0].SuiteID != "wwsuite" || r.got[0].Kind() != "info/suite_ticket" {
		t.Errorf("got %+v", r.got)
	}
}

func TestInvalidConfig(t *testing.T) {
	handle := func(context.Context, Message) error { return nil }
	answer := func(context.Context, Message) (Reply, error) { return Reply{}, nil }
	for name, cfg := range map[string]Config{
		"nothing":      {},
		"no handler":   {Token: "t", EncodingAESKey: localKey, ReceiveID: "ww"},
		"two handlers": {Token: "t", EncodingAESKey: localKey, ReceiveID: "ww", Handle: handle, Respond: answer},
		"no key":       {Token: "t", ReceiveID: "ww", Handle: handle},
		"no receiver":  {Token: "t", EncodingAESKey: localKey, Handle: handle},
		"two policies": {Token: "t", EncodingAESKey: localKey, Handle: handle, ReceiveID: "ww", AcceptReceiveID: func(string) bool { return true }},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := New(Config{Token: "t", EncodingAESKey: localKey, ReceiveID: "ww", Handle: handle}); err != nil {
		t.Errorf("minimal settings: %v", err)
	}
}

// FuzzReceive sends arbitrary messages with a valid signature, to reach the
// code behind the verification. The handler must not panic and must return 200
// or a rejection.
func FuzzReceive(f *testing.F) {
	for _, v := range officialVectors() {
		f.Add(v.encrypted, []byte(v.plain), true)
		f.Add(v.encrypted, []byte(v.plain), false)
	}
	f.Add("AAAA", []byte("<xml><MsgType>event</MsgType><Event>click</Event></xml>"), true)
	f.Fuzz(func(t *testing.T, encrypted string, plain []byte, seal bool) {
		r := newFixture(t, func(c *Config) { c.Logger = nil })
		if seal {
			var err error
			if encrypted, err = r.codec.Encrypt(plain); err != nil {
				t.Fatal(err)
			}
		}
		encrypted = repairBase64(encrypted)
		q := signatureQuery(r.codec.Sign("1700000000", "n", encrypted), "1700000000", "n")
		w := r.serveRequest("POST", "/?"+q.Encode(), xmlEnvelope(encrypted))
		if w.Code != 200 && w.Code != 400 && w.Code != 403 {
			t.Errorf("status %d", w.Code)
		}
		q.Set("echostr", encrypted)
		w = r.serveRequest("GET", "/?"+q.Encode(), "")
		if seal && encrypted != "" && w.Body.String() != string(plain) {
			t.Errorf("echo of %q is %q", plain, w.Body)
		}
		r.serveRequest("POST", "/?"+q.Encode(), string(plain))
	})
}

func FuzzDecrypt(f *testing.F) {
	for _, v := range officialVectors() {
		f.Add([]byte(v.plain), v.encrypted)
	}
	c := newTestCodec(f)
	f.Fuzz(func(t *testing.T, block []byte, encrypted string) {
		_, _ = c.Decrypt(encrypted)
		whole := block[:len(block)/paddingBlock*paddingBlock]
		if plain, err := c.Decrypt(encryptPadded(c, whole)); err == nil && len(plain) > len(whole) {
			t.Errorf("%d bytes were decrypted from %d", len(plain), len(whole))
		}
	})
}

func TestLogsAcceptedDeliveries(t *testing.T) {
	r := newFixture(t, nil)
	r.deliverMessage(cardEvent)
	if !strings.Contains(r.log.String(), "kind=event/template_card_event") {
		t.Errorf("log is %s", &r.log)
	}
}

func Example() {
	h, err := New(Config{
		Token:          "InterviewToken2026",
		EncodingAESKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		ReceiveID:      "wwcorp0000000001",
		Now:            func() time.Time { return time.Unix(1700000005, 0) }, // omit it in a real program
		Handle: func(_ context.Context, m Message) error {
			switch body := m.Body.(type) {
			case *TemplateCardEvent:
				fmt.Printf("%s tapped %q on card %s\n", m.FromUserName, body.Key, body.TaskID)
			case *Text:
				fmt.Printf("%s wrote %q\n", m.FromUserName, body.Content)
			}
			return nil // store it and process it later: WeCom waits five seconds
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := httptest.NewServer(h)
	defer srv.Close()

	card := officialVectors()[7] // as WeCom sends it
	q := signatureQuery(card.signature, card.timestamp, card.nonce)
	res, err := http.Post(srv.URL+"?"+q.Encode(), "text/xml", strings.NewReader(xmlEnvelope(card.encrypted)))
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	fmt.Printf("%s, %d bytes\n", res.Status, len(body))
	// Output:
	// zhangsan tapped "accept" on card interview-42
	// 200 OK, 0 bytes
}

func TestNewRequiresReceiver(t *testing.T) {
	handle := func(context.Context, Message) error { return nil }
	respond := func(context.Context, Message) (Reply, error) { return Reply{}, nil }
	accept := func(string) bool { return true }
	for want, cfg := range map[string]Config{
		"callback: ReceiveID is empty: set it to the corp id": {Handle: handle},
		"mutually exclusive":                {ReceiveID: localCorp, AcceptReceiveID: accept, Handle: handle},
		"set Respond for passive replies":   {ReceiveID: localCorp},
		"exactly one of Handle and Respond": {ReceiveID: localCorp, Handle: handle, Respond: respond},
	} {
		cfg.Token, cfg.EncodingAESKey = localToken, localKey
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for want, cfg := range map[string]Config{
		"Token is empty: copy it":               {EncodingAESKey: localKey},
		"has 3 characters, not 43: copy it":     {Token: localToken, EncodingAESKey: "abc"},
		"EncodingAESKey is not base64: copy it": {Token: localToken, EncodingAESKey: Secret(strings.Repeat("?", 43))},
	} {
		cfg.ReceiveID, cfg.Handle = localCorp, handle
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A rejected callback is observable without any setting, and by OnReject.
func TestRejectionsAreReported(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(previous)
	var got []Rejection
	report := func(_ context.Context, r Rejection) { got = append(got, r) }
	r := newFixture(t, func(c *Config) { c.Logger, c.OnReject = nil, report })
	bot, err := NewBot(BotConfig{Token: localToken, EncodingAESKey: localKey, OnReject: report, Now: func() time.Time { return atVectors },
		Respond: func(context.Context, BotMessage) (BotReply, error) { return BotReply{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	query := signatureQuery("wrong", "1700000000", "n").Encode()
	r.serveRequest("POST", "/wecom/callback?"+query, xmlEnvelope("x"))
	bot.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/wecom/bot?"+query, strings.NewReader(`{"encrypt":"x"}`)))
	want := Rejection{StageSignature, http.StatusForbidden, "signature mismatch: check the Token", "/wecom/callback"}
	inBot := want
	inBot.Path = "/wecom/bot"
	if len(got) != 2 || got[0] != want || got[1] != inBot {
		t.Errorf("rejections %+v", got)
	}
	if n := strings.Count(log.String(), "stage=signature"); n != 2 {
		t.Errorf("%d rejections in the default log: %s", n, &log)
	}
}
