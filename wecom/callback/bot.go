package callback

import (
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// BotConfig says how to receive what members say to a smart bot (智能机器人)
// in callback mode. Token, EncodingAESKey and Answer are required.
// See https://developer.work.weixin.qq.com/document/path/100719
type BotConfig struct {
	Token          Secret // from the bot's page
	EncodingAESKey Secret // 43 characters, from the same page

	// Respond is told of each message once, and of each refresh of a stream as
	// often as WeCom asks. The zero reply answers nothing. The context ends
	// after 4.5 seconds: begin a stream when the answer takes longer.
	Respond func(ctx context.Context, m BotMessage) (BotReply, error)

	DedupStore   DedupStore       // shared by replicas; nil remembers in this process
	ReplayWindow time.Duration    // DefaultWindow when 0
	Logger       *slog.Logger     // nil logs nothing
	Now          func() time.Time // time.Now when nil
}

// botHandler is the handler of a smart bot: the same as for an app, but in JSON.
type botHandler struct {
	*handler
	respond func(ctx context.Context, m BotMessage) (BotReply, error)
}

// NewBot returns the handler of a smart bot's callback address.
// See https://developer.work.weixin.qq.com/document/path/101039
func NewBot(cfg BotConfig) (http.Handler, error) {
	if cfg.Respond == nil {
		return nil, errors.New("callback: Answer is needed")
	}
	codec, err := NewCodec(cfg.Token, cfg.EncodingAESKey, "") // bots have no receiveid
	if err != nil {
		return nil, err
	}
	h, err := newHandler(Config{DedupStore: cfg.DedupStore, ReplayWindow: cfg.ReplayWindow, Logger: cfg.Logger, Now: cfg.Now}, codec)
	if err != nil {
		return nil, err
	}
	return &botHandler{h, cfg.Respond}, nil
}

// ServeHTTP answers one request.
func (b *botHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.serveRequest(w, r, b.receiveDelivery)
}

func (b *botHandler) receiveDelivery(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	var envelope struct {
		Encrypt string `json:"encrypt"`
	}
	if err := json.Unmarshal(data, &envelope); err != nil {
		return nil, badRequest(StageEnvelope, "not the JSON that is documented")
	}
	plain, err := b.decryptRequest(r, envelope.Encrypt)
	if err != nil {
		return nil, err
	}
	m, err := ParseBotMessage(plain)
	if err != nil {
		return nil, badRequest(StageMessage, err.Error())
	}
	return b.handleOnce(r, delivery{b.deliveryKey(r, m), "bot/" + m.Kind(), nil, func(ctx context.Context) ([]byte, error) {
		return b.respondTo(ctx, m, r.URL.Query().Get("nonce"))
	}})
}

// deliveryKey tells deliveries apart. Each refresh of a stream wants an answer, and it
// is not documented whether all of them carry one msgid.
func (b *botHandler) deliveryKey(r *http.Request, m *BotMessage) string {
	if m.MsgType == "stream" {
		return m.DedupKey() + "/" + r.URL.Query().Get("nonce")
	}
	return m.DedupKey()
}

func (b *botHandler) respondTo(ctx context.Context, m *BotMessage, nonce string) ([]byte, error) {
	reply, err := b.respond(ctx, *m)
	if err != nil || reply.body == nil && reply.err == nil {
		return nil, err
	}
	if reply.err != nil {
		return nil, reply.err
	}
	plain, err := json.Marshal(reply.body)
	if err != nil {
		return nil, err
	}
	return b.codec.encryptBotEnvelope(plain, b.now().Unix(), nonce)
}

// encryptBotEnvelope wraps a reply. Its nonce has to be that of the request.
func (c *Codec) encryptBotEnvelope(message []byte, now int64, nonce string) ([]byte, error) {
	encrypted, err := c.Encrypt(message)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"encrypt": encrypted, "timestamp": now, "nonce": nonce,
		"msgsignature": c.Sign(strconv.FormatInt(now, 10), nonce, encrypted)})
}

// DecryptMedia decrypts a picture or file that was downloaded from the address in
// a bot's message, within five minutes.
// See https://developer.work.weixin.qq.com/document/path/100719
func (c *Codec) DecryptMedia(data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%paddingBlock != 0 {
		return nil, errBlocks
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(plain, data)
	return removePadding(plain)
}

// ParseBotMessage reads a decrypted message of a smart bot. Kinds that are not known
// are no error: Raw still serves.
func ParseBotMessage(data []byte) (*BotMessage, error) {
	m := &BotMessage{Raw: data}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, errors.New("message is not the JSON that is documented")
	}
	if m.MsgType == "" {
		return nil, errors.New("message has no msgtype")
	}
	return m, nil
}

// Kind names what the message is: "text", "stream", "event/enter_chat".
func (m *BotMessage) Kind() string {
	if m.Event != nil {
		return m.MsgType + "/" + m.Event.EventType
	}
	return m.MsgType
}

// DedupKey is the same for every delivery of one message.
func (m *BotMessage) DedupKey() string {
	if m.MsgID != "" {
		return "bot/" + m.BotID + "/" + m.MsgID
	}
	sum := sha256.Sum256(m.Raw)
	return "bot/" + m.BotID + "/" + hex.EncodeToString(sum[:16])
}
