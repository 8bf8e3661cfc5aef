package insight

import (
	"fmt"
	"io"
	"strconv"

	"github.com/huimian/huimian/internal/csvfile"
)

// Table is the table of a chart.
type Table string

// The tables of all charts.
const (
	InterviewsTable   Table = "interviews"
	LeadTable         Table = "lead"
	DelayTable        Table = "delay"
	NotHeldTable      Table = "not_held"
	RoundsTable       Table = "rounds"
	PositionsTable    Table = "positions"
	InterviewersTable Table = "interviewers"
)

// columns are the columns of each table.
var columns = map[Table][]string{
	InterviewsTable:   {"from", "to", "held", "scheduled", "cancelled", "not_held"},
	LeadTable:         {"from", "to", "count", "median_hours", "p90_hours"},
	DelayTable:        {"from", "to", "count", "median_hours", "p90_hours", "due", "late", "late_share"},
	NotHeldTable:      {"from", "to", "held", "not_held", "not_held_share"},
	RoundsTable:       {"round", "passed", "failed", "pass_rate"},
	PositionsTable:    {"position", "passed", "failed", "pass_rate"},
	InterviewersTable: {"user_id", "name", "held", "per_week", "scheduled", "declined", "due", "late"},
}

// WriteCSV writes a table as a file; heading returns the title of a column.
func (r *Report) WriteCSV(w io.Writer, t Table, heading func(column string) string) error {
	out, err := csvfile.NewWriter(w)
	if err != nil {
		return err
	}
	titles := make([]string, len(columns[t]))
	for n, column := range columns[t] {
		titles[n] = heading(column)
	}
	for _, cells := range append([][]string{titles}, r.tableRows(t)...) {
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// tableRows returns the cells of a table in the order of its columns.
func (r *Report) tableRows(t Table) (rows [][]string) {
	switch t {
	case RoundsTable:
		for _, d := range r.Rounds {
			rows = append(rows, append([]string{strconv.Itoa(d.Round)}, d.csvCells()...))
		}
	case PositionsTable:
		for _, d := range r.Positions {
			rows = append(rows, append([]string{d.Title}, d.csvCells()...))
		}
	case InterviewersTable:
		for _, l := range r.Interviewers {
			cells := []string{l.Member.UserID, l.Member.Name, strconv.Itoa(l.Held), fmt.Sprintf("%.1f", l.PerWeek)}
			rows = append(rows, append(cells, numbers(l.Scheduled, l.Declined, l.Due, l.Late)...))
		}
	default:
		for _, w := range r.Weeks {
			rows = append(rows, append([]string{w.From, w.To}, w.csvCells(t)...))
		}
	}
	return rows
}

// csvCells returns the cells of a week.
func (s *Summary) csvCells(t Table) []string {
	switch t {
	case LeadTable:
		return s.Lead.csvCells()
	case DelayTable:
		return append(append(s.Delay.csvCells(), numbers(s.Due, s.Late)...), share(s.Late, s.Due))
	case NotHeldTable:
		return append(numbers(s.Held, s.NotHeld), share(s.NotHeld, s.Held+s.NotHeld))
	default:
		return numbers(s.Held, s.Scheduled, s.Cancelled, s.NotHeld)
	}
}

func (d *Decided) csvCells() []string {
	return append(numbers(d.Passed, d.Failed), share(d.Passed, d.Passed+d.Failed))
}

func (d Durations) csvCells() []string {
	if d.Count == 0 {
		return []string{"0", "", ""}
	}
	return []string{strconv.Itoa(d.Count), fmt.Sprintf("%.1f", d.Median.Hours()), fmt.Sprintf("%.1f", d.P90.Hours())}
}

func numbers(list ...int) []string {
	cells := make([]string, len(list))
	for n, v := range list {
		cells[n] = strconv.Itoa(v)
	}
	return cells
}

// share returns part of whole with three digits, "" if there is no whole.
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%.3f", float64(part)/float64(whole))
}
