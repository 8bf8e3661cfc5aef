package tokencache

import (
	"context"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/apiclient/redact"
)

// StoreOf is the shape of the public token stores, by their type of token.
type StoreOf[T any] interface {
	Load(ctx context.Context, key string) (T, error)
	AcquireLease(ctx context.Context, key, holder string, ttl time.Duration) (bool, error)
	Save(ctx context.Context, key, holder string, t T) error
	ReleaseLease(ctx context.Context, key, holder string) error
	Invalidate(ctx context.Context, key, value string) error
}

// Store shares tokens among the replicas of a program.
type Store = StoreOf[Token]

// convertible types have the fields of Token.
type convertible interface {
	~struct {
		Value                redact.Secret
		ExpiresAt, RefreshAt time.Time
	}
}

// Adapt returns the store of a public package as a Store.
func Adapt[T convertible](s StoreOf[T]) Store {
	return adapter[T]{s}
}

type adapter[T convertible] struct{ StoreOf[T] }

func (a adapter[T]) Load(ctx context.Context, key string) (Token, error) {
	t, err := a.StoreOf.Load(ctx, key)
	return Token(t), err
}

func (a adapter[T]) Save(ctx context.Context, key, holder string, t Token) error {
	return a.StoreOf.Save(ctx, key, holder, T(t))
}

// MemoryStore is the store of a single process. It is safe for concurrent use.
type MemoryStore[T convertible] struct {
	mu   sync.Mutex
	rows map[string]memoryRow[T]
}

type memoryRow[T convertible] struct {
	token       T
	leaseHolder string
	leaseUntil  time.Time
}

// NewMemoryStore returns an empty store.
func NewMemoryStore[T convertible]() *MemoryStore[T] {
	return &MemoryStore[T]{rows: map[string]memoryRow[T]{}}
}

// Load returns the stored token, or the zero value.
func (m *MemoryStore[T]) Load(_ context.Context, key string) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rows[key].token, nil
}

// AcquireLease takes the lease for key unless another holder has it.
func (m *MemoryStore[T]) AcquireLease(_ context.Context, key, holder string, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, now := m.rows[key], time.Now()
	if row.leaseHolder != "" && row.leaseHolder != holder && now.Before(row.leaseUntil) {
		return false, nil
	}
	row.leaseHolder, row.leaseUntil = holder, now.Add(ttl)
	m.rows[key] = row
	return true, nil
}

// Save stores a token and ends the lease. It has no effect when holder has lost its lease.
func (m *MemoryStore[T]) Save(_ context.Context, key, holder string, t T) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows[key].leaseHolder == holder {
		m.rows[key] = memoryRow[T]{token: t}
	}
	return nil
}

// ReleaseLease ends the lease of holder.
func (m *MemoryStore[T]) ReleaseLease(_ context.Context, key, holder string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row := m.rows[key]; row.leaseHolder == holder {
		m.rows[key] = memoryRow[T]{token: row.token}
	}
	return nil
}

// Invalidate deletes the stored token if its value is still this one.
func (m *MemoryStore[T]) Invalidate(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row := m.rows[key]; string(Token(row.token).Value) == value {
		row.token = T{}
		m.rows[key] = row
	}
	return nil
}
