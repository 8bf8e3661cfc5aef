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

// tries is how often WeCom sends a callback at most.
const tries = 3

// Delivery is one callback with its tries.
type Delivery struct {
	Seq     int64     `json:"seq"`
	Time    time.Time `json:"time"`
	CorpID  string    `json:"corpId"`
	AgentID int64     `json:"agentId"` // 0: the contact sync helper
	URL     string    `json:"url"`
	Event   string    `json:"event"` // the event, or the message type
	From    string    `json:"from"`
	Plain   string    `json:"plain"` // the decrypted XML, response codes included
	Tries   []Try     `json:"tries"`
	OK      bool      `json:"ok"`
	Reply   string    `json:"reply,omitempty"` // the decrypted passive reply
	Note    string    `json:"note,omitempty"`
}

// Try is one attempt to deliver a callback.
type Try struct {
	Time     time.Time     `json:"time"`
	Status   int           `json:"status"` // 0 when there was no answer
	Error    string        `json:"error,omitempty"`
	Duration time.Duration `json:"duration"`
}

// outgoing is a callback ready to be sent.
type outgoing struct {
	Delivery
	to Callback
	// receiver is the receive id when it is not CorpID.
	receiver string
	member   *memberState
	card     *delivery
	answer   string  // what the receiver has to answer, if that is prescribed
	repeat   *sealed // the bytes of the first try
}

// ErrNotDelivered says that a receiver did not take a callback in any try.
var ErrNotDelivered = errors.New("callback not delivered")

// send delivers a callback, or does with it what a fault rule says.
func (s *Server) send(ctx context.Context, o *outgoing) error {
	if o.to.URL == "" {
		return nil // the application does not receive anything
	}
	rule := s.matchCallback(o)
	switch {
	case rule.Hold:
		s.mu.Lock()
		s.held = append(s.held, o)
		s.held = s.held[max(0, len(s.held)-s.limits.Records):]
		s.mu.Unlock()
		return nil
	case rule.Lose:
		o.Note = "lost by a fault rule"
		s.logDelivery(o)
		return nil
	case rule.Twice:
		again := *o
		if err := s.transmit(ctx, o, rule); err != nil {
			return err
		}
		again.Note, again.repeat = "the same callback once more", o.repeat
		return s.transmit(ctx, &again, rule)
	}
	return s.transmit(ctx, o, rule)
}

// transmit sends a callback: signed, encrypted, at most three times, each within
// CallbackTimeout. It logs the outcome and applies a passive reply.
func (s *Server) transmit(ctx context.Context, o *outgoing, rule CallbackRule) error {
	key, err := aesKey(o.to.EncodingAESKey)
	if err != nil {
		return err
	}
	var last error
	for range tries {
		if o.repeat == nil || s.FreshRetry {
			if o.repeat, err = s.seal(key, o, rule); err != nil {
				return err
			}
		}
		var body []byte
		if body, last = s.try(ctx, o, o.repeat); last == nil {
			o.OK = true
			s.passive(o, key, body)
			break
		}
		if ctx.Err() != nil {
			break
		}
	}
	if o.repeat.note != "" {
		o.Note = o.repeat.note
	}
	s.logDelivery(o)
	if last != nil {
		return fmt.Errorf("%w after %d tries to %s: %w", ErrNotDelivered, len(o.Tries), o.URL, last)
	}
	return nil
}

// deliverLater delivers events in the background.
func (s *Server) deliverLater(ctx context.Context, list []*outgoing) {
	if len(list) > 0 {
		s.background(ctx, func(ctx context.Context) { _ = s.sendAll(ctx, list) }) // what failed stands in the log
	}
}

// background runs what follows from a call, unless the server is closing. A nil
// do is nothing.
func (s *Server) background(ctx context.Context, do func(context.Context)) {
	if do == nil {
		return
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.running.Add(1) // under the lock, so that Close cannot be waiting already
	s.mu.Unlock()
	go func() {
		defer s.running.Done()
		do(ctx)
	}()
}

func (s *Server) logDelivery(o *outgoing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sends.add(o.Delivery)
	s.note(change{Kind: "callback", CorpID: o.CorpID})
}

// sealed is the query and the body of a callback.
type sealed struct {
	query url.Values
	body  []byte
	note  string
}

func (s *Server) seal(key []byte, o *outgoing, rule CallbackRule) (*sealed, error) {
	s.mu.Lock()
	random, nonce := s.envelopeText()
	at := s.now()
	s.mu.Unlock()
	if rule.Stale {
		at = at.Add(-time.Hour)
	}
	receiver := cmp.Or(o.receiver, o.CorpID)
	if rule.WrongCorp {
		receiver = "wwsomebodyelse000"
	}
	encrypted, err := seal(key, random, []byte(o.Plain), receiver)
	if err != nil {
		return nil, err
	}
	if rule.BrokenCipher {
		encrypted = damage(encrypted)
	}
	m := &sealed{query: query(o.to.Token, strconv.FormatInt(at.Unix(), 10), nonce, encrypted), body: outer(cmp.Or(o.receiver, o.CorpID), o.AgentID, encrypted)}
	rule.spoil(m)
	return m, nil
}

func query(token, timestamp, nonce, encrypted string) url.Values {
	return url.Values{
		"msg_signature": {sign(token, timestamp, nonce, encrypted)},
		"timestamp":     {timestamp}, "nonce": {nonce},
	}
}

// try sends a callback once. Every answer but 200 is a failure.
func (s *Server) try(ctx context.Context, o *outgoing, m *sealed) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.callbackTimeout())
	defer cancel()
	start := time.Now()
	t := Try{Time: s.Time()}
	body, status, err := s.post(ctx, o.URL, m)
	t.Status, t.Duration = status, time.Since(start)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("answered with HTTP %d", status)
	}
	if err == nil && o.answer != "" && string(body) != o.answer {
		err = fmt.Errorf("did not answer %q", o.answer)
	}
	if err != nil {
		t.Error = err.Error()
	}
	o.Tries = append(o.Tries, t)
	return body, err
}

func (s *Server) post(ctx context.Context, address string, m *sealed) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, addQuery(address, m.query.Encode()), bytes.NewReader(m.body))
	if err != nil {
		return nil, 0, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	return s.do(req)
}

func (s *Server) do(req *http.Request) ([]byte, int, error) {
	resp, err := s.client().Do(req)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err // without the address, whose query is of no use in a log
		}
		return nil, 0, fmt.Errorf("send: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, resp.StatusCode, fmt.Errorf("read the answer: %w", err)
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

var plainClient = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (s *Server) client() *http.Client {
	if s.HTTPClient != nil {
		return s.HTTPClient
	}
	return plainClient
}

func (s *Server) callbackTimeout() time.Duration {
	if s.CallbackTimeout > 0 {
		return s.CallbackTimeout
	}
	return 5 * time.Second
}

// passive applies what the receiver answered, if it is a reply at all.
func (s *Server) passive(o *outgoing, key []byte, body []byte) {
	if len(bytes.TrimSpace(body)) == 0 || string(body) == "success" {
		return
	}
	var env replyEnvelope
	if err := xml.Unmarshal(body, &env); err != nil || env.Encrypt == "" {
		o.Note = "the answer is neither empty nor a passive reply"
		return
	}
	if !sameText(env.Signature, sign(o.to.Token, env.Timestamp, env.Nonce, env.Encrypt)) {
		o.Note = "the passive reply has a wrong signature"
		return
	}
	plain, err := unseal(key, env.Encrypt, cmp.Or(o.receiver, o.CorpID))
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
	s.apply(o, &reply)
}

func (s *Server) apply(o *outgoing, reply *passiveReply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.app(o.CorpID, o.AgentID)
	switch {
	case o.member == nil || app == nil:
	case reply.MsgType == "text" && reply.Content != "":
		m := &sent{id: s.randomText(33), app: app, kind: "text", time: s.now(),
			content: Content{Text: &Text{Content: cutBytes(reply.Content, 2048)}}}
		s.seq++
		d := &delivery{sent: m, member: o.member, seq: s.seq, unread: true}
		m.copies = map[string]*delivery{o.member.key: d}
		s.put(o.member, d)
		s.stored(&post{sent: m, size: len(reply.Content)})
	case reply.MsgType == "update_button" && o.card != nil && s.PassiveCardReply:
		o.card.update(nil, reply.Button.ReplaceName)
		s.noteDelivery(o.card)
	default:
		o.Note = "the passive reply of type " + reply.MsgType + " was ignored"
	}
}

func (s *Server) app(corpID string, agentID int64) *appState {
	c, ok := s.corps[corpID]
	if !ok {
		return nil
	}
	return c.apps[agentID]
}

// Deliveries lists the callbacks that were sent, oldest first.
func (s *Server) Deliveries() []Delivery {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sends.list()
}
