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
	return s.now()
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
	target := s.now().Add(d)
	s.mu.Unlock()
	for o := s.stepTo(target); o != nil; o = s.stepTo(target) {
		s.attempt(o)
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

// stepTo moves the clock to the next webhook that is due until target and takes
// it, or moves to target when there is none.
func (s *Server) stepTo(target time.Time) *outgoing {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.take(target)
	to := target
	if o != nil {
		to = o.due
	}
	if step := to.Sub(s.now()); step > 0 {
		s.offset += step
	}
	s.wind()
	s.note()
	return o
}

// now must be called with s.mu held.
func (s *Server) now() time.Time {
	if s.Now != nil {
		return s.Now().Add(s.offset)
	}
	return time.Now().Add(s.offset)
}

// note wakes those who wait for a change. s.mu must be held.
func (s *Server) note() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// lifetime is the context of what the server does by itself: it ends with it.
type lifetime struct{ ended <-chan struct{} }

func (lifetime) Deadline() (time.Time, bool) { return time.Time{}, false }
func (l lifetime) Done() <-chan struct{}     { return l.ended }
func (lifetime) Value(any) any               { return nil }

func (l lifetime) Err() error {
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
