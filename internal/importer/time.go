package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// The codes of what is wrong with a time.
const (
	badDate       = "sheet.bad_date"
	ambiguousDate = "sheet.ambiguous_date"
	badTime       = "sheet.bad_time"
)

var (
	ymd = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?`)
	dmy = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})`)
	hms = regexp.MustCompile(`^(\d{1,2})(?:\s*[:.时時点]\s*(\d{1,2})?\s*分?(?::(\d{2})(?:\.\d+)?)?\s*秒?)?\s*(半)?\s*(am|pm|a\.m\.|p\.m\.)?`)
	// A weekday in brackets or after the date is ignored.
	weekday        = regexp.MustCompile(`^\s*[(]?\s*(?:星期|周|週)?[一二三四五六日天月火水木金土]?(?:曜日?)?\s*[)]?[\s,tT]*`)
	rangeSeparator = regexp.MustCompile(`^\s*(?:-|~|–|—|〜|至|到|から)\s*`)
)

// timeRange is a start time, and an end time if given.
type timeRange struct{ from, to time.Time }

// parseDay parses a date and returns the rest of s.
func parseDay(s string) (t time.Time, rest, code string) {
	if m := ymd.FindStringSubmatch(s); m != nil {
		t, ok := makeDate(m[1], m[2], m[3])
		if !ok {
			return t, "", badDate
		}
		return t, s[len(m[0]):], ""
	}
	m := dmy.FindStringSubmatch(s)
	if m == nil {
		return t, "", badDate
	}
	dayFirst, dayOK := makeDate(m[3], m[2], m[1])
	monthFirst, monthOK := makeDate(m[3], m[1], m[2])
	switch {
	case dayOK && monthOK && !dayFirst.Equal(monthFirst):
		return t, "", ambiguousDate
	case dayOK:
		return dayFirst, s[len(m[0]):], ""
	case monthOK:
		return monthFirst, s[len(m[0]):], ""
	}
	return t, "", badDate
}

// makeDate returns the date, and whether it exists in the calendar.
func makeDate(year, month, dayOfMonth string) (time.Time, bool) {
	y, _ := strconv.Atoi(year) // digits by the pattern
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(dayOfMonth)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == d && int(t.Month()) == m
}

// dayHalves are the words for the halves of a day, before a time.
var dayHalves = []struct {
	word  string
	after bool
}{
	{"上午", false}, {"凌晨", false}, {"早上", false}, {"午前", false}, {"am", false},
	{"下午", true}, {"晚上", true}, {"中午", true}, {"午後", true}, {"pm", true},
}

// parseClock parses a time of day and returns the rest of s.
func parseClock(s string) (sinceMidnight time.Duration, rest string, ok bool) {
	s = strings.TrimSpace(s)
	half := ""
	for _, h := range dayHalves {
		if strings.HasPrefix(s, h.word) {
			s, half = strings.TrimSpace(s[len(h.word):]), map[bool]string{false: "a", true: "p"}[h.after]
			break
		}
	}
	m := hms.FindStringSubmatch(s)
	if m == nil {
		return 0, "", false
	}
	if m[5] != "" {
		half = m[5][:1]
	}
	if m[0] == m[1] && half == "" { // a bare number is no time
		return 0, "", false
	}
	hour, _ := strconv.Atoi(m[1]) // digits by the pattern
	minute, _ := strconv.Atoi(m[2])
	if m[4] != "" {
		minute = 30
	}
	switch {
	case half == "p" && hour < 12:
		hour += 12
	case half == "a" && hour == 12:
		hour = 0
	}
	if hour > 23 || minute > 59 {
		return 0, "", false
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute, s[len(m[0]):], true
}

// normalizeTime writes width, case and spaces in one way.
func normalizeTime(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }

// parseDateTime parses a date with a time, optionally up to another time, in the
// notations of the three languages, RFC 3339, or as an Excel serial number.
// Without an offset the time is in loc.
func parseDateTime(cell string, loc *time.Location) (timeRange, string) {
	if t, err := time.Parse(time.RFC3339, strings.TrimSpace(cell)); err == nil {
		return timeRange{from: t}, ""
	}
	s := normalizeTime(cell)
	if serial, err := strconv.ParseFloat(s, 64); err == nil {
		t, ok := serialTime(serial)
		if !ok {
			return timeRange{}, badDate
		}
		return timeRange{from: wallClock(t, 0, loc)}, ""
	}
	d, rest, code := parseDay(s)
	if code != "" {
		return timeRange{}, code
	}
	return parseTimeRange(d, rest, loc)
}

// parseDateAndTime parses a date and a time from separate cells.
func parseDateAndTime(dateCell, timeCell string, loc *time.Location) (timeRange, string) {
	s := normalizeTime(dateCell)
	d, rest, code := parseDay(s)
	if serial, err := strconv.ParseFloat(s, 64); err == nil {
		t, ok := serialTime(serial)
		if !ok {
			return timeRange{}, badDate
		}
		d, rest, code = t.Truncate(24*time.Hour), "", ""
		if timeCell == "" {
			return timeRange{from: wallClock(t, 0, loc)}, ""
		}
	}
	if code != "" {
		return timeRange{}, code
	}
	if timeCell == "" {
		return parseTimeRange(d, rest, loc)
	}
	timeCell = normalizeTime(timeCell)
	if fraction, err := strconv.ParseFloat(timeCell, 64); err == nil && strings.Contains(timeCell, ".") && fraction < 1 {
		return timeRange{from: wallClock(d, time.Duration(fraction*float64(24*time.Hour)).Round(time.Minute), loc)}, ""
	}
	return parseTimeRange(d, timeCell, loc)
}

// parseTimeRange parses the text after a date: a time, optionally up to another.
func parseTimeRange(d time.Time, s string, loc *time.Location) (timeRange, string) {
	s = s[len(weekday.FindString(s)):]
	from, rest, ok := parseClock(s)
	if !ok {
		return timeRange{}, badTime
	}
	out := timeRange{from: wallClock(d, from, loc)}
	mark := rangeSeparator.FindString(rest)
	if mark == "" {
		if strings.Trim(rest, " )") != "" {
			return timeRange{}, badTime
		}
		return out, ""
	}
	to, rest, ok := parseClock(rest[len(mark):])
	if !ok || strings.TrimSpace(rest) != "" && strings.TrimSpace(rest) != "まで" {
		return timeRange{}, badTime
	}
	out.to = wallClock(d, to, loc)
	return out, ""
}

// wallClock returns the instant of the local date and time in loc.
func wallClock(d time.Time, sinceMidnight time.Duration, loc *time.Location) time.Time {
	d = d.Add(sinceMidnight)
	return time.Date(d.Year(), d.Month(), d.Day(), d.Hour(), d.Minute(), 0, 0, loc)
}

var (
	durationHours        = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*(?:h|hr|hrs|hour|hours|小时|个小时|時間)$`)
	durationMinutes      = regexp.MustCompile(`^(\d+(?:\.0+)?)\s*(?:m|min|mins|minute|minutes|分|分钟|分間)?$`)
	durationHoursMinutes = regexp.MustCompile(`^(\d+)\s*(?:h|hour|hours|小时|時間|:)\s*(\d{1,2})\s*(?:m|min|minutes|分|分钟)?$`)
)

// parseDuration parses a duration; a number without a unit is in minutes.
func parseDuration(cell string) (time.Duration, bool) {
	s := normalizeTime(cell)
	if m := durationHoursMinutes.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		minutes, _ := strconv.Atoi(m[2])
		return time.Duration(min(h, 1000))*time.Hour + time.Duration(minutes)*time.Minute, true
	}
	unit, m := time.Minute, durationMinutes.FindStringSubmatch(s)
	if m == nil {
		unit, m = time.Hour, durationHours.FindStringSubmatch(s)
	}
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil || n > 10_000 {
		return 0, false
	}
	return time.Duration(n * float64(unit)).Round(time.Minute), true
}
