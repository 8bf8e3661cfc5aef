package availability

import (
	"context"
	"time"
)

// AddWorkingTime returns the time at which a duration of the company's working hours has passed
// since from, at the latest MaxRange after it.
func (s *Service) AddWorkingTime(ctx context.Context, corpID string, from time.Time, duration time.Duration) (time.Time, error) {
	loc, err := s.companyZone(ctx, corpID)
	if err != nil {
		return time.Time{}, err
	}
	company, err := s.readCompany(ctx, s.DB.DB, corpID)
	if err != nil {
		return time.Time{}, err
	}
	within := Interval{from, from.Add(MaxRange)}
	for _, work := range company.Hours.intervalsWithin(within, loc, newCalendar(Holidays(company.Holidays, ""), company.Days)) {
		if length := work.End.Sub(work.Start); length < duration {
			duration -= length
			continue
		}
		return work.Start.Add(duration), nil
	}
	return within.End, nil
}
