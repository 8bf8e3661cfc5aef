package availability

import (
	"context"
	"time"
)

// Workdays are the days on which a company works.
type Workdays struct {
	hours Hours
	days  Calendar
}

// Contain reports whether the date is a workday: a working day of the week that is no
// holiday, or a make-up workday.
func (w Workdays) Contain(d Date) bool { return len(w.hours.shiftsOn(d, w.days)) > 0 }

// Workdays returns the workdays of the company.
func (s *Service) Workdays(ctx context.Context, corpID string) (Workdays, error) {
	c, err := s.readCompany(ctx, s.DB.DB, corpID)
	if err != nil {
		return Workdays{}, err
	}
	return Workdays{c.Hours, newCalendar(Holidays(c.Holidays, ""), c.Days)}, nil
}

// HolidaysUntil returns the last date with a public holiday or a day of the company's own,
// "" if the company uses no list of holidays.
func (s *Service) HolidaysUntil(ctx context.Context, corpID string) (Date, error) {
	c, err := s.readCompany(ctx, s.DB.DB, corpID)
	if err != nil || c.Holidays == NoHolidays {
		return "", err
	}
	var last Date
	for _, d := range append(Holidays(c.Holidays, ""), c.Days...) {
		last = max(last, d.Date)
	}
	return last, nil
}

// maxDaysOff limits the search for the next workday.
const maxDaysOff = 60

// NextWorkdayAt returns a time of day on the first workday after the day of from, in the
// company's time zone. A time outside of the working hours of that day is their beginning.
// A company without workdays has the next day.
func (s *Service) NextWorkdayAt(ctx context.Context, corpID string, from time.Time, at Clock) (time.Time, error) {
	loc, err := s.companyZone(ctx, corpID)
	if err != nil {
		return time.Time{}, err
	}
	w, err := s.Workdays(ctx, corpID)
	if err != nil {
		return time.Time{}, err
	}
	next := DateOf(from.In(loc)).Next()
	for d, n := next, 0; n < maxDaysOff; d, n = d.Next(), n+1 {
		if shifts := w.hours.shiftsOn(d, w.days); len(shifts) > 0 {
			return d.ClockIn(shifts.nearest(at), loc), nil
		}
	}
	return next.ClockIn(at, loc), nil
}

// nearest returns a time of day if one of the shifts, which are not empty, contains it, and
// the beginning of the first one otherwise.
func (h Hours) nearest(at Clock) Clock {
	first := h[0].From
	for _, s := range h {
		if at >= s.From && (at < s.To || s.To <= s.From) {
			return at
		}
		first = min(first, s.From)
	}
	return first
}
