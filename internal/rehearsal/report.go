package rehearsal

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/uptrace/bun"
)

// Report is the result of a rehearsal.
type Report struct {
	Seed       uint64    `json:"seed"`
	Members    int       `json:"members"`
	Interviews int       `json:"interviews"`
	Database   string    `json:"database"`
	From       time.Time `json:"from"` // of the simulated time
	To         time.Time `json:"to"`
	Took       float64   `json:"tookSeconds"`
	Starts     int       `json:"starts"` // of the product

	States  map[State]int  `json:"states"`  // interviews
	Refused map[string]int `json:"refused"` // what the product did not let people do, with the status
	Faults  []*Fault       `json:"faults"`
	Kinds   []Figures      `json:"kinds"`

	DoubleBookings int            `json:"doubleBookings"`
	Lost           int            `json:"lost"`
	Doubled        int            `json:"doubled"`
	DoubledMails   int            `json:"doubledMails"` // because the process died while it sent them
	Violations     []Violation    `json:"violations"`
	Jobs           int            `json:"jobs"` // runs
	JobKinds       map[string]int `json:"jobKinds"`
	Rows           map[string]int `json:"rows"` // of tables
	Deliveries     []*Delivery    `json:"deliveries"`
}

// Figures are the figures of the messages of a kind.
type Figures struct {
	Kind      Kind    `json:"kind"`
	Channel   Channel `json:"channel"`
	Expected  int     `json:"expected"`
	Received  int     `json:"received"`
	Overtaken int     `json:"overtaken"` // not sent, because a later change had made them pointless
	AtOnce    int     `json:"atOnce"`    // within the second
	P95       float64 `json:"p95Seconds"`
	Max       float64 `json:"maxSeconds"`
}

// writeReport checks the rehearsal and describes it.
func (r *rehearsal) writeReport(ctx context.Context, began time.Time) (*Report, error) {
	for _, f := range r.faults {
		if f.code != 0 {
			r.describeRevocation(f)
		}
	}
	slices.SortStableFunc(r.faults, func(a, b *Fault) int { return a.From.Compare(b.From) })
	c := &checker{interviews: r.interview, faults: r.faults, slack: max(r.LeastInterval, time.Minute)}
	c.checkFaults()
	c.checkBookings()
	c.checkMessages(r.expected, r.readReceipts())
	if err := r.checkState(ctx, c); err != nil {
		return nil, err
	}
	out := &Report{
		Seed: r.Seed, Members: r.Members, Interviews: r.Interviews, Database: string(r.world.app.DB.Dialect()), From: r.Start, To: r.clock.Now(),
		Took: time.Since(began).Seconds(), Starts: r.world.starts, States: map[State]int{}, Refused: r.refused, Faults: r.faults,
		Violations: append([]Violation{}, c.violations...), Jobs: r.world.jobs, Deliveries: c.deliveries,
	}
	for _, i := range r.interview {
		out.States[i.state]++
	}
	for _, v := range c.violations {
		switch v.Rule {
		case ruleDoubleBooking:
			out.DoubleBookings++
		case ruleMissing:
			out.Lost++
		case ruleDoubled:
			out.Doubled++
		}
	}
	out.computeFigures()
	return out, r.readDatabase(ctx, out)
}

// computeFigures computes the figures of each kind.
func (p *Report) computeFigures() {
	type key struct {
		kind    Kind
		channel Channel
	}
	figures, late := map[key]*Figures{}, map[key][]float64{}
	for _, d := range p.Deliveries {
		k := key{d.Kind, d.Channel}
		f := figures[k]
		if f == nil {
			f = &Figures{Kind: d.Kind, Channel: d.Channel}
			figures[k] = f
		}
		p.DoubledMails += d.Doubles
		f.Expected++
		if d.Overtaken {
			f.Overtaken++
		}
		if d.ReceivedAt == nil {
			continue
		}
		f.Received++
		if d.Late < 1 {
			f.AtOnce++
		}
		late[k] = append(late[k], d.Late)
	}
	keys := slices.SortedFunc(maps.Keys(figures), func(a, b key) int {
		return cmp.Or(cmp.Compare(b.channel, a.channel), cmp.Compare(a.kind, b.kind))
	})
	for _, k := range keys {
		f := figures[k]
		if list := late[k]; len(list) > 0 {
			slices.Sort(list)
			f.P95, f.Max = list[int(math.Ceil(0.95*float64(len(list))))-1], list[len(list)-1]
		}
		p.Kinds = append(p.Kinds, *f)
	}
}

// readDatabase counts the jobs of each kind and the rows of the largest tables.
func (r *rehearsal) readDatabase(ctx context.Context, out *Report) error {
	out.JobKinds, out.Rows = map[string]int{}, map[string]int{}
	var jobs []struct {
		Kind  string `bun:"kind"`
		Count int    `bun:"count"`
	}
	if err := r.world.app.DB.NewSelect().TableExpr("river_job").ColumnExpr("kind, COUNT(*) AS count").Group("kind").Scan(ctx, &jobs); err != nil {
		return fmt.Errorf("counting the jobs: %w", err)
	}
	for _, j := range jobs {
		out.JobKinds[j.Kind] = j.Count
	}
	for _, table := range []string{"interviews", "candidates", "messages", "booking_offers", "appointments", "scorecards", "audit_log", "events", "river_job"} {
		n, err := r.world.app.DB.NewSelect().TableExpr("?", bun.Ident(table)).Count(ctx)
		if err != nil {
			return fmt.Errorf("counting the rows of %s: %w", table, err)
		}
		out.Rows[table] = int(n)
	}
	return nil
}

// WriteJSON writes the report with every message.
func (p *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(p); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

//go:embed report.html
var page string

// maxListed limits the messages in the page; the JSON report has all.
const maxListed = 2000

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"local": func(t any) string {
		at, ok := t.(time.Time)
		if p, isPointer := t.(*time.Time); isPointer {
			at, ok = *p, true
		}
		if !ok {
			return ""
		}
		return at.In(zone).Format("01-02 15:04:05")
	},
	"seconds": func(s float64) string { return time.Duration(s * float64(time.Second)).Round(time.Second).String() },
	"limit":   func(list []*Delivery) []*Delivery { return list[:min(len(list), maxListed)] },
	"number":  func(n int) string { return fmt.Sprintf("%04d", n) },
}).Parse(page))

// WriteHTML writes the report as a page that needs no other file.
func (p *Report) WriteHTML(w io.Writer) error {
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// WriteSummary writes the figures as text.
func (p *Report) WriteSummary(w io.Writer) {
	fmt.Fprintf(w, "%d members, %d interviews, %s, %s to %s simulated in %.1f s; %d jobs; %d starts of the product\n", p.Members, p.Interviews, p.Database,
		p.From.In(zone).Format(time.DateTime), p.To.In(zone).Format(time.DateTime), p.Took, p.Jobs, p.Starts)
	for _, f := range p.Faults {
		fmt.Fprintf(w, "%s  %s: %s\n", f.From.In(zone).Format("01-02 15:04:05"), f.Name, cmp.Or(f.Effect, "no effect"))
	}
	for _, k := range p.Kinds {
		fmt.Fprintf(w, "%-6s %-18s expected %5d, received %5d, overtaken %4d, at once %5d, p95 %6.0f s, max %6.0f s\n", k.Channel, k.Kind, k.Expected, k.Received, k.Overtaken, k.AtOnce, k.P95, k.Max)
	}
	for _, v := range p.Violations {
		fmt.Fprintf(w, "%s: interview %04d, %s, %s, %s: %s\n", v.Rule, v.Interview, v.Kind, v.Recipient, v.At.In(zone).Format("01-02 15:04:05"), v.Text)
	}
	fmt.Fprintf(w, "double bookings %d, lost %d, doubled %d, doubled mails of killed processes %d, violations %d\n", p.DoubleBookings, p.Lost, p.Doubled, p.DoubledMails, len(p.Violations))
}
