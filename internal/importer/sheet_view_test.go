package importer

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/huimian/huimian/internal/apperr"
)

func asError(err error) *apperr.Error {
	f, _ := errors.AsType[*apperr.Error](err)
	return f
}

// editWorkbook returns an .xlsx of these rows after edit.
func editWorkbook(t *testing.T, edit func(f *excelize.File) error, rows ...[]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(newWorkbook(t, rows...)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := edit(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fileNotes returns the codes of a file's notes and their texts.
func fileNotes(f *File) (out []string) {
	for _, n := range f.Notes {
		text := n.Code
		for _, key := range []string{"Rows", "Columns", "Sheets"} {
			if v, ok := n.Params[key].(string); ok {
				text += " " + v
			}
		}
		out = append(out, text)
	}
	return out
}

func fileNames(f *File) (out []string) {
	for _, l := range f.Lines {
		out = append(out, l.Cells[colName])
	}
	return out
}

func TestHiddenParts(t *testing.T) {
	raw := editWorkbook(t, func(f *excelize.File) error {
		_, err := f.NewSheet("备份")
		_, err2 := f.NewSheet("隐藏")
		return errors.Join(err, err2,
			f.SetCellStr("备份", "A1", "姓名"), f.SetCellStr("隐藏", "A1", "姓名"), f.SetSheetVisible("隐藏", false),
			f.SetRowVisible("Sheet1", 3, false), // a filter does the same
			f.SetRowHeight("Sheet1", 6, 0),
			f.SetColVisible("Sheet1", "B", false))
	}, []any{"姓名", "邮箱"}, []any{"张三", "a@example.com"}, []any{"李四", "b@example.com"}, []any{}, []any{"王五", "c@example.com"}, []any{"赵六", "d@example.com"})
	f, err := Read(Candidates, raw, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := fileNames(f); !slices.Equal(got, []string{"张三", "王五"}) || f.Lines[1].Row != 5 {
		t.Errorf("lines %q", got)
	}
	if got := fileNotes(f); !slices.Equal(got, []string{"import.other_sheets 备份", "import.hidden_rows 3, 6", "import.hidden_columns 邮箱"}) {
		t.Errorf("notes %q", got)
	}
}

func TestMergedCells(t *testing.T) {
	raw := editWorkbook(t, func(f *excelize.File) error {
		return errors.Join(
			f.MergeCell("Sheet1", "A1", "D1"),                                    // a title
			f.MergeCell("Sheet1", "C3", "C5"),                                    // a position of three people
			f.MergeCell("Sheet1", "A6", "A7"), f.MergeCell("Sheet1", "B6", "B7"), // one person in two rows
		)
	}, []any{"名单"}, []any{"姓名", "邮箱", "职位"}, []any{"张三", "a@example.com", "Go 工程师"}, []any{"李四", "b@example.com"}, []any{"王五", "c@example.com"},
		[]any{"赵六", "d@example.com", "前端"}, []any{"", "", ""})
	f, err := Read(Candidates, raw, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := fileNames(f); !slices.Equal(got, []string{"张三", "李四", "王五", "赵六"}) {
		t.Errorf("lines %q", got)
	}
	for n, want := range []string{"", "import.merged_cell", "import.merged_cell", ""} {
		code := ""
		for _, i := range f.Lines[n].Issues {
			code += i.Code
		}
		if code != want || n < 3 && f.Lines[n].Cells[colPosition] != "Go 工程师" {
			t.Errorf("line %d: %+v", n, f.Lines[n])
		}
	}
}

// Programs may leave out the numbers of rows.
func TestHiddenRowsWithoutNumbers(t *testing.T) {
	cell := func(text string) string { return `<c t="inlineStr"><is><t>` + text + `</t></is></c>` }
	sheet := `<row>` + cell("姓名") + `</row><row hidden="1">` + cell("张三") + `</row><row>` + cell("李四") + `</row><row r="9" hidden="1">` + cell("王五") +
		`</row><row hidden="1">` + cell("赵六") + `</row>`
	f, err := Read(Candidates, xlsxFromParts(t, sheet, ""), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := fileNames(f); !slices.Equal(got, []string{"李四"}) || !slices.Equal(fileNotes(f), []string{"import.hidden_rows 2, 9, 10"}) {
		t.Errorf("lines %q, notes %q", got, fileNotes(f))
	}
}

// Texts are cut between characters.
func TestLongTexts(t *testing.T) {
	f, err := Read(Candidates, []byte("姓名,a"+strings.Repeat("备", 200)+"\n张三,x\n"), "")
	if err != nil || f.Unknown[0] != "a"+strings.Repeat("备", maxHeading-1) {
		t.Errorf("%q, %v", f.Unknown, err)
	}
	if got := cutRunes(strings.Repeat("备", 3), 2); got != "备备" {
		t.Errorf("%q", got)
	}
}

// Other programs write the elements with a prefix and single quotes.
func TestSheetViewNotations(t *testing.T) {
	for _, tag := range []string{`<x:row r='3' hidden='true'>`, `<row  spans="1:2" r="3" ht="0" customHeight="1" >`, "<row\n hidden=\"1\" r=\"3\">"} {
		v := sheetView{hiddenRows: map[int]bool{}}
		if v.readHiddenRows([]byte("<sheetData>" + tag + "</row>")); !v.hiddenRows[3] || len(v.hiddenRows) != 1 {
			t.Errorf("%s is not recognized", tag)
		}
	}
	for _, tag := range []string{`<row r="3">`, `<row r="3" hidden="0">`, `<row r="3" ht="0.75">`, `<rowBreaks hidden="1">`} {
		v := sheetView{hiddenRows: map[int]bool{}}
		if v.readHiddenRows([]byte(tag)); len(v.hiddenRows) > 0 {
			t.Errorf("%s is hidden", tag)
		}
	}
	if _, err := Read(Candidates, xlsxFromParts(t, strings.Repeat(`<row hidden="1"/>`, 3), ""), ""); err == nil {
		t.Error("a sheet without rows was read")
	}
}

// Tags without an end, and more cells than an import has, mark at most one cell.
func TestSheetViewReadsBoundedNumber(t *testing.T) {
	for _, unit := range []string{`<c r="A1" s="1">`, `<c `, `<`, `<c r="A1"/>`} {
		v := sheetView{hiddenRows: map[int]bool{}}
		v.readCells(bytes.Repeat([]byte(unit), 10+maxCells), map[int]bool{1: true})
		if len(v.struckOut) > 1 || len(v.notComputed) > 0 {
			t.Errorf("%s: %d and %d cells", unit, len(v.struckOut), len(v.notComputed))
		}
	}
}

// What a spreadsheet shows differently from its values.
func TestMarkedCells(t *testing.T) {
	raw := editWorkbook(t, func(f *excelize.File) error {
		struck, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
		bold, err2 := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
		return errors.Join(err, err2,
			f.SetCellStyle("Sheet1", "A3", "B3", struck), f.SetCellStyle("Sheet1", "A2", "B2", bold), f.SetCellStyle("Sheet1", "B4", "B4", struck),
			f.SetCellFormula("Sheet1", "B5", `C5&"@example.com"`), // without a result
			f.SetCellFormula("Sheet1", "C5", `1`))
	}, []any{"姓名", "邮箱", "其他"}, []any{"张三", "a@example.com"}, []any{"李四", "b@example.com"}, []any{"王五", "c@example.com"}, []any{"赵六"})
	f, err := Read(Candidates, raw, "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range f.Lines {
		for _, i := range l.Issues {
			got = append(got, strings.Join([]string{l.Cells[colName], i.Column, string(i.Level), i.Code}, " "))
		}
	}
	if want := []string{"李四 name warning import.struck_out", "赵六 email error import.not_computed"}; !slices.Equal(got, want) || len(f.Lines) != 4 {
		t.Errorf("%q of %d lines, want %q", got, len(f.Lines), want)
	}
}
