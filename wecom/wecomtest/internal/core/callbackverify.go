package core

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/httpcall"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// VerifyCallbackURL sends the verification GET request: the receiver must return the decrypted
// echostr.
func (s *Core) VerifyCallbackURL(ctx context.Context, corpID string, cb model.Callback) error {
	if !IsHTTPURL(cb.URL) {
		return errors.New("verifying a callback: the URL must begin with http:// or https://")
	}
	key, err := DecodeAESKey(cb.EncodingAESKey)
	if err != nil {
		return fmt.Errorf("verifying a callback: %w", err)
	}
	s.Mu.Lock()
	random, nonce := s.randomEnvelopeText()
	echo := strconv.FormatUint(1e15+s.backgroundRand.Uint64()%9e15, 10)
	timestamp := strconv.FormatInt(s.CurrentTime().Unix(), 10)
	s.Mu.Unlock()
	encrypted, err := EncryptMessage(key, random, []byte(echo), corpID)
	if err != nil {
		return err
	}
	q := signedQuery(cb.Token, timestamp, nonce, encrypted)
	q.Set("echostr", encrypted)
	ctx, cancel := context.WithTimeout(ctx, s.verifyTimeout())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, httpcall.AddQuery(cb.URL, q.Encode()), http.NoBody)
	if err != nil {
		return fmt.Errorf("verifying a callback: %w", err)
	}
	body, status, err := httpcall.Send(s.HTTPClient(), req)
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
func (s *Core) verifyTimeout() time.Duration {
	if s.Config().CallbackTimeout > 0 {
		return s.Config().CallbackTimeout
	}
	return time.Second
}
