package availability

import (
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/validate"
)

// Date is a day of the calendar such as 2026-02-15, in any time zone. Dates sort as
// texts.
type Date string

// DateOf returns the date of a time in its location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// firstYear and lastYear limit dates that are entered: PostgreSQL has no year 0.
const firstYear, lastYear = 2000, 9998

// IsValid reports whether the date exists and is within the limits.
func (d Date) IsValid() bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Year() >= firstYear && t.Year() <= lastYear
}

// utcMidnight returns the date at 00:00 UTC. The date is valid.
func (d Date) utcMidnight() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // checked when it was stored
	return t
}

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.utcMidnight().AddDate(0, 0, n)) }

// Next returns the date one day later.
func (d Date) Next() Date { return d.AddDays(1) }

// Previous returns the date one day earlier.
func (d Date) Previous() Date { return d.AddDays(-1) }

// dayOfWeek returns the day of the week.
func (d Date) dayOfWeek() time.Weekday { return d.utcMidnight().Weekday() }

// StartOfWeek returns the Monday of the week.
func (d Date) StartOfWeek() Date { return d.AddDays(-(int(d.dayOfWeek()) + 6) % 7) }

// StartOfWeek returns the begin of the Monday of the week of a time, in its zone.
func StartOfWeek(t time.Time) time.Time {
	return DateOf(t).StartOfWeek().StartIn(t.Location())
}

// StartIn returns the time at which the date begins in a time zone. The date is valid.
func (d Date) StartIn(loc *time.Location) time.Time { return d.ClockIn(0, loc) }

// ClockIn returns the time at which a clock in loc shows c on the date. A time that
// daylight saving skips is the first one after the gap; of two equal ones, it is the
// first.
func (d Date) ClockIn(c Clock, loc *time.Location) time.Time {
	wall := d.utcMidnight().Add(time.Duration(c) * time.Minute)
	at, _ := validate.LocalTime(wall, loc)
	return at
}

// DateRange is the days from From to To, both included.
type DateRange struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// intervalIn returns the time of the days in a time zone.
func (r DateRange) intervalIn(loc *time.Location) Interval {
	return Interval{r.From.StartIn(loc), r.To.Next().StartIn(loc)}
}

// Clock is a time of day in minutes from midnight, at most EndOfDay.
type Clock int

// EndOfDay is 24:00.
const EndOfDay Clock = 24 * 60

// ParseClock parses a time such as 09:30, at most 24:00.
func ParseClock(text string) (Clock, error) {
	if text == "24:00" {
		return EndOfDay, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("parsing the time of day %q: it must be such as 09:30", text)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// Until returns the minutes until clocks show the other time next, less than a day.
func (c Clock) Until(other Clock) Clock { return (other - c + EndOfDay) % EndOfDay }

// ClockOfForm parses a time of day of a form. One that cannot be parsed becomes one that
// settings reject together with the other errors of the form.
func ClockOfForm(text string) Clock {
	c, err := ParseClock(text)
	if err != nil {
		return -1
	}
	return c
}

// String formats the time as ParseClock reads it.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// MarshalText implements encoding.TextMarshaler.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Clock) UnmarshalText(text []byte) (err error) {
	*c, err = ParseClock(string(text))
	return err
}
