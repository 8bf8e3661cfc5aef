package importer

import (
	"bytes"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/spreadsheet"
)

// Heading returns the name of a column in a language.
func Heading(lang, column string) string { return i18n.T(lang, "import.head."+column, nil) }

// examples are the texts of the example row that are in the reader's language.
var examples = []string{colName, colPosition, colSource, colNote, colLanguage, colTitle, colInterviewers}

// Template returns an .xlsx file with the headings of the kind in a language and one
// row as an example.
func Template(kind Kind, lang string, now time.Time) ([]byte, error) {
	f, err := spreadsheet.New()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var headings []spreadsheet.Column
	var example []any
	for _, column := range templateColumns(kind) {
		headings = append(headings, spreadsheet.Column{Title: Heading(lang, column), AsText: true})
		example = append(example, exampleCells(lang, column, now))
	}
	sheet, err := f.AddSheet(i18n.T(lang, "import.sheet."+string(kind), nil), headings)
	if err != nil {
		return nil, err
	}
	if err := sheet.AddRow(example...); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// templateColumns returns the columns without the forms of times that only files of other
// programs use.
func templateColumns(kind Kind) []string {
	return slices.DeleteFunc(slices.Clone(columns[kind]), func(c string) bool { return c == colStart || c == colEnd })
}

func exampleCells(lang, column string, now time.Time) string {
	if slices.Contains(examples, column) {
		return i18n.T(lang, "import.example."+column, nil)
	}
	return map[string]string{
		colEmail: "zhang@example.com", colMobile: "13900000000", colResume: "https://example.com/resume.pdf", colRound: "1",
		colDate: now.AddDate(0, 0, 7).Format(time.DateOnly), colTime: "14:00", colDuration: "60",
	}[column]
}
