package notify

import (
	"strings"

	ics "github.com/arran4/golang-ical"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mail"
)

// calendarProductID identifies the program in an iCalendar object (RFC 5545, 3.7.3).
const calendarProductID = "-//Huimian//Huimian//EN"

// newCalendar returns the iCalendar object of the mail: a REQUEST, or a CANCEL for a
// cancelled interview (RFC 5546, 3.2.2 and 3.2.5). Both name the organizer and the
// candidate, since calendars take back only what such a request has added. All mails
// about an interview describe the same event by its UID. organizer is an email address.
func (l *candidateMail) newCalendar(organizer string) *mail.Calendar {
	method, status := ics.MethodRequest, ics.ObjectStatusConfirmed
	if l.i.State == interview.Cancelled {
		method, status = ics.MethodCancel, ics.ObjectStatusCancelled
	}
	cal := ics.NewCalendar()
	cal.SetProductId(calendarProductID)
	cal.SetMethod(method)
	event := cal.AddEvent(l.i.ID + "@huimian")
	event.SetDtStampTime(l.m.CreatedAt)
	event.SetStartAt(l.i.StartsAt)
	event.SetEndAt(l.i.EndsAt)
	event.SetSequence(l.calendarSequence())
	event.SetStatus(status)
	event.SetSummary(l.title() + " · " + l.company)
	event.SetOrganizer("mailto:"+organizer, ics.WithCN(parameterText(l.company)))
	event.AddAttendee("mailto:"+l.m.Recipient, ics.CalendarUserTypeIndividual, ics.ParticipationRoleReqParticipant,
		ics.ParticipationStatusNeedsAction, ics.WithRSVP(false), ics.WithCN(parameterText(l.i.Candidate.Name)))
	if l.link != "" {
		event.SetURL(l.link)
		event.SetLocation(l.link)
	}
	return &mail.Calendar{Method: string(method), Object: cal.Serialize(ics.WithNewLineWindows)}
}

// calendarSequence returns the SEQUENCE of the event (RFC 5546, 2.1.4). It grows with every
// change of the interview: a cancellation is newer than the schedule that it cancels, and an
// invitation of a candidate who was replaced for a time is newer than their cancellation.
// Earlier versions counted twice the changes of the schedule.
func (l *candidateMail) calendarSequence() int { return 2 * l.i.Version }

// parameterText returns a text without the characters that a parameter value cannot
// contain or that end it (RFC 5545, 3.2), in place of quoting it.
func parameterText(s string) string {
	return strings.NewReplacer(`"`, "'", `\`, "/", ";", "；", ":", "：", ",", "，", "'", "’").Replace(s)
}
