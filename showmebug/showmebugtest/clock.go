package showmebugtest

import (
	"context"
	crand "crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// Time is the present moment of the simulated ShowMeBug.
func (s *Server) Time() time.Time {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.currentTime()
}

// Advance moves the simulated clock forward, so that a minute passes at once:
// tokens age, and the webhooks whose time comes meanwhile are sent, each at its
// moment and in that order, before Advance returns. It first waits for webhooks
// that are on their way, so it must not be called by a receiver. A negative d is
// ignored: time does not run back.
func (s *Server) Advance(d time.Duration) {
	s.init()
	if d <= 0 {
		return
	}
	s.moving.Lock()
	defer s.moving.Unlock()
	s.waitIdle()
	s.mu.Lock()
	target := s.currentTime().Add(d)
	s.mu.Unlock()
	for o := s.advanceToNextWebhook(target); o != nil; o = s.advanceToNextWebhook(target) {
		s.deliverWithRetry(o)
	}
}

// waitIdle returns when no webhook is on its way.
func (s *Server) waitIdle() {
	for {
		s.mu.Lock()
		wait, busy := s.changed, s.inFlight > 0
		s.mu.Unlock()
		if !busy {
			return
		}
		<-wait
	}
}

// advanceToNextWebhook moves the clock to the next webhook that is due until target and takes
// it, or moves to target when there is none.
func (s *Server) advanceToNextWebhook(target time.Time) *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.takeDueWebhook(target)
	to := target
	if o != nil {
		to = o.due
	}
	if step := to.Sub(s.currentTime()); step > 0 {
		s.offset += step
	}
	s.resetTimer()
	s.notifyWaiters()
	return o
}

// currentTime must be called with s.mu held.
func (s *Server) currentTime() time.Time {
	if s.Now != nil {
		return s.Now().Add(s.offset)
	}
	return time.Now().Add(s.offset)
}

// notifyWaiters wakes those who wait for a change. s.mu must be held.
func (s *Server) notifyWaiters() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// serverContext is the context of what the server does by itself: it ends with it.
type serverContext struct{ ended <-chan struct{} }

func (serverContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (l serverContext) Done() <-chan struct{}     { return l.ended }
func (serverContext) Value(any) any               { return nil }

func (l serverContext) Err() error {
	select {
	case <-l.ended:
		return context.Canceled
	default:
		return nil
	}
}

func newRand(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	if seed == 0 {
		_, _ = crand.Read(key[:])
	} else {
		binary.LittleEndian.PutUint64(key[:], seed)
	}
	return rand.NewChaCha8(key)
}

// randomText returns a text of n random bytes that may stand in a URL. s.mu
// must be held.
func (s *Server) randomText(n int) string {
	b := make([]byte, n)
	_, _ = s.rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// newUID makes a uid of six capital letters that is not taken. s.mu must be held.
func (s *Server) newUID() string {
	for {
		b := make([]byte, 6)
		for i := range b {
			b[i] = byte('A' + s.rand.Uint64()%26)
		}
		uid := string(b)
		if s.interviews[uid] == nil && s.pads[uid] == nil {
			return uid
		}
	}
}

// nextID is the number of a new member, exam, question or fault. s.mu must be held.
func (s *Server) nextID() int64 {
	s.seq++
	return s.seq
}
