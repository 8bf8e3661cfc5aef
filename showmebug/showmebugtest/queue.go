package showmebugtest

import (
	"slices"
	"time"
)

// wait puts a webhook into the queue. s.mu must be held.
func (s *Server) wait(o *outgoing, until time.Time) {
	o.due, o.Next, o.State = until, &until, WebhookWaiting
	s.queue = append(s.queue, o)
	s.wind()
}

// wind sets the timer to the first webhook of the queue. s.mu must be held.
func (s *Server) wind() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if len(s.queue) == 0 || s.closed {
		return
	}
	first := slices.MinFunc(s.queue, byTime)
	s.timer = time.AfterFunc(max(first.due.Sub(s.now()), time.Millisecond), s.deliverDue)
}

func byTime(a, b *outgoing) int {
	if c := a.due.Compare(b.due); c != 0 {
		return c
	}
	return int(a.Seq - b.Seq)
}

// take removes the first webhook that is due until a moment; nil when there is
// none. s.mu must be held.
func (s *Server) take(until time.Time) *outgoing {
	if len(s.queue) == 0 {
		return nil
	}
	o := slices.MinFunc(s.queue, byTime)
	if o.due.After(until) {
		return nil
	}
	s.queue = slices.DeleteFunc(s.queue, func(k *outgoing) bool { return k == o })
	o.Next = nil
	s.inFlight++
	return o
}

// deliverDue runs when the timer fires.
func (s *Server) deliverDue() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.running.Add(1)
	defer s.running.Done()
	o := s.take(s.now())
	s.mu.Unlock()
	for o != nil {
		s.attempt(o)
		s.mu.Lock()
		o = s.take(s.now())
		s.mu.Unlock()
	}
	s.mu.Lock()
	s.wind()
	s.mu.Unlock()
}

// attempt sends a webhook once, and puts it back into the queue when it was not
// taken and may be repeated.
func (s *Server) attempt(o *outgoing) {
	for o != nil {
		o = s.settle(o, s.try(o))
	}
}

// settle notes how a try ended. It returns the same event when that is to be
// sent once more at once.
func (s *Server) settle(o *outgoing, t Try) *outgoing {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	s.note()
	o.Tries = append(slices.Clone(o.Tries), t) // copies of the log stay as they are
	switch n := len(o.Tries); {
	case t.Error == "":
		o.State = WebhookDelivered
	case n > len(repeats):
		o.State = WebhookFailed
	default:
		s.wait(o, o.due.Add(repeats[n-1])) // from the last moment, so that a minute is enough for all of them
	}
	if t.Error != "" || !o.rule.Twice {
		return nil
	}
	o.rule.Twice = false
	twin := *o
	twin.due = s.now()
	twin.Seq, twin.Tries, twin.State, twin.Note = s.nextID(), []Try{}, WebhookWaiting, "the same event once more"
	s.sends.add(&twin)
	s.inFlight++
	return &twin
}
