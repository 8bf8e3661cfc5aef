package torture

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Report is the result of a run.
type Report struct {
	Seed         uint64  `json:"seed"`
	Database     string  `json:"database"` // sqlite or postgres
	Replicas     int     `json:"replicas"`
	Rooms        int     `json:"rooms"`
	People       int     `json:"people"`
	Acknowledged int     `json:"acknowledged"` // edits
	Stored       int     `json:"stored"`       // edits
	Seconds      float64 `json:"seconds"`      // until all was acknowledged

	faultCounts

	Cuts       int64 `json:"cuts"`       // connections
	Delays     int64 `json:"delays"`     // of 600 ms
	Reconnects int64 `json:"reconnects"` // of people

	Acknowledgement Durations   `json:"acknowledgement"` // from a push to its acknowledgement, without lost connections
	Away            Durations   `json:"away"`            // from the end of a connection to the welcome of the next one
	Violations      []Violation `json:"violations"`
}

// Durations are quantiles in milliseconds.
type Durations struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Violation is one difference between what was acknowledged, what is stored and what people see.
type Violation struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// maxViolations bounds the list.
const maxViolations = 100

// violations is the list of a run.
type violations struct {
	mu   sync.Mutex
	list []Violation
}

func (r *run) addViolationf(rule, format string, args ...any) {
	r.found.mu.Lock()
	defer r.found.mu.Unlock()
	if len(r.found.list) < maxViolations {
		r.found.list = append(r.found.list, Violation{rule, fmt.Sprintf(format, args...)})
	}
}

func (r *run) newReport(typed time.Duration, stored int) *Report {
	report := &Report{
		Seed: r.Seed, Database: "sqlite", Replicas: r.Replicas, Rooms: r.Rooms, People: len(r.people),
		Acknowledged: int(r.counters.acknowledged.Load()), Stored: stored, Seconds: typed.Seconds(),
		faultCounts: r.faults, Cuts: r.balancer.cuts.Load(), Delays: r.balancer.delays.Load(), Reconnects: r.counters.reconnects.Load(),
		Violations: r.found.list,
	}
	if r.isPostgres() {
		report.Database = "postgres"
	}
	var waits, gaps []time.Duration
	for _, p := range r.people {
		waits, gaps = append(waits, p.waits...), append(gaps, p.gaps...)
	}
	report.Acknowledgement, report.Away = quantiles(waits), quantiles(gaps)
	return report
}

func quantiles(list []time.Duration) Durations {
	if len(list) == 0 {
		return Durations{}
	}
	slices.Sort(list)
	at := func(share float64) float64 {
		return float64(list[int(share*float64(len(list)-1))].Microseconds()) / 1000
	}
	return Durations{at(0.5), at(0.99), at(1)}
}

// writeProgress writes a line each second.
func (r *run) writeProgress() {
	if now := time.Now(); now.Sub(r.wroteAt) >= time.Second {
		r.wroteAt = now
		fmt.Fprintf(r.Progress, "%4.0f s: %d typed, %d acknowledged, %d of %d connected, %d reconnects, %d kills, %d restarts, %d cuts\n",
			now.Sub(r.began).Seconds(), r.counters.typed.Load(), r.counters.acknowledged.Load(), r.counters.connected.Load(), len(r.people),
			r.counters.reconnects.Load(), r.faults.Kills, r.faults.Restarts, r.balancer.cuts.Load())
	}
}

// WriteSummary writes the report for people.
func (r *Report) WriteSummary(w io.Writer) {
	fmt.Fprintf(w, "%d people in %d rooms, %d processes on %s: %d edits acknowledged, %d stored, in %.0f s\n",
		r.People, r.Rooms, r.Replicas, r.Database, r.Acknowledged, r.Stored, r.Seconds)
	fmt.Fprintf(w, "%d kills, %d restarts, %d connections cut, %d losses, %d reconnects\n", r.Kills, r.Restarts, r.Cuts, r.Delays, r.Reconnects)
	fmt.Fprintf(w, "acknowledgement after p50 %.0f ms, p99 %.0f ms, max %.0f ms; without a connection p50 %.0f ms, p99 %.0f ms, max %.0f ms\n",
		r.Acknowledgement.P50, r.Acknowledgement.P99, r.Acknowledgement.Max, r.Away.P50, r.Away.P99, r.Away.Max)
	for _, v := range r.Violations {
		fmt.Fprintf(w, "%s: %s\n", v.Rule, v.Text)
	}
	fmt.Fprintf(w, "%d violations\n", len(r.Violations))
}

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
