package availability

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/validate"
)

// spans formats intervals in a location, such as "03-08 09:00-18:00".
func spans(list []Interval, loc *time.Location) []string {
	out := make([]string, len(list))
	for n, i := range list {
		start, end := i.Start.In(loc), i.End.In(loc)
		out[n] = start.Format("01-02 15:04") + "-" + end.Format("15:04")
		if DateOf(start) != DateOf(end) {
			out[n] += end.Format(" (01-02)")
		}
	}
	return out
}

// parseHours parses shifts such as "1 09:00-18:00", separated by commas.
func parseHours(t *testing.T, text string) Hours {
	t.Helper()
	out := Hours{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		var s Shift
		day, times, _ := strings.Cut(part, " ")
		from, to, _ := strings.Cut(times, "-")
		s.Day = time.Weekday(day[0] - '0')
		var err error
		if s.From, err = ParseClock(from); err != nil {
			t.Fatal(err)
		}
		if s.To, err = ParseClock(to); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func mustLoad(t *testing.T, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

const weekdays = "1 09:00-18:00, 2 09:00-18:00, 3 09:00-18:00, 4 09:00-18:00, 5 09:00-18:00"

func TestWorkingHours(t *testing.T) {
	nights := "6 22:00-06:00, 0 22:00-06:00, 1 22:00-06:00"
	holidays := Holidays(ChineseHolidays, "zh-CN")
	for name, c := range map[string]struct {
		zone, hours string
		from, to    Date
		days        []Day
		want        []string
		total       time.Duration
	}{
		"a weekend": {zone: "Asia/Shanghai", hours: weekdays, from: "2026-03-06", to: "2026-03-09",
			want: []string{"03-06 09:00-18:00", "03-09 09:00-18:00"}, total: 18 * time.Hour},
		"a break at noon, and shifts that touch": {zone: "Asia/Shanghai", hours: "1 14:00-16:00, 1 09:00-12:00, 1 16:00-18:00", from: "2026-03-09", to: "2026-03-09",
			want: []string{"03-09 09:00-12:00", "03-09 14:00-18:00"}, total: 7 * time.Hour},
		"daylight saving begins": {zone: "America/New_York", hours: "0 01:00-10:00", from: "2026-03-08", to: "2026-03-08",
			want: []string{"03-08 01:00-10:00"}, total: 8 * time.Hour},
		"daylight saving ends": {zone: "America/New_York", hours: "0 01:00-10:00", from: "2026-11-01", to: "2026-11-01",
			want: []string{"11-01 01:00-10:00"}, total: 10 * time.Hour},
		"a start that daylight saving skips": {zone: "Europe/Berlin", hours: "0 02:30-10:00", from: "2026-03-29", to: "2026-03-29",
			want: []string{"03-29 03:00-10:00"}, total: 7 * time.Hour},
		"a start that daylight saving skips, west of Greenwich": {zone: "America/New_York", hours: "0 02:30-10:00", from: "2026-03-08", to: "2026-03-08",
			want: []string{"03-08 03:00-10:00"}, total: 7 * time.Hour},
		"a start that occurs twice, east of Greenwich": {zone: "Europe/Berlin", hours: "0 02:30-10:00", from: "2026-10-25", to: "2026-10-25",
			want: []string{"10-25 02:30-10:00"}, total: 8*time.Hour + 30*time.Minute},
		"a start that occurs twice, west of Greenwich": {zone: "America/New_York", hours: "0 01:30-10:00", from: "2026-11-01", to: "2026-11-01",
			want: []string{"11-01 01:30-10:00"}, total: 9*time.Hour + 30*time.Minute},
		"a day that begins at 01:00": {zone: "Africa/Cairo", hours: "5 00:00-08:00", from: "2026-04-24", to: "2026-04-24",
			want: []string{"04-24 01:00-08:00"}, total: 7 * time.Hour},
		"night shifts over the begin of daylight saving": {zone: "America/New_York", hours: nights, from: "2026-03-07", to: "2026-03-08",
			want: []string{"03-07 22:00-06:00 (03-08)", "03-08 22:00-00:00 (03-09)"}, total: 9 * time.Hour},
		"the end of the night shift of the day before": {zone: "Asia/Shanghai", hours: nights, from: "2026-03-10", to: "2026-03-10",
			want: []string{"03-10 00:00-06:00"}, total: 6 * time.Hour},
		"whole days": {zone: "Asia/Shanghai", hours: "1 00:00-24:00, 2 00:00-24:00", from: "2026-03-09", to: "2026-03-10",
			want: []string{"03-09 00:00-00:00 (03-11)"}, total: 48 * time.Hour},
		"a leap day": {zone: "Asia/Shanghai", hours: "2 09:00-18:00", from: "2028-02-28", to: "2028-03-01",
			want: []string{"02-29 09:00-18:00"}, total: 9 * time.Hour},
		"the end of a year": {zone: "Asia/Shanghai", hours: "4 20:00-02:00", from: "2026-12-31", to: "2027-01-01",
			want: []string{"12-31 20:00-02:00 (01-01)"}, total: 6 * time.Hour},
		"make-up workdays beside a holiday": {zone: "Asia/Shanghai", hours: weekdays, from: "2026-02-13", to: "2026-02-25", days: holidays,
			want: []string{"02-13 09:00-18:00", "02-14 09:00-18:00", "02-24 09:00-18:00", "02-25 09:00-18:00"}, total: 36 * time.Hour},
		"New Year's Day and the Sunday after it": {zone: "Asia/Shanghai", hours: weekdays, from: "2025-12-31", to: "2026-01-05", days: holidays,
			want: []string{"12-31 09:00-18:00", "01-04 09:00-18:00", "01-05 09:00-18:00"}, total: 27 * time.Hour},
		"a make-up workday has the hours of the last workday": {zone: "Asia/Shanghai", hours: "4 09:00-18:00, 5 09:00-12:00", from: "2026-02-28", to: "2026-02-28", days: holidays,
			want: []string{"02-28 09:00-12:00"}, total: 3 * time.Hour},
		"a make-up workday on a day with hours": {zone: "Asia/Shanghai", hours: "5 09:00-18:00, 6 10:00-12:00", from: "2026-02-28", to: "2026-02-28", days: holidays,
			want: []string{"02-28 10:00-12:00"}, total: 2 * time.Hour},
		"a night shift ends on the holiday after it": {zone: "Asia/Shanghai", hours: "3 22:00-06:00, 4 22:00-06:00", from: "2026-09-30", to: "2026-10-01", days: holidays,
			want: []string{"09-30 22:00-06:00 (10-01)"}, total: 8 * time.Hour},
		"own days replace the list": {zone: "Asia/Shanghai", hours: weekdays, from: "2026-02-14", to: "2026-02-16",
			days: append(slices.Clone(holidays), Day{"2026-02-14", DayOff, "放假"}, Day{"2026-02-16", Workday, "值班"}),
			want: []string{"02-16 09:00-18:00"}, total: 9 * time.Hour},
		"no hours, and a workday": {zone: "Asia/Shanghai", from: "2026-02-28", to: "2026-02-28", days: holidays, want: []string{}},
	} {
		loc := mustLoad(t, c.zone)
		got := parseHours(t, c.hours).intervalsWithin(DateRange{c.from, c.to}.intervalIn(loc), loc, newCalendar(c.days))
		var total time.Duration
		for _, i := range got {
			total += i.End.Sub(i.Start)
		}
		if !slices.Equal(spans(got, loc), c.want) || total != c.total {
			t.Errorf("%s: %q of %s, want %q of %s", name, spans(got, loc), total, c.want, c.total)
		}
	}
}

func TestChineseHolidays2026(t *testing.T) {
	days := Holidays(ChineseHolidays, "zh-CN")
	count := map[DayKind]int{}
	for _, d := range days {
		count[d.Kind]++
		if d.Name == "" {
			t.Errorf("%s has no name", d.Date)
		}
		weekend := d.Date.dayOfWeek() == time.Saturday || d.Date.dayOfWeek() == time.Sunday
		if d.Kind == Workday && !weekend {
			t.Errorf("%s is a workday without being listed", d.Date)
		}
	}
	if count[DayOff] != 33 || count[Workday] != 6 {
		t.Errorf("%d days off and %d make-up workdays, want 33 and 6", count[DayOff], count[Workday])
	}
	for _, lang := range []string{"en", "ja"} {
		other := Holidays(ChineseHolidays, lang)
		if len(other) != len(days) || other[0].Name == days[0].Name || other[0].Name == "" {
			t.Errorf("%s: %d days, the first is %q", lang, len(other), other[0].Name)
		}
	}
	if none := Holidays(NoHolidays, "en"); len(none) != 0 {
		t.Errorf("without a list: %v", none)
	}
}

func TestCheckHours(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		weekdays:                       "",
		"1 22:00-06:00, 2 06:00-08:00": "",
		"1 00:00-24:00, 2 00:00-24:00": "",
		"1 22:00-06:00, 2 05:59-08:00": "hours[1]: availability.overlapping_hours",
		"0 00:00-01:00, 6 23:00-00:30": "hours[1]: availability.overlapping_hours",
		"1 09:00-12:00, 1 11:00-12:30": "hours[1]: availability.overlapping_hours",
		"1 09:00-09:00":                "hours[0]: field.invalid",
		"1 24:00-09:00":                "hours[0]: field.invalid",
		"7 09:00-12:00":                "hours[0]: field.invalid",
		"1 01:00-02:00, 1 03:00-04:00, 1 05:00-06:00, 1 07:00-08:00": "hours[3]: field.too_many",
	} {
		var e validate.Errors
		parseHours(t, text).checkShifts(&e, "hours")
		got := ""
		for _, f := range e.Fields {
			got += fmt.Sprintf("%s: %s", f.Path, f.Code)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestParseClock(t *testing.T) {
	for text, want := range map[string]Clock{"00:00": 0, "09:05": 545, "23:59": 1439, "24:00": 1440, "24:01": -1, "9:00": -1, "09:60": -1, "": -1, "09:00:00": -1} {
		got, err := ParseClock(text)
		if err != nil {
			got = -1
		} else if got.String() != text {
			t.Errorf("%q is formatted as %q", text, got)
		}
		if got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}

func TestIntervals(t *testing.T) {
	at := func(from, to int) Interval { return Interval{time.Unix(int64(from), 0), time.Unix(int64(to), 0)} }
	merged := mergeIntervals([]Interval{at(5, 7), at(1, 3), at(3, 4), at(9, 9), at(6, 8)})
	if want := []Interval{at(1, 4), at(5, 8)}; !slices.Equal(merged, want) {
		t.Errorf("merged %v", merged)
	}
	if got, want := intersectIntervals(merged, []Interval{at(0, 2), at(3, 6)}), []Interval{at(1, 2), at(3, 4), at(5, 6)}; !slices.Equal(got, want) {
		t.Errorf("intersection %v, want %v", got, want)
	}
	if got, want := subtractIntervals(merged, []Interval{at(2, 3), at(4, 6)}), []Interval{at(1, 2), at(3, 4), at(6, 8)}; !slices.Equal(got, want) {
		t.Errorf("difference %v, want %v", got, want)
	}
}
