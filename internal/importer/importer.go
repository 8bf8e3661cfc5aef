// Package importer imports candidates and interviews from spreadsheets: it reads
// .xlsx and CSV files with headings in three languages, previews the result of
// each row, and creates the valid ones in one transaction. The domain validates;
// this package parses files, headings, dates and times.
package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/validate"
)

// Kind is what each row of a file describes.
type Kind string

const (
	Candidates Kind = "candidates"
	Interviews Kind = "interviews"
)

// Bounds of a file.
const (
	MaxBytes      = 5 << 20
	MaxCandidates = 2000 // rows
	MaxInterviews = 500  // rows: each of them invites people
	maxColumns    = 60
	maxCell       = 6000     // characters; the longest that any field takes, and some more
	maxText       = 16 << 20 // bytes of all cells: one text may be in thousands of them
	headingRows   = 5        // the headings are in one of the first
)

// maxRows returns the largest number of rows of a file of the kind.
func (k Kind) maxRows() int {
	if k == Interviews {
		return MaxInterviews
	}
	return MaxCandidates
}

// The columns. Their names are those of the API.
const (
	colName         = "name"
	colEmail        = "email"
	colMobile       = "mobile"
	colPosition     = "position"
	colResume       = "resumeUrl"
	colSource       = "source"
	colNote         = "note"
	colLanguage     = "language"
	colTitle        = "title"
	colRound        = "round"
	colStart        = "startsAt"
	colDate         = "date"
	colTime         = "time"
	colEnd          = "endsAt"
	colDuration     = "durationMinutes"
	colInterviewers = "interviewers"
	colLink         = "link"
)

// columns are those of each kind, in the order of the template.
var columns = map[Kind][]string{
	Candidates: {colName, colEmail, colMobile, colPosition, colResume, colSource, colLanguage, colNote},
	Interviews: {
		colName, colEmail, colMobile, colPosition, colTitle, colRound, colDate, colTime, colDuration,
		colInterviewers, colLink, colLanguage, colNote, colStart, colEnd,
	},
}

// headings are the accepted headings of each column, as normalizeHeading returns them.
var headings = map[string][]string{
	colName: {"姓名", "候选人", "候选人姓名", "名字", "应聘者", "name", "fullname", "candidate", "candidatename", "氏名", "名前", "候補者", "候補者名", "候補者氏名"},
	colEmail: {"邮箱", "电子邮箱", "电子邮件", "邮件", "候选人邮箱", "邮箱地址", "email", "mail", "emailaddress", "candidateemail",
		"メール", "メールアドレス", "eメール", "電子メール"},
	colMobile: {"手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "候选人手机", "mobile", "phone", "tel", "telephone", "cell", "mobilephone", "phonenumber", "mobilenumber",
		"携帯", "携帯電話", "携帯番号", "電話", "電話番号"},
	colPosition: {"职位", "岗位", "应聘职位", "应聘岗位", "职位名称", "岗位名称", "position", "job", "jobtitle", "role", "opening",
		"ポジション", "職種", "応募職種", "募集職種", "応募ポジション", "求人"},
	colResume:   {"简历", "简历链接", "简历地址", "resume", "cv", "resumeurl", "resumelink", "cvurl", "cvlink", "履歴書", "履歴書url", "職務経歴書"},
	colSource:   {"来源", "渠道", "简历来源", "来源渠道", "source", "channel", "応募経路", "経路", "チャネル", "紹介元"},
	colNote:     {"备注", "说明", "note", "notes", "remark", "remarks", "comment", "comments", "備考", "メモ", "コメント"},
	colLanguage: {"语言", "语种", "通知语言", "language", "lang", "locale", "言語"},
	colTitle:    {"标题", "面试标题", "面试名称", "主题", "title", "subject", "interview", "interviewtitle", "タイトル", "件名", "面接名"},
	colRound:    {"轮次", "第几轮", "面试轮次", "round", "roundno", "ラウンド", "面接回", "回", "選考回", "選考段階"},
	colStart: {"开始", "开始时间", "面试时间", "面试开始时间", "start", "starttime", "startsat", "begin", "datetime", "when",
		"開始", "開始時刻", "開始日時", "面接日時", "日時"},
	colDate: {"日期", "面试日期", "date", "day", "interviewdate", "日付", "面接日", "実施日"},
	colTime: {"时间", "时刻", "time", "interviewtime", "時刻", "面接時刻"},
	colEnd:  {"结束", "结束时间", "面试结束时间", "end", "endtime", "endsat", "終了", "終了時刻", "終了日時"},
	colDuration: {"时长", "面试时长", "duration", "minutes", "length", "durationminutes",
		"所要時間", "時間"},
	colInterviewers: {"面试官", "面试人", "面试官姓名", "interviewer", "interviewers", "panel", "面接官", "面接担当", "面接担当者"},
	colLink: {"链接", "房间链接", "会议链接", "面试链接", "视频链接", "link", "url", "room", "roomlink", "meetinglink", "roomurl",
		"リンク", "会議リンク", "面接リンク", "会議url"},
}

// normalizeHeading removes differences of width, case, spaces and punctuation, and text
// in brackets.
func normalizeHeading(heading string) string {
	s := strings.ToLower(norm.NFKC.String(heading))
	if before, _, found := strings.Cut(s, "("); found && strings.TrimSpace(before) != "" {
		s = before
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == 'ー' {
			return r
		}
		return -1
	}, s)
}

// columnForHeading returns the column that a heading names, "" for none of the kind.
func columnForHeading(kind Kind, heading string) string {
	word := normalizeHeading(heading)
	if word == "" {
		return ""
	}
	for _, column := range columns[kind] {
		if slices.Contains(headings[column], word) {
			return column
		}
	}
	return ""
}

// Line is a row of a file: the cells of known columns.
type Line struct {
	Row   int               `json:"row"` // as the spreadsheet counts, from 1
	Cells map[string]string `json:"cells"`
	// UserIDs are the interviewers that the preview found.
	UserIDs []string `json:"userIds,omitempty"`
	// Issues are about the interviewers that it did not find.
	Issues []Issue `json:"issues,omitempty"`
}

// File is a parsed file.
type File struct {
	Lines []Line
	// Unknown are headings without a column; their cells are ignored.
	Unknown []string
	Notes   []Issue // about the whole file
	// Encodings are those that a CSV file may be in, the one that was used first. More
	// than one mean that the encoding is not certain.
	Encodings []EncodingChoice
}

// maxHeading is the length of a reported heading in characters.
const maxHeading = 100

// table is a file before its headings are parsed.
type table struct {
	rows [][]string
	more bool // the file has more rows than allowed
	wide bool // a row has cells after maxColumns, which were left out

	view     sheetView // of an .xlsx
	notes    []Issue
	encoding string // of a CSV file
	choices  []EncodingChoice
	err      error // what is wrong with the quotes
}

// parseCells finds the headings and reads the rows below them.
func parseCells(kind Kind, t table) (*File, error) {
	at, byIndex := findHeadings(kind, t.rows)
	if at < 0 {
		return nil, apperr.New(apperr.Invalid, "import.no_headings")
	}
	f := &File{Notes: t.notes, Encodings: t.choices}
	for n, heading := range t.rows[at] {
		if heading = validate.CleanLine(heading); heading != "" && byIndex[n] == "" {
			f.Unknown = append(f.Unknown, cutRunes(heading, maxHeading))
		}
	}
	fromMerged := t.fillMerged(at)
	if t.wide {
		f.Notes = append(f.Notes, Issue{Level: Warning, Code: "import.too_many_columns", Params: map[string]any{"Limit": maxColumns}})
	}
	p := lineParser{byIndex: byIndex, uncertain: len(t.choices) > 1, view: &t.view}
	size, hidden := 0, []int{}
	for n, row := range t.rows[at+1:] {
		l := p.parseLine(at+n+2, row, fromMerged[at+n+1])
		if len(l.Cells) == 0 || isHeadingLine(kind, l) {
			continue
		}
		if t.view.hiddenRows[l.Row] {
			hidden = append(hidden, l.Row)
			continue
		}
		for _, cell := range l.Cells {
			size += len(cell)
		}
		if size > maxText {
			return nil, apperr.New(apperr.Invalid, "import.too_large", "Limit", maxText>>20)
		}
		f.Lines = append(f.Lines, l)
	}
	f.addHiddenNotes(t, at, byIndex, hidden)
	if t.more || len(f.Lines) > kind.maxRows() {
		return nil, apperr.New(apperr.Invalid, "import.too_many_rows", "Limit", kind.maxRows())
	}
	if len(f.Lines) == 0 {
		return nil, apperr.New(apperr.Invalid, "import.empty")
	}
	return f, nil
}

// addHiddenNotes reports the rows that were left out because they are hidden, and
// the hidden columns, which are imported.
func (f *File) addHiddenNotes(t table, at int, byIndex []string, hiddenRows []int) {
	if len(hiddenRows) > 0 {
		var list []string
		for _, row := range hiddenRows[:min(len(hiddenRows), maxListed)] {
			list = append(list, strconv.Itoa(row))
		}
		if len(hiddenRows) > maxListed {
			list = append(list, "…")
		}
		f.Notes = append(f.Notes, Issue{Level: Warning, Code: "import.hidden_rows", Params: map[string]any{"Count": len(hiddenRows), "Rows": strings.Join(list, ", ")}})
	}
	var columns []string
	for n, heading := range t.rows[at] {
		if t.view.hidden[n+1] && byIndex[n] != "" {
			columns = append(columns, validate.CleanLine(heading))
		}
	}
	if len(columns) > 0 {
		f.Notes = append(f.Notes, Issue{Level: Warning, Code: "import.hidden_columns", Params: map[string]any{"Columns": strings.Join(columns, ", ")}})
	}
}

// maxListed is the number of hidden rows that a note lists.
const maxListed = 20

// fillMerged copies the text of a merged area to the cells below its first one, in
// rows below the headings that have texts of their own. It returns the indexes of
// the columns that were filled in each row.
func (t *table) fillMerged(headings int) map[int][]int {
	filled := map[int][]int{}
	for _, area := range t.view.merged {
		if area.firstRow <= headings+1 || area.firstRow > len(t.rows) {
			continue
		}
		first, column := t.rows[area.firstRow-1], area.column-1
		if column >= len(first) || first[column] == "" {
			continue
		}
		for n := area.firstRow; n < min(area.lastRow, len(t.rows)); n++ {
			if !slices.ContainsFunc(t.rows[n], func(cell string) bool { return normalizeCell(cell) != "" }) {
				continue // the whole row belongs to the one above
			}
			for len(t.rows[n]) <= column {
				t.rows[n] = append(t.rows[n], "")
			}
			t.rows[n][column] = first[column]
			filled[n] = append(filled[n], column)
		}
	}
	return filled
}

// lineParser parses the rows of a file.
type lineParser struct {
	byIndex   []string // the column of each cell
	uncertain bool     // the encoding is a guess
	view      *sheetView
}

// parseLine parses a row. merged are the indexes of cells whose text is that of a
// merged area.
func (p lineParser) parseLine(number int, row []string, merged []int) Line {
	l := Line{Row: number, Cells: map[string]string{}}
	warned := !p.uncertain
	for i, cell := range row {
		if i >= len(p.byIndex) || p.byIndex[i] == "" {
			continue
		}
		column := p.byIndex[i]
		if cell = unquoteCell(column, normalizeCell(cell)); cell == "" {
			if p.view.notComputed[cellPosition{number, i + 1}] {
				l.Issues = append(l.Issues, Issue{Column: column, Level: Error, Code: "import.not_computed"})
			}
			continue
		}
		l.Cells[column] = cell
		if column == colName && p.view.struckOut[cellPosition{number, i + 1}] {
			l.Issues = append(l.Issues, Issue{Column: column, Level: Warning, Code: "import.struck_out"})
		}
		if code := corruptCell(column, cell); code != "" {
			l.Issues = append(l.Issues, Issue{Column: column, Level: Error, Code: code})
		}
		if slices.Contains(merged, i) {
			l.Issues = append(l.Issues, Issue{Column: column, Level: Notice, Code: "import.merged_cell"})
		}
		if !warned && strings.ContainsFunc(cell, func(r rune) bool { return r >= utf8.RuneSelf }) {
			l.Issues = append(l.Issues, Issue{Column: column, Level: Warning, Code: "import.uncertain_encoding"})
			warned = true
		}
	}
	return l
}

// isHeadingLine reports whether a row repeats the headings, as on each page of a printed
// list.
func isHeadingLine(kind Kind, l Line) bool {
	for column, cell := range l.Cells {
		if columnForHeading(kind, cell) != column {
			return false
		}
	}
	return true
}

// unquoteCell removes the marks by which programs keep a cell from becoming a
// number: ="138", and an apostrophe before it, except in texts.
func unquoteCell(column, cell string) string {
	if inner, ok := strings.CutPrefix(cell, `="`); ok && strings.HasSuffix(inner, `"`) {
		cell = strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `""`, `"`)
	}
	switch column {
	case colEmail, colMobile, colRound, colStart, colDate, colTime, colEnd, colDuration, colLink, colResume:
		return strings.TrimLeft(cell, "'’＇")
	}
	return cell
}

// formulaError matches the results of failed formulas in all languages, with those of
// LibreOffice, and the marks of a column that is too narrow:
// https://learn.microsoft.com/en-us/office/vba/excel/concepts/cells-and-ranges/cell-error-values
var formulaError = regexp.MustCompile(`^(?:#(?:N/A|N/D|NV|GETTING_DATA|#+|[\p{Lu}/0¡¿]+[!?])|Err:5\d\d)$`)

// corruptCell returns the code of what is wrong with a cell whose value the
// spreadsheet has lost, or that has several lines where one is expected.
func corruptCell(column, cell string) string {
	switch {
	case formulaError.MatchString(cell):
		return "import.formula_error"
	case strings.Contains(cell, string(utf8.RuneError)):
		return "import.lost_characters"
	case !strings.ContainsAny(cell, "\n\r"):
		return ""
	}
	switch column {
	case colName, colEmail, colMobile, colPosition, colDate, colTime, colStart, colEnd, colDuration, colRound, colLanguage, colLink, colResume:
		return "import.several_lines"
	}
	return ""
}

// findHeadings returns the index of the row with the most known headings, name
// among them, and the column of each of its cells. at is -1 without such a row.
func findHeadings(kind Kind, rows [][]string) (at int, byIndex []string) {
	at, most := -1, 0
	for n, row := range rows[:min(len(rows), headingRows)] {
		found, known := make([]string, len(row)), map[string]bool{}
		for i, cell := range row {
			if c := columnForHeading(kind, cell); c != "" && !known[c] { // the first of duplicates is used
				found[i], known[c] = c, true
			}
		}
		if len(known) > most && known[colName] {
			at, most, byIndex = n, len(known), found
		}
	}
	return at, byIndex
}

// normalizeCell removes what a database rejects (NUL, invalid UTF-8), trims white
// space and invisible characters, and cuts the cell at maxCell characters.
func normalizeCell(cell string) string {
	return cutRunes(validate.CleanText(cell), maxCell)
}

// cutRunes returns the first characters of a text.
func cutRunes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	runes := []rune(s)
	return string(runes[:min(len(runes), limit)])
}
