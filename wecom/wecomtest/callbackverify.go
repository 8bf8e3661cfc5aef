package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// SaveCallback sets the callback of an application as the admin console does: it verifies the
// address first and saves nothing when the verification fails. Agent id 0 is the contact sync
// helper.
//
// https://developer.work.weixin.qq.com/document/path/90930
func (s *Server) SaveCallback(ctx context.Context, corpID string, agentID int64, cb Callback) error {
	s.init()
	if err := s.verifyCallbackURL(ctx, corpID, cb); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[corpID]
	if !ok {
		return fmt.Errorf("saving a callback: corp %q is unknown", corpID)
	}
	if agentID == 0 {
		c.ContactCallback = cb
	} else if a, ok := c.apps[agentID]; ok {
		a.CallbackURL, a.CallbackToken, a.EncodingAESKey = cb.URL, cb.Token, cb.EncodingAESKey
	} else {
		return fmt.Errorf("saving a callback: application %d is unknown", agentID)
	}
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	return nil
}

// VerifySuite verifies both callback addresses of a suite, as the provider's console does on
// saving. The receive id is the provider's company, which also replaces $CORPID$.
//
// https://developer.work.weixin.qq.com/document/path/90595
func (s *Server) VerifySuite(ctx context.Context, suiteID string) error {
	s.init()
	s.mu.Lock()
	su, ok := s.suites[suiteID]
	if !ok {
		s.mu.Unlock()
		return fmt.Errorf("verifying a suite: %q is unknown", suiteID)
	}
	provider, cb := su.ProviderCorpID, Callback{su.InstructURL, su.Token, su.EncodingAESKey}
	data := strings.ReplaceAll(su.DataURL, "$CORPID$", provider)
	s.mu.Unlock()
	if err := s.verifyCallbackURL(ctx, provider, cb); err != nil || data == "" {
		return err
	}
	cb.URL = data
	return s.verifyCallbackURL(ctx, provider, cb)
}

// VerifyCallback verifies the current callback of an application and changes nothing. It can be
// repeated until the receiver is up.
func (s *Server) VerifyCallback(ctx context.Context, corpID string, agentID int64) error {
	s.init()
	s.mu.Lock()
	var cb Callback
	if a := s.findApp(corpID, agentID); a != nil {
		cb = a.callbackConfig()
	} else if c, ok := s.corps[corpID]; ok && agentID == 0 {
		cb = c.ContactCallback
	}
	s.mu.Unlock()
	return s.verifyCallbackURL(ctx, corpID, cb)
}

// verifyCallbackURL sends the verification GET request: the receiver must return the decrypted
// echostr.
func (s *Server) verifyCallbackURL(ctx context.Context, corpID string, cb Callback) error {
	if !isHTTPURL(cb.URL) {
		return errors.New("verifying a callback: the URL must begin with http:// or https://")
	}
	key, err := decodeAESKey(cb.EncodingAESKey)
	if err != nil {
		return fmt.Errorf("verifying a callback: %w", err)
	}
	s.mu.Lock()
	random, nonce := s.randomEnvelopeText()
	echo := strconv.FormatUint(1e15+s.backgroundRand.Uint64()%9e15, 10)
	timestamp := strconv.FormatInt(s.currentTime().Unix(), 10)
	s.mu.Unlock()
	encrypted, err := encryptMessage(key, random, []byte(echo), corpID)
	if err != nil {
		return err
	}
	q := signedQuery(cb.Token, timestamp, nonce, encrypted)
	q.Set("echostr", encrypted)
	ctx, cancel := context.WithTimeout(ctx, s.verifyTimeout())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, addQuery(cb.URL, q.Encode()), http.NoBody)
	if err != nil {
		return fmt.Errorf("verifying a callback: %w", err)
	}
	body, status, err := s.doRequest(req)
	switch {
	case err != nil:
		return fmt.Errorf("verifying the callback %s: %w", cb.URL, err)
	case status != http.StatusOK:
		return fmt.Errorf("verifying the callback %s: HTTP status %d", cb.URL, status)
	case string(body) != echo:
		return fmt.Errorf("verifying the callback %s: the reply is not exactly the decrypted echostr", cb.URL)
	}
	return nil
}

// verifyTimeout returns CallbackTimeout if it is set, and otherwise the documented one second.
func (s *Server) verifyTimeout() time.Duration {
	if s.CallbackTimeout > 0 {
		return s.CallbackTimeout
	}
	return time.Second
}
