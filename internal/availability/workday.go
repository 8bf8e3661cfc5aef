package availability

import "context"

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
