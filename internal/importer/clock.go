package importer

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dayPart is the part of a day that a word before or after a time names.
type dayPart int

const (
	unnamed     dayPart = iota // 24-hour clock
	beforeSix                  // 凌晨
	morning                    // 上午, 午前: 12 o'clock may be noon or midnight
	am                         // AM: 12 o'clock is midnight
	midday                     // 中午: from 10:00 to 15:59
	afternoon                  // 下午, PM: 12 o'clock is noon
	afternoonJa                // 午後: 12 o'clock is noon by usage, midnight by the law of 1872
	evening                    // 晚上: 12 o'clock may be at the begin or at the end of the day
)

// dayPartWords are sorted so that no word hides a longer one.
var dayPartWords = []struct {
	word string
	part dayPart
}{
	{"凌晨", beforeSix}, {"清晨", morning}, {"早上", morning}, {"早晨", morning}, {"上午", morning}, {"午前", morning}, {"早", morning}, {"朝", morning},
	{"a.m.", am}, {"am", am},
	{"中午", midday}, {"正午", midday}, {"晌午", midday}, {"お昼の", midday}, {"お昼", midday}, {"昼", midday}, {"noon", midday}, {"nn", midday},
	{"下午", afternoon}, {"午后", afternoon}, {"傍晚", afternoon}, {"夕方", afternoon}, {"p.m.", afternoon}, {"pm", afternoon},
	{"午後", afternoonJa},
	{"晚上", evening}, {"晚间", evening}, {"夜晚", evening}, {"夜间", evening}, {"夜里", evening}, {"半夜", evening}, {"深夜", evening}, {"午夜", evening},
	{"真夜中", evening}, {"夜中", evening}, {"midnight", evening}, {"晩", evening}, {"晚", evening}, {"夜", evening},
}

// cutDayPart cuts a word for a part of the day from the start of s.
func cutDayPart(s string) (dayPart, string) {
	s = strings.TrimSpace(s)
	for _, w := range dayPartWords {
		if rest, ok := strings.CutPrefix(s, w.word); ok {
			return w.part, strings.TrimLeft(rest, " の,、")
		}
	}
	return unnamed, s
}

// clock is a time of day as it is written.
type clock struct {
	hour, minute int
	part         dayPart
	twoDigits    bool // the hour has two digits: 24-hour clock
}

// numerals are the hours and minutes in Chinese characters, before their unit.
var numerals = regexp.MustCompile(`[零〇一二两兩三四五六七八九十]+\s*[点點时時分]`)

// clockText is the time behind the word for a part of the day. A point needs two
// digits of minutes: 14.5 in a spreadsheet is a number.
var clockText = regexp.MustCompile(`^(\d{1,2})(?:\s*(?:[:.h]\s*(\d{2})(?::(\d{2})(?:\.\d+)?)?|[点點时時h](?:\s*(?:([一1三3])刻|(\d{1,2})\s*分?|(半)|整))?)(?:\s*(\d{1,2})\s*秒)?)?`)

// cutClock reads a time of day at the start of s. ok is false without one.
func cutClock(s string) (c clock, rest string, ok bool) {
	exact := strings.HasPrefix(s, "正午") || strings.HasPrefix(s, "noon") // without a number
	c.part, s = cutDayPart(s)
	s = numerals.ReplaceAllStringFunc(s, toDigits)
	m := clockText.FindStringSubmatch(s)
	if m == nil {
		c.hour = 12
		return c, s, exact || c.part == evening
	}
	rest = s[len(m[0]):]
	if part, after := cutDayPart(rest); part == am || part == afternoon || part == midday || part == evening {
		if c.part != unnamed && c.part != part {
			return c, "", false
		}
		c.part, rest = part, after
	}
	if m[0] == m[1] && c.part == unnamed { // a bare number is no time
		return c, "", false
	}
	c.hour, _ = strconv.Atoi(m[1]) // digits by the pattern
	c.minute, _ = strconv.Atoi(m[2] + m[5])
	switch {
	case m[6] != "":
		c.minute = 30
	case m[4] == "一" || m[4] == "1":
		c.minute = 15
	case m[4] != "":
		c.minute = 45
	}
	c.twoDigits = len(m[1]) == 2
	return c, rest, c.hour <= 23 && c.minute <= 59 && m[3] < "60"
}

// bareHour is the start of a range whose unit is at its end, such as 10-11点 and 2-3 pm.
var bareHour = regexp.MustCompile(`^(\d{1,2}|[零〇一二两兩三四五六七八九十]{1,3})(` + rangeSeparator.String()[1:] + `)`)

// cutHour reads an hour without minutes and unit at the start of a range. The rest
// begins with the separator.
func cutHour(s string) (c clock, rest string, ok bool) {
	c.part, s = cutDayPart(s)
	m := bareHour.FindStringSubmatch(s)
	if m == nil {
		return c, "", false
	}
	digits := m[1]
	if digits[0] > '9' {
		digits = toDigits(digits)
	}
	c.hour, _ = strconv.Atoi(digits) // by the pattern
	c.twoDigits = len(digits) == 2
	return c, s[len(m[1]):], c.hour <= 23
}

// toDigits writes a number of at most two digits, and its unit, in digits.
func toDigits(s string) string {
	value, unit := 0, ""
	for _, r := range s {
		digit := strings.IndexRune("〇一二三四五六七八九", r)
		switch {
		case r == '十':
			value = max(value, 1) * 10
		case r == '两' || r == '兩':
			value += 2
		case digit >= 0:
			value += digit / len("〇")
		case r != '零' && r != ' ':
			unit = string(r)
		}
	}
	return strconv.Itoa(value) + unit
}

func (c clock) sinceMidnight(hour int) time.Duration {
	return time.Duration(hour)*time.Hour + time.Duration(c.minute)*time.Minute
}

// timeOfDay returns the time of day, the code of an error, and the code of a warning
// about a reading that is likely but not certain.
func (c clock) timeOfDay() (at time.Duration, code, warning string) {
	hour := c.hour
	switch c.part {
	case unnamed:
		if hour > 0 && hour < 7 && !c.twoDigits {
			warning = earlyTime
		}
	case beforeSix:
		if hour == 12 {
			hour = 0
		}
		code = badTimeUnless(hour < 7)
	case am:
		code = badTimeUnless(hour < 13)
		hour %= 12
	case morning:
		if hour == 12 {
			return 0, ambiguousTime, ""
		}
		code = badTimeUnless(hour < 12)
	case midday:
		if hour < 4 {
			hour += 12
		}
		code = badTimeUnless(hour >= 10 && hour < 16)
	case afternoon, afternoonJa:
		if c.part == afternoonJa && hour == 12 {
			warning = noonAssumed
		}
		if hour < 12 {
			hour += 12
		}
	case evening:
		if hour < 5 || hour == 12 { // of this day or of the next
			return 0, ambiguousTime, ""
		}
		if hour < 12 {
			hour += 12
		}
		code = badTimeUnless(hour >= 17)
	}
	return c.sinceMidnight(hour), code, warning
}

func badTimeUnless(ok bool) string {
	if ok {
		return ""
	}
	return badTime
}

// maxRange is the longest range of times that a word for a part of the day may
// stand for; the longest interview.
const maxRange = 8 * time.Hour

// resolveRange returns the times of a range. A word for a part of the day at one
// of them holds for both: the other is the time within maxRange.
func resolveRange(from, to clock) (start, end time.Duration, code, warning string) {
	switch {
	case from.part != unnamed && to.part == unnamed:
		start, code, warning = from.timeOfDay()
		for _, end := range append(to.possibleTimes(), to.sinceMidnight(to.hour%12+24)) {
			if end > start && end <= start+maxRange {
				return start, end, code, warning
			}
		}
		return start, 0, cmp.Or(code, badTime), ""
	case from.part == unnamed && to.part != unnamed:
		end, code, warning = to.timeOfDay()
		for _, start := range from.possibleTimes() {
			if end > start && end <= start+maxRange {
				return start, end, code, warning
			}
		}
		return 0, end, cmp.Or(code, badTime), ""
	}
	start, code, warning = from.timeOfDay()
	end, endCode, endWarning := to.timeOfDay()
	if from.part == unnamed { // the start has the same warning
		endWarning = ""
	}
	return start, end, cmp.Or(code, endCode), cmp.Or(warning, endWarning)
}

// possibleTimes returns the times that a time without a word may be.
func (c clock) possibleTimes() []time.Duration {
	if c.hour > 12 {
		return []time.Duration{c.sinceMidnight(c.hour)}
	}
	return []time.Duration{c.sinceMidnight(c.hour % 12), c.sinceMidnight(c.hour%12 + 12)}
}
