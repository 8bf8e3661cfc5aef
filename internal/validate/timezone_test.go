package validate

import (
	"testing"
	"time"
)

func TestTimeZones(t *testing.T) {
	for _, name := range []string{"Asia/Shanghai", "UTC", "Etc/GMT-8", "America/Argentina/Buenos_Aires", "Europe/Kyiv", "Asia/Calcutta"} {
		var e Errors
		if e.CheckTimeZone("timeZone", name); e.HasErrors() {
			t.Errorf("%s: %+v", name, e.Fields)
		}
	}
	for _, name := range []string{"", "Local", "localtime", "Factory", "posixrules", "posix/Asia/Shanghai", "right/Asia/Tokyo", "Mars/Base", "../etc", "GMT+8 "} {
		var e Errors
		if e.CheckTimeZone("timeZone", name); !e.HasErrors() || e.Fields[0].Code != "interview.unknown_time_zone" {
			t.Errorf("%s is accepted: %+v", name, e.Fields)
		}
	}
}

func TestLocalTime(t *testing.T) {
	for text, want := range map[string]struct {
		zone   string
		change ClockChange
		at     string
	}{
		"2026-03-08T01:30": {"America/New_York", NoChange, "2026-03-08T01:30:00-05:00"}, "2026-03-08T02:30": {"America/New_York", Skipped, "2026-03-08T03:00:00-04:00"}, "2026-03-08T03:00": {"America/New_York", NoChange, "2026-03-08T03:00:00-04:00"},
		"2026-11-01T00:59": {"America/New_York", NoChange, "2026-11-01T00:59:00-04:00"}, "2026-11-01T01:30": {"America/New_York", Repeated, "2026-11-01T01:30:00-04:00"}, "2026-11-01T02:00": {"America/New_York", NoChange, "2026-11-01T02:00:00-05:00"},
		"2026-09-06T00:00": {"America/Santiago", Skipped, "2026-09-06T01:00:00-03:00"}, "2026-11-25T14:00": {"Asia/Shanghai", NoChange, "2026-11-25T14:00:00+08:00"}, "2026-06-01T12:00": {"UTC", NoChange, "2026-06-01T12:00:00Z"},
	} {
		wall, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := TimeZone(want.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, change := LocalTime(wall, loc)
		if change != want.change || at.Format(time.RFC3339) != want.at {
			t.Errorf("%s in %s: %s, %d", text, want.zone, at, change)
		}
	}
}
