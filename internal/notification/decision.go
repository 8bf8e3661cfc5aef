package notification

import (
	"context"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/availability"
)

// An interview is near if it starts within nearStart, or within afterQuiet after the end of
// the quiet hours: the member has to act before.
const (
	nearStart  = 12 * time.Hour
	afterQuiet = 2 * time.Hour
)

// Notice is a message to a member that is about to be sent.
type Notice struct {
	CorpID, UserID string
	Event          Event
	// Times are those of the interviews concerned, before a change too.
	Times []availability.Interval
}

// Decision is what happens to a notice. The zero value sends it at once.
type Decision struct {
	Muted bool      // the member does not want it
	Until time.Time // the end of the quiet hours for which it waits, or zero
}

// Decide decides about a notice by the settings of the member and of the company.
func (s *Service) Decide(ctx context.Context, n Notice) (Decision, error) {
	row := rowOf(n.Event)
	if row.Group == "" && row.Timing == AtOnce {
		return Decision{}, nil
	}
	m, err := readMember(ctx, s.DB.DB, n.CorpID, n.UserID)
	if err != nil {
		return Decision{}, err
	}
	if row.Group != "" && slices.Contains(m.Muted, row.Group) {
		return Decision{Muted: true}, nil
	}
	if row.Timing == AtOnce {
		return Decision{}, nil
	}
	now := s.now()
	until, err := s.quietUntil(ctx, m, now)
	if err != nil || !until.After(now) || row.Timing == NearStart && n.isNear(now, until) {
		return Decision{}, err
	}
	return Decision{Until: until}, nil
}

// isNear reports whether an interview of the notice is near, or is taking place.
func (n *Notice) isNear(now, until time.Time) bool {
	limit := now.Add(nearStart)
	if late := until.Add(afterQuiet); late.After(limit) {
		limit = late
	}
	return slices.ContainsFunc(n.Times, func(t availability.Interval) bool {
		return t.End.After(now) && !t.Start.After(limit)
	})
}

// quietUntil returns the end of the member's quiet time that contains now, or now.
func (s *Service) quietUntil(ctx context.Context, m *Member, now time.Time) (time.Time, error) {
	hours, zone := m.Hours, s.Availability.TimeZone
	switch m.Quiet {
	case NoQuiet:
		return now, nil
	case OwnQuiet:
		zone = func(ctx context.Context, corpID string) (string, error) {
			return s.Availability.TimeZoneOf(ctx, corpID, m.UserID)
		}
	default:
		c, err := ReadCompany(ctx, s.DB.DB, m.CorpID)
		if err != nil || !c.Quiet {
			return now, err
		}
		hours = c.Hours
	}
	name, err := zone(ctx, m.CorpID)
	if err != nil {
		return now, err
	}
	isWorkday := func(availability.Date) bool { return true }
	if hours.DaysOff {
		days, err := s.Availability.Workdays(ctx, m.CorpID)
		if err != nil {
			return now, err
		}
		isWorkday = days.Contain
	}
	return hours.endAfter(now, availability.Location(name), isWorkday), nil
}
