package spreadsheet_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/huimian/huimian/internal/spreadsheet"
)

func TestFile(t *testing.T) {
	f, err := spreadsheet.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	long := strings.Repeat("评", 40)
	for _, name := range []string{"系统设计 v2", "系统设计 V2", "a/b:c*[d]?'", "", long, long, "😀" + strings.Repeat("x", 40)} {
		s, err := f.AddSheet(name, []spreadsheet.Column{{Title: "=A1"}, {Title: "B", AsText: true}, {Title: "C", Width: 40}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.AddRow("=1+1", 7, 3.5); err != nil {
			t.Fatal(err)
		}
		if err := s.AddRow(nil, "x\ny"); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	read, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	want := []string{"系统设计 v2", "系统设计 V2 (2)", "a-b-c--d---", "-", strings.Repeat("评", 31), strings.Repeat("评", 27) + " (2)", "😀" + strings.Repeat("x", 29)}
	if got := read.GetSheetList(); !reflect.DeepEqual(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	rows, err := read.GetRows(want[0])
	if err != nil || !reflect.DeepEqual(rows, [][]string{{"=A1", "B", "C"}, {"=1+1", "7", "3.5"}, {"", "x\ny"}}) {
		t.Errorf("rows %q, %v", rows, err)
	}
	if formula, err := read.GetCellFormula(want[0], "A2"); err != nil || formula != "" {
		t.Errorf("formula %q, %v", formula, err)
	}
	if kind, err := read.GetCellType(want[0], "C2"); err != nil || kind == excelize.CellTypeSharedString {
		t.Errorf("a number has type %v, %v", kind, err)
	}
}
