package wecomtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxAttempts is the number of times that WeCom sends a callback.
const maxAttempts = 3

// Delivery is one callback with its delivery attempts.
type Delivery struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"` // 0 for the contact sync helper
	URL      string    `json:"url"`
	Event    string    `json:"event"` // name of the event, or MsgType of a message
	From     string    `json:"from"`
	Plain    string    `json:"plain"` // the decrypted XML, including response codes
	Attempts []Attempt `json:"tries"`
	OK       bool      `json:"ok"`
	Reply    string    `json:"reply,omitempty"` // the decrypted passive reply
	Note     string    `json:"note,omitempty"`
}

// Attempt is one attempt to deliver a callback.
type Attempt struct {
	Time     time.Time     `json:"time"`
	Status   int           `json:"status"` // 0 when there was no response
	Error    string        `json:"error,omitempty"`
	Duration time.Duration `json:"duration"`
}

// pendingCallback is a callback that has not been sent yet.
type pendingCallback struct {
	Delivery
	to Callback
	// receiveID is the receive id when it differs from CorpID.
	receiveID     string
	member        *memberState
	card          *inboxMessage
	expectedReply string             // the required reply; empty: any
	encrypted     *encryptedCallback // as sent in the first attempt
}

// ErrNotDelivered is returned when every attempt to deliver a callback has failed.
var ErrNotDelivered = errors.New("callback not delivered")

// deliverCallback sends a callback, subject to the callback faults.
func (s *Server) deliverCallback(ctx context.Context, o *pendingCallback) error {
	if o.to.URL == "" {
		return nil // no callback configured
	}
	rule := s.matchCallbackFault(o)
	switch {
	case rule.Hold:
		s.mu.Lock()
		s.heldCallbacks = append(s.heldCallbacks, o)
		s.heldCallbacks = s.heldCallbacks[max(0, len(s.heldCallbacks)-s.limits.Records):]
		s.mu.Unlock()
		return nil
	case rule.Drop:
		o.Note = "dropped by a fault"
		s.recordDelivery(o)
		return nil
	case rule.Duplicate:
		again := *o
		if err := s.deliverWithRetry(ctx, o, rule); err != nil {
			return err
		}
		again.Note, again.encrypted = "duplicated by a fault", o.encrypted
		return s.deliverWithRetry(ctx, &again, rule)
	}
	return s.deliverWithRetry(ctx, o, rule)
}

// deliverWithRetry encrypts and signs a callback and sends it up to three times, each with a
// timeout of CallbackTimeout. It records the delivery and applies a passive reply.
func (s *Server) deliverWithRetry(ctx context.Context, o *pendingCallback, rule CallbackFault) error {
	key, err := decodeAESKey(o.to.EncodingAESKey)
	if err != nil {
		return err
	}
	var last error
	for range maxAttempts {
		if o.encrypted == nil || s.ReencryptRetries {
			if o.encrypted, err = s.encryptCallback(key, o, rule); err != nil {
				return err
			}
		}
		var body []byte
		if body, last = s.attemptDelivery(ctx, o, o.encrypted); last == nil {
			o.OK = true
			s.handlePassiveReply(o, key, body)
			break
		}
		if ctx.Err() != nil {
			break
		}
	}
	if o.encrypted.note != "" {
		o.Note = o.encrypted.note
	}
	s.recordDelivery(o)
	if last != nil {
		return fmt.Errorf("%w after %d attempts to %s: %w", ErrNotDelivered, len(o.Attempts), o.URL, last)
	}
	return nil
}

// deliverInBackground sends callbacks in the background.
func (s *Server) deliverInBackground(ctx context.Context, list []*pendingCallback) {
	if len(list) > 0 {
		s.runInBackground(ctx, func(ctx context.Context) { _ = s.deliverAll(ctx, list) }) // failures are in the delivery log
	}
}

// runInBackground runs do in a goroutine that Close waits for, unless the server is closed. A nil
// do is ignored.
func (s *Server) runInBackground(ctx context.Context, do func(context.Context)) {
	if do == nil {
		return
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.running.Add(1) // under s.mu, so that Close has not begun to wait
	s.mu.Unlock()
	go func() {
		defer s.running.Done()
		do(ctx)
	}()
}

func (s *Server) recordDelivery(o *pendingCallback) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deliveries.add(o.Delivery)
	s.notifyChange(change{Kind: "callback", CorpID: o.CorpID})
}

// encryptedCallback is the query and the body of a callback request.
type encryptedCallback struct {
	query url.Values
	body  []byte
	note  string
}

func (s *Server) encryptCallback(key []byte, o *pendingCallback, rule CallbackFault) (*encryptedCallback, error) {
	s.mu.Lock()
	random, nonce := s.randomEnvelopeText()
	at := s.currentTime()
	s.mu.Unlock()
	if rule.Stale {
		at = at.Add(-time.Hour)
	}
	receiver := cmp.Or(o.receiveID, o.CorpID)
	if rule.WrongCorp {
		receiver = "wwanothercorp0000"
	}
	encrypted, err := encryptMessage(key, random, []byte(o.Plain), receiver)
	if err != nil {
		return nil, err
	}
	if rule.BrokenCipher {
		encrypted = corruptCipherText(encrypted)
	}
	m := &encryptedCallback{query: signedQuery(o.to.Token, strconv.FormatInt(at.Unix(), 10), nonce, encrypted), body: newEnvelopeXML(cmp.Or(o.receiveID, o.CorpID), o.AgentID, encrypted)}
	rule.applyTo(m)
	return m, nil
}

func signedQuery(token, timestamp, nonce, encrypted string) url.Values {
	return url.Values{
		"msg_signature": {signMessage(token, timestamp, nonce, encrypted)},
		"timestamp":     {timestamp}, "nonce": {nonce},
	}
}

// attemptDelivery sends a callback once. Any status but 200 is a failure.
func (s *Server) attemptDelivery(ctx context.Context, o *pendingCallback, m *encryptedCallback) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.callbackTimeout())
	defer cancel()
	start := time.Now()
	t := Attempt{Time: s.Time()}
	body, status, err := s.postCallback(ctx, o.URL, m)
	t.Status, t.Duration = status, time.Since(start)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("HTTP status %d", status)
	}
	if err == nil && o.expectedReply != "" && string(body) != o.expectedReply {
		err = fmt.Errorf("the reply is not %q", o.expectedReply)
	}
	if err != nil {
		t.Error = err.Error()
	}
	o.Attempts = append(o.Attempts, t)
	return body, err
}

func (s *Server) postCallback(ctx context.Context, address string, m *encryptedCallback) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, addQuery(address, m.query.Encode()), bytes.NewReader(m.body))
	if err != nil {
		return nil, 0, fmt.Errorf("creating the request: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	return s.doRequest(req)
}

func (s *Server) doRequest(req *http.Request) ([]byte, int, error) {
	resp, err := s.httpClient().Do(req)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err // omit the address: its query has the signature and is noise in a log
		}
		return nil, 0, fmt.Errorf("sending: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, resp.StatusCode, fmt.Errorf("reading the reply: %w", err)
	}
	return body, resp.StatusCode, nil
}

func addQuery(address, query string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String()
}

var defaultHTTPClient = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (s *Server) httpClient() *http.Client {
	if s.HTTPClient != nil {
		return s.HTTPClient
	}
	return defaultHTTPClient
}

func (s *Server) callbackTimeout() time.Duration {
	if s.CallbackTimeout > 0 {
		return s.CallbackTimeout
	}
	return 5 * time.Second
}

// handlePassiveReply decrypts and applies the passive reply in a response, if there is one.
func (s *Server) handlePassiveReply(o *pendingCallback, key []byte, body []byte) {
	if len(bytes.TrimSpace(body)) == 0 || string(body) == "success" {
		return
	}
	var env replyEnvelope
	if err := xml.Unmarshal(body, &env); err != nil || env.Encrypt == "" {
		o.Note = "the reply is neither empty nor a passive reply"
		return
	}
	if !equalConstantTime(env.Signature, signMessage(o.to.Token, env.Timestamp, env.Nonce, env.Encrypt)) {
		o.Note = "the signature of the passive reply is wrong"
		return
	}
	plain, err := decryptMessage(key, env.Encrypt, cmp.Or(o.receiveID, o.CorpID))
	if err != nil {
		o.Note = err.Error()
		return
	}
	o.Reply = string(plain)
	var reply passiveReply
	if err := xml.Unmarshal(plain, &reply); err != nil {
		o.Note = "the passive reply is not XML"
		return
	}
	s.applyPassiveReply(o, &reply)
}

func (s *Server) applyPassiveReply(o *pendingCallback, reply *passiveReply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.findApp(o.CorpID, o.AgentID)
	switch {
	case o.member == nil || app == nil:
	case reply.MsgType == "text" && reply.Content != "":
		m := &sentMessage{id: s.randomText(33), app: app, kind: "text", time: s.currentTime(),
			content: Content{Text: &Text{Content: truncateBytes(reply.Content, 2048)}}}
		s.seq++
		d := &inboxMessage{sent: m, member: o.member, seq: s.seq, unread: true}
		m.copies = map[string]*inboxMessage{o.member.key: d}
		s.addToInbox(o.member, d)
		s.addToMailbox(&mailboxEntry{message: m, size: len(reply.Content)})
	case reply.MsgType == "update_button" && o.card != nil && s.PassiveCardReply:
		o.card.updateCard(nil, reply.Button.ReplaceName)
		s.notifyMessage(o.card)
	default:
		o.Note = "ignored a passive reply of type " + reply.MsgType
	}
}

func (s *Server) findApp(corpID string, agentID int64) *appState {
	c, ok := s.corps[corpID]
	if !ok {
		return nil
	}
	return c.apps[agentID]
}

// Deliveries returns the recorded callbacks, oldest first. LogLimit and Limits.TextBytes bound
// their number.
func (s *Server) Deliveries() []Delivery {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deliveries.list()
}
