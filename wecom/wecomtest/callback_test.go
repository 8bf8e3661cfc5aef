package wecomtest_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// receiver is a callback receiver written from WeCom's documentation alone. It records the
// decrypted messages. It replies with the next status, then with body; status 0 closes the
// connection.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	received []map[string]string
	queries  []string
	status   []int // of the next requests; 0 closes the connection; empty: 200
	body     func() []byte
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) serve(w http.ResponseWriter, req *http.Request) {
	q := req.URL.Query()
	text := q.Get("echostr")
	if req.Method == http.MethodPost {
		data, _ := io.ReadAll(req.Body)
		var outer struct {
			Encrypt    string `xml:"Encrypt"`
			ToUserName string `xml:"ToUserName"`
		}
		if xml.Unmarshal(data, &outer) != nil || outer.ToUserName != corpID {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		text = outer.Encrypt
	}
	plain, ok := decryptCallback(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), text)
	if !ok {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if req.Method == http.MethodGet {
		_, _ = w.Write(plain)
		return
	}
	r.writeReply(w, req.URL.RawQuery, plain)
}

func (r *receiver) writeReply(w http.ResponseWriter, query string, plain []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.received = append(r.received, parseXMLFields(plain))
	r.queries = append(r.queries, query)
	if len(r.status) > 0 {
		status := r.status[0]
		r.status = r.status[1:]
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		return
	}
	if r.body != nil {
		_, _ = w.Write(r.body())
	}
}

func (r *receiver) lastMessage(t *testing.T) map[string]string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.received) == 0 {
		t.Fatal("no callback received")
	}
	return r.received[len(r.received)-1]
}

// parseXMLFields returns the text of the elements of a flat XML document.
func parseXMLFields(plain []byte) map[string]string {
	out := map[string]string{}
	dec := xml.NewDecoder(strings.NewReader(string(plain)))
	name := ""
	for {
		tok, err := dec.Token()
		if err != nil {
			return out
		}
		switch v := tok.(type) {
		case xml.StartElement:
			name = v.Name.Local
			if _, ok := out[name]; !ok {
				out[name] = ""
			}
		case xml.CharData:
			out[name] += string(v)
		case xml.EndElement:
			name = ""
		}
	}
}

func computeSignature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func newCipherBlock(t testing.TB) ([]byte, cipher.Block) {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		t.Fatal(err)
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, b
}

func decryptCallback(sig, timestamp, nonce, text string) ([]byte, bool) {
	return decryptCallbackFor(sig, timestamp, nonce, text, corpID)
}

func decryptCallbackFor(sig, timestamp, nonce, text, receiver string) ([]byte, bool) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || computeSignature(token, timestamp, nonce, text) != sig {
		return nil, false
	}
	key, _ := base64.StdEncoding.DecodeString(aesKey + "=")
	b, _ := aes.NewCipher(key)
	cipher.NewCBCDecrypter(b, key[:16]).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if pad < 1 || pad > 32 || len(data) < 20+pad {
		return nil, false
	}
	data = data[16 : len(data)-pad]
	n := int(binary.BigEndian.Uint32(data))
	if n > len(data)-4 {
		return nil, false
	}
	return data[4 : 4+n], string(data[4+n:]) == receiver
}

func TestClickCallback(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL+"/cb?tenant=1")
	id := sendCard(t, s, "ZhangSan", buttonCard).expectCode(0).textField("msgid")
	if err := s.ClickButton(contextWithTimeout(t), corpID, "zhangsan", id, "accept"); err != nil {
		t.Fatal(err)
	}
	got := r.lastMessage(t)
	for name, want := range map[string]string{
		"ToUserName": corpID, "FromUserName": "ZhangSan", "MsgType": "event", "Event": "template_card_event",
		"EventKey": "accept", "TaskId": "interview-42", "CardType": "button_interaction", "AgentID": "1000002",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if !strings.HasPrefix(r.queries[0], "tenant=1&") {
		t.Errorf("the query of the address was lost: %s", r.queries[0])
	}
	callAPI(t, s, "POST", "message/update_template_card?access_token="+accessToken(t, s),
		fmt.Sprintf(`{"agentid":1000002,"userids":["zhangsan"],"response_code":%q,"button":{"replace_name":"已接受"}}`, got["ResponseCode"])).expectCode(0)
	if m := s.Messages(corpID, "zhangsan")[0]; m.ButtonText != "已接受" || m.Chosen != "accept" {
		t.Errorf("card is %+v", m)
	}
	if err := s.ClickButton(contextWithTimeout(t), corpID, "zhangsan", "interview-42", "accept"); err == nil {
		t.Error("clicking a disabled button succeeded")
	}
	for _, bad := range [][2]string{{"ghost", "accept"}, {"zhangsan", "none"}, {"lisi", "accept"}} {
		if err := s.ClickButton(contextWithTimeout(t), corpID, bad[0], id, bad[1]); err == nil {
			t.Errorf("clicking %v succeeded", bad)
		}
	}
}

func TestSelectionCallback(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	id := sendCard(t, s, "lisi", `{"card_type":"vote_interaction","main_title":{"title":"t"},"task_id":"v","checkbox":{"question_key":"q","mode":1,"option_list":[{"id":"1","text":"a"},{"id":"2","text":"b"}]},"submit_button":{"text":"go","key":"sent"}}`).expectCode(0).textField("msgid")
	if err := s.ClickButton(contextWithTimeout(t), corpID, "lisi", id, "sent", wecomtest.Selected{QuestionKey: "q", OptionIDs: []string{"1", "2"}}); err != nil {
		t.Fatal(err)
	}
	plain := s.Deliveries()[0].Plain
	if !strings.Contains(plain, "<SelectedItems><SelectedItem><QuestionKey><![CDATA[q]]></QuestionKey><OptionIds><OptionId><![CDATA[1]]></OptionId><OptionId><![CDATA[2]]></OptionId></OptionIds></SelectedItem></SelectedItems>") {
		t.Errorf("event is %s", plain)
	}
}

func TestCallbackRetries(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	r.status = []int{0, 500}
	if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "在吗"); err != nil {
		t.Fatal(err)
	}
	d := s.Deliveries()[0]
	if len(d.Attempts) != 3 || !d.OK || d.Attempts[1].Status != 500 || d.Attempts[2].Status != 200 {
		t.Errorf("delivery is %+v", d)
	}
	if got := r.lastMessage(t); got["Content"] != "在吗" || got["MsgId"] == "" {
		t.Errorf("message is %v", got)
	}
	if r.queries[1] != r.queries[2] {
		t.Error("a retry differs from the first attempt")
	}
	r.status = []int{500, 500, 500}
	err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "在吗？")
	if !errors.Is(err, wecomtest.ErrNotDelivered) {
		t.Errorf("after three failures the error is %v", err)
	}
	if err := s.Resend(contextWithTimeout(t), s.Deliveries()[1].Seq); err != nil {
		t.Error(err)
	}
	if got := r.lastMessage(t); got["Content"] != "在吗？" {
		t.Errorf("sent again: %v", got)
	}
}

func TestCallbackTimeout(t *testing.T) {
	s := wecomtest.New(t)
	s.CallbackTimeout = 20 * time.Millisecond
	fillFixture(s)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server detects a disconnect only after the body has been read
		<-r.Context().Done()
	}))
	t.Cleanup(slow.Close)
	setCallback(s, slow.URL)
	if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "x"); !errors.Is(err, wecomtest.ErrNotDelivered) {
		t.Errorf("error is %v", err)
	}
}

func TestPassiveReply(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	plain := "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>"
	r.body = func() []byte { return encryptReply(t, plain) }
	if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "hi"); err != nil {
		t.Fatal(err)
	}
	list := s.Messages(corpID, "lisi")
	if len(list) != 2 || !list[0].FromUser || list[1].FromUser || list[1].Text.Content != "收到" {
		t.Errorf("chat is %+v", list)
	}
	plain = "<xml><MsgType><![CDATA[update_button]]></MsgType><Button><ReplaceName><![CDATA[好]]></ReplaceName></Button></xml>"
	id := sendCard(t, s, "lisi", buttonCard).expectCode(0).textField("msgid")
	if err := s.ClickButton(contextWithTimeout(t), corpID, "lisi", id, "accept"); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages(corpID, "lisi")[2]; m.ButtonText != "" {
		t.Error("a passive card reply was applied although PassiveCardReply is false")
	}
	s.PassiveCardReply = true
	if err := s.ClickButton(contextWithTimeout(t), corpID, "lisi", id, "accept"); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages(corpID, "lisi")[2]; m.ButtonText != "好" {
		t.Errorf("button text is %q", m.ButtonText)
	}
	r.body = func() []byte { return []byte("<html>no</html>") }
	if err := s.SendText(contextWithTimeout(t), corpID, "lisi", agent, "hi"); err != nil {
		t.Fatal(err)
	}
	if d := s.Deliveries(); d[len(d)-1].Note == "" {
		t.Error("an invalid passive reply was not noted")
	}
}

// encryptReply encrypts and signs a passive reply.
func encryptReply(t testing.TB, plain string) []byte {
	t.Helper()
	key, b := newCipherBlock(t)
	data := append([]byte("0123456789abcdef"), binary.BigEndian.AppendUint32(nil, uint32(len(plain)))...)
	data = append(data, plain+corpID...)
	pad := 32 - len(data)%32
	data = append(data, strings.Repeat(string(rune(pad)), pad)...)
	cipher.NewCBCEncrypter(b, key[:16]).CryptBlocks(data, data)
	text := base64.StdEncoding.EncodeToString(data)
	return fmt.Appendf(nil, "<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature><![CDATA[%s]]></MsgSignature><TimeStamp>1</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>",
		text, computeSignature(token, "1", "n", text))
}

func TestCallbackVerification(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	good := wecomtest.Callback{URL: r.URL, Token: token, EncodingAESKey: aesKey}
	if err := s.SaveCallback(contextWithTimeout(t), corpID, agent, good); err != nil {
		t.Fatal(err)
	}
	if s.Apps(corpID)[0].CallbackURL != r.URL {
		t.Error("the callback was not saved")
	}
	if err := s.VerifyCallback(contextWithTimeout(t), corpID, agent); err != nil {
		t.Error(err)
	}
	bad := good
	bad.Token = "another"
	if err := s.SaveCallback(contextWithTimeout(t), corpID, agent, bad); err == nil {
		t.Error("a receiver with another token passed the verification")
	}
	if s.Apps(corpID)[0].CallbackToken != token {
		t.Error("a callback was saved although its verification failed")
	}
	bad = good
	bad.EncodingAESKey = "short"
	if err := s.SaveCallback(contextWithTimeout(t), corpID, agent, bad); err == nil {
		t.Error("a short key was accepted")
	}
}

func TestContactEvents(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	a := s.Apps(corpID)[0]
	a.VisibleParties = []int64{2}
	s.AddApp(a)
	setCallback(s, r.URL)
	s.AddCorp(wecomtest.Corp{ID: corpID, ContactSecret: "c", ContactCallback: wecomtest.Callback{URL: r.URL, Token: token, EncodingAESKey: aesKey}})
	events := func() string {
		var out []string
		for _, d := range s.Deliveries() {
			f := parseXMLFields([]byte(d.Plain))
			out = append(out, strings.Join([]string{f["Event"], f["ChangeType"], f["FromUserName"], f["UserID"], f["Department"], f["AgentID"]}, ","))
		}
		return strings.Join(out, "\n")
	}
	ctx := contextWithTimeout(t)
	steps := []error{
		s.ChangeMember(ctx, wecomtest.Member{CorpID: corpID, UserID: "new", Name: "新", Departments: []int64{3}}),
		s.ChangeMember(ctx, wecomtest.Member{CorpID: corpID, UserID: "new", Name: "新", Departments: []int64{2, 3}}),
		s.RemoveMember(ctx, corpID, "new"),
		s.ChangeDepartment(ctx, wecomtest.Department{CorpID: corpID, ID: 7, Name: "新部门"}),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"change_contact,create_user,sys,new,3,",
		"change_contact,update_user,sys,new,2,3,",
		"subscribe,,new,,,1000002",
		"change_contact,delete_user,sys,new,,",
		"unsubscribe,,new,,,1000002",
		"change_contact,create_party,sys,,,",
	}, "\n")
	if got := events(); got != want {
		t.Errorf("events:\n%s\nwant:\n%s", got, want)
	}
	if err := s.RemoveDepartment(ctx, corpID, 2); err == nil {
		t.Error("a department with members was removed")
	}
}

func TestEnterAndMenuEvents(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	if err := s.EnterApp(contextWithTimeout(t), corpID, "lisi", agent); err != nil || len(s.Deliveries()) != 0 {
		t.Errorf("enter_agent was sent without ReportEnter: %v", err)
	}
	a := s.Apps(corpID)[0]
	a.ReportEnter = true
	a.Menu = []wecomtest.MenuButton{{Name: "a", SubButton: []wecomtest.MenuButton{{Name: "b", Type: "view", URL: "https://a.example"}}}}
	s.AddApp(a)
	if err := s.EnterApp(contextWithTimeout(t), corpID, "lisi", agent); err != nil || r.lastMessage(t)["Event"] != "enter_agent" {
		t.Errorf("%v, %v", err, r.lastMessage(t))
	}
	if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, "https://a.example"); err != nil || r.lastMessage(t)["Event"] != "view" {
		t.Errorf("%v, %v", err, r.lastMessage(t))
	}
	if err := s.ClickMenu(contextWithTimeout(t), corpID, "lisi", agent, "KEY"); err != nil || r.lastMessage(t)["EventKey"] != "KEY" || r.lastMessage(t)["Event"] != "click" {
		t.Errorf("%v, %v", err, r.lastMessage(t))
	}
}
