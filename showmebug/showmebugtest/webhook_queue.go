package showmebugtest

import (
	"slices"
	"time"
)

// scheduleRetry puts a webhook into the queue. s.mu must be held.
func (s *Server) scheduleRetry(o *delivery, until time.Time) {
	o.due, o.Next, o.State = until, &until, WebhookWaiting
	s.queue = append(s.queue, o)
	s.resetTimer()
}

// resetTimer sets the timer to the first webhook of the queue. s.mu must be held.
func (s *Server) resetTimer() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if len(s.queue) == 0 || s.ctx.Err() != nil {
		return
	}
	first := slices.MinFunc(s.queue, byTime)
	s.timer = time.AfterFunc(max(first.due.Sub(s.currentTime()), time.Millisecond), s.deliverDue)
}

func byTime(a, b *delivery) int {
	if c := a.due.Compare(b.due); c != 0 {
		return c
	}
	return int(a.Seq - b.Seq)
}

// takeDueWebhook removes the first webhook that is due until a moment; nil when there is
// none. s.mu must be held.
func (s *Server) takeDueWebhook(until time.Time) *delivery {
	if len(s.queue) == 0 {
		return nil
	}
	o := slices.MinFunc(s.queue, byTime)
	if o.due.After(until) {
		return nil
	}
	s.queue = slices.DeleteFunc(s.queue, func(k *delivery) bool { return k == o })
	o.Next = nil
	s.inFlight++
	return o
}

// deliverDue runs when the timer fires.
func (s *Server) deliverDue() {
	s.background.Go(func() {
		for o := s.lockAndTakeDueWebhook(); o != nil; o = s.lockAndTakeDueWebhook() {
			s.deliverWithRetry(o)
		}
		s.mu.Lock()
		s.resetTimer()
		s.mu.Unlock()
	})
}

func (s *Server) lockAndTakeDueWebhook() *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeDueWebhook(s.currentTime())
}

// deliverWithRetry sends a webhook once, and puts it back into the queue when it was not
// taken and may be repeated.
func (s *Server) deliverWithRetry(o *delivery) {
	for o != nil {
		o = s.recordAttempt(o, s.sendWebhook(o))
	}
}

// recordAttempt notes how a try ended. It returns the same event when that is to be
// sent once more at once.
func (s *Server) recordAttempt(o *delivery, t Attempt) *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	s.notifyWaiters()
	o.Attempts = append(slices.Clone(o.Attempts), t) // copies of the log stay as they are
	switch n := len(o.Attempts); {
	case t.Error == "":
		o.State = WebhookDelivered
	case n > len(retryDelays):
		o.State = WebhookFailed
	default:
		s.scheduleRetry(o, o.due.Add(retryDelays[n-1])) // from the last moment, so that a minute is enough for all of them
	}
	if t.Error != "" || !o.rule.Twice {
		return nil
	}
	o.rule.Twice = false
	twin := *o
	twin.due = s.currentTime()
	twin.Seq, twin.Attempts, twin.State, twin.Note = s.nextID(), []Attempt{}, WebhookWaiting, "the same event once more"
	s.sends.Add(&twin)
	s.inFlight++
	return &twin
}
