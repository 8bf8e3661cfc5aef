// Package spreadsheet writes .xlsx files: sheets with headings and rows.
package spreadsheet

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// MediaType is the media type of .xlsx files.
const MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// maxSheetName is Excel's limit in UTF-16 units.
const maxSheetName = 31

// Column is a column of a sheet.
type Column struct {
	Title string
	Width float64 // in characters; 0: 20
	// AsText keeps what a user enters as it is typed: no number or date is made of it.
	AsText bool
}

const defaultWidth = 20

// File is a file with sheets in the order of their addition. It is not safe for concurrent use.
type File struct {
	f                      *excelize.File
	heading, text, wrapped int             // styles
	names                  map[string]bool // of sheets, in lower case
}

// New returns a file without sheets. The caller closes it.
func New() (*File, error) {
	f := &File{f: excelize.NewFile(), names: map[string]bool{}}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&f.heading, excelize.Style{
			Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Color: []string{"E8F3FF"}, Pattern: 1},
			Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"},
		}},
		{&f.text, excelize.Style{NumFmt: 49}},
		{&f.wrapped, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		var err error
		if *s.id, err = f.f.NewStyle(&s.style); err != nil {
			return nil, fmt.Errorf("writing a spreadsheet: %w", err)
		}
	}
	return f, nil
}

// Close releases what the file holds.
func (f *File) Close() error { return f.f.Close() }

// Write writes the file.
func (f *File) Write(w io.Writer) error {
	f.f.SetActiveSheet(0)
	if err := f.f.Write(w); err != nil {
		return fmt.Errorf("writing a spreadsheet: %w", err)
	}
	return nil
}

// Sheet is a sheet of a file.
type Sheet struct {
	file *File
	name string
	rows int // with the headings
}

// AddSheet adds a sheet with the headings of its columns, which stay visible. The name is changed to one
// that Excel permits and no other sheet has.
func (f *File) AddSheet(name string, columns []Column) (*Sheet, error) {
	s := &Sheet{file: f, name: f.sheetName(name), rows: 1}
	var err error
	if len(f.names) == 0 {
		err = f.f.SetSheetName("Sheet1", s.name)
	} else {
		_, err = f.f.NewSheet(s.name)
	}
	f.names[strings.ToLower(s.name)] = true
	for n, c := range columns {
		if err == nil {
			err = s.addHeading(n+1, c)
		}
	}
	if err == nil {
		err = f.f.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	if err != nil {
		return nil, fmt.Errorf("writing a spreadsheet: %w", err)
	}
	return s, nil
}

func (s *Sheet) addHeading(number int, c Column) error {
	letter, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return err
	}
	if c.Width == 0 {
		c.Width = defaultWidth
	}
	if err := s.file.f.SetColWidth(s.name, letter, letter, c.Width); err != nil {
		return err
	}
	if c.AsText {
		if err := s.file.f.SetColStyle(s.name, letter, s.file.text); err != nil {
			return err
		}
	}
	if err := s.file.f.SetCellStr(s.name, letter+"1", c.Title); err != nil {
		return err
	}
	return s.file.f.SetCellStyle(s.name, letter+"1", letter+"1", s.file.heading)
}

// AddRow adds a row of texts and numbers; nil is an empty cell. Texts are never formulas.
func (s *Sheet) AddRow(cells ...any) error {
	s.rows++
	for n, value := range cells {
		cell, err := excelize.CoordinatesToCellName(n+1, s.rows)
		if err != nil {
			return fmt.Errorf("writing a spreadsheet: %w", err)
		}
		if text, ok := value.(string); ok {
			err = s.file.f.SetCellStr(s.name, cell, text)
		} else if value != nil {
			err = s.file.f.SetCellValue(s.name, cell, value)
		}
		if err == nil {
			err = s.setCellStyle(n+1, cell)
		}
		if err != nil {
			return fmt.Errorf("writing a spreadsheet: %w", err)
		}
	}
	return nil
}

// setCellStyle wraps the lines of a cell, unless its column has a style.
func (s *Sheet) setCellStyle(number int, cell string) error {
	letter, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return err
	}
	style, err := s.file.f.GetColStyle(s.name, letter)
	if err != nil {
		return err
	}
	if style == 0 {
		style = s.file.wrapped
	}
	return s.file.f.SetCellStyle(s.name, cell, cell, style)
}

// sheetName returns a name that Excel permits and no other sheet has.
func (f *File) sheetName(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name))
	if name == "" {
		name = "-"
	}
	out := cutUnits(name, maxSheetName)
	for n := 2; f.names[strings.ToLower(out)]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		out = cutUnits(name, maxSheetName-len(suffix)) + suffix
	}
	return out
}

// cutUnits returns the first characters of a text, at most limit UTF-16 units.
func cutUnits(text string, limit int) string {
	units := 0
	for n, r := range text {
		if units += utf16.RuneLen(r); units > limit {
			return text[:n]
		}
	}
	return text
}
