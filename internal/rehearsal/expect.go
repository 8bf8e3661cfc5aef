package rehearsal

import (
	"context"
	"time"
)

// Kind is what a message is about.
type Kind string

const (
	invite           Kind = "invite"
	changed          Kind = "changed"
	cancellation     Kind = "cancelled"
	removed          Kind = "removed"
	declined         Kind = "declined"
	reminder24h      Kind = "reminder_24h"
	reminder15m      Kind = "reminder_15m"
	reminderMail     Kind = "reminder" // the two mails have one subject
	evaluate         Kind = "evaluate"
	evaluateReminder Kind = "evaluate_reminder"
	summary          Kind = "summary"
	digest           Kind = "digest"
	offerMail        Kind = "booking_offer"
	booked           Kind = "booking_booked"
	offerExpired     Kind = "booking_expired"
	requested        Kind = "booking_requested"
	roomTrouble      Kind = "room"
	unknown          Kind = "unknown"
)

// Channel is how a message reaches its recipient.
type Channel string

const (
	card Channel = "wecom"
	mail Channel = "mail"
)

// expectation is a message that a person must receive once.
type expectation struct {
	Interview int       `json:"interview"` // number; 0 for a digest
	Kind      Kind      `json:"kind"`
	Channel   Channel   `json:"channel"`
	Recipient string    `json:"recipient"`
	At        time.Time `json:"at"`
}

// expectMessage records that a person must be informed from now on.
func (r *rehearsal) expectMessage(i *interview, k Kind, c Channel, recipient string) {
	r.expected = append(r.expected, &expectation{Interview: i.number, Kind: k, Channel: c, Recipient: recipient, At: r.clock.Now()})
}

// expectAll records a card to each interviewer who attends and a mail to the candidate.
func (r *rehearsal) expectAll(i *interview, k Kind, recipients []string) {
	for _, u := range recipients {
		r.expectMessage(i, k, card, u)
	}
	r.expectMessage(i, k, mail, i.emailAddress())
}

// planReminders plans the expectations of the reminders of the present time.
func (r *rehearsal) planReminders(i *interview) {
	version := i.version
	for _, reminder := range []struct {
		kind   Kind
		before time.Duration
	}{{reminder24h, 24 * time.Hour}, {reminder15m, 15 * time.Minute}} {
		at := i.start.Add(-reminder.before)
		if !at.After(r.clock.Now()) {
			continue
		}
		r.agenda.planAction(at, func(context.Context) error {
			if i.state != scheduled || i.version != version {
				return nil
			}
			for _, u := range i.attendingUsers() {
				r.expectMessage(i, reminder.kind, card, u)
			}
			r.expectMessage(i, reminderMail, mail, i.emailAddress())
			return nil
		})
	}
}

// reminders of a missing scorecard.
const evaluateReminders = 3

func (r *rehearsal) planEvaluateReminders(i *interview, number int) {
	if number > evaluateReminders {
		return
	}
	r.agenda.planAction(r.clock.Now().Add(24*time.Hour), func(context.Context) error {
		missing := false
		for _, u := range i.attendingUsers() {
			if i.submitted[u].IsZero() {
				missing = true
				r.expectMessage(i, evaluateReminder, card, u)
			}
		}
		if missing {
			r.planEvaluateReminders(i, number+1)
		}
		return nil
	})
}

// maxDays limits the simulated days.
const maxDays = 21

// planDigests plans the expectations of the morning digests: of the interviewers with
// interviews on that day.
func (r *rehearsal) planDigests() {
	for n := range maxDays {
		if at := r.Start.AddDate(0, 0, n).Add(30 * time.Minute); isWorkday(at) {
			r.agenda.planAction(at, func(context.Context) error { r.expectDigests(); return nil })
		}
	}
}

func (r *rehearsal) expectDigests() {
	today := r.clock.Now().In(zone).YearDay()
	seen := map[string]bool{}
	for _, i := range r.interview {
		if i.state != scheduled || i.start.In(zone).YearDay() != today {
			continue
		}
		for _, u := range i.attendingUsers() {
			if !seen[u] {
				seen[u] = true
				r.expected = append(r.expected, &expectation{Kind: digest, Channel: card, Recipient: u, At: r.clock.Now()})
			}
		}
	}
}

func isWorkday(t time.Time) bool {
	d := t.In(zone).Weekday()
	return d != time.Saturday && d != time.Sunday
}
