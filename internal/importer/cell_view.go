package importer

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"

	"github.com/xuri/excelize/v2"
)

// cellPosition is the row and the column of a cell, from 1.
type cellPosition struct{ row, column int }

// Limits of what is read from the source of a sheet: of a file whose cells are no cells, no
// more is read than of the largest import.
const (
	maxCells = MaxCandidates * maxColumns
	maxTag   = 1 << 10 // bytes of a start tag
	maxName  = 64
)

var (
	cellName    = regexp.MustCompile(`\sr=["']([A-Za-z]+\d+)["']`)
	cellStyle   = regexp.MustCompile(`\ss=["'](\d+)["']`)
	cellFormula = regexp.MustCompile(`<(?:\w+:)?f[\s/>]`)
	cellValue   = regexp.MustCompile(`<(?:\w+:)?(?:v|is)[\s>]`)
)

// readCells marks the cells whose text is struck out by their style, and those with a
// formula whose result is not in the file: programs that write files do not compute.
func (v *sheetView) readCells(body []byte, struckStyles map[int]bool) {
	v.struckOut, v.notComputed = map[cellPosition]bool{}, map[cellPosition]bool{}
	start, body := cutElement(body, "c")
	for range maxCells {
		if start == nil {
			return
		}
		next, rest := cutElement(body, "c")
		content := body[:len(body)-len(rest)-len(next)]
		if position, ok := findPosition(start); ok {
			if m := cellStyle.FindSubmatch(start); m != nil && struckStyles[atoi(m[1])] {
				v.struckOut[position] = true
			}
			if bytes.IndexByte(content, '<') >= 0 && cellFormula.Match(content) && !cellValue.Match(content) {
				v.notComputed[position] = true
			}
		}
		start, body = next, rest
	}
}

// cutElement returns the start tag of the next element with a local name and what follows
// it; both are empty without one. Regular expressions would need seconds for a large part.
func cutElement(body []byte, name string) (start, rest []byte) {
	for {
		at := bytes.IndexByte(body, '<')
		if at < 0 {
			return nil, nil
		}
		body = body[at:]
		end := bytes.IndexAny(body[:min(len(body), maxName)], " \t\r\n/>")
		if end > 0 && localName(body[1:end]) == name {
			if end = bytes.IndexByte(body[:min(len(body), maxTag)], '>'); end > 0 {
				return body[:end+1], body[end+1:]
			}
		}
		body = body[1:]
	}
}

// localName returns a name without its prefix.
func localName(name []byte) string { return string(name[bytes.LastIndexByte(name, ':')+1:]) }

// findPosition returns the position that the start tag of a cell names.
func findPosition(start []byte) (p cellPosition, ok bool) {
	m := cellName.FindSubmatch(start)
	if m == nil {
		return p, false
	}
	column, row, err := excelize.CellNameToCoordinates(string(m[1]))
	return cellPosition{row, column}, err == nil && column <= maxColumns
}

// readStruckStyles returns the indexes of the cell styles whose font is struck out. A file
// without styles has none.
func readStruckStyles(z *zip.Reader) (map[int]bool, error) {
	const part = "xl/styles.xml"
	if !hasPart(z, part) {
		return nil, nil
	}
	body, err := readPart(z, part)
	if err != nil {
		return nil, err
	}
	var sheet struct {
		Fonts []struct {
			Strike *struct {
				Value string `xml:"val,attr"`
			} `xml:"strike"`
		} `xml:"fonts>font"`
		Styles []struct {
			Font int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := xml.Unmarshal(body, &sheet); err != nil {
		return nil, fmt.Errorf("reading %s: %w", part, err)
	}
	struck := map[int]bool{}
	for n, style := range sheet.Styles {
		if style.Font < 0 || style.Font >= len(sheet.Fonts) {
			continue
		}
		strike := sheet.Fonts[style.Font].Strike
		struck[n] = strike != nil && strike.Value != "0" && strike.Value != "false"
	}
	return struck, nil
}
