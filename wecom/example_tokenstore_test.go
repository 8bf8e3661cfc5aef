package wecom_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/huimian/huimian/wecom"
)

// sharedTokens is a TokenStore. The map stands for a table with one row per key,
// in which each method is one statement.
type sharedTokens struct {
	mu   sync.Mutex
	rows map[string]tokenRow
}

type tokenRow struct {
	token       wecom.StoredToken
	leaseHolder string
	leaseUntil  time.Time
}

func (s *sharedTokens) update(key string, change func(*tokenRow)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row := s.rows[key]
	change(&row)
	s.rows[key] = row
}

func (s *sharedTokens) Load(_ context.Context, key string) (token wecom.StoredToken, err error) {
	s.update(key, func(r *tokenRow) { token = r.token })
	return token, nil
}

func (s *sharedTokens) AcquireLease(_ context.Context, key, holder string, ttl time.Duration) (acquired bool, err error) {
	s.update(key, func(r *tokenRow) {
		if r.leaseHolder == "" || r.leaseHolder == holder || time.Now().After(r.leaseUntil) {
			r.leaseHolder, r.leaseUntil, acquired = holder, time.Now().Add(ttl), true
		}
	})
	return acquired, nil
}

func (s *sharedTokens) Save(_ context.Context, key, holder string, t wecom.StoredToken) error {
	s.update(key, func(r *tokenRow) {
		if r.leaseHolder == holder {
			*r = tokenRow{token: t}
		}
	})
	return nil
}

func (s *sharedTokens) ReleaseLease(_ context.Context, key, holder string) error {
	s.update(key, func(r *tokenRow) {
		if r.leaseHolder == holder {
			r.leaseHolder = ""
		}
	})
	return nil
}

func (s *sharedTokens) Invalidate(_ context.Context, key, value string) error {
	s.update(key, func(r *tokenRow) {
		if string(r.token.Value) == value {
			r.token = wecom.StoredToken{}
		}
	})
	return nil
}

func ExampleTokenStore() {
	sim, _, err := newCompany()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	store := &sharedTokens{rows: map[string]tokenRow{}}
	var tokens []wecom.Secret // of two replicas
	for range 2 {
		c, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: sim.URL(), TokenStore: store})
		if err != nil {
			fmt.Println(err)
			return
		}
		token, err := c.AccessToken(context.Background())
		if err != nil {
			fmt.Println(err)
			return
		}
		tokens = append(tokens, token)
	}
	fmt.Println(tokens[0] == tokens[1], tokens[0])
	// Output: true ***
}
