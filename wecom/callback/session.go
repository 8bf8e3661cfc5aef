package callback

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// SessionStore keeps the session of each sender. It is shared by the replicas of a
// program.
type SessionStore interface {
	// Update passes the stored session of key to change, and stores what change
	// returns: stored is nil for a new session, and a nil result deletes the
	// session. When change returns an error, nothing is stored. Concurrent calls
	// with the same key run one after the other, as with SELECT … FOR UPDATE.
	Update(ctx context.Context, key string, change func(stored []byte) ([]byte, error)) error
}

// Sessions keeps a value of type T for each sender, such as the step of a dialogue.
// T is stored as JSON.
//
//	sessions := callback.NewSessions[dialogue](callback.NewMemorySessionStore(time.Hour))
//	mux.HandleText("预约", sessions.Wrap(func(ctx context.Context, m callback.Message, d *dialogue) (callback.Reply, error) { … }))
type Sessions[T any] struct{ store SessionStore }

// NewSessions returns the sessions in a store. A store holds sessions of one type.
func NewSessions[T any](store SessionStore) *Sessions[T] { return &Sessions[T]{store} }

// Wrap returns a HandlerFunc for a route of Mux that passes the session of the sender
// to f. Changes are stored when f succeeds; the zero value deletes the session.
// Messages of one sender are handled one after the other. A message without a member
// as sender, such as a contact event, gets a new session that is not stored.
func (s *Sessions[T]) Wrap(f func(ctx context.Context, m Message, session *T) (Reply, error)) HandlerFunc {
	return func(ctx context.Context, m Message) (Reply, error) {
		if m.FromUserName == "" || m.FromUserName == "sys" {
			return f(ctx, m, new(T))
		}
		var reply Reply
		err := s.store.Update(ctx, sessionKey(&m), func(stored []byte) ([]byte, error) {
			session := new(T)
			if len(stored) > 0 {
				if err := json.Unmarshal(stored, session); err != nil {
					return nil, fmt.Errorf("callback: decoding the session: %w", err)
				}
			}
			var err error
			if reply, err = f(ctx, m, session); err != nil {
				return nil, err
			}
			return encodeSession(session)
		})
		if err != nil {
			return Reply{}, err
		}
		return reply, nil
	}
}

// encodeSession returns nil for the zero value.
func encodeSession[T any](session *T) ([]byte, error) {
	data, err := json.Marshal(session)
	if err != nil {
		return nil, fmt.Errorf("callback: encoding the session: %w", err)
	}
	if zero, err := json.Marshal(new(T)); err == nil && string(zero) == string(data) {
		return nil, nil
	}
	return data, nil
}

// sessionKey identifies a sender. WeCom ignores the case of userids.
func sessionKey(m *Message) string {
	return m.ToUserName + "/" + strconv.FormatInt(m.AgentID, 10) + "/" + strings.ToLower(m.FromUserName)
}

// memorySessionStore is a SessionStore for a single process. Sessions move from
// recent to older, which is dropped after retention.
type memorySessionStore struct {
	retention  time.Duration
	maxEntries int // of one generation
	now        func() time.Time

	mu            sync.Mutex
	rotated       time.Time
	recent, older map[string][]byte
	locks         map[string]*sessionLock
}

// sessionLock serializes the updates of one session.
type sessionLock struct {
	held    chan struct{} // has one element while an update runs
	waiting int           // updates that run or wait
}

// NewMemorySessionStore returns a SessionStore for a single process. It keeps a
// session for at least retention after its last change, and at most twice as long. A
// flood of senders evicts sessions early.
func NewMemorySessionStore(retention time.Duration) SessionStore {
	return newMemorySessionStore(retention, maxEntries, time.Now)
}

func newMemorySessionStore(retention time.Duration, limit int, now func() time.Time) *memorySessionStore {
	return &memorySessionStore{retention: retention, maxEntries: limit, now: now, rotated: now(),
		recent: map[string][]byte{}, locks: map[string]*sessionLock{}}
}

// Update implements SessionStore.
func (s *memorySessionStore) Update(ctx context.Context, key string, change func([]byte) ([]byte, error)) error {
	unlock, err := s.lockSession(ctx, key)
	if err != nil {
		return err
	}
	defer unlock()
	data, err := change(s.loadSession(key))
	if err != nil {
		return err
	}
	s.saveSession(key, data)
	return nil
}

// lockSession waits until no other update of the session runs.
func (s *memorySessionStore) lockSession(ctx context.Context, key string) (unlock func(), err error) {
	s.mu.Lock()
	lock := s.locks[key]
	if lock == nil {
		lock = &sessionLock{held: make(chan struct{}, 1)}
		s.locks[key] = lock
	}
	lock.waiting++
	s.mu.Unlock()
	leave := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if lock.waiting--; lock.waiting == 0 {
			delete(s.locks, key)
		}
	}
	select {
	case lock.held <- struct{}{}:
		return func() { <-lock.held; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, fmt.Errorf("callback: waiting for the session: %w", context.Cause(ctx))
	}
}

func (s *memorySessionStore) loadSession(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rotateGenerations()
	if data, ok := s.recent[key]; ok {
		return data
	}
	return s.older[key]
}

func (s *memorySessionStore) saveSession(key string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rotateGenerations()
	delete(s.older, key)
	delete(s.recent, key)
	if data != nil {
		s.recent[key] = data
	}
}

// rotateGenerations drops the older sessions when they have expired or when there are
// too many recent ones. The state must be locked.
func (s *memorySessionStore) rotateGenerations() {
	now := s.now()
	idle := now.Sub(s.rotated)
	if idle < s.retention && len(s.recent) < s.maxEntries {
		return
	}
	s.older, s.recent, s.rotated = s.recent, map[string][]byte{}, now
	if idle >= 2*s.retention {
		s.older = nil
	}
}
