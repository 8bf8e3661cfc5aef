package bench

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
	"github.com/silenceper/wechat/v2/work/kf"
	"github.com/xen0n/go-workwx/v2"

	"github.com/huimian/huimian/wecom/callback"
)

const (
	callbackToken = "InterviewToken2026"
	callbackKey   = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	callbackTime  = "1700000000"
	callbackNonce = "n2"
	callbackPlain = "<xml><ToUserName><![CDATA[wwbench]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>" +
		"<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello 面试]]></Content>" +
		"<MsgId>7300000000000000001</MsgId><AgentID>1000002</AgentID></xml>"
)

// receiverCases returns handlers that verify, decrypt and parse one delivery of
// a text message.
func receiverCases(t testing.TB) []benchCase {
	t.Helper()
	codec, err := callback.NewCodec(callbackToken, callbackKey, corpID)
	if err != nil {
		t.Fatal(err)
	}
	encrypted, err := codec.Encrypt([]byte(callbackPlain))
	if err != nil {
		t.Fatal(err)
	}
	body := []byte("<xml><ToUserName><![CDATA[wwbench]]></ToUserName><Encrypt><![CDATA[" + encrypted +
		"]]></Encrypt><AgentID><![CDATA[1000002]]></AgentID></xml>")
	query := url.Values{"timestamp": {callbackTime}, "nonce": {callbackNonce},
		"msg_signature": {codec.Sign(callbackTime, callbackNonce, encrypted)}}.Encode()
	key, err := base64.StdEncoding.DecodeString(callbackKey + "=")
	if err != nil {
		t.Fatal(err)
	}
	return []benchCase{
		newDeliveryCase("sha1, AES, encoding/xml", floorHandler(key), query, body),
		newDeliveryCase(ourName, newOurHandler(t), query, body),
		newDeliveryCase("xen0n/go-workwx v2.0.0-alpha.1", newWorkwxHandler(t), query, body),
		newDeliveryCase("silenceper/wechat v2.1.14", newSilenceperHandler(), query, body),
	}
}

// newDeliveryCase returns a case that repeats one request.
func newDeliveryCase(name string, h http.Handler, query string, body []byte) benchCase {
	address := &url.URL{Path: "/callback", RawQuery: query}
	return benchCase{name, func() error {
		w := &statusWriter{status: http.StatusOK, header: http.Header{}}
		h.ServeHTTP(w, &http.Request{Method: http.MethodPost, URL: address, Header: http.Header{},
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))})
		if w.status != http.StatusOK {
			return errors.New(http.StatusText(w.status))
		}
		return nil
	}}
}

type statusWriter struct {
	status int
	header http.Header
}

func (w *statusWriter) Header() http.Header         { return w.header }
func (w *statusWriter) WriteHeader(status int)      { w.status = status }
func (w *statusWriter) Write(p []byte) (int, error) { return len(p), nil }

// textMessage is the part of the message that the floor and silenceper/wechat
// parse.
type textMessage struct {
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
	MsgID        string `xml:"MsgId"`
	AgentID      int64
}

// floorHandler verifies the signature and nothing else.
func floorHandler(key []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := receiveFloor(key, r); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
}

func receiveFloor(key []byte, r *http.Request) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var outer struct{ Encrypt string }
	if err := xml.Unmarshal(data, &outer); err != nil {
		return err
	}
	q := r.URL.Query()
	parts := []string{callbackToken, q.Get("timestamp"), q.Get("nonce"), outer.Encrypt}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	if hex.EncodeToString(sum[:]) != q.Get("msg_signature") {
		return errors.New("signature")
	}
	plain, err := base64.StdEncoding.DecodeString(outer.Encrypt)
	if err != nil {
		return err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(plain, plain)
	var m textMessage
	if err := xml.Unmarshal(plain[20:20+binary.BigEndian.Uint32(plain[16:])], &m); err != nil {
		return err
	}
	return checkText(m.Content)
}

func checkText(content string) error {
	if content != "hello 面试" {
		return errors.New("another text")
	}
	return nil
}

// noDedupStore accepts every delivery, where the product deduplicates.
type noDedupStore struct{}

func (noDedupStore) Claim(context.Context, string) (callback.ClaimState, error) {
	return callback.StateNew, nil
}
func (noDedupStore) Finish(context.Context, string, bool) error { return nil }

func newOurHandler(t testing.TB) http.Handler {
	h, err := callback.New(callback.Config{Token: callbackToken, EncodingAESKey: callbackKey, ReceiveID: corpID,
		DedupStore: noDedupStore{}, Now: func() time.Time { return time.Unix(1700000001, 0) },
		Handle: func(_ context.Context, m callback.Message) error {
			body, ok := m.Body.(*callback.Text)
			if !ok {
				return errors.New("not a text")
			}
			return checkText(body.Content)
		}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

type workwxText struct{}

func (workwxText) OnIncomingMessage(m *workwx.RxMessage) error {
	body, ok := m.Text()
	if !ok {
		return errors.New("not a text")
	}
	return checkText(body.GetContent())
}

func newWorkwxHandler(t testing.TB) http.Handler {
	h, err := workwx.NewHTTPHandler(callbackToken, callbackKey, workwxText{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// newSilenceperHandler builds a handler from the parts of the package, which
// has no handler of its own and whose only callback type is that of customer
// service.
func newSilenceperHandler() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := silenceperReceive(r); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
}

func silenceperReceive(r *http.Request) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var outer struct{ Encrypt string }
	if err := xml.Unmarshal(data, &outer); err != nil {
		return err
	}
	q := r.URL.Query()
	if util.Signature(callbackToken, q.Get("timestamp"), q.Get("nonce"), outer.Encrypt) != q.Get("msg_signature") {
		return errors.New("signature")
	}
	_, plain, err := util.DecryptMsg(corpID, outer.Encrypt, callbackKey)
	if err != nil {
		return err
	}
	var m kf.CallbackMessage
	if err := xml.Unmarshal(plain, &m); err != nil {
		return err
	}
	if m.MsgType != "text" {
		return errors.New("not a text")
	}
	return nil
}
