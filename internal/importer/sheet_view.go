package importer

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetView is what a worksheet hides, and its merged cells. excelize reads them
// only with the whole sheet in memory.
type sheetView struct {
	hiddenRows map[int]bool // from 1, as columns
	hidden     map[int]bool // columns
	merged     []mergedCells

	struckOut, notComputed map[cellPosition]bool // see readCells
}

// mergedCells is a merged area: rows and columns from 1.
type mergedCells struct{ firstRow, lastRow, column int }

// maxMerged limits the merged areas of a sheet.
const maxMerged = 50_000

// Elements of a worksheet, with any prefix of the namespace:
// https://learn.microsoft.com/en-us/openspecs/office_standards/ms-oe376/
var (
	isRowHidden = regexp.MustCompile(`\shidden=["'](?:1|true)["']|\sht=["']0(?:\.0*)?["']`)
	column      = regexp.MustCompile(`<(?:\w+:)?col\s[^>]*>`)
	mergeCell   = regexp.MustCompile(`<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Za-z]+\d+:[A-Za-z]+\d+)["']`)
	sheetData   = regexp.MustCompile(`<(?:\w+:)?sheetData[\s/>]`)
	isHidden    = regexp.MustCompile(`\shidden=["'](?:1|true)["']|\swidth=["']0(?:\.0*)?["']`)
	rowNumber   = regexp.MustCompile(`\sr=["'](\d+)["']`)
	columnRange = map[string]*regexp.Regexp{"min": regexp.MustCompile(`\smin=["'](\d+)["']`), "max": regexp.MustCompile(`\smax=["'](\d+)["']`)}
)

// readSheetView reads the view of the named sheet from an .xlsx whose size was
// checked.
func readSheetView(raw []byte, name string) (v sheetView, err error) {
	v.hiddenRows, v.hidden = map[int]bool{}, map[int]bool{}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return v, fmt.Errorf("opening the file: %w", err)
	}
	part, err := findSheetPart(z, name)
	if err != nil {
		return v, err
	}
	body, err := readPart(z, part)
	if err != nil {
		return v, err
	}
	v.readHiddenRows(body)
	struckStyles, err := readStruckStyles(z)
	if err != nil {
		return v, err
	}
	v.readCells(body, struckStyles)
	before := body
	if at := sheetData.FindIndex(body); at != nil {
		before = body[:at[0]]
	}
	for _, c := range column.FindAll(before, maxColumns) {
		first, last := columnRange["min"].FindSubmatch(c), columnRange["max"].FindSubmatch(c)
		if first == nil || last == nil || !isHidden.Match(c) {
			continue
		}
		for n := atoi(first[1]); n <= min(atoi(last[1]), maxColumns); n++ {
			v.hidden[n] = true
		}
	}
	for _, m := range mergeCell.FindAllSubmatch(body[len(before):], maxMerged) {
		if area, ok := parseArea(string(m[1])); ok {
			v.merged = append(v.merged, area)
		}
	}
	return v, nil
}

// readHiddenRows reads the hidden rows. A row without a number is the one below the
// row before it.
func (v *sheetView) readHiddenRows(body []byte) {
	number := 0
	for row, rest := cutElement(body, "row"); row != nil; row, rest = cutElement(rest, "row") {
		number++
		if m := rowNumber.FindSubmatch(row); m != nil {
			number = atoi(m[1])
		}
		if isRowHidden.Match(row) {
			v.hiddenRows[number] = true
		}
	}
}

func atoi(digits []byte) int {
	n, _ := strconv.Atoi(string(digits)) // digits by the pattern
	return n
}

// parseArea parses an area of several rows, such as "B2:B4".
func parseArea(ref string) (m mergedCells, ok bool) {
	from, to, _ := strings.Cut(ref, ":")
	column, firstRow, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return m, false
	}
	_, lastRow, err := excelize.CellNameToCoordinates(to)
	return mergedCells{firstRow, lastRow, column}, err == nil && lastRow > firstRow
}

// findSheetPart returns the name of the part of a sheet.
func findSheetPart(z *zip.Reader, name string) (string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			// The attribute r:id has another namespace in strict files.
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	for part, into := range map[string]any{"xl/workbook.xml": &book, "xl/_rels/workbook.xml.rels": &relations} {
		body, err := readPart(z, part)
		if err != nil {
			return "", err
		}
		if err := xml.Unmarshal(body, into); err != nil {
			return "", fmt.Errorf("reading %s: %w", part, err)
		}
	}
	for _, sheet := range book.Sheets {
		if sheet.Name != name {
			continue
		}
		for _, a := range sheet.Attrs {
			for _, r := range relations.List {
				if a.Name.Local == "id" && r.ID == a.Value {
					return strings.TrimPrefix(path.Join("/xl", strings.TrimPrefix(r.Target, "/xl/")), "/"), nil
				}
			}
		}
	}
	return "", errors.New("a sheet has no part")
}

func hasPart(z *zip.Reader, name string) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, name) })
}

func readPart(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("opening the part %s: %w", name, err)
		}
		defer func() { _ = r.Close() }()
		body, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
		if err != nil {
			return nil, fmt.Errorf("unpacking the part %s: %w", name, err)
		}
		return body, nil
	}
	return nil, fmt.Errorf("no part %s", name)
}
