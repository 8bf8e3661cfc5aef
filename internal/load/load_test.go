package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	if !cluster.IsReplica() {
		os.Exit(m.Run())
	}
	if err := cluster.ServeReplica(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runSmall runs a small load on a database, with two processes on PostgreSQL. nginx is
// Options.Nginx.
func runSmall(t *testing.T, url, nginx string) *Report {
	t.Helper()
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Seed: 1, People: 20, Reads: 20, Schedules: 120, Rooms: 1, Interval: 200 * time.Millisecond, Duration: 5 * time.Second,
		DatabaseURL: url, Nginx: nginx, Logs: t.Output(), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Progress: t.Output(),
		Replica: replica,
	}
	if strings.HasPrefix(url, "postgres") {
		o.Replicas = 2
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	report, err := Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Violations) > 0 {
		t.Errorf("violations: %v", report.Violations)
	}
	return report
}

// What was confirmed is stored, each interviewer has one card for each interview, and no request
// fails. Restarts are not part of it: see docs/load.md.
func TestLoad(t *testing.T) {
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		report := runSmall(t, url, "")
		if report.Interviews == 0 || report.Acknowledged == 0 || report.Stored != report.Acknowledged || report.CPUSeconds <= 0 || report.Memory.Max <= 0 {
			t.Errorf("the report lacks figures: %+v", report)
		}
		names := []string{}
		for _, route := range report.Routes {
			names = append(names, route.Name)
		}
		for _, want := range []string{"schedule an interview", "accept an interview", "create a candidate", "session"} {
			if !slices.Contains(names, want) {
				t.Errorf("no request to %s: %v", want, names)
			}
		}
		var summary, data bytes.Buffer
		report.WriteSummary(&summary)
		if err := cluster.WriteJSON(&data, report); err != nil || !json.Valid(data.Bytes()) || !strings.HasSuffix(summary.String(), "\n0 violations\n") {
			t.Errorf("%v: %s %s", err, &summary, &data)
		}
	})
}

// The same behind nginx.
func TestLoadBehindNginx(t *testing.T) {
	nginx, err := cluster.FindNginx()
	if err != nil {
		t.Skip(err)
	}
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		if !strings.HasPrefix(url, "postgres") {
			t.Skip("one process has no other one")
		}
		report := runSmall(t, url, nginx)
		if report.Proxy != "nginx" || report.Interviews == 0 {
			t.Errorf("the proxy is %s, with %d interviews", report.Proxy, report.Interviews)
		}
	})
}

// A request that fails is a violation.
func TestFailedRequests(t *testing.T) {
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Options: Options{People: 2, Rooms: 1, Replica: replica, Logs: t.Output()}}
	r.setDefaults()
	r.office = newOffice(r)
	r.cluster, err = cluster.Start(t.Context(), cluster.Options{Replica: replica, Recruiters: r.office.recruiters, Members: r.office.interviewers, Logs: r.Logs})
	t.Cleanup(func() {
		if err := r.cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.office.signIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.began = time.Now()
	r.office.getPage(t.Context(), r.office.recruiterDesk(0), page{"candidates", "/api/candidates"}, r.began)
	r.office.getPage(t.Context(), r.office.browsers[0], page{"candidates", "/api/candidates"}, r.began) // forbidden
	r.office.scheduled = []*scheduled{{id: "missing", candidate: "候选人", interviewers: []int{0, 1}}}
	if err := r.office.checkInterviews(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.office.checkCards()
	want := []string{"failed", "lost", "lost", "lost"}
	if got := rulesOf(&r.found); !slices.Equal(got, want) {
		t.Errorf("violations %v, want %v", r.found.List(), want)
	}
}

func rulesOf(found *cluster.Violations) []string {
	var rules []string
	for _, v := range found.List() {
		rules = append(rules, v.Rule)
	}
	slices.Sort(rules)
	return rules
}

func TestMemoryGrowth(t *testing.T) {
	const mib = 1 << 20
	steps := func(sizes ...int) (samples []int) {
		for _, size := range sizes {
			samples = append(samples, slices.Repeat([]int{size * mib}, 25)...)
		}
		return samples
	}
	for name, tc := range map[string]struct {
		samples  []int
		duration time.Duration
		grows    bool
	}{
		"flat":                   {steps(100, 200, 200, 200), time.Hour, false},
		"caches fill":            {steps(50, 200, 210, 220), time.Hour, false},
		"grows":                  {steps(100, 200, 300, 400), time.Hour, true},
		"a short run grows":      {steps(100, 200, 300, 400), time.Minute, false},
		"one sample":             {[]int{100 * mib}, time.Hour, false},
		"no sample":              {nil, time.Hour, false},
		"small processes double": {steps(10, 20, 30, 40), time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			var found cluster.Violations
			m := memory{samples: tc.samples}
			m.checkGrowth(tc.duration, &found)
			if got := len(found.List()) > 0; got != tc.grows {
				t.Errorf("violations %v", found.List())
			}
		})
	}
}
