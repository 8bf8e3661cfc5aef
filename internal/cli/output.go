package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// table is the text output of a command: one line per row, columns aligned.
type table struct {
	head []string
	rows [][]string
}

// keyValueTable returns a table with a name and a value per row. Empty values are
// left out.
func keyValueTable(nameValue ...string) table {
	var t table
	for i := 0; i+1 < len(nameValue); i += 2 {
		if nameValue[i+1] != "" {
			t.rows = append(t.rows, []string{nameValue[i], nameValue[i+1]})
		}
	}
	return t
}

// printResult prints v as JSON with --json, t otherwise.
func (s *session) printResult(v any, t table) error {
	if s.json {
		return writeJSON(s.Out, v)
	}
	return t.writeTo(s.Out)
}

// printDone prints the confirmation of a command without a result.
func (s *session) printDone(text string) error {
	return s.printResult(map[string]bool{"ok": true}, table{rows: [][]string{{text}}})
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

func (t table) writeTo(w io.Writer) error {
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
			widths[i] = max(widths[i], displayWidth(sanitizeCell(cell)))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			cell = sanitizeCell(cell)
			b.WriteString(cell)
			if i < len(line)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-displayWidth(cell)+2))
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	return nil
}

// sanitizeCell replaces control characters by spaces, since names are user input:
// line breaks would break the table and escape sequences control the terminal.
func sanitizeCell(cell string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, cell)
}

// displayWidth returns the number of terminal columns of a text. East Asian wide
// characters take two.
func displayWidth(text string) int {
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

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

func formatInts(list []int64) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = formatInt(n)
	}
	return strings.Join(texts, ",")
}

func yesOrEmpty(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func singleColumnTable(list []string) table {
	var t table
	for _, v := range list {
		t.rows = append(t.rows, []string{v})
	}
	return t
}
