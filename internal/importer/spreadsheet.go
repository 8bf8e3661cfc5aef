package importer

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

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
// encoding is that of a CSV file, one of EncodingNames, "" to detect it.
func Read(kind Kind, raw []byte, encoding string) (*File, error) {
	if len(raw) > MaxBytes {
		return nil, TooLarge()
	}
	var t table
	var err error
	switch {
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		t, err = readXLSX(kind, raw)
	case bytes.HasPrefix(raw, []byte{0xd0, 0xcf, 0x11, 0xe0}): // .xls, or one with a password
		return nil, apperr.New(apperr.Invalid, "import.old_excel")
	case len(bytes.Trim(raw, " \t\r\n\x00\xef\xbb\xbf")) == 0:
		return nil, apperr.New(apperr.Invalid, "import.empty")
	default:
		t, err = readCSV(kind, raw, encoding)
	}
	if err != nil {
		return nil, err
	}
	return parseCells(kind, t)
}

// TooLarge returns the error of a file that is too large.
func TooLarge() error {
	return apperr.New(apperr.Invalid, "import.too_large", "Limit", MaxBytes>>20)
}

func errUnreadable(cause error) error {
	return apperr.New(apperr.Invalid, "import.unreadable").WithCause(cause)
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
	var others []string
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		sheet, err := readRows(kind, f, name)
		if err != nil {
			return t, err
		}
		switch {
		case len(sheet.rows) > 0 && len(t.rows) > 0:
			others = append(others, name)
		case len(sheet.rows) > 0:
			t = sheet
			if t.view, err = readSheetView(raw, name); err != nil {
				return t, errUnreadable(err)
			}
		}
	}
	if len(others) > 0 {
		t.notes = append(t.notes, Issue{Level: Warning, Code: "import.other_sheets", Params: map[string]any{"Sheets": strings.Join(others, ", ")}})
	}
	if is1904(f) {
		t.shift1904(kind)
	}
	return t, nil
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
		t.addRow(cells)
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
				if serial, err := strconv.ParseFloat(row[n], 64); err == nil && serial >= 1 { // less than a day is a time
					row[n] = strconv.FormatFloat(serial+days1904, 'f', -1, 64)
				}
			}
		}
	}
}

// addRow adds a row without the cells after maxColumns: one cell far to the right makes a
// row of thousands.
func (t *table) addRow(row []string) {
	if len(row) > maxColumns {
		t.wide = t.wide || slices.ContainsFunc(row[maxColumns:], func(cell string) bool { return normalizeCell(cell) != "" })
		row = row[:maxColumns]
	}
	t.rows = append(t.rows, slices.Clone(row))
}

// serialTime returns the wall clock of an Excel serial number.
func serialTime(serial float64) (time.Time, bool) {
	if !(serial >= 1 && serial <= 100_000) { // NaN is none either
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(serial, false)
	return t.Round(time.Minute), err == nil
}
