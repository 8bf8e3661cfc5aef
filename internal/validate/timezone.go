package validate

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// localZones are names of files that a machine's zone data may have, but neither IANA's
// list of zones nor browsers.
var localZones = []string{"", "Local", "localtime", "Factory", "posixrules"}

// TimeZone returns a time zone of the IANA database, or an error for another name. Zones
// of the machine and with leap seconds have no meaning elsewhere: browsers reject them.
func TimeZone(name string) (*time.Location, error) {
	if slices.Contains(localZones, name) || strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/") {
		return nil, fmt.Errorf("%q is no time zone of the IANA database", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("loading the time zone %q: %w", name, err)
	}
	return loc, nil
}

// CheckTimeZone adds an error unless value is a time zone of the IANA database.
func (e *Errors) CheckTimeZone(path, value string) {
	if _, err := TimeZone(value); err != nil {
		e.Add(path, "interview.unknown_time_zone")
	}
}

// ClockChange is what a change of the clocks does to a local time.
type ClockChange int

const (
	NoChange ClockChange = iota
	Skipped              // clocks go forward: no such time
	Repeated             // clocks go back: two such times
)

// LocalTime returns the instant at which clocks in loc show the date and time of wall,
// which is in UTC: the first after the gap for a time that does not exist, and the first
// of two.
func LocalTime(wall time.Time, loc *time.Location) (time.Time, ClockChange) {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, loc)
	shown := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
	start, end := t.ZoneBounds()
	switch wall = wall.Truncate(time.Minute); {
	case shown.Before(wall):
		return end, Skipped
	case shown.After(wall):
		return start, Skipped
	}
	_, offset := t.Zone()
	for _, neighbor := range []time.Time{start.Add(-time.Second), end} {
		if start.IsZero() && neighbor.Before(t) || neighbor.IsZero() {
			continue
		}
		_, other := neighbor.Zone()
		twin := t.Add(time.Duration(offset-other) * time.Second)
		if _, actual := twin.Zone(); actual == other && other != offset {
			if twin.Before(t) {
				t = twin
			}
			return t, Repeated
		}
	}
	return t, NoChange
}
