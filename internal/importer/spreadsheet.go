package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	uni "golang.org/x/text/encoding/unicode"

	"github.com/huimian/huimian/internal/apperr"
)

// Bounds of an .xlsx once it is unpacked: a small file may claim to be a huge
// one.
const (
	maxUnpacked = 64 << 20
	maxPart     = 32 << 20
	maxRawRows  = 100_000 // empty ones too, which have been formatted only
)

// Read parses a file of the kind. The format is detected by content, not by name.
func Read(kind Kind, raw []byte) (*File, error) {
	if len(raw) > MaxBytes {
		return nil, TooLarge()
	}
	var t table
	var err error
	switch {
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		t, err = readXLSX(kind, raw)
	case bytes.HasPrefix(raw, []byte{0xd0, 0xcf, 0x11, 0xe0}): // .xls, or one with a password
		return nil, apperr.New(apperr.Invalid, "sheet.old_excel")
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, apperr.New(apperr.Invalid, "sheet.empty")
	default:
		t, err = readCSV(kind, raw)
	}
	if err != nil {
		return nil, err
	}
	return parseCells(kind, t)
}

// TooLarge is the fault about a file that is too large.
func TooLarge() error {
	return apperr.New(apperr.Invalid, "sheet.too_large", "Limit", MaxBytes>>20)
}

func errUnreadable(cause error) error {
	return apperr.New(apperr.Invalid, "sheet.unreadable").WithCause(cause)
}

// readXLSX reads the first sheet that has anything in it. Cells come as they
// are stored, so that dates are numbers whatever they look like.
func readXLSX(kind Kind, raw []byte) (t table, err error) {
	defer func() {
		if p := recover(); p != nil { // the library parses untrusted input and may panic
			err = errUnreadable(errors.New("the reader of .xlsx files has failed"))
		}
	}()
	if err := checkParts(raw); err != nil {
		return t, errUnreadable(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxPart, RawCellValue: true,
	})
	if err != nil {
		return t, errUnreadable(err)
	}
	defer func() { _ = f.Close() }()
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		if t, err = readRows(kind, f, name); err != nil || len(t.rows) > 0 {
			break
		}
	}
	if err == nil && is1904(f) {
		t.shift1904(kind)
	}
	return t, err
}

func readRows(kind Kind, f *excelize.File, name string) (t table, err error) {
	rows, err := f.Rows(name)
	if err != nil {
		return t, errUnreadable(err)
	}
	defer func() { _ = rows.Close() }()
	filled := 0
	for rows.Next() {
		if filled > kind.maxRows()+headingRows || len(t.rows) > maxRawRows {
			t.more = true
			return t, nil
		}
		cells, err := rows.Columns()
		if err != nil {
			return t, errUnreadable(err)
		}
		if len(cells) > 0 {
			filled++
		}
		t.rows = append(t.rows, cutText(cells))
	}
	if err := rows.Error(); err != nil {
		return t, errUnreadable(err)
	}
	if filled == 0 {
		t.rows = nil
	}
	return t, nil
}

func is1904(f *excelize.File) bool {
	props, err := f.GetWorkbookProps()
	return err == nil && props.Date1904 != nil && *props.Date1904
}

// days1904 is how much earlier the days of old Macintosh files count from.
const days1904 = 1462

// shift1904 makes the days of a file count from 1900, in the columns that
// have days.
func (t *table) shift1904(kind Kind) {
	at, byIndex := findHeadings(kind, t.rows)
	if at < 0 {
		return
	}
	for _, row := range t.rows[at+1:] {
		for n := range row[:min(len(row), len(byIndex))] {
			switch byIndex[n] {
			case colDate, colStart, colEnd:
				if serial, err := strconv.ParseFloat(row[n], 64); err == nil {
					row[n] = strconv.FormatFloat(serial+days1904, 'f', -1, 64)
				}
			}
		}
	}
}

// The ways in which a CSV file may be written: what Excel writes in the three
// languages' countries.
var (
	encodings  = []encoding.Encoding{simplifiedchinese.GB18030, japanese.ShiftJIS}
	delimiters = []rune{',', ';', '\t'}
)

// readCSV tries each encoding and delimiter, and returns the table with the most
// known headings.
func readCSV(kind Kind, raw []byte) (table, error) {
	var best table
	most := -1
	for _, text := range decode(raw) {
		for _, delimiter := range delimiters {
			t, err := parseCSV(kind, text, delimiter)
			if err != nil {
				continue
			}
			known := 0
			if at, byIndex := findHeadings(kind, t.rows); at >= 0 {
				for _, c := range byIndex {
					if c != "" {
						known++
					}
				}
			}
			if known > most {
				best, most = t, known
			}
		}
	}
	if most < 0 {
		return best, errUnreadable(errors.New("no way to read this CSV"))
	}
	return best, nil
}

// decode returns the texts that the bytes may be.
func decode(raw []byte) []string {
	if bytes.HasPrefix(raw, []byte{0xff, 0xfe}) || bytes.HasPrefix(raw, []byte{0xfe, 0xff}) {
		if b, err := uni.UTF16(uni.LittleEndian, uni.UseBOM).NewDecoder().Bytes(raw); err == nil {
			return []string{string(b)}
		}
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if utf8.Valid(raw) {
		return []string{string(raw)}
	}
	var out []string
	for _, e := range encodings {
		if b, err := e.NewDecoder().Bytes(raw); err == nil {
			out = append(out, string(b))
		}
	}
	return out
}

func parseCSV(kind Kind, text string, delimiter rune) (t table, err error) {
	if strings.HasPrefix(text, "sep=") { // a first line that declares the delimiter to Excel
		_, text, _ = strings.Cut(text, "\n")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = delimiter, true, -1
	last := 0 // line at which the row before ended
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		first, _ := r.FieldPos(0)
		for empty := first - last - 1; empty > 0 && len(t.rows) < kind.maxRows(); empty-- {
			t.rows = append(t.rows, nil) // the reader leaves empty lines out; spreadsheets count them
		}
		last, _ = r.FieldPos(len(row) - 1)
		last += strings.Count(row[len(row)-1], "\n")
		if len(t.rows) > kind.maxRows()+headingRows {
			t.more = true
			return t, nil
		}
		t.rows = append(t.rows, cutText(row))
	}
}

// cutText keeps of a row what may be of use, and lets go of the rest: one cell far
// to the right makes a row of thousands.
func cutText(row []string) []string { return slices.Clone(row[:min(len(row), maxColumns)]) }

// serialTime is the wall clock of an Excel serial number.
func serialTime(serial float64) (time.Time, bool) {
	if !(serial >= 1 && serial <= 100_000) { // NaN is none either
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(serial, false)
	return t.Round(time.Minute), err == nil
}
