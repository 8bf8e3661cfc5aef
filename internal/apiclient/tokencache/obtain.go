package tokencache

import (
	"context"
	"math/rand/v2"
)

// obtainToken loads an acceptable token from the store, or fetches one and stores it.
func (s *Source) obtainToken(ctx context.Context, accept func(Token) bool) (Token, error) {
	if s.cfg.Store == nil {
		return s.fetchToken(ctx)
	}
	for interval := minStorePoll; ; interval = min(2*interval, maxStorePoll) {
		token, leased, err := s.loadOrLease(ctx, accept)
		switch {
		case err != nil && ctx.Err() == nil && !s.cfg.StoreRequired:
			s.cfg.Logger.WarnContext(ctx, s.cfg.Name+": token store failed, fetching without it", "key", s.cfg.Key, "error", err)
			return s.fetchToken(ctx)
		case err != nil:
			return Token{}, err
		case token.Value != "":
			return token, nil
		case leased:
			return s.fetchAndStore(ctx)
		}
		if !s.cfg.Sleep(ctx, interval/2+rand.N(interval)) {
			return Token{}, ctx.Err()
		}
	}
}

// loadOrLease returns an acceptable token from the store, or else whether this replica holds the lease for
// fetching one. After taking the lease it reads the store again, because another replica may have saved a
// token in the meantime.
func (s *Source) loadOrLease(ctx context.Context, accept func(Token) bool) (Token, bool, error) {
	if token, err := s.loadStored(ctx, accept); err != nil || token.Value != "" {
		return token, false, err
	}
	leased, err := s.cfg.Store.AcquireLease(ctx, s.cfg.Key, s.cfg.Holder, s.cfg.LeaseTTL)
	if err != nil || !leased {
		return Token{}, false, err
	}
	token, err := s.loadStored(ctx, accept)
	if err != nil || token.Value != "" {
		s.releaseLease(ctx)
		return token, false, err
	}
	return Token{}, true, nil
}

// loadStored reads the store and invalidates a rejected token in it.
func (s *Source) loadStored(ctx context.Context, accept func(Token) bool) (Token, error) {
	token, err := s.cfg.Store.Load(ctx, s.cfg.Key)
	if err != nil || token.Value == "" {
		return Token{}, err
	}
	if s.isRejected(token.Value) {
		return Token{}, s.cfg.Store.Invalidate(ctx, s.cfg.Key, string(token.Value))
	}
	if !accept(token) {
		return Token{}, nil
	}
	return token, nil
}

func (s *Source) fetchAndStore(ctx context.Context) (Token, error) {
	token, err := s.fetchToken(ctx)
	if err != nil {
		s.releaseLease(ctx)
		return Token{}, err
	}
	if err := s.cfg.Store.Save(ctx, s.cfg.Key, s.cfg.Holder, token); err != nil {
		s.cfg.Logger.WarnContext(ctx, s.cfg.Name+": saving the token failed", "key", s.cfg.Key, "error", err)
	}
	return token, nil
}

// waitForLease polls the store until this replica holds the lease.
func (s *Source) waitForLease(ctx context.Context) error {
	for interval := minStorePoll; ; interval = min(2*interval, maxStorePoll) {
		leased, err := s.cfg.Store.AcquireLease(ctx, s.cfg.Key, s.cfg.Holder, s.cfg.LeaseTTL)
		if leased || err != nil {
			return err
		}
		if !s.cfg.Sleep(ctx, interval) {
			return ctx.Err()
		}
	}
}

// releaseLease uses its own timeout, so that the lease is released even when ctx has expired.
func (s *Source) releaseLease(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := s.cfg.Store.ReleaseLease(ctx, s.cfg.Key, s.cfg.Holder); err != nil {
		s.cfg.Logger.WarnContext(ctx, s.cfg.Name+": releasing the token lease failed", "key", s.cfg.Key, "error", err)
	}
}

func (s *Source) fetchToken(ctx context.Context) (Token, error) {
	now := s.cfg.Now()
	if wait := s.fetchLimiter.ReserveN(now, 1).DelayFrom(now); wait > 0 && !s.cfg.Sleep(ctx, wait) {
		return Token{}, ctx.Err()
	}
	token, err := s.cfg.Fetch(ctx)
	if err != nil {
		return Token{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// The service may return the same token again within its lifetime. A token that it has just returned
	// is valid, even if it was rejected before.
	s.rejected = ""
	return token, nil
}
