// Package availability answers when interviewers can take part in an interview: working
// hours and days of the company and of each member, public holidays, days away, other
// interviews with the buffer between them, and limits of the load. What it finds is
// advice: no interview is refused because of it.
//
// The rules are pure functions of Person and Panel. Settings are stored here; busy times
// are read from the interviews. The schedules that the application may read in WeCom are
// those that it created for interviews, so they add no busy time: see ADR 0018.
package availability

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
)

// Limits of a query.
const (
	MaxInterviewers = 20
	MaxRange        = 14 * 24 * time.Hour
	MaxDuration     = 8 * time.Hour
	minDuration     = 15 * time.Minute
)

// Config configures a Service. DB, Members and TimeZone must be set.
type Config struct {
	DB      *db.DB
	Members member.Lookup
	// TimeZone returns the company's time zone.
	TimeZone func(ctx context.Context, corpID string) (string, error)
	Now      func() time.Time // the clock; nil is time.Now
}

// Service stores the settings and finds free time.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Location returns a time zone, UTC if this machine lacks its data.
func Location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// companyZone returns the location of the company.
func (s *Service) companyZone(ctx context.Context, corpID string) (*time.Location, error) {
	zone, err := s.TimeZone(ctx, corpID)
	if err != nil {
		return nil, err
	}
	return Location(zone), nil
}

// TimeZoneOf returns the time zone of a member: the company's unless the member has set
// another one.
func (s *Service) TimeZoneOf(ctx context.Context, corpID, userID string) (string, error) {
	m, err := readMember(ctx, s.DB.DB, corpID, userID)
	if err != nil {
		return "", err
	}
	if m.TimeZone != "" {
		return m.TimeZone, nil
	}
	return s.TimeZone(ctx, corpID)
}
