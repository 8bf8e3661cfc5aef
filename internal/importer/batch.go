package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
)

// errRollback rolls back the transaction of a preview.
var errRollback = errors.New("preview: roll back")

func isRollback(err error) bool { return errors.Is(err, errRollback) }

const (
	defaultDuration = time.Hour
	maxPeople       = 20 // in one cell, the limit of an interview
)

// batchRun maps the lines of an import to entries of the domain, and the results
// of the entries back to lines.
type batchRun struct {
	im     *Import
	batch  *interview.Batch
	issues [][]Issue          // of each line, from reading it
	entry  []*interview.Entry // of each line
}

func (s *Service) newBatchRun(ctx context.Context, set Setting, im *Import) (*batchRun, error) {
	loc, err := time.LoadLocation(set.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the company's time zone: %w", err)
	}
	w := &batchRun{im: im, issues: make([][]Issue, len(im.Lines)), entry: make([]*interview.Entry, len(im.Lines))}
	var entries []*interview.Entry
	for n, l := range im.Lines {
		r := rowReader{line: l, zone: set.TimeZone, loc: loc, title: set.Title}
		e := r.readEntry(im.Kind)
		w.issues[n] = slices.Concat(r.issues, l.Issues)
		e.Unfit = len(w.issues[n]) > 0
		w.entry[n] = e
		entries = append(entries, e)
	}
	w.batch, err = s.Interviews.NewBatch(ctx, set.Actor, entries)
	return w, err
}

// collectResult returns the outcome of each line. Only a commit (kept) sets ids.
func (w *batchRun) collectResult(kept bool) *Result {
	r := &Result{ID: w.im.ID, Kind: w.im.Kind, Columns: w.columnsOf()}
	for n, l := range w.im.Lines {
		o := Outcome{Row: l.Row, Cells: l.Cells, Issues: w.issues[n]}
		e := w.entry[n]
		for _, i := range collectIssues(w.im.Kind, l, e) {
			if !alreadyReported(o.Issues, i) {
				o.Issues = append(o.Issues, i)
			}
		}
		if e.ID != "" {
			r.Made++
			if kept {
				o.ID = e.ID
			}
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	return r
}

// timeColumns are the columns that together form one time.
var timeColumns = []string{colDate, colTime, colStart, colEnd, colDuration}

// alreadyReported reports whether a parse error of the same cell exists, so that
// the domain's issue would be a duplicate.
func alreadyReported(read []Issue, i Issue) bool {
	return slices.ContainsFunc(read, func(r Issue) bool {
		return r.Column == i.Column || slices.Contains(timeColumns, r.Column) && slices.Contains(timeColumns, i.Column)
	})
}

// readHistory returns the stored result of an earlier commit.
func (w *batchRun) readHistory(im *Import) (*Result, error) {
	r := &Result{ID: im.ID, Kind: im.Kind, Columns: w.columnsOf()}
	if err := json.Unmarshal(im.Result, &r.Outcomes); err != nil {
		return nil, fmt.Errorf("reading the result of import %s: %w", im.ID, err)
	}
	for n := range r.Outcomes {
		r.Outcomes[n].Cells = im.Lines[n].Cells
		if r.Outcomes[n].ID != "" {
			r.Made++
		}
	}
	return r, nil
}

// columnsOf returns the columns that any line uses, in the template's order.
func (w *batchRun) columnsOf() []string {
	var out []string
	for _, c := range columns[w.im.Kind] {
		if slices.ContainsFunc(w.im.Lines, func(l Line) bool { return l.Cells[c] != "" }) {
			out = append(out, c)
		}
	}
	return out
}

// collectIssues maps the domain's errors and notes of an entry to issues of cells.
func collectIssues(kind Kind, l Line, e *interview.Entry) []Issue {
	var out []Issue
	for _, f := range e.Notes {
		out = append(out, Issue{Column: columnForPath(kind, l, f.Path), Level: Notice, Code: f.Code, Params: f.Params})
	}
	f, ok := errors.AsType[*apperr.Error](e.Err)
	if !ok {
		return out
	}
	for _, field := range f.Fields {
		level := Error
		if field.Warning {
			level = Warning
		}
		out = append(out, Issue{Column: columnForPath(kind, l, field.Path), Level: level, Code: field.Code, Params: field.Params})
	}
	if len(f.Fields) == 0 {
		out = append(out, Issue{Level: Error, Code: f.Code, Params: f.Params})
	}
	return out
}

// columnForPath returns the column of a field path of the domain, "" for none.
func columnForPath(kind Kind, l Line, path string) string {
	path = strings.TrimPrefix(path, "candidate.")
	switch {
	case strings.HasPrefix(path, "interviewers"):
		return colInterviewers
	case strings.HasPrefix(path, "position"):
		return colPosition
	case strings.HasPrefix(path, "room"):
		return colLink
	case path == colStart && l.Cells[colStart] == "":
		return colDate
	case path == "candidateId":
		return colName
	case slices.Contains(columns[kind], path):
		return path
	}
	return ""
}

// resolveMembers sets the interviewers of each line; an unknown or ambiguous name
// is an issue.
func (s *Service) resolveMembers(ctx context.Context, corpID string, lines []Line) error {
	known := map[string][]member.Member{}
	for n := range lines {
		l := &lines[n]
		people := splitNames(l.Cells[colInterviewers])
		if len(people) > maxPeople { // each name is a database query
			l.Issues = append(l.Issues, Issue{colInterviewers, Error, "field.too_many", map[string]any{"Limit": maxPeople}})
			continue
		}
		for _, name := range people {
			found, ok := known[name]
			if !ok {
				var err error
				if found, err = s.FindMembers(ctx, corpID, name); err != nil {
					return err
				}
				known[name] = found
			}
			params := map[string]any{"Name": name}
			switch len(found) {
			case 0:
				l.Issues = append(l.Issues, Issue{colInterviewers, Error, "sheet.no_such_member", params})
			case 1:
				l.UserIDs = append(l.UserIDs, found[0].UserID)
			default:
				l.Issues = append(l.Issues, Issue{colInterviewers, Error, "sheet.member_ambiguous", params})
			}
		}
	}
	return nil
}

var nameSeparators = regexp.MustCompile(`[,;/、，；\n\r\t]+`)

// splitNames splits a cell into names.
func splitNames(cell string) []string {
	var out []string
	for _, name := range nameSeparators.Split(cell, -1) {
		if name = strings.Trim(name, "\u3000 @"); name != "" {
			out = append(out, name)
		}
	}
	return out
}

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
		p.Title = r.title(max(round, 1))
	}
	if c[colLink] != "" {
		p.RoomKind, p.RoomURL = interview.LinkRoom, c[colLink]
	}
	at := r.readTime()
	p.StartsAt, p.Duration = at.from, r.readDuration(at)
	e.Plan = p
	return e
}

// readMobile formats a mobile number that Excel stored as a floating-point number.
func (r *rowReader) readMobile() string {
	s := r.line.Cells[colMobile]
	if f, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, ".eE") && f > 0 && f < 1e15 {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return s
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
		r.addIssue(colLanguage, "sheet.bad_language")
	}
	return l
}

var digits = regexp.MustCompile(`\d+`)

// readRound reads "2" and "第 2 轮".
func (r *rowReader) readRound() int {
	s := r.line.Cells[colRound]
	if s == "" {
		return 1
	}
	n, err := strconv.Atoi(digits.FindString(normalizeTime(s)))
	if err != nil {
		r.addIssue(colRound, "sheet.bad_number")
	}
	return n
}

// readTime reads the time from one column or from date and time columns.
func (r *rowReader) readTime() timeRange {
	c := r.line.Cells
	var at timeRange
	var code, column string
	switch {
	case c[colStart] != "" && c[colDate] == "":
		column = colStart
		at, code = parseDateTime(c[colStart], r.loc)
	case c[colDate] != "":
		column = colDate
		t := c[colTime]
		if t == "" {
			t = c[colStart]
		}
		if at, code = parseDateAndTime(c[colDate], t, r.loc); code == badTime {
			column = colTime
		}
	default:
		r.addIssue(colDate, "field.required")
		return at
	}
	if code != "" {
		r.addIssue(column, code)
	}
	return at
}

func (r *rowReader) readDuration(at timeRange) time.Duration {
	c := r.line.Cells
	if c[colDuration] != "" {
		d, ok := parseDuration(c[colDuration])
		if !ok {
			r.addIssue(colDuration, "sheet.bad_duration")
		}
		return d
	}
	if c[colEnd] != "" && !at.from.IsZero() {
		end, code := parseDateTime(c[colEnd], r.loc)
		if code != "" { // the cell may be a time of the same day
			end, code = parseDateAndTime(at.from.In(r.loc).Format(time.DateOnly), c[colEnd], r.loc)
		}
		if code != "" {
			r.addIssue(colEnd, code)
		}
		return end.from.Sub(at.from)
	}
	if !at.to.IsZero() {
		return at.to.Sub(at.from)
	}
	return defaultDuration
}
