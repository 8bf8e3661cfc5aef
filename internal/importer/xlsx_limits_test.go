package importer

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/member"
)

// xlsxFromParts returns an .xlsx of these rows and shared texts, as XML.
func xlsxFromParts(t *testing.T, rows, texts string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const main, rels = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/package/2006/relationships"
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	for _, part := range [][2]string{
		{"_rels/.rels", `<Relationships xmlns="` + rels + `"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + rels + `"><Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns="` + main + `"><sheetData>` + rows + `</sheetData></worksheet>`},
		{"xl/sharedStrings.xml", `<sst xmlns="` + main + `">` + texts + `</sst>`},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const headRow = `<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>note</t></is></c></row>`

// Files of some kilobytes that would take hundreds of megabytes.
func TestXLSXElementLimits(t *testing.T) {
	good := xlsxFromParts(t, headRow+`<row r="2"><c r="A2" t="s"><v>0</v></c></row>`, `<si><t>Alex</t></si>`)
	if f, err := Read(Candidates, good, ""); err != nil || f.Lines[0].Cells[colName] != "Alex" {
		t.Fatalf("an ordinary file: %+v %v", f, err)
	}
	_, err := Read(Candidates, xlsxFromParts(t, headRow, strings.Repeat("<si/>", maxElements+1)), "")
	apperrtest.Check(t, err, apperr.Invalid, "import.unreadable")
	_, err = Read(Candidates, xlsxFromParts(t, headRow+strings.Repeat("<row/>", maxRowElements), ""), "")
	apperrtest.Check(t, err, apperr.Invalid, "import.unreadable")

	var rows strings.Builder
	for n := range MaxCandidates {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%[1]d" t="s"><v>0</v></c><c r="B%[1]d" t="s"><v>0</v></c></row>`, n+2)
	}
	_, err = Read(Candidates, xlsxFromParts(t, headRow+rows.String(), "<si><t>"+strings.Repeat("x", maxCell)+"</t></si>"), "")
	apperrtest.Check(t, err, apperr.Invalid, "import.too_large")
}

// One cell far to the right must not keep a row of 16,384 cells.
func TestWideRowTruncated(t *testing.T) {
	read, err := readXLSX(Candidates, xlsxFromParts(t, headRow+`<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>`, ""))
	if err != nil || len(read.rows) != 2 {
		t.Fatalf("%d rows, %v", len(read.rows), err)
	}
	if row := read.rows[1]; len(row) != maxColumns || cap(row) > 2*maxColumns {
		t.Errorf("the row has %d cells and room for %d", len(row), cap(row))
	}
}

func TestInterviewerLimitPerCell(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		asked := 0
		find := f.FindMembers
		f.FindMembers = func(ctx context.Context, corpID, name string) ([]member.Member, error) {
			asked++
			return find(ctx, corpID, name)
		}
		names := make([]string, maxPeople+1)
		for n := range names {
			names[n] = fmt.Sprint("p", n)
		}
		p := f.preview(Interviews, "name,date,time,interviewers", "Alex,"+clocktest.Date(2)+",14:00,"+strings.Join(names, " / "))
		if issues := p.Outcomes[0].Issues; asked != 0 || len(issues) == 0 || issues[0].Code != "field.too_many" {
			t.Errorf("asked %d times, %+v", asked, issues)
		}
	})
}
