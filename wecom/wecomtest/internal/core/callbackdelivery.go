package core

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/httpcall"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// maxAttempts is the number of times that WeCom sends a callback.
const maxAttempts = 3

// PendingCallback is a callback that has not been sent yet.
type PendingCallback struct {
	model.Delivery
	To model.Callback
	// receiveID is the receive id when it differs from CorpID.
	ReceiveID     string
	Member        *MemberState
	Card          *InboxMessage
	ExpectedReply string             // the required reply; empty: any
	MaxAttempts   int                // 0: as for messages
	encrypted     *encryptedCallback // as sent in the first attempt

	// HandleReply makes this the callback of a smart bot: its envelopes are JSON, and it has no receive
	// id. It is called without Mu with the decrypted reply, nil for none, and returns a note for the log.
	HandleReply func(plain []byte) (note string)
}

// DeliverCallback sends a callback, subject to the callback faults.
func (s *Core) DeliverCallback(ctx context.Context, o *PendingCallback) error {
	if o.To.URL == "" {
		return nil // no callback configured
	}
	rule := s.useCallbackFault(o)
	switch {
	case rule.Hold:
		s.Mu.Lock()
		s.HeldCallbacks = append(s.HeldCallbacks, o)
		s.HeldCallbacks = s.HeldCallbacks[max(0, len(s.HeldCallbacks)-s.Limits.Records):]
		s.Mu.Unlock()
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
func (s *Core) deliverWithRetry(ctx context.Context, o *PendingCallback, rule model.CallbackFault) error {
	key, err := DecodeAESKey(o.To.EncodingAESKey)
	if err != nil {
		return err
	}
	var last error
	for range cmp.Or(o.MaxAttempts, maxAttempts) {
		if o.encrypted == nil || s.Config().ReencryptRetries {
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
		return fmt.Errorf("%w after %d attempts to %s: %w", model.ErrNotDelivered, len(o.Attempts), o.URL, last)
	}
	return nil
}

// DeliverInBackground sends callbacks in the background.
func (s *Core) DeliverInBackground(ctx context.Context, list []*PendingCallback) {
	if len(list) > 0 {
		s.RunInBackground(ctx, func(ctx context.Context) { _ = s.DeliverAll(ctx, list) }) // failures are in the delivery log
	}
}

// RunInBackground runs do in a goroutine that Close waits for, unless the server is closed. A nil
// do is ignored.
func (s *Core) RunInBackground(ctx context.Context, do func(context.Context)) {
	if do == nil {
		return
	}
	s.Background.Go(func() { do(ctx) })
}

func (s *Core) recordDelivery(o *PendingCallback) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.DeliveryLog.Add(o.Delivery)
	s.NotifyChange(Change{Kind: "callback", CorpID: o.CorpID})
}

// encryptedCallback is the query and the body of a callback request.
type encryptedCallback struct {
	query       url.Values
	body        []byte
	contentType string
	note        string
}

func (s *Core) encryptCallback(key []byte, o *PendingCallback, rule model.CallbackFault) (*encryptedCallback, error) {
	s.Mu.Lock()
	random, nonce := s.randomEnvelopeText()
	at := s.CurrentTime()
	s.Mu.Unlock()
	if rule.Stale {
		at = at.Add(-time.Hour)
	}
	receiver := o.receiver()
	if rule.WrongCorp {
		receiver = "wwanothercorp0000"
	}
	encrypted, err := EncryptMessage(key, random, []byte(o.Plain), receiver)
	if err != nil {
		return nil, err
	}
	if rule.BrokenCipher {
		encrypted = corruptCipherText(encrypted)
	}
	m := &encryptedCallback{query: signedQuery(o.To.Token, strconv.FormatInt(at.Unix(), 10), nonce, encrypted)}
	m.body, m.contentType = o.newEnvelope(encrypted)
	applyCallbackFault(rule, m)
	return m, nil
}

func signedQuery(token, timestamp, nonce, encrypted string) url.Values {
	return url.Values{
		"msg_signature": {SignMessage(token, timestamp, nonce, encrypted)},
		"timestamp":     {timestamp}, "nonce": {nonce},
	}
}

// attemptDelivery sends a callback once. Any status but 200 is a failure.
func (s *Core) attemptDelivery(ctx context.Context, o *PendingCallback, m *encryptedCallback) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.callbackTimeout())
	defer cancel()
	start := time.Now()
	t := model.Attempt{Time: s.Time()}
	body, status, err := s.postCallback(ctx, o.URL, m)
	t.Status, t.Duration = status, time.Since(start)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("HTTP status %d", status)
	}
	if err == nil && o.ExpectedReply != "" && string(body) != o.ExpectedReply {
		err = fmt.Errorf("the reply is not %q", o.ExpectedReply)
	}
	if err != nil {
		t.Error = err.Error()
	}
	o.Attempts = append(o.Attempts, t)
	return body, err
}

func (s *Core) postCallback(ctx context.Context, address string, m *encryptedCallback) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, httpcall.AddQuery(address, m.query.Encode()), bytes.NewReader(m.body))
	if err != nil {
		return nil, 0, fmt.Errorf("creating the request: %w", err)
	}
	req.Header.Set("Content-Type", m.contentType)
	req.Header.Set("User-Agent", "Mozilla/4.0")
	return httpcall.Send(s.HTTPClient(), req)
}

// HTTPClient returns the client that delivers callbacks.
func (s *Core) HTTPClient() *http.Client { return httpcall.Client(s.Config().HTTPClient) }

func (s *Core) callbackTimeout() time.Duration {
	if s.Config().CallbackTimeout > 0 {
		return s.Config().CallbackTimeout
	}
	return 5 * time.Second
}

// handlePassiveReply decrypts and applies the passive reply in a response, if there is one.
func (s *Core) handlePassiveReply(o *PendingCallback, key []byte, body []byte) {
	if o.HandleReply != nil {
		o.handleBotReply(key, body)
		return
	}
	if len(bytes.TrimSpace(body)) == 0 || string(body) == "success" {
		return
	}
	var env replyEnvelope
	if err := xml.Unmarshal(body, &env); err != nil || env.Encrypt == "" {
		o.Note = "the reply is neither empty nor a passive reply"
		return
	}
	if !EqualConstantTime(env.Signature, SignMessage(o.To.Token, env.Timestamp, env.Nonce, env.Encrypt)) {
		o.Note = "the signature of the passive reply is wrong"
		return
	}
	plain, err := DecryptMessage(key, env.Encrypt, o.receiver())
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

func (s *Core) applyPassiveReply(o *PendingCallback, reply *passiveReply) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	app := s.FindApp(o.CorpID, o.AgentID)
	switch {
	case o.Member == nil || app == nil:
	case passiveMessageTypes[reply.MsgType]:
		content, err := s.newPassiveContent(s.CorpStates[o.CorpID], reply)
		if err != nil {
			o.Note = fmt.Sprintf("ignored a passive reply of type %s: %v", reply.MsgType, err)
			return
		}
		m := &SentMessage{ID: s.RandomText(33), Corp: s.CorpStates[o.CorpID], App: app, Kind: reply.MsgType, Time: s.CurrentTime(), Content: content}
		s.Seq++
		d := &InboxMessage{Sent: m, Member: o.Member, Seq: s.Seq, Unread: true}
		m.Copies = map[string]*InboxMessage{o.Member.Key: d}
		s.AddToInbox(o.Member, d)
		s.AddToMailbox(&MailboxEntry{Message: m, Size: len(o.Reply)})
	case reply.MsgType == "update_button" && o.Card != nil && s.Config().PassiveCardReply:
		o.Card.UpdateCard(nil, reply.Button.ReplaceName)
		s.NotifyMessage(o.Card)
	default:
		o.Note = "ignored a passive reply of type " + reply.MsgType
	}
}

// FindApp returns an application, nil when there is none. Mu must be held.
func (s *Core) FindApp(corpID string, agentID int64) *AppState {
	c, ok := s.CorpStates[corpID]
	if !ok {
		return nil
	}
	return c.Apps[agentID]
}

// Deliveries implements the method of wecomtest.Server.
func (s *Core) Deliveries() []model.Delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.DeliveryLog.List()
}
