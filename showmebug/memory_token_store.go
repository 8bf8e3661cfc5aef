package showmebug

import (
	"context"
	"sync"
	"time"
)

// memoryTokenStore is the TokenStore of a single process.
type memoryTokenStore struct {
	mu   sync.Mutex
	rows map[string]memoryToken
}

type memoryToken struct {
	token  StoredToken
	holder string
	until  time.Time // of the lease
}

func newMemoryTokenStore() *memoryTokenStore {
	return &memoryTokenStore{rows: map[string]memoryToken{}}
}

// Load returns the stored token.
func (m *memoryTokenStore) Load(_ context.Context, key string) (StoredToken, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rows[key].token, nil
}

// AcquireLease takes the lease for key.
func (m *memoryTokenStore) AcquireLease(_ context.Context, key, holder string, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, now := m.rows[key], time.Now()
	if row.holder != "" && row.holder != holder && now.Before(row.until) {
		return false, nil
	}
	row.holder, row.until = holder, now.Add(ttl)
	m.rows[key] = row
	return true, nil
}

// Save stores a token and ends the lease of holder.
func (m *memoryTokenStore) Save(_ context.Context, key, holder string, t StoredToken) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows[key].holder == holder {
		m.rows[key] = memoryToken{token: t}
	}
	return nil
}

// ReleaseLease ends the lease of holder.
func (m *memoryTokenStore) ReleaseLease(_ context.Context, key, holder string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row := m.rows[key]; row.holder == holder {
		m.rows[key] = memoryToken{token: row.token}
	}
	return nil
}

// Invalidate removes the token, if it is still this one.
func (m *memoryTokenStore) Invalidate(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row := m.rows[key]; string(row.token.Value) == value {
		row.token = StoredToken{}
		m.rows[key] = row
	}
	return nil
}
