package importer

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/validate"
)

var delimiters = []rune{',', ';', '\t'}

// readCSV parses a text file in the named encoding, or in the detected one. With
// each delimiter and encoding, it keeps the table with the most known headings.
func readCSV(kind Kind, raw []byte, name string) (table, error) {
	var texts []reading
	var err error
	if name == "" {
		texts, err = detect(raw)
	} else {
		texts = make([]reading, 1)
		texts[0], err = decodeAs(name, raw)
	}
	if err != nil {
		return table{}, err
	}
	tables, known := make([]table, len(texts)), make([]int, len(texts))
	for n, r := range texts {
		tables[n], known[n] = readDelimited(kind, r.text)
		tables[n].encoding = r.encoding
	}
	best := slices.Index(known, slices.Max(known))
	t := tables[best]
	readable := slices.IndexFunc(tables, func(other table) bool { return other.encoding != t.encoding && other.hasForeignHeading(kind) })
	if t.hasForeignHeading(kind) && readable < 0 { // 姓名: the encoding is certain
		texts = texts[best : best+1]
	}
	t.choices = []EncodingChoice{{t.encoding, ""}}
	for _, r := range texts {
		if r.encoding == t.encoding {
			t.choices[0].Sample = r.sampleText()
		} else {
			t.choices = append(t.choices, EncodingChoice{r.encoding, r.sampleText()})
		}
	}
	return t, t.err
}

// hasForeignHeading reports whether a known heading has characters that are not
// ASCII.
func (t *table) hasForeignHeading(kind Kind) bool {
	at, byIndex := findHeadings(kind, t.rows)
	if at < 0 {
		return false
	}
	for n, heading := range t.rows[at] {
		if byIndex[n] != "" && strings.ContainsFunc(heading, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return true
		}
	}
	return false
}

// readDelimited parses a text with the delimiter that finds the most headings, and
// returns their number.
func readDelimited(kind Kind, text string) (best table, most int) {
	text = validate.NormalizeNewlines(text)
	most = -1
	for _, delimiter := range delimiters {
		t := parseCSV(kind, text, delimiter)
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
	return best, most
}

// parseCSV parses a text whose lines end in LF. An error of its quotes is in the
// table, with the rows as far as they can be read.
func parseCSV(kind Kind, text string, delimiter rune) (t table) {
	skipped := 0
	if strings.HasPrefix(text, "sep=") { // a first line that declares the delimiter to Excel
		_, text, _ = strings.Cut(text, "\n")
		skipped = 1
	}
	if line := findBadQuote(text, delimiter); line > 0 {
		t.err = apperr.New(apperr.Invalid, "import.bad_quote", "Line", line+skipped)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.TrimLeadingSpace = delimiter, true, -1, delimiter != '\t'
	last := 0 // line at which the row before ended
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t
		}
		if err != nil {
			t.err = errUnreadable(err)
			return t
		}
		first, _ := r.FieldPos(0)
		for empty := first - last - 1; empty > 0 && len(t.rows) < kind.maxRows(); empty-- {
			t.rows = append(t.rows, nil) // the reader leaves empty lines out; spreadsheets count them
		}
		last, _ = r.FieldPos(len(row) - 1)
		last += strings.Count(row[len(row)-1], "\n")
		if len(t.rows) > kind.maxRows()+headingRows {
			t.more = true
			return t
		}
		t.addRow(row)
	}
}

// findBadQuote returns the line of the first quoted field that has no end, or text
// behind its end; 0 without one. The reader would take the rows below it for the
// text of the cell.
func findBadQuote(text string, delimiter rune) int {
	line, opened := 1, 0
	fieldStart := true
	for n := 0; n < len(text); n++ {
		c := text[n]
		if c == '\n' {
			line++
		}
		switch {
		case opened > 0 && c == '"' && n+1 < len(text) && text[n+1] == '"':
			n++
		case opened > 0 && c == '"':
			if n+1 < len(text) && text[n+1] != '\n' && rune(text[n+1]) != delimiter {
				return opened
			}
			opened = 0
		case opened > 0:
		case fieldStart && c == '"':
			opened, fieldStart = line, false
		case c == '\n' || rune(c) == delimiter:
			fieldStart = true
		case delimiter == '\t' || !unicode.IsSpace(rune(c)):
			fieldStart = false
		}
	}
	return opened
}
