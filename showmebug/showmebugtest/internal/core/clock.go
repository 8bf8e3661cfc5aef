package core

import (
	"crypto/subtle"
	"time"

	"github.com/huimian/huimian/internal/simulator/random"
)

// Time implements the method of showmebugtest.Server.
func (s *Core) Time() time.Time {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.CurrentTime()
}

// CurrentTime returns the simulated time. Mu must be held.
func (s *Core) CurrentTime() time.Time { return s.Clock.Now() }

// NotifyWaiters wakes up the Wait methods. Mu must be held.
func (s *Core) NotifyWaiters() { s.Changed.Notify() }

// RandomText returns n random bytes as text for a URL. Mu must be held.
func (s *Core) RandomText(n int) string {
	return random.Text(s.Rand, n)
}

// NewUID returns an unused uid of six capital letters. Mu must be held.
func (s *Core) NewUID() string {
	for {
		b := make([]byte, 6)
		for i := range b {
			b[i] = byte('A' + s.Rand.Uint64()%26)
		}
		uid := string(b)
		if s.InterviewStates[uid] == nil && s.Pads[uid] == nil {
			return uid
		}
	}
}

// NextID returns the number of a new member, exam, question, call or fault. Mu must be held.
func (s *Core) NextID() int64 {
	s.Seq++
	return s.Seq
}

// OptionalTime returns nil for the zero time, which replies show as null.
func OptionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Timestamp returns the current time in the precision of replies. Mu must be held.
func (s *Core) Timestamp() time.Time { return s.CurrentTime().UTC().Truncate(time.Millisecond) }

// EqualConstantTime compares two secrets in constant time.
func EqualConstantTime(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
