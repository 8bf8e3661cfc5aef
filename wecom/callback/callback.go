// Package callback is the receive side of WeCom (企业微信): an http.Handler
// that proves that a request comes from WeCom, decrypts it, refuses what is
// stale, replayed or meant for another company, and hands each message to the
// application once, as a typed value.
//
// It does no work beyond that: WeCom waits five seconds for an answer, so the
// application should store what it heard and act later. It imports nothing of
// ours, since one may receive without calling; package wecom is the client.
package callback

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// DefaultReplayWindow is how far the time of a callback may be from ours. WeCom
// gives up after seconds, so it is generous; it has to cover clocks that
// differ.
const DefaultReplayWindow = 10 * time.Minute

const (
	maxBodyBytes = 1 << 20 // WeCom publishes no figure; its messages are a few KB

	// handleTimeout ends before the five seconds after which WeCom gives up.
	handleTimeout = 4500 * time.Millisecond
)

// Config says how to receive the callbacks of one application. Token,
// EncodingAESKey and one of Handle and Answer are required.
type Config struct {
	Token          Secret // from the app's page in the admin console
	EncodingAESKey Secret // 43 characters, from the same page
	ReceiveID      string // corp id; suite id for suite events; empty for smart bots

	// AcceptReceiveID, in place of ReceiveID, says whom messages may be meant for at an
	// address that serves several: the data address of a third-party app
	// serves each company that installed it; its instruct address is verified
	// with the provider's corp id and then gets messages for the suite id.
	AcceptReceiveID func(receiveID string) bool
	// ReplySuccess answers "success" in place of nothing, as the instruct address
	// of a third-party app must.
	ReplySuccess bool

	// Handle is told of each message once. After an error WeCom is answered
	// 500, upon which it may deliver the message again, up to three times in
	// all. The context ends after 4.5 seconds, and not when WeCom hangs up.
	Handle func(ctx context.Context, m Message) error
	// Respond is Handle for applications that reply in the same breath.
	Respond func(ctx context.Context, m Message) (Reply, error)

	DedupStore   DedupStore       // shared by replicas; nil remembers in this process
	ReplayWindow time.Duration    // DefaultWindow when 0
	Logger       *slog.Logger     // nil logs nothing
	Now          func() time.Time // time.Now when nil
}

// Stage is a step at which a callback can fail; the log names it.
type Stage string

// The stages, in their order.
const (
	StageParameters Stage = "parameters" // query incomplete, body too large or method wrong
	StageEnvelope   Stage = "envelope"   // body is not the XML that is documented
	StageSignature  Stage = "signature"  // wrong Token, or not from WeCom
	StageTimestamp  Stage = "timestamp"  // too old or from the future: replayed, or a clock is wrong
	StageDecrypt    Stage = "decrypt"    // wrong EncodingAESKey
	StageReceiveID  Stage = "receiveid"  // meant for another company
	StageMessage    Stage = "message"    // decrypted, but not readable
	StageDedup      Stage = "seen"       // the store failed, or the message is being worked on
	StageHandle     Stage = "handle"     // the application failed
)

// rejection is why a callback was not taken, and what WeCom is answered.
type rejection struct {
	stage  Stage
	status int
	reason string
}

func (f *rejection) Error() string { return string(f.stage) + ": " + f.reason }

type handler struct {
	cfg    Config
	codec  *Codec
	logger *slog.Logger
	now    func() time.Time
}

// New returns the handler of an application's callback address. GET verifies
// the address, POST delivers.
// See https://developer.work.weixin.qq.com/document/path/90930
func New(cfg Config) (http.Handler, error) {
	codec, err := NewCodec(cfg.Token, cfg.EncodingAESKey, cfg.ReceiveID)
	if err != nil {
		return nil, err
	}
	if (cfg.Handle == nil) == (cfg.Respond == nil) {
		return nil, errors.New("callback: exactly one of Handle and Answer is needed")
	}
	return newHandler(cfg, codec)
}

// newHandler fills in what cfg leaves open.
func newHandler(cfg Config, codec *Codec) (*handler, error) {
	if cfg.AcceptReceiveID != nil && cfg.ReceiveID != "" {
		return nil, errors.New("callback: ReceiveID and Accept exclude each other")
	}
	h := &handler{cfg: cfg, codec: codec, logger: cfg.Logger, now: cfg.Now}
	if h.logger == nil {
		h.logger = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	if h.cfg.ReplayWindow <= 0 {
		h.cfg.ReplayWindow = DefaultReplayWindow
	}
	if h.cfg.DedupStore == nil {
		h.cfg.DedupStore = newMemoryStore(2*h.cfg.ReplayWindow, h.now)
	}
	return h, nil
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.serveRequest(w, r, h.receiveDelivery)
}

// serveRequest answers one request; receive takes a delivery and returns the reply.
func (h *handler) serveRequest(w http.ResponseWriter, r *http.Request, receive func(http.ResponseWriter, *http.Request) ([]byte, error)) {
	var body []byte
	var err error
	switch r.Method {
	case http.MethodGet:
		body, err = h.verifyURL(r)
	case http.MethodPost:
		body, err = receive(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		err = &rejection{StageParameters, http.StatusMethodNotAllowed, "method " + strconv.Quote(r.Method)}
	}
	if failed, ok := errors.AsType[*rejection](err); ok {
		h.logger.WarnContext(r.Context(), "callback: not taken", "stage", string(failed.stage),
			"reason", failed.reason, "status", failed.status, "path", r.URL.Path)
		w.WriteHeader(failed.status)
		return
	}
	if len(body) > 0 {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(body) // nobody is left to tell
	}
}

// verifyURL answers WeCom's check of the address with the decrypted text.
func (h *handler) verifyURL(r *http.Request) ([]byte, error) {
	return h.decryptRequest(r, repairBase64(r.URL.Query().Get("echostr")))
}

// receiveDelivery takes one delivery and returns the reply.
func (h *handler) receiveDelivery(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	envelope, err := parseXML(data)
	if err != nil {
		return nil, badRequest(StageEnvelope, err.Error())
	}
	plain, err := h.decryptRequest(r, repairBase64(envelope.firstChild("Encrypt").text))
	if err != nil {
		return nil, err
	}
	m, err := ParseMessage(plain)
	if err != nil {
		return nil, badRequest(StageMessage, err.Error())
	}
	return h.handleOnce(r, delivery{m.DedupKey(), m.Kind(), h.emptyResponse(), func(ctx context.Context) ([]byte, error) { return h.handleMessage(ctx, m) }})
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if err != nil {
		return nil, badRequest(StageParameters, "body could not be read or is too large")
	}
	return data, nil
}

// decryptRequest checks signature and time of an encrypted text and decrypts it.
func (h *handler) decryptRequest(r *http.Request, encrypted string) ([]byte, error) {
	q := r.URL.Query()
	signature, timestamp, nonce := q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce")
	if signature == "" || timestamp == "" || nonce == "" || encrypted == "" {
		return nil, badRequest(StageParameters, "msg_signature, timestamp, nonce or the encrypted text is missing")
	}
	if !h.codec.Verify(signature, timestamp, nonce, encrypted) {
		return nil, &rejection{StageSignature, http.StatusForbidden, "signature does not fit: is the Token the right one?"}
	}
	if err := h.checkTimestamp(timestamp); err != nil {
		return nil, err
	}
	plain, receiveID, err := h.codec.decryptAny(encrypted)
	if err != nil {
		return nil, badRequest(StageDecrypt, err.Error())
	}
	if !h.acceptsReceiveID(receiveID) {
		return nil, &rejection{StageReceiveID, http.StatusForbidden, errReceiveID.Error()}
	}
	return plain, nil
}

func (h *handler) acceptsReceiveID(receiveID string) bool {
	if h.cfg.AcceptReceiveID != nil {
		return h.cfg.AcceptReceiveID(receiveID)
	}
	return receiveID == h.cfg.ReceiveID
}

func (h *handler) checkTimestamp(timestamp string) error {
	at, err := parseUnixTime(timestamp)
	if err != nil {
		return &rejection{StageTimestamp, http.StatusForbidden, "timestamp " + err.Error()}
	}
	if off := h.now().Sub(at); off.Abs() > h.cfg.ReplayWindow {
		return &rejection{StageTimestamp, http.StatusForbidden,
			fmt.Sprintf("%s away from our clock: replayed, or a clock is wrong", off.Abs().Round(time.Second))}
	}
	return nil
}

// delivery is a message on its way to the application.
type delivery struct {
	dedupKey, kind string
	repeatResponse []byte // the response when the message was worked on before
	handle         func(ctx context.Context) ([]byte, error)
}

// handleOnce hands a message to the application, unless that was done before.
func (h *handler) handleOnce(r *http.Request, t delivery) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), handleTimeout)
	defer cancel()
	state, err := h.cfg.DedupStore.Claim(ctx, t.dedupKey)
	switch {
	case err != nil:
		return nil, &rejection{StageDedup, http.StatusServiceUnavailable, "store failed: " + err.Error()}
	case state == StateDone:
		return t.repeatResponse, nil // WeCom wants to hear that all is well
	case state == StateInProgress:
		return nil, &rejection{StageDedup, http.StatusServiceUnavailable, "another delivery is being worked on"}
	}
	reply, err := recoverPanic(ctx, t.handle)
	// The claim must end even when the time is up.
	closing, cancelClosing := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancelClosing()
	if endErr := h.cfg.DedupStore.Finish(closing, t.dedupKey, err == nil); endErr != nil {
		h.logger.ErrorContext(ctx, "callback: claim was not closed", "kind", t.kind, "error", endErr)
	}
	if err != nil {
		return nil, &rejection{StageHandle, http.StatusInternalServerError, t.kind + ": " + err.Error()}
	}
	h.logger.DebugContext(ctx, "callback: taken", "kind", t.kind)
	return reply, nil
}

// recoverPanic makes a panic of the application an error, so that the claim is closed
// and the message may come again.
func recoverPanic(ctx context.Context, work func(context.Context) ([]byte, error)) (reply []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return work(ctx)
}

// handleMessage calls the application.
func (h *handler) handleMessage(ctx context.Context, m *Message) ([]byte, error) {
	if h.cfg.Handle != nil {
		return h.emptyResponse(), h.cfg.Handle(ctx, *m)
	}
	answer, err := h.cfg.Respond(ctx, *m)
	if err != nil || answer.msgType == "" {
		return h.emptyResponse(), err
	}
	codec := h.codec
	if h.cfg.AcceptReceiveID != nil {
		codec = codec.withReceiveID(m.ToUserName)
	}
	return answer.encryptReply(codec, m, h.now(), rand.Text())
}

// emptyResponse is the response to a message without a reply.
func (h *handler) emptyResponse() []byte {
	if h.cfg.ReplySuccess {
		return []byte("success")
	}
	return nil
}

// badRequest is a failure that is the sender's.
func badRequest(stage Stage, reason string) *rejection {
	return &rejection{stage, http.StatusBadRequest, reason}
}
