package webhooks

import (
	"slices"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// scheduleRetry adds a webhook to the queue. Mu must be held.
func (s *Service) scheduleRetry(o *core.Delivery, until time.Time) {
	o.DueAt, o.Next, o.State = until, &until, model.WebhookWaiting
	s.queue = append(s.queue, o)
	s.resetTimer()
}

// resetTimer sets the timer to the first webhook of the queue. Mu must be held.
func (s *Service) resetTimer() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if len(s.queue) == 0 || s.Context.Err() != nil {
		return
	}
	first := slices.MinFunc(s.queue, compareDueTimes)
	s.timer = time.AfterFunc(max(first.DueAt.Sub(s.CurrentTime()), time.Millisecond), s.deliverDue)
}

func compareDueTimes(a, b *core.Delivery) int {
	if c := a.DueAt.Compare(b.DueAt); c != 0 {
		return c
	}
	return int(a.Seq - b.Seq)
}

// takeDueWebhook removes the first webhook that is due by a time from the queue, and returns nil
// when there is none. Mu must be held.
func (s *Service) takeDueWebhook(until time.Time) *core.Delivery {
	if len(s.queue) == 0 {
		return nil
	}
	o := slices.MinFunc(s.queue, compareDueTimes)
	if o.DueAt.After(until) {
		return nil
	}
	s.queue = slices.DeleteFunc(s.queue, func(k *core.Delivery) bool { return k == o })
	o.Next = nil
	s.inFlight++
	return o
}

// deliverDue sends the webhooks that are due. The timer calls it.
func (s *Service) deliverDue() {
	s.Background.Go(func() {
		for o := s.lockAndTakeDueWebhook(); o != nil; o = s.lockAndTakeDueWebhook() {
			s.deliverWithRetry(o)
		}
		s.Mu.Lock()
		s.resetTimer()
		s.Mu.Unlock()
	})
}

func (s *Service) lockAndTakeDueWebhook() *core.Delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.takeDueWebhook(s.CurrentTime())
}

// deliverWithRetry sends a webhook once, and schedules a retry when that fails and attempts are
// left.
func (s *Service) deliverWithRetry(o *core.Delivery) {
	for o != nil {
		o = s.recordAttempt(o, s.sendWebhook(o))
	}
}

// recordAttempt records the result of an attempt. It returns a copy of the webhook when a fault
// requires a second delivery.
func (s *Service) recordAttempt(o *core.Delivery, t model.Attempt) *core.Delivery {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.inFlight--
	s.NotifyWaiters()
	o.Attempts = append(slices.Clone(o.Attempts), t) // copies of the log do not change
	switch n := len(o.Attempts); {
	case t.Error == "":
		o.State = model.WebhookDelivered
	case n > len(retryDelays):
		o.State = model.WebhookFailed
	default:
		s.scheduleRetry(o, o.DueAt.Add(retryDelays[n-1])) // from the due time, so that a minute is enough for all attempts
	}
	if t.Error != "" || !o.Rule.Twice {
		return nil
	}
	o.Rule.Twice = false
	twin := *o
	twin.DueAt = s.CurrentTime()
	twin.Seq, twin.Attempts, twin.State, twin.Note = s.NextID(), []model.Attempt{}, model.WebhookWaiting, "duplicated by a fault"
	s.log.Add(&twin)
	s.inFlight++
	return &twin
}
