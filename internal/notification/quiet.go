package notification

import (
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/validate"
)

// QuietHours are a time of every day in which messages that may wait are deferred.
type QuietHours struct {
	From    availability.Clock `json:"from"`
	To      availability.Clock `json:"to"`      // on the next day, if it is not after From
	DaysOff bool               `json:"daysOff"` // days without work are quiet as a whole
}

const (
	// maxQuiet limits quiet hours, so that each day has a time for messages.
	maxQuiet = availability.Clock(16 * 60)

	// maxSteps limits the windows and days off that follow one another: two for each day
	// of three weeks.
	maxSteps = 42
)

// defaultHours returns the hours that are offered before the first change of the settings.
func defaultHours() QuietHours { return QuietHours{From: 22 * 60, To: 8 * 60} }

// lengthMinutes returns the duration on a day without a change of the clocks.
func (q QuietHours) lengthMinutes() availability.Clock { return q.From.Until(q.To) }

// String returns the hours as the audit log records them, such as "22:00-08:00, days off".
func (q QuietHours) String() string {
	text := q.From.String() + "-" + q.To.String()
	if q.DaysOff {
		text += ", days off"
	}
	return text
}

func (q QuietHours) checkHours(e *validate.Errors) {
	if !isTimeOfDay(q.From) {
		e.Add("hours.start", "field.invalid")
	}
	if !isTimeOfDay(q.To) {
		e.Add("hours.end", "field.invalid")
	}
	if !e.HasErrors() && (q.lengthMinutes() == 0 || q.lengthMinutes() > maxQuiet) {
		e.Add("hours.end", "notification.quiet_too_long", "Limit", int(maxQuiet/60))
	}
}

func isTimeOfDay(c availability.Clock) bool { return c >= 0 && c < availability.EndOfDay }

// endAfter returns t, or the end of the quiet time that contains it. Days off of which no
// workday follows within three weeks are not quiet.
func (q QuietHours) endAfter(t time.Time, loc *time.Location, isWorkday func(availability.Date) bool) time.Time {
	at := t
	for range maxSteps {
		next := q.windowEnd(at, loc)
		if day := availability.DateOf(next.In(loc)); q.DaysOff && !isWorkday(day) {
			next = day.Next().StartIn(loc)
		}
		if !next.After(at) {
			return at
		}
		at = next
	}
	q.DaysOff = false
	return q.endAfter(t, loc, isWorkday)
}

// windowEnd returns t, or a later time, at most the end of the window that contains t; before
// the clocks are set back it may be in the window again. A window is a time that clocks show:
// an hour that they show twice is quiet twice.
func (q QuietHours) windowEnd(t time.Time, loc *time.Location) time.Time {
	local := t.In(loc)
	shown := availability.Clock(local.Hour()*60 + local.Minute())
	if q.From.Until(shown) >= q.lengthMinutes() {
		return t
	}
	rest := shown.Until(q.To)
	end := t.Truncate(time.Minute).Add(time.Duration(rest) * time.Minute)
	day := availability.DateOf(local)
	if shown >= q.To {
		day = day.Next()
	}
	if exact := day.ClockIn(q.To, loc); exact.After(t) && exact.Before(end) { // the clocks are set forward before it
		return exact
	}
	return end
}
