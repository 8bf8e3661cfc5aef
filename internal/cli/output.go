package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// table is what people read: a line for each row, columns aligned.
type table struct {
	head []string
	rows [][]string
}

// pairs is a table of one thing: a name and a value in each row. Rows without
// a value are left out.
func pairs(nameValue ...string) table {
	var t table
	for i := 0; i+1 < len(nameValue); i += 2 {
		if nameValue[i+1] != "" {
			t.rows = append(t.rows, []string{nameValue[i], nameValue[i+1]})
		}
	}
	return t
}

// show prints v as JSON for scripts, or t for people.
func (s *session) show(v any, t table) error {
	if s.json {
		return encode(s.Out, v)
	}
	return t.print(s.Out)
}

// done says that something was done.
func (s *session) done(text string) error {
	return s.show(map[string]bool{"ok": true}, table{rows: [][]string{{text}}})
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

func (t table) print(w io.Writer) error {
	lines := t.rows
	if len(t.head) > 0 {
		lines = append([][]string{t.head}, t.rows...)
	}
	var widths []int
	for _, line := range lines {
		for i, cell := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(clean(cell)))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			cell = clean(cell)
			b.WriteString(cell)
			if i < len(line)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-columns(cell)+2))
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	return nil
}

// clean keeps a cell on its line and its characters from steering the
// terminal: names come from people.
func clean(cell string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, cell)
}

// columns is how many columns of a terminal a text takes: Chinese characters
// take two.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func numbers(list []int64) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = number(n)
	}
	return strings.Join(texts, ",")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
