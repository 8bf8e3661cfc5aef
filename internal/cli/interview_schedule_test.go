package cli

import (
	"encoding/json"
	"testing"
)

func TestParseTime(t *testing.T) {
	for _, c := range []struct{ value, zone, want, err string }{
		{"2026-12-01T14:00:00+08:00", "", "2026-12-01T14:00:00+08:00", ""},
		{"2026-12-01T14:00:00Z", "Asia/Tokyo", "2026-12-01T14:00:00Z", ""}, // an offset in the value wins
		{"2026-12-01 14:00", "Asia/Shanghai", "2026-12-01T14:00:00+08:00", ""},
		{"2026-12-01T14:00", "Asia/Tokyo", "2026-12-01T14:00:00+09:00", ""},
		{"2026-07-01 14:00", "America/New_York", "2026-07-01T14:00:00-04:00", ""}, // daylight saving time
		{"2026-12-01", "UTC", "2026-12-01T00:00:00Z", ""},
		{"2026-03-08 02:30", "America/New_York", "", "does not exist in America/New_York"},
		{"2026-11-01 01:30", "America/New_York", "", "occurs twice in America/New_York"},
		{"2026-11-01T01:30:00-05:00", "America/New_York", "2026-11-01T01:30:00-05:00", ""},
		{"2026-09-06", "America/Santiago", "2026-09-06T01:00:00-03:00", ""},
		{"2026-12-01 14:00", "posix/Asia/Tokyo", "", "not an IANA time zone"},
		{"2026-12-01 14:00", "Mars/Olympus", "", "not an IANA time zone"},
		{"2026-02-30 14:00", "UTC", "", "not a time"},
		{"14:00", "UTC", "", "not a time"},
		{"", "UTC", "", "not a time"},
	} {
		got, err := parseTime("--at", c.value, c.zone)
		checkError(t, c.value, err, c.err)
		if got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.value, c.zone, got, c.want)
		}
		if err != nil && exitCode(err) != ExitUsage {
			t.Errorf("%s: exit code %d", c.value, exitCode(err))
		}
	}
}

// Only flags that are set appear in the request.
func TestScheduleFlagsRequestBody(t *testing.T) {
	for name, c := range map[string]struct {
		flags     scheduleFlags
		want, err string
	}{
		"no flags":        {scheduleFlags{}, `{}`, ""},
		"zone alone":      {scheduleFlags{Zone: "Asia/Tokyo"}, `{"timeZone":"Asia/Tokyo"}`, ""},
		"time":            {scheduleFlags{At: "2026-12-01 14:00", Zone: "UTC", Minutes: 45}, `{"durationMinutes":45,"startsAt":"2026-12-01T14:00:00Z","timeZone":"UTC"}`, ""},
		"interviewers":    {scheduleFlags{Interviewer: []string{"ChenMo", "a@example.com"}}, `{"interviewers":[{"userId":"ChenMo"},{"email":"a@example.com"}]}`, ""},
		"external room":   {scheduleFlags{RoomURL: "https://meet.example.com/1"}, `{"room":{"kind":"link","url":"https://meet.example.com/1"}}`, ""},
		"room kind":       {scheduleFlags{Room: "showmebug"}, `{"room":{"kind":"showmebug"}}`, ""},
		"remaining flags": {scheduleFlags{Title: "t", Note: "n", ExternalID: "e", Round: 2, Question: []string{"q"}, Override: true}, `{"externalId":"e","note":"n","overrideWarnings":true,"questionIds":["q"],"round":2,"title":"t"}`, ""},
		"two rooms":       {scheduleFlags{Room: "builtin", RoomURL: "https://meet.example.com/1"}, "", "exclude each other"},
		"invalid time":    {scheduleFlags{At: "never"}, "", "not a time"},
	} {
		body, err := c.flags.requestBody()
		checkError(t, name, err, c.err)
		got, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if c.err == "" && string(got) != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
