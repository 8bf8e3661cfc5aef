package notify

import (
	"context"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
)

// applySettings applies the settings of the recipient before the first attempt: it skips a
// muted message, and makes one wait until the end of quiet hours. It reports whether the
// message is to be sent now. A later attempt is made in any case: WeCom recognizes a
// duplicate of the earlier one for a few hours only.
func (s *Service) applySettings(ctx context.Context, m *message.Message, times []availability.Interval) (proceed bool, err error) {
	if !m.IsNew() {
		return true, nil
	}
	d, err := s.Notifications.Decide(ctx, notification.Notice{CorpID: m.CorpID, UserID: m.Recipient, Event: notification.EventOf(m), Times: times})
	switch {
	case err != nil:
		return false, err
	case d.Muted:
		return false, s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.muted")
	case !d.Until.IsZero() && !m.Data.AtOnce:
		return false, s.Interview.Messages.Defer(ctx, m.CorpID, m.ID, d.Until, message.QuietHours)
	}
	return true, nil
}

// awaitQuietHours returns the error that snoozes the job of a notice without a message row
// until the end of the recipient's quiet hours.
func (s *Service) awaitQuietHours(ctx context.Context, corpID, userID string, event notification.Event, i *interview.Interview) error {
	n := notification.Notice{CorpID: corpID, UserID: userID, Event: event}
	if i != nil {
		n.Times = []availability.Interval{{Start: i.StartsAt, End: i.EndsAt}}
	}
	d, err := s.Notifications.Decide(ctx, n)
	if err != nil || d.Until.IsZero() {
		return err
	}
	return job.Snooze(d.Until.Sub(s.Now()))
}

// timesOf returns the times of the interviews of a message, and the one before a change.
func timesOf(d *interview.Delivery, rounds []*interview.Interview) []availability.Interval {
	times := []availability.Interval{{Start: d.Interview.StartsAt, End: d.Interview.EndsAt}}
	for _, i := range rounds {
		times = append(times, availability.Interval{Start: i.StartsAt, End: i.EndsAt})
	}
	if earlier := d.Message.Data.Earlier; earlier != nil {
		times = append(times, availability.Interval{Start: earlier.StartsAt, End: earlier.EndsAt})
	}
	return times
}

// isOutdated reports whether the response that a deferred message is about has changed, or no
// longer matters.
func isOutdated(d *interview.Delivery) bool {
	m, i := d.Message, d.Interview
	if m.Data.Deferred == nil || m.Kind != message.KindAccepted && m.Kind != message.KindDeclined {
		return false
	}
	if i.State != interview.Scheduled {
		return true
	}
	response := map[message.Kind]interview.Response{message.KindAccepted: interview.Accepted, message.KindDeclined: interview.Declined}[m.Kind]
	for _, interviewer := range i.Interviewers {
		if interviewer.UserID == m.Data.By {
			return interviewer.Response != response
		}
	}
	return true
}
