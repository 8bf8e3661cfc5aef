package importer

import (
	"slices"
	"testing"
	"time"
)

const testDay = "2026-11-25 "

// formatRange formats a parsed time as "14:00" or "14:00–15:00", on another day
// with its date, followed by its code or warnings.
func formatRange(r timeRange, code string, loc *time.Location) string {
	if code != "" {
		return code
	}
	out := r.from.In(loc).Format("15:04")
	if !r.to.IsZero() {
		out += "–" + r.to.In(loc).Format("15:04")
		if r.to.In(loc).Day() != r.from.In(loc).Day() {
			out += " next day"
		}
	}
	for _, w := range r.warnings {
		out += " " + w
	}
	return out
}

func TestPartsOfTheDay(t *testing.T) {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{
		"中午11:30": "11:30", "中午12:00": "12:00", "中午12点半": "12:30", "中午1:00": "13:00", "中午13:00": "13:00", "中午0:30": "12:30", "中午8:00": badTime,
		"正午": "12:00", "noon": "12:00", "12 noon": "12:00", "12:00 noon": "12:00", "正午12時": "12:00", "お昼の12時": "12:00", "中午": badTime,
		"凌晨12:30": "00:30", "凌晨0:30": "00:30", "凌晨3点": "03:00", "凌晨9:00": badTime,
		"上午9:00": "09:00", "上午12:00": ambiguousTime, "早上8点": "08:00", "早8:30": "08:30", "早上12:00": ambiguousTime, "上午14:00": badTime,
		"下午2:00": "14:00", "下午14:00": "14:00", "下午12:30": "12:30", "下午0:30": "12:30", "下午两点": "14:00", "下午三点半": "15:30", "下午2点一刻": "14:15", "下午2点3刻": "14:45",
		"傍晚6点": "18:00", "晚上8:00": "20:00", "晚8点": "20:00", "晚上20:00": "20:00", "晚上12:00": ambiguousTime, "晚上12:30": ambiguousTime, "晚上1:00": ambiguousTime,
		"半夜12点": ambiguousTime, "午夜": ambiguousTime, "midnight": ambiguousTime, "12 midnight": ambiguousTime,
		"午前0時": "00:00", "午前9時30分": "09:30", "午前12時": ambiguousTime, "午後0時": "12:00", "午後0:30": "12:30", "午後12時": "12:00 " + noonAssumed, "午後３時": "15:00",
		"朝9時": "09:00", "夕方5時": "17:00", "夜8時": "20:00", "夜12時": ambiguousTime, "深夜1時": ambiguousTime, "十四时": "14:00", "二十点十五分": "20:15", "14時半": "14:30",
		"12:30 AM": "00:30", "12:30 PM": "12:30", "12:00 a.m.": "00:00", "12:00 p.m.": "12:00", "2 PM": "14:00", "2:00pm": "14:00", "PM 2:00": "14:00",
		"13:00 AM": badTime, "上午2:00 PM": badTime, "１４：００": "14:00", "下午２：３０": "14:30", "14∶00": "14:00", "14h30": "14:30", "14.30": "14:30", "14:00:00": "14:00",
		"2:00": "02:00 " + earlyTime, "02:00": "02:00", "6:30": "06:30 " + earlyTime, "7:00": "07:00", "0:30": "00:30",
		"14.3": badTime, "14:3": badTime, "1400": badTime, "24:00": badTime, "14:00:61": badTime, "25:00": badTime, "14:60": badTime, "下午": badTime, "晚点": badTime,
		"\u200b14:00\ufeff": "14:00", "14:00 左右": badTime,
	} {
		for _, spaced := range []string{testDay + cell, "2026年11月25日" + cell, "2026-11-25(周三) " + cell} {
			at, code := parseDateTime(spaced, loc)
			if got := formatRange(at, code, loc); got != want {
				t.Errorf("%q: %s, want %s", spaced, got, want)
			}
		}
		at, code := parseDateAndTime(testDay, cell, loc)
		if got := formatRange(at, code, loc); got != want {
			t.Errorf("cell %q: %s, want %s", cell, got, want)
		}
	}
}

// A word for a part of the day holds for both times of a range.
func TestRanges(t *testing.T) {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{
		"下午2:00-3:00": "14:00–15:00", "午後2時〜3時": "14:00–15:00", "2:00-3:00 PM": "14:00–15:00", "下午2点至3点半": "14:00–15:30", "下午2:00到3:00": "14:00–15:00",
		"下午2:00～3:00": "14:00–15:00", "下午2:00–3:00": "14:00–15:00", "下午2:00—3:00": "14:00–15:00", "下午2:00——3:00": "14:00–15:00", "下午2:00－3:00": "14:00–15:00",
		"下午2:00−3:00": "14:00–15:00", "下午2:00‐3:00": "14:00–15:00", "下午2:00 to 3:00": "14:00–15:00", "2:00 to 3:00 pm": "14:00–15:00", "下午2:00->3:00": "14:00–15:00",
		"下午2:00 - 下午3:00": "14:00–15:00", "下午２：００〜３：００": "14:00–15:00", "午後2時から3時まで": "14:00–15:00", "午後2時より3時まで": "14:00–15:00", "午後2時ー3時": "14:00–15:00",
		"上午9:00-10:30": "09:00–10:30", "上午11:00-12:00": "11:00–12:00", "上午11:00-1:00": "11:00–13:00", "11:00-1:00 PM": "11:00–13:00", "9:00-5:00 PM": "09:00–17:00",
		"12:00-1:00 PM": "12:00–13:00", "中午11:30-12:30": "11:30–12:30", "中午12:00-1:00": "12:00–13:00", "下午1:00-14:30": "13:00–14:30", "11:00 AM-1:00 PM": "11:00–13:00",
		"晚上8:00-10:00": "20:00–22:00", "晚上10:00-12:00": "22:00–00:00 next day", "晚上11:00-1:00": "23:00–01:00 next day", "下午5:00-晚上7:00": "17:00–19:00",
		"14:00-15:00": "14:00–15:00", "14:00~15:00": "14:00–15:00", "2:00-3:00": "02:00–03:00 " + earlyTime, "14:00-2026-11-25 15:00": "14:00–15:00",
		"14:00 - 2026年11月26日 9:00": "14:00–09:00 next day", "晚上12:00-1:00": ambiguousTime, "9:00-10:00 AM": "09:00–10:00", "10:00-12:00 AM": badTime,
		"下午2:00-": badTime, "-3:00": badTime, "14:00-15:00-16:00": badTime, "14:00 15:00": badTime, "下午2:00-3": badTime,
	} {
		at, code := parseDateTime(testDay+cell, loc)
		if got := formatRange(at, code, loc); got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
	}
}

// A time that the clocks skip or repeat is not guessed.
func TestClockChanges(t *testing.T) {
	for cell, want := range map[string][2]string{
		"2026-03-08 01:30": {"America/New_York", "01:30"}, "2026-03-08 02:30": {"America/New_York", skippedTime}, "2026-03-08 03:00": {"America/New_York", "03:00"},
		"2026-11-01 00:59": {"America/New_York", "00:59"}, "2026-11-01 01:00": {"America/New_York", repeatedTime}, "2026-11-01 01:59": {"America/New_York", repeatedTime},
		"2026-11-01 02:00": {"America/New_York", "02:00"}, "2026-11-01T01:30:00-04:00": {"America/New_York", "01:30"},
		"2026-03-29 01:30": {"Europe/London", skippedTime}, "2026-10-25 01:30": {"Europe/London", repeatedTime}, "2026-04-05 01:45": {"Australia/Lord_Howe", repeatedTime},
		"2026-10-04 02:15": {"Australia/Lord_Howe", skippedTime}, "2026-11-25 02:30": {"Asia/Shanghai", "02:30"}, "2026-11-25 02:31": {"UTC", "02:31"},
		"2026-11-01 00:30-01:30": {"America/New_York", repeatedTime}, "2026-03-08 01:00-02:30": {"America/New_York", skippedTime},
	} {
		loc, err := time.LoadLocation(want[0])
		if err != nil {
			t.Fatal(err)
		}
		at, code := parseDateTime(cell, loc)
		if got := formatRange(timeRange{from: at.from}, code, loc); got != want[1] {
			t.Errorf("%s in %s: %s, want %s", cell, want[0], got, want[1])
		}
	}
	loc, err := time.LoadLocation("Asia/Beirut") // clocks go forward at midnight
	if err != nil {
		t.Fatal(err)
	}
	if at, code := parseDateAndTime("2026-03-29 00:00:00", "14:00", loc); formatRange(at, code, loc) != "14:00" {
		t.Errorf("a day without a midnight: %v %s", at, code)
	}
}

func TestWeekdays(t *testing.T) {
	for cell, want := range map[string]string{
		"2026-11-25 星期三 14:00": "14:00", "2026年11月25日（三）14:00": "14:00", "2026-11-25 周三 14:00": "14:00", "2026-11-25 水曜日 14:00": "14:00", "2026-11-25 (Wed) 14:00": "14:00",
		"2026-11-25, Wednesday, 14:00": "14:00", "2026-11-25 三点": "03:00 " + earlyTime, "20261125 14:00": "14:00",
		"2026-11-25 星期四 14:00": "14:00 " + wrongWeekday, "2026年11月25日(木)午後2時": "14:00 " + wrongWeekday, "2026-11-25 Thu 14:00": "14:00 " + wrongWeekday,
	} {
		at, code := parseDateTime(cell, time.UTC)
		if got := formatRange(at, code, time.UTC); got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
	}
}

// readPlan reads the times of a line of an import of interviews.
func readPlan(cells map[string]string) (start string, duration time.Duration, issues []string) {
	r := rowReader{line: Line{Cells: cells}, zone: "UTC", loc: time.UTC, title: func(int) string { return "x" }}
	p := r.readEntry(Interviews).Plan
	for _, i := range r.issues {
		issues = append(issues, i.Column+" "+i.Code)
	}
	return p.StartsAt.Format("15:04"), p.Duration, issues
}

func TestTimeColumns(t *testing.T) {
	day := "2026-11-25"
	for _, tc := range []struct {
		cells    map[string]string
		start    string
		duration time.Duration
		issues   []string
	}{
		{map[string]string{colDate: day, colTime: "下午2:00", colEnd: "3:00"}, "14:00", time.Hour, nil},
		{map[string]string{colStart: day + " 下午2:00", colEnd: "3:30"}, "14:00", 90 * time.Minute, nil},
		{map[string]string{colDate: day, colTime: "14:00", colEnd: day + " 15:00"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day, colTime: "14:00", colEnd: "0.625"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day, colTime: "14:00-15:00", colDuration: "60"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day, colTime: "14:00-15:00", colDuration: "90"}, "14:00", 90 * time.Minute, []string{colDuration + " " + timesDisagree}},
		{map[string]string{colDate: day, colTime: "14:00", colEnd: "15:00", colDuration: "90"}, "14:00", 90 * time.Minute, []string{colDuration + " " + timesDisagree}},
		{map[string]string{colDate: day + " 10:00", colTime: "14:00"}, "00:00", time.Hour, []string{colTime + " " + timesDisagree}},
		{map[string]string{colDate: "46351.5", colTime: "14:00"}, "00:00", time.Hour, []string{colTime + " " + timesDisagree}},
		{map[string]string{colDate: day, colTime: "2026-11-26 14:00"}, "00:00", time.Hour, []string{colTime + " " + timesDisagree}},
		{map[string]string{colDate: day, colTime: day + " 14:00"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day, colTime: "46351.583333333336"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day, colTime: "14:00", colStart: "15:00"}, "00:00", time.Hour, []string{colStart + " " + timesDisagree}},
		{map[string]string{colStart: day, colTime: "14:00"}, "14:00", time.Hour, nil},
		{map[string]string{colStart: "2026-11-25T14:00:00Z", colEnd: "15:00"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day + " 星期四", colTime: "14:00"}, "14:00", time.Hour, []string{colTime + " " + wrongWeekday}},
		{map[string]string{colDate: day, colTime: "0.0833333333333333"}, "02:00", time.Hour, []string{colTime + " " + earlyTime}},
		{map[string]string{colDate: day, colTime: "0.58333", colDuration: "0.0416666666666667"}, "14:00", time.Hour, nil},
		{map[string]string{colDate: day, colTime: "14:00", colDuration: "0.25"}, "14:00", 6 * time.Hour, []string{colDuration + " import.bad_duration"}},
	} {
		start, duration, issues := readPlan(tc.cells)
		if start != tc.start || duration != tc.duration && issues == nil || !slices.Equal(issues, tc.issues) {
			t.Errorf("%v: %s for %s, issues %q, want %s for %s, %q", tc.cells, start, duration, issues, tc.start, tc.duration, tc.issues)
		}
	}
}
