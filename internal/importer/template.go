package importer

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/huimian/huimian/internal/i18n"
)

// Heading returns the name of a column in a language.
func Heading(lang, column string) string { return i18n.T(lang, "import.head."+column, nil) }

// examples are the texts of the example row that are in the reader's language.
var examples = []string{colName, colPosition, colSource, colNote, colLanguage, colTitle, colInterviewers}

// Template returns an .xlsx file with the headings of the kind in a language and one
// row as an example.
func Template(kind Kind, lang string, now time.Time) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	name := i18n.T(lang, "import.sheet."+string(kind), nil)
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, fmt.Errorf("writing a template: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Color: []string{"E8F3FF"}, Pattern: 1},
	})
	if err != nil {
		return nil, fmt.Errorf("writing a template: %w", err)
	}
	// Numbers of phones and dates stay as they are typed.
	asText, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, fmt.Errorf("writing a template: %w", err)
	}
	for n, column := range templateColumns(kind) {
		letter, err := excelize.ColumnNumberToName(n + 1)
		if err != nil {
			return nil, fmt.Errorf("writing a template: %w", err)
		}
		for _, write := range []func() error{
			func() error { return f.SetColWidth(name, letter, letter, 20) },
			func() error { return f.SetColStyle(name, letter, asText) },
			func() error { return f.SetCellStr(name, letter+"1", Heading(lang, column)) },
			func() error { return f.SetCellStr(name, letter+"2", exampleCells(lang, column, now)) },
			func() error { return f.SetCellStyle(name, letter+"1", letter+"1", bold) },
		} {
			if err := write(); err != nil {
				return nil, fmt.Errorf("writing a template: %w", err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("writing a template: %w", err)
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
