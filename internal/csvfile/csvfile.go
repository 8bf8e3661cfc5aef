// Package csvfile writes CSV files that spreadsheets open.
package csvfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Writer writes the rows of a file.
type Writer struct{ out *csv.Writer }

// NewWriter writes a byte order mark, with which spreadsheets read the file as UTF-8.
func NewWriter(w io.Writer) (*Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("writing a CSV file: %w", err)
	}
	return &Writer{csv.NewWriter(w)}, nil
}

// Write writes a row. Spreadsheets read none of its cells as a formula.
func (w *Writer) Write(cells []string) error {
	escaped := make([]string, len(cells))
	for n, cell := range cells {
		escaped[n] = escapeFormula(cell)
	}
	if err := w.out.Write(escaped); err != nil {
		return fmt.Errorf("writing a CSV file: %w", err)
	}
	return nil
}

// Flush writes what is buffered.
func (w *Writer) Flush() error {
	w.out.Flush()
	if err := w.out.Error(); err != nil {
		return fmt.Errorf("writing a CSV file: %w", err)
	}
	return nil
}

// escapeFormula adds an apostrophe before a text that a spreadsheet would read as a
// formula.
func escapeFormula(cell string) string {
	if strings.IndexAny(cell, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}
