package app

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/internal/tracing"
)

// metrics records what the parts of this process do. docs/operations.md lists all names.
type metrics struct {
	jobs     *prometheus.HistogramVec
	commits  prometheus.Histogram
	mails    *prometheus.HistogramVec
	webhooks *prometheus.HistogramVec
	tracer   *tracing.Tracer
	mailed   *systemstatus.Calls
}

// callBuckets are those of calls to other systems, in seconds.
var callBuckets = []float64{.025, .1, .25, .5, 1, 2.5, 5, 10, 20}

func newMetrics(tracer *tracing.Tracer) *metrics {
	histogram := func(subsystem, name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "huimian", Subsystem: subsystem, Name: name, Help: help, Buckets: buckets}, labels)
	}
	return &metrics{
		tracer: tracer, mailed: &systemstatus.Calls{},
		jobs: histogram("jobs", "run_duration_seconds", "Duration of a run of a job, by kind and result: ok, error, snoozed or cancelled.",
			[]float64{.005, .025, .1, .5, 2.5, 10, 60, 600}, "kind", "result"),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "huimian", Subsystem: "database", Name: "commit_duration_seconds",
			Help:    "Duration of a committed transaction, with the wait for a connection.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}),
		mails:    histogram("mail", "send_duration_seconds", "Duration of an attempt to send a mail, by result: ok or error.", callBuckets, "result"),
		webhooks: histogram("webhook", "attempt_duration_seconds", "Duration of an attempt to deliver an event to a webhook, by result: ok or error.", callBuckets, "result"),
	}
}

func (m *metrics) observeJob(kind string, result job.Result, took time.Duration) {
	m.jobs.WithLabelValues(kind, string(result)).Observe(took.Seconds())
}

func (m *metrics) observeCommit(took time.Duration) { m.commits.Observe(took.Seconds()) }

func (m *metrics) observeMail(ctx context.Context, err error, took time.Duration) {
	m.tracer.RecordCall(ctx, "mail", took, err != nil)
	m.mails.WithLabelValues(resultLabel(err == nil)).Observe(took.Seconds())
	if err != nil {
		m.mailed.RecordFailure(systemstatus.CallError{Message: err.Error(), At: time.Now()})
		return
	}
	m.mailed.RecordSuccess(time.Now())
}

func (m *metrics) observeWebhook(ctx context.Context, delivered bool, took time.Duration) {
	m.tracer.RecordCall(ctx, "webhook", took, !delivered)
	m.webhooks.WithLabelValues(resultLabel(delivered)).Observe(took.Seconds())
}

func resultLabel(ok bool) string {
	if ok {
		return "ok"
	}
	return "error"
}

// collectors returns everything that this package adds to the registry of the server.
func (a *App) collectors() []prometheus.Collector {
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "huimian", Name: "build_info", Help: "1, with the version of the program."}, []string{"version"})
	build.WithLabelValues(Version()).Set(1)
	ready := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "huimian", Subsystem: "sandbox", Name: "ready", Help: "1 if programs can be run, here or by a runner.",
	}, func() float64 { return readiness(a.Sandbox) })
	return append(slices.Concat(roomCollectors(a.Rooms), poolCollectors(a.Sandbox), a.backupCollectors()), build, ready, a.certificateCollector(), a.metrics.jobs, a.metrics.commits, a.metrics.mails, a.metrics.webhooks,
		a.wecomMetrics.duration, a.wecomMetrics.errors, newJobDepths(a.DB, a.log))
}

func readiness(s sandbox.Runner) float64 {
	if s.Ready() != nil {
		return 0
	}
	return 1
}

// poolCollectors returns the statistics of the idle sandboxes of this process. They are 0 where
// programs run elsewhere or nowhere.
func poolCollectors(s sandbox.Runner) []prometheus.Collector {
	read := func(value func(sandbox.PoolStats) float64) func() float64 {
		return func() float64 {
			if pooled, ok := s.(sandbox.Pooled); ok {
				return value(pooled.PoolStats())
			}
			return 0
		}
	}
	gauge := func(name, help string, value func(sandbox.PoolStats) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "huimian", Subsystem: "sandbox_pool", Name: name, Help: help}, read(value))
	}
	counter := func(name, help string, value func(sandbox.PoolStats) float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "huimian", Subsystem: "sandbox_pool", Name: name, Help: help}, read(value))
	}
	return []prometheus.Collector{
		gauge("size", "Maximum number of idle sandboxes.", func(s sandbox.PoolStats) float64 { return float64(s.Size) }),
		gauge("idle", "Idle sandboxes that are ready for a program.", func(s sandbox.PoolStats) float64 { return float64(s.Idle) }),
		gauge("memory_bytes", "Memory of the idle sandboxes.", func(s sandbox.PoolStats) float64 { return float64(s.MemoryBytes) }),
		counter("hits_total", "Programs that started in an idle sandbox.", func(s sandbox.PoolStats) float64 { return float64(s.Hits) }),
		counter("misses_total", "Programs for which a sandbox was created.", func(s sandbox.PoolStats) float64 { return float64(s.Misses) }),
	}
}

// roomCollectors returns the statistics of the rooms as gauges.
func roomCollectors(rooms *room.Manager) (list []prometheus.Collector) {
	gauge := func(name, help string, value func(room.Stats) float64) {
		list = append(list, prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: "huimian", Subsystem: "rooms", Name: name, Help: help},
			func() float64 { return value(rooms.Stats()) }))
	}
	gauge("open", "Rooms with at least one member.", func(s room.Stats) float64 { return float64(s.Rooms) })
	gauge("sockets", "WebSocket connections to rooms.", func(s room.Stats) float64 { return float64(s.Sockets) })
	gauge("programs", "Running programs.", func(s room.Stats) float64 { return float64(s.Running) })
	gauge("programs_waiting", "Programs that wait for a slot.", func(s room.Stats) float64 { return float64(s.Waiting) })
	gauge("pushes", "Edits accepted since the start.", func(s room.Stats) float64 { return float64(s.Pushes) })
	gauge("conflicts", "Edits that conflicted with those of another replica since the start.", func(s room.Stats) float64 { return float64(s.Conflicts) })
	return list
}

// jobDepths counts the unfinished jobs of the database when the metrics are read. All
// replicas of a database report the same numbers.
type jobDepths struct {
	db        *db.DB
	log       *slog.Logger
	due       *prometheus.Desc
	scheduled *prometheus.Desc
	oldest    *prometheus.Desc
}

func newJobDepths(d *db.DB, log *slog.Logger) *jobDepths {
	labels := []string{"kind"}
	return &jobDepths{
		db: d, log: log,
		due:       prometheus.NewDesc("huimian_jobs_due", "Jobs that wait for a worker or run, by kind.", labels, nil),
		scheduled: prometheus.NewDesc("huimian_jobs_scheduled", "Jobs for a later time, retries included, by kind.", labels, nil),
		oldest:    prometheus.NewDesc("huimian_jobs_oldest_due_seconds", "Time for which the oldest due job of a kind has been due.", labels, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *jobDepths) Describe(out chan<- *prometheus.Desc) {
	out <- c.due
	out <- c.scheduled
	out <- c.oldest
}

// countTimeout limits the query of the depths.
const countTimeout = 5 * time.Second

// Collect implements prometheus.Collector.
func (c *jobDepths) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	now := time.Now()
	list, err := job.CountByKind(ctx, c.db, now)
	if err != nil {
		c.log.ErrorContext(ctx, "counting the jobs failed", "error", err)
		return
	}
	for _, d := range list {
		age := 0.0
		if d.Due > 0 {
			age = max(0, now.Sub(d.Oldest).Seconds())
		}
		out <- prometheus.MustNewConstMetric(c.due, prometheus.GaugeValue, float64(d.Due), d.Kind)
		out <- prometheus.MustNewConstMetric(c.scheduled, prometheus.GaugeValue, float64(d.Scheduled), d.Kind)
		out <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, age, d.Kind)
	}
}
