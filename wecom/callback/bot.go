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

// BotConfig configures the handler of a smart bot (智能机器人) in callback mode.
// Token, EncodingAESKey and Respond are required.
// See https://developer.work.weixin.qq.com/document/path/100719
type BotConfig struct {
	Token          Secret // from the bot's page
	EncodingAESKey Secret // 43 characters, from the same page

	// Respond is called once for each message and event, and for each refresh of a
	// stream whenever WeCom requests one. The zero BotReply sends no reply. The
	// context expires after 4.5 seconds: for a slower answer, start a stream. An
	// error is answered with status 500, after which WeCom may deliver the message
	// again, up to three times in total; it delivers an event once.
	Respond func(ctx context.Context, m BotMessage) (BotReply, error)

	DedupStore   DedupStore       // shared by replicas; nil deduplicates in this process
	ReplayWindow time.Duration    // DefaultReplayWindow when 0
	Now          func() time.Time // time.Now when nil

	Logger   *slog.Logger                           // as in Config
	OnReject func(ctx context.Context, r Rejection) // as in Config
}

// botHandler is the handler of a smart bot: like that of an app, but with JSON
// instead of XML.
type botHandler struct {
	*handler
	respond func(ctx context.Context, m BotMessage) (BotReply, error)
}

// NewBot returns the handler of a smart bot's callback URL.
// See https://developer.work.weixin.qq.com/document/path/101039
func NewBot(cfg BotConfig) (http.Handler, error) {
	if cfg.Respond == nil {
		return nil, errors.New("callback: Respond is nil: set the function that answers the bot's messages")
	}
	codec, err := NewCodec(cfg.Token, cfg.EncodingAESKey, "") // bots have no receiveid
	if err != nil {
		return nil, err
	}
	h := newHandler(Config{DedupStore: cfg.DedupStore, ReplayWindow: cfg.ReplayWindow, Logger: cfg.Logger, OnReject: cfg.OnReject, Now: cfg.Now}, codec)
	return &botHandler{h, cfg.Respond}, nil
}

// ServeHTTP responds to one request.
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
		return nil, badRequest(StageEnvelope, "not the documented JSON")
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

// deliveryKey returns the dedup key. Each refresh of a stream needs a reply,
// and it is undocumented whether all refreshes have the same msgid, so their
// key includes the nonce.
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
	if err := reply.checkFor(m); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(reply.body)
	if err != nil {
		return nil, err
	}
	return b.codec.encryptBotEnvelope(plain, b.now().Unix(), nonce)
}

// encryptBotEnvelope encrypts and wraps a reply. The nonce must be that of the
// request.
func (c *Codec) encryptBotEnvelope(message []byte, now int64, nonce string) ([]byte, error) {
	encrypted, err := c.Encrypt(message)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"encrypt": encrypted, "timestamp": now, "nonce": nonce,
		"msgsignature": c.Sign(strconv.FormatInt(now, 10), nonce, encrypted)})
}

// DecryptMedia decrypts an image or file downloaded from the URL in a bot
// message. The URL is valid for five minutes.
// See https://developer.work.weixin.qq.com/document/path/100719
func (c *Codec) DecryptMedia(data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%paddingBlock != 0 {
		return nil, errBlocks
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(plain, data)
	return removePadding(plain)
}

// ParseBotMessage parses a decrypted message of a smart bot. An unknown kind is
// not an error: Raw remains usable.
func ParseBotMessage(data []byte) (*BotMessage, error) {
	m := &BotMessage{Raw: data}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, errors.New("the message is not the documented JSON")
	}
	if m.MsgType == "" {
		return nil, errors.New("the message has no msgtype")
	}
	return m, nil
}

// Kind returns the kind of the message: "text", "stream", "event/enter_chat".
func (m *BotMessage) Kind() string {
	if m.Event != nil {
		return m.MsgType + "/" + m.Event.EventType
	}
	return m.MsgType
}

// DedupKey returns a key that is the same for every delivery of one message.
func (m *BotMessage) DedupKey() string {
	if m.MsgID != "" {
		return "bot/" + m.BotID + "/" + m.MsgID
	}
	sum := sha256.Sum256(m.Raw)
	return "bot/" + m.BotID + "/" + hex.EncodeToString(sum[:16])
}
