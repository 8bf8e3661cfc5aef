package importer

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/huimian/huimian/internal/validate"
)

const (
	badDate       = "import.bad_date"
	ambiguousDate = "import.ambiguous_date"
	badTime       = "import.bad_time"
	ambiguousTime = "import.ambiguous_time" // 晚上12:00
	skippedTime   = "import.skipped_time"   // when clocks go forward
	repeatedTime  = "import.repeated_time"  // when clocks go back
	timesDisagree = "import.times_disagree"
)

// The codes of warnings, and of a notice, about a time that was read.
const (
	earlyTime    = "import.early_time"    // 2:00 may be in the afternoon
	wrongWeekday = "import.wrong_weekday" // the weekday of another date
	noonAssumed  = "import.noon_assumed"  // 午後12時
)

var (
	ymd      = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?`)
	ymdPlain = regexp.MustCompile(`^(20\d{2})(\d{2})(\d{2})\b`)
	dmy      = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})`)
	// A weekday is in brackets, has a unit, or is an English word.
	weekday = regexp.MustCompile(`^[\s,]*(?:[(\[]\s*(?:星期|礼拜|周|週)?([一二三四五六日天月火水木金土])(?:曜日?)?\s*[)\]]|` +
		`(?:星期|礼拜|周|週)([一二三四五六日天])|([月火水木金土日])曜日?|([一二三四五六日天月火水木金土])\s|[(\[]?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?[)\]]?)`)
	rangeSeparator = regexp.MustCompile(`^\s*(?:[-~\x{2010}-\x{2015}\x{2212}〜∼ー→]+>?|to\b|until\b|till\b|直?至|到|から|より)\s*`)
)

// timeRange is a start time, and an end time if given.
type timeRange struct {
	from, to time.Time
	day      time.Time // of the start, in UTC
	start    clock
	warnings []string
}

// parseDay parses a date and returns the rest of s.
func parseDay(s string) (t time.Time, rest, code string) {
	m := ymd.FindStringSubmatch(s)
	if m == nil {
		m = ymdPlain.FindStringSubmatch(s)
	}
	if m != nil {
		t, ok := makeDate(m[1], m[2], m[3])
		if !ok {
			return t, "", badDate
		}
		return t, s[len(m[0]):], ""
	}
	if m = dmy.FindStringSubmatch(s); m == nil {
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

// weekdaySigns are the signs of the weekdays from Sunday on.
var weekdaySigns = []string{"日天sun", "一月mon", "二火tue", "三水wed", "四木thu", "五金fri", "六土sat"}

// cutWeekday cuts a weekday from the start of s and reports whether it is that of
// the day, or none.
func cutWeekday(s string, day time.Time) (rest string, ok bool) {
	m := weekday.FindStringSubmatch(s)
	if m == nil {
		return strings.TrimLeft(s, " ,"), true
	}
	sign := strings.Join(m[1:], "")
	return strings.TrimLeft(s[len(m[0]):], " ,"), strings.Contains(weekdaySigns[day.Weekday()], sign)
}

// normalizeTime writes width, case and spaces in one way.
func normalizeTime(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(validate.CleanLine(s))), " "))
	return strings.NewReplacer("∶", ":", "꞉", ":", "ː", ":").Replace(s)
}

// parseDateTime parses a date with a time, optionally up to another time, in the
// notations of the three languages, RFC 3339, or as an Excel serial number.
// Without an offset the time is in loc.
func parseDateTime(cell string, loc *time.Location) (timeRange, string) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, validate.CleanIdentifier(cell)); err == nil {
			return timeRange{from: t}, ""
		}
	}
	s := normalizeTime(cell)
	if d, c, ok := parseSerial(s); ok {
		if !strings.ContainsAny(s, ".e") { // a date only, such as 46351
			return timeRange{}, badTime
		}
		return makeTimeRange(d, c, loc)
	}
	d, rest, code := parseDay(s)
	if code != "" {
		return timeRange{}, code
	}
	return parseTimeRange(d, rest, loc)
}

// parseSerial parses an Excel serial number as a day and a time.
func parseSerial(s string) (day time.Time, c clock, ok bool) {
	serial, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return day, c, false
	}
	t, ok := serialTime(serial)
	if !ok {
		return day, c, false
	}
	return t.Truncate(24 * time.Hour), clock{hour: t.Hour(), minute: t.Minute()}, true
}

// parseDateAndTime parses a date and a time from separate cells. The cell of the
// date may have a time too, if it is the same or midnight.
func parseDateAndTime(dateCell, timeCell string, loc *time.Location) (timeRange, string) {
	if timeCell == "" {
		return parseDateTime(dateCell, loc)
	}
	s := normalizeTime(dateCell)
	d, rest, code := parseDay(s)
	serialDay, serialClock, ok := parseSerial(s)
	switch {
	case ok:
		d, rest = serialDay, fmt.Sprintf("%02d:%02d", serialClock.hour, serialClock.minute)
	case code != "":
		return timeRange{}, code
	}
	out, code := parseTimeOfDay(d, timeCell, loc)
	if code != "" {
		return timeRange{}, code
	}
	if rest, ok = cutWeekday(rest, d); !ok {
		out.warnings = append(out.warnings, wrongWeekday)
	}
	if rest = strings.Trim(rest, "t "); rest == "" {
		return out, ""
	}
	other, rest, ok := cutClock(rest)
	if !ok || rest != "" {
		return timeRange{}, badDate
	}
	if sinceMidnight, wrong, _ := other.timeOfDay(); wrong == "" && sinceMidnight == 0 {
		return out, ""
	}
	if same, code := makeTimeRange(d, other, loc); code != "" || !same.from.Equal(out.from) {
		return timeRange{}, timesDisagree
	}
	return out, ""
}

// pointClock is a time with a point, such as 14.30.
var pointClock = regexp.MustCompile(`^\d{1,2}\.\d{2}$`)

// firstPlausibleDay is the serial number of a day in 1954: a smaller number in a
// column of times is no date.
const firstPlausibleDay = 20_000

// parseTimeOfDay parses the cell of a time: a time or a range, a date with a time
// on the same day, or a fraction of a day.
func parseTimeOfDay(d time.Time, cell string, loc *time.Location) (timeRange, string) {
	s := normalizeTime(cell)
	fraction, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || fraction >= firstPlausibleDay:
	case fraction < 0 || fraction >= 1 && !pointClock.MatchString(s) || !strings.ContainsAny(s, ".e"):
		return timeRange{}, badTime // 14, 14.3
	case fraction < 1:
		minutes := int(math.Round(fraction * 24 * 60))
		return makeTimeRange(d.AddDate(0, 0, minutes/(24*60)), clock{hour: minutes / 60 % 24, minute: minutes % 60}, loc)
	}
	if pointClock.MatchString(s) {
		return parseTimeRange(d, s, loc)
	}
	if full, code := parseDateTime(s, loc); code == "" {
		if y, m, day := full.from.In(loc).Date(); y != d.Year() || m != d.Month() || day != d.Day() {
			return timeRange{}, timesDisagree
		}
		return full, ""
	}
	return parseTimeRange(d, s, loc)
}

// parseTimeRange parses the text after a date: a time, optionally up to another,
// which may have a date of its own.
func parseTimeRange(d time.Time, s string, loc *time.Location) (timeRange, string) {
	s, ok := cutWeekday(s, d)
	var warnings []string
	if !ok {
		warnings = append(warnings, wrongWeekday)
	}
	s = strings.TrimLeft(s, "t ")
	from, rest, ok := cutHour(s)
	if !ok {
		from, rest, ok = cutClock(s)
	}
	if !ok {
		return timeRange{}, badTime
	}
	mark := rangeSeparator.FindString(rest)
	if mark == "" {
		if strings.Trim(rest, " )") != "" {
			return timeRange{}, badTime
		}
		out, code := makeTimeRange(d, from, loc)
		out.warnings = append(out.warnings, warnings...)
		return out, code
	}
	out, code := parseRangeEnd(timeRange{day: d, start: from}, rest[len(mark):], loc)
	out.warnings = append(out.warnings, warnings...)
	return out, code
}

// parseRangeEnd sets both times of a range whose start was read, from the text of
// its end.
func parseRangeEnd(r timeRange, s string, loc *time.Location) (timeRange, string) {
	last := r.day
	if day, rest, code := parseDay(s); code == "" {
		last = day
		s, _ = cutWeekday(rest, day)
		s = strings.TrimLeft(s, "t ")
	}
	to, rest, ok := cutClock(s)
	if rest = strings.Trim(rest, " )"); !ok || rest != "" && rest != "まで" && rest != "止" && rest != "结束" {
		return timeRange{}, badTime
	}
	start, end, code, warning := resolveRange(r.start, to)
	if code == "" {
		r.from, code = wallClock(r.day, start, loc)
	}
	if code == "" {
		r.to, code = wallClock(last, end, loc)
	}
	if warning != "" {
		r.warnings = append(r.warnings, warning)
	}
	return r, code
}

// makeTimeRange returns the instant of a day and a time of it.
func makeTimeRange(d time.Time, c clock, loc *time.Location) (timeRange, string) {
	sinceMidnight, code, warning := c.timeOfDay()
	if code != "" {
		return timeRange{}, code
	}
	r := timeRange{day: d, start: c}
	if warning != "" {
		r.warnings = []string{warning}
	}
	r.from, code = wallClock(d, sinceMidnight, loc)
	return r, code
}

// wallClock returns the instant of the local date and time in loc. A time that
// does not exist there, or twice, because clocks are changed, is an error.
func wallClock(d time.Time, sinceMidnight time.Duration, loc *time.Location) (t time.Time, code string) {
	t, change := validate.LocalTime(d.Add(sinceMidnight), loc)
	return t, map[validate.ClockChange]string{validate.Skipped: skippedTime, validate.Repeated: repeatedTime}[change]
}

// Units of a duration.
const (
	hourUnits   = `(?:h|hr|hrs|hour|hours|小时|个小时|個小時|小時|時間)`
	minuteUnits = `(?:m|min|mins|minute|minutes|分|分钟|分鐘|分間)`
)

var (
	durationHours        = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*` + hourUnits + `$`)
	durationMinutes      = regexp.MustCompile(`^(\d+(?:\.0+)?)\s*` + minuteUnits + `?$`)
	durationHoursMinutes = regexp.MustCompile(`^(\d+)\s*(?:` + hourUnits + `|:)\s*([0-5]?\d)\s*` + minuteUnits + `?$`)
	durationHalf         = regexp.MustCompile(`^(\d+)\s*(?:` + hourUnits + `半|[个個]半` + hourUnits + `)$`)
	chineseNumber        = regexp.MustCompile(`[〇零一二两兩三四五六七八九十]+`)
)

// parseDuration parses a duration; a number without a unit is in minutes.
func parseDuration(cell string) (time.Duration, bool) {
	s := chineseNumber.ReplaceAllStringFunc(normalizeTime(cell), toDigits)
	if half, ok := strings.CutPrefix(s, "半"); ok { // half an hour
		s = "0.5" + half
	} else if m := durationHalf.FindStringSubmatch(s); m != nil {
		s = m[1] + ".5小时"
	}
	if m := durationHoursMinutes.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		minutes, _ := strconv.Atoi(m[2])
		return time.Duration(min(h, 1000))*time.Hour + time.Duration(minutes)*time.Minute, true
	}
	if fraction, err := strconv.ParseFloat(s, 64); err == nil && fraction > 0 && fraction < 0.34 {
		minutes := fraction * float64(24*60) // a time such as 1:00, as a fraction of a day
		rounded := math.Round(minutes/5) * 5
		return time.Duration(rounded) * time.Minute, math.Abs(minutes-rounded) < 0.01 && fraction != 0.25 // a quarter of an hour, or of a day
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
