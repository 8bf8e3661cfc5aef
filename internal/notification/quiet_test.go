package notification

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/availability"
)

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func always(availability.Date) bool { return true }

// fromMondayToFriday returns a week without holidays.
func fromMondayToFriday(d availability.Date) bool {
	day := d.StartIn(time.UTC).Weekday()
	return day != time.Saturday && day != time.Sunday
}

func TestEndAfter(t *testing.T) {
	night := QuietHours{From: 22 * 60, To: 8 * 60}
	weekend := QuietHours{From: 22 * 60, To: 8 * 60, DaysOff: true}
	for name, c := range map[string]struct {
		hours     QuietHours
		zone      string
		isWorkday func(availability.Date) bool
		at, want  string
	}{
		"by day":                  {night, "Asia/Shanghai", always, "2026-12-01T14:00:00+08:00", "2026-12-01T14:00:00+08:00"},
		"a second before":         {night, "Asia/Shanghai", always, "2026-12-01T21:59:59+08:00", "2026-12-01T21:59:59+08:00"},
		"the beginning":           {night, "Asia/Shanghai", always, "2026-12-01T22:00:00+08:00", "2026-12-02T08:00:00+08:00"},
		"before midnight":         {night, "Asia/Shanghai", always, "2026-12-01T23:30:12+08:00", "2026-12-02T08:00:00+08:00"},
		"after midnight":          {night, "Asia/Shanghai", always, "2026-12-02T03:00:00+08:00", "2026-12-02T08:00:00+08:00"},
		"a second before the end": {night, "Asia/Shanghai", always, "2026-12-02T07:59:59+08:00", "2026-12-02T08:00:00+08:00"},
		"the end":                 {night, "Asia/Shanghai", always, "2026-12-02T08:00:00+08:00", "2026-12-02T08:00:00+08:00"},
		"within a day":            {QuietHours{From: 12 * 60, To: 14 * 60}, "Asia/Shanghai", always, "2026-12-01T13:00:00+08:00", "2026-12-01T14:00:00+08:00"},
		"until midnight":          {QuietHours{From: 20 * 60, To: 0}, "Asia/Shanghai", always, "2026-12-01T21:00:00+08:00", "2026-12-02T00:00:00+08:00"},
		"from midnight":           {QuietHours{From: 0, To: 7 * 60}, "Asia/Shanghai", always, "2026-12-01T00:00:00+08:00", "2026-12-01T07:00:00+08:00"},
		"half an hour of offset":  {night, "Asia/Kolkata", always, "2026-12-01T22:15:00+05:30", "2026-12-02T08:00:00+05:30"},

		// New York: forward on 14 March 2027 at 2:00, back on 1 November 2026 at 2:00.
		"forward":                {night, "America/New_York", always, "2027-03-13T23:00:00-05:00", "2027-03-14T08:00:00-04:00"},
		"an end that is skipped": {QuietHours{From: 22 * 60, To: 2*60 + 30}, "America/New_York", always, "2027-03-14T01:00:00-05:00", "2027-03-14T03:00:00-04:00"},
		"a skipped window":       {QuietHours{From: 2*60 + 10, To: 2*60 + 50}, "America/New_York", always, "2027-03-14T03:00:00-04:00", "2027-03-14T03:00:00-04:00"},
		"back":                   {night, "America/New_York", always, "2026-10-31T23:00:00-04:00", "2026-11-01T08:00:00-05:00"},
		"the first 1:30":         {QuietHours{From: 22 * 60, To: 90}, "America/New_York", always, "2026-11-01T01:10:00-04:00", "2026-11-01T01:30:00-04:00"},
		"between both 1:30":      {QuietHours{From: 22 * 60, To: 90}, "America/New_York", always, "2026-11-01T01:10:00-05:00", "2026-11-01T01:30:00-05:00"},
		"a window shown twice":   {QuietHours{From: 60, To: 90}, "America/New_York", always, "2026-11-01T01:05:00-05:00", "2026-11-01T01:30:00-05:00"},

		"Friday night":           {weekend, "Asia/Shanghai", fromMondayToFriday, "2026-12-04T23:00:00+08:00", "2026-12-07T08:00:00+08:00"},
		"Saturday":               {weekend, "Asia/Shanghai", fromMondayToFriday, "2026-12-05T12:00:00+08:00", "2026-12-07T08:00:00+08:00"},
		"Thursday":               {weekend, "Asia/Shanghai", fromMondayToFriday, "2026-12-03T12:00:00+08:00", "2026-12-03T12:00:00+08:00"},
		"Saturday, nights only":  {night, "Asia/Shanghai", fromMondayToFriday, "2026-12-05T12:00:00+08:00", "2026-12-05T12:00:00+08:00"},
		"day window after a day": {QuietHours{From: 12 * 60, To: 14 * 60, DaysOff: true}, "Asia/Shanghai", fromMondayToFriday, "2026-12-06T12:00:00+08:00", "2026-12-07T00:00:00+08:00"},
		"no workday at all":      {weekend, "Asia/Shanghai", func(availability.Date) bool { return false }, "2026-12-05T12:00:00+08:00", "2026-12-05T12:00:00+08:00"},
		"no workday, by night":   {weekend, "Asia/Shanghai", func(availability.Date) bool { return false }, "2026-12-05T23:00:00+08:00", "2026-12-06T08:00:00+08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.hours.endAfter(parseTime(t, c.at), availability.Location(c.zone), c.isWorkday)
			if want := parseTime(t, c.want); !got.Equal(want) {
				t.Errorf("%s, want %s", got.In(availability.Location(c.zone)), want)
			}
		})
	}
}

// The computed time is never quiet, and it is at most a day later unless days are quiet as a
// whole.
func TestEndAfterIsNeverQuiet(t *testing.T) {
	zones := []string{"Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "UTC"}
	base := parseTime(t, "2026-01-01T00:00:00Z")
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 1))
		loc := availability.Location(zones[r.IntN(len(zones))])
		q := QuietHours{From: availability.Clock(r.IntN(int(availability.EndOfDay))), DaysOff: r.IntN(2) == 0}
		q.To = (q.From + 1 + availability.Clock(r.IntN(int(maxQuiet)))) % availability.EndOfDay
		at := base.Add(time.Duration(r.Int64N(int64(500 * 24 * time.Hour))))
		if zone := at.In(loc); r.IntN(2) == 0 { // near a change of the clocks
			if _, end := zone.ZoneBounds(); !end.IsZero() {
				at = end.Add(time.Duration(r.Int64N(int64(48*time.Hour))) - 24*time.Hour)
			}
		}
		got := q.endAfter(at, loc, fromMondayToFriday)
		local := got.In(loc)
		shown := availability.Clock(local.Hour()*60 + local.Minute())
		inWindow := shown >= q.From && shown < q.To
		if q.To <= q.From {
			inWindow = shown >= q.From || shown < q.To
		}
		switch {
		case got.Before(at):
			t.Fatalf("seed %d: %s is before %s", seed, got, at)
		case inWindow:
			t.Fatalf("seed %d: %v at %s: %s is in the window", seed, q, at.In(loc), local)
		case q.DaysOff && !fromMondayToFriday(availability.DateOf(local)):
			t.Fatalf("seed %d: %v at %s: %s is a day off", seed, q, at.In(loc), local)
		case !q.DaysOff && got.Sub(at) > 24*time.Hour:
			t.Fatalf("seed %d: %v at %s: %s is more than a day later", seed, q, at.In(loc), local)
		}
	}
}
