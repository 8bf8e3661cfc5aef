package app

import (
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// The table of docs/operations.md lists every metric with its labels, and no others.
func TestMetricsAreDocumented(t *testing.T) {
	f := newFixture(t, t.TempDir()+"/huimian.db")
	defer f.stop()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(huimian_[a-z_]+)` \\| [a-z]+ \\| ([^|]*) \\|").FindAllStringSubmatch(string(page), -1) {
		documented[row[1]] = strings.ReplaceAll(row[2], "`", "")
	}
	found := f.readMetrics() // of the server; its vectors have samples
	descs := make(chan *prometheus.Desc, 100)
	for _, c := range f.app.collectors() {
		c.Describe(descs)
	}
	close(descs)
	for d := range descs {
		match := regexp.MustCompile(`fqName: "([a-z_]+)".*variableLabels: \{([a-z,]*)\}`).FindStringSubmatch(d.String())
		found[match[1]] = strings.ReplaceAll(match[2], ",", ", ")
	}
	for name, labels := range found {
		if got, ok := documented[name]; !ok || got != labels {
			t.Errorf("docs/operations.md: the row of %s has the labels %q, want %q", name, got, labels)
		}
	}
	for name := range documented {
		if _, ok := found[name]; !ok {
			t.Errorf("docs/operations.md has a row for %s, which is no metric", name)
		}
	}
}

// readMetrics returns the names and labels of the product's metrics that /metrics has.
func (f *fixture) readMetrics() map[string]string {
	f.tb.Helper()
	found := map[string]string{}
	for range 2 { // the first response has no request yet
		res, err := http.Get(f.url + "/metrics")
		if err != nil {
			f.tb.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			f.tb.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^# TYPE (huimian_[a-z_]+) `).FindAllStringSubmatch(string(text), -1) {
			found[match[1]] = ""
		}
		for _, match := range regexp.MustCompile(`(?m)^(huimian_[a-z_]+?)(?:_bucket|_sum|_count)?\{(.*)\}`).FindAllStringSubmatch(string(text), -1) {
			var labels []string
			for _, l := range regexp.MustCompile(`([a-z]+)="`).FindAllStringSubmatch(match[2], -1) {
				if l[1] != "le" {
					labels = append(labels, l[1])
				}
			}
			found[match[1]] = strings.Join(labels, ", ")
		}
	}
	return found
}

// Jobs, commits, mails and webhooks are recorded by result, and WeCom's errors by errcode.
func TestMetricsAreRecorded(t *testing.T) {
	f := newFixture(t, t.TempDir()+"/huimian.db")
	defer f.stop()
	f.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 60020, Times: 1})
	_, _ = f.app.Accounts.Client.Users.Get(t.Context(), "LinYue")
	f.app.metrics.observeJob("test", job.Snoozed, time.Second)
	f.app.metrics.observeMail(t.Context(), errors.New("refused"), time.Second)
	f.app.metrics.observeWebhook(t.Context(), true, time.Second)
	res, err := http.Get(f.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`huimian_wecom_errors_total{errcode="60020",path="/cgi-bin/user/get"} 1`,
		`huimian_jobs_run_duration_seconds_count{kind="test",result="snoozed"} 1`,
		`huimian_mail_send_duration_seconds_count{result="error"} 1`,
		`huimian_webhook_attempt_duration_seconds_count{result="ok"} 1`,
		"huimian_sandbox_ready 0",
		"huimian_sandbox_pool_idle 0",
	} {
		if !strings.Contains(string(text), line+"\n") {
			t.Errorf("/metrics does not contain %s", line)
		}
	}
	if regexp.MustCompile(`(?m)^huimian_database_commit_duration_seconds_count 0$`).Match(text) {
		t.Error("no commit is recorded")
	}
}

// The number of time series of errcodes is limited.
func TestErrcodeLabelsAreLimited(t *testing.T) {
	m := newWeComMetrics(nil)
	for code := range 10 * maxKnownCodes {
		m.recordAttempt(t.Context(), wecom.Attempt{Path: "/cgi-bin/test", Err: &wecom.Error{Code: code + 1}})
	}
	series := make(chan prometheus.Metric, 20*maxKnownCodes)
	m.errors.Collect(series)
	if n := len(series); n != maxKnownCodes+1 {
		t.Errorf("%d errcodes have %d time series", 10*maxKnownCodes, n)
	}
}
