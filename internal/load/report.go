package load

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/huimian/huimian/internal/cluster"
)

// Report is the result of a run.
type Report struct {
	Seed     uint64  `json:"seed"`
	Database string  `json:"database"` // sqlite or postgres
	Proxy    string  `json:"proxy"`    // nginx, or built-in
	Replicas int     `json:"replicas"`
	People   int     `json:"people"` // signed in, without those in rooms
	Rooms    int     `json:"rooms"`
	Seconds  float64 `json:"seconds"`
	Restarts int     `json:"restarts"` // of processes

	Requests   int               `json:"requests"`
	CPUSeconds float64           `json:"cpuSeconds"` // of all processes
	Memory     Memory            `json:"memory"`
	Routes     []Route           `json:"routes"`
	Interviews int               `json:"interviews"` // scheduled
	Cards      cluster.Durations `json:"cards"`      // from the confirmation of an interview to its cards in WeCom

	Acknowledged    int               `json:"acknowledged"` // edits
	Stored          int               `json:"stored"`       // edits
	Reconnects      int               `json:"reconnects"`
	Acknowledgement cluster.Durations `json:"acknowledgement"` // from a push to its acknowledgement, without lost connections
	Away            cluster.Durations `json:"away"`            // from the end of a connection to the welcome of the next one

	Violations []cluster.Violation `json:"violations"`
}

// Route has the times of one kind of request, from when it was due to its response.
type Route struct {
	Name     string `json:"name"`
	Requests int    `json:"requests"`
	cluster.Durations
}

// routeTimes has the times of all requests.
type routeTimes struct {
	mu    sync.Mutex
	times map[string][]time.Duration
}

func (t *routeTimes) addTime(name string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.times == nil {
		t.times = map[string][]time.Duration{}
	}
	t.times[name] = append(t.times[name], d)
}

func (t *routeTimes) countRequests() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, list := range t.times {
		n += len(list)
	}
	return n
}

// listRoutes returns the routes by name.
func (t *routeTimes) listRoutes() []Route {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := []Route{}
	for name, times := range t.times {
		list = append(list, Route{name, len(times), cluster.Quantiles(times)})
	}
	slices.SortFunc(list, func(a, b Route) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (r *run) newReport(stored int) *Report {
	count := r.rooms.Count()
	report := &Report{
		Seed: r.Seed, Database: r.cluster.Database(), Proxy: "built-in", Replicas: len(r.cluster.Processes), People: r.People, Rooms: r.Rooms,
		Seconds: r.Duration.Seconds(), Restarts: int(r.restarts.Load()),
		Requests: r.routes.countRequests(), CPUSeconds: r.memory.cpuTime().Seconds(), Memory: r.memory.summarizeQuarters(), Routes: r.routes.listRoutes(),
		Interviews: r.office.scheduledCount(), Cards: cluster.Quantiles(r.cardDelays),
		Acknowledged: count.Acknowledged, Stored: stored, Reconnects: count.Reconnects, Violations: r.found.List(),
	}
	if r.Nginx != "" {
		report.Proxy = "nginx"
	}
	report.Acknowledgement, report.Away = r.rooms.Durations()
	return report
}

// WriteSummary writes the report for people.
func (r *Report) WriteSummary(w io.Writer) {
	fmt.Fprintf(w, "%d people, %d rooms, %d processes on %s behind the %s proxy, %.0f s, %d restarts\n",
		r.People, r.Rooms, r.Replicas, r.Database, r.Proxy, r.Seconds, r.Restarts)
	fmt.Fprintf(w, "%-28s %8s %8s %8s %8s\n", "request", "number", "p50 ms", "p99 ms", "max ms")
	for _, route := range r.Routes {
		fmt.Fprintf(w, "%-28s %8d %8.0f %8.0f %8.0f\n", route.Name, route.Requests, route.P50, route.P99, route.Max)
	}
	fmt.Fprintf(w, "%-28s %8d %8.0f %8.0f %8.0f\n", "edit, acknowledged", r.Acknowledged, r.Acknowledgement.P50, r.Acknowledgement.P99, r.Acknowledgement.Max)
	fmt.Fprintf(w, "%-28s %8d %8.0f %8.0f %8.0f\n", "lost connection, restored", r.Reconnects, r.Away.P50, r.Away.P99, r.Away.Max)
	fmt.Fprintf(w, "%-28s %8d %8.0f %8.0f %8.0f\n", "interview, card in WeCom", r.Interviews, r.Cards.P50, r.Cards.P99, r.Cards.Max)
	fmt.Fprintf(w, "memory %.0f MiB in the second quarter, %.0f in the last, at most %.0f; CPU time %.1f s, %.2f cores\n",
		r.Memory.SecondQuarter, r.Memory.LastQuarter, r.Memory.Max, r.CPUSeconds, r.CPUSeconds/r.Seconds)
	cluster.WriteViolations(w, r.Violations)
}
