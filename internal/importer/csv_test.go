package importer

import (
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	uni "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

func encodeText(t *testing.T, e encoding.Encoding, text string) []byte {
	t.Helper()
	raw, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(raw)
}

// encodingNames returns the names of the choices, in one string.
func encodingNames(f *File) string {
	var names []string
	for _, c := range f.Encodings {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

func TestCertainEncodings(t *testing.T) {
	utf16 := func(e uni.Endianness, bom uni.BOMPolicy) encoding.Encoding { return uni.UTF16(e, bom) }
	for name, tc := range map[string]struct {
		encoding encoding.Encoding
		text     string
		name     string // in the first line
		want     string
	}{
		"UTF-8":                  {uni.UTF8, "Name\nHans Müller\n", "Hans Müller", "utf-8"},
		"UTF-8 with BOM":         {uni.UTF8BOM, "Name\n张三\n", "张三", "utf-8"},
		"UTF-16 LE":              {utf16(uni.LittleEndian, uni.UseBOM), "Name\n张三\n", "张三", "utf-16le"},
		"UTF-16 BE":              {utf16(uni.BigEndian, uni.UseBOM), "Name\n张三\n", "张三", "utf-16be"},
		"UTF-16 LE without BOM":  {utf16(uni.LittleEndian, uni.IgnoreBOM), "Name,Email\n张三,zhang@example.com\n", "张三", "utf-16le"},
		"UTF-16 BE without BOM":  {utf16(uni.BigEndian, uni.IgnoreBOM), "Name,Email\n张三,zhang@example.com\n", "张三", "utf-16be"},
		"GB18030":                {simplifiedchinese.GB18030, "姓名\n玥婷\n", "玥婷", "gb18030"},
		"GB18030, English heads": {simplifiedchinese.GB18030, "Name\n张三\n李四\n王小明\n", "张三", "gb18030"},
		"Big5, English heads":    {traditionalchinese.Big5, "Name\n王小明\n林志玲\n", "王小明", "big5"},
		"Shift_JIS":              {japanese.ShiftJIS, "氏名\n髙橋花子\n", "髙橋花子", "shift_jis"},
		"EUC-JP, English heads":  {japanese.EUCJP, "Name\n山田太郎\n佐藤花子\n", "山田太郎", "euc-jp"},
		"EUC-KR, English heads":  {korean.EUCKR, "Name\n김민수\n박지성\n", "김민수", "euc-kr"},
		"ISO-2022-JP":            {japanese.ISO2022JP, "Name\n山田太郎\n", "山田太郎", "iso-2022-jp"},
		"HZ":                     {simplifiedchinese.HZGB2312, "Name\n王伟\n", "王伟", "hz-gb-2312"},
		"UTF-32 LE":              {utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), "Name\n王伟\n", "王伟", "utf-32le"},
		"UTF-32 BE without BOM":  {utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "Name\n王伟\n", "王伟", "utf-32be"},
		"ASCII with a tilde":     {uni.UTF8, "Name\nAlex ~{x} B\n", "Alex ~{x} B", "utf-8"},
	} {
		f, err := Read(Candidates, encodeText(t, tc.encoding, tc.text), "")
		if err != nil || encodingNames(f) != tc.want || f.Lines[0].Cells[colName] != tc.name || len(f.Lines[0].Issues) > 0 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// The bytes of a letter in an encoding of one byte are letters in others too: the
// preview offers a choice, and the rows are not imported before it.
func TestUncertainEncodings(t *testing.T) {
	for name, tc := range map[string]struct {
		encoding    encoding.Encoding
		text, guess string
	}{
		"windows-1252": {charmap.Windows1252, "Name,Email\nHans Müller,hans@example.com\nJosé García,jose@example.com\n", "windows-1252"},
		"windows-1250": {charmap.Windows1250, "Name,Email\nŁukasz Żak,l@example.com\n", "windows-1250"},
		"windows-1251": {charmap.Windows1251, "Name,Email\nИван,i@example.com\n", ""},
		"windows-1254": {charmap.Windows1254, "Name,Email\nIşık,i@example.com\n", "windows-1252"},
		"euc-kr":       {korean.EUCKR, "Name,Email\n김민수,k@example.com\n", ""},
	} {
		raw := encodeText(t, tc.encoding, tc.text)
		f, err := Read(Candidates, raw, "")
		if err != nil || tc.guess != "" && f.Encodings[0].Name != tc.guess || !strings.Contains(encodingNames(f), name) ||
			len(f.Encodings) < 2 || len(f.Lines[0].Issues) != 1 || f.Lines[0].Issues[0].Level != Warning || f.Lines[0].Issues[0].Code != "import.uncertain_encoding" {
			t.Errorf("%s: %+v, %v", name, f, err)
			continue
		}
		for _, c := range f.Encodings {
			if c.Name == name && !strings.Contains(tc.text, c.Sample) || c.Sample == "" {
				t.Errorf("%s: sample %q", name, c.Sample)
			}
		}
		f, err = Read(Candidates, raw, name)
		if err != nil || f.Lines[0].Cells[colName] != strings.Split(strings.Split(tc.text, "\n")[1], ",")[0] || len(f.Lines[0].Issues) > 0 || len(f.Encodings) != 1 {
			t.Errorf("%s, as chosen: %+v, %v", name, f, err)
		}
	}
}

// Few characters beside ASCII prove no encoding: the right reading is used with a
// warning, or is among the choices.
func TestEncodingsAreNotGuessed(t *testing.T) {
	encodings := map[string]encoding.Encoding{
		"macintosh": charmap.Macintosh, "ibm850": charmap.CodePage850, "ibm437": charmap.CodePage437,
		"windows-1252": charmap.Windows1252, "windows-1250": charmap.Windows1250, "windows-1251": charmap.Windows1251,
		"windows-1253": charmap.Windows1253, "windows-1254": charmap.Windows1254,
		"gb18030": simplifiedchinese.GB18030, "big5": traditionalchinese.Big5, "shift_jis": japanese.ShiftJIS,
		"euc-jp": japanese.EUCJP, "euc-kr": korean.EUCKR, "iso-2022-jp": japanese.ISO2022JP, "hz-gb-2312": simplifiedchinese.HZGB2312,
	}
	lists := []string{"François|Hélène", "François", "Bjørn", "Hans Müller|Jürgen Groß", "José García|Íñigo López", "Åsa Öberg", "Łukasz Żak",
		"Иван Петров", "ИВАН ПЕТРОВ", "Ελένη", "Öğüt Şahin", "王伟", "钱", "郑", "李", "陳大文|黃志明", "鄭", "山田太郎", "ヤマダ タロウ", "さとう", "김민수"}
	for name, e := range encodings {
		for _, list := range lists {
			raw, err := e.NewEncoder().String("name,email\r" + strings.ReplaceAll(list, "|", ",a@example.com\r") + ",b@example.com\r")
			if err != nil {
				continue // not in this encoding
			}
			first, _, _ := strings.Cut(list, "|")
			f, err := Read(Candidates, []byte(raw), "")
			if err != nil {
				t.Errorf("%s, %s: %v", name, list, err)
				continue
			}
			if got := f.Lines[0].Cells[colName]; len(f.Encodings) == 1 && got != first {
				t.Errorf("%s, %s: %q, as %s", name, list, got, encodingNames(f))
			}
			if !slices.ContainsFunc(f.Encodings, func(c EncodingChoice) bool {
				other, err := Read(Candidates, []byte(raw), c.Name)
				return err == nil && other.Lines[0].Cells[colName] == first
			}) {
				t.Errorf("%s, %s: not among %s", name, list, encodingNames(f))
			}
		}
	}
}

// The readings of files of Excel for Macintosh, DOS and Windows that are used first.
func TestLikelyEncodings(t *testing.T) {
	for name, tc := range map[string]struct {
		encoding    encoding.Encoding
		text, guess string
	}{
		"Excel, CSV (Macintosh)": {charmap.Macintosh, "Name,Email\rFrançois,f@example.com\rBjørn,b@example.com\r", "macintosh"},
		"DOS":                    {charmap.CodePage850, "Name,Email\r\nHans Müller,h@example.com\r\nJürgen Groß,j@example.com\r\n", "ibm850"},
		"Windows":                {charmap.Windows1252, "Name,Email\r\nJosé García,j@example.com\r\n", "windows-1252"},
	} {
		f, err := Read(Candidates, encodeText(t, tc.encoding, tc.text), "")
		if err != nil || f.Encodings[0].Name != tc.guess || len(f.Encodings) < 2 || f.Lines[0].Issues[0].Code != "import.uncertain_encoding" {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestRejectEncodings(t *testing.T) {
	for name, tc := range map[string]struct{ raw, encoding, code string }{
		"wrong choice":         {"Name\nM\xfcller\n", "utf-8", "import.wrong_encoding"},
		"wrong choice of GB":   {"Name\nJos\xe9,\n", "gb18030", "import.wrong_encoding"},
		"unknown choice":       {"Name\nAlex\n", "klingon", "import.wrong_encoding"},
		"UTF-8 with one fault": {"姓名\n张三\n李四\xe5\n", "", "import.wrong_encoding"},
		"no text":              {"Name\n\x81\x98\xff\x7f\n", "", "import.unknown_encoding"},
		"half of UTF-16":       {"\xff\xfeN\x00a", "", "import.wrong_encoding"},
	} {
		_, err := Read(Candidates, []byte(tc.raw), tc.encoding)
		t.Run(name, func(t *testing.T) { apperrtest.Check(t, err, apperr.Invalid, tc.code) })
	}
}

// A quote that is not closed must not swallow the rows below it.
func TestUnclosedQuotes(t *testing.T) {
	for text, line := range map[string]int{
		"姓名,邮箱\n\"张三,a@example.com\n李四,b@example.com\n王五,c@example.com\n":     2,
		"姓名,邮箱\n张三,\"a@example.com\n李四,b@example.com\n":                       2,
		"姓名,邮箱\n张三,a@example.com\n\"李四,b@example.com\n\"王五\",c@example.com\n": 3,
		"姓名,邮箱\n\"张三\"丰,a@example.com\n李四,b@example.com\n":                    2,
		"姓名\t邮箱\n张三\t\"a\n李四\tb\n":                                            2,
		"sep=;\n姓名;邮箱\n\"张三;a\n李四;b\n":                                        3,
		"姓名,邮箱\r\"张三,a\r李四,b\r":                                               2,
	} {
		_, err := Read(Candidates, []byte(text), "")
		apperrtest.Check(t, err, apperr.Invalid, "import.bad_quote")
		if f := asError(err); f == nil || f.Params["Line"] != line {
			t.Errorf("%q: %+v, want line %d", text, f, line)
		}
	}
	for text, want := range map[string]string{
		"姓名,来源\n\"张三\",\"他说\"\"好\"\"\"\n李四,x\n": "他说\"好\"",
		"姓名,来源\n张三,5\" 屏幕\n李四,x\n":              "5\" 屏幕",
		"姓名,来源\n张三, \"a, b\"\n李四,x\n":           "a, b",
		"姓名,来源\n张三,=\"0138\"\n李四,x\n":           "0138",
		"姓名;来源\n\"张三\";\"a,\nb\"\n李四;x\n":       "a,\nb",
	} {
		f, err := Read(Candidates, []byte(text), "")
		if err != nil || len(f.Lines) != 2 || f.Lines[0].Cells[colSource] != want || f.Lines[1].Cells[colName] != "李四" {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

func TestLineEnds(t *testing.T) {
	for _, text := range []string{
		"姓名,邮箱\r张三,a@example.com\r李四,b@example.com\r", // Excel for Mac
		"姓名,邮箱\r\n张三,a@example.com\r\n李四,b@example.com",
		"姓名,邮箱\r\n张三,a@example.com\n李四,b@example.com\r", // mixed
		"姓名,邮箱\n\"张三\",a@example.com\r\r\"李四\",b@example.com",
	} {
		f, err := Read(Candidates, []byte(text), "")
		if err != nil || len(f.Lines) != 2 || f.Lines[0].Row != 2 || f.Lines[1].Cells[colEmail] != "b@example.com" {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

// Cells that a spreadsheet has spoilt are errors, its marks for texts are removed.
func TestSpoiltCells(t *testing.T) {
	f, err := Read(Candidates, []byte("姓名,邮箱,手机号,来源,备注\n#N/A,a@example.com,'13800000000,'90 后,a\u200b\n"+
		"\"张三\n李四\",#REF!,=\"138\",#########,\"a\nb\"\nJos\ufffd,,,,\n’t Hooft,\u200b\x00,,,\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	if c := f.Lines[0].Cells; c[colMobile] != "13800000000" || c[colSource] != "'90 后" || c[colNote] != "a" {
		t.Errorf("cells %q", c)
	}
	if c := f.Lines[3].Cells; c[colName] != "’t Hooft" || c[colEmail] != "" {
		t.Errorf("cells %q", c)
	}
	var got []string
	for _, l := range f.Lines {
		for _, i := range l.Issues {
			got = append(got, i.Column+" "+i.Code)
		}
	}
	want := "name import.formula_error|name import.several_lines|email import.formula_error|source import.formula_error|name import.lost_characters"
	if strings.Join(got, "|") != want {
		t.Errorf("issues %q", got)
	}
}

func TestFormulaErrors(t *testing.T) {
	for cell, want := range map[string]bool{
		"#N/A": true, "#NV": true, "#N/D": true, "#BEZUG!": true, "#VALEUR!": true, "#¿NOMBRE?": true, "#ИМЯ?": true, "Err:502": true, "####": true,
		"#1": false, "#go": false, "# note!": false, "Err: 502": false, "#Go!": false,
	} {
		if got := corruptCell(colNote, cell) != ""; got != want {
			t.Errorf("%q is an error: %v", cell, got)
		}
	}
}

// A list that was printed repeats its headings on each page.
func TestRepeatedHeadings(t *testing.T) {
	f, err := Read(Candidates, []byte("姓名,职位\n王伟,Go\n姓名,职位\n李雷,前端\nName,职位\n姓名,Go\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := fileNames(f); !slices.Equal(got, []string{"王伟", "李雷", "姓名"}) {
		t.Errorf("names %q", got)
	}
}

func TestManyColumns(t *testing.T) {
	for far, want := range map[string]int{"邮箱": 1, "": 0, "\u200b": 0} {
		f, err := Read(Candidates, []byte("姓名"+strings.Repeat(",x", maxColumns-1)+","+far+"\n王伟\n"), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := fileNotes(f); len(got) != want || want == 1 && got[0] != "import.too_many_columns" {
			t.Errorf("with %q: notes %q", far, got)
		}
	}
}
