package showmebugtest

import (
	"time"

	"github.com/huimian/huimian/internal/simulator/random"
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
		wait, busy := s.changed.Changed(), s.inFlight > 0
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
	s.clock.AdvanceTo(to)
	s.resetTimer()
	s.notifyWaiters()
	return o
}

// currentTime returns the simulated time. s.mu must be held.
func (s *Server) currentTime() time.Time { return s.clock.Now() }

// notifyWaiters wakes up the Wait methods. s.mu must be held.
func (s *Server) notifyWaiters() { s.changed.Notify() }

// randomText returns a text of n random bytes that may stand in a URL. s.mu
// must be held.
func (s *Server) randomText(n int) string {
	return random.Text(s.rand, n)
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
