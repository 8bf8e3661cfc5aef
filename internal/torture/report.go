package torture

import (
	"fmt"
	"io"
	"time"

	"github.com/huimian/huimian/internal/cluster"
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
	Reconnects int   `json:"reconnects"` // of people

	Acknowledgement cluster.Durations   `json:"acknowledgement"` // from a push to its acknowledgement, without lost connections
	Away            cluster.Durations   `json:"away"`            // from the end of a connection to the welcome of the next one
	Violations      []cluster.Violation `json:"violations"`
}

func (r *run) newReport(typed time.Duration, stored int) *Report {
	count := r.rooms.Count()
	report := &Report{
		Seed: r.Seed, Database: r.cluster.Database(), Replicas: len(r.cluster.Processes), Rooms: r.Rooms, People: count.People,
		Acknowledged: count.Acknowledged, Stored: stored, Seconds: typed.Seconds(),
		faultCounts: r.faults, Cuts: r.cluster.Balancer.Cuts.Load(), Delays: r.cluster.Balancer.Delays.Load(), Reconnects: count.Reconnects,
		Violations: r.found.List(),
	}
	report.Acknowledgement, report.Away = r.rooms.Durations()
	return report
}

// writeProgress writes a line each second.
func (r *run) writeProgress() {
	if now := time.Now(); now.Sub(r.wroteAt) >= time.Second {
		r.wroteAt = now
		count := r.rooms.Count()
		fmt.Fprintf(r.Progress, "%4.0f s: %d typed, %d acknowledged, %d of %d connected, %d reconnects, %d kills, %d restarts, %d cuts\n",
			now.Sub(r.began).Seconds(), count.Typed, count.Acknowledged, count.Connected, count.People,
			count.Reconnects, r.faults.Kills, r.faults.Restarts, r.cluster.Balancer.Cuts.Load())
	}
}

// WriteSummary writes the report for people.
func (r *Report) WriteSummary(w io.Writer) {
	fmt.Fprintf(w, "%d people in %d rooms, %d processes on %s: %d edits acknowledged, %d stored, in %.0f s\n",
		r.People, r.Rooms, r.Replicas, r.Database, r.Acknowledged, r.Stored, r.Seconds)
	fmt.Fprintf(w, "%d kills, %d restarts, %d connections cut, %d losses, %d reconnects\n", r.Kills, r.Restarts, r.Cuts, r.Delays, r.Reconnects)
	fmt.Fprintf(w, "acknowledgement after p50 %.0f ms, p99 %.0f ms, max %.0f ms; without a connection p50 %.0f ms, p99 %.0f ms, max %.0f ms\n",
		r.Acknowledgement.P50, r.Acknowledgement.P99, r.Acknowledgement.Max, r.Away.P50, r.Away.P99, r.Away.Max)
	cluster.WriteViolations(w, r.Violations)
}
