// Package callback receives what WeCom (企业微信) sends to an application. Its
// http.Handler verifies that a request comes from WeCom, decrypts it, rejects
// stale and replayed deliveries and those for another company, and passes each
// message to the application once, as a typed value.
//
// WeCom waits five seconds for a response, so an application should store a
// message and process it later. This package does not import the client, package
// wecom, because a service may receive callbacks without calling the API.
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

	"github.com/huimian/huimian/internal/apiclient/dedup"
)

// DefaultReplayWindow is the default of Config.ReplayWindow. WeCom gives up on
// a delivery after seconds, so it is generous; it must cover clock skew.
const DefaultReplayWindow = 10 * time.Minute

const (
	maxBodyBytes = 1 << 20 // WeCom publishes no limit; its messages are a few KB

	// handleTimeout is shorter than the five seconds after which WeCom gives
	// up.
	handleTimeout = 4500 * time.Millisecond
)

// Config configures the handler of one application's callback URL. Token,
// EncodingAESKey and exactly one of Handle and Respond are required.
type Config struct {
	Token          Secret // from the app's page in the admin console
	EncodingAESKey Secret // 43 characters, from the same page
	ReceiveID      string // corp id; suite id for suite events; required without AcceptReceiveID

	// AcceptReceiveID replaces ReceiveID at a URL with several receivers. The
	// data callback URL of a third-party app serves every company that
	// installed the app. Its instruction callback URL is verified with the
	// provider's corp id and then receives messages for the suite id.
	AcceptReceiveID func(receiveID string) bool
	// ReplySuccess responds "success" instead of an empty body, as the
	// instruction callback URL of a third-party app must.
	ReplySuccess bool

	// Handle is called once for each message. When it returns an error, the
	// response to WeCom is 500, after which WeCom may deliver the message
	// again, up to three times in total. The context expires after 4.5 seconds;
	// it is not cancelled when WeCom closes the connection.
	Handle func(ctx context.Context, m Message) error
	// Respond is like Handle but also returns a passive reply.
	Respond func(ctx context.Context, m Message) (Reply, error)

	DedupStore   DedupStore       // shared by replicas; nil deduplicates in this process
	ReplayWindow time.Duration    // how far a delivery's timestamp may differ from Now; DefaultReplayWindow when 0
	Now          func() time.Time // time.Now when nil

	// Logger receives a warning for every rejected callback; slog.Default when
	// nil.
	Logger *slog.Logger
	// OnReject, if set, is called for every rejected callback, before the
	// response. Use it for metrics and health checks.
	OnReject func(ctx context.Context, r Rejection)
}

// Stage is a step of processing at which a callback can be rejected. The log
// names it.
type Stage string

// Stages in the order of processing.
const (
	StageParameters Stage = "parameters" // incomplete query, body too large, or wrong method
	StageEnvelope   Stage = "envelope"   // the body is not the documented XML
	StageSignature  Stage = "signature"  // wrong Token, or not sent by WeCom
	StageTimestamp  Stage = "timestamp"  // outside the replay window: replayed, or a clock is wrong
	StageDecrypt    Stage = "decrypt"    // wrong EncodingAESKey
	StageReceiveID  Stage = "receiveid"  // addressed to another company
	StageMessage    Stage = "message"    // decrypted, but malformed
	StageDedup      Stage = "dedup"      // the store failed, or another delivery is being processed
	StageHandle     Stage = "handle"     // the application returned an error
)

// Rejection describes a callback that was not accepted.
type Rejection struct {
	Stage  Stage
	Status int    // HTTP status of the response
	Reason string // the fault and what to check; contains no secret
	Path   string // of the request, without the query
}

// rejection is why a callback was not accepted, and the HTTP status of the
// response.
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

// New returns the handler of an application's callback URL. GET verifies the
// URL, POST delivers a message.
// See https://developer.work.weixin.qq.com/document/path/90930
func New(cfg Config) (http.Handler, error) {
	codec, err := NewCodec(cfg.Token, cfg.EncodingAESKey, cfg.ReceiveID)
	if err != nil {
		return nil, err
	}
	switch {
	case cfg.ReceiveID == "" && cfg.AcceptReceiveID == nil:
		return nil, errors.New("callback: ReceiveID is empty: set it to the corp id (企业ID), or to the suite id for suite events; " +
			"set AcceptReceiveID for a URL with several receivers, and use NewBot for a smart bot")
	case cfg.ReceiveID != "" && cfg.AcceptReceiveID != nil:
		return nil, errors.New("callback: ReceiveID and AcceptReceiveID are mutually exclusive: set one of them")
	case (cfg.Handle == nil) == (cfg.Respond == nil):
		return nil, errors.New("callback: exactly one of Handle and Respond is required: set Respond for passive replies, Handle otherwise")
	}
	return newHandler(cfg, codec), nil
}

// newHandler returns a handler with the defaults of cfg filled in.
func newHandler(cfg Config, codec *Codec) *handler {
	h := &handler{cfg: cfg, codec: codec, logger: cfg.Logger, now: cfg.Now}
	if h.logger == nil {
		h.logger = slog.Default()
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
	return h
}

// ServeHTTP responds to one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.serveRequest(w, r, h.receiveDelivery)
}

// serveRequest responds to one request; receive processes a delivery and
// returns the reply.
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
		h.reportRejection(r, failed)
		w.WriteHeader(failed.status)
		return
	}
	if len(body) > 0 {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(body) // the client is gone
	}
}

func (h *handler) reportRejection(r *http.Request, failed *rejection) {
	h.logger.WarnContext(r.Context(), "callback: rejected", "stage", string(failed.stage),
		"reason", failed.reason, "status", failed.status, "path", r.URL.Path)
	if h.cfg.OnReject != nil {
		h.cfg.OnReject(r.Context(), Rejection{failed.stage, failed.status, failed.reason, r.URL.Path})
	}
}

// verifyURL returns the decrypted echostr of WeCom's URL verification.
func (h *handler) verifyURL(r *http.Request) ([]byte, error) {
	return h.decryptRequest(r, repairBase64(r.URL.Query().Get("echostr")))
}

// receiveDelivery processes one delivery and returns the reply.
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
		return nil, badRequest(StageParameters, "the body could not be read or is too large")
	}
	return data, nil
}

// decryptRequest verifies signature and timestamp of an encrypted text and
// decrypts it.
func (h *handler) decryptRequest(r *http.Request, encrypted string) ([]byte, error) {
	q := r.URL.Query()
	signature, timestamp, nonce := q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce")
	if signature == "" || timestamp == "" || nonce == "" || encrypted == "" {
		return nil, badRequest(StageParameters, "msg_signature, timestamp, nonce or the encrypted text is missing")
	}
	if !h.codec.Verify(signature, timestamp, nonce, encrypted) {
		return nil, &rejection{StageSignature, http.StatusForbidden, "signature mismatch: check the Token"}
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
			fmt.Sprintf("%s off the local clock: replayed, or a clock is wrong", off.Abs().Round(time.Second))}
	}
	return nil
}

// delivery is a decrypted message on its way to the application.
type delivery struct {
	dedupKey, kind string
	repeatResponse []byte // response when the message was already processed
	handle         func(ctx context.Context) ([]byte, error)
}

// handleOnce passes a message to the application, unless it was processed
// before.
func (h *handler) handleOnce(r *http.Request, t delivery) ([]byte, error) {
	ctx := r.Context()
	result := dedup.Process(ctx, h.cfg.DedupStore, t.dedupKey, handleTimeout, t.handle)
	if result.FinishErr != nil {
		h.logger.ErrorContext(ctx, "callback: finishing the claim failed", "kind", t.kind, "error", result.FinishErr)
	}
	switch {
	case result.ClaimErr != nil:
		return nil, &rejection{StageDedup, http.StatusServiceUnavailable, "dedup store failed: " + result.ClaimErr.Error()}
	case result.State == StateDone:
		return t.repeatResponse, nil // acknowledge the repeated delivery
	case result.State == StateInProgress:
		return nil, &rejection{StageDedup, http.StatusServiceUnavailable, "another delivery is being processed"}
	case result.HandleErr != nil:
		return nil, &rejection{StageHandle, http.StatusInternalServerError, t.kind + ": " + result.HandleErr.Error()}
	}
	h.logger.DebugContext(ctx, "callback: accepted", "kind", t.kind)
	return result.Reply, nil
}

// handleMessage calls Handle or Respond and returns the response body.
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

// emptyResponse returns the response body of a message without a reply.
func (h *handler) emptyResponse() []byte {
	if h.cfg.ReplySuccess {
		return []byte("success")
	}
	return nil
}

// badRequest returns a rejection for a malformed request.
func badRequest(stage Stage, reason string) *rejection {
	return &rejection{stage, http.StatusBadRequest, reason}
}
