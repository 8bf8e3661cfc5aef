package importer

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/validate"
)

// rowReader reads the cells of one line.
type rowReader struct {
	line   Line
	zone   string
	loc    *time.Location
	title  func(round int) string
	issues []Issue
}

func (r *rowReader) addIssue(column, code string) {
	r.issues = append(r.issues, Issue{Column: column, Level: Error, Code: code})
}

func (r *rowReader) readEntry(kind Kind) *interview.Entry {
	c := r.line.Cells
	e := &interview.Entry{PositionTitle: c[colPosition], Candidate: candidate.Candidate{
		Name: c[colName], Email: c[colEmail], Mobile: r.readMobile(), ResumeURL: c[colResume], Source: c[colSource], Language: r.readLanguage(),
	}}
	if kind == Candidates {
		e.Candidate.Note = c[colNote]
		return e
	}
	round := r.readRound()
	p := &interview.Plan{
		Title: c[colTitle], Round: round, TimeZone: r.zone, Interviewers: r.line.UserIDs, Note: c[colNote],
	}
	if p.Title == "" {
		p.Title = r.defaultTitle(round)
	}
	if c[colLink] != "" {
		p.RoomKind, p.RoomURL = interview.LinkRoom, c[colLink]
	}
	at := r.readTime()
	p.StartsAt, p.Duration = at.from, r.readDuration(at)
	e.Plan = p
	return e
}

// maxTitle is the length of a title in characters.
const maxTitle = 100

// defaultTitle returns the candidate, the position and the round, as the form of
// an interview does.
func (r *rowReader) defaultTitle(round int) string {
	parts := []string{r.title(max(round, 1))}
	for _, c := range []string{colPosition, colName} {
		if text := validate.CleanLine(r.line.Cells[c]); text != "" {
			parts = append([]string{text}, parts...)
		}
	}
	for utf8.RuneCountInString(strings.Join(parts, " · ")) > maxTitle {
		parts = parts[1:]
	}
	return strings.Join(parts, " · ")
}

var languageWords = map[string]string{
	"zh": "zh-CN", "zhcn": "zh-CN", "中文": "zh-CN", "简体中文": "zh-CN", "汉语": "zh-CN", "chinese": "zh-CN", "中国語": "zh-CN",
	"en": "en", "英文": "en", "英语": "en", "english": "en", "英語": "en",
	"ja": "ja", "jp": "ja", "日文": "ja", "日语": "ja", "japanese": "ja", "日本語": "ja",
}

func (r *rowReader) readLanguage() string {
	s := r.line.Cells[colLanguage]
	if s == "" {
		return ""
	}
	l, ok := languageWords[normalizeHeading(s)]
	if !ok {
		r.addIssue(colLanguage, "import.bad_language")
	}
	return l
}

// readTime reads the time from one column or from date and time columns. All
// that the line has must agree.
func (r *rowReader) readTime() timeRange {
	c := r.line.Cells
	column, cell, t := colDate, c[colDate], c[colTime]
	if cell == "" {
		column, cell = colStart, c[colStart]
	} else if t == "" {
		t = c[colStart]
	}
	if cell == "" {
		r.addIssue(colDate, "field.required")
		return timeRange{}
	}
	at, code := parseDateAndTime(cell, t, r.loc)
	if t != "" && code != badDate && code != ambiguousDate {
		column = colTime
	}
	if code == "" && c[colDate] != "" && c[colTime] != "" && c[colStart] != "" {
		if other, wrong := parseDateAndTime(cell, c[colStart], r.loc); wrong != "" || !other.from.Equal(at.from) {
			column, code = colStart, timesDisagree
		}
	}
	if code != "" {
		r.addIssue(column, code)
		return timeRange{}
	}
	r.addTimeWarnings(column, at)
	return at
}

// addTimeWarnings adds what is likely but not certain about a time.
func (r *rowReader) addTimeWarnings(column string, at timeRange) {
	for _, code := range at.warnings {
		level := Warning
		if code == noonAssumed {
			level = Notice
		}
		r.issues = append(r.issues, Issue{Column: column, Level: level, Code: code, Params: map[string]any{"Time": at.from.In(r.loc).Format("15:04")}})
	}
}

// readDuration reads the duration from its column, from the end, or from the
// range of the start. Two that differ are an error.
func (r *rowReader) readDuration(at timeRange) time.Duration {
	c := r.line.Cells
	duration, column := time.Duration(0), ""
	if !at.to.IsZero() {
		duration, column = at.to.Sub(at.from), colTime
	}
	for _, read := range []struct {
		column string
		parse  func() (time.Duration, string)
	}{
		{colEnd, func() (time.Duration, string) { return r.readEnd(at) }},
		{colDuration, func() (time.Duration, string) {
			d, ok := parseDuration(c[colDuration])
			return d, map[bool]string{false: "import.bad_duration"}[ok]
		}},
	} {
		if c[read.column] == "" || read.column == colEnd && at.from.IsZero() {
			continue
		}
		d, code := read.parse()
		if code == "" && column != "" && d != duration {
			code = timesDisagree
		}
		if code != "" {
			r.addIssue(read.column, code)
		}
		duration, column = d, read.column
	}
	if column == "" {
		return defaultDuration
	}
	return duration
}

// readEnd reads the column of the end: a date and a time, or a time of the day of
// the start.
func (r *rowReader) readEnd(at timeRange) (time.Duration, string) {
	cell := r.line.Cells[colEnd]
	end, code := parseDateTime(cell, r.loc)
	if code == badDate {
		if at.day.IsZero() { // the start has an offset
			y, m, d := at.from.In(r.loc).Date()
			end, code = parseTimeOfDay(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), cell, r.loc)
			return end.from.Sub(at.from), code
		}
		if _, err := strconv.ParseFloat(cell, 64); err == nil {
			end, code = parseTimeOfDay(at.day, cell, r.loc)
			return end.from.Sub(at.from), code
		}
		end, code = parseRangeEnd(timeRange{day: at.day, start: at.start}, normalizeTime(cell), r.loc)
		return end.to.Sub(at.from), code
	}
	return end.from.Sub(at.from), code
}

// Numbers as spreadsheets write them.
var (
	scientific = regexp.MustCompile(`^(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})$`)
	grouped    = regexp.MustCompile(`^\+?\d{1,3}(?:,\d{3})+(?:\.0*)?$`)
	decimal    = regexp.MustCompile(`^(\+?\d+)\.0*$`)
	// lostZero matches a number without the zero that starts it in its country.
	lostZero = map[string]*regexp.Regexp{
		"Asia/Tokyo": regexp.MustCompile(`^[1-9]\d{8,9}$`), "Asia/Shanghai": regexp.MustCompile(`^(?:10|2\d)\d{8}$`),
	}
)

// readMobile reads a number that the spreadsheet may have taken for a quantity. A
// number whose last digits are lost is an error.
func (r *rowReader) readMobile() string {
	s := validate.CleanMobile(r.line.Cells[colMobile])
	switch m := scientific.FindStringSubmatch(s); {
	case m != nil:
		exponent, _ := strconv.Atoi(m[3]) // digits by the pattern
		if len(m[2]) < exponent || strings.Trim(m[2][exponent:], "0") != "" {
			r.addIssue(colMobile, "import.spoilt_number")
			return ""
		}
		s = m[1] + m[2][:exponent]
	case grouped.MatchString(s):
		s, _, _ = strings.Cut(strings.ReplaceAll(s, ",", ""), ".")
	default:
		s = decimal.ReplaceAllString(s, "$1")
	}
	if pattern := lostZero[r.zone]; pattern != nil && pattern.MatchString(s) {
		r.issues = append(r.issues, Issue{Column: colMobile, Level: Warning, Code: "import.zero_lost"})
	}
	return s
}

// roundText is a number with the words around it, in the three languages.
var roundText = regexp.MustCompile(`^(?:第|round|r)?\s*(?:(\d{1,3})(?:\.0*)?|([一二三四五六七八九十]+))\s*(?:st|nd|rd|th)?\s*(?:次|回|轮|輪|面|round)?(?:面试|面接|選考)?$`)

// readRound reads "2", "第 2 轮" and "二面".
func (r *rowReader) readRound() int {
	s := r.line.Cells[colRound]
	if s == "" {
		return 1
	}
	m := roundText.FindStringSubmatch(normalizeTime(s))
	if m == nil {
		r.addIssue(colRound, "import.bad_number")
		return 0
	}
	n, _ := strconv.Atoi(cmp.Or(m[1], toDigits(m[2]))) // digits by the pattern
	return n
}
