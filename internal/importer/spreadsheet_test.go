package importer

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	uni "golang.org/x/text/encoding/unicode"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/i18n"
)

// newWorkbook returns an .xlsx file with these rows.
func newWorkbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for n, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", n+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadFormats(t *testing.T) {
	zh := "姓名,邮箱,手机号,职位\n张三,zhang@example.com,13900000001,Go 工程师\n\n\"李,四\",li@example.com,,后端\n"
	ja := "氏名,メールアドレス,携帯番号,ポジション\n山田花子,hanako@example.com,,バックエンド\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(zh)
	if err != nil {
		t.Fatal(err)
	}
	sjis, err := japanese.ShiftJIS.NewEncoder().String(ja)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := uni.UTF16(uni.LittleEndian, uni.UseBOM).NewEncoder().String(strings.NewReplacer(",", "\t", "\"", "").Replace(zh))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		raw  string
		name string
		row  int
	}{
		"UTF-8":           {zh, "张三", 2},
		"UTF-8 with BOM":  {"\ufeff" + zh, "张三", 2},
		"GB18030":         {gb, "张三", 2},
		"Shift_JIS":       {sjis, "山田花子", 2},
		"UTF-16 and tabs": {utf16, "张三", 2},
		"semicolons":      {"Name;E-mail;Mobile\nAlex;alex@example.com;1\n", "Alex", 2},
		"sep= and tabs":   {"sep=\t\nName\tEmail\nAlex\talex@example.com\n", "Alex", 2},
		"CRLF":            {strings.ReplaceAll(zh, "\n", "\r\n"), "张三", 2},
		"a title above":   {"候选人名单,,\n\n姓名（必填）,E-Mail *,来源\n张三,zhang@example.com,内推\n", "张三", 4},
		"xlsx":            {string(newWorkbook(t, []any{"姓名", "邮箱"}, []any{"张三", "zhang@example.com"})), "张三", 2},
		"one column":      {"姓名\n张三\n", "张三", 2},
	} {
		f, err := Read(Candidates, []byte(c.raw), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := f.Lines[0]; got.Cells[colName] != c.name || got.Row != c.row {
			t.Errorf("%s: %+v", name, got)
		}
	}
	f, err := Read(Candidates, []byte(zh), "")
	if err != nil || len(f.Lines) != 2 || f.Lines[1].Row != 4 || f.Lines[1].Cells[colName] != "李,四" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestRejectUnreadableFiles(t *testing.T) {
	many := strings.Repeat("张三\n", MaxCandidates+1)
	rows := [][]any{{"姓名"}}
	for range MaxCandidates + headingRows + 2 {
		rows = append(rows, []any{"张三"})
	}
	for name, c := range map[string]struct {
		raw  []byte
		code string
	}{
		"nothing":           {nil, "import.empty"},
		"spaces":            {[]byte(" \n\n"), "import.empty"},
		"only headings":     {[]byte("姓名,邮箱\n"), "import.empty"},
		"no headings":       {[]byte("a,b,c\n1,2,3\n"), "import.no_headings"},
		"no names":          {[]byte("邮箱,手机号\na@example.com,1\n"), "import.no_headings"},
		"old Excel":         {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), "import.old_excel"},
		"a zip of no sheet": {[]byte("PK\x03\x04 and so on"), "import.unreadable"},
		"a picture":         {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "import.no_headings"},
		"too many rows":     {[]byte("姓名\n" + many), "import.too_many_rows"},
		"too many in xlsx":  {newWorkbook(t, rows...), "import.too_many_rows"},
		"too large":         {bytes.Repeat([]byte("x"), MaxBytes+1), "import.too_large"},
		"a bomb":            {zipBomb(t), "import.unreadable"},
	} {
		if _, err := Read(Candidates, c.raw, ""); err == nil {
			t.Errorf("%s was read", name)
		} else {
			t.Run(name, func(t *testing.T) { apperrtest.Check(t, err, apperr.Invalid, c.code) })
		}
	}
	if _, err := Read(Interviews, []byte("姓名,日期\n"+strings.Repeat("张三,2026-11-25\n", MaxInterviews+1)), ""); err == nil {
		t.Error("too many interviews were read")
	}
}

// zipBomb returns a small file of good form that unpacks to a huge one.
func zipBomb(t *testing.T) []byte {
	t.Helper()
	good := newWorkbook(t, []any{"姓名"}, []any{"张三"})
	from, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, part := range from.File {
		w, err := to.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(unpackFile(t, part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() > MaxBytes {
		t.Fatalf("the bomb has %d bytes", b.Len())
	}
	return b.Bytes()
}

// unpackFile returns a part of a file; the one with the rows contains a great many spaces.
func unpackFile(t *testing.T, part *zip.File) []byte {
	t.Helper()
	r, err := part.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(part.Name, "sheet1.xml") {
		return body
	}
	rows := []byte("<sheetData>")
	return bytes.Replace(body, rows, append(rows, bytes.Repeat([]byte(" "), maxUnpacked)...), 1)
}

func TestHeadings(t *testing.T) {
	for heading, want := range map[string]string{
		"姓名": colName, " 姓 名 *": colName, "Ｎａｍｅ": colName, "E-mail": colEmail, "e_mail": colEmail, "手机号（选填）": colMobile,
		"面试时间": colStart, "面試": "", "Start time": colStart, "時間": colDuration, "时间": colTime, "": "", "（）": "",
	} {
		if got := columnForHeading(Interviews, heading); got != want {
			t.Errorf("%q is %q, want %q", heading, got, want)
		}
	}
	if got := columnForHeading(Candidates, "面试官"); got != "" {
		t.Errorf("candidates have a column %q", got)
	}
	seen := map[string]string{}
	for column, words := range headings {
		for _, w := range words {
			if normalizeHeading(w) != w {
				t.Errorf("%q can never be found: it reads as %q", w, normalizeHeading(w))
			}
			if other := seen[w]; other != "" {
				t.Errorf("%q is %s and %s", w, column, other)
			}
			seen[w] = column
		}
	}
}

// What we hand out can be read again, in each language.
func TestTemplates(t *testing.T) {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	for _, kind := range []Kind{Candidates, Interviews} {
		for _, lang := range i18n.Languages {
			raw, err := Template(kind, lang, now)
			if err != nil {
				t.Fatal(err)
			}
			f, err := Read(kind, raw, "")
			if err != nil || len(f.Unknown) > 0 || len(f.Lines) != 1 {
				t.Errorf("%s in %s: %+v, %v", kind, lang, f, err)
				continue
			}
			got := f.Lines[0].Cells
			for _, c := range templateColumns(kind) {
				if got[c] == "" && c != colLink {
					t.Errorf("%s in %s: no example of %s", kind, lang, c)
				}
			}
			r := rowReader{line: f.Lines[0], zone: "Asia/Shanghai", loc: time.UTC}
			if r.readEntry(kind); len(r.issues) > 0 {
				t.Errorf("%s in %s: the example is wrong: %+v", kind, lang, r.issues)
			}
		}
	}
}

func TestSplitNames(t *testing.T) {
	if got := splitNames("林一、梅二, wang@example.com；@rosa / 13900000000\n"); !slices.Equal(got, []string{"林一", "梅二", "wang@example.com", "rosa", "13900000000"}) {
		t.Errorf("%q", got)
	}
}

func TestDates1904(t *testing.T) {
	f := excelize.NewFile()
	yes := true
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"A1": "姓名", "B1": "日期", "C1": "时间", "D1": "面试官", "E1": "结束", "E2": 0.625, "A2": "张三", "B2": 46351 - days1904, "C2": "14:00", "D2": "林一"} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(Interviews, b.Bytes(), "")
	if err != nil || got.Lines[0].Cells[colDate] != "46351" || got.Lines[0].Cells[colEnd] != "0.625" {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("姓名,日期,时间\n张三,2026-11-25,14:00\n"))
	f.Add([]byte("Name;Start;Interviewers\nAlex;46351.5;lin\n"))
	f.Add([]byte("\xff\xfeN\x00a\x00m\x00e\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, kind := range []Kind{Candidates, Interviews} {
			file, err := Read(kind, raw, "")
			if err != nil {
				if apperr.KindOf(err) != apperr.Invalid {
					t.Error(err)
				}
				continue
			}
			for _, l := range file.Lines {
				r := rowReader{line: l, zone: "UTC", loc: time.UTC, title: func(int) string { return "x" }}
				r.readEntry(kind)
			}
		}
	})
}
